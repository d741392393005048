package trend

import (
	"slices"
	"testing"

	"github.com/xuanti/xuanti/trend/model"
)

func TestCues(t *testing.T) {
	p := NewPairScorer(testAnalyzer(t))
	a, b := p.Prepare("望海音乐节取消"), p.Prepare("望海音乐节门票退款")
	ab, ba := Cues(a, b), Cues(b, a)
	if !slices.Equal(ab, ba) {
		t.Error("the order of the texts matters")
	}
	both, one := 0, 0
	for _, c := range ab {
		switch c.Value {
		case gramCue:
			both++ // or a word of one text
		case gramCue * ownCue:
			one++
		}
	}
	grams := intersect(a.s.grams, b.s.grams).n
	if both < grams || one != len(a.s.grams)+len(b.s.grams)-2*grams {
		t.Errorf("%d and %d cues of %d shared pairs", both, one, grams)
	}
	same := Cues(a, a)
	if len(same) != len(a.s.grams)+len(a.s.words) {
		t.Errorf("a text has %d cues with itself", len(same))
	}
	for _, c := range same {
		if slices.ContainsFunc(ab, func(o model.Cue) bool { return o.Hash == c.Hash && o.Value < c.Value }) {
			t.Error("what one text has and what both have is one cue")
		}
	}
	if got := Cues(p.Prepare(""), p.Prepare("")); len(got) != 0 {
		t.Errorf("nothing has %d cues", len(got))
	}
}
