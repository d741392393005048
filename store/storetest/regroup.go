package storetest

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func testRegroupings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := event("a"), event("b")
	x, y, z := item(1), item(2), item(3)
	z.Relation, z.CopyOf = xuanti.RelationCopy, y.ID
	insert(t, s, &x, &y, &z)
	putEvents(t, s, a, b)
	update(t, s, func(tx *store.Tx) error {
		for _, m := range []xuanti.Membership{member(x, "a", 1), member(y, "b", 2), member(z, "b", 3)} {
			if err := tx.PutMembership(ctx, m); err != nil {
				return err
			}
		}
		return tx.MergeEvents(ctx, "b", "a", t0.Add(time.Hour))
	})
	update(t, s, func(tx *store.Tx) error { return tx.SplitEvent(ctx, "a", b, []string{y.ID, z.ID}) })
	got := ok[xuanti.Event](t)(s.Event(ctx, "b"))
	equal(t, "lives again", got.ID, "b")
	equal(t, "items and copies of the part", []int{got.Items, got.Copies}, []int{1, 1})
	got = ok[xuanti.Event](t)(s.Event(ctx, "a"))
	equal(t, "items and copies of the rest", []int{got.Items, got.Copies}, []int{1, 0})
	equal(t, "item", ok[xuanti.Item](t)(s.Item(ctx, z.ID)).EventID, "b")
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.SplitEvent(ctx, "a", b, nil) }), xuanti.CodeInvalid)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.SplitEvent(ctx, "zz", b, []string{x.ID}) }), xuanti.CodeNotFound)

	testTopicSplit(t, s)

	r := xuanti.Regrouping{ID: "r1", At: t0, Kind: xuanti.RegroupMerge, By: "张三", EventID: "a", OtherID: "b", Items: []string{y.ID}, TopicID: "topic-b", Pinned: true}
	r2 := xuanti.Regrouping{ID: "r2", At: t0.Add(time.Minute), Kind: xuanti.RegroupPin, EventID: "c", Items: []string{}}
	update(t, s, func(tx *store.Tx) error {
		if err := tx.PutRegrouping(ctx, r2); err != nil {
			return err
		}
		return tx.PutRegrouping(ctx, r)
	})
	r.UndoneAt = t0.Add(time.Hour)
	update(t, s, func(tx *store.Tx) error { return tx.PutRegrouping(ctx, r) })
	equal(t, "one", ok[xuanti.Regrouping](t)(s.Regrouping(ctx, "r1")), r)
	equal(t, "all", len(ok[[]xuanti.Regrouping](t)(s.Regroupings(ctx, "", 10))), 2)
	equal(t, "of an event", ok[[]xuanti.Regrouping](t)(s.Regroupings(ctx, "b", 10)), []xuanti.Regrouping{r})
	_, err := s.Regrouping(ctx, "none")
	wantCode(t, err, xuanti.CodeNotFound)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutRegrouping(ctx, xuanti.Regrouping{ID: "x"}) }), xuanti.CodeInvalid)
}

// testTopicSplit merges two topics and takes them apart again.
func testTopicSplit(t *testing.T, s *store.Store) {
	ctx := t.Context()
	p, q := xuanti.Topic{ID: "tp", Title: "一", FirstAt: t0, LastAt: t0}, xuanti.Topic{ID: "tq", Title: "二", FirstAt: t0, LastAt: t0}
	x, y := event("x1"), event("x2")
	x.TopicID, y.TopicID = p.ID, q.ID
	putEvents(t, s, x, y)
	update(t, s, func(tx *store.Tx) error {
		for _, topic := range []xuanti.Topic{p, q} {
			if err := tx.PutTopic(ctx, topic); err != nil {
				return err
			}
		}
		return tx.MergeTopics(ctx, q.ID, p.ID, t0.Add(time.Hour))
	})
	update(t, s, func(tx *store.Tx) error { return tx.SplitTopic(ctx, p.ID, q, []string{y.ID}) })
	got := ok[xuanti.Topic](t)(s.Topic(ctx, q.ID))
	equal(t, "lives again with its event", []any{got.ID, got.Events}, []any{q.ID, 1})
	equal(t, "the rest", ok[xuanti.Topic](t)(s.Topic(ctx, p.ID)).Events, 1)
	equal(t, "event", ok[xuanti.Event](t)(s.Event(ctx, y.ID)).TopicID, q.ID)
	update(t, s, func(tx *store.Tx) error { return tx.PinTopic(ctx, q.ID, true) })
	equal(t, "pinned", ok[[]xuanti.Topic](t)(s.PinnedTopics(ctx, t0)), []xuanti.Topic{ok[xuanti.Topic](t)(s.Topic(ctx, q.ID))})
	equal(t, "pinned lately", len(ok[[]xuanti.Topic](t)(s.PinnedTopics(ctx, t0.Add(time.Hour)))), 0)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PinTopic(ctx, "none", true) }), xuanti.CodeNotFound)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.SplitTopic(ctx, p.ID, q, nil) }), xuanti.CodeInvalid)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.SplitTopic(ctx, "none", q, []string{x.ID}) }), xuanti.CodeNotFound)
}
