package server

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// listen runs a server on loopback and returns its address and a function that
// stops it and waits.
func listen(t *testing.T, s *Server) (base string, stop func()) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Listen(ctx, ln) }()
	return "http://" + ln.Addr().String(), func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("listen: %v", err)
		}
	}
}

// noLeaks checks after all other cleanups that no goroutine of ours is left.
func noLeaks(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		// fasthttp's cleaner of idle workers sleeps on for up to ten seconds.
		goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
	})
}

// events opens a stream; each call of the result gives the next block.
func events(t *testing.T, url string, headers ...string) func() string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if ct := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || !strings.HasPrefix(ct, "text/event-stream") {
		t.Fatalf("%d %s", resp.StatusCode, ct)
	}
	in := bufio.NewReader(resp.Body)
	return func() string {
		var b strings.Builder
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return "EOF"
			}
			if line == "\n" {
				return b.String()
			}
			b.WriteString(line)
		}
	}
}

func TestStreamResumesAndFilters(t *testing.T) {
	noLeaks(t)
	f := newFake()
	s := build(t, f, Options{Loopback: true, Heartbeat: time.Hour})
	base, stop := listen(t, s)
	defer stop()

	f.floor = 10
	f.publish("topic.new", map[string]string{"title": "旧闻"}) // 11
	f.publish("board.updated", nil)                          // 12

	all := events(t, base+streamPath, "Last-Event-ID", "11")
	if got := all(); !strings.Contains(got, "retry: 5000") {
		t.Errorf("first %q", got)
	}
	if got := all(); !strings.HasPrefix(got, "id: 12\nevent: board.updated\ndata: {") {
		t.Errorf("resumed %q", got)
	}
	some := events(t, base+streamPath+"?types=topic.*,term.bursting&after=10")
	some()
	if got := some(); !strings.Contains(got, "id: 11\nevent: topic.new") || !strings.Contains(got, "旧闻") {
		t.Errorf("filtered %q", got)
	}
	gone := events(t, base+streamPath, "Last-Event-ID", "3")
	gone()
	if got := gone(); !strings.HasPrefix(got, "event: reset\n") {
		t.Errorf("gone %q", got)
	}
	f.publish("term.bursting", nil) // 13
	if got := all(); !strings.Contains(got, "id: 13") {
		t.Errorf("live %q", got)
	}
	if got := some(); !strings.Contains(got, "id: 13") {
		t.Errorf("live and filtered %q", got)
	}
}

func TestStreamBeats(t *testing.T) {
	f := newFake()
	s := build(t, f, Options{Loopback: true, Heartbeat: 5 * time.Millisecond})
	base, stop := listen(t, s)
	defer stop()
	next := events(t, base+streamPath)
	next()
	if got := next(); got != ": alive\n" {
		t.Errorf("%q", got)
	}
}

func TestStreamRefusals(t *testing.T) {
	f := newFake()
	s := build(t, f, Options{Loopback: true, MaxStreams: 1, Heartbeat: time.Hour})
	if a := ask(t, s, "GET", streamPath, "", "Last-Event-ID", "x"); a.status != 422 {
		t.Errorf("bad id: %d", a.status)
	}
	base, stop := listen(t, s)
	defer stop()
	events(t, base+streamPath)()
	resp, err := http.Get(base + streamPath)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 503 {
		t.Errorf("second stream: %d", resp.StatusCode)
	}
}

func TestShutdownEndsStreamsFirst(t *testing.T) {
	noLeaks(t)
	f := newFake()
	s := build(t, f, Options{Loopback: true, Heartbeat: time.Hour, Shutdown: time.Minute})
	base, stop := listen(t, s)
	next := events(t, base+streamPath)
	next()
	stop() // would take a minute if it waited for the stream
	if got := next(); got != "EOF" {
		t.Errorf("still open: %q", got)
	}
	if len(f.subsc) != 0 {
		t.Errorf("%d subscriptions left", len(f.subsc))
	}
}

func TestBodyLimits(t *testing.T) {
	f := newFake()
	s := build(t, f, Options{Loopback: true, BodyLimit: 1000, ImportLimit: 100_000})
	base, stop := listen(t, s)
	defer stop()
	for _, c := range []struct {
		path   string
		size   int
		status int
	}{{"/api/v1/words/decide", 2000, 413}, {"/api/v1/imports?kind=items", 50_000, 200}, {"/api/v1/imports?kind=items", 20 << 20, 413}} {
		resp, err := http.Post(base+c.path, "application/json", bytes.NewReader(make([]byte, c.size)))
		if err != nil {
			t.Errorf("%s with %d: %v", c.path, c.size, err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s with %d: %d", c.path, c.size, resp.StatusCode)
		}
	}
}

func TestExportEndsWhenTheClientLeaves(t *testing.T) {
	noLeaks(t)
	f := newFake()
	for range 4000 { // far more than the buffers between us hold
		f.items = append(f.items, f.items[:8]...)
	}
	s := build(t, f, Options{Loopback: true})
	base, stop := listen(t, s)
	resp, err := http.Get(base + "/api/v1/exports/items.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := resp.Body.Read(make([]byte, 100)); err != nil {
		t.Error(err)
	}
	resp.Body.Close()
	stop() // waits for the exporting goroutine
}

func benchmarkGet(b *testing.B, s *Server, path string) {
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = "localhost"
		resp, err := s.App().Test(r, -1)
		if err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
	}
}

func BenchmarkTopicsJSON(b *testing.B) {
	f := newFake()
	s, err := New(Options{Reader: f, Writer: f, Stream: f, Loopback: true})
	if err != nil {
		b.Fatal(err)
	}
	benchmarkGet(b, s, "/api/v1/topics")
}
