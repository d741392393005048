package model

import (
	"math"

	"github.com/xuanti/xuanti"
)

// Provenance says where the numbers of a model come from.
type Provenance struct {
	Data    string `json:"data"`    // what it was trained on, in words
	Date    string `json:"date"`    // day of training
	Rows    int    `json:"rows"`    // training rows
	Command string `json:"command"` // how to train it again
	Quality string `json:"quality"` // cross-validated figures
}

// Forest is a sum of small regression trees over named features. Its output is
// in log-odds; the trees were grown by gradient boosting on the logistic loss.
type Forest struct {
	Features   []string   `json:"features"`
	Bias       float64    `json:"bias"`      // log-odds before any tree
	Threshold  float64    `json:"threshold"` // probability at and above which the answer is yes
	Trees      []Tree     `json:"trees"`
	Provenance Provenance `json:"provenance"`

	flat []question // of all trees behind each other; made by Parse
	leaf []float64  // last levels of all trees behind each other
	rest float64    // of trees that ask nothing
}

// question is one level of a tree.
type question struct {
	cut     float64
	feature int32
	last    bool // of its tree
}

// flatten lays the trees out for LogOdds, which reads them for every pair.
func (f *Forest) flatten() {
	f.flat, f.leaf, f.rest = nil, nil, 0
	for i := range f.Trees {
		t := &f.Trees[i]
		depth := len(t.Feature)
		for k := range depth {
			f.flat = append(f.flat, question{cut: t.Cut[k], feature: int32(t.Feature[k]), last: k == depth-1})
		}
		if depth == 0 {
			f.rest += t.Value[0]
			continue
		}
		f.leaf = append(f.leaf, t.Value[1<<depth-1:]...)
	}
}

// Tree is a symmetric tree: every node of a level asks the same question, so
// that reading it needs no branches. Question k sends a row to the second half
// when the value of Feature[k] is at least Cut[k]. Value holds the mean output
// of every node, the root first, level by level; the leaves are its last
// 2^len(Feature) entries. Inner values let each step of a path be credited to
// the feature that was asked.
type Tree struct {
	Feature []int     `json:"f"`
	Cut     []float64 `json:"c"`
	Value   []float64 `json:"v"`
}

func (f *Forest) check() error {
	for _, t := range f.Trees {
		depth := len(t.Feature)
		if depth > 12 || len(t.Cut) != depth || len(t.Value) != 2<<depth-1 {
			return xuanti.Errorf(xuanti.CodeInternal, "a model has a tree of uneven arrays")
		}
		for _, feature := range t.Feature {
			if feature < 0 || feature >= len(f.Features) {
				return xuanti.Errorf(xuanti.CodeInternal, "a model asks for a feature it does not name")
			}
		}
	}
	return nil
}

// LogOdds is the output for the feature values x.
func (f *Forest) LogOdds(x []float64) float64 {
	z := f.Bias
	if f.flat == nil {
		for k := range f.Trees {
			z += f.Trees[k].Output(x)
		}
		return z
	}
	z += f.rest
	node, base, leaves := 0, 0, 1
	for i := range f.flat {
		q := &f.flat[i]
		bit := 0
		if x[q.feature] >= q.cut {
			bit = 1
		}
		node = node<<1 | bit
		leaves <<= 1
		if q.last {
			z += f.leaf[base+node]
			base += leaves
			node, leaves = 0, 1
		}
	}
	return z
}

// Output is what this tree adds to the log-odds.
func (t *Tree) Output(x []float64) float64 {
	node := 1
	cut := t.Cut
	for k, feature := range t.Feature {
		bit := 0
		if x[feature] >= cut[k] {
			bit = 1
		}
		node = node<<1 | bit
	}
	return t.Value[node-1]
}

// Contributions splits the output for x: points[j] is what feature j added and
// bias the rest; bias plus the sum of points is LogOdds(x).
func (f *Forest) Contributions(x []float64) (bias float64, points []float64) {
	points = make([]float64, len(f.Features))
	bias = f.Bias
	for i := range f.Trees {
		t := &f.Trees[i]
		node := 1
		bias += t.Value[0]
		for k, feature := range t.Feature {
			next := node << 1
			if x[feature] >= t.Cut[k] {
				next |= 1
			}
			points[feature] += t.Value[next-1] - t.Value[node-1]
			node = next
		}
	}
	return bias, points
}

// Sigmoid turns log-odds into a probability.
func Sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
