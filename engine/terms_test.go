package engine

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// TestNamesTellMore: the words above the hot list are names before verbs.
func TestNamesTellMore(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	for _, c := range []struct{ more, less string }{{"景德镇", "普遍"}, {"跃川", "清理"}, {"citywalk", "争吵"}, {"咖啡馆", "靠近"}} {
		if more, less := e.tells(c.more), e.tells(c.less); more <= less {
			t.Errorf("%s tells %.1f, %s %.1f", c.more, more, c.less, less)
		}
	}
}

// A burst that the detector has let go of, or that was lost with its saved
// state, does not trend for ever.
func TestBurstsThatNobodyKnowsEnd(t *testing.T) {
	ctx := t.Context()
	e, clock := open(t, t.TempDir(), noon)
	defer shut(t, e)
	story(t, e)
	b := xuanti.Burst{Term: "渡口", StartedAt: noon, At: noon, Window: time.Hour, Count: 4, Expected: 0.1, Score: 12, Sources: 3}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutBurst(ctx, b) }); err != nil {
		t.Fatal(err)
	}
	if err := e.recover(ctx); err != nil {
		t.Fatal(err)
	}
	clock.Set(noon.Add(2 * time.Hour))
	for _, want := range []int{1, 0} {
		if p, err := e.Terms(ctx, 10); err != nil || len(p.Items) != want {
			t.Fatalf("%d terms, want %d, %v", len(p.Items), want, err)
		}
		if err := e.Tick(ctx, clock.Now(), true); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Minute)
	}
}

func TestTermsPrintTheirFigures(t *testing.T) {
	v := termView(xuanti.Burst{Term: "跃川e7", Window: 24 * time.Hour, Count: 7.584962, Expected: 0.5, Score: 12.34, Titles: []string{"跃川E7上市"}})
	if v.Term != "跃川E7" || v.Window != "24h" || v.Count != 7.6 || v.Ratio != 15.2 || v.Score != 12.3 {
		t.Errorf("%+v", v)
	}
}
