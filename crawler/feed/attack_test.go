package feed

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

// TestParseAttacks: documents made to be expensive are read within their
// limits or refused; what is whole beside them is kept.
func TestParseAttacks(t *testing.T) {
	item := "<item><title>桥通车了</title><link>https://paper.example.com/1</link></item>"
	rss := func(inside string) string {
		return "<rss version='2.0'><channel><title>河湾</title>" + inside + "</channel></rss>"
	}
	entities := "<!DOCTYPE rss [<!ENTITY a0 'ha'>"
	for i := 1; i < 40; i++ {
		entities += fmt.Sprintf("<!ENTITY a%d '&a%d;&a%d;'>", i, i-1, i-1)
	}
	for name, doc := range map[string]string{
		"billion laughs":  entities + "]>" + rss("<description>&a39;</description>"+item),
		"external entity": "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + rss("<description>&x;</description>"+item),
		"deep elements":   rss(item + strings.Repeat("<a>", 200_000)),
		"deep in an item": rss(item + "<item><title>深</title><description>" + strings.Repeat("<div>", 100_000) + "</description></item>"),
		"deep escaped":    rss(item + "<item><title>深</title><description>" + strings.Repeat("&lt;div&gt;", 100_000) + "</description></item>"),
		"long attribute":  rss(item + "<x y='" + strings.Repeat("z", 1<<20) + "'/>"),
		"many attributes": rss(item + "<x " + manyAttributes(50_000) + "/>"),
		"open brackets":   rss(item) + strings.Repeat("<", 1<<20),
		"open comments":   rss(item + strings.Repeat("<!--", 1<<18)),
		"open tags":       rss(item) + strings.Repeat("<a ", 1<<19),
		"open quotes":     rss(item) + strings.Repeat("<a b='", 1<<18),
		"open ends":       rss(item) + strings.Repeat("</a ", 1<<19),
		"open questions":  rss(item) + strings.Repeat("<?a ", 1<<19),
		"open doctypes":   rss(item) + strings.Repeat("<!DOCTYPE [", 1<<17),
		"open entities":   "<!DOCTYPE rss [" + strings.Repeat("<!ENTITY ", 1<<17) + "]>" + rss(item),
		"references":      rss(item + strings.Repeat("&a", 1<<19)),
		"open cdata":      rss(item + strings.Repeat("<![CDATA[", 1<<17)),
		"many namespaces": rss(item + "<x " + strings.Repeat("xmlns:a='b' ", 50_000) + "/>"),
		"number entities": rss(item + strings.Repeat("&#x41;", 200_000)),
		"too many items":  rss(item + strings.Repeat("<item><title>同</title><link>https://paper.example.com/x</link></item>", 15_000)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			feed, err := Parse([]byte(doc), "application/rss+xml", "https://paper.example.com/", nil, crawltest.Now())
			if err != nil {
				var fe *Error
				if !errors.As(err, &fe) {
					t.Fatalf("%T %v", err, err)
				}
				return
			}
			if len(feed.Items) == 0 || len(feed.Items) > MaxItems {
				t.Fatalf("%d items", len(feed.Items))
			}
			if feed.Items[0].Title != "桥通车了" {
				t.Errorf("the whole item is lost: %q", plain.Clip(feed.Items[0].Title, 40))
			}
			if strings.Contains(feed.Items[0].Text+feed.Title+feed.Description, "root:") || len(feed.Description) > 1<<16 {
				t.Errorf("an entity was expanded: %q", plain.Clip(feed.Description, 80))
			}
		})
	}
	for name, doc := range map[string]string{
		"deep arrays":  `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":` + strings.Repeat("[", 500_000),
		"deep objects": `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[` + strings.Repeat(`{"a":`, 200_000),
		"long number":  `{"version":"https://jsonfeed.org/version/1.1","title":` + strings.Repeat("9", 1<<20) + `}`,
	} {
		if _, err := Parse([]byte(doc), "application/json", "https://paper.example.com/", nil, crawltest.Now()); err == nil {
			t.Errorf("%s was taken for a feed", name)
		}
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d='b' ", i)
	}
	return b.String()
}
