package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func event(id string) xuanti.Event {
	return xuanti.Event{
		ID: id, TopicID: "topic-" + id, Title: "青石镇大桥通车", FirstAt: t0, LastAt: t0.Add(time.Hour), Items: 3, Copies: 1,
		Platforms: []string{"weibo", "rss"}, Terms: []string{"青石镇", "大桥"}, State: xuanti.StateRising, StateSince: t0,
		Heat: 41.5, PeakHeat: 50, PeakAt: t0.Add(time.Minute), Pinned: true,
	}
}

func point(id string, minute int, heat float64) xuanti.EventPoint {
	return xuanti.EventPoint{
		EventID: id, At: t0.Add(time.Duration(minute) * time.Minute), Heat: heat, State: xuanti.StatePeak, Platforms: 2, Items: 4,
		Grow: .25, Stay: -1, Top10: .75, Spread: .5, Lift: 1.5,
	}
}

func putEvents(t *testing.T, s *store.Store, events ...xuanti.Event) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error {
		for _, e := range events {
			if err := tx.PutEvent(t.Context(), e); err != nil {
				return err
			}
		}
		return nil
	})
}

func addPoints(t *testing.T, s *store.Store, points ...xuanti.EventPoint) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error { return tx.AddEventPoints(t.Context(), points) })
}

func testEvents(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := event("a"), event("b")
	b.LastAt, b.TopicID, b.Platforms, b.Terms, b.Pinned = t0.Add(2*time.Hour), "topic-a", nil, nil, false
	putEvents(t, s, a, b)
	equal(t, "a", ok[xuanti.Event](t)(s.Event(ctx, "a")), a)
	equal(t, "b", ok[xuanti.Event](t)(s.Event(ctx, "b")), b)
	a.Title, a.State = "大桥迎来第一位行人", xuanti.StateFalling
	putEvents(t, s, a)
	equal(t, "replaced", ok[xuanti.Event](t)(s.Event(ctx, "a")), a)
	_, err := s.Event(ctx, "c")
	wantCode(t, err, xuanti.CodeNotFound)
	for name, c := range map[string]struct {
		f    store.EventFilter
		want []xuanti.Event
	}{
		"all":   {store.EventFilter{}, []xuanti.Event{b, a}},
		"ids":   {store.EventFilter{IDs: []string{"a", "zz"}}, []xuanti.Event{a}},
		"topic": {store.EventFilter{TopicID: "topic-a", Limit: 1}, []xuanti.Event{b}},
		"since": {store.EventFilter{Since: t0.Add(90 * time.Minute)}, []xuanti.Event{b}},
		"until": {store.EventFilter{Until: t0.Add(90 * time.Minute)}, []xuanti.Event{a}},
	} {
		equal(t, name, ok[[]xuanti.Event](t)(s.Events(ctx, c.f)), c.want)
	}
	circle, back := event("x"), event("y")
	circle.RedirectTo, back.RedirectTo = "y", "x"
	putEvents(t, s, circle, back)
	_, err = s.Event(ctx, "x")
	wantCode(t, err, xuanti.CodeCorrupt)
	circle.RedirectTo = "x"
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutEvent(ctx, circle) }), xuanti.CodeInvalid)
}

func testEventsAt(t *testing.T, s *store.Store) {
	ctx := t.Context()
	gone := event("gone")
	gone.RedirectTo = "a"
	putEvents(t, s, event("a"), event("b"), event("c"), event("quiet"), gone)
	addPoints(t, s, point("a", 0, 10), point("a", 60, 30), point("a", 120, 5), point("b", 30, 20), point("c", 90, 25), point("gone", 10, 99))
	at := func(minute int, window time.Duration, limit int) []string {
		t.Helper()
		out := []string{}
		for _, r := range ok[[]store.EventRow](t)(s.EventsAt(ctx, t0.Add(time.Duration(minute)*time.Minute), window, limit)) {
			want := point(r.ID, int(r.Point.At.Sub(t0).Minutes()), r.Point.Heat)
			equal(t, "point", r.Point, want)
			equal(t, "event", r.Event, event(r.ID))
			out = append(out, fmt.Sprintf("%s%.0f", r.ID, r.Point.Heat))
		}
		return out
	}
	for _, c := range []struct {
		minute int
		window time.Duration
		limit  int
		want   []string
	}{
		{120, 72 * time.Hour, 10, []string{"c25", "b20", "a5"}},  // now
		{500, 72 * time.Hour, 2, []string{"c25", "b20"}},         // later than everything
		{120, 70 * time.Minute, 10, []string{"c25", "a5"}},       // b is too old
		{119, 72 * time.Hour, 10, []string{"a30", "c25", "b20"}}, // as of the past
		{89, 72 * time.Hour, 10, []string{"a30", "b20"}},
		{59, 72 * time.Hour, 10, []string{"b20", "a10"}},
		{89, 45 * time.Minute, 10, []string{"a30"}},
		{89, 72 * time.Hour, 1, []string{"a30"}},
		{0, time.Minute, 0, []string{"a10"}},
		{-1, 72 * time.Hour, 10, []string{}},
		{5000, time.Hour, 10, []string{}},
	} {
		equal(t, fmt.Sprintf("at %d, window %s", c.minute, c.window), at(c.minute, c.window, c.limit), c.want)
	}
	equal(t, "points", ok[[]xuanti.EventPoint](t)(s.EventPoints(ctx, []string{"a", "b"}, t0.Add(time.Minute), t0.Add(time.Hour))),
		[]xuanti.EventPoint{point("a", 60, 30), point("b", 30, 20)})
	equal(t, "no ids", len(ok[[]xuanti.EventPoint](t)(s.EventPoints(ctx, nil, t0, t0))), 0)
}

// testEventsAtLongLives compares views of the past with a plain reading of all
// points, for events of very different lifetimes.
func testEventsAtLongLives(t *testing.T, s *store.Store) {
	ctx := t.Context()
	const events = 24
	var points []xuanti.EventPoint
	for n := range events {
		id := fmt.Sprintf("e%02d", n)
		putEvents(t, s, event(id))
		step := 1 + n*n*7 // minutes; the longest lives last for weeks
		for k := range 12 {
			points = append(points, point(id, n*97+k*step, float64((n*31+k*17)%101)+float64(n)/100))
		}
	}
	for i := range points { // in no order
		j := i * 7919 % len(points)
		points[i], points[j] = points[j], points[i]
	}
	addPoints(t, s, points...)
	for _, window := range []time.Duration{time.Hour, 72 * time.Hour, 1000 * time.Hour} {
		for minute := 0; minute < 50_000; minute += 2700 {
			at := t0.Add(time.Duration(minute) * time.Minute)
			newest := map[string]xuanti.EventPoint{}
			for _, p := range points {
				if !p.At.After(at) && p.At.After(newest[p.EventID].At) {
					newest[p.EventID] = p
				}
			}
			want := []xuanti.EventPoint{}
			for _, p := range newest {
				if p.At.After(at.Add(-window)) {
					want = append(want, p)
				}
			}
			slices.SortFunc(want, func(a, b xuanti.EventPoint) int {
				return cmp.Or(cmp.Compare(b.Heat, a.Heat), cmp.Compare(a.EventID, b.EventID))
			})
			got := []xuanti.EventPoint{}
			for _, r := range ok[[]store.EventRow](t)(s.EventsAt(ctx, at, window, 0)) {
				got = append(got, r.Point)
			}
			equal(t, fmt.Sprintf("at minute %d, window %s", minute, window), got, want)
		}
	}
}

// testEventPointOrder adds points before their event, out of order and twice.
func testEventPointOrder(t *testing.T, s *store.Store) {
	ctx := t.Context()
	addPoints(t, s, point("a", 60, 30), point("a", 10, 20))
	putEvents(t, s, event("a"))
	now := func() float64 {
		t.Helper()
		rows := ok[[]store.EventRow](t)(s.EventsAt(ctx, t0.Add(time.Hour), 72*time.Hour, 1))
		if len(rows) != 1 {
			t.Fatalf("%d rows", len(rows))
		}
		return rows[0].Point.Heat
	}
	equal(t, "points before their event", now(), 30.0)
	addPoints(t, s, point("a", 20, 77))
	equal(t, "a late older point", now(), 30.0)
	addPoints(t, s, point("a", 60, 31))
	equal(t, "a replaced point", now(), 31.0)
	equal(t, "points", len(ok[[]xuanti.EventPoint](t)(s.EventPoints(ctx, []string{"a"}, time.Time{}, time.Time{}))), 3)
	putEvents(t, s, event("a"))
	equal(t, "writing the event keeps its point", now(), 31.0)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.AddEventPoints(ctx, []xuanti.EventPoint{{}}) }), xuanti.CodeInvalid)
}

func member(it xuanti.Item, ev string, minute int) xuanti.Membership {
	return xuanti.Membership{
		ItemID: it.ID, EventID: ev, At: t0.Add(time.Duration(minute) * time.Minute), Score: .8, By: "scorer",
		Why: []xuanti.Feature{{Name: "title", Value: .5, Weight: 2, Points: 1}},
	}
}

func testMemberships(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := item(1), item(2)
	insert(t, s, &a, &b)
	first, second := member(a, "ev", 1), member(b, "ev", 2)
	second.Why = nil
	update(t, s, func(tx *store.Tx) error {
		if err := tx.PutMembership(ctx, second); err != nil {
			return err
		}
		if err := tx.PutMembership(ctx, first); err != nil {
			return err
		}
		it, err := tx.Item(ctx, a.ID) // a transaction sees what it wrote
		equal(t, "item's event", it.EventID, "ev")
		return err
	})
	equal(t, "members", ok[[]xuanti.Membership](t)(s.Memberships(ctx, "ev", time.Time{})), []xuanti.Membership{first, second})
	equal(t, "members then", ok[[]xuanti.Membership](t)(s.Memberships(ctx, "ev", t0.Add(time.Minute))), []xuanti.Membership{first})
	moved := member(a, "other", 5)
	moved.By = "person"
	update(t, s, func(tx *store.Tx) error { return tx.PutMembership(ctx, moved) })
	equal(t, "moved", ok[xuanti.Membership](t)(s.Membership(ctx, a.ID)), moved)
	equal(t, "item moved", ok[xuanti.Item](t)(s.Item(ctx, a.ID)).EventID, "other")
	equal(t, "one left", len(ok[[]xuanti.Membership](t)(s.Memberships(ctx, "ev", time.Time{}))), 1)
	_, err := s.Membership(ctx, "zz")
	wantCode(t, err, xuanti.CodeNotFound)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutMembership(ctx, xuanti.Membership{ItemID: "zz"}) }), xuanti.CodeNotFound)
}

func testMergeEvents(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b, c := event("a"), event("b"), event("c")
	a.FirstAt, a.Platforms, a.PeakHeat, a.PeakAt, a.LastAt = t0.Add(-time.Hour), []string{"zhihu", "weibo"}, 90, t0, t0.Add(3*time.Hour)
	b.Pinned = false
	x, y, z := item(1), item(2), item(3)
	z.Relation, z.CopyOf = xuanti.RelationCopy, x.ID
	insert(t, s, &x, &y, &z)
	putEvents(t, s, a, b, c)
	addPoints(t, s, point("a", 10, 99), point("b", 10, 50))
	update(t, s, func(tx *store.Tx) error {
		for _, m := range []xuanti.Membership{member(x, "a", 1), member(y, "b", 2), member(z, "a", 3)} {
			if err := tx.PutMembership(ctx, m); err != nil {
				return err
			}
		}
		for _, m := range []xuanti.Match{match("m1", "s1", "a", 1), match("m2", "s1", "b", 2), match("m3", "s2", "a", 3)} {
			if _, err := tx.PutMatch(ctx, m); err != nil {
				return err
			}
		}
		return tx.PutDecision(ctx, xuanti.Decision{SuggestionID: "sg", ProfileID: "p", EventID: "a", At: t0})
	})
	at := t0.Add(4 * time.Hour)
	for range 2 { // the second time changes nothing
		update(t, s, func(tx *store.Tx) error { return tx.MergeEvents(ctx, "a", "b", at) })
	}
	got := ok[xuanti.Event](t)(s.Event(ctx, "a"))
	want := b
	want.FirstAt, want.LastAt, want.Items, want.Copies = a.FirstAt, a.LastAt, 2, 1
	want.Platforms = []string{"weibo", "rss", "zhihu"}
	want.PeakHeat, want.PeakAt, want.Pinned = 90, t0, true
	equal(t, "merged", got, want)
	equal(t, "members", len(ok[[]xuanti.Membership](t)(s.Memberships(ctx, "b", time.Time{}))), 3)
	equal(t, "item", ok[xuanti.Item](t)(s.Item(ctx, x.ID)).EventID, "b")
	rows := ok[[]store.EventRow](t)(s.EventsAt(ctx, t0.Add(time.Hour), 72*time.Hour, 0))
	equal(t, "only the target is hot", len(rows), 1)
	equal(t, "hot", rows[0].ID, "b")
	equal(t, "listed", len(ok[[]xuanti.Event](t)(s.Events(ctx, store.EventFilter{}))), 2)
	named := ok[[]xuanti.Event](t)(s.Events(ctx, store.EventFilter{IDs: []string{"a"}}))
	equal(t, "named", named[0].RedirectTo, "b")
	matches, _, err := s.Matches(ctx, store.MatchFilter{EventID: "b"})
	if err != nil || len(matches) != 2 {
		t.Fatalf("matches of the target: %d %v", len(matches), err)
	}
	update(t, s, func(tx *store.Tx) error {
		again, err := tx.PutMatch(ctx, match("m9", "s2", "b", 9))
		equal(t, "told already", again, false)
		return err
	})
	equal(t, "decision", ok[[]xuanti.Decision](t)(s.Decisions(ctx, "p", time.Time{}))[0].EventID, "b")

	// A chain of merges stays one hop long, from whichever end it is named.
	update(t, s, func(tx *store.Tx) error { return tx.MergeEvents(ctx, "a", "c", at) })
	for _, id := range []string{"a", "b", "c"} {
		equal(t, "chain", ok[xuanti.Event](t)(s.Event(ctx, id)).ID, "c")
	}
	equal(t, "one hop", ok[[]xuanti.Event](t)(s.Events(ctx, store.EventFilter{IDs: []string{"a"}}))[0].RedirectTo, "c")
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.MergeEvents(ctx, "c", "c", at) }), xuanti.CodeInvalid)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.MergeEvents(ctx, "zz", "c", at) }), xuanti.CodeNotFound)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.MergeEvents(ctx, "c", "zz", at) }), xuanti.CodeNotFound)
}

func testTopics(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := xuanti.Topic{ID: "ta", Title: "青石镇大桥", FirstAt: t0, LastAt: t0.Add(time.Hour), Events: 1}
	b := xuanti.Topic{ID: "tb", Title: "大桥", FirstAt: t0.Add(-time.Hour), LastAt: t0, Events: 1}
	e, f := event("e"), event("f")
	e.TopicID, f.TopicID = "ta", "tb"
	putEvents(t, s, e, f)
	update(t, s, func(tx *store.Tx) error { _ = tx.PutTopic(ctx, a); return tx.PutTopic(ctx, b) })
	equal(t, "topic", ok[xuanti.Topic](t)(s.Topic(ctx, "ta")), a)
	equal(t, "topics", ok[[]xuanti.Topic](t)(s.Topics(ctx, []string{"tb", "zz", "ta"})), []xuanti.Topic{b, a})
	_, err := s.Topic(ctx, "zz")
	wantCode(t, err, xuanti.CodeNotFound)
	for range 2 {
		update(t, s, func(tx *store.Tx) error { return tx.MergeTopics(ctx, "tb", "ta", t0.Add(2*time.Hour)) })
	}
	want := a
	want.FirstAt, want.Events = b.FirstAt, 2
	equal(t, "merged", ok[xuanti.Topic](t)(s.Topic(ctx, "tb")), want)
	equal(t, "events moved", len(ok[[]xuanti.Event](t)(s.Events(ctx, store.EventFilter{TopicID: "ta"}))), 2)
	equal(t, "as stored", ok[[]xuanti.Topic](t)(s.Topics(ctx, []string{"tb"}))[0].RedirectTo, "ta")
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.MergeTopics(ctx, "zz", "ta", t0) }), xuanti.CodeNotFound)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.MergeTopics(ctx, "ta", "ta", t0) }), xuanti.CodeInvalid)
}
