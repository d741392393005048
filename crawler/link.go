package crawler

import (
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Limits on addresses, in bytes.
const (
	maxURL  = 8 << 10 // of anything that is requested or kept
	maxLink = 2048    // of a link on a page
)

// absolute resolves an address; "" for anything but http(s).
func absolute(base *url.URL, raw string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxLink {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Fragment = ""
	return u.String()
}

// sameSite reports whether two hosts share their registrable domain.
func sameSite(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == b {
		return true
	}
	x, err1 := publicsuffix.EffectiveTLDPlusOne(a)
	y, err2 := publicsuffix.EffectiveTLDPlusOne(b)
	return err1 == nil && err2 == nil && x == y
}
