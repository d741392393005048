package index

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/xuanti/xuanti"
)

// columns are what every search needs of the documents of one segment, by
// document number: 15 bytes each. They are read once when a segment is first
// searched and kept while it lives; a segment never changes.
type columns struct {
	at           []int64 // milliseconds
	first, last  int64   // of at
	length       []uint8 // of the text, as lengthBucket
	origin       []uint32
	day          []uint16 // in Shanghai, from firstDay on
	texts, grams int64    // documents with a text, and its grams in all

	origins  []origin // that occur
	firstDay int64    // since 1970
	all      tally    // of all documents, removed ones included
}

// origin is where a document comes from: numbers of names, 0 is none.
type origin struct{ platform, source uint32 }

// maxDays are the days a segment may span; a month has 31, what is undated 40 years.
const maxDays = 1 << 16

// A record is the stored field: the time in milliseconds (8 bytes), the number
// of grams of the text (4), then the title as canonical.
const recordHead = 8 + 4

func encodeRecord(at time.Time, length int, title string) []byte {
	b := make([]byte, 0, recordHead+len(title))
	b = binary.BigEndian.AppendUint64(b, uint64(max(xuanti.Millis(at), 0)))
	b = binary.BigEndian.AppendUint32(b, uint32(min(length, math.MaxInt32)))
	return append(b, title...)
}

// record reads the stored field of a document.
func record(seg *scorch.SegmentSnapshot, doc uint32) (at int64, length uint32, title string, err error) {
	short := true
	// The visitor must not end the visit: Bleve would then hand its working
	// memory to two callers.
	err = seg.VisitDocument(uint64(doc), func(field string, _ byte, value []byte, _ []uint64) bool {
		if field == fRecord && len(value) >= recordHead {
			short = false
			at = int64(binary.BigEndian.Uint64(value))
			length = binary.BigEndian.Uint32(value[8:])
			title = string(value[recordHead:])
		}
		return true
	})
	if err == nil && short {
		err = fmt.Errorf("document %d has no record", doc)
	}
	return at, length, title, err
}

// Text lengths are kept to a quarter of a doubling: BM25 needs no more.
const (
	lengthBuckets = 64
	bucketsPer    = 4 // doubling
)

func lengthBucket(n uint32) uint8 {
	return uint8(min(math.Log2(float64(n)+1)*bucketsPer+0.5, lengthBuckets-1))
}

// bucketLength is the inverse of lengthBucket.
func bucketLength(b int) float64 { return math.Exp2(float64(b)/bucketsPer) - 1 }

// slot is a place for the columns of a segment.
type slot struct {
	mu   sync.Mutex // held while they are read
	cols *columns
}

// columnsOf returns the columns of a segment, reading them if they are new,
// and forgets those of segments that are no longer part of the snapshot.
func (p *partition) columnsOf(l *leaf, alive []*scorch.SegmentSnapshot, n *names) (*columns, error) {
	s := p.slotOf(l.seg, alive)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cols == nil || len(s.cols.at) != l.size() {
		c, err := l.readColumns(n)
		if err != nil {
			return nil, err
		}
		s.cols = c
	}
	return s.cols, nil
}

func (p *partition) slotOf(seg *scorch.SegmentSnapshot, alive []*scorch.SegmentSnapshot) *slot {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.columns[seg.Id()]; ok {
		return s
	}
	kept := map[uint64]*slot{seg.Id(): {}}
	for _, a := range alive {
		if old, ok := p.columns[a.Id()]; ok {
			kept[a.Id()] = old
		}
	}
	p.columns = kept
	return kept[seg.Id()]
}

// warm says whether the columns of a segment are there.
func (p *partition) warm(seg *scorch.SegmentSnapshot) bool {
	p.mu.Lock()
	s, ok := p.columns[seg.Id()]
	p.mu.Unlock()
	if !ok {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cols != nil
}

func (l *leaf) readColumns(names *names) (*columns, error) {
	n := l.size()
	c := &columns{at: make([]int64, n), length: make([]uint8, n), first: math.MaxInt64, last: math.MinInt64}
	for d := range uint32(n) {
		if d%checkEvery == checkEvery-1 && l.g.ctx.Err() != nil {
			return nil, l.g.ctx.Err()
		}
		at, length, _, err := record(l.seg, d)
		if err != nil {
			return nil, fmt.Errorf("read records of %s: %w", l.p.name, err)
		}
		c.at[d], c.length[d] = at, lengthBucket(length)
		c.first, c.last = min(c.first, at), max(c.last, at)
		if length > 0 {
			c.texts++
			c.grams += int64(length)
		}
	}
	if err := l.readOrigins(c, names); err != nil {
		return nil, err
	}
	if c.day = make([]uint16, n); n > 0 {
		c.firstDay = dayOf(c.first)
		if dayOf(c.last)-c.firstDay >= maxDays {
			return nil, fmt.Errorf("read records of %s: times from %d to %d", l.p.name, c.first, c.last)
		}
	}
	for d, at := range c.at {
		c.day[d] = uint16(dayOf(at) - c.firstDay)
	}
	c.all = c.tally()
	for d := range c.at {
		c.all.origins[c.origin[d]]++
		c.all.days[c.day[d]]++
	}
	return c, nil
}

// readOrigins reads which platform and source each document is from.
func (l *leaf) readOrigins(c *columns, names *names) error {
	platform, err := l.numbered(fPlatform, names)
	if err != nil {
		return err
	}
	source, err := l.numbered(fSource, names)
	if err != nil {
		return err
	}
	number := map[origin]uint32{}
	c.origin = source // written where it was read
	for d := range source {
		o := origin{platform[d], source[d]}
		k, ok := number[o]
		if !ok {
			k = uint32(len(c.origins))
			number[o] = k
			c.origins = append(c.origins, o)
		}
		c.origin[d] = k
	}
	return nil
}

// numbered gives the values of a keyword field by document number.
func (l *leaf) numbered(field string, names *names) ([]uint32, error) {
	terms, err := l.terms(field, "", 0)
	if err != nil {
		return nil, err
	}
	of := make([]uint32, l.size())
	for _, t := range terms {
		list, err := l.docs(field, t)
		if err != nil {
			return nil, err
		}
		number := names.of(strings.Clone(t))
		list.Iterate(func(d uint32) bool {
			of[d] = number
			return true
		})
	}
	return of, nil
}
