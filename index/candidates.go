package index

import (
	"cmp"
	"fmt"
	"slices"

	bleveindex "github.com/blevesearch/bleve_index_api"

	"github.com/xuanti/xuanti"
)

// candidate is a match that may reach the page.
type candidate struct {
	s     *shard
	doc   uint32
	score float32
	at    int64 // milliseconds; read for candidates only
	id    string
}

// best keeps the first n in the order of the page.
func best(all []candidate, n int, sort string) []candidate {
	slices.SortFunc(all, func(a, b candidate) int {
		if sort == SortRelevance && a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		if a.at != b.at {
			return cmp.Compare(b.at, a.at)
		}
		if a.s != b.s {
			return cmp.Compare(b.s.p.name, a.s.p.name)
		}
		return cmp.Compare(a.id, b.id)
	})
	return all[:min(n, len(all))]
}

// bestOf picks the n documents with the highest scores. Documents that tie
// with the last of them are picked too, so that the order of equal scores
// never depends on how Bleve numbered the documents.
func (s *shard) bestOf(f found, n int) ([]candidate, error) {
	floor := threshold(f, n)
	var docs []uint32
	f.set.each(func(d uint32) bool {
		if f.score.at(d) >= floor {
			docs = append(docs, d)
		}
		return true
	})
	if f.score == nil || len(docs) > 4*n+1000 { // no ranking to go by: the newest come first
		set := bitset{}
		for _, d := range docs {
			set.set(d)
		}
		return s.newestScored(set, f.score, n)
	}
	return s.candidates(docs, f.score, n, SortRelevance)
}

// threshold is the n-th highest score.
func threshold(f found, n int) float32 {
	if f.score == nil {
		return 0
	}
	heap := make([]float32, 0, n) // a min-heap of the n highest
	f.set.each(func(d uint32) bool {
		v := f.score.at(d)
		switch {
		case len(heap) < n:
			heap = append(heap, v)
			for i := len(heap) - 1; i > 0 && heap[(i-1)/2] > heap[i]; i = (i - 1) / 2 {
				heap[(i-1)/2], heap[i] = heap[i], heap[(i-1)/2]
			}
		case v > heap[0]:
			heap[0] = v
			for i := 0; ; {
				c := 2*i + 1
				if c+1 < n && heap[c+1] < heap[c] {
					c++
				}
				if c >= n || heap[i] <= heap[c] {
					break
				}
				heap[i], heap[c] = heap[c], heap[i]
				i = c
			}
		}
		return true
	})
	if len(heap) < n {
		return 0
	}
	return heap[0]
}

func (s *shard) newest(set bitset, n int) ([]candidate, error) { return s.newestScored(set, nil, n) }

// newestScored walks the hours backwards and stops when it has enough: only
// the documents near the top need their exact times.
func (s *shard) newestScored(set bitset, score scores, n int) ([]candidate, error) {
	hours, err := s.hourTerms()
	if err != nil {
		return nil, err
	}
	var docs []uint32
	for i := len(hours) - 1; i >= 0 && len(docs) < n; i-- {
		err := s.postings(fHour, hours[i], false, func(d uint32, _, _ float64) {
			if set.has(d) {
				docs = append(docs, d)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return s.candidates(docs, score, n, SortNewest)
}

// candidates reads times and ids, sorts, and keeps n.
func (s *shard) candidates(docs []uint32, score scores, n int, sort string) ([]candidate, error) {
	times, err := s.times(docs)
	if err != nil {
		return nil, err
	}
	out := make([]candidate, len(docs))
	for i, d := range docs {
		out[i] = candidate{s: s, doc: d, score: score.at(d), at: times[i]}
	}
	// Ids break the last ties; they are only read where they matter.
	if err := nameTies(out, sort); err != nil {
		return nil, err
	}
	return best(out, n, sort), nil
}

// nameTies reads the ids of candidates that nothing else tells apart.
func nameTies(list []candidate, sort string) error {
	type key struct {
		score float32
		at    int64
	}
	seen := make(map[key]int, len(list))
	keyOf := func(c candidate) key {
		if sort == SortNewest {
			return key{0, c.at}
		}
		return key{c.score, c.at}
	}
	for _, c := range list {
		seen[keyOf(c)]++
	}
	for i := range list {
		if seen[keyOf(list[i])] > 1 {
			if err := list[i].name(); err != nil {
				return err
			}
		}
	}
	return nil
}

func resolve(list []candidate) ([]Hit, error) {
	hits := make([]Hit, len(list))
	for i := range list {
		c := &list[i]
		if err := c.name(); err != nil {
			return nil, err
		}
		hits[i] = Hit{ID: c.id, Score: float64(c.score), At: xuanti.FromMillis(c.at)}
	}
	return hits, nil
}

// name reads the id of a candidate.
func (c *candidate) name() error {
	if c.id != "" {
		return nil
	}
	id, err := c.s.r.ExternalID(bleveindex.NewIndexInternalID(nil, uint64(c.doc)))
	if err != nil {
		return fmt.Errorf("read id in %s: %w", c.s.p.name, err)
	}
	c.id = id
	return nil
}
