package model

import (
	"slices"

	"github.com/xuanti/xuanti"
)

// Line is a linear model of the log-odds beside a forest. Trees ask few
// questions each and find what depends on each other; a line hears everything a
// little, every single word among it. The mean of two that err differently errs
// less than either.
type Line struct {
	Share   float64     `json:"share"`   // of the line in the mixture, 0…1; the forest has the rest
	Bias    float64     `json:"bias"`    // log-odds before any feature
	Cuts    [][]float64 `json:"cuts"`    // of each feature, the lower bounds of its ranges but the first
	Weights []float64   `json:"weights"` // log-odds of each feature in its last range; minus them in its first
	Scale   float64     `json:"scale"`   // log-odds of one step of Words
	Words   []byte      `json:"words"`   // steps (int8) of the words whose hash ends in the index
}

// Cue is a word or a pair of characters that speaks for or against a pair of
// texts by itself.
type Cue struct {
	Hash  uint64
	Value float64
}

// Place is where v stands among the ranges that cuts bound, -1…1; 0 when there
// is one range only.
func Place(cuts []float64, v float64) float64 {
	if len(cuts) == 0 {
		return 0
	}
	n, at := slices.BinarySearch(cuts, v)
	if at {
		n++
	}
	return 2*float64(n)/float64(len(cuts)) - 1
}

// Slot is the index among n words, a power of two, and the sign of a hash:
// words that fall together do not all push to one side (Weinberger et al. 2009).
func Slot(hash uint64, n int) (slot int, sign float64) {
	sign = 1
	if hash>>63 == 1 {
		sign = -1
	}
	return int(hash & uint64(n-1)), sign
}

// wording is what the words alone add.
func (l *Line) wording(cues []Cue) float64 {
	sum := 0.0
	for _, c := range cues {
		slot, sign := Slot(c.Hash, len(l.Words))
		sum += sign * c.Value * float64(int8(l.Words[slot]))
	}
	return l.Scale * sum
}

func (l *Line) check(features int) error {
	n := len(l.Words)
	if len(l.Cuts) != features || len(l.Weights) != features || n == 0 || n&(n-1) != 0 || l.Share < 0 || l.Share > 1 {
		return xuanti.Errorf(xuanti.CodeInternal, "a model has a line of uneven arrays")
	}
	return nil
}

// Mixed is the output for the feature values x and the cues, which only a
// forest with a line hears.
func (f *Forest) Mixed(x []float64, cues []Cue) float64 {
	l := f.Line
	if l == nil {
		return f.LogOdds(x)
	}
	z := l.Bias + l.wording(cues)
	for i, w := range l.Weights {
		z += w * Place(l.Cuts[i], x[i])
	}
	return (1-l.Share)*f.LogOdds(x) + l.Share*z
}

// MixedContributions splits Mixed as [Forest.Contributions] splits LogOdds:
// bias, wording and the sum of points are Mixed.
func (f *Forest) MixedContributions(x []float64, cues []Cue, points []float64) (bias, wording float64) {
	l := f.Line
	if l == nil {
		return f.Contributions(x, 1, points), 0
	}
	bias = f.Contributions(x, 1-l.Share, points) + l.Share*l.Bias
	for i, w := range l.Weights {
		points[i] += l.Share * w * Place(l.Cuts[i], x[i])
	}
	return bias, l.Share * l.wording(cues)
}
