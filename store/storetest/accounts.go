package storetest

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func testAccounts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := xuanti.Account{
		ID: "a", Platform: "bilibili", Name: "桥上人家", Handle: "42", URL: "https://b.example/42", Group: "地方",
		Followers: heat(1200), FollowersAt: t0, Note: "日更", CreatedAt: t0,
	}
	b := xuanti.Account{ID: "b", Name: "河边小店", Group: "美食"}
	update(t, s, func(tx *store.Tx) error { _ = tx.PutAccount(ctx, a); return tx.PutAccount(ctx, b) })
	equal(t, "account", ok[xuanti.Account](t)(s.Account(ctx, "a")), a)
	equal(t, "unknown followers", ok[xuanti.Account](t)(s.Account(ctx, "b")), b)
	equal(t, "group", ok[[]xuanti.Account](t)(s.Accounts(ctx, "美食")), []xuanti.Account{b})
	equal(t, "all", len(ok[[]xuanti.Account](t)(s.Accounts(ctx, ""))), 2)
	a.Followers, a.Name = nil, "桥下人家"
	update(t, s, func(tx *store.Tx) error { return tx.PutAccount(ctx, a) })
	equal(t, "replaced", ok[xuanti.Account](t)(s.Account(ctx, "a")), a)
	update(t, s, func(tx *store.Tx) error { return tx.DeleteAccount(ctx, "a") })
	_, err := s.Account(ctx, "a")
	wantCode(t, err, xuanti.CodeNotFound)
}

func testMetrics(t *testing.T, s *store.Store) {
	ctx := t.Context()
	m := func(item, name string, minute int, value int64) xuanti.Metric {
		return xuanti.Metric{
			ItemID: item, At: t0.Add(time.Duration(minute) * time.Minute),
			Count: xuanti.Count{Name: name, Value: value, AtLeast: value >= 100000}, Provenance: "feed",
		}
	}
	list := []xuanti.Metric{m("a", "like", 0, 5), m("a", "like", 9, 8), m("a", "read", 0, 100000), m("b", "like", 1, 0)}
	again := m("a", "like", 0, 6)
	update(t, s, func(tx *store.Tx) error {
		_ = tx.AddMetrics(ctx, list)
		return tx.AddMetrics(ctx, []xuanti.Metric{again})
	})
	equal(t, "the first value stays", ok[[]xuanti.Metric](t)(s.Metrics(ctx, []string{"a", "b", "c"}, time.Time{})), list)
	equal(t, "as of", ok[[]xuanti.Metric](t)(s.Metrics(ctx, []string{"a"}, t0)), []xuanti.Metric{list[0], list[2]})
	equal(t, "none", len(ok[[]xuanti.Metric](t)(s.Metrics(ctx, nil, t0))), 0)
}

func testProfiles(t *testing.T, s *store.Store) {
	ctx := t.Context()
	p := xuanti.Profile{
		ID: "p", Name: "小镇观察", Platform: "wechat", Keywords: []string{"桥", "河"}, Exclude: []string{"彩票"}, Peers: []string{"地方"},
		FeedURL: "https://own.example/feed", Production: 4 * time.Hour, Weights: map[string]float64{"fit": 2}, CreatedAt: t0, UpdatedAt: t0,
	}
	update(t, s, func(tx *store.Tx) error { return tx.PutProfile(ctx, p) })
	equal(t, "profile", ok[xuanti.Profile](t)(s.Profile(ctx, "p")), p)
	p.Weights, p.Name = nil, "河边观察"
	update(t, s, func(tx *store.Tx) error { return tx.PutProfile(ctx, p) })
	equal(t, "profiles", ok[[]xuanti.Profile](t)(s.Profiles(ctx)), []xuanti.Profile{p})

	posts := []xuanti.OwnPost{
		{ProfileID: "p", Key: "2", Title: "桥的故事", Text: "从前", URL: "https://own.example/2", At: t0.Add(time.Hour)},
		{ProfileID: "p", Key: "1", Title: "河的故事", At: t0},
	}
	update(t, s, func(tx *store.Tx) error {
		added := ok[int](t)(tx.PutOwnPosts(ctx, posts))
		equal(t, "added", added, 2)
		changed := posts[0]
		changed.Title = "变了"
		added, err := tx.PutOwnPosts(ctx, []xuanti.OwnPost{changed, {ProfileID: "q", Key: "1", At: t0}})
		equal(t, "added again", added, 1)
		return err
	})
	equal(t, "own posts", ok[[]xuanti.OwnPost](t)(s.OwnPosts(ctx, "p", 0)), posts)
	equal(t, "newest own post", ok[[]xuanti.OwnPost](t)(s.OwnPosts(ctx, "p", 1)), posts[:1])
	update(t, s, func(tx *store.Tx) error { return tx.DeleteProfile(ctx, "p") })
	_, err := s.Profile(ctx, "p")
	wantCode(t, err, xuanti.CodeNotFound)
	equal(t, "own posts gone", len(ok[[]xuanti.OwnPost](t)(s.OwnPosts(ctx, "p", 0))), 0)
	equal(t, "others stay", len(ok[[]xuanti.OwnPost](t)(s.OwnPosts(ctx, "q", 0))), 1)
}

func testDecisions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	d := func(id string, minute int, status xuanti.SuggestionStatus) xuanti.Decision {
		return xuanti.Decision{
			SuggestionID: id, ProfileID: "p", EventID: "ev-" + id, Status: status, Reason: "late", Note: "太晚了",
			At: t0.Add(time.Duration(minute) * time.Minute), Snapshot: []byte(`{"score":1}`),
		}
	}
	first, second, other := d("a", 0, xuanti.SuggestionAccepted), d("a", 10, xuanti.SuggestionDone), d("b", 5, xuanti.SuggestionDismissed)
	update(t, s, func(tx *store.Tx) error {
		for _, x := range []xuanti.Decision{first, second, other, second} {
			if err := tx.PutDecision(ctx, x); err != nil {
				return err
			}
		}
		return nil
	})
	equal(t, "newest each", ok[[]xuanti.Decision](t)(s.Decisions(ctx, "p", time.Time{})), []xuanti.Decision{second, other})
	equal(t, "as of", ok[[]xuanti.Decision](t)(s.Decisions(ctx, "p", t0.Add(6*time.Minute))), []xuanti.Decision{other, first})
	equal(t, "other profile", len(ok[[]xuanti.Decision](t)(s.Decisions(ctx, "q", time.Time{}))), 0)
}
