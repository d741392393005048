package storetest

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func testScores(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := xuanti.Score{Day: "2025-03-03", Board: "weibo", Head: "listed_3h"}
	a.Add(0.9, true)
	a.Add(0.2, false)
	b := xuanti.Score{Day: "2025-03-03", Board: "weibo", Head: "top10_3h", Bold: []xuanti.Claim{{ItemID: "i", Title: "桥", At: t0, Rank: 12, P: 0.4, Came: true}}}
	c := xuanti.Score{Day: "2025-03-02", Board: "baidu", Head: "listed_3h"}
	update(t, s, func(tx *store.Tx) error { return tx.PutScores(ctx, t0, []xuanti.Score{b, a}) })
	update(t, s, func(tx *store.Tx) error { return tx.PutScores(ctx, t0.Add(-time.Hour), []xuanti.Score{c}) })
	equal(t, "a day", ok[[]xuanti.Score](t)(s.Scores(ctx, "2025-03-03")), []xuanti.Score{a, b})
	a.Add(0.5, true)
	update(t, s, func(tx *store.Tx) error { return tx.PutScores(ctx, t0, []xuanti.Score{a}) })
	equal(t, "replaced", ok[[]xuanti.Score](t)(s.Scores(ctx, "2025-03-03")), []xuanti.Score{a, b})
	equal(t, "days", ok[[]string](t)(s.ScoreDays(ctx, "2025-03-04", 9)), []string{"2025-03-03", "2025-03-02"})
	equal(t, "days before", ok[[]string](t)(s.ScoreDays(ctx, "2025-03-03", 9)), []string{"2025-03-02"})
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutScores(ctx, t0, []xuanti.Score{{Day: "2025-03-03"}}) }), xuanti.CodeInvalid)
	if err := s.Prune(ctx, store.PruneOptions{ScoresBefore: t0}); err != nil {
		t.Fatal(err)
	}
	equal(t, "pruned", ok[[]string](t)(s.ScoreDays(ctx, "2026", 9)), []string{"2025-03-03"})
}
