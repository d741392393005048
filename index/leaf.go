package index

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/xuanti/xuanti"
)

// How often the context is looked at.
const (
	checkEvery   = 4096 // documents
	checkLookups = 64
)

// guard is what bounds one search over all its partitions.
type guard struct {
	ctx     context.Context
	lookups atomic.Int64
	limit   int64
}

// lookup counts a posting list that is about to be opened.
func (g *guard) lookup() error {
	n := g.lookups.Add(1)
	if n > g.limit {
		return xuanti.Errorf(xuanti.CodeLimited, "查询展开的词太多，请缩小范围 (the query needs too many look-ups)")
	}
	if n%checkLookups != 0 {
		return nil
	}
	return g.ctx.Err()
}

// leaf is one segment of a partition in one search. Its document numbers begin
// at 0. Posting lists are bitmaps that may lie in the mapped file: they are
// only read, and not after the search.
type leaf struct {
	p     *partition
	seg   *scorch.SegmentSnapshot
	g     *guard
	cols  *columns
	dicts map[string]segment.TermDictionary
	it    segment.PostingsIterator // of the last list, used again
	texts map[*textNode]*presence

	broken bool // cannot be read; the other leaves answer
	total  int
	facet  facets
}

func newLeaf(p *partition, seg *scorch.SegmentSnapshot, g *guard) *leaf {
	return &leaf{p: p, seg: seg, g: g, dicts: map[string]segment.TermDictionary{}, texts: map[*textNode]*presence{}}
}

// size is the number of documents, removed ones included.
func (l *leaf) size() int { return int(l.seg.Segment().Count()) }

func (l *leaf) dict(field string) (segment.TermDictionary, error) {
	if d, ok := l.dicts[field]; ok {
		return d, nil
	}
	d, err := l.seg.Segment().Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("look up in %s: %w", l.p.name, err)
	}
	l.dicts[field] = d
	return d, nil
}

var none32 = roaring.New() // read-only: no documents

// docs are the live documents that hold a term in a field.
func (l *leaf) docs(field, term string) (*roaring.Bitmap, error) {
	if err := l.g.lookup(); err != nil {
		return nil, err
	}
	d, err := l.dict(field)
	if err != nil {
		return nil, err
	}
	pl, err := d.PostingsList([]byte(term), l.seg.Deleted(), nil)
	if err != nil {
		return nil, fmt.Errorf("read postings of %s: %w", l.p.name, err)
	}
	if pl.Count() == 0 {
		return none32, nil
	}
	l.it = pl.Iterator(false, false, false, l.it)
	if it, ok := l.it.(segment.OptimizablePostingsIterator); ok {
		if one, single := it.DocNum1Hit(); single {
			return roaring.BitmapOf(uint32(one)), nil
		}
		if list := it.ActualBitmap(); list != nil {
			return list, nil
		}
	}
	return none32, nil
}

// listing is a dictionary that lists terms without reading how many documents
// hold each.
type listing interface {
	AutomatonIteratorOmitCount(a segment.Automaton, from, to []byte) segment.DictionaryIterator
}

// terms lists the terms of a field that begin with prefix, in ascending order;
// no limit is 0.
func (l *leaf) terms(field, prefix string, limit int) (out []string, err error) {
	d, err := l.dict(field)
	if err != nil {
		return nil, err
	}
	var from, to []byte
	if prefix != "" {
		from, to = []byte(prefix), append([]byte(prefix), 0xff)
	}
	list := d.AutomatonIterator
	if d, ok := d.(listing); ok {
		list = d.AutomatonIteratorOmitCount
	}
	it := list(nil, from, to)
	for limit <= 0 || len(out) < limit {
		e, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("list %s of %s: %w", field, l.p.name, err)
		}
		if e == nil {
			break
		}
		out = append(out, e.Term)
	}
	return out, nil
}

// dense is room for one bit for each document.
func (l *leaf) dense() []uint64 { return make([]uint64, (l.size()+63)/64) }

// between are the documents of [since, until).
func (l *leaf) between(since, until time.Time) *roaring.Bitmap {
	live := l.seg.DocNumbersLive()
	from, to := int64(0), int64(1)<<62
	if !since.IsZero() {
		from = xuanti.Millis(since)
	}
	if !until.IsZero() {
		to = xuanti.Millis(until)
	}
	if l.cols.first >= from && l.cols.last < to {
		return live
	}
	if l.cols.last < from || l.cols.first >= to {
		return none32
	}
	words := l.dense()
	for d, at := range l.cols.at {
		if at >= from && at < to {
			words[d>>6] |= 1 << (d & 63)
		}
	}
	return roaring.And(roaring.FromDense(words, false), live)
}
