package train

import (
	"context"
	"fmt"
	"slices"

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
	F1        float64 // at the threshold chosen on the training folds
	BestF1    float64 // at the best threshold in hindsight
	Threshold float64
}

// Pairs trains the forest of one pair task and reports its five-fold
// cross-validated figures. Rows that share a text, directly or through others,
// are in one fold. With strangers each text is
// also paired once with the text of a distant row as a negative that counts in
// training only: rows that hold nothing but look-alikes do not teach that texts
// without a common word differ.
func Pairs(ctx context.Context, path string, p *trend.PairScorer, strangers bool, o BoostOptions) (*model.Forest, Report, error) {
	var x [][]float64
	var y []float64
	var rows []pairRow
	var texts []trend.Prepared
	err := eachRow(ctx, path, func(r pairRow) {
		a, b := p.Prepare(r.A), p.Prepare(r.B)
		x = append(x, p.Compare(a, b))
		texts = append(texts, a, b)
		y = append(y, float64(r.Label))
		rows = append(rows, r)
	})
	if err != nil {
		return nil, Report{}, err
	}
	if len(x) < 50 {
		return nil, Report{}, fmt.Errorf("train: %s: %d rows are too few", path, len(x))
	}
	fold := folds(rows, 5)
	names := trend.PairFeatureNames()
	var sx [][]float64
	if strangers {
		for i := 0; i < len(texts); i += 2 {
			sx = append(sx, p.Compare(texts[i], texts[(i+len(texts)/2|1)%len(texts)]))
		}
	}
	zeros := make([]float64, len(sx))
	held := make([]float64, len(x))
	for k := range 5 {
		var tx [][]float64
		var ty []float64
		for i := range x {
			if fold[i] != k {
				tx, ty = append(tx, x[i]), append(ty, y[i])
			}
		}
		f := Boost(names, append(tx, sx...), append(ty, zeros...), nil, o)
		for i := range x {
			if fold[i] == k {
				held[i] = model.Sigmoid(f.LogOdds(x[i]))
			}
		}
	}
	rep := Report{Rows: len(x)}
	rep.Threshold, rep.BestF1 = bestF1(held, y, nil, -1)
	// The honest figure: each fold is judged at the threshold of the others.
	tp, said, truth := 0.0, 0.0, 0.0
	for k := range 5 {
		th, _ := bestF1(held, y, fold, k)
		for i := range x {
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
	rep.F1 = ratioOf(2*tp, said+truth)
	f := Boost(names, append(slices.Clip(x), sx...), append(slices.Clip(y), zeros...), nil, o)
	f.Threshold = rep.Threshold
	f.Provenance.Rows = len(x)
	f.Provenance.Quality = fmt.Sprintf("five-fold F1 %.4f (%.4f at the best threshold)", rep.F1, rep.BestF1)
	return f, rep, nil
}

// bestF1 finds the threshold with the best F1 over all rows outside fold skip.
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
	for n, i := range idx {
		tp += y[i]
		if n+1 < len(idx) && score[idx[n+1]] == score[i] {
			continue
		}
		if f := 2 * tp / (float64(n+1) + truth); f > best {
			best, threshold = f, score[i]
		}
	}
	return threshold, best
}

func textHash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h ^ h>>29
}

// folds spreads rows over n folds, all rows that hang together by a text on one.
func folds(rows []pairRow, n int) []int {
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
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = int(textHash(root(r.A)) % uint64(n))
	}
	return out
}
