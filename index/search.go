package index

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"golang.org/x/sync/errgroup"

	"github.com/xuanti/xuanti"
)

// Limits of a page of results.
const (
	DefaultLimit = 20
	MaxLimit     = 1000
	MaxOffset    = 10_000
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
	pl, err := compile(q, expr, b.seg, b.opts.Synonyms)
	if err != nil {
		return Result{}, err
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, b.opts.Timeout)
		defer cancel()
	}
	if err := b.takeTurn(ctx); err != nil {
		return Result{}, err
	}
	defer b.endTurn()
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

// takeTurn waits until a search may run: as many at a time as there are
// processors. Each uses all of them by itself; more at once would only make each
// other late, and hold the memory of all.
func (b *Bleve) takeTurn(ctx context.Context) error {
	select {
	case b.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ended(ctx.Err())
	}
}

func (b *Bleve) endTurn() { <-b.turns }

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
	var readers []*scorch.IndexSnapshot
	defer func() {
		if r := recover(); r != nil { // damaged files make Bleve panic
			err = xuanti.Wrap(xuanti.CodeCorrupt, fmt.Errorf("panic: %v", r), "搜索索引已损坏，请运行 xuanti reindex 重建 (the index is corrupt; `xuanti reindex` rebuilds it)")
		}
		for _, r := range readers {
			err = errors.Join(err, r.Close())
		}
	}()
	var leaves []*leaf
	for _, p := range b.parts {
		if !p.overlaps(pl.since, pl.until) {
			continue
		}
		r, err := p.reader()
		if err != nil {
			return Result{}, err
		}
		readers = append(readers, r)
		for _, seg := range r.Segments() {
			if seg.Count() > 0 {
				leaves = append(leaves, newLeaf(p, seg, g))
			}
		}
	}
	if leaves, err = b.prepare(leaves, pl); err != nil {
		return Result{}, err
	}
	s := &search{Query: q, plan: pl, leaves: leaves, tf: weigh(pl, leaves)}
	if !pl.explicitTime {
		s.fresh = newFreshness(pl.intent, q.Now)
	}
	// Nothing found with the query as it stands: loosen it step by step.
	for s.level = range numLevels {
		if res, err = b.round(s); err != nil || res.Total > 0 || !loosens(pl) {
			break
		}
		res.Relaxed = ""
	}
	return res, err
}

// search is one search on its way over the leaves.
type search struct {
	Query
	plan   *plan
	leaves []*leaf
	tf     *bm25
	fresh  freshness
	level  int
	top    *top
}

// loosens reports whether a looser round can find more.
func loosens(pl *plan) bool {
	return slices.ContainsFunc(pl.texts, func(t *textNode) bool { return !t.strict && !t.all })
}

// reader opens a consistent view of a partition.
func (p *partition) reader() (*scorch.IndexSnapshot, error) {
	adv, err := p.idx.Advanced()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.name, err)
	}
	r, err := adv.Reader()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.name, err)
	}
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(fmt.Errorf("open %s: snapshot of type %T", p.name, r), r.Close())
	}
	return snapshot, nil
}

// prepare looks up everything the query names in every leaf, side by side,
// and leaves out those that cannot be read.
func (b *Bleve) prepare(leaves []*leaf, pl *plan) ([]*leaf, error) {
	alive := map[*partition][]*scorch.SegmentSnapshot{}
	for _, l := range leaves {
		alive[l.p] = append(alive[l.p], l.seg)
	}
	err := b.each(leaves, func(l *leaf) (err error) {
		if l.cols, err = l.p.columnsOf(l, alive[l.p], &b.names); err != nil {
			return err
		}
		for _, t := range pl.texts {
			if err := l.find(t); err != nil {
				return err
			}
		}
		return nil
	})
	return slices.DeleteFunc(leaves, func(l *leaf) bool { return l.broken }), err
}

func (b *Bleve) each(leaves []*leaf, fn func(*leaf) error) error {
	var eg errgroup.Group
	eg.SetLimit(max(runtime.NumCPU(), 1))
	for _, l := range leaves {
		eg.Go(func() error {
			if err := l.g.ctx.Err(); err != nil {
				return err
			}
			return b.guarded(l, func() error { return fn(l) })
		})
	}
	return eg.Wait()
}

// weigh gives every feature its weight over all leaves, so that scores of
// different months compare.
func weigh(pl *plan, leaves []*leaf) *bm25 {
	var docs uint64
	var texts, grams int64
	for _, l := range leaves {
		docs += l.seg.Count()
		texts += l.cols.texts
		grams += l.cols.grams
	}
	count := func(list []feature, of func(*presence) []where, n *textNode) {
		for i := range list {
			f := &list[i]
			for _, l := range leaves {
				f.df += of(l.texts[n])[i].any.GetCardinality()
			}
			f.idf = idf(f.df, docs)
		}
	}
	for _, t := range pl.texts {
		count(t.words, func(p *presence) []where { return p.words }, t)
		count(t.grams, func(p *presence) []where { return p.grams }, t)
		count(t.pinyin, func(p *presence) []where { return p.pinyin }, t)
		for _, g := range t.groups {
			if g.pinyin >= 0 && len(t.pinyin[g.pinyin].term) < sureName && t.typed(&g) {
				t.pinyin[g.pinyin].off = true
			}
		}
	}
	return newBM25(max(float64(grams), 1) / max(float64(texts), 1))
}

// typed says whether any document holds a group as it was typed.
func (n *textNode) typed(g *wanted) bool {
	return g.word >= 0 && n.words[g.word].df > 0 || slices.ContainsFunc(g.grams, func(k int) bool { return n.grams[k].df > 0 })
}

// round answers the query at one level of looseness, leaves side by side.
func (b *Bleve) round(s *search) (Result, error) {
	want := s.Offset + s.Limit
	s.top = &top{n: want}
	sound := s.sound()
	if err := b.each(s.leaves, func(l *leaf) error { return b.run(s, l) }); err != nil {
		return Result{}, err
	}
	if s.sound() < sound {
		return b.round(s) // what a leaf offered before it broke must not stand for others
	}
	res := Result{Relaxed: [numLevels]string{"", RelaxedFewer, RelaxedAlike}[s.level], Intent: s.plan.intent}
	var counted facets
	for _, l := range s.leaves {
		res.Total += l.total
		counted.add(&l.facet)
	}
	if s.Facets {
		counted.tell(&res, &b.names)
	}
	all, err := best(append(s.top.heap, s.top.tied...), want)
	if err != nil {
		return Result{}, err
	}
	if all, err = unique(all); err != nil {
		return Result{}, err
	}
	for _, c := range all[min(s.Offset, len(all)):] {
		h := c.hit()
		if s.Explain {
			h.Why = s.explain(c)
		}
		res.Hits = append(res.Hits, h)
	}
	return res, nil
}

// guarded keeps a damaged partition from taking the answer, or the process,
// with it: the others still count and Healthy tells. What ended the whole
// search is passed on.
func (b *Bleve) guarded(l *leaf, fn func() error) (err error) {
	fail := func(cause error) {
		l.clear()
		l.broken = true
		b.background(corrupt(l.p.name, cause))
	}
	defer func() {
		if r := recover(); r != nil {
			fail(fmt.Errorf("panic: %v", r))
			err = nil
		}
	}()
	if err = fn(); err == nil || l.g.ctx.Err() != nil || xuanti.CodeOf(err) != xuanti.CodeInternal {
		return err
	}
	fail(err)
	return nil
}

func (l *leaf) clear() {
	l.total, l.facet = 0, facets{}
}

// sound counts the leaves that can be read.
func (s *search) sound() (n int) {
	for _, l := range s.leaves {
		if !l.broken {
			n++
		}
	}
	return n
}

// run answers the query in one leaf.
func (b *Bleve) run(s *search, l *leaf) error {
	l.clear()
	if l.broken {
		return nil
	}
	ev := &evaluator{leaf: l, level: s.level, tf: s.tf, work: b.spaces.get(l.size())}
	var within *roaring.Bitmap
	if pl := s.plan; !pl.since.IsZero() || !pl.until.IsZero() {
		within = l.between(pl.since, pl.until)
	}
	set, err := ev.match(s.plan.root, within)
	if err != nil {
		return err
	}
	if l.total = int(set.GetCardinality()); l.total == 0 {
		b.spaces.put(ev.work)
		return nil
	}
	if s.Facets {
		l.facet.fill(l.cols, set, ev.work)
	}
	ev.rank(s, set)
	b.spaces.put(ev.work)
	return nil
}
