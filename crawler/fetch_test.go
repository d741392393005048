package crawler

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
)

// loopback lets tests reach their own servers.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// testFetcher has no gaps and short limits.
func testFetcher(t testing.TB, change func(*FetchOptions)) *Fetcher {
	o := FetchOptions{
		Timeout: 5 * time.Second, MaxBytes: 1 << 20, PerHost: 4, HostGap: -1,
		AllowPrivate: loopback, Clock: xuanti.NewManualClock(testNow),
	}
	if change != nil {
		change(&o)
	}
	f := NewFetcher(o)
	t.Cleanup(f.Close)
	return f
}

func testServer(t testing.TB, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// wantKind checks that err is a FetchError of a kind.
func wantKind(t *testing.T, err error, kind FetchKind) *FetchError {
	t.Helper()
	var fe *FetchError
	if !errors.As(err, &fe) {
		t.Fatalf("got %v, want a FetchError of kind %s", err, kind)
	}
	if fe.Kind != kind {
		t.Fatalf("kind %s (%v: %v), want %s", fe.Kind, fe, fe.Err, kind)
	}
	if fe.Message == "" || ErrorText(fe) == "" {
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
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
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
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
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
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
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
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
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
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/429":
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(429)
		case "/503":
			w.Header().Set("Retry-After", testNow.Add(time.Hour).Format(http.TimeFormat))
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
		if fe.Status != want.status || fe.RetryAfter != want.retry || !strings.Contains(ErrorText(fe), want.words) {
			t.Errorf("%s: %+v, %s", path, fe, ErrorText(fe))
		}
		if strings.Contains(fe.Error(), "secret") {
			t.Errorf("the error shows the query: %v", fe)
		}
	}
}

func TestFetchRedirects(t *testing.T) {
	var other *httptest.Server
	other = testServer(t, func(w http.ResponseWriter, r *http.Request) {
		for _, h := range []string{"X-Key", "Authorization"} {
			if r.Header.Get(h) != "" {
				t.Errorf("%s went to another host", h)
			}
		}
		fmt.Fprint(w, "elsewhere "+r.Method)
	})
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
		to := func(status int, where string) {
			w.Header().Set("Location", where)
			w.WriteHeader(status)
		}
		var n int
		switch {
		case r.URL.Path == "/end":
			fmt.Fprint(w, r.Method+r.Header.Get("X-Key"))
		case r.URL.Path == "/moved":
			to(301, "/moved2")
		case r.URL.Path == "/moved2":
			to(308, "/end")
		case r.URL.Path == "/mixed":
			to(301, "/temp")
		case r.URL.Path == "/temp":
			to(302, "/end")
		case r.URL.Path == "/other":
			to(302, other.URL+"/x")
		case r.URL.Path == "/post307":
			to(307, "/echo")
		case r.URL.Path == "/post303":
			to(303, "/end")
		case r.URL.Path == "/echo":
			b, _ := io.ReadAll(r.Body)
			fmt.Fprint(w, r.Method+string(b))
		case r.URL.Path == "/nowhere":
			w.WriteHeader(302)
		case r.URL.Path == "/ftp":
			to(302, "ftp://example.com/")
		case r.URL.Path == "/cookie":
			if c, err := r.Cookie("seen"); err == nil && c.Value == "1" {
				fmt.Fprint(w, "welcome")
				return
			}
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
			to(302, "/cookie")
		default:
			if _, err := fmt.Sscanf(r.URL.Path, "/hop%d", &n); err == nil && n > 0 {
				to(302, fmt.Sprintf("/hop%d", n-1))
				return
			}
			fmt.Fprint(w, "done")
		}
	})
	f := testFetcher(t, nil)
	headers := map[string]string{"X-Key": "k", "Authorization": "Bearer b"}
	for _, tt := range []struct {
		req             Request
		body, permanent string
		kind            FetchKind
	}{
		{req: Request{URL: s.URL + "/moved", Header: headers}, body: "GETk", permanent: s.URL + "/end"},
		{req: Request{URL: s.URL + "/mixed"}, body: "GET", permanent: s.URL + "/temp"},
		{req: Request{URL: s.URL + "/temp"}, body: "GET"},
		{req: Request{URL: s.URL + "/other", Header: headers}, body: "elsewhere GET"},
		{req: Request{URL: s.URL + "/post307", Method: "POST", Body: []byte("x")}, body: "POSTx"},
		{req: Request{URL: s.URL + "/post303", Method: "POST", Body: []byte("x")}, body: "GET"},
		{req: Request{URL: s.URL + "/hop5"}, body: "done"},
		{req: Request{URL: s.URL + "/cookie"}, body: "welcome"},
		{req: Request{URL: s.URL + "/hop6"}, kind: KindRedirect},
		{req: Request{URL: s.URL + "/nowhere"}, kind: KindRedirect},
		{req: Request{URL: s.URL + "/ftp"}, kind: KindRedirect},
	} {
		resp, err := f.Do(t.Context(), tt.req)
		if tt.kind != "" {
			wantKind(t, err, tt.kind)
			continue
		}
		if err != nil || string(resp.Body) != tt.body || resp.Permanent != tt.permanent {
			t.Errorf("%s: %+v, %v", tt.req.URL, resp, err)
		}
	}
}

func TestFetchDowngrade(t *testing.T) {
	u, err := parseTarget("https://example.com/a")
	if err != nil {
		t.Fatal(err)
	}
	_, err = redirectTarget(u, "http://example.com/a")
	wantKind(t, err, KindRedirect)
	if next, err := redirectTarget(u, "/b"); err != nil || next.String() != "https://example.com/b" {
		t.Errorf("%v, %v", next, err)
	}
}

func TestFetchGuard(t *testing.T) {
	var reached atomic.Int32
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		if r.URL.Path == "/to-metadata" {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
			return
		}
		if r.URL.Path == "/to-private" {
			http.Redirect(w, r, "http://10.1.2.3/", http.StatusFound)
		}
	})
	closed := testFetcher(t, func(o *FetchOptions) { o.AllowPrivate = nil })
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	for _, target := range []string{s.URL, "http://localhost" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port} {
		_, err := closed.Do(t.Context(), Request{URL: target})
		wantKind(t, err, KindBlocked)
	}
	if reached.Load() != 0 {
		t.Error("a guarded request reached a private server")
	}
	open := testFetcher(t, nil)
	for _, path := range []string{"/to-metadata", "/to-private"} {
		_, err := open.Do(t.Context(), Request{URL: s.URL + path})
		wantKind(t, err, KindBlocked)
	}
}

func TestGuardCheck(t *testing.T) {
	for _, tt := range []struct {
		addr  string
		allow []string
		ok    bool
	}{
		{"93.184.216.34:443", nil, true},
		{"93.184.216.34:8080", nil, true},
		{"[2606:4700::1111]:443", nil, true},
		{"93.184.216.34:25", nil, false},
		{"93.184.216.34:22", nil, false},
		{"127.0.0.1:80", nil, false},
		{"10.0.0.1:80", nil, false},
		{"172.16.0.1:80", nil, false},
		{"192.168.1.1:80", nil, false},
		{"100.64.0.1:80", nil, false},      // carrier-grade NAT
		{"100.100.100.200:80", nil, false}, // a cloud's metadata
		{"169.254.169.254:80", nil, false},
		{"0.0.0.0:80", nil, false},
		{"224.0.0.1:80", nil, false},
		{"255.255.255.255:80", nil, false},
		{"[::1]:80", nil, false},
		{"[fe80::1%eth0]:80", nil, false},
		{"[fd00::1]:80", nil, false},
		{"[64:ff9b::7f00:1]:80", nil, false}, // NAT64 of 127.0.0.1
		{"[64:ff9b::a00:1]:80", nil, false},
		{"[2002:7f00:1::]:80", nil, false}, // 6to4 of 127.0.0.1
		{"[::ffff:10.0.0.1]:80", nil, false},
		{"192.168.1.5:1200", []string{"192.168.1.0/24"}, true},
		{"192.168.1.5:22", []string{"192.168.1.0/24"}, true}, // the operator's own network
		{"192.168.2.5:80", []string{"192.168.1.0/24"}, false},
		{"[fd00::5]:80", []string{"fd00::/8"}, true},
		{"169.254.169.254:80", []string{"169.254.0.0/16"}, false}, // not by accident
		{"169.254.169.254:80", []string{"169.254.169.254/32"}, true},
		{"[fd00:ec2::254]:80", []string{"fd00::/8"}, false},
	} {
		var allow []netip.Prefix
		for _, p := range tt.allow {
			allow = append(allow, netip.MustParsePrefix(p))
		}
		err := newGuard(allow, false).control("tcp", tt.addr, nil)
		if (err == nil) != tt.ok {
			t.Errorf("%s with %v: %v, want allowed %v", tt.addr, tt.allow, err, tt.ok)
		}
	}
}

func TestFetchInvalid(t *testing.T) {
	f := testFetcher(t, nil)
	for _, u := range []string{"", "example.com/a", "ftp://example.com", "file:///etc/passwd", "http://", "http://[::1", "gopher://x", "http://example.com/" + strings.Repeat("a", maxURL)} {
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

	half := testServer(t, func(w http.ResponseWriter, r *http.Request) {
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
	plain := testServer(t, func(w http.ResponseWriter, r *http.Request) {})
	_, err = f.Do(t.Context(), Request{URL: "https" + strings.TrimPrefix(plain.URL, "http")})
	wantKind(t, err, KindTLS)

	dns := &FetchError{}
	if !errors.As(f.transportError(t.Context(), nil, &net.DNSError{Err: "no such host", Name: "x.invalid", IsNotFound: true}), &dns) || dns.Kind != KindDNS {
		t.Errorf("a name error is taken for %s", dns.Kind)
	}
}

// A server that sends a byte now and then must not hold a worker for ever.
func TestFetchSlowDrip(t *testing.T) {
	stop := make(chan struct{})
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
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
	f := testFetcher(t, func(o *FetchOptions) { o.Timeout = 150 * time.Millisecond })
	_, err := f.Do(t.Context(), Request{URL: s.URL})
	wantKind(t, err, KindTimeout)
}

func TestFetchCancel(t *testing.T) {
	entered := make(chan struct{})
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
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
	s := testServer(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		mu.Lock()
		most.Store(max(most.Load(), n))
		mu.Unlock()
		now.Add(-1)
	})
	f := testFetcher(t, func(o *FetchOptions) { o.PerHost = 1 })
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

func TestFetchProxy(t *testing.T) {
	proxy := testServer(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "via proxy to "+r.URL.Host) })
	f := testFetcher(t, func(o *FetchOptions) { o.Proxy = proxy.URL; o.AllowPrivate = nil })
	resp, err := f.Do(t.Context(), Request{URL: "http://news.example.com/"})
	if err != nil || string(resp.Body) != "via proxy to news.example.com" {
		t.Errorf("%+v, %v", resp, err)
	}
	for _, u := range []string{"http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://router.local/", "http://metadata.google.internal/", "http://[::1]/"} {
		_, err := f.Do(t.Context(), Request{URL: u})
		wantKind(t, err, KindBlocked)
	}
	bad := testFetcher(t, func(o *FetchOptions) { o.Proxy = "gopher://x" })
	_, err = bad.Do(t.Context(), Request{URL: "http://news.example.com/"})
	wantKind(t, err, KindInvalid)
}

func TestHints(t *testing.T) {
	h := func(kv ...string) http.Header {
		out := http.Header{}
		for i := 0; i < len(kv); i += 2 {
			out.Add(kv[i], kv[i+1])
		}
		return out
	}
	date := testNow.Format(http.TimeFormat)
	for _, tt := range []struct {
		h    http.Header
		want time.Duration
	}{
		{h("Cache-Control", "max-age=300"), 5 * time.Minute},
		{h("Cache-Control", "public", "Cache-Control", `max-age="300"`), 5 * time.Minute},
		{h("Cache-Control", "max-age=300, no-cache"), 0},
		{h("Cache-Control", "no-store"), 0},
		{h("Cache-Control", "max-age=100", "Age", "200"), 0},
		{h("Cache-Control", "max-age=-5"), 0},
		{h("Cache-Control", "max-age=99999999999999999"), maxHint},
		{h("Cache-Control", "max-age=x"), 0},
		{h("Expires", testNow.Add(time.Hour).Format(http.TimeFormat), "Date", date), time.Hour},
		{h("Expires", "0"), 0},
		{h("Expires", testNow.Add(-time.Hour).Format(http.TimeFormat)), 0},
	} {
		if got := maxAge(tt.h, testNow); got != tt.want {
			t.Errorf("maxAge(%v) = %s, want %s", tt.h, got, tt.want)
		}
	}
	for v, want := range map[string]time.Duration{"": 0, "60": time.Minute, "-1": 0, "soon": 0, "9223372036854775807": maxHint, testNow.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second} {
		if got := retryAfter(h("Retry-After", v), testNow); got != want {
			t.Errorf("retryAfter(%q) = %s, want %s", v, got, want)
		}
	}
}
