package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func testItems(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a, b := item(1), item(2)
	b.Relation, b.CopyOf, b.EventID, b.AccountID, b.Kind, b.Text = xuanti.RelationCopy, a.ID, "ev", "acc", xuanti.ItemPost, ""
	equal(t, "max seq of nothing", ok[int64](t)(s.MaxSeq(ctx)), int64(0))
	insert(t, s, &a, &b)
	equal(t, "seqs", []int64{a.Seq, b.Seq}, []int64{1, 2})
	equal(t, "item a", ok[xuanti.Item](t)(s.Item(ctx, a.ID)), a)
	equal(t, "item b", ok[xuanti.Item](t)(s.ItemByKey(ctx, b.Key)), b)
	equal(t, "max seq", ok[int64](t)(s.MaxSeq(ctx)), int64(2))
	for _, c := range []struct {
		since time.Time
		want  int64
	}{{time.Time{}, 0}, {a.SeenAt, 0}, {b.SeenAt, 1}, {b.SeenAt.Add(time.Millisecond), 2}} {
		equal(t, "seq since "+c.since.String(), ok[int64](t)(s.SeqSince(ctx, c.since)), c.want)
	}

	again := item(1)
	again.Title = "另一个标题"
	update(t, s, func(tx *store.Tx) error {
		added, err := tx.InsertItem(ctx, &again)
		if added {
			return errors.New("a stored key was inserted again")
		}
		return err
	})
	equal(t, "duplicate leaves the first", ok[xuanti.Item](t)(s.Item(ctx, a.ID)), a)
	clash := item(3)
	clash.ID = a.ID
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { _, err := tx.InsertItem(ctx, &clash); return err }), xuanti.CodeConflict)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { _, err := tx.InsertItem(ctx, &xuanti.Item{}); return err }), xuanti.CodeInvalid)

	equal(t, "given order", itemIDs(ok[[]xuanti.Item](t)(s.ItemsByID(ctx, []string{b.ID, "none", a.ID}))), []string{b.ID, a.ID})
	equal(t, "seen", ok[map[string]string](t)(s.SeenKeys(ctx, []string{a.Key, "nope", b.Key})), map[string]string{a.Key: a.ID, b.Key: b.ID})
	equal(t, "seen nothing", ok[map[string]string](t)(s.SeenKeys(ctx, nil)), map[string]string{})

	a.Title, a.Text, a.EventID = "青石镇大桥通车", "", "ev2"
	b.Text = "转发全文"
	update(t, s, func(tx *store.Tx) error {
		if err := tx.UpdateItem(ctx, a); err != nil {
			return err
		}
		return tx.UpdateItem(ctx, b)
	})
	equal(t, "updated a", ok[xuanti.Item](t)(s.Item(ctx, a.ID)), a)
	equal(t, "updated b", ok[xuanti.Item](t)(s.Item(ctx, b.ID)), b)
	equal(t, "events", ok[[]store.ItemEvent](t)(s.ItemEvents(ctx, []string{b.ID, "none", a.ID})),
		[]store.ItemEvent{{ID: b.ID, SeenAt: b.SeenAt, EventID: b.EventID}, {ID: a.ID, SeenAt: a.SeenAt, EventID: a.EventID}})
	update(t, s, func(tx *store.Tx) error { return tx.SetItemEvent(ctx, a.ID, "") })
	equal(t, "event taken off", ok[xuanti.Item](t)(s.Item(ctx, a.ID)).EventID, "")
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.UpdateItem(ctx, clash2()) }), xuanti.CodeNotFound)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.SetItemEvent(ctx, "zz", "e") }), xuanti.CodeNotFound)
	stolen := a
	stolen.Key = b.Key
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.UpdateItem(ctx, stolen) }), xuanti.CodeConflict)
	_, err := s.Item(ctx, "zz")
	wantCode(t, err, xuanti.CodeNotFound)
	_, err = s.ItemByKey(ctx, "zz")
	wantCode(t, err, xuanti.CodeNotFound)

	after := ok[[]xuanti.Item](t)(s.ItemsAfter(ctx, 1, 10))
	equal(t, "after seq 1", itemIDs(after), []string{b.ID})
	posts := ok[[]xuanti.Item](t)(s.AccountPosts(ctx, "acc", t0.Add(time.Hour), 10))
	equal(t, "posts", itemIDs(posts), []string{b.ID})
	equal(t, "posts before they were seen", len(ok[[]xuanti.Item](t)(s.AccountPosts(ctx, "acc", t0, 10))), 0)
}

func clash2() xuanti.Item { it := item(9); it.ID = "zz"; return it }

func testItemPages(t *testing.T, s *store.Store) {
	ctx := t.Context()
	var want []string
	var all []*xuanti.Item
	for n := range 23 {
		it := item(n)
		it.SeenAt = t0.Add(time.Duration(n/4) * time.Minute) // ties
		if n%5 == 0 {
			it.Kind, it.AccountID = xuanti.ItemPost, "acc"
		}
		if n%7 == 0 {
			it.EventID = "ev"
		}
		all = append(all, &it)
	}
	insert(t, s, all...)
	for i := len(all) - 1; i >= 0; i-- {
		want = append(want, all[i].ID)
	}
	walk := func(f store.ItemFilter) []string {
		t.Helper()
		got := []string{}
		for range 100 {
			items, next, err := s.Items(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(items) > f.Limit {
				t.Fatalf("%d items on a page of %d", len(items), f.Limit)
			}
			got = append(got, itemIDs(items)...)
			if next == "" {
				return got
			}
			f.Cursor = next
		}
		t.Fatal("the pages do not end")
		return nil
	}
	for _, limit := range []int{1, 3, 4, 22, 23, 50} {
		equal(t, fmt.Sprintf("pages of %d", limit), walk(store.ItemFilter{Limit: limit}), want)
	}
	filter := func(keep func(*xuanti.Item) bool) []string {
		out := []string{}
		for i := len(all) - 1; i >= 0; i-- {
			if keep(all[i]) {
				out = append(out, all[i].ID)
			}
		}
		return out
	}
	since, until := t0.Add(time.Minute), t0.Add(3*time.Minute)
	for name, c := range map[string]struct {
		f    store.ItemFilter
		keep func(*xuanti.Item) bool
	}{
		"kind":      {store.ItemFilter{Kinds: []xuanti.ItemKind{xuanti.ItemPost}}, func(i *xuanti.Item) bool { return i.Kind == xuanti.ItemPost }},
		"kinds":     {store.ItemFilter{Kinds: []xuanti.ItemKind{xuanti.ItemPost, xuanti.ItemArticle}}, func(*xuanti.Item) bool { return true }},
		"platform":  {store.ItemFilter{Platforms: []string{"weibo"}}, func(i *xuanti.Item) bool { return i.Platform == "weibo" }},
		"platforms": {store.ItemFilter{Platforms: []string{"weibo", "x"}}, func(i *xuanti.Item) bool { return i.Platform == "weibo" }},
		"sources": {store.ItemFilter{SourceIDs: []string{"src-0", "src-2"}}, func(i *xuanti.Item) bool {
			return i.SourceID == "src-0" || i.SourceID == "src-2"
		}},
		"account": {store.ItemFilter{AccountID: "acc"}, func(i *xuanti.Item) bool { return i.AccountID == "acc" }},
		"event":   {store.ItemFilter{EventID: "ev"}, func(i *xuanti.Item) bool { return i.EventID == "ev" }},
		"time": {store.ItemFilter{Since: since, Until: until}, func(i *xuanti.Item) bool {
			return !i.SeenAt.Before(since) && !i.SeenAt.After(until)
		}},
		"all": {store.ItemFilter{Platforms: []string{"rss"}, AccountID: "acc", Since: since}, func(i *xuanti.Item) bool {
			return i.Platform == "rss" && i.AccountID == "acc" && !i.SeenAt.Before(since)
		}},
	} {
		c.f.Limit = 2
		equal(t, name, walk(c.f), filter(c.keep))
	}
	for _, bad := range []string{"?", "AAAA", "bm8", string(make([]byte, 500))} {
		_, _, err := s.Items(ctx, store.ItemFilter{Cursor: bad})
		wantCode(t, err, xuanti.CodeInvalid)
	}
}

func testFingerprints(t *testing.T, s *store.Store) {
	ctx := t.Context()
	const n = 2200 // more than the pages in which they are read
	row := func(i int) store.FingerprintRow {
		return store.FingerprintRow{
			ItemID: fmt.Sprintf("item-%05d", i), At: t0.Add(time.Duration(i/3) * time.Second),
			Runes: i, Data: []byte{1, 0, byte(i)},
		}
	}
	update(t, s, func(tx *store.Tx) error {
		for i := range n {
			if err := tx.PutFingerprint(ctx, row(i)); err != nil {
				return err
			}
		}
		return tx.PutFingerprint(ctx, row(7))
	})
	i := 300
	err := s.FingerprintsSince(ctx, t0.Add(100*time.Second), func(f store.FingerprintRow) error {
		equal(t, "fingerprint", f, row(i))
		i++
		return nil
	})
	if err != nil || i != n {
		t.Fatalf("read up to %d: %v", i, err)
	}
	stop := errors.New("enough")
	if err := s.FingerprintsSince(ctx, time.Time{}, func(store.FingerprintRow) error { return stop }); !errors.Is(err, stop) {
		t.Fatalf("the callback's error became %v", err)
	}
}
