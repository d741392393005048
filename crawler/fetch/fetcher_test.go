package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// loopback lets tests reach their own servers.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// testFetcher has no gaps and short limits.
func testFetcher(t testing.TB, change func(*Options)) *Fetcher {
	o := Options{
		Timeout: 5 * time.Second, MaxBytes: 1 << 20, PerHost: 4, HostGap: -1,
		AllowPrivate: loopback, Clock: xuanti.NewManualClock(crawltest.Now()),
	}
	if change != nil {
		change(&o)
	}
	f := New(o)
	t.Cleanup(f.Close)
	return f
}

// wantKind checks that err is a Error of a kind.
func wantKind(t *testing.T, err error, kind Kind) *Error {
	t.Helper()
	var fe *Error
	if !errors.As(err, &fe) {
		t.Fatalf("got %v, want an Error of kind %s", err, kind)
	}
	if fe.Kind != kind {
		t.Fatalf("kind %s (%v: %v), want %s", fe.Kind, fe, fe.Err, kind)
	}
	if fe.Message == "" || fe.Words() == "" {
		t.Error("the error has no words")
	}
	return fe
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func TestFetchPlain(t *testing.T) {
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		if ua := r.Header.Get("User-Agent"); ua != DefaultUserAgent {
			t.Errorf("User-Agent %q", ua)
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Cache-Control", "public, max-age=600")
		w.Header().Set("Age", "60")
		fmt.Fprint(w, "你好")
	})
	resp, err := testFetcher(t, nil).Do(t.Context(), Request{URL: s.URL + "/a?b=c#d"})
	if err != nil {
		t.Fatal(err)
	}
	if string(resp.Body) != "你好" || resp.Status != 200 || resp.MaxAge != 9*time.Minute || resp.Header.Get("ETag") != `"v1"` || resp.Latency <= 0 || resp.URL != s.URL+"/a?b=c" {
		t.Errorf("%+v", resp)
	}
}

func TestFetchConditional(t *testing.T) {
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != `"v1"` || r.Header.Get("If-Modified-Since") == "" {
			t.Errorf("validators missing: %v", r.Header)
		}
		w.Header().Set("ETag", `"v2"`)
		w.WriteHeader(http.StatusNotModified)
	})
	resp, err := testFetcher(t, nil).Do(t.Context(), Request{URL: s.URL, ETag: `"v1"`, LastModified: "Mon, 23 Nov 2026 00:00:00 GMT"})
	if err != nil || !resp.NotModified || len(resp.Body) != 0 {
		t.Errorf("%+v, %v", resp, err)
	}
}

func TestFetchEncodings(t *testing.T) {
	text := []byte(strings.Repeat("河湾新闻", 100))
	var zl, fl bytes.Buffer
	zw := zlib.NewWriter(&zl)
	_, _ = zw.Write(text)
	_ = zw.Close()
	fw, _ := flate.NewWriter(&fl, 6)
	_, _ = fw.Write(text)
	_ = fw.Close()
	bodies := map[string]struct {
		encoding string
		body     []byte
	}{
		"/gzip":       {"gzip", gzipped(text)},
		"/false-gzip": {"gzip", text},
		"/secret":     {"", gzipped(text)}, // gzip that nobody declared
		"/twice":      {"gzip", gzipped(gzipped(text))},
		"/zlib":       {"deflate", zl.Bytes()},
		"/deflate":    {"deflate", fl.Bytes()},
		"/odd":        {"utf-8", text},
		"/broken":     {"gzip", gzipped(text)[:60]},
		"/brotli":     {"br", text},
	}
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		b := bodies[r.URL.Path]
		if b.encoding != "" {
			w.Header().Set("Content-Encoding", b.encoding)
		}
		_, _ = w.Write(b.body)
	})
	f := testFetcher(t, nil)
	for path := range bodies {
		resp, err := f.Do(t.Context(), Request{URL: s.URL + path})
		switch path {
		case "/broken", "/brotli":
			wantKind(t, err, KindDecode)
		default:
			if err != nil || !bytes.Equal(resp.Body, text) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

func TestFetchCaps(t *testing.T) {
	bomb := gzipped(make([]byte, 8<<20))
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		case "/bomb.gz": // undeclared
			_, _ = w.Write(bomb)
		case "/nested":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(gzipped(bomb))
		case "/plain":
			_, _ = io.CopyN(w, zeros{}, 2<<20)
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", 200<<10))
		case "/exact":
			_, _ = io.CopyN(w, zeros{}, 1<<20)
		}
	})
	f := testFetcher(t, nil)
	for _, path := range []string{"/bomb", "/bomb.gz", "/nested", "/plain", "/header"} {
		_, err := f.Do(t.Context(), Request{URL: s.URL + path})
		wantKind(t, err, KindTooLarge)
	}
	if resp, err := f.Do(t.Context(), Request{URL: s.URL + "/exact"}); err != nil || len(resp.Body) != 1<<20 {
		t.Errorf("a body of exactly the cap: %v", err)
	}
	_, err := f.Do(t.Context(), Request{URL: s.URL + "/exact", MaxBytes: 1000})
	wantKind(t, err, KindTooLarge)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestFetchStatus(t *testing.T) {
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/429":
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(429)
		case "/503":
			w.Header().Set("Retry-After", crawltest.Now().Add(time.Hour).Format(http.TimeFormat))
			w.WriteHeader(503)
		case "/challenge":
			w.Header().Set("Cf-Mitigated", "challenge")
			w.WriteHeader(403)
		case "/410":
			w.WriteHeader(410)
		}
	})
	f := testFetcher(t, nil)
	for path, want := range map[string]struct {
		status int
		retry  time.Duration
		words  string
	}{
		"/429": {429, 2 * time.Minute, "请求过于频繁"}, "/503": {503, time.Hour, "服务器出错"}, "/410": {410, 0, "已永久下线"}, "/challenge": {403, 0, "拒绝访问"},
	} {
		_, err := f.Do(t.Context(), Request{URL: s.URL + path + "?token=secret"})
		fe := wantKind(t, err, KindStatus)
		if fe.Status != want.status || fe.RetryAfter != want.retry || !strings.Contains(fe.Words(), want.words) {
			t.Errorf("%s: %+v, %s", path, fe, fe.Words())
		}
		if strings.Contains(fe.Error(), "secret") {
			t.Errorf("the error shows the query: %v", fe)
		}
	}
}

func TestFetchInvalid(t *testing.T) {
	f := testFetcher(t, nil)
	for _, u := range []string{"", "example.com/a", "ftp://example.com", "file:///etc/passwd", "http://", "http://[::1", "gopher://x", "http://example.com/" + strings.Repeat("a", address.MaxBytes)} {
		_, err := f.Do(t.Context(), Request{URL: u})
		wantKind(t, err, KindInvalid)
	}
}

func TestFetchBroken(t *testing.T) {
	// A port that nobody listens on.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := "http://" + l.Addr().String()
	l.Close()
	f := testFetcher(t, nil)
	_, err = f.Do(t.Context(), Request{URL: gone})
	wantKind(t, err, KindRefused)

	half := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "only this")
	})
	_, err = f.Do(t.Context(), Request{URL: half.URL})
	wantKind(t, err, KindRefused)

	tls := httptest.NewUnstartedServer(http.NotFoundHandler())
	tls.Config.ErrorLog = log.New(io.Discard, "", 0)
	tls.StartTLS()
	t.Cleanup(tls.Close)
	_, err = f.Do(t.Context(), Request{URL: tls.URL})
	wantKind(t, err, KindTLS)
	plain := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {})
	_, err = f.Do(t.Context(), Request{URL: "https" + strings.TrimPrefix(plain.URL, "http")})
	wantKind(t, err, KindTLS)

	dns := &Error{}
	if !errors.As(f.transportError(t.Context(), nil, &net.DNSError{Err: "no such host", Name: "x.invalid", IsNotFound: true}), &dns) || dns.Kind != KindDNS {
		t.Errorf("a name error is taken for %s", dns.Kind)
	}
}

// A server that sends a byte now and then must not hold a worker for ever.
func TestFetchSlowDrip(t *testing.T) {
	stop := make(chan struct{})
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-r.Context().Done():
				return
			case <-tick.C:
				fmt.Fprint(w, ".")
				w.(http.Flusher).Flush()
			}
		}
	})
	t.Cleanup(func() { close(stop) })
	f := testFetcher(t, func(o *Options) { o.Timeout = 150 * time.Millisecond })
	_, err := f.Do(t.Context(), Request{URL: s.URL})
	wantKind(t, err, KindTimeout)
}

func TestFetchCancel(t *testing.T) {
	entered := make(chan struct{})
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-entered
		cancel()
	}()
	_, err := testFetcher(t, nil).Do(ctx, Request{URL: s.URL})
	wantKind(t, err, KindCanceled)
}

func TestFetchPerHost(t *testing.T) {
	var now, most atomic.Int32
	var mu sync.Mutex
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		mu.Lock()
		most.Store(max(most.Load(), n))
		mu.Unlock()
		now.Add(-1)
	})
	f := testFetcher(t, func(o *Options) { o.PerHost = 1 })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := f.Do(t.Context(), Request{URL: s.URL}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d requests at once to one host", most.Load())
	}
}
