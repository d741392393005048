package opml

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func TestParseGolden(t *testing.T) {
	for _, name := range []string{"nested.opml", "broken.opml"} {
		file := filepath.Join("testdata/lists", name)
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		feeds, err := Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		crawltest.Golden(t, file+".golden.json", feeds)
	}
}

func TestRoundTrip(t *testing.T) {
	want := []Feed{
		{Title: "河湾 & 日报 <早>", URL: "https://paper.example.com/rss?a=1&b=2", HTMLURL: "https://paper.example.com/", Group: "新闻/本地", Tags: []string{"早报", "民生/交通", "a & b"}},
		{Title: "另一家", URL: "https://other.example.com/rss", Group: "新闻/本地"},
		{Title: "新闻根下", URL: "https://news.example.com/rss", Group: "新闻"},
		{Title: "无组", URL: "http://plain.example.com/rss"},
	}
	var buf bytes.Buffer
	if err := Write(&buf, "导出", want); err != nil {
		t.Fatal(err)
	}
	got, err := Parse(&buf)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
}

func TestParseBad(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		code xuanti.Code
	}{
		"empty":     {"", xuanti.CodeInvalid},
		"a page":    {"<html><body>x</body></html>", xuanti.CodeInvalid},
		"too large": {"<opml>" + strings.Repeat(" ", maxBytes), xuanti.CodeLimited},
	} {
		if _, err := Parse(strings.NewReader(tt.in)); xuanti.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	var b strings.Builder
	b.WriteString("<opml><body>")
	for i := range maxFeeds + 1 {
		fmt.Fprintf(&b, `<outline xmlUrl="https://e.example/%d"/>`, i)
	}
	if _, err := Parse(strings.NewReader(b.String())); xuanti.CodeOf(err) != xuanti.CodeLimited {
		t.Errorf("too many feeds: %v", err)
	}
	if feeds, err := Parse(strings.NewReader("<opml><body></body></opml>")); err != nil || len(feeds) != 0 {
		t.Errorf("an empty list: %v, %v", feeds, err)
	}
	if feeds, err := Parse(strings.NewReader("<opml>" + strings.Repeat("<outline text='a'>", 100_000) + `<outline xmlUrl="https://e.example/"/>`)); err != nil || len(feeds) != 1 {
		t.Errorf("deep nesting: %d feeds, %v", len(feeds), err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"nested.opml", "broken.opml"} {
		if body, err := os.ReadFile(filepath.Join("testdata/lists", name)); err == nil {
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		feeds, err := Parse(bytes.NewReader(body))
		if err != nil {
			return
		}
		for _, o := range feeds {
			if !strings.HasPrefix(o.URL, "http") {
				t.Errorf("address %q", o.URL)
			}
		}
		if err := Write(&bytes.Buffer{}, "x", feeds); err != nil {
			t.Error(err)
		}
	})
}
