package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

const smallFeed = `<rss version="2.0"><channel><title>河湾日报</title><link>https://paper.example.com/</link>
<item><title>第一条</title><link>https://paper.example.com/1</link><pubDate>Mon, 23 Nov 2026 08:00:00 CST</pubDate></item>
<item><title>第二条</title><link>https://paper.example.com/2</link></item></channel></rss>`

// feedRig is a crawler in front of one feed server.
type feedRig struct {
	*Crawler
	clock  *xuanti.ManualClock
	server *httptest.Server
	src    xuanti.Source
	known  map[string]string
}

func newFeedRig(t *testing.T, h http.HandlerFunc) *feedRig {
	r := &feedRig{clock: xuanti.NewManualClock(crawltest.Now()), server: crawltest.Server(t, h), known: map[string]string{}}
	r.Crawler = New(Options{
		Fetcher: testFetcher(t, func(o *fetch.Options) { o.Clock = r.clock }),
		Clock:   r.clock,
		Seen: func(_ context.Context, keys []string) (map[string]string, error) {
			out := map[string]string{}
			for _, k := range keys {
				if id, ok := r.known[k]; ok {
					out[k] = id
				}
			}
			return out, nil
		},
	})
	r.src = xuanti.Source{ID: "s1", Kind: xuanti.SourceFeed, URL: r.server.URL + "/feed", Platform: "rss", Interval: 30 * time.Minute, State: xuanti.SourceActive}
	return r
}

// poll polls once and carries the state over to the next poll.
func (r *feedRig) poll(t *testing.T) Result {
	t.Helper()
	res := r.Poll(t.Context(), r.src)
	r.src = res.Source
	for _, it := range res.Items {
		r.known[it.Key] = "id"
	}
	return res
}

// near checks that a wait is d, give or take the jitter.
func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if got < want*9/10-time.Second || got > want*11/10+time.Second {
		t.Errorf("%s: next poll in %s, want about %s", what, got, want)
	}
}

func (r *feedRig) wait() time.Duration { return r.src.Fetch.NextAt.Sub(r.clock.Now()) }

func TestPollFeed(t *testing.T) {
	var conditional atomic.Bool
	body := smallFeed
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("If-None-Match") == `"v1"` {
			conditional.Store(true)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		fmt.Fprint(w, body)
	})
	r.src.Fetch.LeaseOwner, r.src.Fetch.LeaseUntil = "me", crawltest.Now().Add(time.Minute)
	res := r.poll(t)
	st := r.src.Fetch
	if res.Err != nil || len(res.Items) != 2 || st.LastNew != 2 || st.LastItems != 2 || st.Items != 2 || st.LastStatus != 200 || st.LastError != "" ||
		!st.LastSuccess.Equal(crawltest.Now()) || !st.LastChange.Equal(crawltest.Now()) || st.Attempts != 1 || st.Successes != 1 || st.ETag != `"v1"` || st.LeaseOwner != "" || st.BodyHash == "" || st.Latency <= 0 {
		t.Fatalf("%+v, %v", st, res.Err)
	}
	near(t, "success", r.wait(), 30*time.Minute)
	if it := res.Items[0]; it.SourceID != "s1" || it.Platform != "rss" || it.Kind != xuanti.ItemArticle || it.Key != "https://paper.example.com/1" || !it.SeenAt.Equal(crawltest.Now()) {
		t.Errorf("%+v", it)
	}
	r.clock.Advance(30 * time.Minute)
	res = r.poll(t)
	if !conditional.Load() || res.Err != nil || len(res.Items) != 0 || r.src.Fetch.LastStatus != 304 || r.src.Fetch.ETag != `"v1"` || r.src.Fetch.LastNew != 0 || !r.src.Fetch.LastSuccess.Equal(r.clock.Now()) || !r.src.Fetch.LastChange.Equal(crawltest.Now()) {
		t.Errorf("not modified: %+v, %v", r.src.Fetch, res.Err)
	}
}

func TestPollSameBody(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) { fmt.Fprint(w, smallFeed) })
	r.poll(t)
	if res := r.poll(t); res.Err != nil || len(res.Items) != 0 || r.src.Fetch.LastStatus != 200 {
		t.Errorf("the same body brought %d items, %v", len(res.Items), res.Err)
	}
}

func TestPollKnownItems(t *testing.T) {
	extra := ""
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		fmt.Fprint(w, strings.Replace(smallFeed, "</channel>", extra+"</channel>", 1))
	})
	r.poll(t)
	extra = "<item><title>第三条</title><link>https://paper.example.com/3</link></item>"
	res := r.poll(t)
	if len(res.Items) != 3 || r.src.Fetch.LastNew != 1 || r.src.Fetch.Items != 3 {
		t.Errorf("%d items, %+v", len(res.Items), r.src.Fetch)
	}
}

func TestPollAccountPosts(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		fmt.Fprint(w, "<rss><channel><title>x</title><item><title>只有编号</title><guid isPermaLink='false'>7</guid></item></channel></rss>")
	})
	r.src.AccountID, r.src.Platform = "a1", "weibo"
	res := r.poll(t)
	if len(res.Items) != 1 || res.Items[0].Kind != xuanti.ItemPost || res.Items[0].AccountID != "a1" || res.Items[0].Key != "s1|id:7" {
		t.Errorf("%+v, %v", res.Items, res.Err)
	}
}

func TestPollBackOff(t *testing.T) {
	var status atomic.Int32
	status.Store(500)
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		if s := int(status.Load()); s != 200 {
			w.WriteHeader(s)
			return
		}
		fmt.Fprint(w, smallFeed)
	})
	for i, want := range []time.Duration{10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440} {
		res := r.poll(t)
		if res.Err == nil || r.src.Fetch.Failures != i+1 || r.src.Fetch.LastStatus != 500 || !strings.Contains(r.src.Fetch.LastError, "500") {
			t.Fatalf("%+v, %v", r.src.Fetch, res.Err)
		}
		near(t, fmt.Sprintf("failure %d", i+1), r.wait(), want*time.Minute)
	}
	same := r.Poll(t.Context(), r.src).Source.Fetch.NextAt
	if again := r.Poll(t.Context(), r.src).Source.Fetch.NextAt; !again.Equal(same) {
		t.Error("the same failure gives two waits")
	}
	status.Store(200)
	if res := r.poll(t); res.Err != nil || r.src.Fetch.Failures != 0 || r.src.Fetch.LastError != "" {
		t.Errorf("after recovery: %+v", r.src.Fetch)
	}
	board := xuanti.Source{ID: "b", Kind: xuanti.SourceBoard, Interval: 5 * time.Minute, Fetch: xuanti.FetchState{Failures: 25}}
	near(t, "board", afterFailure(&board), time.Hour)
}

func TestPollHints(t *testing.T) {
	for name, tt := range map[string]struct {
		header [2]string
		ttl    string
		status int
		want   time.Duration
	}{
		"max-age":           {[2]string{"Cache-Control", "max-age=7200"}, "", 200, 2 * time.Hour},
		"max-age too short": {[2]string{"Cache-Control", "max-age=60"}, "", 200, 30 * time.Minute},
		"max-age too long":  {[2]string{"Cache-Control", "max-age=604800"}, "", 200, 24 * time.Hour},
		"ttl":               {[2]string{}, "<ttl>180</ttl>", 200, 3 * time.Hour},
		"period":            {[2]string{}, "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily</sy:updatePeriod>", 200, 24 * time.Hour},
		"frequency":         {[2]string{}, "<x:updatePeriod xmlns:x='http://purl.org/rss/1.0/modules/syndication/'>daily</x:updatePeriod><x:updateFrequency xmlns:x='http://purl.org/rss/1.0/modules/syndication/'>4</x:updateFrequency>", 200, 6 * time.Hour},
		"skip hours":        {[2]string{}, "<skipHours><hour>4</hour><hour>5</hour><hour>6</hour></skipHours>", 200, 150 * time.Minute},
		"skip today":        {[2]string{}, "<skipDays><day>Monday</day></skipDays>", 200, 19*time.Hour + 30*time.Minute},
		"skip nothing left": {[2]string{}, "<skipDays><day>Monday</day><day>Tuesday</day><day>Wednesday</day><day>Thursday</day><day>Friday</day><day>Saturday</day><day>Sunday</day></skipDays>", 200, 30 * time.Minute},
		"retry-after":       {[2]string{"Retry-After", "18000"}, "", 429, 5 * time.Hour},
		"retry-after date":  {[2]string{"Retry-After", crawltest.Now().Add(6 * time.Hour).Format(http.TimeFormat)}, "", 503, 6 * time.Hour},
		"retry-after huge":  {[2]string{"Retry-After", "9999999"}, "", 503, 24 * time.Hour},
	} {
		r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
			if tt.header[0] != "" {
				w.Header().Set(tt.header[0], tt.header[1])
			}
			w.WriteHeader(tt.status)
			fmt.Fprint(w, strings.Replace(smallFeed, "</title>", "</title>"+tt.ttl, 1))
		})
		r.poll(t)
		near(t, name, r.wait(), tt.want)
	}
}

func TestPollGone(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) { w.WriteHeader(http.StatusGone) })
	if res := r.poll(t); res.Err == nil || r.src.State != xuanti.SourceGone || r.src.Health(crawltest.Now()) != xuanti.HealthGone {
		t.Errorf("%+v", r.src)
	}
}

func TestPollMoved(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/feed" {
			http.Redirect(w, req, "/new", http.StatusMovedPermanently)
			return
		}
		fmt.Fprint(w, smallFeed)
	})
	for i := 1; i <= 3; i++ {
		r.clock.Advance(6 * time.Hour)
		r.poll(t)
		if r.src.Fetch.MovedCount != i || !strings.HasSuffix(r.src.URL, "/feed") {
			t.Fatalf("after %d: %+v, %s", i, r.src.Fetch, r.src.URL)
		}
	}
	r.clock.Advance(6 * time.Hour)
	res := r.poll(t) // four times in a row, a day
	if r.src.URL != r.server.URL+"/new" || res.MovedFrom != r.server.URL+"/feed" || len(res.Warnings) != 1 {
		t.Errorf("%s, %v", r.src.URL, res.Warnings)
	}
}

func TestPollNotAFeed(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.Header().Set("ETag", `"bad"`)
		fmt.Fprint(w, "<html><form><input type='password'></form></html>")
	})
	res := r.poll(t)
	if res.Err == nil || r.src.Fetch.LastError != "返回的是登录页，不是订阅源" || r.src.Fetch.ETag != "" || r.src.Fetch.BodyHash != "" {
		t.Errorf("%+v, %v", r.src.Fetch, res.Err)
	}
}

func TestPollFullText(t *testing.T) {
	var pages atomic.Int32
	long := strings.Repeat("早高峰期间，二号线多个区间停运，乘客陆续改乘地面公交。", 30)
	var items strings.Builder
	for i := range 30 {
		fmt.Fprintf(&items, "<item><title>第%d条</title><link>https://paper.example.com/a/%d</link><description>摘要</description></item>", i, i)
	}
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		switch {
		case req.URL.Path == "/feed":
			fmt.Fprint(w, "<rss><channel><title>x</title>"+items.String()+"</channel></rss>")
		case req.URL.Path == "/robots.txt":
			fmt.Fprint(w, "User-agent: *\nDisallow: /a/3\n")
		default:
			pages.Add(1)
			fmt.Fprintf(w, "<html><head><title>第一条</title></head><body><article><h1>第一条</h1><p>%s</p><p>%s</p></article></body></html>", long, long)
		}
	})
	r.src.FullText = true
	r.endpoints = map[string]string{"paper.example.com": r.server.URL}
	res := r.poll(t)
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	if !strings.Contains(res.Items[0].Text, "早高峰期间") || res.Items[29].Text != "摘要" {
		t.Errorf("texts: %q … %q; %v", plain.Clip(res.Items[0].Text, 30), plain.Clip(res.Items[29].Text, 30), res.Warnings)
	}
	// Twenty pages at most, one of which robots.txt keeps for itself.
	if n := pages.Load(); n != maxFullText-1 || len(res.Warnings) != 1 || res.Items[3].Text != "摘要" {
		t.Errorf("%d pages were fetched, %v", n, res.Warnings)
	}
}

func TestPollContainsPanics(t *testing.T) {
	c := New(Options{Clock: xuanti.NewManualClock(crawltest.Now()), Fetcher: testFetcher(t, nil)})
	c.fetcher = nil // a poll will trip over this
	res := c.Poll(t.Context(), xuanti.Source{ID: "s", Kind: xuanti.SourceFeed, URL: "https://example.com/"})
	if xuanti.CodeOf(res.Err) != xuanti.CodeInternal || res.Source.Fetch.Failures != 1 || res.Source.Fetch.NextAt.IsZero() {
		t.Errorf("%v, %+v", res.Err, res.Source.Fetch)
	}
	res = c.Poll(t.Context(), xuanti.Source{ID: "s", Kind: "telegraph"})
	if xuanti.CodeOf(res.Err) != xuanti.CodeInvalid {
		t.Errorf("an unknown kind: %v", res.Err)
	}
}

func TestDetect(t *testing.T) {
	r := newFeedRig(t, func(w http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/feed.xml", "/hidden/rss.xml":
			fmt.Fprint(w, smallFeed)
		case "/":
			fmt.Fprint(w, `<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>`)
		case "/hidden/":
			fmt.Fprint(w, `<html><head><link rel="stylesheet" href="a.css"><link href="rss.xml" type="application/rss+xml" rel="alternate"></head></html>`)
		case "/api":
			fmt.Fprint(w, `{"code":0,"data":[]}`)
		default:
			w.WriteHeader(404)
		}
	})
	for path, want := range map[string]string{"/": "/feed.xml", "/feed.xml": "/feed.xml", "/hidden/": "/hidden/rss.xml"} {
		src, res, err := r.Detect(t.Context(), " "+r.server.URL+path)
		if err != nil || src.Kind != xuanti.SourceFeed || src.URL != r.server.URL+want || src.Name != "河湾日报" || src.ID == "" || len(res.Items) != 2 || !src.Fetch.LastAttempt.IsZero() {
			t.Errorf("%s: %+v, %v", path, src, err)
		}
	}
	for path, code := range map[string]xuanti.Code{"/api": xuanti.CodeInvalid, "/404": xuanti.CodeUnavailable} {
		if _, _, err := r.Detect(t.Context(), r.server.URL+path); xuanti.CodeOf(err) != code {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, bad := range []string{"", "ftp://example.com", "javascript:alert(1)"} {
		if _, _, err := r.Detect(t.Context(), bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
