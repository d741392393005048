package storetest

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func source(id string) xuanti.Source {
	return xuanti.Source{
		ID: id, Kind: xuanti.SourceFeed, Name: "小河报", URL: "https://river.example/feed", Platform: "rss", Group: "地方",
		Tags: []string{"本地", "桥"}, Headers: map[string]string{"X-Key": "k"}, Selector: "a.t", Zone: "Asia/Shanghai", Weight: 1.5,
		Interval: 10 * time.Minute, FullText: true, State: xuanti.SourceActive, CreatedAt: t0,
	}
}

func testSources(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := source("a"), source("b")
	b.Kind, b.Board, b.Platform, b.Tags, b.Headers, b.Builtin, b.FullText = xuanti.SourceBoard, "weibo", "weibo", nil, nil, true, false
	b.State, b.AccountID = xuanti.SourcePaused, "acc"
	update(t, s, func(tx *store.Tx) error { _ = tx.PutSource(ctx, b); return tx.PutSource(ctx, a) })
	gotA := ok[xuanti.Source](t)(s.Source(ctx, "a"))
	equal(t, "source", gotA, a)
	all := ok[[]xuanti.Source](t)(s.Sources(ctx, store.SourceFilter{}))
	equal(t, "all ids", []string{all[0].ID, all[1].ID}, []string{"a", "b"})
	equal(t, "empty lists", all[1], b)
	for _, f := range []store.SourceFilter{
		{Kind: xuanti.SourceBoard}, {State: xuanti.SourcePaused}, {Platform: "weibo"}, {AccountID: "acc"}, {Kind: xuanti.SourceBoard, Group: "地方"},
	} {
		got := ok[[]xuanti.Source](t)(s.Sources(ctx, f))
		if len(got) != 1 || got[0].ID != "b" {
			t.Fatalf("filter %+v gave %d sources", f, len(got))
		}
	}

	fetch := xuanti.FetchState{
		NextAt: t0.Add(time.Hour), LeaseUntil: t0.Add(time.Minute), LeaseOwner: "me", ETag: `"e"`, LastModified: "Mon", BodyHash: "h",
		LastAttempt: t0, LastSuccess: t0.Add(1), LastChange: t0, LastStatus: 200, LastError: "超时", Failures: 2, Attempts: 3,
		Successes: 1, Items: 40, LastItems: 20, LastNew: 5, Latency: 120 * time.Millisecond, Adapter: "main", Moved: "https://x", MovedCount: 1,
		NotBefore: t0.Add(30 * time.Minute), Why: "每 14 分钟", Rhythm: []byte{1, 0, 7},
		FailingSince: t0.Add(-time.Hour), Cause: "http_403", QuietSince: t0.Add(-2 * time.Hour), Slow: true,
	}
	fetch.LastSuccess = t0
	update(t, s, func(tx *store.Tx) error { return tx.PutFetchState(ctx, "a", fetch) })
	equal(t, "fetch state", ok[xuanti.Source](t)(s.Source(ctx, "a")).Fetch, fetch)
	a.Name = "大河报"
	update(t, s, func(tx *store.Tx) error { return tx.PutSource(ctx, a) })
	a.Fetch = fetch
	equal(t, "put leaves Fetch alone", ok[xuanti.Source](t)(s.Source(ctx, "a")), a)

	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutFetchState(ctx, "zz", fetch) }), xuanti.CodeNotFound)
	update(t, s, func(tx *store.Tx) error { return tx.DeleteSource(ctx, "a") })
	_, err := s.Source(ctx, "a")
	wantCode(t, err, xuanti.CodeNotFound)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.DeleteSource(ctx, "a") }), xuanti.CodeNotFound)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(ctx, xuanti.Source{}) }), xuanti.CodeInvalid)
}

func testSourceLeases(t *testing.T, s *store.Store) {
	ctx := t.Context()
	if _, due, err := s.NextDue(ctx); err != nil || due {
		t.Fatalf("empty store is due: %v %v", due, err)
	}
	paused := source("paused")
	paused.State = xuanti.SourcePaused
	update(t, s, func(tx *store.Tx) error {
		for i, id := range []string{"late", "soon", "first"} {
			if err := tx.PutSource(ctx, source(id)); err != nil {
				return err
			}
			if err := tx.PutFetchState(ctx, id, xuanti.FetchState{NextAt: t0.Add(time.Duration(2-i) * time.Minute)}); err != nil {
				return err
			}
		}
		return tx.PutSource(ctx, paused)
	})
	ids := func(list []xuanti.Source) (out []string) {
		for _, x := range list {
			out = append(out, x.ID)
		}
		return out
	}
	lease := func(owner string, now time.Time, n int) []xuanti.Source {
		t.Helper()
		return ok[[]xuanti.Source](t)(s.LeaseSources(ctx, owner, now, n, 30*time.Second, nil))
	}
	now := t0.Add(time.Minute)
	first := lease("a", now, 1)
	equal(t, "longest due first", ids(first), []string{"first"})
	equal(t, "owner", first[0].Fetch.LeaseOwner, "a")
	equal(t, "until", first[0].Fetch.LeaseUntil, now.Add(30*time.Second))
	equal(t, "second owner gets the rest", ids(lease("b", now, 5)), []string{"soon"})
	equal(t, "nothing left", len(lease("c", now, 5)), 0)
	equal(t, "no rows for n=0", len(lease("c", now, 0)), 0)
	next, due, err := s.NextDue(ctx)
	if err != nil || !due || !next.Equal(now.Add(30*time.Second)) {
		t.Fatalf("next due %v %v %v", next, due, err)
	}
	equal(t, "expired leases are taken again", ids(lease("c", now.Add(31*time.Second), 5)), []string{"first", "soon"})
	update(t, s, func(tx *store.Tx) error {
		return tx.PutFetchState(ctx, "first", xuanti.FetchState{NextAt: t0.Add(10 * time.Minute)})
	})
	equal(t, "after the fetch", ids(lease("d", t0.Add(3*time.Minute), 5)), []string{"soon", "late"})
}

func testSourceSchedule(t *testing.T, s *store.Store) {
	ctx := t.Context()
	put := func(id, url string, f xuanti.FetchState) {
		t.Helper()
		src := source(id)
		src.URL = url
		update(t, s, func(tx *store.Tx) error {
			if err := tx.PutSource(ctx, src); err != nil {
				return err
			}
			return tx.PutFetchState(ctx, id, f)
		})
	}
	hour := xuanti.FetchState{NextAt: t0.Add(time.Hour)}
	put("far", "https://a.example/1", hour)
	put("asked", "https://A.example/2", xuanti.FetchState{NextAt: t0.Add(time.Hour), NotBefore: t0.Add(20 * time.Minute)})
	put("bound", "https://b.example:81/", xuanti.FetchState{NextAt: t0.Add(time.Hour), NotBefore: t0.Add(time.Hour)})
	put("failing", "https://c.example/", xuanti.FetchState{NextAt: t0.Add(time.Hour), Failures: 2})
	put("near", "https://c.example/x", xuanti.FetchState{NextAt: t0.Add(time.Minute)})
	ids := []string{"far", "asked", "bound", "failing", "near"}
	update(t, s, func(tx *store.Tx) error { return tx.HastenSources(ctx, ids, t0.Add(5*time.Minute), "突发") })
	for i, want := range []time.Duration{5 * time.Minute, 20 * time.Minute, time.Hour, time.Hour, time.Minute} {
		got := ok[xuanti.Source](t)(s.Source(ctx, ids[i])).Fetch
		equal(t, ids[i], got.NextAt, t0.Add(want))
		equal(t, "why of "+ids[i], got.Why == "突发", i < 2)
	}

	leased := ok[[]xuanti.Source](t)(s.LeaseSources(ctx, "me", t0.Add(2*time.Hour), 10, time.Minute, []string{"a.example", "b.example:81"}))
	if len(leased) != 2 || leased[0].ID != "near" || leased[1].ID != "failing" {
		t.Fatalf("busy hosts were not left out: %d leased", len(leased))
	}

	fresh := source("new")
	update(t, s, func(tx *store.Tx) error { return tx.PutSource(ctx, fresh) })
	now := t0.Add(10 * time.Hour)
	equal(t, "moved", ok[int](t)(s.SpreadSources(ctx, now.Add(-time.Minute), now, time.Second, "错开")), 5)
	for i, id := range []string{"near", "far", "asked", "bound", "failing"} {
		equal(t, "spread "+id, ok[xuanti.Source](t)(s.Source(ctx, id)).Fetch.NextAt, now.Add(time.Duration(i)*time.Second))
	}
	equal(t, "a new source stays due", ok[xuanti.Source](t)(s.Source(ctx, "new")).Fetch.NextAt.IsZero(), true)
}
