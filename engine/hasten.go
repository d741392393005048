package engine

import (
	"context"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// hastenIn is when a source that speaks of a bursting event is polled next.
const hastenIn = 2 * time.Minute

// hasten has the sources polled faster that speak of an event which begins to
// burst, or that join one that bursts.
func (e *Engine) hasten(ctx context.Context, c *change) {
	if !c.live || e.planner == nil {
		return
	}
	speak := map[string]struct{}{}
	for i := range c.bursts {
		if !c.bursts[i].EndedAt.IsZero() {
			continue
		}
		for _, id := range c.bursts[i].EventIDs {
			if l := e.state.events[id]; l != nil {
				for source := range l.feeds {
					speak[source] = struct{}{}
				}
				for board := range l.on {
					speak[board] = struct{}{} // a board's source has its id
				}
			}
		}
	}
	if len(c.items) > 0 && len(e.state.burstsOn) > 0 {
		bursting := map[string]struct{}{}
		for _, b := range e.state.burstsOn {
			for _, id := range b.EventIDs {
				bursting[id] = struct{}{}
			}
		}
		for i := range c.items {
			if _, ok := bursting[c.items[i].EventID]; ok && isNews(&c.items[i]) {
				speak[c.items[i].SourceID] = struct{}{}
			}
		}
	}
	if len(speak) == 0 {
		return
	}
	ids := make([]string, 0, len(speak))
	for id := range speak {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if ids = e.planner.Boost(ids, c.at); len(ids) == 0 {
		return
	}
	err := e.store.Update(ctx, func(tx *store.Tx) error {
		return tx.HastenSources(ctx, ids, c.at.Add(hastenIn), "2 分钟后：正在报道突发事件，加快\nin 2 min: faster while it tells of a burst")
	})
	if err != nil {
		e.log.Warn("sources of a bursting event could not be hastened", "error", err)
		return
	}
	e.wake()
}

// Restart spreading: sources that came due while the program was off are not
// all polled in the first second.
const (
	restartLate = 5 * time.Minute
	restartGap  = 60 * time.Millisecond
)

// plan sets up the schedule: the planner with all that is known, and new times
// for what came due while the program was off.
func (e *Engine) plan(ctx context.Context) error {
	now := e.Now()
	n, err := e.store.SpreadSources(ctx, now.Add(-restartLate), now, restartGap, "重新启动后错开：停机期间到期的来源依次抓取\nspread after a restart: what fell due meanwhile is read one after the other")
	if err != nil {
		return err
	}
	if n > 0 {
		e.log.Info("sources that came due while the program was off are polled one after the other", "sources", n, "over", (time.Duration(n) * restartGap).Round(time.Second))
	}
	all, err := e.store.Sources(ctx, store.SourceFilter{State: xuanti.SourceActive})
	if err != nil {
		return err
	}
	e.planner.Load(all, now)
	return nil
}
