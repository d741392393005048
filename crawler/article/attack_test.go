package article

import (
	"strings"
	"testing"

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
