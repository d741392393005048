package train

import (
	"math"
	"slices"

	"github.com/xuanti/xuanti/trend/model"
)

// BoostOptions set the size of a boosted forest.
type BoostOptions struct {
	Trees   int     // number of trees
	Depth   int     // questions on a path
	Rate    float64 // shrinkage of each tree
	Lambda  float64 // L2 penalty on leaf values
	MinHess float64 // least summed curvature of a leaf
	Columns float64 // share of features offered to a tree, 0…1
	Rows    float64 // share of rows a tree sees, 0…1
	Seed    uint64
}

// maxBins is the number of value ranges a feature is cut into.
const maxBins = 64

// binned is a data set with every value replaced by the number of its range.
type binned struct {
	rows int
	bins [][]uint8   // by feature, then row
	cuts [][]float64 // lower bounds of ranges 1, 2, …
}

func bin(x [][]float64) *binned {
	dim := len(x[0])
	b := &binned{rows: len(x), bins: make([][]uint8, dim), cuts: make([][]float64, dim)}
	for f := range dim {
		values := make([]float64, len(x))
		for i := range x {
			values[i] = x[i][f]
		}
		slices.Sort(values)
		var cuts []float64
		for k := 1; k < maxBins; k++ {
			v := values[k*len(values)/maxBins]
			if v > values[0] && (len(cuts) == 0 || v > cuts[len(cuts)-1]) {
				cuts = append(cuts, v)
			}
		}
		b.cuts[f] = cuts
		b.bins[f] = make([]uint8, len(x))
		for i := range x {
			n, _ := slices.BinarySearchFunc(cuts, x[i][f], func(c, v float64) int {
				if c <= v {
					return -1
				}
				return 1
			})
			b.bins[f][i] = uint8(n)
		}
	}
	return b
}

// Boost grows a forest on rows x with labels y (0 or 1) and optional row
// weights, by second-order gradient boosting of the logistic loss
// (Friedman 2001; Chen and Guestrin 2016, equation 7).
func Boost(names []string, x [][]float64, y, weight []float64, o BoostOptions) *model.Forest {
	b := bin(x)
	f := &model.Forest{Features: names, Threshold: 0.5}
	pos, all := 0.0, 0.0
	w := make([]float64, len(x))
	for i := range x {
		w[i] = 1
		if weight != nil {
			w[i] = weight[i]
		}
		pos += y[i] * w[i]
		all += w[i]
	}
	f.Bias = math.Log((pos + 1) / (all - pos + 1))
	z := make([]float64, len(x))
	grad, hess := make([]float64, len(x)), make([]float64, len(x))
	rnd := o.Seed*2654435761 + 1
	next := func() float64 { // xorshift64*: repeatable everywhere
		rnd ^= rnd >> 12
		rnd ^= rnd << 25
		rnd ^= rnd >> 27
		return float64(rnd*2685821657736338717>>11) / (1 << 53)
	}
	for range o.Trees {
		var rows []int
		for i := range x {
			p := model.Sigmoid(f.Bias + z[i])
			grad[i] = w[i] * (p - y[i])
			hess[i] = w[i] * p * (1 - p)
			if o.Rows >= 1 || next() < o.Rows {
				rows = append(rows, i)
			}
		}
		var cols []int
		for c := range names {
			if o.Columns >= 1 || next() < o.Columns {
				cols = append(cols, c)
			}
		}
		g := &grower{b: b, grad: grad, hess: hess, cols: cols, o: o}
		t := g.grow(rows)
		f.Trees = append(f.Trees, t)
		for i := range x {
			z[i] += outcome(&t, x[i])
		}
	}
	return f
}

func outcome(t *model.Tree, x []float64) float64 {
	i := 0
	for t.Feature[i] >= 0 {
		if x[t.Feature[i]] < t.Cut[i] {
			i = t.Left[i]
		} else {
			i = t.Left[i] + 1
		}
	}
	return t.Value[i]
}

type grower struct {
	b          *binned
	grad, hess []float64
	cols       []int
	o          BoostOptions
	t          model.Tree
}

type work struct {
	node, depth int
	rows        []int
}

func (g *grower) grow(rows []int) model.Tree {
	g.add(rows)
	queue := []work{{0, 0, rows}}
	for len(queue) > 0 {
		w := queue[0]
		queue = queue[1:]
		if w.depth >= g.o.Depth {
			continue
		}
		f, cut, ok := g.split(w.rows)
		if !ok {
			continue
		}
		var left, right []int
		for _, r := range w.rows {
			if g.b.bins[f][r] < uint8(cut+1) {
				left = append(left, r)
			} else {
				right = append(right, r)
			}
		}
		g.t.Feature[w.node], g.t.Cut[w.node], g.t.Left[w.node] = f, g.b.cuts[f][cut], len(g.t.Feature)
		queue = append(queue, work{g.add(left), w.depth + 1, left}, work{g.add(right), w.depth + 1, right})
	}
	return g.t
}

func (g *grower) add(rows []int) int {
	sg, sh := 0.0, 0.0
	for _, r := range rows {
		sg += g.grad[r]
		sh += g.hess[r]
	}
	g.t.Feature = append(g.t.Feature, -1)
	g.t.Cut = append(g.t.Cut, 0)
	g.t.Left = append(g.t.Left, 0)
	value := -g.o.Rate * sg / (sh + g.o.Lambda)
	g.t.Value = append(g.t.Value, math.Round(value*1e6)/1e6)
	return len(g.t.Feature) - 1
}

// split finds the question with the largest gain.
func (g *grower) split(rows []int) (feature, cut int, ok bool) {
	sg, sh := 0.0, 0.0
	for _, r := range rows {
		sg += g.grad[r]
		sh += g.hess[r]
	}
	parent, best := sg*sg/(sh+g.o.Lambda), 1e-6
	var hg, hh [maxBins + 1]float64
	for _, f := range g.cols {
		n := len(g.b.cuts[f]) + 1
		clear(hg[:n])
		clear(hh[:n])
		bins := g.b.bins[f]
		for _, r := range rows {
			hg[bins[r]] += g.grad[r]
			hh[bins[r]] += g.hess[r]
		}
		lg, lh := 0.0, 0.0
		for k := range n - 1 {
			lg += hg[k]
			lh += hh[k]
			if lh < g.o.MinHess || sh-lh < g.o.MinHess {
				continue
			}
			rg, rh := sg-lg, sh-lh
			gain := lg*lg/(lh+g.o.Lambda) + rg*rg/(rh+g.o.Lambda) - parent
			if gain > best {
				best, feature, cut, ok = gain, f, k, true
			}
		}
	}
	return feature, cut, ok
}
