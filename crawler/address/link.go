package address

import (
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/xuanti/xuanti"
)

// Limits on addresses, in bytes.
const (
	MaxBytes = 8 << 10 // of anything that is requested or kept
	MaxLink  = 2048    // of a link on a page
)

// Target reads an address that a person or a document names to be fetched:
// absolute, http or https, with a host, at most MaxBytes long. The host becomes
// lower case, a fragment is dropped. It fails with CodeInvalid in words.
func Target(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil:
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "this is not an address that can be requested")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "only http and https addresses can be requested")
	case u.Hostname() == "":
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "the address names no host")
	case len(raw) > MaxBytes:
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "the address is too long")
	}
	u.Host = strings.ToLower(u.Host)
	u.Fragment = ""
	return u, nil
}

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
