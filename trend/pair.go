package trend

import "github.com/xuanti/xuanti/nlp"

// PairScorer says whether two short texts are about the same thing.
type PairScorer struct{ a *nlp.Analyzer }

// NewPairScorer returns a scorer with the embedded weights.
func NewPairScorer(a *nlp.Analyzer) *PairScorer { return &PairScorer{a: a} }

// Score returns the probability that a and b are the same under task.
func (p *PairScorer) Score(task, a, b string) (score float64, same bool) { return 0, false }
