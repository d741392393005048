package model

import (
	"fmt"
	"hash/fnv"
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
	Line       *Line      `json:"line,omitempty"` // mixed in by Mixed; nil: none
	Provenance Provenance `json:"provenance"`

	flat []flatTree // the trees of the usual depth; made by Parse
	rest []int      // the others
}

// usualDepth is how many questions most trees ask.
const usualDepth = 5

// flatTree is a tree of the usual depth in one piece of memory.
type flatTree struct {
	cut     [usualDepth]float64
	feature [usualDepth]uint16
	leaf    [1 << usualDepth]float64
}

// fall is the leaf of x: five comparisons that do not wait for each other.
func (t *flatTree) fall(x []float64) int {
	return bit(x[t.feature[0]] >= t.cut[0])<<4 | bit(x[t.feature[1]] >= t.cut[1])<<3 | bit(x[t.feature[2]] >= t.cut[2])<<2 |
		bit(x[t.feature[3]] >= t.cut[3])<<1 | bit(x[t.feature[4]] >= t.cut[4])
}

// flatten lays the trees out for LogOdds, which reads them for every pair.
func (f *Forest) flatten() {
	f.flat, f.rest = nil, nil
	for i := range f.Trees {
		t := &f.Trees[i]
		if len(t.Feature) != usualDepth {
			f.rest = append(f.rest, i)
			continue
		}
		var flat flatTree
		copy(flat.cut[:], t.Cut)
		for k, feature := range t.Feature {
			flat.feature[k] = uint16(feature)
		}
		copy(flat.leaf[:], t.Value[1<<usualDepth-1:])
		f.flat = append(f.flat, flat)
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
	if f.Line != nil {
		if err := f.Line.check(len(f.Features)); err != nil {
			return err
		}
	}
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
	if f.flat == nil && f.rest == nil { // not parsed but grown
		for k := range f.Trees {
			z += f.Trees[k].Output(x)
		}
		return z
	}
	for _, k := range f.rest {
		z += f.Trees[k].Output(x)
	}
	for i := range f.flat {
		t := &f.flat[i]
		z += t.leaf[t.fall(x)]
	}
	return z
}

// LeafCount is the number of leaves of all trees.
func (f *Forest) LeafCount() int {
	n := 0
	for i := range f.Trees {
		n += 1 << len(f.Trees[i].Feature)
	}
	return n
}

// Leaves writes to out, for each tree, the number of the leaf that x falls
// into, counted over all trees: 0 to LeafCount()-1. It returns LogOdds(x).
func (f *Forest) Leaves(x []float64, out []int) float64 {
	z := f.Bias
	if f.rest == nil && f.flat != nil {
		for i := range f.flat {
			t := &f.flat[i]
			n := t.fall(x)
			z += t.leaf[n]
			out[i] = i<<usualDepth + n
		}
		return z
	}
	first := 0
	for i := range f.Trees {
		t := &f.Trees[i]
		cut, n := t.Cut, 0
		for k, feature := range t.Feature {
			n = n<<1 | bit(x[feature] >= cut[k])
		}
		out[i] = first + n
		first += 1 << len(t.Feature)
	}
	return f.LogOdds(x)
}

// Sum tells forests apart whose leaves mean different things.
func (f *Forest) Sum() uint64 {
	h := fnv.New64a()
	for i := range f.Trees {
		// A hash never fails to take bytes.
		_, _ = fmt.Fprintln(h, f.Trees[i].Feature, f.Trees[i].Cut)
	}
	return h.Sum64()
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
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

// Contributions splits the output for x: it adds to points[j] what feature j
// added, times weight, and returns the rest as bias; with weight 1 and points
// of zero, bias plus the sum of points is LogOdds(x).
func (f *Forest) Contributions(x []float64, weight float64, points []float64) (bias float64) {
	bias = f.Bias
	for i := range f.Trees {
		t := &f.Trees[i]
		node := 1
		value := t.Value[0]
		bias += value
		for k, feature := range t.Feature {
			node <<= 1
			if x[feature] >= t.Cut[k] {
				node |= 1
			}
			next := t.Value[node-1]
			points[feature] += weight * (next - value)
			value = next
		}
	}
	return weight * bias
}

// Sigmoid turns log-odds into a probability.
func Sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
