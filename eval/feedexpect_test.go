package eval

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeFiles puts made-up conformance files into a folder.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFeedExpect(t *testing.T) {
	rss := func(expect, item string) string {
		return "<!--\nDescription: made up\nExpect:      " + expect + "\n-->\n<rss version=\"2.0\"><channel><title>河湾日报</title><item>" + item + "</item></channel></rss>"
	}
	full := "<title>渡口复航</title><link>https://paper.example.com/1</link><description>&lt;p&gt;上午&lt;b&gt;九点&lt;/b&gt;起&lt;/p&gt;</description><pubDate>Fri, 20 Nov 2020 10:00:00 GMT</pubDate>"
	dir := writeFiles(t, map[string]string{
		"rss/title.xml":   rss(`not bozo and entries[0]['title'] == '渡口' + '\u590d航'`, full),
		"rss/chain.xml":   rss(`feed['title'] == feed.title_detail.value == "河湾日报"`, full),
		"rss/date.xml":    rss(`entries[0]['published_parsed'] == (2020, 11, 20, 10, 0, 0, 4, 325, 0) and entries[0]['published'] == 'Fri, 20 Nov 2020 10:00:00 GMT'`, full),
		"rss/content.xml": rss(`entries[0].summary == '<p>上午<b>九点</b>起</p>' and entries[0]['tags'][0]['term'] == 'x'`, full),
		"rss/either.xml":  rss(`(feed['title'] == 'x') or feed['title'] == '河湾日报'`, full),
		"rss/absent.xml":  rss(`not entries[0].has_key('author')`, full),
		"rss/wrong.xml":   rss(`entries[0]['link'] == 'https://paper.example.com/2' and entries[0]['title'] == '渡口复航'`, full),
		"rss/other.xml":   rss(`version == 'rss20' and len(entries) == 1 and 'x' not in feed`, full),
		"rss/damage.xml":  rss(`entries[0]['title' == `, full),
		"rss/silent.xml":  "<rss><channel><title>x</title></channel></rss>",
		"rss/broken.xml":  "<!--\nExpect: feed['title'] == 'x'\n-->\n<urlset></urlset>",
		"atom/base.xml":   "<!--\nHeader: Content-Location: https://base.example/a/b\nExpect: entries[0]['link'] == 'https://base.example/a/c' and entries[0]['content'][0]['value'] == '<img src=\"https://base.example/p.png\" />'\n-->\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>x</title><entry><title>一</title><link href=\"c\"/><content type=\"html\">&lt;img src=\"/p.png\"&gt;</content></entry></feed>",
	})
	r, out, _ := run(t, "", func(e *Env) (Report, error) { return e.FeedExpect(t.Context(), dir) })
	if r.Rows != 12 || r.Bad != 0 {
		t.Errorf("report %+v", r)
	}
	for _, want := range []string{
		"rss/wrong.xml: link entries.0.link: want \"https://paper.example.com/2\", got \"https://paper.example.com/1\"\n",
		"rss/broken.xml: title feed.title: want \"x\", got \"this is no RSS",
		"rss/damage.xml: the expectation cannot be read: column 22",
		"files 12, without an expectation 1, expectation not readable 1, stating none of title, link, date, content 2\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if n := strings.Count(out, ": want "); n != 2 {
		t.Errorf("%d differences:\n%s", n, out)
	}
	table := map[string]string{}
	for _, l := range lines(out) {
		if f := strings.Fields(l); len(f) > 2 {
			table[f[0]] = strings.Join(f[1:], " ")
		}
	}
	for field, want := range map[string]string{
		"title":   "4/5 80.0% 4/4 100.0% - 0/1 0.0% 0 0", // all, rss, atom, other
		"link":    "1/2 50.0% 0/1 0.0% 1/1 100.0% - 0 0",
		"date":    "1/1 100.0% 1/1 100.0% - - 0 0",
		"content": "2/2 100.0% 1/1 100.0% 1/1 100.0% - 2 1",
		"image":   "1/1 100.0% - 1/1 100.0% - 0 0",
		"title,":  "link, date, content together 6/8 75.0% 5/6 83.3% 1/1 100.0% 0/1 0.0%",
	} {
		if table[field] != want {
			t.Errorf("%s: %q, want %q", field, table[field], want)
		}
	}
}

func TestParsePython(t *testing.T) {
	for in, want := range map[string]string{
		`'a' + "b\n" + u'\xe9\u4e00\U0001F600'`: "a" + "b\n" + "é一😀",
		`'''it's "it"'''`:                       `it's "it"`,
		`'\d\\'`:                                `\d\`,
	} {
		n, err := parsePython(in)
		if err != nil || n.lit != want {
			t.Errorf("%s: %+v, %v", in, n, err)
		}
	}
	for _, bad := range []string{"", "'x", "a ==", "(1, 2", "a b", "'x' + 1", "a[b]", "1.2.3", `'\u12'`, `'\xzz'`, "a < b == c",
		strings.Repeat("not ", 1000) + "a", strings.Repeat("(", 1000)} {
		if n, err := parsePython(bad); err == nil {
			t.Errorf("%.20q was read as %+v", bad, n)
		}
	}
}

func FuzzParsePython(f *testing.F) {
	f.Add(`not bozo and entries[0]['title'] == 'a' + "b" or (x.y(1, [2]) in {'k': None})`)
	f.Fuzz(func(t *testing.T, s string) {
		n, err := parsePython(s)
		if (n == nil) == (err == nil) && err == nil {
			t.Error("neither a tree nor an error")
		}
	})
}
