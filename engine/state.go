package engine

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/trend"
)

// state is all that the engine holds in memory. It can be rebuilt from the
// store: from the blobs of the last save and the rows that came after.
type state struct {
	grouper  *trend.Grouper
	bursts   *trend.Bursts
	boards   *trend.Boards
	near     *nlp.NearIndex
	words    *nlp.Discovery
	events   map[string]*liveEvent
	listed   map[string]boardNow // board → its newest snapshot
	seq      int64               // newest item taken into this state
	savedSeq int64
	savedAt  time.Time     // wall clock of the last save
	saving   time.Duration // that it took
	tick     time.Time     // engine time of the last tick
	hour     time.Time     // of the last hourly work
	night    string        // date of the last nightly work
	digest   string        // date of the last digest
	burstsOn map[string]xuanti.Burst
}

// liveEvent is an event that may still get members.
type liveEvent struct {
	ev      xuanti.Event
	point   xuanti.EventPoint    // the newest of its curve
	recent  []CurvePoint         // of its curve: those of the last hour and the one before
	on      map[string]presence  // board → where it is listed now
	feeds   map[string]time.Time // source → its newest item on this event
	subs    map[string]struct{}  // subscriptions whose rule matched a member
	spelled map[string]string    // folded titles of members → as published
	dirty   bool                 // differs from its row in the store in more than what time alone changes
	saved   time.Time            // LastAt of its row in the store
	refutAt time.Time            // when a refutation joined
	officAt time.Time            // when an authoritative source joined
}

// presence is an event's best row on a board's newest snapshot.
type presence struct {
	itemID  string
	rank    int
	size    int
	heatPct float64
	weight  float64 // trust in the board when the snapshot came, 0…2
	since   time.Time
	at      time.Time
	st      trend.EntryState
}

// boardNow is the newest snapshot of a board.
type boardNow struct {
	at     time.Time
	events map[string]struct{}
}

func (e *Engine) freshState() state {
	return state{
		grouper: trend.NewGrouper(trend.GrouperOptions{IDF: e.nlp.IDF, Analyzer: e.nlp}),
		bursts:  trend.NewBursts(trend.BurstOptions{AlarmsPerDay: e.cfg.Trend.FalseAlarms, Has: e.nlp.Has}),
		boards:  trend.NewBoards(trend.BoardsOptions{}),
		near:    nlp.NewNearIndex(),
		words:   nlp.NewDiscovery(e.nlp),
		events:  map[string]*liveEvent{}, listed: map[string]boardNow{}, burstsOn: map[string]xuanti.Burst{},
	}
}

// blobs names what is saved, and how.
func (s *state) blobs() []struct {
	name string
	save func(io.Writer) error
	load func([]byte) error
} {
	return []struct {
		name string
		save func(io.Writer) error
		load func([]byte) error
	}{
		{"grouper", s.grouper.Save, s.grouper.Load},
		{"bursts", s.bursts.Save, s.bursts.Load},
		{"boards", whole(s.boards.Snapshot), s.boards.Load},
		{"words", s.words.Save, s.words.Restore},
	}
}

// whole saves a state that is small.
func whole(snapshot func() ([]byte, error)) func(io.Writer) error {
	return func(w io.Writer) error {
		data, err := snapshot()
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}
}

// saveState writes the state down in one transaction. The caller holds mu.
func (e *Engine) saveState(ctx context.Context) error {
	begun := time.Now()
	err := e.store.Update(ctx, func(tx *store.Tx) error { return e.writeState(ctx, tx) })
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	s := &e.state
	s.savedSeq, s.savedAt = s.seq, time.Now()
	s.saving = s.savedAt.Sub(begun)
	return nil
}

// writeState writes the state in a transaction.
func (e *Engine) writeState(ctx context.Context, tx *store.Tx) error {
	for _, b := range e.state.blobs() {
		if err := tx.SaveBlob(ctx, "state/"+b.name, e.state.tick, e.state.seq, b.save); err != nil {
			return fmt.Errorf("save %s: %w", b.name, err)
		}
	}
	return tx.SetMeta(ctx, "state/times", e.state.times())
}

func (s *state) times() string {
	return fmt.Sprintf("%d %d %s %s", xuanti.Millis(s.tick), xuanti.Millis(s.hour), dash(s.night), dash(s.digest))
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// recover brings the state back after any stop, clean or not: the saved blobs,
// then every item and snapshot that was committed after them.
func (e *Engine) recover(ctx context.Context) error {
	e.state = e.freshState()
	s := &e.state
	var from int64 = -1
	var at time.Time
	for _, b := range s.blobs() {
		data, seq, when, ok, err := e.store.Blob(ctx, "state/"+b.name)
		if err != nil {
			return err
		}
		if !ok {
			from = 0
			break
		}
		if err := b.load(data); err != nil {
			e.log.Warn("saved state is not readable, rebuilding it from the store", "part", b.name, "error", err)
			from = 0
			break
		}
		if from < 0 || seq < from {
			from = seq
		}
		at = when
	}
	if from <= 0 { // nothing usable: start anew, and replay what is still active
		e.state = e.freshState()
		s = &e.state
		at = time.Time{}
		from = 0
	}
	if times, err := e.store.Meta(ctx, "state/times"); err == nil && times != "" {
		var tick, hour int64
		var night, digest string
		if n, _ := fmt.Sscan(times, &tick, &hour, &night, &digest); n == 4 {
			s.tick, s.hour, s.night, s.digest = xuanti.FromMillis(tick), xuanti.FromMillis(hour), night, digest
		}
	}
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
	if err := e.replayItems(ctx, from, since); err != nil {
		return err
	}
	if err := e.recoverPins(ctx, since); err != nil {
		return err
	}
	if err := e.replayBoards(ctx, at, newest); err != nil {
		return err
	}
	s.savedSeq, s.savedAt = from, time.Now()
	bursts, err := e.store.BurstsAt(ctx, newest, 500)
	if err != nil {
		return err
	}
	for _, b := range bursts {
		s.burstsOn[b.Term] = b
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
				l.on[b] = presence{itemID: r.ItemID, rank: r.Rank, size: len(rows), heatPct: -1, weight: e.sources.weight(snap.SourceID), since: r.FirstSeen, at: snap.At,
					st: trend.EntryState{ItemID: r.ItemID, EventID: r.EventID, Grow: -1, Stay: -1, Top10: -1, Rank: r.Rank}}
			}
		}
		s.listed[b] = bn
	}
	recent, _, err := e.store.Items(ctx, store.ItemFilter{Since: now.Add(-feedWindow), Limit: 20_000})
	if err != nil {
		return err
	}
	for _, it := range recent {
		if l := s.events[it.EventID]; l != nil && it.Kind != xuanti.ItemEntry {
			l.sawFeed(it.SourceID, it.PublishedAt)
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

// replayItems takes the items after seq into the grouper, the bursts and the
// word discovery again, keeping the decisions that were stored with them.
func (e *Engine) replayItems(ctx context.Context, from int64, since time.Time) error {
	s := &e.state
	first, err := e.store.SeqSince(ctx, since)
	if err != nil {
		return err
	}
	from = max(from, first) // a state that was lost is not sought in all of history
	for {
		items, err := e.store.ItemsAfter(ctx, from, 500)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return nil
		}
		from = items[len(items)-1].Seq
		if items[len(items)-1].SeenAt.Before(since) {
			continue
		}
		docs := e.analyze(items)
		for i := range items {
			it := &items[i]
			l := s.events[it.EventID]
			if it.SeenAt.Before(since) || l == nil {
				continue
			}
			d := trend.Doc{ItemID: it.ID, Key: it.Key, At: it.SeenAt, Platform: it.Platform, Source: it.SourceID, A: docs[i]}
			if it.Relation == xuanti.RelationCopy {
				s.grouper.AddCopy(d, it.EventID)
				continue
			}
			s.grouper.Restore(d, it.EventID, l.ev.TopicID)
			if isNews(it) {
				s.words.Add(it.SeenAt, it.Platform, docs[i].Title)
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
		refs := make([]trend.EntryRef, len(rows))
		for i, r := range rows {
			refs[i] = trend.EntryRef{ItemID: r.ItemID, EventID: r.EventID, Entry: xuanti.Entry{Rank: r.Rank, Title: r.Title, URL: r.URL, Heat: r.Heat, Label: r.Label}}
		}
		for _, st := range e.state.boards.Observe(d.board, d.at, refs, e.state.platformsNow) {
			if l := e.state.events[st.EventID]; l != nil {
				if p, ok := l.on[d.board]; ok && p.itemID == st.ItemID {
					p.st = st
					p.heatPct = st.HeatPct
					l.on[d.board] = p
				}
			}
		}
	}
	return nil
}

func newLive(ev xuanti.Event) *liveEvent {
	return &liveEvent{ev: ev, on: map[string]presence{}, feeds: map[string]time.Time{}, subs: map[string]struct{}{},
		point: xuanti.EventPoint{EventID: ev.ID, At: ev.LastAt, Heat: ev.Heat, State: ev.State, Grow: -1, Stay: -1, Spread: -1}}
}

func (l *liveEvent) sawFeed(source string, at time.Time) {
	if l.feeds[source].Before(at) {
		l.feeds[source] = at
	}
}

// platformsNow counts the platforms that list the event in their newest snapshot.
func (s *state) platformsNow(eventID string) int {
	if l := s.events[eventID]; l != nil {
		return len(l.on)
	}
	return 0
}

// itemKey files an item under its canonical key.
func itemKey(it *xuanti.Item) string {
	return address.Key(it.Kind, it.Platform, it.URL, it.ExtID, it.Title, it.SeenAt)
}
