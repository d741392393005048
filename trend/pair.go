package trend

import (
	"slices"

	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend/model"
)

// The tasks of a [PairScorer].
const (
	TaskSameEvent = "same-event" // the same happening
	TaskSameTopic = "same-topic" // the same wider subject
	TaskSameItem  = "same-item"  // one item under two headlines
)

// PairScorer says whether two short texts are about the same thing. It is safe
// for concurrent use.
type PairScorer struct {
	a       *nlp.Analyzer
	bg      *background
	fields  *fieldTable
	forests map[string]*model.Forest
}

// NewPairScorer returns a scorer with the embedded weights. A task whose weights
// were trained for other features answers 0, false; the tests catch that.
func NewPairScorer(a *nlp.Analyzer) *PairScorer {
	p := &PairScorer{a: a, bg: must(loadBackground()), fields: must(loadFields()), forests: map[string]*model.Forest{}}
	for _, task := range []string{TaskSameEvent, TaskSameTopic, TaskSameItem} {
		if f := must(model.Load(task)); slices.Equal(f.Features, TextFeatureNames()) {
			p.forests[task] = f
		}
	}
	return p
}

// must is for the files embedded in the program. One that cannot be read is a
// fault of the build, which the tests catch: without it everything would go on,
// but badly.
func must[T any](v T, err error) T {
	if err != nil {
		panic("trend: " + err.Error())
	}
	return v
}

// Score returns the probability that a and b are the same under task, and the
// answer at the threshold that gave the best F1 in cross-validation. An
// unknown task gives 0, false.
func (p *PairScorer) Score(task, a, b string) (score float64, same bool) {
	f := p.forests[task]
	if f == nil {
		return 0, false
	}
	x, cues := p.compared(a, b)
	z := f.Mixed(x, cues)
	score = model.Sigmoid(z + floorPoints(z, x))
	return score, score >= f.Threshold
}

// floorLogOdds is the lexical floor: titles that share no character pair are
// not the same whatever a model makes of their lengths and marks. Judged pairs
// hold few such (people pair what looks alike), so that a model cannot be
// trusted with them.
const floorLogOdds = -4.0

var gramShared = slices.Index(pairNames[:], "gram_shared_idf")

// floorPoints is what brings a pair without anything in common down from z to
// floorLogOdds; 0 for all others.
func floorPoints(z float64, x []float64) float64 {
	if x[gramShared] > 0 {
		return 0
	}
	return min(0, floorLogOdds-z)
}

// Features returns the values of [TextFeatureNames] for two texts.
func (p *PairScorer) Features(a, b string) []float64 {
	return p.CompareTexts(p.Prepare(a), p.Prepare(b))
}

func (p *PairScorer) compared(a, b string) ([]float64, []model.Cue) {
	x, y := p.Prepare(a), p.Prepare(b)
	return p.CompareTexts(x, y), Cues(x, y)
}

// Prepared is a text digested once for many comparisons.
type Prepared struct {
	s *sketch
	d *detail
}

// Prepare digests a text.
func (p *PairScorer) Prepare(text string) Prepared {
	a := p.a.Analyze(text, "")
	s := newSketch(p.bg, newInput(p.bg, text, a))
	return Prepared{s, p.newDetail(s, a)}
}

// Compare returns the values of [PairFeatureNames] for two prepared texts.
func (p *PairScorer) Compare(a, b Prepared) []float64 {
	c := comparer{bg: p.bg}
	f := c.features(a.s, b.s)
	return f[:]
}

// PairFeatureNames names the features of a pair in order.
func PairFeatureNames() []string { return slices.Clone(pairNames[:]) }

// CompareTexts returns the values of [TextFeatureNames] for two prepared texts.
func (p *PairScorer) CompareTexts(a, b Prepared) []float64 {
	return append(p.Compare(a, b), textFeatures(p.bg, a, b)...)
}

// TextFeatureNames names the features of the pair tasks in order: those of
// [PairFeatureNames], then what only these tasks ask.
func TextFeatureNames() []string { return slices.Concat(pairNames[:], textNames[:], wordNames) }
