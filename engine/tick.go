package engine

import (
	"context"
	"maps"
	"slices"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

const roundEvery = 2 * time.Hour // between two looks for events and topics that turned out to be one, or two

// When the state is saved.
const (
	saveEvery = 10 * time.Minute // of wall clock, and
	saveItems = 5000             // of items: what a restart after a crash has to repeat,
	saveGap   = time.Minute      // but not more often: a full state is tens of megabytes,
	saveShare = 50               // and a save may take one part in so many of the time
)

// everyMinute runs the clock of a live engine.
func (e *Engine) everyMinute(ctx context.Context) error {
	every := time.Minute
	if e.demo != nil {
		every = 6 * time.Second // one minute of the demo is ten of its story
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			if err := e.Tick(ctx, e.Now(), true); err != nil && ctx.Err() == nil {
				e.log.Error("the work of this minute failed", "error", err)
			}
		}
	}
}

// Tick does the work that time alone brings, for what changed only: heat that
// fades, bursts that end, every two hours merges, every night calibration. A replay
// calls it with the time of its rows.
func (e *Engine) Tick(ctx context.Context, now time.Time, live bool) error {
	e.mu.Lock()
	err := e.tickLocked(ctx, now, live)
	e.mu.Unlock()
	if err != nil || !live {
		return err
	}
	return e.tellOperator(ctx, now)
}

func (e *Engine) tickLocked(ctx context.Context, now time.Time, live bool) error {
	s := &e.state
	if !now.After(s.tick) {
		return nil
	}
	if err := e.minute(ctx, now, live); err != nil {
		return e.forget(ctx, err)
	}
	if night := now.In(xuanti.Shanghai).Add(-4 * time.Hour).Format(time.DateOnly); night != s.night {
		first := s.night == ""
		s.night = night
		if !first {
			if err := e.nightly(ctx, now, live); err != nil {
				return err
			}
		}
	}
	if s.saveDue(time.Since(s.savedAt), live) {
		return e.saveState(ctx)
	}
	return nil
}

// saveDue says whether to save so long after the last save ended.
func (s *state) saveDue(since time.Duration, live bool) bool {
	return since >= max(saveGap, saveShare*s.saving) && (live && since >= saveEvery || s.seq-s.savedSeq >= saveItems)
}

// minute decides what time alone changed, and commits it.
func (e *Engine) minute(ctx context.Context, now time.Time, live bool) error {
	s := &e.state
	s.tick = now
	c := newChange(batch{at: now, live: live})
	e.fade(c, now)
	for _, b := range s.bursts.Tick(now) {
		e.burst(c, b)
	}
	e.endForgotten(c)
	if now.Sub(s.round) >= roundEvery {
		s.round = now
		if err := e.round(ctx, c, now); err != nil {
			return err
		}
	}
	if err := e.escalate(ctx, c); err != nil {
		return err
	}
	if len(c.order)+len(c.points)+len(c.bursts)+len(c.merges)+len(c.splits)+len(c.alerts.matches) == 0 {
		return nil
	}
	if err := e.commit(ctx, c); err != nil {
		return err
	}
	e.commits.Add(1)
	for _, n := range c.news {
		e.publish(n.At, n.Type, n.Data)
	}
	return nil
}

// endForgotten ends the bursts that the detector no longer knows: one that a
// word of it has taken over, or whose saved state was lost.
func (e *Engine) endForgotten(c *change) {
	for _, k := range slices.SortedFunc(maps.Keys(e.state.burstsOn), burstKey.compare) {
		if b := e.state.burstsOn[k]; !e.state.bursts.Lasts(b.Term, b.StartedAt) {
			b.At, b.EndedAt = c.at, c.at
			e.burst(c, b)
		}
	}
}

// fade recomputes events whose heat falls without anything happening, and
// those whose state no longer agrees with the change that is shown beside it.
func (e *Engine) fade(c *change, now time.Time) {
	var due []string
	for id, l := range e.state.events {
		if l.ev.Heat > 0 && (!l.agrees(now) || now.Sub(l.point.At) >= pointEvery) || l.ev.Heat == 0 && l.ev.State != xuanti.StateQuiet && now.Sub(l.ev.LastAt) > feedWindow {
			due = append(due, id)
		}
	}
	sort.Strings(due)
	for _, id := range due {
		e.refresh(c, e.state.events[id], now)
	}
}

// round splits what drifted apart, merges what turned out to be one story, and
// lets go of what is over.
func (e *Engine) round(ctx context.Context, c *change, now time.Time) error {
	s := &e.state
	s.near.Expire(now.Add(-activeWindow))
	merges, splits := s.grouper.Maintain(now)
	if err := e.splitDrifted(ctx, c, splits); err != nil {
		return err
	}
	c.merges = merges
	for _, m := range c.merges {
		if m.Topic {
			e.mergeLiveTopics(m.From, m.Into)
			continue
		}
		e.mergeLive(c, m.From, m.Into)
	}
	for id, l := range s.events {
		if now.Sub(l.ev.LastAt) > activeWindow && len(l.on) == 0 {
			delete(s.events, id)
		}
	}
	return nil
}

// mergeLive moves what memory knows of one event to another.
func (e *Engine) mergeLive(c *change, from, into string) {
	a, b := e.state.events[from], e.state.events[into]
	if a == nil || b == nil {
		return
	}
	b.ev.Items += a.ev.Items
	b.ev.Copies += a.ev.Copies
	if a.ev.FirstAt.Before(b.ev.FirstAt) {
		b.ev.FirstAt = a.ev.FirstAt
	}
	if a.ev.LastAt.After(b.ev.LastAt) {
		b.ev.LastAt = a.ev.LastAt
	}
	if a.ev.PeakHeat > b.ev.PeakHeat {
		b.ev.PeakHeat, b.ev.PeakAt = a.ev.PeakHeat, a.ev.PeakAt
	}
	for _, p := range a.ev.Platforms {
		b.ev.Platforms = appendNew(b.ev.Platforms, p)
	}
	for board, p := range a.on {
		if q, ok := b.on[board]; !ok || p.rank < q.rank {
			b.on[board] = p
		}
		if bn, ok := e.state.listed[board]; ok {
			delete(bn.events, from)
			bn.events[into] = struct{}{}
		}
	}
	for src, t := range a.feeds {
		b.sawFeed(src, t)
	}
	for s := range a.subs {
		b.subs[s] = struct{}{}
	}
	b.refutAt, b.officAt = earliest(a.refutAt, b.refutAt), earliest(a.officAt, b.officAt)
	b.dirty = true
	delete(e.state.events, from)
	delete(c.events, from)
	c.order = slices.DeleteFunc(c.order, func(id string) bool { return id == from })
	c.touch(b)
	e.refresh(c, b, c.at)
}

// earliest is the earlier of two times, of which zero is unknown.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// nightly calibrates thresholds, learns words and prunes. A replay keeps what
// its rows brought, whatever its age, but not what nothing reads again.
func (e *Engine) nightly(ctx context.Context, now time.Time, live bool) error {
	s := &e.state
	s.bursts.Calibrate(now)
	if err := e.keepScores(ctx, now); err != nil {
		return err
	}
	if err := e.learnWords(ctx, now); err != nil {
		return err
	}
	prints := now.AddDate(0, 0, -14)
	if !live {
		return e.store.Prune(ctx, store.PruneOptions{FingerprintsBefore: prints})
	}
	if err := e.dropOldUploads(ctx, now); err != nil {
		return err
	}
	items := now.AddDate(0, 0, -e.cfg.Keep.ItemDays)
	if err := e.store.Prune(ctx, store.PruneOptions{
		ItemsBefore: items, PostsBefore: now.Add(-peerSpan), FingerprintsBefore: prints, PointsBefore: now.AddDate(0, 0, -30), BurstsBefore: items,
		DeliveriesBefore: now.AddDate(0, 0, -90), MatchesBefore: items, ScoresBefore: now.AddDate(-1, 0, 0), SourceEventsBefore: now.AddDate(0, 0, -90),
	}); err != nil {
		return err
	}
	if err := e.index.DropBefore(ctx, now.AddDate(0, 0, -e.cfg.Keep.IndexDays)); err != nil {
		return err
	}
	select {
	case e.compact <- now:
	default: // last night's is still at work and takes the same
	}
	return nil
}
