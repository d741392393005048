package crawler

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/xuanti/xuanti"
)

// FetchOptions sets the manners of a Fetcher. Zero values take the defaults
// named beside each field.
type FetchOptions struct {
	UserAgent    string         // default DefaultUserAgent; honest, with a contact
	Timeout      time.Duration  // whole exchange, redirects and body included; default 20 s
	MaxBytes     int64          // body after decompression; default 15 MiB
	PerHost      int            // requests in flight to one host; default 1
	HostGap      time.Duration  // between two requests to one host; default 1 s, negative for none
	AllowPrivate []netip.Prefix // private networks that may be reached; default none
	Proxy        string         // http, https or socks5 URL; default none (the environment is not read)
	Clock        xuanti.Clock   // default the system clock
	Log          *slog.Logger   // default discards
}

// Request is one thing to fetch.
type Request struct {
	Method       string            // default GET
	URL          string            // absolute, http or https
	Header       map[string]string // sent to the URL's own host only, never after a redirect to another
	Body         []byte
	ETag         string // validators of the last answer: make the request conditional
	LastModified string
	MaxBytes     int64 // lower cap for this request; 0 takes the Fetcher's
	Robots       bool  // obey robots.txt on every hop (pages do, feeds and boards do not)
}

// Response is a 2xx or 304 answer. Every other status is a *FetchError.
type Response struct {
	Status      int
	URL         string // final address, after redirects
	Header      http.Header
	Body        []byte // decompressed, as sent (no charset repair)
	NotModified bool   // 304
	Permanent   string // where a chain of only 301 and 308 led; "" if there was none
	RetryAfter  time.Duration
	MaxAge      time.Duration // from Cache-Control or Expires; 0 unknown
	Latency     time.Duration
}

// Fetcher makes polite HTTP requests. It is safe for concurrent use.
type Fetcher struct {
	opts   FetchOptions
	client *http.Client
}

// NewFetcher returns a Fetcher with the given manners.
func NewFetcher(o FetchOptions) *Fetcher { return &Fetcher{opts: o} }

// Do performs the request. Errors are *FetchError.
func (f *Fetcher) Do(ctx context.Context, req Request) (*Response, error) { return nil, nil }
