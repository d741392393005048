package engine

import (
	"context"
	"math"
	"sort"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// original is an older item that a new one repeats.
type original struct {
	id, event, how string
	relation       xuanti.Relation
	similarity     float64
}

// original finds the item that it repeats, unless numbers, places or names in
// the two titles differ: many notices are made from one template.
func (e *Engine) original(ctx context.Context, c *change, it *xuanti.Item, a *nlp.Analysis) (*original, error) {
	near, ok := e.state.near.Find(a.Fingerprint)
	if !ok {
		return nil, nil
	}
	var old *xuanti.Item
	for i := range c.items {
		if c.items[i].ID == near.ID {
			old = &c.items[i]
		}
	}
	if old == nil {
		found, err := e.store.Item(ctx, near.ID)
		if xuanti.CodeOf(err) == xuanti.CodeNotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		old = &found
	}
	l := e.state.events[old.EventID]
	if l == nil || it.Platform == old.Platform && it.Kind == xuanti.ItemEntry && near.How == "title" {
		return nil, nil
	}
	if near.How != "exact" {
		if _, veto := nlp.Conflict(a.Facts(), e.nlp.Analyze(old.Title, "").Facts()); veto {
			return nil, nil
		}
	}
	root := old.ID
	if old.Relation == xuanti.RelationCopy && old.CopyOf != "" {
		root = old.CopyOf
	}
	return &original{id: root, event: old.EventID, how: near.How, relation: near.Relation, similarity: near.Similarity}, nil
}

// reasonsKept is how many features of a membership are stored by name.
const reasonsKept = 8

// mainReasons keeps the features that moved a decision most, and sums up the
// others, so that the points still add up to the log-odds.
func mainReasons(all []xuanti.Feature) []xuanti.Feature {
	if len(all) <= reasonsKept+1 {
		return all
	}
	sort.SliceStable(all, func(i, j int) bool { return math.Abs(all[i].Points) > math.Abs(all[j].Points) })
	rest := xuanti.Feature{Name: "others", Value: float64(len(all) - reasonsKept), Weight: 1}
	for _, f := range all[reasonsKept:] {
		rest.Points += f.Points
	}
	return append(all[:reasonsKept:reasonsKept], rest)
}
