package index

import (
	"fmt"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// facets counts the matches of one partition by platform, source and day.
type facets struct {
	platforms, sources, days map[string]int
}

// walkFrom is the size of an answer from which it is cheaper to walk the few
// hundred terms of the facet fields than to read the values of every match.
const walkFrom = 20_000

func (f *facets) fill(s *shard, set bitset, size int) error {
	*f = facets{map[string]int{}, map[string]int{}, map[string]int{}}
	if size >= walkFrom {
		return f.walk(s, set)
	}
	dv, err := s.r.DocValueReader([]string{fPlatform, fSource, fHour})
	if err != nil {
		return fmt.Errorf("read facets of %s: %w", s.p.name, err)
	}
	var id bleveindex.IndexInternalID
	n := 0
	set.each(func(d uint32) bool {
		if n++; n%checkEvery == 0 {
			if err = s.g.ctx.Err(); err != nil {
				return false
			}
		}
		id = bleveindex.NewIndexInternalID(id, uint64(d))
		err = dv.VisitDocValues(id, func(field string, term []byte) {
			switch field {
			case fPlatform:
				f.platforms[string(term)]++
			case fSource:
				f.sources[string(term)]++
			case fHour:
				f.days[day(string(term))]++
			}
		})
		return err == nil
	})
	if err != nil {
		return fmt.Errorf("read facets of %s: %w", s.p.name, err)
	}
	return nil
}

func (f *facets) walk(s *shard, set bitset) error {
	count := func(field string, out map[string]int, name func(string) string) error {
		terms, err := s.terms(field, "", 0)
		if err != nil {
			return err
		}
		for _, t := range terms {
			n := 0
			if err := s.postings(field, t, false, func(d uint32, _, _ float64) {
				if set.has(d) {
					n++
				}
			}); err != nil {
				return err
			}
			if n > 0 {
				out[name(t)] += n
			}
		}
		return nil
	}
	same := func(s string) string { return s }
	if err := count(fPlatform, f.platforms, same); err != nil {
		return err
	}
	if err := count(fSource, f.sources, same); err != nil {
		return err
	}
	return count(fHour, f.days, day)
}

// day is the day of an hour term.
func day(hour string) string { return hour[:min(len(hour), len("2006-01-02"))] }

func (f *facets) mergeInto(r *Result) {
	for k, n := range f.platforms {
		r.Platforms[k] += n
	}
	for k, n := range f.sources {
		r.Sources[k] += n
	}
	for k, n := range f.days {
		r.Days[k] += n
	}
}
