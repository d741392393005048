package eval

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/nlp"
)

// run calls a task on text and returns what it wrote.
func run(t *testing.T, in string, task func(*Env) (Report, error)) (r Report, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	env := &Env{Config: config.Default(), Stdin: strings.NewReader(in), Stdout: &o, Stderr: &e,
		Clock: xuanti.NewManualClock(time.Date(2026, 1, 20, 12, 0, 0, 0, time.UTC)), shared: dictionary()}
	r, err := task(env)
	if err != nil {
		t.Fatalf("%v\n%s", err, e.String())
	}
	return r, o.String(), e.String()
}

// dictionary is loaded once for all tests. The made-up streams hold no word
// that is learned by itself, so nothing passes from one test to the next.
var dictionary = sync.OnceValue(func() *nlp.Analyzer {
	a, err := nlp.New(nlp.Options{})
	if err != nil {
		panic(err)
	}
	return a
})

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

func TestSegmentKeepsTheLine(t *testing.T) {
	in := "临江市新图书馆周六开放 预约首日约满\n\nＡＢＣ公司推出3款新机\n"
	r, out, _ := run(t, in, func(e *Env) (Report, error) { return e.Segment(t.Context(), "") })
	got := lines(out)
	if r.Rows != 3 || len(got) != 3 {
		t.Fatalf("%d rows, %d lines: %q", r.Rows, len(got), out)
	}
	for i, l := range lines(in) {
		if strings.Join(strings.Fields(got[i]), "") != strings.Join(strings.Fields(l), "") {
			t.Errorf("line %d became %q", i+1, got[i])
		}
	}
	if !strings.Contains(got[0], "图书馆") || !strings.Contains(got[0], " ") {
		t.Errorf("not segmented: %q", got[0])
	}
}

func TestPairs(t *testing.T) {
	in := `{"a":"临江大桥主桥今日合龙","b":"临江大桥主桥顺利合龙","extra":1}
{"a":"临江大桥主桥今日合龙","b":"小学食堂上新十二道秋季菜"}
`
	for _, task := range []string{"same-event", "same-topic", "same-item"} {
		_, out, _ := run(t, in, func(e *Env) (Report, error) { return e.Pairs(t.Context(), task, "-") })
		var got []struct {
			Score float64
			Same  bool
		}
		for _, l := range lines(out) {
			var a struct {
				Score float64
				Same  bool
			}
			if err := json.Unmarshal([]byte(l), &a); err != nil {
				t.Fatal(err)
			}
			got = append(got, a)
		}
		if len(got) != 2 || !got[0].Same || task != "same-item" && (got[0].Score <= got[1].Score || got[1].Same) {
			t.Errorf("%s: %+v", task, got)
		}
	}
	env := &Env{Config: config.Default(), Stdin: strings.NewReader(in), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}
	if _, err := env.Pairs(t.Context(), "same", ""); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("unknown task: %v", err)
	}
}

func TestCanonical(t *testing.T) {
	in := "https://news.example.cn/a/12.html?utm_source=x\nhttps://news.example.cn/a/12.html\nhttps://news.example.cn/a/13.html\n"
	_, out, _ := run(t, in, func(e *Env) (Report, error) { return e.Canonical(t.Context(), "") })
	got := lines(out)
	if len(got) != 3 || got[0] != got[1] || got[1] == got[2] {
		t.Errorf("keys %q", got)
	}
}

// rowsOf writes board rows of a small world: two boards over some hours, with
// a story that both take up.
func rowsOf(hours int) string {
	var b strings.Builder
	at := time.Date(2026, 1, 5, 0, 5, 0, 0, xuanti.Shanghai)
	topics := []string{"冰灯会", "长途列车", "蔬菜价格", "山火", "马拉松", "新手机", "降温", "电影首映", "地铁延误", "彩色湖泊", "老街改造", "演唱会"}
	places := []string{"临江", "北岭", "东屏", "西渡", "南浦"}
	n := 0
	for h := range hours {
		ts := at.Add(time.Duration(h) * time.Hour).Format(time.RFC3339)
		for _, p := range []string{"weibo", "baidu", "zhihu"} {
			for r := range 12 {
				n++
				title := fmt.Sprintf("%s%s第%d日最新情况", places[(h/4+r)%len(places)], topics[(r+h/3)%len(topics)], h/6)
				if h%8 == 5 && r == 2 {
					title = "临江大桥“星火号”游船搁浅 乘客全部获救"
				}
				fmt.Fprintf(&b, `{"i":%d,"ts":"%s","platform":"%s","rank":%d,"title":"%s","heat":%d}`+"\n", n, ts, p, r+1, title, 100000/(r+1))
			}
		}
	}
	return b.String()
}

// streams are the tasks whose answers must not depend on later rows.
var streams = map[string]func(*Env, context.Context) (Report, error){
	"cluster":  func(e *Env, ctx context.Context) (Report, error) { return e.Cluster(ctx, "") },
	"bursts":   func(e *Env, ctx context.Context) (Report, error) { return e.Bursts(ctx, "") },
	"newwords": func(e *Env, ctx context.Context) (Report, error) { return e.NewWords(ctx, "") },
	"forecast": func(e *Env, ctx context.Context) (Report, error) { return e.Forecast(ctx, time.Time{}, "") },
}

func TestCuttingTheInputChangesNoAnswer(t *testing.T) {
	in := rowsOf(24)
	all := strings.SplitAfter(strings.TrimSuffix(in, "\n"), "\n")
	for name, task := range streams {
		_, full, _ := run(t, in, func(e *Env) (Report, error) { return task(e, t.Context()) })
		if name != "newwords" && full == "" {
			t.Errorf("%s: no answer at all", name)
		}
		for _, cut := range []int{1, 37, 500, len(all) - 1} {
			_, part, _ := run(t, strings.Join(all[:cut], ""), func(e *Env) (Report, error) { return task(e, t.Context()) })
			if !strings.HasPrefix(full, part) && (cut > 36 || name != "forecast") {
				t.Errorf("%s: after %d rows the answers are not the beginning of those after all rows", name, cut)
			}
		}
	}
}

func TestMalformedRowsAreReportedAndSkipped(t *testing.T) {
	good := rowsOf(3)
	all := strings.SplitAfter(good, "\n")
	bad := strings.Join(all[:40], "") + "{\"ts\":\n" + `{"ts":"gestern","platform":"weibo","rank":1,"title":"甲","i":1}` + "\n" +
		`{"ts":"2026-01-05T00:05:00+08:00","rank":1,"title":"甲","i":1}` + "\n\xff\xfe\n" + strings.Join(all[40:], "")
	for name, task := range streams {
		clean, want, _ := run(t, good, func(e *Env) (Report, error) { return task(e, t.Context()) })
		r, got, errs := run(t, bad, func(e *Env) (Report, error) { return task(e, t.Context()) })
		if r.Bad != 4 || r.Rows != clean.Rows {
			t.Errorf("%s: %d bad rows of 4, %d good ones of %d", name, r.Bad, r.Rows, clean.Rows)
		}
		if got != want {
			t.Errorf("%s: malformed rows change the answers", name)
		}
		for _, line := range []string{"stdin:41:", "stdin:42:", "stdin:43:", "stdin:44:"} {
			if !strings.Contains(errs, line) {
				t.Errorf("%s: %s is not reported in %q", name, line, errs)
			}
		}
	}
}

func TestGzipFilesAndDamagedOnes(t *testing.T) {
	var packed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	if _, err := gz.Write([]byte("第一行\n第二行\n")); err != nil {
		t.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rows.gz")
	if err := os.WriteFile(file, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r, _, _ := run(t, "", func(e *Env) (Report, error) { return e.Segment(t.Context(), file) })
	if r.Rows != 2 || r.Bad != 0 {
		t.Errorf("packed: %+v", r)
	}
	half := packed.Bytes()[:packed.Len()-10]
	r, _, errs := run(t, string(half), func(e *Env) (Report, error) { return e.Canonical(t.Context(), "") })
	if r.Bad != 1 || !strings.Contains(errs, "cannot be read further") {
		t.Errorf("damaged: %+v %q", r, errs)
	}
	r, _, _ = run(t, strings.Repeat("长", maxLine/3+2)+"\n短\n", func(e *Env) (Report, error) { return e.Segment(t.Context(), "") })
	if r.Bad != 1 || r.Rows != 1 {
		t.Errorf("long line: %+v", r)
	}
	env := &Env{Config: config.Default(), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}
	if _, err := env.Canonical(t.Context(), filepath.Join(t.TempDir(), "none")); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("missing file: %v", err)
	}
}

func TestForecastAnswersEverySnapshot(t *testing.T) {
	from := time.Date(2026, 1, 5, 3, 0, 0, 0, xuanti.Shanghai)
	_, out, _ := run(t, rowsOf(6), func(e *Env) (Report, error) { return e.Forecast(t.Context(), from, "") })
	got := lines(out)
	if len(got) != 3*3*3 {
		t.Fatalf("%d answers, want 27", len(got))
	}
	var a forecastAnswer
	if err := json.Unmarshal([]byte(got[1]), &a); err != nil {
		t.Fatal(err)
	}
	if a.H != 3 || a.Platform != "weibo" || a.TS != "2026-01-05T03:05:00+08:00" || len(a.Top10) != 10 || len(a.Listed) != 12 || len(a.Top10P) != 12 {
		t.Errorf("answer %+v", a)
	}
	for title, p := range a.Top10P {
		if p < 0 || a.Listed[title] < p || a.Listed[title] > 1 {
			t.Errorf("%s: listed %v, top ten %v", title, a.Listed[title], p)
		}
	}
	// Rows in disorder inside a snapshot, and the same title twice.
	in := rowsOf(1)
	ls := strings.SplitAfter(strings.TrimSuffix(in, "\n"), "\n")
	ls[0], ls[5] = ls[5], ls[0]
	r, _, errs := run(t, strings.Join(ls, "")+"\n"+`{"ts":"2026-01-04T00:05:00+08:00","platform":"weibo","rank":1,"title":"旧"}`+"\n"+`{"ts":"2026-01-05T00:05:00+08:00","platform":"weibo","rank":0,"title":"零"}`+"\n",
		func(e *Env) (Report, error) { return e.Forecast(t.Context(), time.Time{}, "") })
	if r.Bad != 2 || !strings.Contains(errs, "before the rows") || !strings.Contains(errs, "whole number") {
		t.Errorf("%+v %s", r, errs)
	}
}

func TestClusterGroupsAcrossPlatforms(t *testing.T) {
	row := func(i int, p, title string) string {
		return fmt.Sprintf(`{"i":%d,"ts":"2026-01-05T08:00:00+08:00","platform":"%s","rank":%d,"title":"%s"}`+"\n", i, p, i+1, title)
	}
	in := row(7, "weibo", "临江大桥游船搁浅 乘客全部获救") + row(8, "baidu", "临江大桥游船搁浅乘客全部获救") + row(9, "zhihu", "今年的蔬菜为什么涨价这么快")
	_, out, _ := run(t, in, func(e *Env) (Report, error) { return e.Cluster(t.Context(), "") })
	type answer struct {
		I            int
		Event, Topic string
	}
	var got []answer
	for _, l := range lines(out) {
		var a answer
		if err := json.Unmarshal([]byte(l), &a); err != nil {
			t.Fatal(err)
		}
		got = append(got, a)
	}
	if len(got) != 3 || got[0].I != 7 || got[0].Event != got[1].Event || got[0].Topic != got[1].Topic || got[1].Event == got[2].Event {
		t.Errorf("%+v", got)
	}
}

func TestBurstsAlarmOnceADay(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 1, 1, 0, 30, 0, 0, xuanti.Shanghai)
	words := []string{"教育", "天气", "交通", "体育", "电影", "医疗", "旅游", "农业", "航天", "音乐"}
	for h := range 24 * 5 {
		ts := at.Add(time.Duration(h) * time.Hour)
		for i := range 8 {
			fmt.Fprintf(&b, `{"ts":"%s","platform":"p%d","title":"%s动态第%d号简报"}`+"\n", ts.Format(time.RFC3339), i%4, words[(h+i)%len(words)], h*8+i)
		}
		if h == 110 {
			for i, title := range []string{"青铜纵目面具今晨出土", "新出土青铜纵目面具高清图", "考古队公布青铜纵目面具", "青铜纵目面具为何这么大", "直播:青铜纵目面具提取", "专家解读青铜纵目面具"} {
				fmt.Fprintf(&b, `{"ts":"%s","platform":"p%d","title":"%s"}`+"\n", ts.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), i%4, title)
			}
		}
	}
	_, out, _ := run(t, b.String(), func(e *Env) (Report, error) { return e.Bursts(t.Context(), "") })
	seen := map[string]int{}
	hit := false
	for _, l := range lines(out) {
		var a struct {
			TS, Term string
			Score    float64
			Titles   []string
		}
		if err := json.Unmarshal([]byte(l), &a); err != nil {
			t.Fatal(err)
		}
		seen[a.TS[:10]+a.Term]++
		hit = hit || strings.Contains("青铜纵目面具", a.Term)
		if len(a.Titles) == 0 || len(a.Titles) > 5 || a.Score <= 0 {
			t.Errorf("alarm %s", l)
		}
	}
	if !hit {
		t.Errorf("no alarm for the find:\n%s", out)
	}
	for k, n := range seen {
		if n > 1 {
			t.Errorf("%s fired %d times", k, n)
		}
	}
}

func TestNewWordsAreFound(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 1, 1, 0, 30, 0, 0, xuanti.Shanghai)
	before := []string{"为什么", "听说", "", "昨天", "终于明白", "朋友聊", "网友谈", "记者看"}
	after := []string{"火了", "是什么", "太好玩", "上热搜", "引发讨论", "", "走红网络", "刷屏"}
	for i := range 64 {
		fmt.Fprintf(&b, `{"ts":"%s","platform":"p%d","title":"%s蔫吧槑%s"}`+"\n", at.Add(time.Duration(i)*time.Hour/2).Format(time.RFC3339), i%5, before[i%8], after[i/8])
	}
	_, out, _ := run(t, b.String(), func(e *Env) (Report, error) { return e.NewWords(t.Context(), "") })
	if strings.Count(out, `"word":"蔫吧槑"`) != 1 {
		t.Errorf("found %s", out)
	}
}

func TestFolders(t *testing.T) {
	dir := t.TempDir()
	write := func(name, body string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("feeds/b/two.xml", `<rss version="2.0"><channel><title>临江日报</title><item><guid>1</guid><title>大桥合龙</title><link>https://a.example.cn/1</link><pubDate>Mon, 05 Jan 2026 08:00:00 +0800</pubDate></item><item><guid>2</guid><title>无时间</title><link>https://a.example.cn/2</link></item></channel></rss>`)
	write("feeds/a.xml", `<html><body>这里没有订阅源</body></html>`)
	write("feeds/.hidden", `x`)
	r, out, _ := run(t, "", func(e *Env) (Report, error) { return e.Feeds(t.Context(), filepath.Join(dir, "feeds")) })
	var feeds []feedAnswer
	for _, l := range lines(out) {
		var a feedAnswer
		if err := json.Unmarshal([]byte(l), &a); err != nil {
			t.Fatal(err)
		}
		feeds = append(feeds, a)
	}
	if r.Bad != 0 || len(feeds) != 2 || feeds[0].File != "a.xml" || feeds[0].Error == nil || feeds[1].File != "b/two.xml" || feeds[1].Error != nil {
		t.Fatalf("%+v\n%s", r, out)
	}
	it := feeds[1].Items
	if len(it) != 2 || it[0].ID != "1" || it[0].Published == nil || *it[0].Published != "2026-01-05T00:00:00Z" || it[1].Published != nil {
		t.Errorf("items %s", out)
	}

	write("opml/list.opml", `<opml><body><outline text="报纸"><outline text="临江日报" xmlUrl="https://a.example.cn/rss"/></outline></body></opml>`)
	_, out, _ = run(t, "", func(e *Env) (Report, error) { return e.OPML(t.Context(), filepath.Join(dir, "opml")) })
	if strings.TrimSpace(out) != `{"file":"list.opml","error":null,"feeds":[{"title":"临江日报","url":"https://a.example.cn/rss"}]}` {
		t.Errorf("opml %s", out)
	}

	text := strings.Repeat("<p>临江大桥主桥五日上午顺利合龙，建设者在江风里鸣笛庆祝，两岸居民从此步行十分钟就能相见。</p>", 8)
	write("pages/x/one.html", `<html><head><title>大桥合龙</title></head><body><article><h1>大桥合龙</h1>`+text+`</article></body></html>`)
	write("pages/notes.txt", "不是网页")
	_, out, _ = run(t, "", func(e *Env) (Report, error) { return e.Extract(t.Context(), filepath.Join(dir, "pages")) })
	var pages map[string]articleAnswer
	if err := json.Unmarshal([]byte(out), &pages); err != nil {
		t.Fatal(err)
	}
	if len(pages) != 1 || !strings.Contains(pages["x/one"].Body, "鸣笛庆祝") {
		t.Errorf("pages %s", out)
	}
}

func TestSearchFindsAndCleansUp(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	docs := filepath.Join(t.TempDir(), "docs.jsonl")
	body := `{"id":"d1","text":"临江大桥主桥顺利合龙，两岸居民步行十分钟就能相见。"}
{"id":"d2","title":"蔬菜价格","text":"受低温影响，菠菜和蒜苗的批发价格连续三天上涨。"}
{"id":"bad id","text":"x"}
{"id":"d3","text":"北岭冰灯会今晚开幕，游客可免费入园。"}
`
	if err := os.WriteFile(docs, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	in := "q1\t大桥合龙\nno query here\nq2\t“冰灯会（开幕\nq3\t菠菜 价格\textra\n"
	r, out, errs := run(t, in, func(e *Env) (Report, error) { return e.Search(t.Context(), docs, "") })
	if r.Bad != 2 || !strings.Contains(errs, "docs.jsonl:3:") || !strings.Contains(errs, "stdin:2:") {
		t.Errorf("%+v %q", r, errs)
	}
	best := map[string]string{}
	for _, l := range lines(out) {
		f := strings.Fields(l)
		if len(f) != 6 || f[1] != "Q0" || f[5] != "xuanti" {
			t.Fatalf("line %q", l)
		}
		if f[3] == "1" {
			best[f[0]] = f[2]
		}
	}
	if best["q1"] != "d1" || best["q2"] != "d3" || best["q3"] != "d2" {
		t.Errorf("best %v", best)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
