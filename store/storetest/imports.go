package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func testImports(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := xuanti.Import{ID: "a", Kind: "metrics", Name: "f.csv", At: t0, State: xuanti.ImportRunning, AccountID: "acc", Options: `{"preset":"wechat"}`, Hash: "h",
		Next: 2, Rows: 3, Added: 1, Created: 1, Skipped: 2, Wrong: 1, Errors: []xuanti.ImportError{{Row: 2, Column: "B", Message: "坏"}}}
	b := xuanti.Import{ID: "b", Kind: "items", At: t0.Add(time.Minute)}
	update(t, s, func(tx *store.Tx) error { _ = tx.PutImport(ctx, a); return tx.PutImport(ctx, b) })
	a.Added, b.State = 2, xuanti.ImportDone
	update(t, s, func(tx *store.Tx) error { return tx.PutImport(ctx, a) })
	equal(t, "import", ok[xuanti.Import](t)(s.Import(ctx, "a")), a)
	equal(t, "imports", ok[[]xuanti.Import](t)(s.Imports(ctx, 0)), []xuanti.Import{b, a})
	equal(t, "newest", ok[[]xuanti.Import](t)(s.Imports(ctx, 1)), []xuanti.Import{b})
	equal(t, "by hash", ok[[]xuanti.Import](t)(s.ImportsOf(ctx, "h")), []xuanti.Import{a})
	equal(t, "without hash", len(ok[[]xuanti.Import](t)(s.ImportsOf(ctx, ""))), 0)
	update(t, s, func(tx *store.Tx) error { return tx.DeleteImport(ctx, "a") })
	_, err := s.Import(ctx, "a")
	wantCode(t, err, xuanti.CodeNotFound)
}

// An undone import leaves what others brought: counts from feeds, posts with
// such counts, posts in an event.
func testUndoImport(t *testing.T, s *store.Store) {
	ctx := t.Context()
	mark := store.ImportMark("i")
	var posts []xuanti.Item
	for n := range 4 {
		it := item(n)
		it.AccountID, it.SourceID, it.Kind, it.EventID = "acc", mark, xuanti.ItemPost, ""
		posts = append(posts, it)
	}
	posts[1].EventID, posts[3].SourceID = "ev", "feed"
	count := func(id, prov string, minute int) xuanti.Metric {
		return xuanti.Metric{ItemID: id, At: t0.Add(time.Duration(minute) * time.Minute), Count: xuanti.Count{Name: "read", Value: 7}, Provenance: prov}
	}
	update(t, s, func(tx *store.Tx) error {
		_ = tx.PutAccount(ctx, xuanti.Account{ID: "acc", Name: "n"})
		for i := range posts {
			if _, err := tx.InsertItem(ctx, &posts[i]); err != nil {
				return err
			}
			_ = tx.AddMetrics(ctx, []xuanti.Metric{count(posts[i].ID, mark, 0)})
		}
		_, _ = tx.AddFollowers(ctx, []xuanti.Followers{{AccountID: "acc", At: t0, Value: 5, Provenance: "api"}, {AccountID: "acc", At: t0.Add(time.Hour), Value: 9, Provenance: mark}})
		return tx.AddMetrics(ctx, []xuanti.Metric{count(posts[2].ID, "feed", 1), count(posts[3].ID, "import:j", 1)})
	})
	equal(t, "newest followers", *ok[xuanti.Account](t)(s.Account(ctx, "acc")).Followers, int64(9))
	var gone []string
	update(t, s, func(tx *store.Tx) (err error) { gone, err = tx.UndoImport(ctx, "i"); return err })
	equal(t, "gone", gone, []string{posts[0].ID})
	left := ok[[]xuanti.Item](t)(s.AccountPosts(ctx, "acc", t0.Add(24*time.Hour), 10))
	equal(t, "posts left", len(left), 3)
	equal(t, "the right ones", slices.ContainsFunc(left, func(i xuanti.Item) bool { return i.ID == posts[0].ID }), false)
	ms := ok[[]xuanti.Metric](t)(s.Metrics(ctx, []string{posts[0].ID, posts[1].ID, posts[2].ID, posts[3].ID}, time.Time{}))
	equal(t, "counts left", len(ms), 2)
	equal(t, "followers before", *ok[xuanti.Account](t)(s.Account(ctx, "acc")).Followers, int64(5))
	equal(t, "counted", ok[store.Stats](t)(s.Stats(ctx)).Metrics, int64(2))
}

func testFollowers(t *testing.T, s *store.Store) {
	ctx := t.Context()
	f := func(hour int, n int64) xuanti.Followers {
		return xuanti.Followers{AccountID: "a", At: t0.Add(time.Duration(hour) * time.Hour), Value: n, AtLeast: n == 100_000, Provenance: "api"}
	}
	update(t, s, func(tx *store.Tx) error {
		_ = tx.PutAccount(ctx, xuanti.Account{ID: "a", Name: "n"})
		_ = tx.PutSource(ctx, xuanti.Source{ID: "s", Kind: xuanti.SourceFeed, AccountID: "a"})
		added := ok[int](t)(tx.AddFollowers(ctx, []xuanti.Followers{f(2, 100_000), f(0, 5), f(0, 6)}))
		equal(t, "added", added, 2)
		return nil
	})
	equal(t, "series", ok[[]xuanti.Followers](t)(s.Followers(ctx, "a", time.Time{})), []xuanti.Followers{f(0, 5), f(2, 100_000)})
	equal(t, "as of", ok[[]xuanti.Followers](t)(s.Followers(ctx, "a", t0)), []xuanti.Followers{f(0, 5)})
	equal(t, "newest", *ok[xuanti.Account](t)(s.Account(ctx, "a")).Followers, int64(100_000))
	update(t, s, func(tx *store.Tx) error { return tx.DeleteAccount(ctx, "a") })
	equal(t, "gone with the account", len(ok[[]xuanti.Followers](t)(s.Followers(ctx, "a", time.Time{}))), 0)
	equal(t, "its source is free", ok[xuanti.Source](t)(s.Source(ctx, "s")).AccountID, "")
}

func testAnswers(t *testing.T, s *store.Store) {
	ctx := t.Context()
	_, _, found, err := s.Answer(ctx, "k")
	if err != nil || found {
		t.Fatalf("%v %v", found, err)
	}
	update(t, s, func(tx *store.Tx) error { return tx.PutAnswer(ctx, "k", t0, time.Time{}, "h", []byte("{}")) })
	hash, answer, found, err := s.Answer(ctx, "k")
	if err != nil || !found || hash != "h" || string(answer) != "{}" {
		t.Errorf("%q %q %v %v", hash, answer, found, err)
	}
	update(t, s, func(tx *store.Tx) error {
		return tx.PutAnswer(ctx, "l", t0.Add(25*time.Hour), t0.Add(time.Hour), "h", nil)
	})
	if _, _, found, _ = s.Answer(ctx, "k"); found {
		t.Error("an old answer is kept")
	}
}
