package engine

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/store"
)

// sources reads all sources.
func storedSources(t *testing.T, e *Engine) []xuanti.Source {
	t.Helper()
	all, err := e.store.Sources(t.Context(), store.SourceFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// busiest is the largest number of sources that are due within a span.
func busiest(all []xuanti.Source, span time.Duration) int {
	per := map[int64]int{}
	most := 0
	for _, s := range all {
		k := s.Fetch.NextAt.UnixMilli() / span.Milliseconds()
		per[k]++
		most = max(most, per[k])
	}
	return most
}

// TestNetworkPulled takes the network away between two sweeps of two hundred
// feeds: none is blamed, they come back soon, spread, and with everything. Then
// the program is off for a night: its first minute is no stampede.
func TestNetworkPulled(t *testing.T) {
	const feeds = 200
	var down atomic.Bool
	var news atomic.Int64
	news.Store(1)
	port := anyLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = c.Close()
			}
			return
		}
		id := strings.TrimPrefix(r.URL.Path, "/")
		fmt.Fprintf(w, "<rss version='2.0'><channel><title>%s</title>", id)
		for i := range news.Load() {
			fmt.Fprintf(w, "<item><title>%s号闸口第%d次开闸放水</title><link>https://%s.example/%d</link></item>", id, i, id, i)
		}
		fmt.Fprint(w, "</channel></rss>")
	}))
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.Crawler.AllowPrivate = []string{"127.0.0.0/8"}
	cfg.Crawler.HostGap = -1
	clock := xuanti.NewManualClock(noon)
	start := func() *Engine {
		e, err := Open(t.Context(), Options{Config: cfg, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := start()
	var all []xuanti.Source
	for i := range feeds {
		all = append(all, xuanti.Source{ID: fmt.Sprintf("s%03d", i), Kind: xuanti.SourceFeed, Name: fmt.Sprint(i), Platform: "news", Weight: 1, Interval: 30 * time.Minute,
			URL: fmt.Sprintf("http://127.4.0.%d:%d/s%03d", i+1, port, i)})
	}
	if err := e.EnsureSources(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if err := e.Live(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	sweep(t, e, feeds)

	down.Store(true)
	news.Store(2)
	for range 3 { // two hours without a network
		clock.Advance(45 * time.Minute)
		sweep(t, e, feeds)
	}
	blamed := 0
	for _, s := range storedSources(t, e) {
		if s.Fetch.Failures > 1 {
			blamed++ // those that failed before it was clear
		}
		if wait := s.Fetch.NextAt.Sub(clock.Now()); wait > 25*time.Minute {
			t.Errorf("%s comes back in %s: %s", s.ID, wait, s.Fetch.Why)
		}
	}
	if blamed > 20 {
		t.Errorf("%d sources are blamed for our network", blamed)
	}
	if most := busiest(storedSources(t, e), 10*time.Second); most > feeds/8 {
		t.Errorf("%d of %d retries fall into ten seconds", most, feeds)
	}

	down.Store(false)
	clock.Advance(30 * time.Minute)
	sweep(t, e, feeds)
	items, _, err := e.store.Items(t.Context(), store.ItemFilter{Limit: 1000})
	if err != nil || len(items) != 2*feeds {
		t.Errorf("%d items, want %d (%v)", len(items), 2*feeds, err)
	}
	for _, s := range storedSources(t, e) {
		if s.Fetch.Items != 2 || s.Fetch.LastError != "" || s.Fetch.Failures != 0 {
			t.Errorf("%s: %d items, %q", s.ID, s.Fetch.Items, s.Fetch.LastError)
		}
	}
	shut(t, e)

	clock.Advance(9 * time.Hour)
	e = start()
	defer shut(t, e)
	if err := e.Live(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	again := storedSources(t, e)
	if most := busiest(again, time.Second); most > 20 {
		t.Errorf("after a night %d of %d sources are due in one second", most, feeds)
	}
	for _, s := range again {
		if s.Fetch.NextAt.Before(clock.Now()) || s.Fetch.NextAt.After(clock.Now().Add(15*time.Second)) || !strings.Contains(s.Fetch.Why, "错开") {
			t.Errorf("%s is due in %s: %s", s.ID, s.Fetch.NextAt.Sub(clock.Now()), s.Fetch.Why)
		}
	}
}
