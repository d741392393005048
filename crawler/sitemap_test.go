package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// mapSite serves an index of sitemaps, its files and the articles.
type mapSite struct {
	mu    sync.Mutex
	asked map[string]int
	url   string
}

func newMapSite(t *testing.T, files map[string]string) *mapSite {
	t.Helper()
	s := &mapSite{asked: map[string]int{}}
	srv := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.URL.Path]++
		s.mu.Unlock()
		body, ok := files[r.URL.Path]
		switch {
		case ok:
			w.Header().Set("Content-Type", "application/xml")
			w.Header().Set("ETag", `"same"`)
			if r.Header.Get("If-None-Match") == `"same"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			body = strings.ReplaceAll(body, "ORIGIN", s.url)
			if strings.HasSuffix(r.URL.Path, ".gz") {
				var buf bytes.Buffer
				gz := gzip.NewWriter(&buf)
				fmt.Fprint(gz, body)
				if err := gz.Close(); err != nil {
					t.Error(err)
				}
				w.Header().Set("Content-Type", "application/gzip")
				body = buf.String()
			}
			fmt.Fprint(w, body)
		case strings.HasPrefix(r.URL.Path, "/2026/"):
			fmt.Fprintf(w, `<html><head><meta charset="utf-8"><title>%s号渡轮今日停航_河湾网</title></head><body><h1>%[1]s号渡轮今日停航</h1><p>受大雾影响，河湾轮渡公司今天上午宣布，%[1]s号渡轮全天停航，已购船票可以全额退款，也可以改签到明天的班次。</p></body></html>`, r.URL.Path[len("/2026/11/"):])
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	s.url = srv.URL
	return s
}

func (s *mapSite) poll(t *testing.T, path string) Result {
	t.Helper()
	c := New(Options{Fetcher: testFetcher(t, nil), Clock: xuanti.NewManualClock(crawltest.Recorded())})
	return c.Poll(context.Background(), xuanti.Source{ID: "map-1", Kind: xuanti.SourcePage, URL: s.url + path, Platform: "hewan", State: xuanti.SourceActive})
}

const newsMap = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>ORIGIN/2026/11/20771</loc><news:news><news:publication><news:name>河湾网</news:name></news:publication><news:publication_date>2026-11-20T08:00:00+08:00</news:publication_date><news:title>一号渡轮停航</news:title></news:news></url>
<url><loc>ORIGIN/2026/11/20772</loc><news:news><news:publication_date>2026-11-21T08:00:00+08:00</news:publication_date><news:title><![CDATA[二号渡轮停航]]></news:title></news:news></url>
<url><loc>https://elsewhere.invalid/2026/11/20779</loc><news:news><news:publication_date>2026-11-21T09:00:00+08:00</news:publication_date><news:title>别家的文章</news:title></news:news></url>
</urlset>`

func TestPollNewsSitemap(t *testing.T) {
	s := newMapSite(t, map[string]string{"/news.xml": newsMap})
	res := s.poll(t, "/news.xml")
	if res.Err != nil || len(res.Items) != 2 || len(res.Warnings) > 0 {
		t.Fatal(res.Err, res.Items, res.Warnings)
	}
	it := res.Items[0] // the newest comes first
	if it.URL != s.url+"/2026/11/20772" || it.Title != "20772号渡轮今日停航" || !strings.Contains(it.Text, "全额退款") || it.PublishedAt.Format("2006-01-02 15:04") != "2026-11-21 00:00" {
		t.Errorf("%+v", it)
	}
	c := New(Options{Fetcher: testFetcher(t, nil), Clock: xuanti.NewManualClock(crawltest.Recorded())})
	if again := c.Poll(context.Background(), res.Source); again.Err != nil || again.Source.Fetch.LastStatus != http.StatusNotModified {
		t.Errorf("unchanged: %v %d", again.Err, again.Source.Fetch.LastStatus)
	}
}

// TestPollSitemapIndex: the newest files of an index are read, packed ones
// too, and one that is missing costs nothing but a warning.
func TestPollSitemapIndex(t *testing.T) {
	var index strings.Builder
	index.WriteString(`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>ORIGIN/gone.xml</loc><lastmod>2026-11-21</lastmod></sitemap>`)
	files := map[string]string{}
	for i := range 8 {
		name := fmt.Sprintf("/part%d.xml.gz", i)
		fmt.Fprintf(&index, "<sitemap><loc>ORIGIN%s</loc><lastmod>2026-11-1%d</lastmod></sitemap>", name, i)
		files[name] = fmt.Sprintf(`<urlset><url><loc>ORIGIN/2026/11/3000%d</loc><lastmod>2026-11-1%[1]d</lastmod></url><url><loc>ORIGIN/tag/boat</loc></url></urlset>`, i)
	}
	files["/sitemap.xml"] = index.String() + "</sitemapindex>"
	s := newMapSite(t, files)
	res := s.poll(t, "/sitemap.xml")
	if res.Err != nil || len(res.Items) != 3 || len(res.Warnings) != 1 {
		t.Fatal(res.Err, len(res.Items), res.Warnings)
	}
	if res.Items[0].URL != s.url+"/2026/11/30007" || s.asked["/part4.xml.gz"] != 0 || s.asked["/tag/boat"] != 0 {
		t.Errorf("%s %v", res.Items[0].URL, s.asked)
	}
	if res.Source.Fetch.ETag != "" {
		t.Error("the index is asked conditionally, though its files may have changed")
	}
}

func TestSitemapBad(t *testing.T) {
	s := newMapSite(t, map[string]string{
		"/empty.xml":  `<urlset></urlset>`,
		"/other.xml":  `<urlset><url><loc>https://elsewhere.invalid/2026/11/1</loc></url></urlset>`,
		"/broken.xml": `<urlset><url><loc>ORIGIN/2026/11/20771</loc></url><url><loc>ORIGIN/2026/1`,
		"/loop.xml":   `<sitemapindex><sitemap><loc>ORIGIN/loop.xml</loc></sitemap></sitemapindex>`,
	})
	for _, p := range []string{"/empty.xml", "/other.xml", "/loop.xml"} {
		if res := s.poll(t, p); res.Err == nil {
			t.Errorf("%s: no error", p)
		}
	}
	if res := s.poll(t, "/broken.xml"); res.Err != nil || len(res.Items) != 1 {
		t.Errorf("broken: %v %d", res.Err, len(res.Items))
	}
	if s.asked["/loop.xml"] != 1 {
		t.Errorf("the loop was read %d times", s.asked["/loop.xml"])
	}
}

func TestDetectSitemap(t *testing.T) {
	s := newMapSite(t, map[string]string{"/news.xml": newsMap})
	c := New(Options{Fetcher: testFetcher(t, nil), Clock: xuanti.NewManualClock(crawltest.Recorded())})
	src, res, err := c.Detect(context.Background(), s.url+"/news.xml")
	if err != nil || src.Kind != xuanti.SourcePage || len(res.Items) != 2 {
		t.Errorf("%v %+v %d", err, src.Kind, len(res.Items))
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte(newsMap))
	f.Add([]byte(`<sitemapindex><sitemap><loc>x</loc></sitemap>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := readSitemap(body, "", crawltest.Recorded())
		if err == nil && len(m.links)+len(m.children) == 0 {
			t.Error("neither error nor entries")
		}
	})
}
