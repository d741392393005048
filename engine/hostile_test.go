package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/store"
)

// anyLoopback serves on every address of 127.0.0.0/8, so that each source has a
// host of its own. It returns the port.
func anyLoopback(t *testing.T, h http.Handler) int {
	t.Helper()
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	_ = s.Listener.Close()
	s.Listener = l
	s.Start()
	t.Cleanup(s.Close)
	return l.Addr().(*net.TCPAddr).Port
}

// wave is how the feeds of TestHostileHosts behave.
type wave struct {
	mu   sync.Mutex
	tick int // the healthy feeds' newest item
	bomb []byte
}

func (v *wave) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := strings.TrimPrefix(r.URL.Path, "/")
	v.mu.Lock()
	tick := v.tick
	v.mu.Unlock()
	feed := func(n int) string {
		var b strings.Builder
		fmt.Fprintf(&b, "<rss version='2.0'><channel><title>%s</title>", kind)
		for i := range n {
			fmt.Fprintf(&b, "<item><title>%s第%d号泵站检修完毕</title><link>https://%s.example/%d</link></item>", kind, i, kind, i)
		}
		return b.String() + "</channel></rss>"
	}
	hijack := func(write func(c net.Conn)) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		write(c)
	}
	drip := func(c net.Conn, piece string) {
		beat := time.NewTicker(20 * time.Millisecond)
		defer beat.Stop()
		for range beat.C {
			if _, err := io.WriteString(c, piece); err != nil {
				return
			}
		}
	}
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
	switch name, _, _ := strings.Cut(kind, "-"); name {
	case "403", "429", "500", "410":
		w.WriteHeader(map[string]int{"403": 403, "429": 429, "500": 500, "410": 410}[name])
	case "drip":
		hijack(func(c net.Conn) { _, _ = io.WriteString(c, head+"Content-Length: 100000\r\n\r\n"); drip(c, "<") })
	case "header":
		hijack(func(c net.Conn) { _, _ = io.WriteString(c, head); drip(c, "X-A: b\r\n") })
	case "endless":
		for {
			if _, err := w.Write(make([]byte, 32<<10)); err != nil {
				return
			}
		}
	case "bomb":
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(v.bomb)
	case "loop":
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
	case "inward":
		http.Redirect(w, r, "http://169.254.169.254/latest/", http.StatusFound)
	case "truncated":
		hijack(func(c net.Conn) { _, _ = io.WriteString(c, head+"Content-Length: 5000\r\n\r\n<rss><channel>") })
	case "html":
		fmt.Fprint(w, "<html><head><title>首页</title></head><body><p>欢迎</p></body></html>")
	case "login":
		fmt.Fprint(w, "<html><form><input type='password'></form></html>")
	case "charset":
		w.Header().Set("Content-Type", "text/xml; charset=gbk")
		_, _ = w.Write([]byte{0xff, 0xfe, 0x00, 0xd8, 0x81, 0x00, 0xff, 0x9f, 0x92, 0x96})
	case "reset":
		hijack(func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) })
	case "headers":
		w.Header().Set("X-Long", strings.Repeat("x", 300<<10))
	case "empty":
	case "laughs":
		fmt.Fprint(w, "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><x>&b;</x>")
	default:
		fmt.Fprint(w, feed(tick))
	}
}

// hostileWords is what each way of failing is called.
var hostileWords = map[string]string{
	"403": "拒绝访问", "429": "过于频繁", "500": "服务器出错", "410": "永久下线", "drip": "超时", "header": "超时", "endless": "大小上限", "bomb": "大小上限",
	"loop": "重定向", "inward": "内网", "truncated": "中断", "html": "是网页", "login": "登录页", "charset": "", "reset": "中断", "headers": "大小上限",
	"empty": "为空", "laughs": "",
}

// TestHostileHosts polls ninety feeds, each on a host of its own, a third of
// which fail in every way there is, for three rounds with a few workers.
func TestHostileHosts(t *testing.T) {
	const rounds = 3
	v := &wave{tick: 1}
	var zip bytes.Buffer
	zw := gzip.NewWriter(&zip)
	_, _ = zw.Write(make([]byte, 64<<20))
	_ = zw.Close()
	v.bomb = zip.Bytes()
	port := anyLoopback(t, v)

	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.Crawler.AllowPrivate = []string{"127.0.0.0/8"}
	cfg.Crawler.HostGap = -1
	// Only what drips may meet the timeout, also on a busy machine; all else meets the cap.
	cfg.Crawler.Timeout, cfg.Crawler.MaxBytes = 4*time.Second, 1<<20
	clock := xuanti.NewManualClock(noon)
	e, err := Open(t.Context(), Options{Config: cfg, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, e)
	kinds := slices.Sorted(maps.Keys(hostileWords))
	var all []xuanti.Source
	healthy := 0
	for i := range 3 * len(kinds) {
		name := kinds[i/3]
		if i%3 > 0 {
			name = fmt.Sprintf("good%d", healthy)
			healthy++
		}
		all = append(all, xuanti.Source{ID: name, Kind: xuanti.SourceFeed, Name: name, Platform: "news", Weight: 1, Interval: 30 * time.Minute,
			URL: fmt.Sprintf("http://127.2.0.%d:%d/%s", i+1, port, name), State: xuanti.SourceActive})
	}
	ctx := t.Context()
	if err := e.EnsureSources(ctx, all); err != nil {
		t.Fatal(err)
	}
	if err := e.Live(ctx, nil); err != nil {
		t.Fatal(err)
	}
	var after runtime.MemStats
	var grown [rounds]uint64
	for round := range rounds {
		sweep(t, e, len(all)-min(round, 1)) // the one that is gone is not asked again
		runtime.GC()
		runtime.ReadMemStats(&after)
		grown[round] = after.HeapAlloc
		v.mu.Lock()
		v.tick++
		v.mu.Unlock()
		clock.Advance(25 * time.Hour) // past every back-off
	}
	if more := int64(grown[rounds-1]) - int64(grown[0]); more > 24<<20 {
		t.Errorf("the heap grew by %d MiB", more>>20)
	}
	for _, s := range all {
		got, err := e.store.Source(ctx, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		words, hostile := hostileWords[s.ID]
		switch f := got.Fetch; {
		case !hostile && (f.LastError != "" || f.Items != rounds || f.LastNew != 1):
			t.Errorf("%s: %d items, %d new, %q", s.ID, f.Items, f.LastNew, f.LastError)
		case hostile && (f.LastError == "" || !strings.Contains(f.LastError, words) || f.Failures == 0 || f.Why == ""):
			t.Errorf("%s: %q, %d failures, next: %s", s.ID, f.LastError, f.Failures, f.Why)
		case hostile && s.ID != "410" && (f.Failures != rounds || !f.NextAt.After(clock.Now().Add(-25*time.Hour))):
			t.Errorf("%s: %d failures, next at %s", s.ID, f.Failures, f.NextAt)
		case s.ID == "410" && (got.State != xuanti.SourceGone || f.Attempts != 1):
			t.Errorf("gone: %s, asked %d times", got.State, f.Attempts)
		}
	}
	items, _, err := e.store.Items(ctx, store.ItemFilter{Limit: 1000})
	if err != nil || len(items) != healthy*rounds {
		t.Errorf("%d items, want %d (%v)", len(items), healthy*rounds, err)
	}
}

// sweep runs the scheduler until so many polls are stored.
func sweep(t *testing.T, e *Engine, polls int) {
	t.Helper()
	var mu sync.Mutex
	swept := make(chan struct{})
	s := crawler.NewScheduler(crawler.SchedulerOptions{
		Queue: e.store, Crawler: e.crawler, Workers: 8, Clock: e.clock, Owner: e.owner(),
		Sink: func(ctx context.Context, r crawler.Result) error {
			err := e.take(ctx, r)
			mu.Lock()
			defer mu.Unlock()
			if polls--; polls == 0 {
				close(swept)
			}
			return err
		},
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	select {
	case <-swept:
	case <-time.After(2 * time.Minute):
		t.Errorf("%d polls never ended", polls)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
