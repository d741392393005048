package fetch

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/xuanti/xuanti"
)

// DefaultUserAgent names the program and where to complain.
const DefaultUserAgent = "xuanti/1.0 (+https://github.com/xuanti/xuanti)"

const (
	defaultTimeout  = 20 * time.Second
	defaultMaxBytes = 15 << 20
	maxHeaderBytes  = 64 << 10
	maxRedirects    = 5
	acceptFeed      = "application/atom+xml,application/rss+xml,application/rdf+xml,application/feed+json,application/xml,text/html;q=0.9,*/*;q=0.8"
)

// Options sets the manners of a Fetcher. Zero values take the defaults
// named beside each field.
type Options struct {
	UserAgent    string         // default DefaultUserAgent; honest, with a contact
	Timeout      time.Duration  // of one request, redirects and body included, waiting for politeness not; default 20 s
	MaxBytes     int64          // body after decompression; default 15 MiB
	PerHost      int            // requests in flight to one host; default 1
	HostGap      time.Duration  // between two requests to one host; default 1 s, negative for none
	AllowPrivate []netip.Prefix // private networks that may be reached; default none
	Proxy        string         // http, https or socks5 URL; default none (the environment is not read)
	Clock        xuanti.Clock   // default the system clock
	Log          *slog.Logger   // default discards
	Trace        func(Exchange) // told of every exchange, from the goroutine that made it; default nobody
}

// Exchange is one HTTP request and what came of it. A redirect is one of its
// own, so is robots.txt.
type Exchange struct {
	Method string
	URL    string // without credentials and query
	Status int    // 0 when no answer came
	Bytes  int    // of the answer, decompressed
	Took   time.Duration
	Err    error
}

// Request is one thing to fetch.
type Request struct {
	Method       string            // default GET
	URL          string            // absolute, http or https
	Header       map[string]string // sent to the URL's own origin only, never after a redirect to another
	Body         []byte
	ETag         string // validators of the last answer: they make the request conditional
	LastModified string
	MaxBytes     int64 // lower cap for this request; 0 takes the Fetcher's
	Robots       bool  // obey robots.txt on every hop (pages do, feeds and boards do not)
}

// Response is a 2xx or 304 answer. Every other status is an *Error.
type Response struct {
	Status      int
	URL         string // final address, after redirects
	Header      http.Header
	Body        []byte // decompressed, as sent (no charset repair)
	NotModified bool   // 304
	Permanent   string // where the leading 301 and 308 of the redirects led; "" if there was none
	RetryAfter  time.Duration
	MaxAge      time.Duration // from Cache-Control or Expires; 0 unknown
	Latency     time.Duration // of all hops, without waiting for politeness
}

// Fetcher makes polite HTTP requests. It is safe for concurrent use. It never
// reads proxy or other settings from the environment.
type Fetcher struct {
	opts    Options
	client  *http.Client
	guard   *guard
	hosts   *hostLimits
	robots  *robotsCache
	big     chan struct{} // holds a token for each large body that is being read
	agent   string        // product token for robots.txt
	initErr error         // a proxy that cannot be used fails every request, not the start
}

// New returns a Fetcher with the given manners.
func New(o Options) *Fetcher {
	if o.UserAgent == "" {
		o.UserAgent = DefaultUserAgent
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.PerHost <= 0 {
		o.PerHost = 1
	}
	if o.HostGap == 0 {
		o.HostGap = time.Second
	}
	if o.Clock == nil {
		o.Clock = xuanti.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f := &Fetcher{
		opts:   o,
		guard:  newGuard(o.AllowPrivate, o.Proxy != ""),
		hosts:  newHostLimits(o.PerHost, o.HostGap),
		robots: newRobotsCache(o.Clock),
		big:    make(chan struct{}, bigBodies),
		agent:  productToken(o.UserAgent),
	}
	transport, err := newTransport(o, f.guard)
	f.initErr = err
	f.client = &http.Client{
		Transport: transport,
		// Redirects are followed by Do, which checks every hop.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return f
}

// UserAgent is the name under which the Fetcher asks.
func (f *Fetcher) UserAgent() string { return f.opts.UserAgent }

// Close drops idle connections. The Fetcher stays usable.
func (f *Fetcher) Close() { f.client.CloseIdleConnections() }

// productToken is the part of a User-Agent that robots.txt groups are matched
// with (RFC 9309 section 2.2.1).
func productToken(ua string) string {
	return strings.ToLower(ua[:max(0, len(ua)-len(strings.TrimLeft(ua, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-")))])
}

// hop is the state of one request on its way through redirects.
type hop struct {
	method string
	url    *url.URL
	body   []byte
	jar    *cookiejar.Jar // cookies set on the way, forgotten at the end
	spent  time.Duration
}

// Do performs the request: it waits for its turn at the host, dials through
// the guard, follows at most five redirects and reads the body up to its cap.
// Errors are *Error; a status other than 2xx and 304 is one of them and
// carries Status and RetryAfter. Do never retries.
func (f *Fetcher) Do(ctx context.Context, req Request) (*Response, error) {
	if f.initErr != nil {
		return nil, &Error{Kind: KindInvalid, Message: "the configured proxy cannot be used", Err: f.initErr}
	}
	start, err := Target(req.URL)
	if err != nil {
		return nil, err
	}
	h := hop{method: req.Method, url: start, body: req.Body}
	if h.method == "" {
		h.method = http.MethodGet
	}
	permanent, onlyPermanent := "", true
	for n := 0; ; n++ {
		resp, err := f.step(ctx, req, start, &h)
		if err != nil {
			return nil, err
		}
		if !isRedirect(resp.Status) {
			resp.Permanent = permanent
			return f.finish(resp, h)
		}
		if n == maxRedirects {
			return nil, newError(KindRedirect, h.url, "more than 5 redirects", nil)
		}
		next, err := redirectTarget(h.url, resp.Header.Get("Location"))
		if err != nil {
			return nil, err
		}
		switch resp.Status {
		case http.StatusMovedPermanently, http.StatusPermanentRedirect:
			if onlyPermanent {
				permanent = next.String()
			}
		default:
			onlyPermanent = false
		}
		f.remember(&h, resp.Header)
		h.follow(next, resp.Status)
	}
}

// step checks robots.txt, waits for the host and makes one exchange.
func (f *Fetcher) step(ctx context.Context, req Request, start *url.URL, h *hop) (*Response, error) {
	if req.Robots {
		if err := f.allowed(ctx, h.url); err != nil {
			return nil, err
		}
	}
	release, err := f.hosts.acquire(ctx, h.url.Host)
	if err != nil {
		return nil, newError(KindCanceled, h.url, "canceled while waiting for the host's turn", err)
	}
	defer release()
	left := f.opts.Timeout - h.spent
	if left <= 0 {
		return nil, newError(KindTimeout, h.url, "no complete answer in "+f.opts.Timeout.String(), context.DeadlineExceeded)
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	began := time.Now() // a measurement, not a decision
	resp, err := f.exchange(ctx, req, start, h)
	took := time.Since(began)
	h.spent += took
	if f.opts.Trace != nil {
		x := Exchange{Method: h.method, URL: PublicURL(h.url), Took: took, Err: err}
		if resp != nil {
			x.Status, x.Bytes = resp.Status, len(resp.Body)
		}
		f.opts.Trace(x)
	}
	return resp, err
}

// finish turns the last answer into a result or an error by its status.
func (f *Fetcher) finish(resp *Response, h hop) (*Response, error) {
	now := f.opts.Clock.Now()
	resp.URL = h.url.String()
	resp.Latency = h.spent
	resp.RetryAfter = retryAfter(resp.Header, now)
	resp.MaxAge = maxAge(resp.Header, now)
	switch {
	case resp.Status == http.StatusNotModified:
		resp.NotModified = true
		return resp, nil
	case resp.Status >= 200 && resp.Status < 300:
		return resp, nil
	}
	e := newError(KindStatus, h.url, statusText(resp), nil)
	e.Status = resp.Status
	e.RetryAfter = resp.RetryAfter
	return nil, e
}

// remember keeps cookies that a redirect sets, for the rest of this request:
// some sites answer with the page only when their cookie comes back.
func (f *Fetcher) remember(h *hop, header http.Header) {
	if len(header["Set-Cookie"]) == 0 {
		return
	}
	if h.jar == nil {
		h.jar, _ = cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	}
	r := http.Response{Header: header}
	h.jar.SetCookies(h.url, r.Cookies())
}

// follow moves to the next hop. As browsers do, 303 always and 301/302 after
// a POST turn into GET without a body; 307 and 308 repeat the request.
func (h *hop) follow(next *url.URL, status int) {
	sameOrigin := next.Host == h.url.Host
	h.url = next
	repeat := status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect
	if h.method != http.MethodGet && h.method != http.MethodHead && (!repeat || !sameOrigin) {
		h.method, h.body = http.MethodGet, nil
	}
}

// build makes the HTTP request of one hop. Extra headers and the body belong
// to the host that the caller named; a redirect does not carry them away.
func (f *Fetcher) build(ctx context.Context, req Request, start *url.URL, h *hop) (*http.Request, error) {
	var body io.Reader
	if len(h.body) > 0 {
		body = bytes.NewReader(h.body)
	}
	r, err := http.NewRequestWithContext(ctx, h.method, h.url.String(), body)
	if err != nil {
		return nil, newError(KindInvalid, h.url, "the request cannot be built", err)
	}
	r.Header.Set("User-Agent", f.opts.UserAgent)
	r.Header.Set("Accept", acceptFeed)
	r.Header.Set("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.5")
	if req.ETag != "" {
		r.Header.Set("If-None-Match", req.ETag)
	}
	if req.LastModified != "" {
		r.Header.Set("If-Modified-Since", req.LastModified)
	}
	if h.url.Host == start.Host && (h.url.Scheme == start.Scheme || h.url.Scheme == "https") {
		for k, v := range req.Header {
			if http.CanonicalHeaderKey(k) == "Host" {
				continue
			}
			r.Header.Set(k, v)
		}
	}
	if h.jar != nil {
		for _, c := range h.jar.Cookies(h.url) {
			r.AddCookie(c)
		}
	}
	// Set last and by ourselves: it turns off the transport's own handling,
	// whose decompressed size nobody would watch.
	r.Header.Set("Accept-Encoding", "gzip")
	return r, nil
}
