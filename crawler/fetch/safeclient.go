package fetch

import (
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// Refuses tells why a SafeClient will never request an address: it names a
// private, reserved or forbidden address or port in figures that is not listed.
// Names are judged when they are dialled.
func Refuses(allow []netip.Prefix, u *url.URL) error {
	if err := newGuard(allow, false).checkURL(u); err != nil {
		return newError(KindBlocked, u, "the address is not allowed: "+err.Error(), err)
	}
	return nil
}

// SafeClient is an HTTP client behind the same guard as the Fetcher: no
// special-purpose address but those listed, decided at dial time. It is for
// sending to addresses that a user gave, such as webhooks. Redirects are the
// caller's business.
func SafeClient(timeout time.Duration, allow []netip.Prefix) *http.Client {
	g := newGuard(allow, false)
	t, err := newTransport(Options{Timeout: timeout, PerHost: 4}, g)
	if err != nil { // only a proxy can be wrong, and none is given
		panic("fetch: " + err.Error())
	}
	return &http.Client{Timeout: timeout, Transport: t}
}
