package train

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
	"github.com/xuanti/xuanti/trend/model"
)

// TemporalOptions say which title pairs are compared.
type TemporalOptions struct {
	Near    time.Duration        // pairs at most this far apart may be one story
	Offsets []time.Duration      // pairs this much further apart are chance, or another story
	Every   int                  // every n-th title is compared with what came before
	MinIDF  float64              // least rarity that a pair must share
	Skip    func(time.Time) bool // days held out for judging; nil: none
}

// sightRow is a first sighting.
type sightRow struct {
	TS       time.Time `json:"ts"`
	Platform string    `json:"platform"`
	Title    string    `json:"title"`
}

// Temporal learns without labels: two titles about one happening appear within
// hours, titles that share words by chance or by habit are as frequent days
// apart. The forest therefore learns the odds o of "near" against "apart" for
// the features of a pair, with both kinds of window scaled to the same number
// of titles; the probability that a near pair is no coincidence is 1 - 1/o.
func Temporal(ctx context.Context, paths []string, p *trend.PairScorer, o TemporalOptions, b BoostOptions) (*model.Forest, error) {
	rows, err := firstSightings(ctx, paths, o.Skip)
	if err != nil {
		return nil, err
	}
	titles, times := make([]string, len(rows)), make([]time.Time, len(rows))
	for i, r := range rows {
		titles[i], times[i] = r.Title, r.TS
	}
	index := newTitleIndex(titles)
	digests := make(map[int]trend.Prepared)
	prepared := func(i int) trend.Prepared {
		d, ok := digests[i]
		if !ok {
			d = p.Prepare(titles[i])
			digests[i] = d
		}
		return d
	}
	var x [][]float64
	var y, w []float64
	for i := o.Every - 1; i < len(titles); i += o.Every {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		windows := append([]time.Duration{0}, o.Offsets...)
		sizes := make([]float64, len(windows))
		from, to := make([]int, len(windows)), make([]int, len(windows))
		complete := true
		for k, off := range windows {
			end := times[i].Add(-off)
			to[k] = firstAfter(times, end)
			from[k] = firstAfter(times, end.Add(-o.Near))
			to[k] = min(to[k], i)
			sizes[k] = float64(to[k] - from[k])
			if sizes[k] < 50 {
				complete = false
			}
		}
		if !complete {
			continue
		}
		for k := range windows {
			for _, j := range index.similar(i, from[k], to[k], o.MinIDF) {
				x = append(x, p.Compare(prepared(i), prepared(j)))
				label, weight := 0.0, sizes[0]/sizes[k]/float64(len(o.Offsets))
				if k == 0 {
					label, weight = 1, 1
				}
				y, w = append(y, label), append(w, weight)
			}
		}
	}
	if len(x) < 1000 {
		return nil, fmt.Errorf("train: %v: %d comparable pairs are too few", paths, len(x))
	}
	f := Boost(trend.PairFeatureNames(), x, y, w, b)
	f.Provenance.Rows = len(x)
	return f, nil
}

// firstSightings merges files by time and drops titles seen in the week before.
func firstSightings(ctx context.Context, paths []string, skip func(time.Time) bool) ([]sightRow, error) {
	var all []sightRow
	last := map[string]time.Time{}
	for _, path := range paths {
		clear(last)
		err := eachRow(ctx, path, func(r sightRow) {
			if skip != nil && skip(r.TS) {
				return
			}
			key := r.Platform + "\x00" + r.Title
			at, ok := last[key]
			last[key] = r.TS
			if !ok || r.TS.Sub(at) > week {
				all = append(all, r)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b sightRow) int { return a.TS.Compare(b.TS) })
	clear(last)
	out := all[:0]
	for _, r := range all {
		key := nlp.Fold(r.Title)
		if at, ok := last[key]; !ok || r.TS.Sub(at) > week {
			out = append(out, r)
		}
		last[key] = r.TS
	}
	return out, nil
}

const week = 7 * 24 * time.Hour

func firstAfter(times []time.Time, t time.Time) int {
	lo, hi := 0, len(times)
	for lo < hi {
		mid := (lo + hi) / 2
		if times[mid].After(t) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// titleIndex finds titles that share rare character pairs.
type titleIndex struct {
	grams [][]uint64
	post  map[uint64][]int32
	idf   func(uint64) float64
}

func newTitleIndex(titles []string) *titleIndex {
	x := &titleIndex{post: map[uint64][]int32{}, idf: trend.BackgroundIDF()}
	for i, t := range titles {
		g := trend.Grams(nlp.Fold(t))
		x.grams = append(x.grams, g)
		for _, k := range g {
			x.post[k] = append(x.post[k], int32(i))
		}
	}
	return x
}

// similar lists the titles in [from, to) that share at least minIDF with title i.
func (x *titleIndex) similar(i, from, to int, minIDF float64) []int {
	sum := map[int32]float64{}
	for _, g := range x.grams[i] {
		idf := x.idf(g)
		if idf < 3 {
			continue
		}
		post := x.post[g]
		lo, hi := 0, len(post)
		for lo < hi {
			mid := (lo + hi) / 2
			if int(post[mid]) < from {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		for ; lo < len(post) && int(post[lo]) < to; lo++ {
			sum[post[lo]] += idf
		}
	}
	var out []int
	for j := range sum {
		if sum[j] >= minIDF && int(j) != i {
			out = append(out, int(j))
		}
	}
	slices.Sort(out)
	return out
}
