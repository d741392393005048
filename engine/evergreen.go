package engine

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/xuanti/xuanti/suggest"
)

// A subject is looked for in so many weeks. The one before a story is not among
// them: its own words may have trended already.
const (
	week         = 7 * 24 * time.Hour
	historyWeeks = 26
)

// recall finds out in how many weeks before each candidate's story its terms
// trended.
func (e *Engine) recall(ctx context.Context, cands []suggest.Candidate) error {
	first, ok, err := e.store.FirstBurst(ctx)
	if err != nil || !ok {
		return err
	}
	starts := map[string][]time.Time{}
	for i := range cands {
		for _, t := range cands[i].Event.Terms {
			starts[t] = nil
		}
	}
	bursts, err := e.store.BurstStarts(ctx, slices.Collect(maps.Keys(starts)))
	if err != nil {
		return err
	}
	for _, b := range bursts {
		starts[b.Term] = append(starts[b.Term], b.StartedAt)
	}
	for i := range cands {
		c := &cands[i]
		c.History = max(0, weeksBefore(first, c.Event.FirstAt))
		seen := map[int]bool{}
		for _, t := range c.Event.Terms {
			for _, at := range starts[t] {
				if n := weeksBefore(at, c.Event.FirstAt); n >= 0 && n < c.History {
					seen[n] = true
				}
			}
		}
		c.Weeks = len(seen)
	}
	return nil
}

// weeksBefore is how many full weeks lie between a time and the week before a
// story, historyWeeks at most; less than 0 in that week and after it.
func weeksBefore(at, story time.Time) int {
	d := story.Sub(at)
	if d < week {
		return -1
	}
	return min(int(d/week)-1, historyWeeks)
}
