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
	Ranges  int     // into which a feature is cut, 2…255; 0: 64
	Seed    uint64
	Exclude []string // features that the trees must not ask
}

const (
	usualRanges = 64
	mostRanges  = 255 // more do not fit the number of a range
)

// binned is a data set with every value replaced by the number of its range.
type binned struct {
	rows int
	bins [][]uint8   // by feature, then row
	cuts [][]float64 // lower bounds of ranges 1, 2, …
}

func bin(x [][]float64, most int) *binned {
	if most == 0 {
		most = usualRanges
	}
	most = min(most, mostRanges)
	dim := len(x[0])
	b := &binned{rows: len(x), bins: make([][]uint8, dim), cuts: make([][]float64, dim)}
	for f := range dim {
		values := make([]float64, len(x))
		for i := range x {
			values[i] = x[i][f]
		}
		slices.Sort(values)
		cuts := ranges(values, most)
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

// ranges cuts sorted values into at most so many ranges with about the same
// number of rows. A value with more rows than that, such as the one that stands
// for "unknown", has a range of its own and takes none from the others. The
// result are the lower bounds of all ranges but the first.
func ranges(values []float64, most int) (cuts []float64) {
	type run struct {
		v float64
		n int
	}
	var runs []run
	for _, v := range values {
		if k := len(runs); k > 0 && runs[k-1].v == v {
			runs[k-1].n++
		} else {
			runs = append(runs, run{v, 1})
		}
	}
	rows, left := len(values), most
	big := make([]bool, len(runs))
	for {
		found := false
		for i, r := range runs {
			if !big[i] && left > 1 && r.n*left > rows {
				big[i], found = true, true
				rows -= r.n
				left--
			}
		}
		if !found {
			break
		}
	}
	got := 0 // rows in the open range
	for i, r := range runs {
		full := got*left >= rows || big[i] || i > 0 && big[i-1]
		if i > 0 && full && len(cuts) < most-1 {
			cuts = append(cuts, r.v)
			got = 0
		}
		if !big[i] {
			got += r.n
		}
	}
	return cuts
}

// Boost grows a forest on rows x with labels y (0 or 1) and optional row
// weights, by second-order gradient boosting of the logistic loss
// (Friedman 2001; Chen and Guestrin 2016, equation 7).
func Boost(names []string, x [][]float64, y, weight []float64, o BoostOptions) *model.Forest {
	b := bin(x, o.Ranges)
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
			if slices.Contains(o.Exclude, names[c]) {
				continue
			}
			if o.Columns >= 1 || next() < o.Columns {
				cols = append(cols, c)
			}
		}
		g := &grower{b: b, grad: grad, hess: hess, cols: cols, o: o}
		t := g.grow(rows)
		f.Trees = append(f.Trees, t)
		for i := range x {
			z[i] += t.Output(x[i])
		}
	}
	return f
}

// grower grows one symmetric tree.
type grower struct {
	b          *binned
	grad, hess []float64
	cols       []int
	o          BoostOptions
}

func (g *grower) grow(rows []int) model.Tree {
	var t model.Tree
	leaf := make([]int, len(rows)) // leaf of each row, numbered from 0
	t.Value = g.values(rows, leaf, 1, nil)
	for depth := range g.o.Depth {
		leaves := 1 << depth
		f, cut, ok := g.split(rows, leaf, leaves)
		if !ok {
			break
		}
		t.Feature = append(t.Feature, f)
		t.Cut = append(t.Cut, g.b.cuts[f][cut])
		for i, r := range rows {
			leaf[i] <<= 1
			if int(g.b.bins[f][r]) > cut {
				leaf[i] |= 1
			}
		}
		t.Value = g.values(rows, leaf, 2*leaves, t.Value)
	}
	return t
}

// values appends the outputs of one level of nodes.
func (g *grower) values(rows, leaf []int, leaves int, out []float64) []float64 {
	sg, sh := make([]float64, leaves), make([]float64, leaves)
	for i, r := range rows {
		sg[leaf[i]] += g.grad[r]
		sh[leaf[i]] += g.hess[r]
	}
	for k := range sg {
		v := -g.o.Rate * sg[k] / (sh[k] + g.o.Lambda)
		out = append(out, math.Round(v*1e5)/1e5)
	}
	return out
}

// split finds the question with the largest summed gain over all leaves.
func (g *grower) split(rows, leaf []int, leaves int) (feature, cut int, ok bool) {
	best := 1e-6
	hg, hh := make([]float64, leaves*mostRanges), make([]float64, leaves*mostRanges)
	gains := make([]float64, mostRanges)
	for _, f := range g.cols {
		n := len(g.b.cuts[f]) + 1
		if n < 2 {
			continue
		}
		clear(hg)
		clear(hh)
		bins := g.b.bins[f]
		for i, r := range rows {
			k := leaf[i]*mostRanges + int(bins[r])
			hg[k] += g.grad[r]
			hh[k] += g.hess[r]
		}
		clear(gains)
		for l := range leaves {
			lg, lh := hg[l*mostRanges:][:n], hh[l*mostRanges:][:n]
			sg, sh := 0.0, 0.0
			for k := range n {
				sg += lg[k]
				sh += lh[k]
			}
			parent := sg * sg / (sh + g.o.Lambda)
			ag, ah := 0.0, 0.0
			for k := range n - 1 {
				ag += lg[k]
				ah += lh[k]
				if ah < g.o.MinHess || sh-ah < g.o.MinHess {
					continue
				}
				bg, bh := sg-ag, sh-ah
				gains[k] += ag*ag/(ah+g.o.Lambda) + bg*bg/(bh+g.o.Lambda) - parent
			}
		}
		for k := range n - 1 {
			if gains[k] > best {
				best, feature, cut, ok = gains[k], f, k, true
			}
		}
	}
	return feature, cut, ok
}
