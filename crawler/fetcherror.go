package crawler

import (
	"fmt"
	"time"
)

// FetchKind classifies what went wrong with a request.
type FetchKind string

// The kinds of fetch error.
const (
	KindInvalid  FetchKind = "invalid"  // the address cannot be requested
	KindDNS      FetchKind = "dns"      // the host name does not resolve
	KindRefused  FetchKind = "refused"  // nothing listens, or the connection broke
	KindTimeout  FetchKind = "timeout"  // no complete answer in time
	KindTLS      FetchKind = "tls"      // certificate or handshake
	KindBlocked  FetchKind = "blocked"  // the address is private or otherwise not allowed
	KindTooLarge FetchKind = "toolarge" // body or header over its cap
	KindRedirect FetchKind = "redirect" // too many, downgraded, or without target
	KindRobots   FetchKind = "robots"   // robots.txt does not allow it
	KindStatus   FetchKind = "status"   // any status but 2xx and 304
	KindDecode   FetchKind = "decode"   // compressed body is damaged
	KindCanceled FetchKind = "canceled" // the caller gave up
)

// FetchError says in words why a request brought nothing. Its text is safe to
// show to a user.
type FetchError struct {
	Kind       FetchKind
	URL        string // the hop that failed, without credentials
	Status     int    // HTTP status when Kind is KindStatus
	RetryAfter time.Duration
	Message    string
	Err        error // the cause, for logs
}

// Error implements error.
func (e *FetchError) Error() string {
	if e.URL == "" {
		return e.Message
	}
	return fmt.Sprintf("%s: %s", e.URL, e.Message)
}

// Unwrap returns the cause.
func (e *FetchError) Unwrap() error { return e.Err }
