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
		list, err := Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		crawltest.Golden(t, file+".golden.json", list)
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
	if err != nil || !reflect.DeepEqual(got.Feeds, want) {
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
	if list, err := Parse(strings.NewReader("<opml><body></body></opml>")); err != nil || len(list.Feeds) != 0 {
		t.Errorf("an empty list: %v, %v", list, err)
	}
	if list, err := Parse(strings.NewReader("<opml>" + strings.Repeat("<outline text='a'>", 100_000) + `<outline xmlUrl="https://e.example/"/>`)); err != nil || len(list.Feeds) != 1 {
		t.Errorf("deep nesting: %+v, %v", list, err)
	}
}

// Every outline that was meant for a feed and is none is named, with its line.
func TestParseSkips(t *testing.T) {
	list, err := Parse(strings.NewReader(`<?xml version="1.0"?>

<opml version="2.0"><body>
<outline text="文件夹">
	<outline text="脚本" type="rss" xmlUrl="javascript:alert(1)"/>
	<outline text="好的" type="rss"
		xmlUrl="https://paper.example.com/rss"/>
	<outline text="本机文件" xmlUrl="file:///etc/passwd"/>
</outline>
<outline text="没有主机" type="rss" xmlUrl="https:///rss"/>
<outline text="空的" type="rss" xmlUrl=""/>
<outline text="又一次" type="rss" xmlUrl="https://paper.example.com/rss"/>
<outline text="是文件夹" type="rss"></outline>
</body></opml>`))
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Feeds) != 1 || list.Feeds[0].Group != "文件夹" || list.Repeated != 1 {
		t.Errorf("%+v", list)
	}
	want := []Skipped{
		{5, "脚本", "javascript:alert(1)", "不是 http 或 https 地址 (not an http or https address)"},
		{8, "本机文件", "file:///etc/passwd", "不是 http 或 https 地址 (not an http or https address)"},
		{10, "没有主机", "https:///rss", "不是可以请求的网址 (no address that can be requested)"},
		{11, "空的", "", "没有地址 (no address)"},
	}
	if !reflect.DeepEqual(list.Skipped, want) {
		t.Errorf("got %+v", list.Skipped)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"nested.opml", "broken.opml"} {
		if body, err := os.ReadFile(filepath.Join("testdata/lists", name)); err == nil {
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := Parse(bytes.NewReader(body))
		if err != nil {
			return
		}
		for _, o := range list.Feeds {
			if !strings.HasPrefix(o.URL, "http") {
				t.Errorf("address %q", o.URL)
			}
		}
		if err := Write(&bytes.Buffer{}, "x", list.Feeds); err != nil {
			t.Error(err)
		}
	})
}
