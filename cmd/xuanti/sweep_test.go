package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/engine"
)

// manyFeeds serves feeds on every loopback address and can leave all requests
// waiting after so many.
type manyFeeds struct {
	mu     sync.Mutex
	asked  map[string]int
	total  int
	stopAt int // requests; later ones wait for hold
	hold   chan struct{}
	full   chan struct{} // closed when the first request waits
}

func (f *manyFeeds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, "/")
	f.mu.Lock()
	f.total++
	f.asked[id]++
	wait := f.stopAt > 0 && f.total > f.stopAt
	if wait && f.total == f.stopAt+1 {
		close(f.full)
	}
	hold := f.hold
	f.mu.Unlock()
	if wait {
		select {
		case <-hold:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprintf(w, "<rss version='2.0'><channel><title>%s</title>", id)
	for i := range 3 {
		fmt.Fprintf(w, "<item><title>%s号站点第%d次巡检完成</title><link>https://%s.example/%d</link></item>", id, i, id, i)
	}
	fmt.Fprint(w, "</channel></rss>")
}

// A server that is killed in the middle of a sweep goes on where it was:
// nothing is lost, nothing is there twice, and what was polled is not polled
// again.
func TestKillDuringSweep(t *testing.T) {
	const feeds = 120
	f := &manyFeeds{asked: map[string]int{}, stopAt: feeds / 2, hold: make(chan struct{}), full: make(chan struct{})}
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(f)
	_ = s.Listener.Close()
	s.Listener = l
	s.Start()
	defer s.Close()
	port := l.Addr().(*net.TCPAddr).Port

	dir := t.TempDir()
	cfg := config.Default()
	cfg.Data = filepath.Join(dir, "data")
	e, err := engine.Open(t.Context(), engine.Options{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	var all []xuanti.Source
	for i := range feeds {
		all = append(all, xuanti.Source{ID: fmt.Sprintf("f%03d", i), Kind: xuanti.SourceFeed, Name: fmt.Sprint(i), Platform: "news", Weight: 1,
			Interval: 6 * time.Hour, URL: fmt.Sprintf("http://127.3.0.%d:%d/f%03d", i+1, port, i)})
	}
	if err := e.EnsureSources(context.Background(), all); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}

	p, _ := serve(t, dir)
	<-f.full // half of them are answered, the rest hangs
	p.kill()
	f.mu.Lock()
	f.stopAt = 0
	close(f.hold)
	f.mu.Unlock()

	p, url := serve(t, dir)
	beat := time.NewTicker(50 * time.Millisecond)
	defer beat.Stop()
	deadline := time.After(time.Minute)
	for polled := 0; polled < feeds; {
		select {
		case <-beat.C:
		case <-deadline:
			t.Fatalf("%d of %d feeds were polled", polled, feeds)
		}
		var page struct {
			Items []struct {
				LastSuccess time.Time `json:"last_success"`
			} `json:"items"`
		}
		get(t, url+"/api/v1/sources?limit=1000", &page)
		polled = 0
		for _, s := range page.Items {
			if !s.LastSuccess.IsZero() {
				polled++
			}
		}
	}
	p.kill()
	twice := 0
	f.mu.Lock()
	for _, n := range f.asked {
		if n > 2 {
			t.Errorf("a feed was polled %d times", n)
		}
		twice += n - 1
	}
	f.mu.Unlock()
	// Polled again is only what was under way: a request for each worker, and
	// answers that were not committed yet.
	if most := 2 * config.Default().Crawler.Workers; twice > most {
		t.Errorf("%d feeds were polled again, %d could have been under way", twice, most)
	}
	out, errw, code := run(t, dir, "export", "items.jsonl")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errw)
	}
	seen := map[string]int{}
	for line := range strings.Lines(out) {
		var row struct{ URL, Title string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		seen[row.Title]++
	}
	if len(seen) != 3*feeds {
		t.Errorf("%d of %d items are there", len(seen), 3*feeds)
	}
	for title, n := range seen {
		if n != 1 {
			t.Errorf("%s is there %d times", title, n)
		}
	}
}
