package engine

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// A deleted source comes back as it was, schedule and history included, also
// after a restart, for a day and once.
func TestDeletedSourceIsRestored(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	e, _ := open(t, dir, noon)
	v, err := e.PutSource(ctx, "", SourceInput{URL: "https://lake.example/feed", Kind: xuanti.SourceFeed, Name: "湖边日报", Tags: []string{"本地"}, Weight: 1.5})
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.store.Source(ctx, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	s.Fetch.Attempts, s.Fetch.Rhythm, s.Fetch.LastSuccess = 7, []byte{1, 2, 3}, noon
	if err := e.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.PutPulse(ctx, v.ID, []byte("pulse")); err != nil {
			return err
		}
		return tx.PutFetchState(ctx, v.ID, s.Fetch)
	}); err != nil {
		t.Fatal(err)
	}
	was, err := e.store.Source(ctx, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.DeleteSource(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	shut(t, e)
	e, clock := open(t, dir, noon.Add(23*time.Hour))
	defer shut(t, e)
	if _, err := e.RestoreSource(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	got, err := e.store.Source(ctx, v.ID)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(was) {
		t.Errorf("%v\n%+v, want\n%+v", err, got, was)
	}
	if data, err := e.store.Pulse(ctx, v.ID); err != nil || string(data) != "pulse" {
		t.Errorf("pulse %q, %v", data, err)
	}
	if _, err := e.RestoreSource(ctx, v.ID); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("restored twice: %v", err)
	}
	if err := e.DeleteSource(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	clock.Set(clock.Now().Add(25 * time.Hour))
	if _, err := e.RestoreSource(ctx, v.ID); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("restored after a day: %v", err)
	}
}

// Every source is listed once, page after page.
func TestThreeHundredSourcesInPages(t *testing.T) {
	ctx := context.Background()
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	if err := e.store.Update(ctx, func(tx *store.Tx) error {
		for i := range 300 {
			s := xuanti.Source{ID: fmt.Sprintf("s%03d", i), Kind: xuanti.SourceFeed, Name: fmt.Sprintf("小报 %d", i%7), URL: fmt.Sprintf("https://p%d.example/feed", i), Weight: 1, Interval: time.Hour, State: xuanti.SourceActive, CreatedAt: noon}
			if err := tx.PutSource(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	seen, pages := map[string]int{}, 0
	for q := (SourceQuery{Kind: "feed", Limit: 100}); ; pages++ {
		p, err := e.Sources(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Items {
			seen[v.ID]++
		}
		if q.Cursor = p.NextCursor; q.Cursor == "" {
			break
		}
	}
	if len(seen) != 300 || pages != 2 {
		t.Errorf("%d sources in %d further pages", len(seen), pages)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is listed %d times", id, n)
		}
	}
}

// A board of little trust makes less heat, one without any none.
func TestBoardsCountByTheirWeight(t *testing.T) {
	ctx := context.Background()
	heat := func(weight float64) float64 {
		e, _ := open(t, t.TempDir(), noon)
		defer shut(t, e)
		s := xuanti.Source{ID: "town", Kind: xuanti.SourceBoard, Board: "town", Platform: "town", Name: "小城热榜", Weight: weight, Interval: time.Hour, State: xuanti.SourceActive, CreatedAt: noon}
		if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(ctx, s) }); err != nil {
			t.Fatal(err)
		}
		e.sources.forget()
		e.must(t, batch{at: noon, snaps: []xuanti.Snapshot{snapshot("town", noon, "渡口大桥今晨合龙", "菜场开了夜校")}})
		for _, l := range e.state.events {
			if l.ev.Title == "渡口大桥今晨合龙" {
				return l.ev.Heat
			}
		}
		t.Fatal("no event")
		return 0
	}
	if full, half, none := heat(1), heat(0.5), heat(0); full <= half || half <= none || none != 0 {
		t.Errorf("heat %v, %v with half the trust, %v without", full, half, none)
	}
}
