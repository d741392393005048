package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func testSubscriptions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := xuanti.Subscription{
		ID: "a", Name: "大桥", Rule: xuanti.Rule{All: []string{"青石镇"}, Not: []string{"彩票"}, Mode: xuanti.MatchExact, MinHeat: 10},
		ChannelIDs: []string{"c1"}, FeedToken: "tok-a", Active: true, Escalate: true, Cooldown: 6 * time.Hour, DailyCap: 30,
		QuietFrom: "23:00", QuietTo: "07:00", CreatedAt: t0, UpdatedAt: t0,
	}
	b := xuanti.Subscription{ID: "b", Name: "停用", CreatedAt: t0.Add(time.Minute)}
	update(t, s, func(tx *store.Tx) error { _ = tx.PutSubscription(ctx, b); return tx.PutSubscription(ctx, a) })
	equal(t, "a", ok[xuanti.Subscription](t)(s.Subscription(ctx, "a")), a)
	equal(t, "all", ok[[]xuanti.Subscription](t)(s.Subscriptions(ctx, false)), []xuanti.Subscription{a, b})
	equal(t, "active", ok[[]xuanti.Subscription](t)(s.Subscriptions(ctx, true)), []xuanti.Subscription{a})
	equal(t, "by token", ok[xuanti.Subscription](t)(s.SubscriptionByFeedToken(ctx, "tok-a")), a)
	_, err := s.SubscriptionByFeedToken(ctx, "")
	wantCode(t, err, xuanti.CodeNotFound)
	b.FeedToken = "tok-a"
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutSubscription(ctx, b) }), xuanti.CodeConflict)

	update(t, s, func(tx *store.Tx) error {
		for i, sub := range []string{"a", "b"} {
			if _, err := tx.PutMatch(ctx, match("m"+sub, sub, "ev", i)); err != nil {
				return err
			}
			if _, err := tx.PutDelivery(ctx, delivery("d"+sub, sub, i)); err != nil {
				return err
			}
		}
		return tx.DeleteSubscription(ctx, "a")
	})
	matches, _, err := s.Matches(ctx, store.MatchFilter{})
	if err != nil || len(matches) != 1 || matches[0].SubscriptionID != "b" {
		t.Fatalf("matches after the delete: %v %v", matches, err)
	}
	equal(t, "its delivery", ok[xuanti.Delivery](t)(s.Delivery(ctx, "da")).State, xuanti.DeliveryFailed)
	equal(t, "the other delivery", ok[xuanti.Delivery](t)(s.Delivery(ctx, "db")).State, xuanti.DeliveryPending)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.DeleteSubscription(ctx, "a") }), xuanti.CodeNotFound)
}

func testChannels(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := xuanti.Channel{
		ID: "c1", Kind: "webhook", Name: "值班群", URL: "https://hook.example/x", Secret: "whsec_x", Active: true, Failures: 2,
		LastError: "410", CreatedAt: t0,
	}
	update(t, s, func(tx *store.Tx) error { return tx.PutChannel(ctx, c) })
	equal(t, "channel", ok[xuanti.Channel](t)(s.Channel(ctx, "c1")), c)
	c.Active, c.Failures = false, 3
	update(t, s, func(tx *store.Tx) error { return tx.PutChannel(ctx, c) })
	equal(t, "channels", ok[[]xuanti.Channel](t)(s.Channels(ctx)), []xuanti.Channel{c})
	update(t, s, func(tx *store.Tx) error {
		if _, err := tx.PutDelivery(ctx, delivery("d", "s", 0)); err != nil {
			return err
		}
		return tx.DeleteChannel(ctx, "c1")
	})
	equal(t, "its delivery", ok[xuanti.Delivery](t)(s.Delivery(ctx, "d")).State, xuanti.DeliveryFailed)
	_, err := s.Channel(ctx, "c1")
	wantCode(t, err, xuanti.CodeNotFound)
}

func match(id, sub, ev string, minute int) xuanti.Match {
	return xuanti.Match{
		ID: id, SubscriptionID: sub, EventID: ev, ItemID: "it", Stage: xuanti.StageFirst, At: t0.Add(time.Duration(minute) * time.Minute),
		Terms: []string{"大桥"}, Heat: 12.5, Platforms: 2, Title: "青石镇大桥通车", URL: "https://news.example/1",
	}
}

func testMatches(t *testing.T, s *store.Store) {
	ctx := t.Context()
	put := func(m xuanti.Match) (added bool) {
		t.Helper()
		update(t, s, func(tx *store.Tx) (err error) { added, err = tx.PutMatch(ctx, m); return err })
		return added
	}
	var want []string
	for i := range 9 {
		m := match(fmt.Sprintf("m%d", i), fmt.Sprintf("s%d", i%2), fmt.Sprintf("e%d", i), i/3)
		equal(t, "new", put(m), true)
		want = append([]string{m.ID}, want...)
	}
	again := match("other", "s0", "e0", 99)
	equal(t, "same subscription, event and stage", put(again), false)
	again.Stage = xuanti.StageRising
	equal(t, "another stage", put(again), true)
	want = append([]string{"other"}, want...)
	walk := func(f store.MatchFilter) (ids []string) {
		t.Helper()
		for {
			page, next, err := s.Matches(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page {
				ids = append(ids, m.ID)
			}
			if next == "" {
				return ids
			}
			f.Cursor = next
		}
	}
	for _, limit := range []int{0, 1, 3, 10} {
		equal(t, "pages", walk(store.MatchFilter{Limit: limit}), want)
	}
	equal(t, "subscription", walk(store.MatchFilter{SubscriptionID: "s1", Limit: 1}), []string{"m7", "m5", "m3", "m1"})
	equal(t, "event", walk(store.MatchFilter{EventID: "e4"}), []string{"m4"})
	equal(t, "time", walk(store.MatchFilter{Since: t0.Add(time.Minute), Until: t0.Add(time.Minute), Limit: 2}), []string{"m5", "m4", "m3"})
	full, _, err := s.Matches(ctx, store.MatchFilter{EventID: "e4"})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "match", full[0], match("m4", "s0", "e4", 1))
	_, _, err = s.Matches(ctx, store.MatchFilter{Cursor: "!"})
	wantCode(t, err, xuanti.CodeInvalid)
}

func delivery(id, sub string, minute int) xuanti.Delivery {
	at := t0.Add(time.Duration(minute) * time.Minute)
	return xuanti.Delivery{
		ID: id, DedupeKey: "key-" + id, SubscriptionID: sub, ChannelID: "c1", MatchID: "m", EventID: "ev", Type: "subscription.matched",
		Payload: []byte(`{"a":1}`), State: xuanti.DeliveryPending, NextAt: at, CreatedAt: at,
	}
}

func testDeliveries(t *testing.T, s *store.Store) {
	ctx := t.Context()
	put := func(d xuanti.Delivery) (added bool) {
		t.Helper()
		update(t, s, func(tx *store.Tx) (err error) { added, err = tx.PutDelivery(ctx, d); return err })
		return added
	}
	for i := range 5 {
		equal(t, "new", put(delivery(fmt.Sprintf("d%d", i), "s", i)), true)
	}
	again := delivery("d9", "s", 9)
	again.DedupeKey = "key-d0"
	equal(t, "same key", put(again), false)
	equal(t, "delivery", ok[xuanti.Delivery](t)(s.Delivery(ctx, "d2")), delivery("d2", "s", 2))
	var ids []string
	f := store.DeliveryFilter{SubscriptionID: "s", ChannelID: "c1", State: xuanti.DeliveryPending, Limit: 2}
	for {
		page, next, err := s.Deliveries(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page {
			ids = append(ids, d.ID)
		}
		if next == "" {
			break
		}
		f.Cursor = next
	}
	equal(t, "pages", ids, []string{"d4", "d3", "d2", "d1", "d0"})
	_, err := s.Delivery(ctx, "d9")
	wantCode(t, err, xuanti.CodeNotFound)
}

func testDeliveryLeases(t *testing.T, s *store.Store) {
	ctx := t.Context()
	if _, waits, err := s.NextDelivery(ctx); err != nil || waits {
		t.Fatalf("an empty outbox waits: %v %v", waits, err)
	}
	update(t, s, func(tx *store.Tx) error {
		for i := range 3 {
			if _, err := tx.PutDelivery(ctx, delivery(fmt.Sprintf("d%d", i), "s", i)); err != nil {
				return err
			}
		}
		return nil
	})
	lease := func(now time.Time, n int) []xuanti.Delivery {
		t.Helper()
		return ok[[]xuanti.Delivery](t)(s.LeaseDeliveries(ctx, now, n, time.Minute))
	}
	now := t0.Add(90 * time.Second)
	got := lease(now, 10)
	equal(t, "due", len(got), 2)
	equal(t, "oldest first", []string{got[0].ID, got[1].ID}, []string{"d0", "d1"})
	equal(t, "exclusive", len(lease(now, 10)), 0)
	next, waits, err := s.NextDelivery(ctx)
	if err != nil || !waits || !next.Equal(t0.Add(2*time.Minute)) {
		t.Fatalf("next %v %v %v", next, waits, err)
	}
	finish := func(d xuanti.Delivery) {
		t.Helper()
		if err := s.FinishDelivery(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	sent := got[0]
	sent.State, sent.Attempts, sent.LastCode, sent.DoneAt = xuanti.DeliveryDelivered, 1, 204, now
	finish(sent)
	sent.LeaseUntil = time.Time{}
	equal(t, "delivered", ok[xuanti.Delivery](t)(s.Delivery(ctx, "d0")), sent)
	late := sent
	late.State = xuanti.DeliveryFailed
	finish(late) // an attempt that outlived its lease
	equal(t, "still delivered", ok[xuanti.Delivery](t)(s.Delivery(ctx, "d0")), sent)
	retry := got[1]
	retry.Attempts, retry.NextAt, retry.LastError = 1, t0.Add(time.Hour), "超时"
	finish(retry)
	equal(t, "only d2 is due", lease(now.Add(time.Minute), 10)[0].ID, "d2")
	equal(t, "expired lease and retry", len(lease(t0.Add(2*time.Hour), 10)), 2)
	wantCode(t, s.FinishDelivery(ctx, xuanti.Delivery{ID: "zz"}), xuanti.CodeNotFound)
}
