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
}

// Tree is a binary tree in arrays. Node i is a leaf when Feature[i] < 0.
// A row goes to Left[i] when its value is below Cut[i], else to Left[i]+1.
// Value[i] is the mean output of node i, for inner nodes too, so that every
// step of a path can be credited to the feature that was asked.
type Tree struct {
	Feature []int     `json:"f"`
	Cut     []float64 `json:"c"`
	Left    []int     `json:"l"`
	Value   []float64 `json:"v"`
}

func (f *Forest) check() error {
	for _, t := range f.Trees {
		n := len(t.Feature)
		if n == 0 || len(t.Cut) != n || len(t.Left) != n || len(t.Value) != n {
			return xuanti.Errorf(xuanti.CodeInternal, "a model has a tree of uneven arrays")
		}
		for i, feature := range t.Feature {
			if feature >= len(f.Features) || (feature >= 0 && (t.Left[i] <= i || t.Left[i]+1 >= n)) {
				return xuanti.Errorf(xuanti.CodeInternal, "a model has a tree with a wrong link")
			}
		}
	}
	return nil
}

// LogOdds is the output for the feature values x.
func (f *Forest) LogOdds(x []float64) float64 {
	z := f.Bias
	for k := range f.Trees {
		t := &f.Trees[k]
		i := 0
		for t.Feature[i] >= 0 {
			if x[t.Feature[i]] < t.Cut[i] {
				i = t.Left[i]
			} else {
				i = t.Left[i] + 1
			}
		}
		z += t.Value[i]
	}
	return z
}

// Contributions splits the output for x: points[j] is what feature j added and
// bias the rest; bias plus the sum of points is LogOdds(x).
func (f *Forest) Contributions(x []float64) (bias float64, points []float64) {
	points = make([]float64, len(f.Features))
	bias = f.Bias
	for k := range f.Trees {
		t := &f.Trees[k]
		i := 0
		bias += t.Value[0]
		for t.Feature[i] >= 0 {
			next := t.Left[i]
			if x[t.Feature[i]] >= t.Cut[i] {
				next++
			}
			points[t.Feature[i]] += t.Value[next] - t.Value[i]
			i = next
		}
	}
	return bias, points
}

// Sigmoid turns log-odds into a probability.
func Sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
