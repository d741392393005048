package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

func TestParseGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/feeds/*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden.json") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			feed, err := Parse(body, "", "https://base.example/feed", nil, crawltest.Now())
			if err != nil {
				t.Fatal(err)
			}
			checkFeed(t, feed, crawltest.Now())
			crawltest.Golden(t, file+".golden.json", feed)
		})
	}
}

// checkFeed checks what holds for every feed.
func checkFeed(t testing.TB, f *Feed, now time.Time) {
	t.Helper()
	f.Prune()
	keys := map[string]bool{}
	for i, it := range f.Items {
		switch {
		case it.Key == "" || keys[it.Key]:
			t.Errorf("item %d: key %q is empty or taken", i, it.Key)
		case !showable(&it):
			t.Errorf("item %d is empty", i)
		case it.PublishedAt.After(now) || it.PublishedAt.IsZero() || it.PublishedAt.Location() != time.UTC:
			t.Errorf("item %d: published %s", i, it.PublishedAt)
		case it.URL != "" && !isHTTP(it.URL):
			t.Errorf("item %d: address %q", i, it.URL)
		case len([]rune(it.Title)) > plain.MaxTitle || len([]rune(it.Text)) > plain.MaxText:
			t.Errorf("item %d is too long", i)
		}
		keys[it.Key] = true
	}
	if len(f.Items) > MaxItems {
		t.Errorf("%d items", len(f.Items))
	}
}

func TestParseRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		kind Kind
	}{
		"nothing":      {"", KindEmpty},
		"blanks":       {" \n\ufeff\t", KindEmpty},
		"a page":       {"<!DOCTYPE html><html><head><title>河湾日报</title></head><body></body></html>", KindHTML},
		"a login page": {`<html><form action="/login"><input name="u"><input type="password" name="p"></form></html>`, KindLogin},
		"a challenge":  {`<html><head><title>Just a moment...</title></head><body></body></html>`, KindChallenge},
		"an API":       {`{"code":0,"data":[],"message":"success"}`, KindAPI},
		"a list":       {`[{"title":"x"}]`, KindAPI},
		"a JSON error": {`{"error":"not found"}`, KindAPI},
		"half an API":  {`{"code":0,"data":[`, KindAPI},
		"text":         {"no feed here", KindUnknown},
		"other XML":    {"<urlset><url><loc>https://example.com/</loc></url></urlset>", KindUnknown},
		"too large":    {"<rss>" + strings.Repeat(" ", MaxBytes), KindTooLarge},
		"half a feed":  {`{"version":"https://jsonfeed.org/version/1","title":"x"`, KindBroken},
	} {
		_, err := Parse([]byte(tt.body), "text/xml", "", nil, crawltest.Now())
		var fe *Error
		if !errors.As(err, &fe) || fe.Kind != tt.kind {
			t.Errorf("%s: %v, want kind %s", name, err, tt.kind)
			continue
		}
		if fe.Message == "" || !plain.HasHan(fe.Words()) {
			t.Errorf("%s: no words", name)
		}
	}
}

func TestParseLimits(t *testing.T) {
	var b strings.Builder
	b.WriteString("<rss><channel><title>多</title>")
	for i := range MaxItems + 500 {
		fmt.Fprintf(&b, "<item><title>第%d条</title><link>https://example.com/%d</link></item>", i, i)
	}
	b.WriteString("</channel></rss>")
	f, err := Parse([]byte(b.String()), "", "", nil, crawltest.Now())
	if err != nil || len(f.Items) != MaxItems || f.Dropped != 500 {
		t.Fatalf("%v", err)
	}
	long := "<rss><channel><title>x</title><item><title>" + strings.Repeat("标题", 2000) + "</title><link>https://example.com/1</link><description>" + strings.Repeat("正文", 100_000) + "</description></item></channel></rss>"
	f, err = Parse([]byte(long), "", "", nil, crawltest.Now())
	if err != nil || len(f.Items) != 1 {
		t.Fatal(err)
	}
	checkFeed(t, f, crawltest.Now())
	// Deep nesting must cost neither stack nor time.
	deep := "<rss><channel><title>x</title><item><title>深</title><link>https://example.com/1</link>" + strings.Repeat("<x:a>", 100_000) + "</item></channel></rss>"
	if _, err := Parse([]byte(deep), "", "", nil, crawltest.Now()); err != nil {
		t.Errorf("deep nesting: %v", err)
	}
}

func TestParseRootAfterLongComment(t *testing.T) {
	doc := "<?xml version=\"1.0\"?><!--" + strings.Repeat("版权声明 ", 4000) + "--><rss version=\"2.0\"><channel><title>迟到的根</title><item><title>一</title><link>https://example.com/1</link></item></channel></rss>"
	f, err := Parse([]byte(doc), "", "", nil, crawltest.Now())
	if err != nil || f.Title != "迟到的根" || len(f.Items) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
}

// Cutting a feed anywhere never panics, and the items that are complete before
// the cut stay.
func TestParseTruncation(t *testing.T) {
	for _, name := range []string{"rsshub-atom.xml", "bridge-rss.xml", "damaged.xml", "rdf.xml", "feed.json"} {
		body, err := os.ReadFile(filepath.Join("testdata/feeds", name))
		if err != nil {
			t.Fatal(err)
		}
		most := 0
		for cut := len(body) % 29; cut <= len(body); cut += 29 {
			f, err := Parse(body[:cut], "", "https://base.example/", nil, crawltest.Now())
			if err != nil {
				continue
			}
			checkFeed(t, f, crawltest.Now())
			if name != "damaged.xml" && len(f.Items) < most {
				t.Errorf("%s: cut at %d gives %d items, an earlier cut gave %d", name, cut, len(f.Items), most)
			}
			most = max(most, len(f.Items))
		}
		if most == 0 {
			t.Errorf("%s: no cut brought an item", name)
		}
	}
}

func TestParseZone(t *testing.T) {
	doc := `<rss><channel><title>x</title><item><title>一</title><link>https://example.com/1</link><pubDate>2026-11-20 10:00</pubDate></item></channel></rss>`
	for zone, want := range map[*time.Location]string{nil: "2026-11-20T02:00:00Z", xuanti.Shanghai: "2026-11-20T02:00:00Z", time.UTC: "2026-11-20T10:00:00Z"} {
		f, err := Parse([]byte(doc), "", "", zone, crawltest.Now())
		if err != nil || f.Items[0].PublishedAt.Format(time.RFC3339) != want {
			t.Errorf("zone %v: %v, %v", zone, f, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/feeds/*")
	for _, file := range files {
		if body, err := os.ReadFile(file); err == nil && !strings.HasSuffix(file, ".golden.json") {
			f.Add(body, "text/xml")
		}
	}
	f.Add([]byte(`<rss><item/><!DOCTYPE [<!ENTITY a "b"`), "")
	f.Add([]byte(`{"version":"jsonfeed.org","items":[{}`), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		feed, err := Parse(body, contentType, "https://base.example/feed", nil, crawltest.Now())
		if err != nil {
			return
		}
		checkFeed(t, feed, crawltest.Now())
		if _, err := json.Marshal(feed); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	var doc strings.Builder
	doc.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>河湾日报</title><link>https://paper.example.com/</link>`)
	for i := range 100 {
		fmt.Fprintf(&doc, `<item><title>河湾市第%d号通告：二号线恢复运行</title><link>https://paper.example.com/n/%d?utm_source=rss</link><guid>n-%d</guid><pubDate>Mon, 23 Nov 2026 08:%02d:00 CST</pubDate><description>&lt;p&gt;%s&lt;/p&gt;</description></item>`, i, i, i, i%60, strings.Repeat("乘客从早上六点起可以正常进站。", 20))
	}
	doc.WriteString("</channel></rss>")
	body := []byte(doc.String())
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(body, "text/xml", "", nil, crawltest.Now()); err != nil {
			b.Fatal(err)
		}
	}
}
