package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/xuanti/xuanti"
)

// Limits of a page of results.
const (
	DefaultLimit = 20
	MaxLimit     = 1000
	MaxOffset    = 10_000
)

const (
	// rescored is how many of the best matches freshness may reorder.
	rescored = 200
	// A document of now gains freshGain of its score, which decays with
	// freshDays (e-folding): gentle, so that a clearly better old match stays.
	freshGain = 0.3
	freshDays = 3.0
	maxLevel  = 2
)

// Search implements Engine.
func (b *Bleve) Search(ctx context.Context, q Query) (Result, error) {
	started := time.Now() // measured, not decided on
	expr, err := ParseQuery(q.Text)
	if err != nil {
		return Result{}, err
	}
	if err := checkPage(&q); err != nil {
		return Result{}, err
	}
	pl, err := compile(q, expr, b.seg)
	if err != nil {
		return Result{}, err
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, b.opts.Timeout)
		defer cancel()
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.closed {
		return Result{}, errClosed()
	}
	res, err := b.search(ctx, q, pl)
	if err != nil {
		if ctx.Err() != nil {
			return Result{}, ended(ctx.Err())
		}
		if xuanti.CodeOf(err) == xuanti.CodeInternal {
			return Result{}, xuanti.Wrap(xuanti.CodeInternal, err, "搜索失败 (the search failed)")
		}
		return Result{}, err
	}
	res.Took = time.Since(started)
	return res, nil
}

func checkPage(q *Query) error {
	switch q.Sort {
	case "":
		q.Sort = SortRelevance
	case SortRelevance, SortNewest:
	default:
		return xuanti.Errorf(xuanti.CodeInvalid, "排序只能是 relevance 或 newest (unknown order %q)", q.Sort)
	}
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	if q.Limit < 0 || q.Limit > MaxLimit || q.Offset < 0 || q.Offset > MaxOffset {
		return xuanti.Errorf(xuanti.CodeInvalid, "每页最多 %d 条，起点最多 %d (limit or offset out of range)", MaxLimit, MaxOffset)
	}
	return nil
}

func (b *Bleve) search(ctx context.Context, q Query, pl *plan) (res Result, err error) {
	g := &guard{ctx: ctx, limit: int64(b.opts.MaxLookups)}
	var shards []*shard
	defer func() {
		if r := recover(); r != nil { // damaged files make Bleve panic
			err = xuanti.Wrap(xuanti.CodeCorrupt, fmt.Errorf("panic: %v", r), "搜索索引已损坏，请运行 xuanti reindex 重建 (the index is corrupt; `xuanti reindex` rebuilds it)")
		}
		for _, s := range shards {
			err = errors.Join(err, s.r.Close())
		}
	}()
	var sums lengths
	var docs uint64
	for _, p := range b.parts {
		if !p.overlaps(pl.since, pl.until) {
			continue
		}
		s, err := openShard(p, g)
		if err != nil {
			return Result{}, err
		}
		shards = append(shards, s)
		n, err := s.r.DocCount()
		if err != nil {
			return Result{}, fmt.Errorf("count %s: %w", p.name, err)
		}
		docs += n
		p.mu.Lock()
		sums.merge(p.lengths)
		p.mu.Unlock()
	}
	if err := weigh(pl, shards, docs); err != nil {
		return Result{}, err
	}
	// Nothing found with the query as it stands: loosen it step by step.
	for level := 0; level <= maxLevel; level++ {
		if res, err = b.round(q, pl, shards, &sums, level); err != nil || res.Total > 0 || !loosens(pl) {
			break
		}
		res.Relaxed = false
	}
	return res, err
}

// loosens reports whether a looser round can find more.
func loosens(pl *plan) bool {
	return slices.ContainsFunc(pl.texts, func(t *textNode) bool { return !t.strict && t.phrase == nil })
}

// weigh gives every feature its weight over all partitions in question, so
// that scores of different months compare.
func weigh(pl *plan, shards []*shard, docs uint64) error {
	one := func(f *feature, fields [2]string, titleOnly bool) error {
		for _, field := range fields {
			if titleOnly && (field == fBodyWords || field == fBodyGrams) {
				continue
			}
			var df uint64
			for _, s := range shards {
				n, err := s.count(field, f.term)
				if err != nil {
					return err
				}
				df += n
			}
			f.df = max(f.df, df)
		}
		f.idf = idf(f.df, docs)
		return nil
	}
	for _, t := range pl.texts {
		for i := range t.words {
			if err := one(&t.words[i], [2]string{fTitleWords, fBodyWords}, t.titleOnly); err != nil {
				return err
			}
		}
		for i := range t.grams {
			if err := one(&t.grams[i], [2]string{fTitleGrams, fBodyGrams}, t.titleOnly); err != nil {
				return err
			}
		}
	}
	return nil
}

// round answers the query at one level of looseness, partitions side by side.
func (b *Bleve) round(q Query, pl *plan, shards []*shard, sums *lengths, level int) (Result, error) {
	want := q.Offset + q.Limit
	if q.Sort == SortRelevance {
		want = max(want, rescored)
	}
	var eg errgroup.Group
	eg.SetLimit(max(runtime.NumCPU(), 1))
	for _, s := range shards {
		eg.Go(func() error { return b.guarded(s, func() error { return s.run(q, pl, sums, level, want) }) })
	}
	if err := eg.Wait(); err != nil {
		return Result{}, err
	}
	res := Result{Relaxed: level > 0}
	if q.Facets {
		res.Platforms, res.Sources, res.Days = map[string]int{}, map[string]int{}, map[string]int{}
	}
	var all []candidate
	for _, s := range shards {
		res.Total += s.total
		all = append(all, s.top...)
		if q.Facets {
			s.facet.mergeInto(&res)
		}
	}
	all = best(all, want, q.Sort)
	hits, err := resolve(all)
	if err != nil {
		return Result{}, err
	}
	if q.Sort == SortRelevance && !q.Now.IsZero() && !pl.explicitTime {
		freshen(hits[:min(rescored, len(hits))], q.Now)
	}
	hits = dedupe(hits)
	res.Hits = hits[min(q.Offset, len(hits)):min(q.Offset+q.Limit, len(hits))]
	return res, nil
}

// guarded keeps a damaged partition from taking the answer, or the process,
// with it: the others still count and Healthy tells. What ended the whole
// search is passed on.
func (b *Bleve) guarded(s *shard, fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.clear()
			b.background(corrupt(s.p.name, fmt.Errorf("panic: %v", r)))
			err = nil
		}
	}()
	if err = fn(); err == nil || s.g.ctx.Err() != nil || xuanti.CodeOf(err) != xuanti.CodeInternal {
		return err
	}
	s.clear()
	b.background(corrupt(s.p.name, err))
	return nil
}

func (s *shard) clear() {
	s.total, s.top, s.facet = 0, nil, facets{}
}

// run answers the query in one partition.
func (s *shard) run(q Query, pl *plan, sums *lengths, level, want int) error {
	s.clear()
	ev := &evaluator{shard: s, level: level}
	for i := range numText {
		ev.avg[i] = sums.average(i)
	}
	var within bitset
	if !pl.since.IsZero() && s.p.from.Before(pl.since) || !pl.until.IsZero() && s.p.until.After(pl.until) {
		set, err := s.between(pl.since, pl.until)
		if err != nil {
			return err
		}
		within = nonNil(set)
	}
	f, err := ev.eval(pl.root, within)
	if err != nil {
		return err
	}
	s.total = f.set.count()
	if s.total == 0 {
		return nil
	}
	if q.Facets {
		if err := s.facet.fill(s, f.set, s.total); err != nil {
			return err
		}
	}
	if q.Sort == SortNewest {
		s.top, err = s.newest(f.set, want)
		return err
	}
	s.top, err = s.bestOf(f, want)
	return err
}

// freshen lifts recent documents a little and restores the order.
func freshen(hits []Hit, now time.Time) {
	for i := range hits {
		if hits[i].At.IsZero() {
			continue
		}
		age := max(now.Sub(hits[i].At).Hours()/24, 0)
		hits[i].Score *= 1 + freshGain*math.Exp(-age/freshDays)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
}

// dedupe drops a second version of a document, which exists between the two
// steps of moving it to another month.
func dedupe(hits []Hit) []Hit {
	seen := make(map[string]bool, len(hits))
	return slices.DeleteFunc(hits, func(h Hit) bool {
		again := seen[h.ID]
		seen[h.ID] = true
		return again
	})
}
