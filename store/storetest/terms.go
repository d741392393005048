package storetest

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func burst(term string, start, minute int, score float64) xuanti.Burst {
	return xuanti.Burst{
		Term: term, StartedAt: t0.Add(time.Duration(start) * time.Minute), At: t0.Add(time.Duration(minute) * time.Minute), Window: 6 * time.Hour,
		Count: 7, Expected: .5, Score: score, Sources: 3, Titles: []string{"大桥通车"}, EventIDs: []string{"ev"}, NewWord: true,
	}
}

func testBursts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a1, a2, a3 := burst("大桥", 0, 0, 5), burst("大桥", 0, 30, 9), burst("大桥", 0, 60, 2)
	a3.EndedAt = a3.At
	b := burst("通车", 10, 10, 7)
	again := burst("大桥", 300, 300, 4)
	update(t, s, func(tx *store.Tx) error {
		for _, x := range []xuanti.Burst{a1, a3, a2, b, a1, again} { // a2 is late, a1 comes twice
			if err := tx.PutBurst(ctx, x); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []struct {
		minute int
		want   []xuanti.Burst
	}{
		{-1, nil},
		{0, []xuanti.Burst{a1}},
		{29, []xuanti.Burst{b, a1}},
		{45, []xuanti.Burst{a2, b}},
		{60, []xuanti.Burst{b}},
		{400, []xuanti.Burst{b, again}},
	} {
		equal(t, "bursts", ok[[]xuanti.Burst](t)(s.BurstsAt(ctx, t0.Add(time.Duration(c.minute)*time.Minute), 10)), c.want)
	}
	equal(t, "limit", len(ok[[]xuanti.Burst](t)(s.BurstsAt(ctx, t0.Add(400*time.Minute), 1))), 1)
	equal(t, "history", ok[[]xuanti.Burst](t)(s.BurstHistory(ctx, "大桥", time.Time{}, time.Time{})), []xuanti.Burst{a1, a2, a3, again})
	equal(t, "history between", ok[[]xuanti.Burst](t)(s.BurstHistory(ctx, "大桥", t0.Add(time.Minute), t0.Add(30*time.Minute))), []xuanti.Burst{a2})
	starts := []xuanti.Burst{{Term: "大桥", StartedAt: a1.StartedAt}, {Term: "大桥", StartedAt: again.StartedAt}}
	equal(t, "starts", ok[[]xuanti.Burst](t)(s.BurstStarts(ctx, []string{"大桥", "没有"})), starts)
	equal(t, "starts of none", len(ok[[]xuanti.Burst](t)(s.BurstStarts(ctx, nil))), 0)
	first, any, err := s.FirstBurst(ctx)
	equal(t, "first", first, a1.StartedAt)
	equal(t, "is there one", any && err == nil, true)
	wantCode(t, s.Update(ctx, func(tx *store.Tx) error { return tx.PutBurst(ctx, xuanti.Burst{}) }), xuanti.CodeInvalid)
}

func testWords(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := xuanti.Word{
		Text: "桥友", Status: xuanti.WordProposed, Score: 12.5, Count: 9, Sources: 3, FirstAt: t0, LastAt: t0.Add(time.Hour),
		Samples: []string{"桥友齐聚青石镇"}, Decided: t0, Category: "slang",
	}
	b := xuanti.Word{Text: "步行桥", Status: xuanti.WordAuto, Score: 20}
	update(t, s, func(tx *store.Tx) error { _ = tx.PutWord(ctx, a); return tx.PutWord(ctx, b) })
	equal(t, "words", ok[[]xuanti.Word](t)(s.Words(ctx, store.WordFilter{})), []xuanti.Word{b, a})
	a.Status = xuanti.WordRejected
	update(t, s, func(tx *store.Tx) error { return tx.PutWord(ctx, a) })
	equal(t, "rejected", ok[[]xuanti.Word](t)(s.Words(ctx, store.WordFilter{Status: []xuanti.WordStatus{xuanti.WordRejected}})), []xuanti.Word{a})
	equal(t, "text", ok[[]xuanti.Word](t)(s.Words(ctx, store.WordFilter{Text: "桥友"})), []xuanti.Word{a})
	equal(t, "limit", len(ok[[]xuanti.Word](t)(s.Words(ctx, store.WordFilter{Limit: 1}))), 1)
}
