package storetest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func testTokens(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := xuanti.Token{ID: "a", Name: "机器人", Hash: "aa", Scopes: []string{"read"}, CreatedAt: t0, ExpiresAt: t0.Add(time.Hour), LastUsed: t0}
	update(t, s, func(tx *store.Tx) error { return tx.PutToken(ctx, a) })
	equal(t, "by hash", ok[xuanti.Token](t)(s.TokenByHash(ctx, "aa")), a)
	a.LastUsed = t0.Add(time.Minute)
	update(t, s, func(tx *store.Tx) error { return tx.PutToken(ctx, a) })
	equal(t, "tokens", ok[[]xuanti.Token](t)(s.Tokens(ctx)), []xuanti.Token{a})
	clash := xuanti.Token{ID: "b", Hash: "aa"}
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutToken(ctx, clash) }), xuanti.CodeConflict)
	update(t, s, func(tx *store.Tx) error { return tx.DeleteToken(ctx, "a") })
	_, err := s.TokenByHash(ctx, "aa")
	wantCode(t, err, xuanti.CodeNotFound)
}

func testBlobs(t *testing.T, s *store.Store) {
	ctx := t.Context()
	_, _, _, found, err := s.Blob(ctx, "grouper")
	if err != nil || found {
		t.Fatalf("missing blob: %v %v", found, err)
	}
	big := make([]byte, 3<<20)
	big[len(big)-1] = 7
	update(t, s, func(tx *store.Tx) error {
		_ = tx.PutBlob(ctx, "grouper", t0, 1, []byte("old"))
		_ = tx.PutBlob(ctx, "empty", t0, 0, nil)
		_ = tx.SetMeta(ctx, "k", "1")
		_ = tx.SetMeta(ctx, "k", "2")
		_ = tx.PutDigest(ctx, "2025-03-03", "", t0, []byte("{}"))
		_ = tx.PutDigest(ctx, "2025-03-03", "p", t0, []byte("old"))
		_ = tx.PutDigest(ctx, "2025-03-03", "p", t0.Add(time.Hour), []byte("new"))
		return tx.PutBlob(ctx, "grouper", t0.Add(time.Hour), 42, big)
	})
	data, seq, at, found, err := s.Blob(ctx, "grouper")
	if err != nil || !found || seq != 42 || !at.Equal(t0.Add(time.Hour)) {
		t.Fatalf("blob: %d %v %v %v", seq, at, found, err)
	}
	equal(t, "blob data", string(data) == string(big), true)
	update(t, s, func(tx *store.Tx) error { return tx.PutBlob(ctx, "grouper", t0, 43, []byte("small")) })
	data, seq, _, _, err = s.Blob(ctx, "grouper")
	if err != nil || seq != 43 || string(data) != "small" {
		t.Fatalf("a small blob after a big one: %d bytes, %d, %v", len(data), seq, err)
	}
	_, _, _, found, err = s.Blob(ctx, "empty")
	if err != nil || !found {
		t.Fatalf("empty blob: %v %v", found, err)
	}
	equal(t, "meta", ok[string](t)(s.Meta(ctx, "k")), "2")
	equal(t, "no meta", ok[string](t)(s.Meta(ctx, "zz")), "")
	body, at, found, err := s.Digest(ctx, "2025-03-03", "p")
	if err != nil || !found || string(body) != "new" || !at.Equal(t0.Add(time.Hour)) {
		t.Fatalf("digest: %q %v %v %v", body, at, found, err)
	}
	_, _, found, err = s.Digest(ctx, "2025-03-04", "p")
	if err != nil || found {
		t.Fatalf("missing digest: %v %v", found, err)
	}
}

func testTransactions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	put := func(tx *store.Tx, it xuanti.Item) error { _, err := tx.InsertItem(ctx, &it); return err }
	stop := errors.New("stop")
	err := s.Update(ctx, func(tx *store.Tx) error {
		if err := put(tx, item(1)); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatalf("update returned %v", err)
	}
	func() {
		defer func() { equal(t, "panic passes through", recover(), any("boom")) }()
		_ = s.Update(ctx, func(tx *store.Tx) error { _ = put(tx, item(2)); panic("boom") })
	}()
	ended, cancel := context.WithCancel(ctx)
	err = s.Update(ended, func(tx *store.Tx) error { cancel(); return put(tx, item(3)) })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("a cancelled update returned %v", err)
	}
	if err := s.Update(ended, func(*store.Tx) error { t.Fatal("fn ran"); return nil }); !errors.Is(err, context.Canceled) {
		t.Fatalf("update after the end: %v", err)
	}
	// A failed statement does not spoil what came before it.
	update(t, s, func(tx *store.Tx) error {
		if err := put(tx, item(4)); err != nil {
			return err
		}
		bad := item(5)
		bad.ID = item(4).ID
		wantCode(t, put(tx, bad), xuanti.CodeConflict)
		_, err := s.Item(ctx, item(4).ID)
		wantCode(t, err, xuanti.CodeNotFound) // readers do not see it yet
		return nil
	})
	equal(t, "items", len(ok[[]xuanti.Item](t)(s.ItemsAfter(ctx, 0, 0))), 1)
	equal(t, "count", ok[store.Stats](t)(s.Stats(ctx)).Items, int64(1))
	if err := s.Check(ctx); err != nil {
		t.Fatal(err)
	}
}

func testPrune(t *testing.T, s *store.Store) {
	ctx := t.Context()
	var items []*xuanti.Item
	for n := range 620 {
		it := item(n)
		items = append(items, &it)
	}
	insert(t, s, items...)
	old := t0.Add(520 * time.Minute)
	putEvents(t, s, event("a"))
	var points []xuanti.EventPoint
	for m := range 300 {
		points = append(points, point("a", m, float64(m)))
	}
	addPoints(t, s, points...)
	done := delivery("done", "s", 0)
	done.State = xuanti.DeliveryDelivered
	ended := burst("旧词", 0, 5, 1)
	ended.EndedAt = ended.At
	update(t, s, func(tx *store.Tx) error {
		for n, it := range items[:10] {
			m := member(*it, "a", n)
			if n == 3 {
				m.By = "person"
			}
			_ = tx.PutMembership(ctx, m)
			_ = tx.AddMetrics(ctx, []xuanti.Metric{{ItemID: it.ID, At: t0, Count: xuanti.Count{Name: "like"}}})
			_ = tx.PutFingerprint(ctx, store.FingerprintRow{ItemID: it.ID, At: it.SeenAt})
		}
		_ = tx.PutBurst(ctx, ended)
		_ = tx.PutBurst(ctx, burst("新词", 0, 5, 1))
		_, _ = tx.PutDelivery(ctx, done)
		_, _ = tx.PutDelivery(ctx, delivery("waiting", "s", 0))
		_, _ = tx.PutMatch(ctx, match("m1", "s", "a", 0))
		_, err := tx.PutMatch(ctx, match("m2", "s", "b", 5000))
		return err
	})
	if err := s.Prune(ctx, store.PruneOptions{}); err != nil {
		t.Fatal(err)
	}
	equal(t, "nothing asked, nothing dropped", ok[store.Stats](t)(s.Stats(ctx)).Items, int64(620))
	o := store.PruneOptions{
		ItemsBefore: old, FingerprintsBefore: t0.Add(2 * time.Minute), PointsBefore: t0.Add(150 * time.Minute), BurstsBefore: old,
		DeliveriesBefore: old, MatchesBefore: old, DigestsBefore: old,
	}
	for range 2 { // the second time finds nothing
		if err := s.Prune(ctx, o); err != nil {
			t.Fatal(err)
		}
	}
	st := ok[store.Stats](t)(s.Stats(ctx))
	left := ok[[]xuanti.Item](t)(s.ItemsAfter(ctx, 0, 0))
	equal(t, "items left", len(left), 101) // 100 young ones and the one filed by a person
	equal(t, "filed by a person", left[0].ID, items[3].ID)
	equal(t, "counted", st.Items, int64(101))
	equal(t, "members", st.Memberships, int64(1))
	equal(t, "metrics", st.Metrics, int64(1))
	equal(t, "fingerprints", st.Fingerprints, int64(1))
	got := ok[[]xuanti.EventPoint](t)(s.EventPoints(ctx, []string{"a"}, time.Time{}, time.Time{}))
	equal(t, "points", len(got), 2+180) // 08:59, 09:59, and all since 10:00
	equal(t, "kept points", []float64{got[0].Heat, got[1].Heat, got[2].Heat}, []float64{59, 119, 120})
	equal(t, "points counted", st.EventPoints, int64(182))
	equal(t, "burst history", len(ok[[]xuanti.Burst](t)(s.BurstHistory(ctx, "旧词", time.Time{}, time.Time{}))), 0)
	equal(t, "lasting burst", len(ok[[]xuanti.Burst](t)(s.BurstHistory(ctx, "新词", time.Time{}, time.Time{}))), 1)
	equal(t, "deliveries", st.Deliveries, int64(1))
	equal(t, "matches", st.Matches, int64(1))
	if err := s.Verify(ctx); err != nil {
		t.Fatal(err)
	}
}

func testPruneKeepsPosts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	article, old, young := item(1), item(2), item(300)
	old.AccountID, young.AccountID = "acc", "acc"
	insert(t, s, &article, &old, &young)
	o := store.PruneOptions{ItemsBefore: t0.Add(500 * time.Minute), PostsBefore: t0.Add(100 * time.Minute)}
	if err := s.Prune(ctx, o); err != nil {
		t.Fatal(err)
	}
	equal(t, "posts outlive articles", itemIDs(ok[[]xuanti.Item](t)(s.ItemsAfter(ctx, 0, 0))), []string{young.ID})
	o.PostsBefore = t0.Add(1000 * time.Minute) // later than articles: no reason to go earlier
	young.ID, young.Key = "late", "late"
	young.SeenAt = t0.Add(700 * time.Minute)
	insert(t, s, &young)
	if err := s.Prune(ctx, o); err != nil {
		t.Fatal(err)
	}
	equal(t, "not before articles", itemIDs(ok[[]xuanti.Item](t)(s.ItemsAfter(ctx, 0, 0))), []string{"late"})
}

func testPruneKeepsBoards(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := fillBoards(t, s)
	listed, plain := item(5), item(6) // an article that a board lists, and one that none does
	insert(t, s, &listed, &plain)
	update(t, s, func(tx *store.Tx) error {
		return tx.AddSnapshot(ctx, store.SnapshotRow{Board: "zhihu", At: t0.Add(5 * time.Hour)}, []xuanti.Observation{obs(listed, 1)})
	})
	late := t0.Add(1000 * time.Hour)
	if err := s.Prune(ctx, store.PruneOptions{ItemsBefore: late, PointsBefore: late, FingerprintsBefore: late}); err != nil {
		t.Fatal(err)
	}
	equal(t, "kept", itemIDs(ok[[]xuanti.Item](t)(s.ItemsAfter(ctx, 0, 0))), []string{a.ID, b.ID, listed.ID})
	equal(t, "observations", len(ok[[]xuanti.Observation](t)(s.Observations(ctx, store.ObservationFilter{Board: "weibo"}))), 5)
}

// Every night thins what the night before left: events that began long ago, and
// such as have ended since.
func testPruneThinsNightByNight(t *testing.T, s *store.Store) {
	ctx := t.Context()
	putEvents(t, s, event("long"), event("short"), event("over"))
	const day = 24 * 60
	for _, of := range []struct {
		id       string
		from, to int // days
	}{{"long", 0, 9}, {"short", 5, 7}, {"over", 0, 1}} {
		var points []xuanti.EventPoint
		for m := of.from * day; m < of.to*day; m += 30 {
			points = append(points, point(of.id, m, 1))
		}
		addPoints(t, s, points...)
	}
	left := func(id string) int {
		return len(ok[[]xuanti.EventPoint](t)(s.EventPoints(ctx, []string{id}, time.Time{}, time.Time{})))
	}
	midnight := t0.Truncate(24 * time.Hour)
	if err := s.Prune(ctx, store.PruneOptions{PointsBefore: midnight.Add(3 * 24 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	first := left("long")
	for night := range 9 {
		if err := s.Prune(ctx, store.PruneOptions{PointsBefore: midnight.Add(time.Duration(3+night) * 24 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "the first night leaves the rest", first > 6*48, true)
	equal(t, "points an hour", []int{left("long"), left("short"), left("over")}, []int{9 * 24, 2 * 24, 24})
}

func testStats(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, _ := fillBoards(t, s)
	putEvents(t, s, event("e"), event("e"))
	addPoints(t, s, point("e", 1, 1), point("e", 1, 2), point("e", 2, 1))
	update(t, s, func(tx *store.Tx) error {
		_ = tx.PutSource(ctx, source("s"))
		for range 2 {
			_ = tx.PutMembership(ctx, member(a, "e", 1))
			_ = tx.PutFingerprint(ctx, store.FingerprintRow{ItemID: a.ID, At: t0})
			_ = tx.AddMetrics(ctx, []xuanti.Metric{{ItemID: a.ID, At: t0, Count: xuanti.Count{Name: "like"}}})
			_ = tx.PutTopic(ctx, xuanti.Topic{ID: "t"})
			_, _ = tx.PutDelivery(ctx, delivery("d", "s", 1))
			_, _ = tx.PutMatch(ctx, match("m", "s", "e", 1))
		}
		_ = tx.PutSubscription(ctx, xuanti.Subscription{ID: "s"})
		_ = tx.PutProfile(ctx, xuanti.Profile{ID: "p"})
		return tx.PutAccount(ctx, xuanti.Account{ID: "acc"})
	})
	st := ok[store.Stats](t)(s.Stats(ctx))
	if st.Bytes <= 0 {
		t.Fatal("no bytes")
	}
	st.Bytes = 0
	equal(t, "stats", st, store.Stats{
		Sources: 1, Items: 2, Fingerprints: 1, Snapshots: 4, Observations: 6, Events: 1, EventPoints: 2, Topics: 1, Memberships: 1,
		Metrics: 1, Accounts: 1, Profiles: 1, Subscriptions: 1, Matches: 1, Deliveries: 1, Pending: 1, MaxSeq: 2, NewestItem: item(2).SeenAt,
	})
}

func testBackup(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := item(1)
	insert(t, s, &a)
	dir := t.TempDir()
	path := filepath.Join(dir, "xuanti.db") // so that the copy can be opened as a folder
	if err := s.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.Backup(ctx, path), xuanti.CodeConflict)
	wantCode(t, s.Backup(ctx, filepath.Join(dir, "no", "such", "x.db")), xuanti.CodeUnavailable)
	copied, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := copied.Close(); err != nil {
			t.Error(err)
		}
	}()
	equal(t, "copied item", ok[xuanti.Item](t)(copied.Item(ctx, a.ID)), a)
}

// testConcurrency has readers at work while writers take turns.
func testConcurrency(t *testing.T, s *store.Store) {
	ctx := t.Context()
	const writers, each = 4, 40
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				it := item(w*1000 + i)
				if err := s.Update(ctx, func(tx *store.Tx) error { _, err := tx.InsertItem(ctx, &it); return err }); err != nil {
					t.Errorf("write: %v", err)
					return
				}
			}
		})
	}
	for range 4 {
		wg.Go(func() {
			for range each {
				items, _, err := s.Items(ctx, store.ItemFilter{Limit: 10})
				if err != nil {
					t.Errorf("read: %v", err)
					return
				}
				for _, it := range items {
					if it.Text == "" {
						t.Errorf("half an item: %s", fmt.Sprint(it.ID))
					}
				}
			}
		})
	}
	wg.Wait()
	equal(t, "all written", ok[int64](t)(s.MaxSeq(ctx)), int64(writers*each))
}
