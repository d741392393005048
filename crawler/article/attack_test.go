package article

import (
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

// TestPageAttacks: pages made to be expensive are read within their limits.
func TestPageAttacks(t *testing.T) {
	for name, page := range map[string]string{
		"deep page":      strings.Repeat("<div>", 100_000) + "字",
		"formatting":     strings.Repeat("<b><i><p>", 3000) + "字",
		"open table":     strings.Repeat("<table><tr><td>", 3000) + "字",
		"long attribute": "<p class='" + strings.Repeat("a ", 1<<15) + "'>字</p>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if a, err := Extract([]byte(page), "text/html", "https://paper.example.com/", crawltest.Now()); err == nil && len([]rune(a.Text)) > plain.MaxText {
				t.Errorf("%d runes of text", len([]rune(a.Text)))
			}
		})
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
