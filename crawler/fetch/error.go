package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/dom"
)

// Kind classifies what went wrong with a request.
type Kind string

// The kinds of fetch error.
const (
	KindInvalid  Kind = "invalid"   // the address cannot be requested
	KindDNS      Kind = "dns"       // the host name does not resolve
	KindRefused  Kind = "refused"   // nothing listens, or the connection broke
	KindTimeout  Kind = "timeout"   // no complete answer in time
	KindTLS      Kind = "tls"       // certificate or handshake
	KindBlocked  Kind = "blocked"   // the address is private or otherwise not allowed
	KindTooLarge Kind = "too_large" // body or header over its cap
	KindRedirect Kind = "redirect"  // too many, downgraded, or without target
	KindRobots   Kind = "robots"    // robots.txt does not allow it
	KindStatus   Kind = "status"    // any status but 2xx and 304
	KindDecode   Kind = "decode"    // the compressed body is damaged
	KindCanceled Kind = "canceled"  // the caller gave up
)

// Error says in words why a request brought nothing. Its text is safe to
// show to a user; Words gives the Chinese form.
type Error struct {
	Kind       Kind
	URL        string // the hop that failed, without credentials and query
	Status     int    // HTTP status when Kind is KindStatus
	RetryAfter time.Duration
	Message    string
	Err        error // the cause, for logs
}

// Error implements error.
func (e *Error) Error() string {
	if e.URL == "" {
		return e.Message
	}
	return e.URL + ": " + e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// newError makes a Error that names the address without what may be
// secret in it.
func newError(kind Kind, u *url.URL, message string, err error) *Error {
	return &Error{Kind: kind, URL: PublicURL(u), Message: message, Err: err}
}

// PublicURL is the address without user, query and fragment: keys of private
// feeds live there.
func PublicURL(u *url.URL) string {
	if u == nil {
		return ""
	}
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	return bare.String()
}

// statusText says what a status means for the operator.
func statusText(r *Response) string {
	text := fmt.Sprintf("the server answered %d", r.Status)
	if name := http.StatusText(r.Status); name != "" {
		text += " " + name
	}
	if r.Header.Get("Cf-Mitigated") == "challenge" || dom.IsChallenge(r.Body) {
		text += " with a bot challenge"
	}
	return text
}

// transportError puts a failure of dialing, TLS or reading into its kind.
func (f *Fetcher) transportError(ctx context.Context, u *url.URL, err error) *Error {
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var cert *tls.CertificateVerificationError
	var timeout net.Error
	text := err.Error()
	switch {
	case errors.Is(err, errBlocked), errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrProhibitedNetwork):
		return newError(KindBlocked, u, "the host leads to a private or reserved address, which is not allowed", err)
	case errors.Is(context.Cause(ctx), errTooSlow):
		return newError(KindTimeout, u, fmt.Sprintf("the answer comes at less than %d bytes a second", leastRate), err)
	case errors.Is(ctx.Err(), context.Canceled):
		return newError(KindCanceled, u, "canceled", err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return newError(KindTimeout, u, "no complete answer in "+f.opts.Timeout.String(), err)
	case errors.As(err, &dns):
		return newError(KindDNS, u, "the host name does not resolve", err)
	case errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &invalid), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &cert),
		strings.Contains(text, "tls:"), strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return newError(KindTLS, u, "no trusted TLS connection", err)
	case strings.Contains(text, "response headers exceeded"), strings.Contains(text, "header list too large"):
		return newError(KindTooLarge, u, "the header of the answer is too large", err)
	case errors.As(err, &timeout) && timeout.Timeout():
		return newError(KindTimeout, u, "no answer in time", err)
	}
	return newError(KindRefused, u, "the connection was refused or broke", err)
}

// isRedirect reports the statuses that lead elsewhere.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// Target accepts absolute http and https addresses with a host.
func Target(raw string) (*url.URL, error) {
	u, err := address.Target(raw)
	var bad *xuanti.Error
	if errors.As(err, &bad) {
		var named *url.URL
		if len(raw) <= address.MaxBytes {
			named, _ = url.Parse(strings.TrimSpace(raw)) // nil has no name
		}
		return nil, newError(KindInvalid, named, bad.Message, bad.Err)
	}
	return u, err
}

// redirectTarget resolves a Location. A step from https back to http is
// refused: it would show headers and content to anyone on the way.
func redirectTarget(from *url.URL, location string) (*url.URL, error) {
	if location == "" {
		return nil, newError(KindRedirect, from, "the redirect names no target", nil)
	}
	next, err := from.Parse(location)
	if err != nil {
		return nil, newError(KindRedirect, from, "the redirect's target is no address", err)
	}
	if from.Scheme == "https" && next.Scheme == "http" {
		return nil, newError(KindRedirect, from, "the redirect leads from https to http, which is refused", nil)
	}
	next, err = Target(next.String())
	if err != nil {
		return nil, newError(KindRedirect, from, "the redirect's target cannot be requested", err)
	}
	return next, nil
}
