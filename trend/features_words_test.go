package trend

import (
	"math"
	"slices"
	"testing"
)

func namedFeatures(p *PairScorer, a, b string) map[string]float64 {
	got := map[string]float64{}
	for i, v := range p.Features(a, b) {
		got[TextFeatureNames()[i]] = v
	}
	return got
}

func TestWordFeatures(t *testing.T) {
	p := NewPairScorer(testAnalyzer(t))
	a, b := "北京市民抵制涨价", "北京市民欢迎本次突然公布的大幅涨价"
	got := namedFeatures(p, a, b)
	for name, want := range map[string]float64{
		"chars_shared": 6, "chars_share": 6.0 / 9, "common_start": 4, "common_end": 2, "words_out_short": 1,
		"rarest_in_short": 0.75, "contradiction": 0, "person_out_short": 0, "site_out_short": 0,
	} {
		if math.Abs(got[name]-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if got["verb_out_short"] == 0 || got["verb_out_long"] == 0 || got["words_out_share_long"] <= got["words_out_share_short"] {
		t.Errorf("features %v", got)
	}
	if !slices.Equal(p.Features(a, b), p.Features(b, a)) {
		t.Error("the order of the texts matters")
	}
	scores := namedFeatures(p, "蓝鲸队2比1险胜白鹭队", "蓝鲸队3比0完胜白鹭队")
	if scores["contradiction"] != 1 || scores["other_figures"] != 1 {
		t.Errorf("two results of a match: contradiction %v, figures %v", scores["contradiction"], scores["other_figures"])
	}
	one := namedFeatures(p, "上海举行灯会", "广州举行灯会")
	if one["site_out_short"] == 0 || one["site_out_long"] == 0 || one["sites_shared_idf"] != 0 || one["verbs_share"] == 0 {
		t.Errorf("one verb, two places: %v", one)
	}
}

func TestFieldsOfTexts(t *testing.T) {
	table := must(loadFields())
	for text, want := range map[string]string{
		"蓝鲸队主场三分绝杀白鹭队球迷沸腾": "sports", "央行降准股市大涨基金经理看好银行股": "finance", "清蒸鲈鱼的家常做法鲜嫩入味": "food",
	} {
		p := table.of([]rune(text))
		best, sum := 0, 0.0
		for i, x := range p {
			sum += x
			if x > p[best] {
				best = i
			}
		}
		if FieldNames[best] != want || math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s is %s, want %s; sum %v", text, FieldNames[best], want, sum)
		}
	}
	if p := table.of(nil); p[0] != p[fieldDim-1] || math.Abs(p[0]*float64(fieldDim)-1) > 1e-9 {
		t.Errorf("a text of nothing: %v", p)
	}
}
