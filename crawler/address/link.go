package address

import (
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Limits on addresses, in bytes.
const (
	MaxBytes = 8 << 10 // of anything that is requested or kept
	MaxLink  = 2048    // of a link on a page
)

// Absolute resolves an address; "" for anything but http(s).
func Absolute(base *url.URL, raw string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > MaxLink {
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

// SameSite reports whether two hosts share their registrable domain.
func SameSite(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == b {
		return true
	}
	x, err1 := publicsuffix.EffectiveTLDPlusOne(a)
	y, err2 := publicsuffix.EffectiveTLDPlusOne(b)
	return err1 == nil && err2 == nil && x == y
}
