package crawler

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"

	"github.com/xuanti/xuanti/crawler/fetch"
)

// headerSentType carries the Content-Type as sent past colly, which would
// recode a body by a header that lies.
const headerSentType = "X-Xuanti-Content-Type"

// politeTransport lets colly make its requests through the Fetcher: guard at
// dial time, robots.txt on every hop, per-host gaps, caps after decompression,
// redirects. colly does what it is good at, callbacks on what arrives.
type politeTransport struct {
	ctx     context.Context
	fetcher *fetch.Fetcher
	rewrite func(string) string // where a request really goes (the demo web)
	headers map[string]string   // of the source; only for its own host
	host    string
	max     int64
	last    *fetch.Response // of the latest request
}

// RoundTrip implements http.RoundTripper.
func (t *politeTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.last = nil
	asked := r.URL.String()
	req := fetch.Request{
		Method: r.Method, URL: t.rewrite(asked), MaxBytes: t.max, Robots: true,
		ETag: r.Header.Get("If-None-Match"), LastModified: r.Header.Get("If-Modified-Since"),
		Header: map[string]string{"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"},
	}
	if r.URL.Host == t.host {
		for k, v := range t.headers {
			req.Header[k] = v
		}
	}
	resp, err := t.fetcher.Do(t.ctx, req)
	if err != nil {
		return nil, err
	}
	t.last = resp
	final := r
	if resp.URL != req.URL {
		if u, err := url.Parse(resp.URL); err == nil {
			final = r.Clone(r.Context())
			final.URL = u
		}
	}
	header := http.Header{}
	sent := resp.Header.Get("Content-Type")
	header.Set(headerSentType, sent)
	media, _, _ := strings.Cut(sent, ";")
	header.Set("Content-Type", strings.TrimSpace(media))
	return &http.Response{
		Status: http.StatusText(resp.Status), StatusCode: resp.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(resp.Body)), ContentLength: int64(len(resp.Body)), Request: final, Uncompressed: true,
	}, nil
}

// newCollector makes a collector for one poll. Every setting that a COLLY_
// variable of the environment may have changed is set again: they are read
// after the options and could lift the caps.
func newCollector(t *politeTransport) *colly.Collector {
	c := colly.NewCollector(colly.StdlibContext(t.ctx))
	c.AllowedDomains, c.DisallowedDomains = nil, nil
	c.URLFilters, c.DisallowedURLFilters = nil, nil
	c.CacheDir = ""
	c.DetectCharset = false  // guesses wrong on short pages; charset.DecodeHTML does it
	c.IgnoreRobotsTxt = true // the Fetcher obeys it, on every hop
	c.MaxDepth, c.MaxRequests = 0, 0
	c.MaxBodySize = int(t.max)
	c.ParseHTTPErrorResponse = false
	c.TraceHTTP = false
	c.Async = false
	c.AllowURLRevisit = true // the visited store would grow for ever
	c.DisableCookies()
	c.SetRequestTimeout(10 * time.Minute) // the Fetcher's own limits are tighter; waiting for a host's turn counts here
	c.WithTransport(t)
	return c
}
