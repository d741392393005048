package crawler

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"

	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

// formatBomb is a small page whose tree is large: formatting elements left open
// are made again in each paragraph.
func formatBomb(formats, paragraphs int) string {
	var b strings.Builder
	b.WriteString("<html><body><p>")
	for i := range formats {
		fmt.Fprintf(&b, "<b id=%d>", i)
	}
	b.WriteString(strings.Repeat("<p>鹿鸣湖发现罕见白鹳种群。", paragraphs))
	return b.String()
}

// TestHeavyPages: pages whose tree would be many times their size are told
// before it is built, and read all the same; ordinary ones are not.
func TestHeavyPages(t *testing.T) {
	for name, page := range map[string]string{
		"formatting":     formatBomb(240, 5000),
		"formatting, up": strings.ReplaceAll(formatBomb(90, 5000), "<b id", "<B ID"),
		"many elements":  "白鹳种群" + strings.Repeat("<i>鹿</i>", dom.MaxElements/2+1),
		"deep and many":  strings.Repeat("<div>", 480) + strings.Repeat("<p>白鹳种群</p>", 20_000),
		"attributes":     "<p>白鹳种群<p " + manyAttributes(20_000) + ">",
	} {
		if !dom.IsHeavy(page) {
			t.Errorf("%s is not heavy", name)
		}
		if a, err := Extract([]byte(page), "text/html", "https://www.hewan.invalid/a.html", crawltest.Recorded()); err != nil || !strings.Contains(a.Text, "白鹳种群") {
			t.Errorf("%s: the text is lost: %v", name, err)
		}
	}
	for name, page := range map[string]string{
		"plain":        strings.Repeat("<div><p>鹿鸣湖发现<b>罕见</b>白鹳种群。</p></div>", 15_000),
		"unclosed":     strings.Repeat("<p><font color=red><b>鹿鸣湖发现罕见白鹳种群。", 5000),
		"links":        strings.Repeat("<p><a href=/a.html>鹿鸣湖</p>", 20_000),
		"large images": strings.Repeat("<img src='data:image/png;base64,"+strings.Repeat("AAAA", 10_000)+"'>", 20),
	} {
		if dom.IsHeavy(page) {
			t.Errorf("%s is heavy", name)
		}
	}
}

// What a template or an attacker makes too long is cut before anything reads
// it: each of these took minutes.
func TestLongTitles(t *testing.T) {
	long := strings.Repeat("鹿鸣 - ", 60_000)
	for _, page := range []string{
		"<title>" + long + "</title><p>鹿鸣湖发现罕见白鹳种群，这是三十年来第一次记录到。</p>",
		"<title>" + long + "</title>" + strings.Repeat("<h2>鹿鸣湖发现罕见白鹳种群</h2>", 5000),
		`<script type="application/ld+json">{"@type":"NewsArticle","headline":"` + long + `"}</script><p>鹿鸣湖`,
	} {
		began := time.Now()
		a, err := Extract([]byte(page), "text/html", "https://www.hewan.invalid/a.html", crawltest.Recorded())
		if err != nil || len([]rune(a.Title)) > plain.MaxHeadline {
			t.Errorf("title of %d runes, %v", len([]rune(a.Title)), err)
		}
		if d := time.Since(began); d > 20*time.Second {
			t.Errorf("took %v", d)
		}
	}
}

// A list page of that kind is refused in words.
func TestHeavyListPage(t *testing.T) {
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(formatBomb(240, 5000)))
	})
	c := New(Options{Fetcher: testFetcher(t, nil), Clock: xuanti.NewManualClock(crawltest.Recorded())})
	res := c.Poll(t.Context(), xuanti.Source{ID: "p", Kind: xuanti.SourcePage, URL: s.URL + "/news/", State: xuanti.SourceActive})
	if res.Err == nil || !strings.Contains(res.Err.Error(), "元素过多") {
		t.Errorf("%v", res.Err)
	}
}
