package engine

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/xuanti/xuanti/crawler/opml"
)

// A list that goes in comes out again: names, addresses, groups, tags.
func TestOPMLImportExport(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	want := []opml.Feed{
		{Title: "河湾日报", URL: "https://paper.example.com/rss?a=1&b=2", Group: "新闻/本地", Tags: []string{"早报", "交通"}},
		{Title: "港口通讯", URL: "https://port.example.com/rss", Group: "新闻/本地"},
		{Title: "没有组", URL: "https://plain.example.com/rss"},
	}
	var in, out bytes.Buffer
	if err := opml.Write(&in, "x", want); err != nil {
		t.Fatal(err)
	}
	if im, err := e.Import(t.Context(), "opml", "x.opml", &in); err != nil || im.Added != 3 || len(im.Errors) != 0 {
		t.Fatalf("%+v, %v", im, err)
	}
	if _, _, err := e.Export(t.Context(), "sources.opml", ExportQuery{}, &out); err != nil {
		t.Fatal(err)
	}
	again := out.String()
	got, err := opml.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	byURL := map[string]opml.Feed{}
	for _, f := range got.Feeds {
		byURL[f.URL] = f
	}
	for _, w := range want {
		if !reflect.DeepEqual(byURL[w.URL], w) {
			t.Errorf("got %+v, want %+v", byURL[w.URL], w)
		}
	}
	if len(got.Feeds) != len(want) {
		t.Errorf("%d feeds", len(got.Feeds))
	}
	if im, err := e.Import(t.Context(), "opml", "again.opml", strings.NewReader(again)); err != nil || im.Added != 0 || im.Skipped != 3 {
		t.Errorf("a second import: %+v, %v", im, err)
	}
}

// What an import passes over is counted and named.
func TestOPMLImportNamesWhatItSkips(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	im, err := e.Import(t.Context(), "opml", "x.opml", strings.NewReader(`<opml><body>
<outline type="rss" text="河湾日报" xmlUrl="https://paper.example.com/rss"/>
<outline type="rss" text="脚本" xmlUrl="javascript:alert(1)"/>
</body></opml>`))
	if err != nil || im.Rows != 2 || im.Added != 1 || im.Skipped != 1 || im.Wrong != 1 || len(im.Errors) != 1 {
		t.Fatalf("%+v, %v", im, err)
	}
	if x := im.Errors[0]; x.Row != 3 || !strings.Contains(x.Message, "脚本 javascript:alert(1)：不是 http") {
		t.Errorf("%+v", x)
	}
}
