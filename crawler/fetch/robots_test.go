package fetch

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func TestRobots(t *testing.T) {
	rules := "User-agent: *\nDisallow: /private\nAllow: /private/open\nDisallow: /*.pdf$\n\nUser-agent: badbot\nDisallow: /\n"
	var reads atomic.Int32
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			reads.Add(1)
			fmt.Fprint(w, rules)
		case "/sneak":
			http.Redirect(w, r, "/private/page", http.StatusFound)
		case "/private/page":
			if r.URL.Query().Get("ok") == "" {
				t.Error("a disallowed page was fetched")
			}
		}
	})
	clock := xuanti.NewManualClock(crawltest.Now())
	f := testFetcher(t, func(o *Options) { o.Clock = clock })
	for path, ok := range map[string]bool{
		"/": true, "/news/1": true, "/private/open/1": true, "/private": false, "/private/page": false, "/a.pdf": false, "/a.pdf?x=1": true, "/sneak": false,
	} {
		_, err := f.Do(t.Context(), Request{URL: s.URL + path, Robots: true})
		if ok && err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if !ok {
			wantKind(t, err, KindRobots)
		}
	}
	if reads.Load() != 1 {
		t.Errorf("robots.txt was read %d times", reads.Load())
	}
	if _, err := f.Do(t.Context(), Request{URL: s.URL + "/private/page?ok=1"}); err != nil {
		t.Errorf("without Robots: %v", err)
	}
	clock.Advance(25 * time.Hour)
	if _, err := f.Do(t.Context(), Request{URL: s.URL + "/news/1", Robots: true}); err != nil {
		t.Error(err)
	}
	if reads.Load() != 2 {
		t.Errorf("after a day robots.txt was read %d times", reads.Load())
	}
}

func TestRobotsOwnGroup(t *testing.T) {
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: Xuanti\nDisallow: /only-us\nCrawl-delay: 0.01\n\nUser-agent: *\nDisallow: /")
		}
	})
	f := testFetcher(t, nil)
	if err := f.Allowed(t.Context(), s.URL+"/news"); err != nil {
		t.Error(err)
	}
	wantKind(t, f.Allowed(t.Context(), s.URL+"/only-us"), KindRobots)
}

func TestRobotsStatus(t *testing.T) {
	for status, ok := range map[int]bool{200: true, 404: true, 401: true, 403: true, 500: false, 503: false, 429: false} {
		var now atomic.Int32
		now.Store(int32(status))
		s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				w.WriteHeader(int(now.Load()))
			}
		})
		clock := xuanti.NewManualClock(crawltest.Now())
		f := testFetcher(t, func(o *Options) { o.Clock = clock })
		err := f.Allowed(t.Context(), s.URL+"/a")
		if ok != (err == nil) {
			t.Errorf("status %d: %v", status, err)
		}
		if !ok { // asked again soon, not after a day
			now.Store(200)
			clock.Advance(robotsRetry)
			if err := f.Allowed(t.Context(), s.URL+"/a"); err != nil {
				t.Errorf("status %d, later: %v", status, err)
			}
		}
	}
}

func TestParseRobots(t *testing.T) {
	long := "User-agent: *\nDisallow: /a\n" + strings.Repeat("# padding\n", 60_000) + "Disallow: /late\n"
	for name, tt := range map[string]struct {
		body    string
		path    string
		allowed bool
	}{
		"empty":                 {"", "/a", true},
		"a web page":            {"<html><body>404</body></html>", "/a", true},
		"damaged lines":         {"User-agent: *\nCrawl-delay: x\nDisallow: /a\nnonsense\n", "/a", false},
		"behind the size cap":   {long, "/late", true},
		"before the size cap":   {long, "/a", false},
		"a mark at the start":   {"\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/a", false},
		"carriage returns":      {"User-agent: *\r\nDisallow: /a\r\n", "/a", false},
		"the longest rule wins": {"User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", true},
		// RFC 9309
		"groups of one agent merge":        {"User-agent: xuanti\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: xuanti\nDisallow: /b\n", "/b", false},
		"the first of merged groups":       {"User-agent: xuanti\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: xuanti\nDisallow: /b\n", "/a", false},
		"the named group beats the star":   {"User-agent: *\nDisallow: /\n\nUser-agent: XuanTi\nAllow: /\n", "/a", true},
		"a version behind the name":        {"User-agent: xuanti/2.0\nDisallow: /a\n", "/a", false},
		"two agents share a group":         {"User-agent: x\nUser-agent: xuanti\nDisallow: /a\n", "/a", false},
		"of equal rules allow wins":        {"User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
		"longer disallow beats allow":      {"User-agent: *\nAllow: /\nDisallow: /a/b\n", "/a/b", false},
		"an escaped letter is the letter":  {"User-agent: *\nDisallow: /a?x=%62\n", "/a?x=b", false},
		"a path in Chinese":                {"User-agent: *\nDisallow: /新闻\n", "/%e6%96%b0%e9%97%bb/1", false},
		"an empty disallow":                {"User-agent: *\nDisallow:\n", "/a", true},
		"a group without rules":            {"User-agent: xuanti\n\nUser-agent: *\nDisallow: /\n", "/a", false},
		"a sitemap between agent and rule": {"User-agent: *\nSitemap: https://hewan.invalid/s.xml\nDisallow: /a\n", "/a", false},
	} {
		if got := parseRobots([]byte(tt.body)).TestAgent(robotsPath(tt.path), "xuanti"); got != tt.allowed {
			t.Errorf("%s: %s allowed %v, want %v", name, tt.path, got, tt.allowed)
		}
	}
}

func TestRobotsCacheBounded(t *testing.T) {
	c := newRobotsCache(xuanti.NewManualClock(crawltest.Now()))
	for i := range 2 * robotsMaxHosts {
		c.put(&robotsEntry{key: fmt.Sprint(i), until: crawltest.Now().Add(time.Hour)})
	}
	if n := c.order.Len(); n != robotsMaxHosts || len(c.byKey) != n {
		t.Errorf("%d and %d entries", n, len(c.byKey))
	}
	if _, ok := c.get("0"); ok {
		t.Error("the oldest entry is still there")
	}
}
