package engine

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/trend"
)

// saved tells up to where a part was saved: the newest item and the time. Both
// are zero when it was not, or cannot be read.
type saved struct {
	seq int64
	at  time.Time
}

// loadParts reads the saved parts of the state.
func (e *Engine) loadParts(ctx context.Context) (map[string]saved, error) {
	out := map[string]saved{}
	for _, p := range e.state.parts() {
		data, seq, at, ok, err := e.store.Blob(ctx, "state/"+p.name)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if err := p.load(data); err != nil {
			e.log.Warn("a saved part of the state is not readable, rebuilding it from the store", "part", p.name, "error", err)
			fresh := e.freshState()
			p.renew(&fresh)
			continue
		}
		out[p.name] = saved{seq, at}
	}
	return out, nil
}

// recover brings the state back after any stop, clean or not: the saved parts,
// then every item and snapshot that was committed after them; a part that is
// lost gets all that is still active.
func (e *Engine) recover(ctx context.Context) error {
	e.state = e.freshState()
	s := &e.state
	known, err := e.loadParts(ctx)
	if err != nil {
		return err
	}
	times, err := e.store.Meta(ctx, "state/times")
	if err != nil {
		return err
	}
	s.setTimes(times)
	maxSeq, err := e.store.MaxSeq(ctx)
	if err != nil {
		return err
	}
	s.seq = maxSeq
	newest, err := e.newest(ctx)
	if err != nil || newest.IsZero() {
		return err
	}
	since := newest.Add(-activeWindow)
	if err := e.recoverEvents(ctx, since, newest); err != nil {
		return err
	}
	if err := e.store.FingerprintsSince(ctx, since, func(r store.FingerprintRow) error {
		fp, err := nlp.DecodeFingerprint(r.Data)
		if err != nil {
			return fmt.Errorf("fingerprint of %s: %w", r.ItemID, err)
		}
		s.near.Add(r.ItemID, r.At, fp, r.Runes)
		return nil
	}); err != nil {
		return err
	}
	if err := e.replayItems(ctx, known, since); err != nil {
		return err
	}
	if err := e.recoverPins(ctx, since); err != nil {
		return err
	}
	if err := e.replayBoards(ctx, known[partBoards].at, newest); err != nil {
		return err
	}
	s.savedSeq, s.savedAt = min(known[partGrouper].seq, known[partBursts].seq, known[partBoards].seq, known[partWords].seq), time.Now()
	bursts, err := e.store.BurstsAt(ctx, newest, 500)
	if err != nil {
		return err
	}
	for i := range bursts {
		s.burstsOn[keyOf(&bursts[i])] = bursts[i]
	}
	return nil
}

// newest is the time of the newest thing in the store.
func (e *Engine) newest(ctx context.Context) (time.Time, error) {
	var newest time.Time
	items, _, err := e.store.Items(ctx, store.ItemFilter{Limit: 1})
	if err != nil {
		return newest, err
	}
	if len(items) > 0 {
		newest = items[0].SeenAt
	}
	boards, err := e.store.Boards(ctx)
	if err != nil {
		return newest, err
	}
	far := time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, b := range boards {
		snaps, err := e.store.Snapshots(ctx, b, time.Time{}, far, 1)
		if err != nil {
			return newest, err
		}
		if len(snaps) > 0 && snaps[0].At.After(newest) {
			newest = snaps[0].At
		}
	}
	return newest, nil
}

func (e *Engine) recoverEvents(ctx context.Context, since, now time.Time) error {
	s := &e.state
	evs, err := e.store.Events(ctx, store.EventFilter{Since: since, Limit: 1_000_000})
	if err != nil {
		return err
	}
	for _, ev := range evs {
		if ev.RedirectTo == "" {
			s.events[ev.ID] = newLive(ev)
		}
	}
	for _, part := range []func(context.Context, time.Time) error{e.recoverCurves, e.recoverPlaces, e.recoverWriters} {
		if err := part(ctx, now); err != nil {
			return err
		}
	}
	matches, _, err := e.store.Matches(ctx, store.MatchFilter{Since: since, Limit: 100_000})
	if err != nil {
		return err
	}
	for _, m := range matches {
		if l := s.events[m.EventID]; l != nil {
			l.subs[m.SubscriptionID] = struct{}{}
		}
	}
	return nil
}

// recoverCurves brings back where the curves of the events stand.
func (e *Engine) recoverCurves(ctx context.Context, now time.Time) error {
	s := &e.state
	rows, err := e.store.EventsAt(ctx, now, activeWindow, 1_000_000)
	if err != nil {
		return err
	}
	var warm []string
	for _, r := range rows {
		if l := s.events[r.ID]; l != nil {
			l.point = r.Point
			if r.Point.Heat > 0 {
				warm = append(warm, r.ID)
			}
		}
	}
	for part := range slices.Chunk(warm, 500) {
		points, err := e.store.EventPoints(ctx, part, now.Add(-2*pointEvery), now)
		if err != nil {
			return err
		}
		for _, p := range points {
			s.events[p.EventID].keep(p)
		}
	}
	return nil
}

// recoverPlaces brings back where the events are listed.
func (e *Engine) recoverPlaces(ctx context.Context, now time.Time) error {
	s := &e.state
	boards, err := e.store.Boards(ctx)
	if err != nil {
		return err
	}
	if err := e.knowSources(ctx); err != nil { // their weights
		return err
	}
	for _, b := range boards {
		rows, snap, err := e.store.SnapshotAt(ctx, b, now)
		if err != nil {
			return err
		}
		bn := boardNow{at: snap.At, events: map[string]struct{}{}}
		for _, r := range rows {
			l := s.events[r.EventID]
			if l == nil {
				continue
			}
			bn.events[r.EventID] = struct{}{}
			if p, ok := l.on[b]; !ok || r.Rank < p.rank {
				l.on[b] = presence{itemID: r.ItemID, platform: e.boardPlatform(b), rank: r.Rank, heatPct: -1, weight: e.sources.weight(snap.SourceID), since: r.FirstSeen, at: snap.At,
					st: trend.EntryState{ItemID: r.ItemID, EventID: r.EventID, Grow: -1, Stay: -1, Top10: -1, Rank: r.Rank}}
			}
		}
		s.listed[b] = bn
	}
	return nil
}

// recoverWriters brings back who wrote about the events lately.
func (e *Engine) recoverWriters(ctx context.Context, now time.Time) error {
	recent, _, err := e.store.Items(ctx, store.ItemFilter{Since: now.Add(-feedWindow), Limit: 20_000})
	if err != nil {
		return err
	}
	for _, it := range recent {
		if l := e.state.events[it.EventID]; l != nil && it.Kind != xuanti.ItemEntry {
			l.sawFeed(it.SourceID, it.PublishedAt)
		}
	}
	return nil
}

// replayItems takes the items that the grouper, the bursts and the word
// discovery do not know into them again, keeping the decisions that were stored
// with the items.
func (e *Engine) replayItems(ctx context.Context, known map[string]saved, since time.Time) error {
	s := &e.state
	grouped, burst, worded := known[partGrouper].seq, known[partBursts].seq, known[partWords].seq
	first, err := e.store.SeqSince(ctx, since)
	if err != nil {
		return err
	}
	from := max(min(grouped, burst, worded), first) // a state that was lost is not sought in all of history
	for {
		items, err := e.store.ItemsAfter(ctx, from, 500)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return nil
		}
		from = items[len(items)-1].Seq
		docs := e.analyze(items)
		for i := range items {
			it := &items[i]
			l := s.events[it.EventID]
			if it.SeenAt.Before(since) || l == nil {
				continue
			}
			d := trend.Doc{ItemID: it.ID, Key: it.Key, At: it.SeenAt, Platform: it.Platform, Source: it.SourceID, A: docs[i]}
			copied := it.Relation == xuanti.RelationCopy
			switch {
			case it.Seq <= grouped:
			case copied:
				s.grouper.AddCopy(d, it.EventID)
			default:
				s.grouper.Restore(d, it.EventID, l.ev.TopicID)
			}
			if !isNews(it) {
				continue
			}
			if it.Seq > worded && !copied {
				s.words.Add(it.SeenAt, it.Platform, it.Title)
			}
			if it.Seq > burst {
				s.bursts.Add(e.sighting(it, docs[i]))
			}
		}
	}
}

// recoverPins fixes what people fixed, also when the saved groups were lost.
func (e *Engine) recoverPins(ctx context.Context, since time.Time) error {
	g := e.state.grouper
	pin := func(id string) error {
		if !g.Open(id) {
			return nil
		}
		return g.Pin(id, true)
	}
	for id, l := range e.state.events {
		if l.ev.Pinned {
			if err := pin(id); err != nil {
				return err
			}
		}
	}
	topics, err := e.store.PinnedTopics(ctx, since)
	if err != nil {
		return err
	}
	for _, t := range topics {
		if err := pin(t.ID); err != nil {
			return err
		}
	}
	return nil
}

// replayBoards shows the trajectories the snapshots they have not seen.
func (e *Engine) replayBoards(ctx context.Context, after, now time.Time) error {
	if after.Before(now.Add(-48 * time.Hour)) {
		after = now.Add(-48 * time.Hour)
	}
	type due struct {
		board string
		at    time.Time
	}
	var all []due
	boards, err := e.store.Boards(ctx)
	if err != nil {
		return err
	}
	for _, b := range boards { // what was foretold before the stop holds until a board is read again
		rows, _, err := e.store.SnapshotAt(ctx, b, now)
		if err != nil {
			return err
		}
		e.foretold(b, e.state.boards.States(b, refsOf(rows)))
	}
	for _, b := range boards {
		snaps, err := e.store.Snapshots(ctx, b, after.Add(time.Millisecond), now.Add(time.Millisecond), 10_000)
		if err != nil {
			return err
		}
		for _, sn := range snaps {
			all = append(all, due{b, sn.At})
		}
	}
	sort.Slice(all, func(i, j int) bool {
		if !all[i].at.Equal(all[j].at) {
			return all[i].at.Before(all[j].at)
		}
		return all[i].board < all[j].board
	})
	for _, d := range all {
		rows, _, err := e.store.SnapshotAt(ctx, d.board, d.at)
		if err != nil {
			return err
		}
		e.foretold(d.board, e.state.boards.Observe(d.board, d.at, refsOf(rows), e.state.platformsNow))
	}
	return nil
}

// foretold files what a board says of its rows with the events that hold them.
func (e *Engine) foretold(board string, states []trend.EntryState) {
	for _, st := range states {
		if l := e.state.events[st.EventID]; l != nil {
			if p, ok := l.on[board]; ok && p.itemID == st.ItemID {
				p.st = st
				p.heatPct = st.HeatPct
				l.on[board] = p
			}
		}
	}
}

func refsOf(rows []store.BoardRow) []trend.EntryRef {
	refs := make([]trend.EntryRef, len(rows))
	for i, r := range rows {
		refs[i] = trend.EntryRef{ItemID: r.ItemID, EventID: r.EventID, Entry: xuanti.Entry{Rank: r.Rank, Title: r.Title, URL: r.URL, Heat: r.Heat, Label: r.Label}}
	}
	return refs
}
