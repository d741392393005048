package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// errBlocked marks addresses that the guard refuses by its own rules.
var errBlocked = errors.New("address not allowed")

// guard decides which addresses may be reached. The decision falls at dial
// time on the resolved address, so that neither redirects nor a name server
// that changes its mind lead around it.
type guard struct {
	ssrf     *ssrf.Guardian
	allow    []netip.Prefix
	metadata []netip.Addr
	proxied  bool
}

// newGuard refuses every special-purpose network (loopback, private, link
// local, carrier-grade NAT, NAT64, …) but those listed. The metadata services
// of clouds need an entry of exactly their address: opening a wide private
// network must not hand out machine credentials by accident.
func newGuard(allow []netip.Prefix, proxied bool) *guard {
	var v4, v6 []netip.Prefix
	for _, p := range allow {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	return &guard{
		ssrf:  ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...)),
		allow: allow,
		metadata: []netip.Addr{
			netip.MustParseAddr("169.254.169.254"),
			netip.MustParseAddr("169.254.170.2"),
			netip.MustParseAddr("100.100.100.200"),
			netip.MustParseAddr("168.63.129.16"), // a public address, but answered by the cloud's own host
			netip.MustParseAddr("fd00:ec2::254"),
		},
		proxied: proxied,
	}
}

// control is the net.Dialer hook.
func (g *guard) control(network, address string, conn syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", errBlocked, err)
	}
	return g.check(network, ap)
}

func (g *guard) check(network string, ap netip.AddrPort) error {
	ip := ap.Addr().WithZone("").Unmap()
	listed := false
	for _, p := range g.allow {
		if p.Contains(ip) {
			listed = true
		}
	}
	for _, m := range g.metadata {
		if ip == m && !g.exactly(ip) {
			return fmt.Errorf("%w: metadata service", errBlocked)
		}
	}
	// Below 1024 only the web's own ports: the guard is no way to talk to
	// mail or shell servers.
	if port := ap.Port(); !listed && port < 1024 && port != 80 && port != 443 {
		return fmt.Errorf("%w: port %d", errBlocked, port)
	}
	if !strings.HasPrefix(network, "tcp") {
		return fmt.Errorf("%w: network %s", errBlocked, network)
	}
	return g.ssrf.SafeAddr(ip)
}

func (g *guard) exactly(ip netip.Addr) bool {
	for _, p := range g.allow {
		if p.IsSingleIP() && p.Addr() == ip {
			return true
		}
	}
	return false
}

// checkURL refuses what can be told from the address alone. Behind a proxy,
// which resolves names itself, this is all that can be checked here.
func (g *guard) checkURL(u *url.URL) error {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		port := uint16(80)
		if u.Scheme == "https" {
			port = 443
		}
		if p := u.Port(); p != "" {
			n, err := net.LookupPort("tcp", p)
			if err != nil {
				return fmt.Errorf("%w: port %s", errBlocked, p)
			}
			port = uint16(n)
		}
		return g.check("tcp", netip.AddrPortFrom(ip, port))
	}
	if g.proxied && (host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || !strings.Contains(host, ".")) {
		return fmt.Errorf("%w: local name", errBlocked)
	}
	return nil
}

// newTransport builds the one transport: guarded dial, no transparent
// decompression, small header cap, no environment.
func newTransport(o Options, g *guard) (*http.Transport, error) {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Control: g.control}
	t := &http.Transport{
		DialContext:            dialer.DialContext,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  o.Timeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    o.PerHost,
		IdleConnTimeout:        30 * time.Second,
	}
	if o.Proxy == "" {
		return t, nil
	}
	p, err := url.Parse(o.Proxy)
	if err != nil || p.Host == "" {
		return t, errors.New("the proxy is no URL with a host")
	}
	switch p.Scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		return t, fmt.Errorf("proxy scheme %q is not supported", p.Scheme)
	}
	// The operator chose the proxy, often on this machine: it is dialled
	// without the guard, and nothing else can be.
	open := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	t.Proxy = http.ProxyURL(p)
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return open.DialContext(ctx, network, addr)
	}
	return t, nil
}
