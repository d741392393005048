package trend

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti/nlp"
)

// analyzer is shared by the tests of this package: it loads a dictionary.
var analyzer = sync.OnceValues(func() (*nlp.Analyzer, error) { return nlp.New(nlp.Options{}) })

func testAnalyzer(tb testing.TB) *nlp.Analyzer {
	tb.Helper()
	a, err := analyzer()
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// saved is the stored form of a grouper, a detector or the boards.
func saved(tb testing.TB, x interface{ Save(io.Writer) error }) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := x.Save(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

var testStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func testDoc(tb testing.TB, id string, at time.Time, platform, title string) Doc {
	tb.Helper()
	return Doc{ItemID: id, Key: id, At: at, Platform: platform, Source: platform, A: testAnalyzer(tb).Analyze(title, "")}
}

// Building blocks of invented headlines.
var (
	testNames = []rune("岚鹭汐棠珩砚榆枫瓷筠霁澜茗黛岑渚萤槐絮篁")
	testNouns = []string{"大桥护栏", "古船展", "地铁新线", "夜市", "中学运动会", "水库", "音乐节", "图书馆", "马拉松", "老街", "游泳馆", "菜市场", "植物园", "灯会", "渡轮", "书店"}
	testActs  = []string{"试运行", "延期", "重新开放", "涨价引争议", "迎来首批游客", "停电两小时", "发现百年木雕", "获奖", "被投诉噪声", "宣布搬迁", "招募志愿者", "突发小火灾"}
	testTails = []string{"官方通报", "现场画面曝光", "市民热议", "最新进展来了", "负责人回应"}
)

// testStream makes n headlines, hourly, four platforms wording each happening
// in their own way; the same n is a prefix of a larger one.
func testStream(n int) []struct {
	at       time.Time
	platform string
	title    string
} {
	out := make([]struct {
		at       time.Time
		platform string
		title    string
	}, 0, n)
	seed := uint64(42)
	next := func(k int) int {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		return int(seed % uint64(k))
	}
	for len(out) < n {
		hour := testStart.Add(time.Duration(len(out)/12) * time.Hour)
		name := string([]rune{testNames[next(len(testNames))], testNames[next(len(testNames))]})
		noun, act := testNouns[next(len(testNouns))], testActs[next(len(testActs))]
		titles := []string{
			name + noun + act,
			fmt.Sprintf("%s%s%s %s", name, noun, act, testTails[next(len(testTails))]),
			fmt.Sprintf("今天，%s的%s%s", name, noun, act),
		}
		for i, t := range titles {
			if len(out) < n {
				out = append(out, struct {
					at       time.Time
					platform string
					title    string
				}{hour, []string{"weibo", "toutiao", "baidu", "zhihu"}[(i+next(2))%4], t})
			}
		}
	}
	return out
}
