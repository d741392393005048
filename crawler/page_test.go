package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	nethtml "golang.org/x/net/html"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// pageSite serves a list page and the articles it links to.
type pageSite struct {
	mu     sync.Mutex
	asked  map[string]int
	change func(w http.ResponseWriter, r *http.Request) bool // true when it answered
	*httptest.Server
}

func newPageSite(t *testing.T) *pageSite {
	t.Helper()
	list, err := os.ReadFile("testdata/pages/list.html")
	if err != nil {
		t.Fatal(err)
	}
	article, err := os.ReadFile("article/testdata/pages/gbk.html")
	if err != nil {
		t.Fatal(err)
	}
	s := &pageSite{asked: map[string]int{}}
	s.Server = crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.URL.Path]++
		change := s.change
		s.mu.Unlock()
		if change != nil && change(w, r) {
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8") // a lie for the articles
		switch {
		case r.URL.Path == "/robots.txt":
			w.WriteHeader(http.StatusNotFound)
		case r.URL.Path == "/news/":
			w.Header().Set("ETag", `"l1"`)
			if r.Header.Get("If-None-Match") == `"l1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Write(list)
		case strings.HasPrefix(r.URL.Path, "/2026-11/"):
			w.Write(article)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	return s
}

func (s *pageSite) source() xuanti.Source {
	return xuanti.Source{ID: "page-1", Kind: xuanti.SourcePage, URL: s.URL + "/news/", Platform: "hewan", Interval: 1e12, State: xuanti.SourceActive}
}

func (s *pageSite) crawler(t *testing.T, seen map[string]string) *Crawler {
	return New(Options{
		Fetcher: testFetcher(t, func(o *fetch.Options) { o.MaxBytes = 8 << 20 }), Clock: xuanti.NewManualClock(crawltest.Recorded()),
		Seen: func(_ context.Context, keys []string) (map[string]string, error) {
			out := map[string]string{}
			for _, k := range keys {
				if id, ok := seen[k]; ok {
					out[k] = id
				}
			}
			return out, nil
		},
	})
}

func TestPollPage(t *testing.T) {
	// The environment must not lift colly's limits or bring cookies back.
	for k, v := range map[string]string{"COLLY_MAX_BODY_SIZE": "10", "COLLY_ALLOWED_DOMAINS": "elsewhere.invalid", "COLLY_IGNORE_ROBOTSTXT": "no", "COLLY_CACHE_DIR": t.TempDir(), "COLLY_DETECT_CHARSET": "1", "COLLY_MAX_DEPTH": "1", "COLLY_USER_AGENT": "x"} {
		t.Setenv(k, v)
	}
	site := newPageSite(t)
	seen := map[string]string{}
	c := site.crawler(t, seen)
	res := c.Poll(context.Background(), site.source())
	if res.Err != nil || len(res.Warnings) > 0 {
		t.Fatal(res.Err, res.Warnings)
	}
	if len(res.Items) != 8 {
		t.Fatalf("%d items: %v", len(res.Items), site.asked)
	}
	it := res.Items[0]
	if it.Title != "东泽发布寒潮蓝色预警 沿海阵风九级" || !strings.HasPrefix(it.Text, "东泽市气象台19日") || strings.Contains(it.Text, "热点排行") || it.Author != "江心" ||
		it.URL != site.URL+"/2026-11/21/c_100.html" || it.Key == "" || it.Platform != "hewan" || it.SourceID != "page-1" || it.Kind != xuanti.ItemArticle || it.PublishedAt.IsZero() {
		t.Errorf("item %+v", it)
	}
	st := res.Source.Fetch
	if st.LastItems != 8 || st.LastNew != 8 || st.ETag != `"l1"` || st.LastStatus != 200 {
		t.Errorf("state %+v", st)
	}
	for path := range site.asked {
		if strings.Contains(path, "c_10") && !strings.HasSuffix(path, "c_100.html") {
			t.Errorf("the side column was read: %s", path)
		}
	}
	// Unchanged list: nothing is fetched again.
	res = c.Poll(context.Background(), res.Source)
	if res.Err != nil || len(res.Items) != 0 || site.asked["/2026-11/21/c_100.html"] != 1 || res.Source.Fetch.LastStatus != 304 {
		t.Errorf("304: %v %d items %v %d", res.Err, len(res.Items), site.asked, res.Source.Fetch.LastStatus)
	}
	// Changed list, all articles known: only the list is fetched.
	for _, i := range []int{100, 99, 98, 97, 96, 95, 94, 93} {
		u := fmt.Sprintf("%s/2026-11/%02d/c_%d.html", site.URL, i-79, i)
		seen[address.Key(xuanti.ItemArticle, "hewan", u, "", "", crawltest.Recorded())] = "x"
	}
	src := site.source()
	res = c.Poll(context.Background(), src)
	if res.Err != nil || len(res.Items) != 0 || site.asked["/2026-11/21/c_100.html"] != 1 || res.Source.Fetch.LastItems != 8 {
		t.Errorf("known: %v %d items %v", res.Err, len(res.Items), site.asked)
	}
}

func TestPollPageSelector(t *testing.T) {
	site := newPageSite(t)
	src := site.source()
	src.Selector = ".hot-rank li"
	res := site.crawler(t, nil).Poll(context.Background(), src)
	if res.Err != nil || len(res.Items) != 4 {
		t.Fatalf("%v, %d items", res.Err, len(res.Items))
	}
	src.Selector = "li["
	if res = site.crawler(t, nil).Poll(context.Background(), src); xuanti.CodeOf(res.Err) != xuanti.CodeInvalid || res.Source.Fetch.LastError == "" {
		t.Errorf("bad selector: %v", res.Err)
	}
	src.Selector = ".nothing"
	if res = site.crawler(t, nil).Poll(context.Background(), src); res.Err == nil || !strings.Contains(res.Source.Fetch.LastError, "选择器") {
		t.Errorf("no match: %v", res.Err)
	}
}

// TestPollPageTrouble: an article that is gone is an item by its title, one
// that fails for now comes with a later poll, 429 ends the poll.
func TestPollPageTrouble(t *testing.T) {
	site := newPageSite(t)
	site.change = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "c_99.html"):
			w.WriteHeader(http.StatusNotFound)
		case strings.HasSuffix(r.URL.Path, "c_98.html"):
			w.WriteHeader(http.StatusInternalServerError)
		case strings.HasSuffix(r.URL.Path, "c_96.html"):
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			return false
		}
		return true
	}
	res := site.crawler(t, nil).Poll(context.Background(), site.source())
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	var titles []string
	for _, it := range res.Items {
		titles = append(titles, it.Title)
	}
	if len(titles) != 3 || titles[1] != "云岭高铁试运行首日上座率过九成" || res.Items[1].Text != "" || len(res.Warnings) != 3 {
		t.Errorf("items %v, warnings %v", titles, res.Warnings)
	}
	if res.Source.Fetch.ETag != "" {
		t.Error("the page would answer 304 and hide what is left")
	}
	if wait := res.Source.Fetch.NextAt.Sub(crawltest.Recorded()); wait < 9*60*1e9 {
		t.Errorf("next poll in %v", wait)
	}
	// The list page itself.
	for status, words := range map[int]string{403: "HTTP 403", 500: "HTTP 500", 410: "HTTP 410"} {
		site.change = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/news/" {
				w.WriteHeader(status)
				return true
			}
			return false
		}
		res := site.crawler(t, nil).Poll(context.Background(), site.source())
		if res.Err == nil || !strings.Contains(res.Source.Fetch.LastError, words) || res.Source.Fetch.LastStatus != status {
			t.Errorf("%d: %v, %q", status, res.Err, res.Source.Fetch.LastError)
		}
		if (res.Source.State == xuanti.SourceGone) != (status == 410) {
			t.Errorf("%d: state %s", status, res.Source.State)
		}
	}
}

func TestPollPageRobots(t *testing.T) {
	site := newPageSite(t)
	site.change = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nDisallow: /2026-11/2\n")
			return true
		}
		return false
	}
	res := site.crawler(t, nil).Poll(context.Background(), site.source())
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	for path := range site.asked {
		if strings.HasPrefix(path, "/2026-11/2") {
			t.Errorf("%s was fetched against robots.txt", path)
		}
	}
}

// Articles that may not be read come by their titles, all at once; what a site
// that refuses everything leaves over comes with the next polls.
func TestPollPageWithoutArticles(t *testing.T) {
	site := newPageSite(t)
	site.change = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nDisallow: /2026-11/\n")
			return true
		}
		return false
	}
	res := site.crawler(t, nil).Poll(context.Background(), site.source())
	if res.Err != nil || len(res.Items) != 8 || res.Items[7].Title == "" || res.Items[7].Text != "" {
		t.Errorf("%v, %d items", res.Err, len(res.Items))
	}
	site.change = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/2026-11/") {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	}
	res = site.crawler(t, nil).Poll(context.Background(), site.source())
	if res.Err != nil || len(res.Items) != maxPageFails || res.Source.Fetch.ETag != "" {
		t.Errorf("%v, %d items, ETag %q: the page would answer 304 and hide the rest", res.Err, len(res.Items), res.Source.Fetch.ETag)
	}
}

func TestPollPageCap(t *testing.T) {
	site := newPageSite(t)
	site.change = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/news/" {
			return false
		}
		fmt.Fprint(w, "<html><body><ul>")
		for i := range 50 {
			fmt.Fprintf(w, `<li><a href="/2026-11/21/c_2%02d.html">第%d号候鸟观测点今天开放预约</a></li>`, i, i)
		}
		fmt.Fprint(w, "</ul></body></html>")
		return true
	}
	res := site.crawler(t, nil).Poll(context.Background(), site.source())
	if res.Err != nil || len(res.Items) != maxPageArticles || len(res.Warnings) != 1 {
		t.Errorf("%v, %d items, %v", res.Err, len(res.Items), res.Warnings)
	}
}

func TestPollPageCanceled(t *testing.T) {
	site := newPageSite(t)
	ctx, cancel := context.WithCancel(context.Background())
	site.change = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "c_99.html") {
			cancel()
		}
		return false
	}
	res := site.crawler(t, nil).Poll(ctx, site.source())
	if n := len(res.Items); n > 2 {
		t.Errorf("%d items after the caller gave up", n)
	}
}

func TestListedLinks(t *testing.T) {
	f := func(name, page string, want int) {
		t.Helper()
		doc, err := nethtml.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		base, _ := url.Parse("https://news.hewan.invalid/")
		if got := listedLinks(doc, base); len(got) != want {
			t.Errorf("%s: %d links, want %d: %v", name, len(got), want, got)
		}
	}
	row := func(i int, title string) string { return fmt.Sprintf(`<a href="/a/%d">%s</a>`, 202611+i, title) }
	list := ""
	for i, s := range []string{"海沧新跨海大桥今日合龙", "云岭高铁试运行首日客满", "河湾市中小学秋假延长两天", "鹿鸣湖发现罕见白鹳种群"} {
		list += "<div>" + row(i, s) + "</div>"
	}
	f("plain", "<body><div id=x>"+list+"</div></body>", 4)
	f("twice", "<body><div id=x>"+list+list+"</div></body>", 4)
	f("nav only", `<body><div class="nav"><a href="/a">首页</a><a href="/b">新闻</a></div></body>`, 0)
	f("other site", strings.ReplaceAll("<body>"+list+"</body>", `href="/`, `href="https://elsewhere.example/`), 0)
	f("short titles", `<body><a href="/a/2026111">海沧</a><a href="/a/2026112">云岭</a><a href="/a/2026113">河湾</a></body>`, 0)
	f("footer", "<body><div id=x>"+list+`</div><div class="footer"><a href="/about/20261">关于我们的一切你想知道的</a></div></body>`, 4)
	f("nothing", "", 0)
}

func FuzzListedLinks(f *testing.F) {
	body, err := os.ReadFile("testdata/pages/list.html")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(body))
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > 64<<10 {
			return
		}
		base, _ := url.Parse("https://news.hewan.invalid/news/")
		for _, l := range listedLinks(dom.Parse(page), base) {
			if l.url == "" || l.title == "" {
				t.Errorf("link %+v", l)
			}
		}
	})
}

// TestPollPageJoins: an article in three parts comes as one text, and a loop of
// next links ends.
func TestPollPageJoins(t *testing.T) {
	page := func(n int, next string) string {
		return fmt.Sprintf(`<html><head><meta charset="utf-8"><title>沿着消失的铁路走四天 - 行走杂志</title></head><body><h1>沿着消失的铁路走四天</h1><div class="content"><p>第%d天，我从云岭矿区出发，沿着枕木留下的印子一直走到天黑，路上只遇见一位放羊的老人，他还记得最后一班列车的汽笛。</p></div><div class="pages"><a href="%s">下一页</a></div></body></html>`, n, next)
	}
	site := newPageSite(t)
	site.change = func(w http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case "/2026-11/21/c_100.html":
			fmt.Fprint(w, page(1, "c_100_2.html"))
		case "/2026-11/21/c_100_2.html":
			fmt.Fprint(w, page(2, "c_100_3.html"))
		case "/2026-11/21/c_100_3.html":
			fmt.Fprint(w, page(3, "c_100_2.html"))
		default:
			return false
		}
		return true
	}
	res := site.crawler(t, nil).Poll(context.Background(), site.source())
	if res.Err != nil || len(res.Items) == 0 {
		t.Fatal(res.Err)
	}
	text := res.Items[0].Text
	if strings.Count(text, "\n") != 2 || !strings.HasPrefix(text, "第1天") || !strings.Contains(text, "第3天") || site.asked["/2026-11/21/c_100_2.html"] != 1 {
		t.Errorf("%q %v", text, site.asked)
	}
}

// A list page whose tree would be many times its size is refused in words:
// formatting elements left open are made again in each paragraph.
func TestHeavyListPage(t *testing.T) {
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		for i := range 90 {
			fmt.Fprintf(w, "<b id=%d>", i)
		}
		fmt.Fprint(w, strings.Repeat("<p>鹿鸣湖", 5000))
	})
	c := New(Options{Fetcher: testFetcher(t, nil), Clock: xuanti.NewManualClock(crawltest.Recorded())})
	res := c.Poll(t.Context(), xuanti.Source{ID: "p", Kind: xuanti.SourcePage, URL: s.URL + "/news/", State: xuanti.SourceActive})
	if res.Err == nil || !strings.Contains(res.Err.Error(), "元素过多") {
		t.Errorf("%v", res.Err)
	}
}
