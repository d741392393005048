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
