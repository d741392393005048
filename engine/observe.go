package engine

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/trend"
)

const (
	feedWindow   = 6 * time.Hour // how long an article counts towards heat
	boardFresh   = 3 * time.Hour // a board's snapshot older than this says nothing about now
	pointEvery   = time.Hour     // a heat point is kept at least this often while there is heat
	pointChange  = 1.0           // and whenever heat moved by this much
	changeSpan   = time.Hour     // that a change of heat is shown for
	feedHeatStep = 8.0
	feedHeatMax  = 30.0
)

// observe takes one board snapshot: observations, trajectories, and what it
// means for the events that are on it, or no longer are.
func (e *Engine) observe(ctx context.Context, c *change, sn *xuanti.Snapshot, byKey map[string]ref) (int, error) {
	s := &e.state
	refs := make([]trend.EntryRef, 0, len(sn.Entries))
	obs := make([]xuanti.Observation, 0, len(sn.Entries))
	listed := make(map[string]bool, len(sn.Entries))
	keys := c.rows[:len(sn.Entries)]
	c.rows = c.rows[len(sn.Entries):]
	for i := range sn.Entries {
		en := &sn.Entries[i]
		r, ok := byKey[keys[i]]
		if !ok || listed[r.item] {
			continue
		}
		listed[r.item] = true
		if err := e.revive(ctx, r); err != nil {
			return 0, err
		}
		refs = append(refs, trend.EntryRef{ItemID: r.item, EventID: r.event, Entry: *en})
		obs = append(obs, xuanti.Observation{Board: sn.Board, ItemID: r.item, At: sn.At, Rank: en.Rank, Heat: en.Heat, Label: en.Label})
	}
	c.snaps = append(c.snaps, store.SnapshotRow{Board: sn.Board, SourceID: sn.SourceID, Adapter: sn.Adapter, At: sn.At, Entries: len(obs), Dropped: sn.Dropped})
	c.seen = append(c.seen, obs)
	weight := e.sources.weight(sn.SourceID)
	states := s.boards.Observe(sn.Board, sn.At, refs, s.platformsNow)
	now := boardNow{at: sn.At, events: map[string]struct{}{}}
	for _, st := range states {
		l := s.events[st.EventID]
		if l == nil {
			continue
		}
		if _, ok := now.events[st.EventID]; ok {
			if p := l.on[sn.Board]; p.rank <= st.Rank {
				continue
			}
		}
		now.events[st.EventID] = struct{}{}
		l.on[sn.Board] = presence{itemID: st.ItemID, platform: sn.Platform, rank: st.Rank, heatPct: st.HeatPct, weight: weight, since: st.FirstSeen, at: sn.At, st: st}
		if sn.At.After(l.ev.LastAt) {
			l.ev.LastAt = sn.At
		}
		c.touch(l)
	}
	for _, id := range slices.Sorted(maps.Keys(s.listed[sn.Board].events)) {
		if _, still := now.events[id]; still {
			continue
		}
		if l := s.events[id]; l != nil {
			delete(l.on, sn.Board)
			c.touch(l)
		}
	}
	s.listed[sn.Board] = now
	c.say(sn.At, "board.updated", map[string]any{"board": sn.Board, "rows": len(obs), "at": sn.At})
	return len(obs), nil
}

// revive brings an event back into memory when one of its titles returns to a
// board after the active window.
func (e *Engine) revive(ctx context.Context, r ref) error {
	if r.event == "" || e.state.events[r.event] != nil {
		return nil
	}
	ev, err := e.store.Event(ctx, r.event)
	if xuanti.CodeOf(err) == xuanti.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if e.state.events[ev.ID] == nil { // what it was merged into may be live
		e.state.events[ev.ID] = newLive(ev)
	}
	return nil
}

// refresh recomputes an event's heat and state at a time, and keeps a point of
// its curve when either moved.
func (e *Engine) refresh(c *change, l *liveEvent, at time.Time) {
	next := e.measure(l, at)
	prev := l.point
	l.ev.Heat = next.Heat
	if next.Heat > l.ev.PeakHeat {
		l.ev.PeakHeat, l.ev.PeakAt = next.Heat, at
	}
	if next.State != l.ev.State || l.ev.StateSince.IsZero() {
		was := l.ev.State
		l.ev.State, l.ev.StateSince = next.State, at
		if next.Heat >= 15 && was != next.State {
			c.say(at, "topic."+string(next.State), map[string]any{"event_id": l.ev.ID, "topic_id": l.ev.TopicID, "title": l.ev.Title, "state": next.State, "was": was, "heat": round1(next.Heat)})
		}
	}
	first := prev.At.IsZero() || prev.Heat == 0 && prev.Items == 0
	moved := math.Abs(next.Heat-prev.Heat) >= pointChange || next.State != prev.State || !l.agrees(at)
	due := next.Heat > 0 && at.Sub(prev.At) >= pointEvery
	if first || moved && at.After(prev.At) || due {
		l.keep(next)
		c.points = append(c.points, next)
		l.dirty = true
		c.touch(l)
	}
}

// keep takes the newest point of the curve.
func (l *liveEvent) keep(p xuanti.EventPoint) {
	l.point = p
	l.recent = append(l.recent, CurvePoint{At: p.At, Heat: p.Heat, State: p.State})
	old := 0
	for old+1 < len(l.recent) && !l.recent[old+1].At.After(p.At.Add(-changeSpan)) {
		old++
	}
	l.recent = slices.Delete(l.recent, 0, old)
}

// changes is by how much heat moved within the last hour, as views show it, and
// since the event was first seen if that was within the hour.
func (l *liveEvent) changes(heat float64, now time.Time) (change, grown float64) {
	curve := append(l.recent[:len(l.recent):len(l.recent)], CurvePoint{At: now, Heat: heat})
	change, _ = heatChange(curve, now)
	grown = change
	if first := curve[0]; first.At.After(now.Add(-changeSpan)) {
		grown = heat - first.Heat
	}
	return change, grown
}

// agrees says whether the state may stand beside the change of heat that views
// show now.
func (l *liveEvent) agrees(now time.Time) bool {
	change, ok := heatChange(l.recent, now)
	return !ok || trend.StateAgrees(l.ev.State, change)
}

// measure computes heat, odds and state of an event from where it is listed
// and who wrote about it lately.
func (e *Engine) measure(l *liveEvent, at time.Time) xuanti.EventPoint {
	p := xuanti.EventPoint{EventID: l.ev.ID, At: at, Items: l.ev.Items + l.ev.Copies, Grow: -1, Stay: -1, Top10: -1, Spread: -1}
	pres := make([]trend.Presence, 0, len(l.on))
	var platforms, voices []string // voices are a board of each platform
	for _, b := range slices.Sorted(maps.Keys(l.on)) {
		q := l.on[b]
		if at.Sub(q.at) > boardFresh {
			continue
		}
		pres = append(pres, trend.Presence{Platform: q.platform, Rank: q.rank, Heat: q.heatPct, Weight: q.weight, Since: q.since})
		p.Stay, p.Top10 = max(p.Stay, q.st.Stay), max(p.Top10, q.st.Top10)
		p.Grow, p.Lift = max(p.Grow, q.st.Grow), max(p.Lift, q.st.Lift)
		if !slices.Contains(platforms, q.platform) {
			platforms, voices = append(platforms, q.platform), append(voices, b)
		}
	}
	p.Platforms = len(platforms)
	boardHeat := trend.FusedHeat(pres, at)
	writers := 0
	for _, t := range l.feeds {
		if at.Sub(t) <= feedWindow {
			writers++
		}
	}
	feedHeat := math.Min(feedHeatMax, feedHeatStep*math.Log2(1+float64(writers)))
	p.Heat = 100 * (1 - (1-boardHeat/100)*(1-feedHeat/100))
	p.Heat = math.Round(p.Heat*100) / 100
	if p.Platforms < 3 { // there it is already
		p.Spread = e.state.boards.SpreadOdds(voices, at.Sub(l.ev.FirstAt))
	}
	change, grown := l.changes(p.Heat, at)
	p.State = trend.EventState(l.point, trend.LifeInput{
		Now: at, FirstAt: l.ev.FirstAt, StateSince: l.ev.StateSince, Heat: p.Heat, PeakHeat: l.ev.PeakHeat, PeakAt: l.ev.PeakAt,
		Change: change, Grown: grown, Listed: len(pres), Writers: writers, Stay: p.Stay, Lift: p.Lift,
	})
	return p
}

func round1(x float64) float64 { return math.Round(x*10) / 10 }
