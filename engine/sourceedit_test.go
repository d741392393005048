package engine

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func ptr[T any](v T) *T { return &v }

func TestEditSource(t *testing.T) {
	web := newSite(t)
	e, clock := online(t, t.TempDir(), noon)
	defer shut(t, e)
	src := addFeed(t, e, web.URL+"/feed/a", "河湾晚报")
	after(t, e, clock, 0, src.ID)
	v, err := e.EditSource(t.Context(), src.ID, SourceEdit{Name: ptr("河湾日报"), Group: ptr("地方"), Tags: ptr([]string{"渡口", "渡口", "船"}), Interval: ptr("20m"),
		Headers: ptr(map[string]string{"Cookie": "sid=secret"}), Zone: ptr("Asia/Tokyo"), FullText: ptr(true), Weight: ptr(1.4)})
	if err != nil {
		t.Fatal(err)
	}
	if v.Name != "河湾日报" || v.Group != "地方" || strings.Join(v.Tags, " ") != "渡口 船" || v.Interval != "20m0s" || strings.Join(v.HeaderNames, "") != "Cookie" || v.Zone != "Asia/Tokyo" || !v.FullText || v.Weight != 1.4 {
		t.Errorf("edited %+v", v)
	}
	for _, q := range []SourceQuery{{Group: "地方"}, {Tag: "船"}, {Text: "河湾日"}, {Kind: "feed", Health: "ok"}} {
		if p, err := e.Sources(t.Context(), q); err != nil || len(p.Items) != 1 {
			t.Errorf("%+v found %d: %v", q, len(p.Items), err)
		}
	}
	if p, _ := e.Sources(t.Context(), SourceQuery{Tag: "车"}); len(p.Items) != 0 {
		t.Error("found by a tag that it has not")
	}
	v, err = e.EditSource(t.Context(), src.ID, SourceEdit{Group: ptr(""), Tags: ptr([]string{}), FullText: ptr(false), Headers: ptr(map[string]string{})})
	if err != nil || v.Group != "" || len(v.Tags) != 0 || v.FullText || len(v.HeaderNames) != 0 || v.Name != "河湾日报" {
		t.Errorf("cleared %+v %v", v, err)
	}
	stored, _ := e.store.Source(t.Context(), src.ID)
	if stored.Fetch.BodyHash == "" {
		t.Fatal("nothing was remembered of the body")
	}
	v, err = e.EditSource(t.Context(), src.ID, SourceEdit{URL: ptr(web.URL + "/feed/b")})
	stored, _ = e.store.Source(t.Context(), src.ID)
	if err != nil || v.URL != web.URL+"/feed/b" || stored.Fetch.BodyHash != "" || stored.Fetch.ETag != "" || !stored.Fetch.NextAt.IsZero() {
		t.Errorf("a new address keeps the validators of the old: %+v %v", stored.Fetch, err)
	}
	other := addFeed(t, e, web.URL+"/feed/c", "三号")
	for _, c := range []struct {
		in      SourceEdit
		pointer string
	}{
		{SourceEdit{Interval: ptr("2s")}, "/interval"}, {SourceEdit{Zone: ptr("Mars/Base")}, "/zone"}, {SourceEdit{URL: ptr("ftp://x")}, "/url"},
		{SourceEdit{Weight: ptr(3.0)}, "/weight"}, {SourceEdit{State: ptr(xuanti.SourceGone)}, "/state"}, {SourceEdit{AccountID: ptr("nobody")}, "/account_id"},
		{SourceEdit{Headers: ptr(map[string]string{"Bad Name": "x"})}, "/headers/Bad Name"}, {SourceEdit{Headers: ptr(map[string]string{"host": "x"})}, "/headers/host"},
		{SourceEdit{Headers: ptr(map[string]string{"X-A": "a\r\nB: c"})}, "/headers/X-A"},
	} {
		_, err := e.EditSource(t.Context(), other.ID, c.in)
		var xe *xuanti.Error
		if !errors.As(err, &xe) || xe.Pointer != c.pointer {
			t.Errorf("want a complaint about %s, got %v", c.pointer, err)
		}
	}
	if _, err := e.EditSource(t.Context(), other.ID, SourceEdit{URL: ptr(web.URL + "/feed/b")}); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("two sources of one address: %v", err)
	}
}

func TestSourcesComeInPagesWorstFirst(t *testing.T) {
	web := newSite(t)
	e, clock := online(t, t.TempDir(), noon)
	defer shut(t, e)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		after(t, e, clock, 0, addFeed(t, e, web.URL+"/feed/"+name, name).ID)
	}
	web.status.Store(404)
	p, _ := e.Sources(t.Context(), SourceQuery{Text: "/feed/d"})
	after(t, e, clock, time.Minute, p.Items[0].ID)
	var names, cursor string
	for range 3 {
		p, err := e.Sources(t.Context(), SourceQuery{Limit: 2, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Items {
			names += v.Name
		}
		cursor = p.NextCursor
	}
	if names != "dabce" || cursor != "" {
		t.Errorf("order %q, next %q", names, cursor)
	}
	if _, err := e.Sources(t.Context(), SourceQuery{Cursor: "?"}); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("bad cursor: %v", err)
	}
}

func TestPreviewTellsTheKinds(t *testing.T) {
	web := newSite(t)
	e, _ := online(t, t.TempDir(), noon)
	defer shut(t, e)
	web.issue.Store(40)
	for path, want := range map[string]string{"/feed/x": "feed", "/announces": "page_feed", "/list/": "page"} {
		p, err := e.PreviewSource(t.Context(), web.URL+path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if p.Detected != want || len(p.Items) == 0 || p.Text == "" || p.TextEN == "" || p.ExistingID != "" {
			t.Errorf("%s: %s, %d items, %q", path, p.Detected, len(p.Items), p.Text)
		}
		if want == "feed" && (p.FullShare != 1 || !strings.Contains(p.Text, "3 条带全文")) {
			t.Errorf("full text of %.1f: %s", p.FullShare, p.Text)
		}
	}
	src := addFeed(t, e, web.URL+"/feed/x", "在了")
	if p, err := e.PreviewSource(t.Context(), web.URL+"/feed/x"); err != nil || p.ExistingID != src.ID || !strings.Contains(p.Text, "已在来源中") {
		t.Errorf("existing: %q %v", p.ExistingID, err)
	}
	if _, err := e.PreviewSource(t.Context(), web.URL+"/nothing"); err == nil {
		t.Error("a page that is not there has a preview")
	}
}

func TestBuiltinSourcesArePausedNotDeleted(t *testing.T) {
	e, _ := online(t, t.TempDir(), noon)
	defer shut(t, e)
	if err := e.EnsureSources(t.Context(), e.OwnSources()); err != nil {
		t.Fatal(err)
	}
	if err := e.DeleteSource(t.Context(), "weibo"); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("delete: %v", err)
	}
	v, err := e.EditSource(t.Context(), "weibo", SourceEdit{State: ptr(xuanti.SourcePaused), Interval: ptr("15m")})
	if err != nil || v.Health != xuanti.HealthPaused || v.Interval != "15m0s" {
		t.Errorf("pause: %+v %v", v, err)
	}
	if err := e.EnsureSources(t.Context(), e.OwnSources()); err != nil {
		t.Fatal(err)
	}
	if v, _ := e.Source(t.Context(), "weibo"); v.State != xuanti.SourcePaused {
		t.Error("a restart resumes what was paused")
	}
}

func TestSourcesRoundTripThroughFiles(t *testing.T) {
	web := newSite(t)
	a, _ := online(t, t.TempDir(), noon)
	defer shut(t, a)
	if err := a.EnsureSources(t.Context(), a.OwnSources()); err != nil {
		t.Fatal(err)
	}
	feed := addFeed(t, a, web.URL+"/feed/a", "河湾晚报")
	if _, err := a.EditSource(t.Context(), feed.ID, SourceEdit{Group: ptr("地方"), Tags: ptr([]string{"渡口"}), Headers: ptr(map[string]string{"Cookie": "sid=secret"}), State: ptr(xuanti.SourcePaused), Weight: ptr(0.0)}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.PutSource(t.Context(), "", SourceInput{URL: web.URL + "/list/", Kind: xuanti.SourcePage, Name: "公告", Selector: "ul.list a"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.EditSource(t.Context(), "weibo", SourceEdit{Interval: ptr("15m"), State: ptr(xuanti.SourcePaused)}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sources.json", "sources.yaml", "sources.opml"} {
		var first bytes.Buffer
		if _, _, err := a.Export(t.Context(), name, ExportQuery{}, &first); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(first.String(), "secret") {
			t.Errorf("%s holds a cookie", name)
		}
		b, _ := online(t, t.TempDir(), noon)
		if err := b.EnsureSources(t.Context(), b.OwnSources()); err != nil {
			t.Fatal(err)
		}
		kind := "sources"
		if name == "sources.opml" {
			kind = "opml"
		}
		im, err := b.Import(t.Context(), kind, name, bytes.NewReader(first.Bytes()))
		if err != nil || len(im.Errors) > 0 {
			t.Fatalf("%s: %v %+v", name, err, im.Errors)
		}
		var second bytes.Buffer
		if _, _, err := b.Export(t.Context(), name, ExportQuery{}, &second); err != nil {
			t.Fatal(err)
		}
		if first.String() != second.String() {
			t.Errorf("%s comes back different:\n%s\n---\n%s", name, first.String(), second.String())
		}
		shut(t, b)
	}
}

func TestImportNamesWrongRows(t *testing.T) {
	e, _ := online(t, t.TempDir(), noon)
	defer shut(t, e)
	const file = `
sources:
  - {kind: feed, name: 好的, url: "https://river.example/feed"}
  - {kind: feed, name: 坏的, url: "river"}
  - {kind: radio, name: 收音机, url: "https://river.example/radio"}
  - {kind: board, id: nosuch, name: 榜, url: "https://river.example/"}
  - {kind: page, name: 又一个, url: "https://river.example/", interval: 3s}
`
	im, err := e.Import(t.Context(), "sources", "x.yaml", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var rows []int
	for _, p := range im.Errors {
		rows = append(rows, p.Row)
	}
	if im.Rows != 5 || im.Added != 1 || im.Skipped != 4 || len(rows) != 4 || rows[0] != 2 || rows[3] != 5 {
		t.Errorf("%+v", im)
	}
	for _, bad := range []string{"", "just words", "{", "sources: []", `{"sources": 7}`} {
		if _, err := e.Import(t.Context(), "sources", "x.yaml", strings.NewReader(bad)); xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParseSources(f *testing.F) {
	f.Add([]byte(`{"version":1,"sources":[{"kind":"feed","name":"x","url":"https://a.example/"}]}`))
	f.Add([]byte("- {kind: page, url: x}\n"))
	f.Add([]byte("a: &a [*a, *a]\nsources: *a\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := parseSources(bytes.NewReader(b))
		if err == nil && (len(rows) == 0 || len(rows) > sourceFileRows) {
			t.Errorf("%d rows", len(rows))
		}
	})
}
