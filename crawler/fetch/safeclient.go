package fetch

import (
	"net/http"
	"net/netip"
	"time"
)

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
