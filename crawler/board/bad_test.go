package board

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

// TestReadBad: what platforms really answer when they refuse. No board
// may panic or return a list, and the error must name board and adapter.
func TestReadBad(t *testing.T) {
	for _, f := range crawltest.BoardAnswers(t, ".") {
		bad := map[string]struct {
			body, contentType, says string
		}{
			"empty":      {"", f.ContentType, "empty"},
			"spaces":     {" \n\t ", f.ContentType, "empty"},
			"login page": {crawltest.LoginHTML, "text/html; charset=utf-8", "login or verification page"},
			"other page": {`<html><head><title>系统维护中</title></head><body>稍后再来</body></html>`, "text/html", "系统维护中"},
			"cut":        {string(f.Body[:len(f.Body)*3/5]), f.ContentType, "cut off after"},
			"refusal":    {`{"code":-412,"message":"request was banned"}`, f.ContentType, ""},
			"empty list": {f.Emptied(), f.ContentType, ""},
			"renested":   {`{"wrap":` + jsonOf(f) + `}`, f.ContentType, ""},
			"null":       {"null", f.ContentType, ""},
			"number":     {"42", f.ContentType, ""},
			"list":       {"[[[[1,2,3]]]]", f.ContentType, ""},
			"deep":       {strings.Repeat("[", 200000), f.ContentType, ""},
			"deep page":  {strings.Repeat("<div>", 20000), f.ContentType, ""},
		}
		for name, c := range bad {
			t.Run(filepath.Base(f.File)+"/"+name, func(t *testing.T) {
				r := builtin(t, f.Board).Read(f.Adapter, []byte(c.body), c.contentType, crawltest.Recorded())
				if r.Err == nil {
					t.Fatalf("no error, %d rows", len(r.Entries))
				}
				msg := r.Err.Error()
				if !strings.Contains(msg, ": board "+f.Board+" ("+f.Adapter+"): ") || !strings.Contains(msg, c.says) {
					t.Errorf("error %q does not say %q", msg, c.says)
				}
				if said := words(r.Err); !strings.Contains(said, "（"+f.Adapter+"）：") || !plain.HasHan(said) {
					t.Errorf("words for people: %q", said)
				}
				if len(msg) > 800 {
					t.Errorf("error of %d bytes", len(msg))
				}
			})
		}
	}
}

func jsonOf(f crawltest.BoardAnswer) string {
	if strings.HasSuffix(f.File, ".json") {
		return string(f.Body)
	}
	return `{"data":[]}`
}

func TestReadUnknown(t *testing.T) {
	if _, err := Builtin().Board("nowhere"); err == nil {
		t.Error("unknown board: no error")
	}
	if r := builtin(t, "weibo").Read("nosuch", nil, "", crawltest.Recorded()); r.Err == nil || !strings.Contains(r.Err.Error(), "nosuch") {
		t.Errorf("unknown adapter: %v", r.Err)
	}
}

// TestReadAnyAdapter: without an adapter the shape decides.
func TestReadAnyAdapter(t *testing.T) {
	for _, f := range crawltest.BoardAnswers(t, ".") {
		if f.Board != "weibo" {
			continue
		}
		if r := builtin(t, f.Board).Read("", f.Body, f.ContentType, crawltest.Recorded()); r.Err != nil || r.Adapter != f.Adapter {
			t.Errorf("%s: %s %v", f.File, r.Adapter, r.Err)
		}
	}
}

func TestBounds(t *testing.T) {
	row := func(n string) string { return `{"word":"第` + n + `条消息","num":100}` }
	body := `{"data":{"realtime":[` + row("一") + "," + row("二") + "," + row("三") + "," + row("三") + `,{"word":"x","is_ad":1}]}}`
	weibo := builtin(t, "weibo")
	r := weibo.Read("side", []byte(body), "application/json", crawltest.Recorded())
	if err := r.Err; err == nil || !strings.Contains(err.Error(), "only 3 rows are left") || !strings.Contains(err.Error(), "1 promoted, 1 repeated") {
		t.Errorf("too few rows: %v", err)
	}
	if want := []Rejected{{4, "第三条消息", "repeated"}, {5, "x", "promoted"}}; r.Rows != 5 || !slices.Equal(r.Rejected, want) {
		t.Errorf("%d rows, rejected %v", r.Rows, r.Rejected)
	}
	var rows []string
	for i := range 20 {
		rows = append(rows, `{"word":"story number `+strings.Repeat("i", i+1)+`","num":100}`)
	}
	r = weibo.Read("side", []byte(`{"data":{"realtime":[`+strings.Join(rows, ",")+`]}}`), "application/json", crawltest.Recorded())
	if err := r.Err; err == nil || !strings.Contains(err.Error(), "0 of 20 titles are Chinese") {
		t.Errorf("not Chinese: %v", err)
	}
}

func TestParseHeat(t *testing.T) {
	f := func(s string, want int64) {
		t.Helper()
		got := parseHeat(s)
		switch {
		case got == nil && want >= 0, got != nil && *got != want:
			t.Errorf("parseHeat(%q) = %v, want %d", s, got, want)
		}
	}
	f("1234 万热度", 12340000)
	f("热度 3.5亿", 350000000)
	f("剧集 567890", 567890)
	f("1,203,400", 1203400)
	f("3300.5", 3300)
	f("412评", 412)
	f("", -1)
	f("沸", -1)
	f("0", -1)
}

func TestFigure(t *testing.T) {
	f := func(spec, printed string, want int64) {
		t.Helper()
		file := strings.Replace(smallBoard, "ID", "town", 1) + "    figure: " + spec + "\n"
		file = strings.Replace(file, "url: u}", "url: u, heat: h}", 1)
		b, err := ParseFile("town.yaml", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		got := b.endpoints[0].figure.read(printed)
		if got == nil && want >= 0 || got != nil && *got != want {
			t.Errorf("%s reads %q as %v, want %d", spec, printed, got, want)
		}
	}
	f("{times: 10000}", "12.5", 125000)
	f("{times: 10000}", "1,203", 12030000)
	f("{times: 10000}", "3.5亿", 350000000)
	f("{times: 10000}", "沸", -1)
	f("{times: 10000}", "-2", 2) // a dash before a figure is print, not sign
	f(`{like: '热度(\S+)'}`, "2 小时前 热度3.2万", 32000)
	f(`{like: '热度(\S+)'}`, "2 小时前", -1)
	f(`{like: '(\d+)\s*讨论', times: 100}`, "1 图 25 讨论", 2500)
}

func TestHeadline(t *testing.T) {
	for in, want := range map[string]string{
		"【渡口大桥合龙】河湾社电，大桥今晨合龙。": "渡口大桥合龙",
		"渡口大桥今晨合龙。比计划早两个月。":    "渡口大桥今晨合龙",
		"<b>没有句号</b>的一句话":      "没有句号的一句话",
		"【】空的标题。":              "【】空的标题",
		"":                     "",
	} {
		if got := headline(in); got != want {
			t.Errorf("headline(%q) = %q, want %q", in, got, want)
		}
	}
	if got := headline(strings.Repeat("长", 200)); len([]rune(got)) != maxFlashTitle {
		t.Errorf("%d runes", len([]rune(got)))
	}
}

func TestRowTime(t *testing.T) {
	want := time.Date(2026, 11, 23, 2, 13, 20, 0, time.UTC)
	for _, in := range []string{"1795400000", "1795400000000", "2026-11-23 10:13:20", " 1795400000 "} {
		if got := rowTime(in, crawltest.Recorded()); !got.Equal(want) {
			t.Errorf("rowTime(%q) = %s", in, got)
		}
	}
	for _, in := range []string{"", "7", "不是时间"} {
		if got := rowTime(in, crawltest.Recorded()); !got.IsZero() {
			t.Errorf("rowTime(%q) = %s", in, got)
		}
	}
}

func TestFileErrors(t *testing.T) {
	ok := "id: test\nname: 测试榜\nhome: https://example.com/\nendpoints:\n  - adapter: main\n    url: https://example.com/list\n    format: json\n    items: data\n    fields: {title: t, url: u}\n"
	if _, err := ParseFile("test.yaml", []byte(ok)); err != nil {
		t.Fatal(err)
	}
	f := func(from, to, says string) {
		t.Helper()
		_, err := ParseFile("test.yaml", []byte(strings.Replace(ok, from, to, 1)))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q for %q: error %v, want %q", to, from, err, says)
		}
	}
	f("name: 测试榜", "name:", "test.yaml:2: name is missing")
	f("name:", "nmae:", "test.yaml:2: unknown key: nmae")
	f("    items: data", "    items: data\n    colour: red", "test.yaml:9: unknown key: colour")
	f("items: data", "items: data[", "test.yaml:8: ")
	f("name: 测试榜", "name: [榜", "test.yaml:2: did not find expected ',' or ']'")
	f("name: 测试榜", "name: 测试榜: 二", "test.yaml:2: mapping values are not allowed")
	f("format: json", "format: xml", "test.yaml:7: adapter main: format is json, html or script")
	f("https://example.com/list", "ftp://example.com/", "test.yaml:6: url")
	f("id: test", "id: T", "test.yaml:1: id \"T\"")
	f("name: 测试榜", "interval: 5s", "test.yaml:2: interval")
	f("name: 测试榜\n", "", "test.yaml:1: name is missing")
	f("{title: t, url: u}", "{title: t}", "test.yaml:9: adapter main: items, fields.title and fields.url")
	f("{title: t, url: u}", "{title: t, url: u}\n    skip: [{on: ad, like: '('}]", "test.yaml:10: ")
	f("{title: t, url: u}", "{title: t, url: u}\n    skip: [{on: ad}]", "exactly one of")
	f("{title: t, url: u}", "{title: t, url: '{u'}", "not closed")
	f("items: data", "items: data\n    sign: rot13", "test.yaml:9: signature")
	f("name: 测试榜", "name: 测试榜\norder: up", "test.yaml:3: order")
	f("name: 测试榜", "name: 测试榜\nbounds: {still: soon}", "test.yaml:3: still")
	f("items: data", "items: data\n    figure: {like: '热度'}", "test.yaml:9: figure")
	f("items: data", "items: data\n    each: {ids: ., url: 'https://other.example/{.}'}", "test.yaml:9: each: the records must lie on the host")
	f("items: data", "items: data\n    each: {ids: .}", "each: ids and a url")
	f("items: data", "items: data\n    each: {ids: ., url: 'https://example.com/{.}', take: 99}", "test.yaml:9: each: take")
	f("https://example.com/list", "https://example.com/list\n    method: PUT", "method \"PUT\"")
	f("endpoints:", "bounds: {min: 9, max: 3}\nendpoints:", "test.yaml:4: bounds")
}

func TestSignURL(t *testing.T) {
	b := builtin(t, "cls")
	req := b.request(b.endpoints[0], time.Time{})
	// md5(sha1("appName=CailianpressWeb&os=web&sv=7.7.5")), both in hex.
	if !strings.HasSuffix(req.URL, "?appName=CailianpressWeb&os=web&sign=9c11221af4f6b47b253098a8b9957b8f&sv=7.7.5") {
		t.Errorf("signed address %s", req.URL)
	}
}

func FuzzRead(f *testing.F) {
	boards := Builtin().All()
	index := map[string]int{}
	for i, b := range boards {
		index[b.ID] = i
	}
	for _, x := range crawltest.BoardAnswers(f, ".") {
		f.Add(index[x.Board], x.Body, x.ContentType)
	}
	f.Add(0, []byte(crawltest.LoginHTML), "text/html")
	f.Fuzz(func(t *testing.T, i int, body []byte, contentType string) {
		b := boards[uint(i)%uint(len(boards))]
		if r := b.Read("", body, contentType, crawltest.Recorded()); r.Err == nil {
			checkEntries(t, r.Entries)
		}
	})
}

func FuzzParseFile(f *testing.F) {
	f.Add([]byte("id: test\nname: x\nhome: https://e.com\nendpoints: [{adapter: aa, url: 'https://e.com', format: html, items: 'a >> b', fields: {title: ., url: '@href'}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := ParseFile("fuzz.yaml", data); err == nil && b.ID == "" {
			t.Error("a board without id")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, f := range crawltest.BoardAnswers(b, ".") {
		if f.Board == "weibo" || f.Board == "zhihu" {
			b.Run(f.Board+"-"+f.Adapter, func(b *testing.B) {
				board := builtin(b, f.Board)
				b.SetBytes(int64(len(f.Body)))
				b.ReportAllocs()
				for b.Loop() {
					if r := board.Read(f.Adapter, f.Body, f.ContentType, crawltest.Recorded()); r.Err != nil {
						b.Fatal(r.Err)
					}
				}
			})
		}
	}
}
