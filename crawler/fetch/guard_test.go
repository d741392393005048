package fetch

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func TestFetchGuard(t *testing.T) {
	var reached atomic.Int32
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		if r.URL.Path == "/to-metadata" {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
			return
		}
		if r.URL.Path == "/to-private" {
			http.Redirect(w, r, "http://10.1.2.3/", http.StatusFound)
		}
	})
	closed := testFetcher(t, func(o *Options) { o.AllowPrivate = nil })
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	for _, target := range []string{s.URL, "http://localhost" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port} {
		_, err := closed.Do(t.Context(), Request{URL: target})
		wantKind(t, err, KindBlocked)
	}
	if reached.Load() != 0 {
		t.Error("a guarded request reached a private server")
	}
	open := testFetcher(t, nil)
	for _, path := range []string{"/to-metadata", "/to-private"} {
		_, err := open.Do(t.Context(), Request{URL: s.URL + path})
		wantKind(t, err, KindBlocked)
	}
}

func TestGuardCheck(t *testing.T) {
	for _, tt := range []struct {
		addr  string
		allow []string
		ok    bool
	}{
		{"93.184.216.34:443", nil, true},
		{"93.184.216.34:8080", nil, true},
		{"[2606:4700::1111]:443", nil, true},
		{"93.184.216.34:25", nil, false},
		{"93.184.216.34:22", nil, false},
		{"127.0.0.1:80", nil, false},
		{"10.0.0.1:80", nil, false},
		{"172.16.0.1:80", nil, false},
		{"192.168.1.1:80", nil, false},
		{"100.64.0.1:80", nil, false},      // carrier-grade NAT
		{"100.100.100.200:80", nil, false}, // a cloud's metadata
		{"169.254.169.254:80", nil, false},
		{"0.0.0.0:80", nil, false},
		{"224.0.0.1:80", nil, false},
		{"255.255.255.255:80", nil, false},
		{"[::1]:80", nil, false},
		{"[fe80::1%eth0]:80", nil, false},
		{"[fd00::1]:80", nil, false},
		{"[64:ff9b::7f00:1]:80", nil, false}, // NAT64 of 127.0.0.1
		{"[64:ff9b::a00:1]:80", nil, false},
		{"[64:ff9b::a9fe:a9fe]:80", nil, false}, // NAT64 of the metadata service
		{"[64:ff9b:1::7f00:1]:80", nil, false},  // NAT64 for local use
		{"[::7f00:1]:80", nil, false},           // the old IPv4-compatible form
		{"[::ffff:0:7f00:1]:80", nil, false},    // IPv4-translated
		{"[::]:80", nil, false},
		{"[ff02::1]:80", nil, false},
		{"[fec0::1]:80", nil, false},
		{"[2001:0:7f00:1::]:80", nil, false}, // Teredo
		{"[2001:db8::1]:80", nil, false},
		{"[::ffff:169.254.169.254]:80", nil, false},
		{"[::ffff:169.254.169.254]:80", []string{"0.0.0.0/0"}, false},
		{"192.0.0.192:80", nil, false},
		{"198.18.0.1:80", nil, false},
		{"168.63.129.16:80", nil, false},
		{"168.63.129.16:80", []string{"168.63.129.16/32"}, true},
		{"[2002:7f00:1::]:80", nil, false}, // 6to4 of 127.0.0.1
		{"[::ffff:10.0.0.1]:80", nil, false},
		{"192.168.1.5:1200", []string{"192.168.1.0/24"}, true},
		{"192.168.1.5:22", []string{"192.168.1.0/24"}, true}, // the operator's own network
		{"192.168.2.5:80", []string{"192.168.1.0/24"}, false},
		{"[fd00::5]:80", []string{"fd00::/8"}, true},
		{"169.254.169.254:80", []string{"169.254.0.0/16"}, false}, // not by accident
		{"169.254.169.254:80", []string{"169.254.169.254/32"}, true},
		{"[fd00:ec2::254]:80", []string{"fd00::/8"}, false},
	} {
		var allow []netip.Prefix
		for _, p := range tt.allow {
			allow = append(allow, netip.MustParsePrefix(p))
		}
		err := newGuard(allow, false).control("tcp", tt.addr, nil)
		if (err == nil) != tt.ok {
			t.Errorf("%s with %v: %v, want allowed %v", tt.addr, tt.allow, err, tt.ok)
		}
	}
}

func TestFetchProxy(t *testing.T) {
	proxy := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "via proxy to "+r.URL.Host) })
	f := testFetcher(t, func(o *Options) { o.Proxy = proxy.URL; o.AllowPrivate = nil })
	resp, err := f.Do(t.Context(), Request{URL: "http://news.example.com/"})
	if err != nil || string(resp.Body) != "via proxy to news.example.com" {
		t.Errorf("%+v, %v", resp, err)
	}
	for _, u := range []string{"http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://router.local/", "http://metadata.google.internal/", "http://[::1]/"} {
		_, err := f.Do(t.Context(), Request{URL: u})
		wantKind(t, err, KindBlocked)
	}
	bad := testFetcher(t, func(o *Options) { o.Proxy = "gopher://x" })
	_, err = bad.Do(t.Context(), Request{URL: "http://news.example.com/"})
	wantKind(t, err, KindInvalid)
}
