package feed

import (
	"slices"
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/plain"
)

// countSet collects counts by our names; the first of a name wins.
type countSet []xuanti.Count

// add takes a count as printed under the publisher's name for it. Names and
// values that mean nothing to us are passed over.
func (c *countSet) add(name, printed string) {
	ours := countName(name)
	if ours == "" {
		return
	}
	for _, have := range *c {
		if have.Name == ours {
			return
		}
	}
	n, ok := plain.Count(printed)
	if !ok {
		return
	}
	n.Name = ours
	*c = append(*c, n)
}

// sorted returns the counts ordered by name, so that the same feed gives the
// same bytes.
func (c countSet) sorted() []xuanti.Count {
	slices.SortFunc(c, func(a, b xuanti.Count) int { return strings.Compare(a.Name, b.Name) })
	return c
}
