package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func entry(n int) xuanti.Item {
	it := item(n)
	it.Kind = xuanti.ItemEntry
	return it
}

func heat(n int64) *int64 { return &n }

func obs(it xuanti.Item, rank int) xuanti.Observation {
	o := xuanti.Observation{ItemID: it.ID, Rank: rank, Label: "新"}
	if rank%2 == 1 {
		o.Heat = heat(int64(1000 - rank))
	}
	return o
}

// fillBoards stores two boards over four hours. Weibo: a b; b a; (same again
// with other rows, ignored); b. Zhihu: a.
func fillBoards(t *testing.T, s *store.Store) (a, b xuanti.Item) {
	t.Helper()
	ctx := t.Context()
	a, b = entry(1), entry(2)
	a.EventID = "ev"
	insert(t, s, &a, &b)
	add := func(board string, hour int, rows ...xuanti.Observation) {
		update(t, s, func(tx *store.Tx) error {
			return tx.AddSnapshot(ctx, store.SnapshotRow{
				Board: board, SourceID: board + "-src", Adapter: "main", At: t0.Add(time.Duration(hour) * time.Hour), Entries: len(rows), Dropped: hour,
			}, rows)
		})
	}
	add("weibo", 1, obs(b, 1), obs(a, 2)) // arrives before hour 0
	add("weibo", 0, obs(a, 1), obs(b, 2))
	add("weibo", 1, obs(a, 1))
	add("weibo", 2, obs(b, 1))
	add("zhihu", 2, obs(a, 1))
	return a, b
}

func testBoards(t *testing.T, s *store.Store) {
	ctx := t.Context()
	equal(t, "no boards", len(ok[[]string](t)(s.Boards(ctx))), 0)
	a, b := fillBoards(t, s)
	equal(t, "boards", ok[[]string](t)(s.Boards(ctx)), []string{"weibo", "zhihu"})
	for _, c := range []struct {
		after time.Duration
		hour  int
		rows  []string
	}{
		{0, 0, []string{a.ID, b.ID}},
		{59 * time.Minute, 0, []string{a.ID, b.ID}},
		{time.Hour, 1, []string{b.ID, a.ID}},
		{100 * time.Hour, 2, []string{b.ID}},
	} {
		rows, snap, err := s.SnapshotAt(ctx, "weibo", t0.Add(c.after))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "snapshot", snap, store.SnapshotRow{
			Board: "weibo", SourceID: "weibo-src", Adapter: "main", At: t0.Add(time.Duration(c.hour) * time.Hour), Entries: len(c.rows), Dropped: c.hour,
		})
		var ids []string
		for i, r := range rows {
			ids = append(ids, r.ItemID)
			equal(t, "rank", r.Rank, i+1)
			equal(t, "first seen", r.FirstSeen, t0)
			equal(t, "board", r.Board, "weibo")
			equal(t, "at", r.At, snap.At)
		}
		equal(t, "rows", ids, c.rows)
	}
	rows, _, err := s.SnapshotAt(ctx, "zhihu", t0.Add(2*time.Hour))
	if err != nil || len(rows) != 1 {
		t.Fatalf("zhihu: %d rows, %v", len(rows), err)
	}
	want := store.BoardRow{Title: a.Title, URL: a.URL, EventID: "ev", FirstSeen: t0.Add(2 * time.Hour)}
	want.Observation = obs(a, 1)
	want.Board, want.At = "zhihu", t0.Add(2*time.Hour)
	equal(t, "row", rows[0], want)
	rows, snap, err := s.SnapshotAt(ctx, "weibo", t0.Add(-time.Second))
	if err != nil || rows != nil || !snap.At.IsZero() {
		t.Fatalf("before the first snapshot: %v %v %v", rows, snap, err)
	}

	snaps := ok[[]store.SnapshotRow](t)(s.Snapshots(ctx, "weibo", t0, t0.Add(time.Hour), 10))
	equal(t, "snapshots", []time.Time{snaps[0].At, snaps[1].At}, []time.Time{t0.Add(time.Hour), t0})
	equal(t, "limited", len(ok[[]store.SnapshotRow](t)(s.Snapshots(ctx, "weibo", time.Time{}, time.Time{}, 1))), 1)
	equal(t, "unlimited", len(ok[[]store.SnapshotRow](t)(s.Snapshots(ctx, "weibo", time.Time{}, time.Time{}, 0))), 3)

	lost := []xuanti.Observation{{ItemID: "unknown", Rank: 1}}
	err = s.Update(ctx, func(tx *store.Tx) error {
		return tx.AddSnapshot(ctx, store.SnapshotRow{Board: "x", At: t0}, lost)
	})
	wantCode(t, err, xuanti.CodeNotFound)
	equal(t, "nothing of it stays", ok[[]string](t)(s.Boards(ctx)), []string{"weibo", "zhihu"})
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.AddSnapshot(ctx, store.SnapshotRow{Board: "x"}, nil) }), xuanti.CodeInvalid)
}

func testObservations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := fillBoards(t, s)
	short := func(list []xuanti.Observation) []string {
		out := []string{}
		for _, o := range list {
			name := "a"
			if o.ItemID == b.ID {
				name = "b"
			}
			if (o.Rank%2 == 1) != (o.Heat != nil) || o.Label != "新" {
				t.Fatalf("observation %+v", o)
			}
			out = append(out, fmt.Sprintf("%s %d %s%d", o.Board[:1], int(o.At.Sub(t0).Hours()), name, o.Rank))
		}
		return out
	}
	for name, c := range map[string]struct {
		f    store.ObservationFilter
		want []string
	}{
		"board":  {store.ObservationFilter{Board: "weibo"}, []string{"w 0 a1", "w 0 b2", "w 1 b1", "w 1 a2", "w 2 b1"}},
		"item":   {store.ObservationFilter{ItemIDs: []string{a.ID}}, []string{"w 0 a1", "w 1 a2", "z 2 a1"}},
		"items":  {store.ObservationFilter{ItemIDs: []string{a.ID, b.ID}, Board: "zhihu"}, []string{"z 2 a1"}},
		"event":  {store.ObservationFilter{EventID: "ev", To: t0.Add(time.Hour)}, []string{"w 0 a1", "w 1 a2"}},
		"newest": {store.ObservationFilter{Board: "weibo", Limit: 2}, []string{"w 1 a2", "w 2 b1"}},
		"from":   {store.ObservationFilter{Board: "weibo", From: t0.Add(90 * time.Minute)}, []string{"w 2 b1"}},
	} {
		equal(t, name, short(ok[[]xuanti.Observation](t)(s.Observations(ctx, c.f))), c.want)
	}
}
