package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

func noon() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) } // in Shanghai

func TestAgo(t *testing.T) {
	for _, c := range []struct {
		d      time.Duration
		zh, en string
	}{
		{0, "刚刚", "just now"}, {59 * time.Second, "刚刚", "just now"}, {time.Minute, "1 分钟前", "1 min ago"}, {59*time.Minute + 59*time.Second, "59 分钟前", "59 min ago"},
		{time.Hour, "1 小时前", "1 h ago"}, {47 * time.Hour, "47 小时前", "47 h ago"}, {48 * time.Hour, "2 天前", "2 d ago"}, {400 * 24 * time.Hour, "400 天前", "400 d ago"},
		{-30 * time.Second, "马上", "now"}, {-5 * time.Minute, "5 分钟后", "in 5 min"},
	} {
		if zh, en := Ago("zh", noon(), noon().Add(-c.d)), Ago("en", noon(), noon().Add(-c.d)); zh != c.zh || en != c.en {
			t.Errorf("%v: %s, %s", c.d, zh, en)
		}
	}
	if got := Ago("zh", noon(), time.Time{}); got != "从未" {
		t.Errorf("zero: %s", got)
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int64][2]string{
		0: {"0", "0"}, 9999: {"9999", "9999"}, 10000: {"1万", "10K"}, 12345: {"1.2万", "12.3K"}, 1_234_567: {"123万", "1.2M"}, 9_990_000: {"999万", "10M"},
		99_994_999: {"9999万", "100M"}, 99_995_000: {"1亿", "100M"}, 340_000_000: {"3.4亿", "340M"}, -12345: {"−1.2万", "−12.3K"}, 999_600: {"100万", "1M"},
	} {
		if zh, en := Number("zh", n), Number("en", n); zh != want[0] || en != want[1] {
			t.Errorf("%d: %s, %s", n, zh, en)
		}
	}
}

func TestPercentAndSigned(t *testing.T) {
	for p, want := range map[float64]string{0: "0%", 0.004: "<1%", 0.5: "50%", 0.714: "71%", 0.996: ">99%", 1: "100%"} {
		if got := Percent(p); got != want {
			t.Errorf("%v: %s", p, got)
		}
	}
	if Percent(math.NaN()) != "—" {
		t.Error("NaN")
	}
	for v, want := range map[float64]string{0: "0.00", 1.234: "+1.23", -0.5: "−0.50", -0.001: "0.00"} {
		if got := Signed(v, 2); got != want {
			t.Errorf("%v: %s", v, got)
		}
	}
}

func TestClockAndDuration(t *testing.T) {
	if got := Clock(noon(), noon()); got != "12:00" {
		t.Errorf("today %s", got)
	}
	if got := Clock(noon(), noon().Add(-13*time.Hour)); got != "11-22 23:00" {
		t.Errorf("yesterday %s", got)
	}
	for d, want := range map[string]string{"5m0s": "5 分钟", "6h0m0s": "6 小时", "48h0m0s": "2 天", "90s": "1 分钟", "30s": "30 秒", "x": "x"} {
		if got := Duration("zh", d); got != want {
			t.Errorf("%s: %s", d, got)
		}
	}
}

// A range of no width is no range, and what is cut off says so.
func TestSpan(t *testing.T) {
	for _, c := range []struct {
		span   engine.SpanView
		zh, en string
	}{
		{engine.SpanView{Median: 5.6, Low: 2, High: 51}, "约 5.5 小时（2 小时 – 2 天）", "about 5.5 h (2 h – 2 d)"},
		{engine.SpanView{Median: 1.5, Low: 1.4, High: 1.6}, "约 1.5 小时", "about 1.5 h"},
		{engine.SpanView{Median: 70, Low: 30, High: 96}, "约 3 天（30 小时 – 4 天以上）", "about 3 d (30 h – 4 d or more)"},
		{engine.SpanView{Median: 96, Low: 72, High: 96}, "4 天以上（3 天 – 4 天以上）", "4 d or more (3 d – 4 d or more)"},
		{engine.SpanView{Median: 96, Low: 96, High: 96}, "4 天以上", "4 d or more"},
	} {
		if zh, en := Span("zh", c.span), Span("en", c.span); zh != c.zh || en != c.en {
			t.Errorf("%+v: %q, %q", c.span, zh, en)
		}
	}
}

func TestBarsEndAtTheScore(t *testing.T) {
	cs := []xuanti.Contribution{{Points: -2}, {Points: 3}, {Points: 1}, {Points: -0.5}, {Points: 0}}
	bars := Bars(cs)
	if len(bars) != len(cs)+1 {
		t.Fatalf("%d bars", len(bars))
	}
	// −2…2 is the axis: 25 % for each point.
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
	if b := bars[1]; !near(b.X, 0) || !near(b.Width, 75) || !near(b.Zero, 50) || !b.Up {
		t.Errorf("second %+v", b)
	}
	if b := bars[5]; !near(b.X, 50) || !near(b.Width, 37.5) {
		t.Errorf("sum %+v", b)
	}
	if got := Bars(nil); len(got) != 1 {
		t.Errorf("none: %+v", got)
	}
}

func TestDrawingsHoldNumbersOnly(t *testing.T) {
	points := []engine.CurvePoint{{At: noon().Add(-2 * time.Hour), Heat: 10}, {At: noon().Add(-time.Hour), Heat: math.NaN()}, {At: noon(), Heat: 250}}
	tracks := []engine.Trajectory{{BoardName: "<b>", Points: []engine.TrajectoryPoint{{At: noon().Add(-time.Hour), Rank: 9}, {At: noon(), Rank: 1}}}}
	for name, svg := range map[string]string{"spark": string(Spark(noon(), points)), "curve": string(Curve(points)), "ranks": string(Ranks(tracks))} {
		if !strings.HasPrefix(svg, "<svg") || strings.Contains(svg, "NaN") || strings.Contains(svg, "<b>") || strings.Contains(svg, "style=") {
			t.Errorf("%s: %s", name, svg)
		}
	}
	if Spark(noon(), nil) != "" || Curve(nil) != "" || Ranks(nil) != "" {
		t.Error("something is drawn for nothing")
	}
}

func TestCaretPointsAtTheCharacter(t *testing.T) {
	if got := caret("地铁 (x", 4); got != "\u3000\u3000\u00a0▲" {
		t.Errorf("%q", got)
	}
	if got := caret("ab", 9); got != "\u00a0\u00a0▲" {
		t.Errorf("beyond the end %q", got)
	}
}

func TestMarkdown(t *testing.T) {
	for src, want := range map[string]string{
		"# 日报\n":                              "<h1>日报</h1>\n",
		"1. **a** b\n2. c\n":                  "<ol>\n<li><strong>a</strong> b</li>\n<li>c</li>\n</ol>\n",
		"- [x](https://a.example/?q=1&r=2)\n": "<ul>\n<li><a href=\"https://a.example/?q=1&amp;r=2\" rel=\"noreferrer noopener\">x</a></li>\n</ul>\n",
		"[x](javascript:alert(1))":            "<p>x)</p>\n",
		"a <b>\nc":                            "<p>a &lt;b&gt;<br>c</p>\n",
		"> q\n---\n`<i>`":                     "<blockquote>q</blockquote>\n<hr>\n<p><code>&lt;i&gt;</code></p>\n",
	} {
		if got := string(Markdown(src)); got != want {
			t.Errorf("%q:\n got %q\nwant %q", src, got, want)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"# a\n\n- b **c** `d`\n  e\n1. f\n> g\n---\n[h](/i)", "[a](javascript:b)", "**a [b](c) d**", "<script>", "[x](//evil)"} {
		f.Add(s)
	}
	tag := regexp.MustCompile(`<[^>]*>`)
	known := regexp.MustCompile(`^</?(p|br|h[1-4]|ul|ol|li( class="(deep|note)")?|blockquote|hr|code|strong|a)>$|^<a href="([^"<>]*)" rel="noreferrer noopener">$`)
	f.Fuzz(func(t *testing.T, src string) {
		for _, m := range tag.FindAllString(string(Markdown(src)), -1) {
			found := known.FindStringSubmatch(m)
			if found == nil {
				t.Errorf("%q gives %q", src, m)
				continue
			}
			u, err := url.Parse(html.UnescapeString(found[4]))
			if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || u.Scheme == "" && u.Host != "" {
				t.Errorf("%q links to %q", src, m)
			}
		}
	})
}

func TestVendoredFilesAreUnchanged(t *testing.T) {
	list, err := files.ReadFile("static/VENDORED.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$`).FindAllStringSubmatch(string(list), -1)
	if len(rows) != 3 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		body, err := files.ReadFile("static/" + row[1])
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != row[2] {
			t.Errorf("%s was changed", row[1])
		}
	}
}

func TestPrintedPartsAddUp(t *testing.T) {
	for _, parts := range [][]float64{
		{-1.2, 1.244, 0.774, 0.414, -0.154, 0.434, -0.084, 0.104, 0.014, -0.044, 0.244, 0},
		{0.005, 0.005, 0.005}, {1.0 / 3, 1.0 / 3, 1.0 / 3}, {-0.336, -0.336, -0.336, 2}, {0.001, 0.002}, {}, {0.4}, {2.285}, {1.0, 1.285}, {0.5, -1.515, 3.3}, {1.005}, {-1.2, 1.164, 0.841, 0.457, 0.6, 0.16, -0.08, 0.14, 0.108, -0.045, 0.14},
	} {
		sum, cents := 0.0, 0.0
		for _, p := range parts {
			sum += p
		}
		for i, s := range Printed(parts, sum) {
			v := parse(t, s)
			if math.Abs(v-parts[i]) > 0.0151 {
				t.Errorf("%v prints as %s", parts[i], s)
			}
			cents += math.Round(v * 100)
		}
		if shown := Signed(sum, 2); cents != math.Round(parse(t, shown)*100) {
			t.Errorf("%v: printed parts give %v, the sum is %v", parts, cents/100, sum)
		}
	}
}

func parse(t *testing.T, printed string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.Replace(printed, "−", "-", 1), 64)
	if err != nil {
		t.Error(err)
	}
	return v
}

func TestBoardLines(t *testing.T) {
	at := func(m int) time.Time { return noon().Add(time.Duration(m) * time.Minute) }
	point := func(m, rank int) engine.TrajectoryPoint { return engine.TrajectoryPoint{At: at(m), Rank: rank} }
	lines := BoardLines([]engine.Trajectory{
		{Board: "zhihu", BoardName: "知乎", Points: []engine.TrajectoryPoint{point(0, 9), point(10, 8)}},
		{Board: "weibo", BoardName: "微博", Points: []engine.TrajectoryPoint{point(10, 3), point(20, 7)}},
		{Board: "weibo", BoardName: "微博", Points: []engine.TrajectoryPoint{point(0, 5), point(10, 6), point(500, 4)}},
	})
	if len(lines) != 2 || lines[0].Board != "weibo" || lines[1].Board != "zhihu" {
		t.Fatalf("%+v", lines)
	}
	var ranks []int
	for _, p := range lines[0].Points {
		ranks = append(ranks, p.Rank)
	}
	if !slices.Equal(ranks, []int{5, 3, 7, 4}) {
		t.Errorf("ranks %v", ranks)
	}
	c := chartData(nil, lines)
	if pts := c.Boards[0].Points; len(pts) != 5 || pts[3][1] != nil || *pts[4][1] != 4 {
		t.Errorf("a silent board's line should break: %v", pts)
	}
	if n := strings.Count(string(Ranks(lines)), `class="s0"`); n != 2 {
		t.Errorf("%d pieces of a broken line", n)
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[string]string{"6h0m0s": "6h", "1h30m0s": "1h30m", "10m0s": "10m", "45s": "45s", "": "", "0s": "0s", "x": "x", "20m0s": "20m"} {
		if got := Short(d); got != want {
			t.Errorf("%s: %s", d, got)
		}
	}
}

func TestBoardsOfOnePlatformAreOne(t *testing.T) {
	if n := platformsOf([]engine.Presence{{Board: "baidu", Platform: "baidu"}, {Board: "baidu-game", Platform: "baidu"}, {Board: "weibo", Platform: "weibo"}}); n != 2 {
		t.Errorf("%d platforms", n)
	}
}

func TestRisksAreNamed(t *testing.T) {
	r := xuanti.Risk{Rule: "casualty", Label: "伤亡灾害"}
	if zh, en := RiskWord("zh", r), RiskWord("en", r); zh != r.Label || en != "casualties" {
		t.Errorf("%s, %s", zh, en)
	}
	if other := (xuanti.Risk{Rule: "new", Label: "新规则"}); RiskWord("en", other) != other.Label {
		t.Error("an unknown rule has no name")
	}
}
