package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/xuanti/xuanti/trend"
	"github.com/xuanti/xuanti/trend/model"
)

// pairRow is a judged pair of short texts.
type pairRow struct {
	A     string `json:"a"`
	B     string `json:"b"`
	Label int    `json:"label"`
}

// Report is how well a model does on rows it did not see.
type Report struct {
	Rows      int
	F1        float64 // at the threshold chosen on the training folds, mean over the divisions
	Spread    float64 // the largest F1 of a division less the smallest
	BestF1    float64 // at the best threshold in hindsight, mean over the divisions
	Threshold float64 // mean over the divisions
}

// PairOptions say how the forest of a pair task is made and judged.
type PairOptions struct {
	BoostOptions
	Text      bool        // ask trend.TextFeatureNames, not only trend.PairFeatureNames
	Strangers bool        // see Pairs
	Bags      int         // forests of other draws of rows and features whose mean is the model
	Divisions int         // into folds; the figures of one division are luck by about 0.005
	Line      LineOptions // a linear part beside the forests
}

// pairRows are rows to learn from.
type pairRows struct {
	x    [][]float64
	cues [][]model.Cue
	y    []float64
}

func (r *pairRows) add(x []float64, cues []model.Cue, y float64) {
	r.x, r.cues, r.y = append(r.x, x), append(r.cues, cues), append(r.y, y)
}

// Pairs trains the forest of one pair task and reports its five-fold
// cross-validated figures. Rows that share a text, directly or through others,
// are in one fold. With strangers each text is
// also paired once with the text of a distant row as a negative that counts in
// training only: rows that hold nothing but look-alikes do not teach that texts
// without a common word differ.
func Pairs(ctx context.Context, path string, p *trend.PairScorer, o PairOptions) (*model.Forest, Report, error) {
	names, compare := trend.PairFeatureNames(), p.Compare
	if o.Text {
		names, compare = trend.TextFeatureNames(), p.CompareTexts
	}
	var all, strangers pairRows
	var rows []pairRow
	var texts []trend.Prepared
	err := eachRow(ctx, path, func(r pairRow) {
		a, b := p.Prepare(r.A), p.Prepare(r.B)
		all.add(compare(a, b), trend.Cues(a, b), float64(r.Label))
		texts = append(texts, a, b)
		rows = append(rows, r)
	})
	if err != nil {
		return nil, Report{}, err
	}
	if len(rows) < 50 {
		return nil, Report{}, fmt.Errorf("train: %s: %d rows are too few", path, len(rows))
	}
	if o.Strangers {
		for i := 0; i < len(texts); i += 2 {
			a, b := texts[i], texts[(i+len(texts)/2|1)%len(texts)]
			strangers.add(compare(a, b), trend.Cues(a, b), 0)
		}
	}
	rep := Report{Rows: len(rows)}
	var f1s []float64
	for d := range o.Divisions {
		fold := folds(rows, 5, d)
		held := make([]float64, len(rows))
		for k := range 5 {
			if ctx.Err() != nil {
				return nil, Report{}, ctx.Err()
			}
			f := grow(names, &all, &strangers, func(i int) bool { return fold[i] != k }, o)
			for i := range held {
				if fold[i] == k {
					held[i] = model.Sigmoid(f.Mixed(all.x[i], all.cues[i]))
				}
			}
		}
		th, best := bestF1(held, all.y, nil, -1)
		f1s = append(f1s, foldedF1(held, all.y, fold))
		rep.F1 += f1s[d] / float64(o.Divisions)
		rep.BestF1 += best / float64(o.Divisions)
		rep.Threshold += th / float64(o.Divisions)
	}
	rep.Spread = slices.Max(f1s) - slices.Min(f1s)
	f := grow(names, &all, &strangers, func(int) bool { return true }, o)
	f.Threshold = rep.Threshold
	f.Provenance.Rows = len(rows)
	f.Provenance.Quality = fmt.Sprintf("five-fold F1 %.4f, mean of %d divisions, spread %.4f (%.4f at the best threshold)", rep.F1, o.Divisions, rep.Spread, rep.BestF1)
	return f, rep, nil
}

// grow makes the model of the rows that use names and of all strangers.
func grow(names []string, all, strangers *pairRows, use func(int) bool, o PairOptions) *model.Forest {
	var r pairRows
	for i := range all.x {
		if use(i) {
			r.add(all.x[i], all.cues[i], all.y[i])
		}
	}
	for i := range strangers.x {
		r.add(strangers.x[i], strangers.cues[i], strangers.y[i])
	}
	f := bagged(names, r.x, r.y, o)
	if o.Line.Share > 0 {
		f.Line = fitLine(r.x, r.cues, r.y, o.Line)
	}
	return f
}

// foldedF1 judges each fold at the threshold that is best for the others.
func foldedF1(held, y []float64, fold []int) float64 {
	tp, said, truth := 0.0, 0.0, 0.0
	for k := range 5 {
		th, _ := bestF1(held, y, fold, k)
		for i := range y {
			if fold[i] != k {
				continue
			}
			truth += y[i]
			if held[i] >= th {
				said++
				tp += y[i]
			}
		}
	}
	return ratioOf(2*tp, said+truth)
}

// bagged is the mean of forests that were grown on other draws of rows and
// features, as one forest (Breiman 1996).
func bagged(names []string, x [][]float64, y []float64, o PairOptions) *model.Forest {
	out := &model.Forest{Features: names}
	n := float64(o.Bags)
	for range o.Bags {
		f := Boost(names, x, y, nil, o.BoostOptions)
		o.Seed++
		out.Bias += f.Bias / n
		for _, t := range f.Trees {
			for i := range t.Value {
				t.Value[i] = math.Round(t.Value[i]/n*1e5) / 1e5
			}
			out.Trees = append(out.Trees, t)
		}
	}
	return out
}

// flatF1 is the part of the best F1 at which a threshold is as good as the best:
// on other rows the single best one is luck.
const flatF1 = 0.99

// bestF1 finds the best F1 over all rows outside fold skip, and the middle of
// the thresholds that come as near to it as makes no difference.
func bestF1(score, y []float64, fold []int, skip int) (threshold, best float64) {
	idx := make([]int, 0, len(y))
	truth := 0.0
	for i := range y {
		if fold == nil || fold[i] != skip {
			idx = append(idx, i)
			truth += y[i]
		}
	}
	slices.SortStableFunc(idx, func(a, b int) int {
		switch {
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return 0
	})
	tp := 0.0
	f1s := make([]float64, len(idx))
	for n, i := range idx {
		tp += y[i]
		if n+1 < len(idx) && score[idx[n+1]] == score[i] {
			continue
		}
		f1s[n] = 2 * tp / (float64(n+1) + truth)
		best = max(best, f1s[n])
	}
	sum, near := 0.0, 0.0
	for n, i := range idx {
		if f1s[n] > 0 && f1s[n] >= flatF1*best {
			sum += score[i]
			near++
		}
	}
	return ratioOf(sum, near), best
}

func textHash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h ^ h>>29
}

// folds spreads rows over n folds, all rows that hang together by a text on
// one. Each division spreads them otherwise.
func folds(rows []pairRow, n, division int) []int {
	parent := map[string]string{}
	var root func(string) string
	root = func(s string) string {
		p, ok := parent[s]
		if !ok || p == s {
			parent[s] = s
			return s
		}
		parent[s] = root(p)
		return parent[s]
	}
	for _, r := range rows {
		if a, b := root(r.A), root(r.B); a < b {
			parent[b] = a
		} else {
			parent[a] = b
		}
	}
	salt := ""
	if division > 0 {
		salt = strconv.Itoa(division)
	}
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = int(textHash(salt+root(r.A)) % uint64(n))
	}
	return out
}
