package storetest

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func testSourceHealth(t *testing.T, s *store.Store) {
	ctx := t.Context()
	event := func(id, src string, min int, kind xuanti.SourceEventKind) xuanti.SourceEvent {
		at := t0.Add(time.Duration(min) * time.Minute)
		return xuanti.SourceEvent{ID: id, SourceID: src, At: at, Kind: kind, Since: t0, Cause: "http_500", Detail: "服务器出错", Due: at.Add(2 * time.Minute)}
	}
	e1, e2, e3 := event("1", "a", 0, xuanti.SourceFailing), event("2", "a", 5, xuanti.SourceRecovered), event("3", "b", 9, xuanti.SourceFailing)
	update(t, s, func(tx *store.Tx) error {
		for _, id := range []string{"a", "b"} {
			if err := tx.PutSource(ctx, source(id)); err != nil {
				return err
			}
			if err := tx.PutPulse(ctx, id, []byte("old")); err != nil {
				return err
			}
		}
		for _, e := range []xuanti.SourceEvent{e1, e2, e3} {
			if err := tx.PutSourceEvent(ctx, e); err != nil {
				return err
			}
		}
		return tx.PutPulse(ctx, "a", []byte("new"))
	})
	equal(t, "pulse", string(ok[[]byte](t)(s.Pulse(ctx, "a"))), "new")
	if p := ok[[]byte](t)(s.Pulse(ctx, "zz")); p != nil {
		t.Errorf("a pulse of nothing: %q", p)
	}
	equal(t, "pulses", len(ok[[]store.PulseRow](t)(s.Pulses(ctx, []string{"a", "b", "zz"}))), 2)

	page, next, err := s.SourceEvents(ctx, store.SourceEventFilter{SourceID: "a", Limit: 1})
	if err != nil || next == "" {
		t.Fatalf("first page: %v, next %q", err, next)
	}
	equal(t, "newest first", page, []xuanti.SourceEvent{e2})
	page, next, err = s.SourceEvents(ctx, store.SourceEventFilter{SourceID: "a", Limit: 1, Cursor: next})
	if err != nil || next != "" {
		t.Fatalf("last page: %v, next %q", err, next)
	}
	equal(t, "second page", page, []xuanti.SourceEvent{e1})
	page, _, _ = s.SourceEvents(ctx, store.SourceEventFilter{Kind: xuanti.SourceFailing})
	equal(t, "by kind", page, []xuanti.SourceEvent{e3, e1})

	equal(t, "due", ok[[]xuanti.SourceEvent](t)(s.SourceEventsDue(ctx, t0.Add(7*time.Minute), 9)), []xuanti.SourceEvent{e1, e2})
	e1.Due = time.Time{}
	update(t, s, func(tx *store.Tx) error { return tx.PutSourceEvent(ctx, e1) })
	equal(t, "told", ok[[]xuanti.SourceEvent](t)(s.SourceEventsDue(ctx, t0.Add(time.Hour), 9)), []xuanti.SourceEvent{e2, e3})

	update(t, s, func(tx *store.Tx) error { return tx.DeleteSource(ctx, "b") })
	if p := ok[[]byte](t)(s.Pulse(ctx, "b")); p != nil {
		t.Error("the pulse outlived its source")
	}
	if err := s.Prune(ctx, store.PruneOptions{SourceEventsBefore: t0.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	page, _, _ = s.SourceEvents(ctx, store.SourceEventFilter{})
	equal(t, "after pruning", page, []xuanti.SourceEvent{e2})
}
