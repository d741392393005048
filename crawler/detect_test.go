package crawler

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/xuanti/xuanti/crawler/fetch"
)

func candidatesOf(t *testing.T, page, html string) []string {
	t.Helper()
	u, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range feedCandidates(&fetch.Response{Body: []byte(html)}, u) {
		out = append(out, strings.TrimPrefix(l.URL, "https://blog.example.com"))
	}
	return out
}

// The order in which the feeds of a page are tried.
func TestFeedCandidatesRanked(t *testing.T) {
	html := `<html><head>
<link rel="alternate" type="application/rss+xml" title="全站评论" href="/comments/feed">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
<link rel="alternate" type="application/rss+xml; charset=utf-8" title="全站" href="/feed">
<link rel="ALTERNATE" type="Application/Atom+XML" title="美食" href="https://blog.example.com/food/atom.xml#x">
<link rel="alternate" hreflang="en" href="/en/">
<link rel="stylesheet" href="/feed.xml">
</head><body><a href="/tags/rss.xml">RSS</a> <a href="https://elsewhere.example/feed">别处</a> <a href="/food/1.html">文</a><a href="javascript:alert(1)">坏</a></body></html>`
	got := candidatesOf(t, "https://blog.example.com/food/", html)
	want := []string{"/food/atom.xml", "/feed", "/tags/rss.xml", "/food/feed", "/food/rss.xml", "/food/feed.xml", "/food/index.xml", "/food/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/rss", "/comments/feed"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := candidatesOf(t, "https://blog.example.com/a/b", `<base href="https://blog.example.com/x/"><link rel=alternate type=application/rss+xml href=my.rss>`); got[0] != "/x/my.rss" {
		t.Errorf("base element: %v", got)
	}
	if got := candidatesOf(t, "https://blog.example.com/", numbered(1000)); len(got) > maxAnnounced {
		t.Errorf("%d candidates", len(got))
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<link rel="alternate" type="application/rss+xml" href="/n/%d">`, i)
	}
	return b.String()
}

func TestSiteFeeds(t *testing.T) {
	for page, want := range map[string]string{
		"https://github.com/hewan/bridge":                                "https://github.com/hewan/bridge/releases.atom",
		"https://github.com/hewan":                                       "https://github.com/hewan.atom",
		"https://www.youtube.com/channel/UCabc_1-2/videos":               "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc_1-2",
		"https://www.youtube.com/playlist?app=x&list=PL1":                "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1",
		"https://www.v2ex.com/go/python?p=2":                             "https://www.v2ex.com/feed/python.xml",
		"https://www.douban.com/people/hewan/":                           "https://www.douban.com/feed/people/hewan/interests",
		"https://www.cnblogs.com/hewan/p/1.html":                         "https://www.cnblogs.com/hewan/rss",
		"https://hewan.substack.com/archive":                             "/feed",
		"https://bbs.example.com/forum-36-1.html":                        "forum.php?mod=rss&fid=36",
		"https://bbs.example.com/b/forum.php?mod=forumdisplay&a=1&fid=7": "forum.php?mod=rss&fid=7",
		"https://social.example/@hewan":                                  "/@hewan.rss",
		"https://www.chinanews.com.cn/finance/":                          "https://www.chinanews.com.cn/rss/finance.xml",
		"https://plain.example.com/":                                     "",
	} {
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(siteFeeds(u)[:min(1, len(siteFeeds(u)))], ""); got != want {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
	for _, s := range feedSites {
		if strings.HasPrefix(s.feed, "http") != (s.host != "" && s.host[0] != '.') {
			t.Errorf("%s: the feed of one site is absolute, that of many is not: %s", s.host, s.feed)
		}
	}
}

func TestDetectTellsOfOtherFeeds(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/a.xml", "/b.xml":
			fmt.Fprint(w, smallFeed)
		case "/empty.xml":
			fmt.Fprint(w, "<rss><channel><title>空</title></channel></rss>")
		case "/":
			fmt.Fprint(w, `<html><link rel="alternate" type="application/rss+xml" href="/gone.xml"><link rel="alternate" type="application/rss+xml" href="/empty.xml"><link rel="alternate" type="application/rss+xml" title="甲" href="/a.xml"><link rel="alternate" type="application/rss+xml" title="乙" href="/b.xml">`)
		default:
			w.WriteHeader(404)
		}
	})
	src, res, err := r.Detect(t.Context(), r.server.URL)
	if err != nil || src.URL != r.server.URL+"/a.xml" || len(res.Others) != 3 || res.Others[2].URL != r.server.URL+"/b.xml" || res.Others[2].Title != "乙" {
		t.Errorf("%+v, %+v, %v", src, res.Others, err)
	}
}

// A page cannot make the search endless, nor lead it to a private address.
func TestDetectBounded(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		asked[req.URL.Path]++
		mu.Unlock()
		if req.URL.Path != "/" {
			w.WriteHeader(404)
			return
		}
		fmt.Fprint(w, `<html><link rel="alternate" type="application/rss+xml" href="http://169.254.169.254/latest/feed"><link rel="alternate" type="application/rss+xml" href="file:///etc/feed.xml">`+numbered(500))
	})
	if _, _, err := r.Detect(t.Context(), r.server.URL+"/"); err == nil {
		t.Error("a page without anything was taken")
	}
	delete(asked, "/robots.txt")
	if len(asked) < 5 || len(asked) > maxCandidates+1 {
		t.Errorf("%d addresses were asked: %v", len(asked), asked)
	}
	for path := range asked {
		if strings.Contains(path, "latest") || strings.Contains(path, "etc") {
			t.Errorf("%s was asked", path)
		}
	}
}

func TestDetectBridge(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/feeds", "/feeds/":
			fmt.Fprint(w, `[{"id":"MP_1","name":"晚读","intro":"x","cover":"","syncTime":1,"updateTime":2},{"id":"MP_2","name":"港口观察"},{"id":"../x","name":"坏"}]`)
		case "/feeds/all.atom":
			fmt.Fprint(w, smallFeed)
		default:
			w.WriteHeader(404)
		}
	})
	for _, path := range []string{"/feeds", "/feeds/"} {
		src, res, err := r.Detect(t.Context(), r.server.URL+path)
		if err != nil || src.URL != r.server.URL+"/feeds/all.atom" || len(res.Others) != 2 || res.Others[1].URL != r.server.URL+"/feeds/MP_2.atom" || res.Others[1].Title != "港口观察" {
			t.Errorf("%s: %+v, %+v, %v", path, src, res.Others, err)
		}
	}
}

func TestDetectHints(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<html><form><input type="password"></form></html>`)
	})
	r.endpoints = map[string]string{"weibo.com": r.server.URL, "plain.example.com": r.server.URL}
	if _, _, err := r.Detect(t.Context(), "https://weibo.com/u/1"); err == nil || !strings.Contains(err.Error(), "RSSHub") {
		t.Errorf("%v", err)
	}
	if _, _, err := r.Detect(t.Context(), "https://plain.example.com/"); err == nil || strings.Contains(err.Error(), "RSSHub") {
		t.Errorf("%v", err)
	}
}

// The zone of a source decides times without one; a source without a zone is
// Chinese when it writes Chinese.
func TestPollZone(t *testing.T) {
	feed := func(title string) string {
		return "<rss><channel><title>x</title><item><title>" + title + "</title><link>https://example.com/1</link><pubDate>2026-11-20 10:00</pubDate></item></channel></rss>"
	}
	for _, tt := range []struct{ zone, title, want, warn string }{
		{"", "渡口复航", "02:00", ""},
		{"", "&#28193;&#21475;", "02:00", ""},
		{"", "Ferry sails again", "10:00", ""},
		{"Asia/Tokyo", "渡口复航", "01:00", ""},
		{"Asia/Shanghai", "Ferry sails again", "02:00", ""},
		{"Mars/Base", "渡口复航", "02:00", "Mars/Base"},
	} {
		r := newFeedRig(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, feed(tt.title)) })
		r.src.Zone = tt.zone
		res := r.poll(t)
		if res.Err != nil || len(res.Items) != 1 || res.Items[0].PublishedAt.Format("15:04") != tt.want || !strings.Contains(strings.Join(res.Warnings, ""), tt.warn) {
			t.Errorf("%+v: %+v, %v, %v", tt, res.Items, res.Warnings, res.Err)
		}
	}
}

// Relative links start where the redirects of the feed led to.
func TestPollRedirectedBase(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/feed" {
			http.Redirect(w, req, "/new/place/feed", http.StatusFound)
			return
		}
		fmt.Fprint(w, "<rss><channel><title>x</title><item><title>一</title><link>1.html</link></item></channel></rss>")
	})
	res := r.poll(t)
	if res.Err != nil || len(res.Items) != 1 || res.Items[0].URL != r.server.URL+"/new/place/1.html" {
		t.Errorf("%+v, %v", res.Items, res.Err)
	}
}
