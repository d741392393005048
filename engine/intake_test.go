package engine

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/store"
)

// withSources is an engine with so many feeds, connected but not running.
func withSources(t *testing.T, n int) *Engine {
	t.Helper()
	e, _ := open(t, t.TempDir(), noon)
	var all []xuanti.Source
	for i := range n {
		all = append(all, xuanti.Source{ID: fmt.Sprintf("s%02d", i), Kind: xuanti.SourceFeed, Name: fmt.Sprint(i), Platform: "blog", Weight: 1, Interval: 30 * time.Minute,
			URL: fmt.Sprintf("https://s%02d.example/feed", i)})
	}
	if err := e.EnsureSources(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if err := e.Live(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, e) })
	return e
}

// result is a poll of a source that brought items.
func result(t *testing.T, e *Engine, id string, titles ...string) crawler.Result {
	t.Helper()
	src, err := e.store.Source(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	r := crawler.Result{Source: src}
	for _, title := range titles {
		r.Items = append(r.Items, article(id, title, "", e.Now()))
	}
	r.Source.Fetch.NextAt, r.Source.Fetch.LastSuccess, r.Source.Fetch.LastAttempt = e.Now().Add(time.Hour), e.Now(), e.Now()
	return r
}

func TestTakeManyAtOnce(t *testing.T) {
	e := withSources(t, 40)
	var wg sync.WaitGroup
	for i := range 40 {
		id := fmt.Sprintf("s%02d", i)
		r := result(t, e, id)
		if i%2 == 0 {
			r = result(t, e, id, fmt.Sprintf("第%d号渡口恢复摆渡", i), "各渡口冬季时刻表公布")
		}
		wg.Go(func() {
			if err := e.take(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i, s := range storedSources(t, e) {
		want := int64(2 - i%2*2)
		if s.Fetch.Items != want || s.Fetch.LastNew != int(want) || !s.Fetch.NextAt.Equal(noon.Add(time.Hour)) {
			t.Errorf("%s: %+v", s.ID, s.Fetch)
		}
	}
	if e.intake.busy || len(e.intake.waiting) != 0 {
		t.Error("the intake does not come to rest")
	}
	// The names that readers see follow.
	m, err := e.sourceMap(t.Context())
	if err != nil || m["s04"].Fetch.Items != 2 {
		t.Errorf("%+v %v", m["s04"].Fetch, err)
	}
}

func TestTakeWhatChangedMeanwhile(t *testing.T) {
	e := withSources(t, 4)
	ctx := t.Context()
	deleted, edited, moved, gone := result(t, e, "s00", "无人认领"), result(t, e, "s01", "旧地址的一条"), result(t, e, "s02", "搬家后的一条"), result(t, e, "s03")
	moved.MovedFrom, moved.Source.URL = moved.Source.URL, "https://new.example/feed"
	gone.Source.State = xuanti.SourceGone
	if err := e.DeleteSource(ctx, "s00"); err != nil {
		t.Fatal(err)
	}
	if _, err := e.PutSource(ctx, "s01", SourceInput{URL: "https://edited.example/feed", Name: "改过的"}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.PutSource(ctx, "s02", SourceInput{Name: "也改过"}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []crawler.Result{deleted, edited, moved, gone} {
		if err := e.take(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	all := storedSources(t, e)
	if len(all) != 3 {
		t.Fatalf("%d sources", len(all))
	}
	if s := all[0]; s.URL != "https://edited.example/feed" || s.Name != "改过的" || s.Fetch.Items != 0 || s.Fetch.NextAt.After(noon) {
		t.Errorf("edited while it was polled: %+v", s)
	}
	if s := all[1]; s.URL != "https://new.example/feed" || s.Name != "也改过" || s.Fetch.Items != 1 {
		t.Errorf("moved: %+v", s)
	}
	if s := all[2]; s.State != xuanti.SourceGone {
		t.Errorf("gone: %+v", s)
	}
	items, _, err := e.store.Items(ctx, store.ItemFilter{Limit: 10})
	if err != nil || len(items) != 1 || items[0].Title != "搬家后的一条" {
		t.Errorf("%d items %v", len(items), err)
	}
}

// A group that panics leaves memory as the disk is; each of it is then tried
// alone, and what an old address brought is still not taken.
func TestTakeAfterAPanic(t *testing.T) {
	e := withSources(t, 2)
	ctx := t.Context()
	edited, good := result(t, e, "s00", "旧地址的一条"), result(t, e, "s01", "渡口恢复摆渡")
	if _, err := e.PutSource(ctx, "s00", SourceInput{URL: "https://edited.example/feed"}); err != nil {
		t.Fatal(err)
	}
	group := []*arrival{{Result: edited}, {Result: good}}
	figures := e.pulse
	e.pulse = nil // deep in the transaction this panics
	if err := e.keepGroup(ctx, group); xuanti.CodeOf(err) != xuanti.CodeInternal {
		t.Fatalf("%v", err)
	}
	if len(e.state.events) != 0 || e.state.near.Len() != 0 {
		t.Errorf("memory knows %d events that were not written", len(e.state.events))
	}
	e.pulse = figures
	for _, a := range group {
		if err := e.keepGroup(ctx, []*arrival{a}); err != nil {
			t.Fatal(err)
		}
	}
	items, _, err := e.store.Items(ctx, store.ItemFilter{Limit: 10})
	if err != nil || len(items) != 1 || items[0].Title != "渡口恢复摆渡" {
		t.Errorf("%d items %v", len(items), err)
	}
}

// Sources that speak of an event are polled sooner when it begins to burst,
// and again when another joins it, but not before their server allows.
func TestHasten(t *testing.T) {
	e := withSources(t, 4)
	ctx := t.Context()
	later := noon.Add(6 * time.Hour)
	if err := e.store.Update(ctx, func(tx *store.Tx) error {
		for i := range 4 {
			f := xuanti.FetchState{NextAt: later}
			if i == 2 {
				f.NotBefore = later
			}
			if err := tx.PutFetchState(ctx, fmt.Sprintf("s%02d", i), f); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	e.mu.Lock()
	l := newLive(xuanti.Event{ID: "ev"})
	l.sawFeed("s00", noon)
	l.sawFeed("s02", noon)
	e.state.events["ev"] = l
	c := newChange(batch{at: noon, live: true})
	c.bursts = []xuanti.Burst{{Term: "溃坝", EventIDs: []string{"ev"}}}
	e.hasten(ctx, c)
	e.state.burstsOn[keyOf(&c.bursts[0])] = c.bursts[0]
	c = newChange(batch{at: noon, live: true})
	c.items = []xuanti.Item{{SourceID: "s01", EventID: "ev", SeenAt: noon, PublishedAt: noon}, {SourceID: "s03", EventID: "other", SeenAt: noon, PublishedAt: noon}}
	e.hasten(ctx, c)
	delete(e.state.events, "ev")
	e.mu.Unlock()
	for i, s := range storedSources(t, e) {
		soon := i < 2
		if got := s.Fetch.NextAt.Equal(noon.Add(hastenIn)); got != soon || strings.Contains(s.Fetch.Why, "突发") != soon {
			t.Errorf("%s comes at %s: %s", s.ID, s.Fetch.NextAt, s.Fetch.Why)
		}
	}
}
