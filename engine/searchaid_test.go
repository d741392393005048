package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
	"github.com/xuanti/xuanti/store"
)

// compactions records the nights that an index was asked to compact.
type compactions struct {
	index.Engine
	nights chan time.Time
}

func (c compactions) Compact(_ context.Context, t time.Time) error {
	c.nights <- t
	return nil
}

func TestIndexIsCompactedAtNight(t *testing.T) {
	e, clock := open(t, t.TempDir(), noon)
	defer shut(t, e)
	asked := compactions{e.index, make(chan time.Time, 9)}
	e.index = asked
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- e.compactNights(ctx) }()
	var night time.Time
	for _, h := range []int{0, 6, 17, 18} { // 5:00 in the morning after noon is 17 hours on
		clock.Set(noon.Add(time.Duration(h) * time.Hour))
		if err := e.Tick(ctx, clock.Now(), true); err != nil {
			t.Fatal(err)
		}
		if h == 17 {
			night = clock.Now()
		}
	}
	if got := <-asked.nights; !got.Equal(night) {
		t.Errorf("compacted as of %s, want %s", got, night)
	}
	cancel()
	if err := <-done; err != nil || len(asked.nights) > 0 {
		t.Errorf("%v, %d nights more", err, len(asked.nights))
	}
}

// Nobody searches while an archive is replayed: what is over is merged once, at
// the end.
func TestIndexIsCompactedAfterAReplay(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	asked := compactions{e.index, make(chan time.Time, 9)}
	e.index = asked
	last := noon.AddDate(0, 2, 0)
	for _, compact := range []bool{false, true} {
		rows := fmt.Sprintf(`{"id":"a","ts":%q,"source":"s","title":"临江灯会开幕"}`+"\n"+`{"id":"b","ts":%q,"source":"s","title":"望海渔汛提前"}`, noon.Format(time.RFC3339), last.Format(time.RFC3339))
		if _, err := e.Replay(t.Context(), ReplayOptions{Files: []string{"-"}, Stdin: strings.NewReader(rows), Compact: compact}); err != nil {
			t.Fatal(err)
		}
		if (len(asked.nights) == 1) != compact {
			t.Fatalf("compaction wanted: %v, asked %d times", compact, len(asked.nights))
		}
	}
	if at := <-asked.nights; !at.Equal(last) {
		t.Errorf("compacted as of %s, want %s", at, last)
	}
}

// TestIndexIsRebuilt starts with an index that was lost, and with one of
// another format: both are built again from the store.
func TestIndexIsRebuilt(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	e, _ := open(t, dir, noon)
	story(t, e)
	total := func(e *Engine) int {
		if err := e.indexer.drain(ctx); err != nil {
			t.Fatal(err)
		}
		v, err := e.Search(ctx, SearchQuery{Text: "召回", Flat: true})
		if err != nil {
			t.Fatal(err)
		}
		return v.Total
	}
	want := total(e)
	shut(t, e)
	if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
		t.Fatal(err)
	}
	older := filepath.Join(dir, "index", "v1", "2026-01")
	if err := os.MkdirAll(older, 0o700); err != nil {
		t.Fatal(err)
	}
	e, _ = open(t, dir, noon.Add(2*time.Hour))
	if got := total(e); got != want || want == 0 {
		t.Errorf("lost: %d results, want %d", got, want)
	}
	if _, err := os.Stat(older); !os.IsNotExist(err) {
		t.Errorf("the older index stays: %v", err)
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.SetMeta(ctx, formatKey, "v1") }); err != nil {
		t.Fatal(err)
	}
	shut(t, e)
	e, _ = open(t, dir, noon.Add(3*time.Hour))
	if lag := e.indexer.lag(); lag == 0 {
		t.Error("nothing is to be rebuilt")
	}
	if got := total(e); got != want {
		t.Errorf("other format: %d results, want %d", got, want)
	}
	shut(t, e)
	e, _ = open(t, dir, noon.Add(4*time.Hour))
	defer shut(t, e)
	if lag := e.indexer.lag(); lag != 0 {
		t.Errorf("%d items are rebuilt without need", lag)
	}
}

func TestSearchIsWidened(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, SynonymsFile), []byte("青岚汽车 岚车\n坏\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	e, _ := open(t, dir, noon)
	defer shut(t, e)
	story(t, e)
	if err := e.indexer.drain(ctx); err != nil {
		t.Fatal(err)
	}
	v, err := e.Search(ctx, SearchQuery{Text: "岚车", Explain: true})
	if err != nil || v.Total == 0 || v.Relaxed || v.Items[0].Why[0].Kind != "synonym" {
		t.Errorf("by the user's synonym: %+v, %v", v, err)
	}
	if v, err = e.Search(ctx, SearchQuery{Text: "青岚汽车 火星移民 量子咖啡"}); err != nil || !v.Relaxed || v.RelaxedHow != index.RelaxedFewer {
		t.Errorf("words that nobody wrote: relaxed %q, %v", v.RelaxedHow, err)
	}
}

func TestSearchNames(t *testing.T) {
	ctx := t.Context()
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	sources := map[string]xuanti.Source{"S1": {ID: "S1", Name: "云雀日报"}, "S2": {ID: "S2", Name: "微博热搜"}, "S3": {ID: "S3", Name: "云雀"}}
	for _, c := range []struct{ text, first string }{
		{"yunque", "云雀"}, {"weibo", "微博热搜"}, {"wbrs", "微博热搜"}, {"云雀日", "云雀日报"}, {"YQ", "云雀"}, {"wb", ""}, {"x", ""},
	} {
		got, err := e.namesOf(ctx, c.text, sources)
		if err != nil {
			t.Fatal(err)
		}
		if c.first == "" && len(got) > 0 || c.first != "" && (len(got) == 0 || got[0].Name != c.first) {
			t.Errorf("%s: %+v, want %q first", c.text, got, c.first)
		}
	}
}
