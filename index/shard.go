package index

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	bleveindex "github.com/blevesearch/bleve_index_api"

	"github.com/xuanti/xuanti"
)

// guard is what bounds one search over all its partitions.
type guard struct {
	ctx     context.Context
	lookups atomic.Int64
	limit   int64
}

// lookup counts a posting list that is about to be opened.
func (g *guard) lookup() error {
	if g.lookups.Add(1) > g.limit {
		return xuanti.Errorf(xuanti.CodeLimited, "查询展开的词太多，请缩小范围 (the query needs too many look-ups)")
	}
	return g.ctx.Err()
}

// shard is one partition in one search.
type shard struct {
	p     *partition
	r     bleveindex.IndexReader
	g     *guard
	hours []string // terms of the hour field, ascending; nil until asked for

	total int
	top   []candidate
	facet facets
}

func openShard(p *partition, g *guard) (*shard, error) {
	adv, err := p.idx.Advanced()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.name, err)
	}
	r, err := adv.Reader()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.name, err)
	}
	return &shard{p: p, r: r, g: g}, nil
}

const checkEvery = 4096 // postings between two looks at the context

// postings calls fn for every live document that holds the term. withFreq also
// reads how often, and the length of the field.
func (s *shard) postings(field, term string, withFreq bool, fn func(doc uint32, tf, length float64)) (err error) {
	if err := s.g.lookup(); err != nil {
		return err
	}
	tfr, err := s.r.TermFieldReader(s.g.ctx, []byte(term), field, withFreq, withFreq, false)
	if err != nil {
		return fmt.Errorf("look up in %s: %w", s.p.name, err)
	}
	defer func() { err = errors.Join(err, tfr.Close()) }()
	var buf bleveindex.TermFieldDoc
	for n := 1; ; n++ {
		d, err := tfr.Next(&buf)
		if err != nil {
			return fmt.Errorf("read postings of %s: %w", s.p.name, err)
		}
		if d == nil {
			return nil
		}
		if n%checkEvery == 0 && s.g.ctx.Err() != nil {
			return s.g.ctx.Err()
		}
		if withFreq {
			fn(uint32(d.ID.Value()), float64(d.Freq), 1/(d.Norm*d.Norm))
		} else {
			fn(uint32(d.ID.Value()), 1, 1)
		}
	}
}

// count is the number of documents that hold the term.
func (s *shard) count(field, term string) (n uint64, err error) {
	if err := s.g.lookup(); err != nil {
		return 0, err
	}
	tfr, err := s.r.TermFieldReader(s.g.ctx, []byte(term), field, false, false, false)
	if err != nil {
		return 0, fmt.Errorf("look up in %s: %w", s.p.name, err)
	}
	return tfr.Count(), tfr.Close()
}

// terms lists the terms of a keyword field in ascending order.
func (s *shard) terms(field, prefix string, limit int) (out []string, err error) {
	var dict bleveindex.FieldDict
	if prefix == "" {
		dict, err = s.r.FieldDict(field)
	} else {
		dict, err = s.r.FieldDictPrefix(field, []byte(prefix))
	}
	if err != nil {
		return nil, fmt.Errorf("list %s of %s: %w", field, s.p.name, err)
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	for limit <= 0 || len(out) < limit {
		e, err := dict.Next()
		if err != nil || e == nil {
			return out, err
		}
		out = append(out, e.Term)
	}
	return out, nil
}

func (s *shard) hourTerms() ([]string, error) {
	if s.hours == nil {
		var err error
		if s.hours, err = s.terms(fHour, "", 0); err != nil {
			return nil, err
		}
	}
	return s.hours, nil
}

// between returns the documents of [since, until): whole hours by their term,
// the hours that a limit cuts by each document's own time.
func (s *shard) between(since, until time.Time) (bitset, error) {
	hours, err := s.hourTerms()
	if err != nil {
		return nil, err
	}
	var out bitset
	for _, h := range hours {
		start, err := time.ParseInLocation(hourLayout, h, xuanti.Shanghai)
		if err != nil {
			continue // an hour we did not write
		}
		end := start.Add(time.Hour)
		if !since.IsZero() && !end.After(since) || !until.IsZero() && !start.Before(until) {
			continue
		}
		if !since.IsZero() && start.Before(since) || !until.IsZero() && end.After(until) {
			if err := s.cutHour(&out, h, since, until); err != nil {
				return nil, err
			}
			continue
		}
		if err := s.postings(fHour, h, false, func(d uint32, _, _ float64) { out.set(d) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *shard) cutHour(out *bitset, hour string, since, until time.Time) error {
	var docs []uint32
	if err := s.postings(fHour, hour, false, func(d uint32, _, _ float64) { docs = append(docs, d) }); err != nil {
		return err
	}
	times, err := s.times(docs)
	if err != nil {
		return err
	}
	from, to := xuanti.Millis(since), xuanti.Millis(until)
	for i, d := range docs {
		if times[i] >= from && (until.IsZero() || times[i] < to) {
			out.set(d)
		}
	}
	return nil
}

// times reads the exact times, in milliseconds, of some documents.
func (s *shard) times(docs []uint32) ([]int64, error) {
	dv, err := s.r.DocValueReader([]string{fAt})
	if err != nil {
		return nil, fmt.Errorf("read times of %s: %w", s.p.name, err)
	}
	out := make([]int64, len(docs))
	var id bleveindex.IndexInternalID
	for i, d := range docs {
		if i%checkEvery == checkEvery-1 && s.g.ctx.Err() != nil {
			return nil, s.g.ctx.Err()
		}
		id = bleveindex.NewIndexInternalID(id, uint64(d))
		err := dv.VisitDocValues(id, func(_ string, term []byte) {
			if ms, ok := parseAt(term); ok {
				out[i] = ms
			}
		})
		if err != nil {
			return nil, fmt.Errorf("read times of %s: %w", s.p.name, err)
		}
	}
	return out, nil
}
