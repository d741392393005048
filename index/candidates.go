package index

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/xuanti/xuanti"
)

// candidate is a match that may reach the page.
type candidate struct {
	l     *leaf
	doc   uint32
	score float32
	at    int64 // milliseconds
	id    string
}

// compare puts the better candidate first. Ids break the last ties, so that
// the order never depends on how Bleve numbered the documents.
func compare(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.at, a.at), cmp.Compare(a.id, b.id))
}

// pick keeps the n best matches of a leaf, and those that tie with the last.
func (l *leaf) pick(f found, fresh *freshness, n int) []candidate {
	heap := make([]candidate, 0, n) // the worst of the n best comes first
	worse := func(a, b candidate) bool {
		return a.score < b.score || a.score == b.score && a.at < b.at
	}
	candidateOf := func(d uint32) candidate {
		at := l.cols.at[d]
		return candidate{l: l, doc: d, score: f.score.at(d) * fresh.of(at), at: at}
	}
	docs := f.set.ToArray()
	for _, d := range slices.Backward(docs) { // the newest were written last, and mostly stay
		c := candidateOf(d)
		switch {
		case len(heap) < n:
			heap = append(heap, c)
			for i := len(heap) - 1; i > 0 && worse(heap[i], heap[(i-1)/2]); i = (i - 1) / 2 {
				heap[i], heap[(i-1)/2] = heap[(i-1)/2], heap[i]
			}
		case worse(heap[0], c):
			heap[0] = c
			sink(heap, worse)
		}
	}
	if len(heap) < n {
		return heap
	}
	floor := heap[0]
	out := heap[:0:0]
	for _, d := range docs {
		if c := candidateOf(d); !worse(c, floor) {
			out = append(out, c)
		}
	}
	return out
}

func sink(heap []candidate, worse func(a, b candidate) bool) {
	for i := 0; ; {
		c := 2*i + 1
		if c+1 < len(heap) && worse(heap[c+1], heap[c]) {
			c++
		}
		if c >= len(heap) || !worse(heap[c], heap[i]) {
			return
		}
		heap[i], heap[c] = heap[c], heap[i]
		i = c
	}
}

// best sorts the candidates of all leaves and keeps the first n.
func best(all []candidate, n int) ([]candidate, error) {
	if err := nameTies(all); err != nil {
		return nil, err
	}
	slices.SortFunc(all, compare)
	return all[:min(n, len(all))], nil
}

// nameTies reads the ids of candidates that nothing else tells apart.
func nameTies(list []candidate) error {
	type key struct {
		score float32
		at    int64
	}
	seen := make(map[key]int, len(list))
	for _, c := range list {
		seen[key{c.score, c.at}]++
	}
	for i := range list {
		if seen[key{list[i].score, list[i].at}] > 1 {
			if err := list[i].name(); err != nil {
				return err
			}
		}
	}
	return nil
}

// unique reads the ids and drops a second version of a document, which exists
// between the two steps of moving it to another month.
func unique(list []candidate) ([]candidate, error) {
	seen := make(map[string]bool, len(list))
	out := list[:0]
	for _, c := range list {
		if err := c.name(); err != nil {
			return nil, err
		}
		if !seen[c.id] {
			seen[c.id] = true
			out = append(out, c)
		}
	}
	return out, nil
}

func (c *candidate) hit() Hit {
	return Hit{ID: c.id, Score: float64(c.score), At: xuanti.FromMillis(c.at)}
}

// name reads the id of a candidate.
func (c *candidate) name() error {
	if c.id != "" {
		return nil
	}
	id, err := c.l.seg.DocID(uint64(c.doc))
	if err != nil {
		return fmt.Errorf("read id in %s: %w", c.l.p.name, err)
	}
	c.id = string(id)
	return nil
}
