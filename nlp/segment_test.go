package nlp

import (
	"flag"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func words(tokens []Token) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.Text
	}
	return out
}

// TestSegmentGolden keeps the cutting of invented sentences: one a line, words
// joined by spaces.
func TestSegmentGolden(t *testing.T) {
	a := testAnalyzer(t)
	in, err := os.ReadFile(filepath.Join("testdata", "sentences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(in)) {
		b.WriteString(strings.Join(words(a.Segment(Fold(line))), " ") + "\n")
	}
	golden := filepath.Join("testdata", "sentences.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got, wanted := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(wanted)) {
		if i >= len(got) || i >= len(wanted) || got[i] != wanted[i] {
			t.Errorf("line %d: got %q, want %q (-update rewrites)", i+1, got[min(i, len(got)-1)], wanted[min(i, len(wanted)-1)])
		}
	}
}

func TestSegmentTable(t *testing.T) {
	a := testAnalyzer(t)
	for _, c := range []struct{ in, want string }{
		{"微信", "微信"}, // a query of one word: gse's search mode gives nothing
		{"iPhone", "iphone"},
		{"好", "好"},
		{"", ""},
		{"iPhone17降价3.5%", "iphone17 降价 3.5%"},
		{"2026年10月12日20时", "2026年 10月 12日 20时"},
		{"二〇二六年十二月二十八日", "二〇二六年 十二月 二十八日"},
		{"总投资1,824.5万元", "总 投资 1,824.5万 元"},
		{"GPT-5和C++", "gpt-5 和 c++"},
		{"国务院发布通知", "国务院 发布 通知"},
		{"國務院發布通知", "国务院 发布 通知"}, // falls into characters without conversion
		{"ＧＤＰ增长５．２％", "gdp 增长 5.2%"},
		{"湖人3:2险胜", "湖人 3:2 险胜"},
		{"他等了十几年", "他 等 了 十几 年"},
		{"真的吗……不会吧！！！", "真的 吗 ...... 不会 吧 !!!"},
		{"地铁3号线10月3号开通", "地铁 3 号线 10月 3号 开通"},
		{"新世纪的第一个三年", "新世纪 的 第一 个 三 年"},
		{"歌手林知夏抵达", "歌手 林知夏 抵达"},
		{"教师王建新和刘秀琴回乡，桂林新了", "教师 王建新 和 刘秀琴 回乡 , 桂林 新 了"}, // 王建 and 桂林 are names of people in the general list
		{"第3集和第十二集", "第3 集 和 第十二 集"},
	} {
		if got := strings.Join(words(a.Segment(Fold(c.in))), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

// TestModernWordsStayWhole puts words of the last years into sentences.
func TestModernWordsStayWhole(t *testing.T) {
	a := testAnalyzer(t)
	list := strings.Fields(`微信 抖音 小红书 快手 哔哩哔哩 公众号 视频号 小程序 朋友圈 网红 热搜 直播带货 大模型 新能源车 泽连斯基 短视频 微短剧 预制菜 网约车 外卖小哥
		内卷 躺平 摆烂 社恐 打工人 饭圈 塌房 人设 带货主播 种草 盲盒 电竞 二次元 汉服 剧本杀 特种兵旅游 多巴胺穿搭 情绪价值 村超 苏超 南方小土豆 淄博烧烤 谷子经济 低空经济 首发经济
		人工智能 生成式ai 机器狗 人形机器人 具身智能 智能驾驶 激光雷达 固态电池 充电桩 数字人民币 元宇宙 区块链 算力 芯片 光刻机 鸿蒙 星链 脑机接口
		胖东来 瑞幸咖啡 蜜雪冰城 霸王茶姬 泡泡玛特 比亚迪 宁德时代 小米汽车 特斯拉 英伟达 字节跳动 拼多多 黑神话悟空 三星堆 一带一路 新质生产力 延迟退休 以旧换新 保交楼 二十届三中全会
		全红婵 樊振东 王楚钦 孙颖莎 郑钦文 潘展乐 董宇辉 李佳琦 俄乌冲突 加沙地带 特朗普 支原体肺炎 阿尔茨海默病 电信诈骗 校园霸凌`)
	if len(list) < 90 {
		t.Fatalf("only %d words", len(list))
	}
	for _, w := range list {
		whole(t, a, w)
	}
}

// whole puts a word into sentences, in which it must be one token.
func whole(t *testing.T, a *Analyzer, w string) {
	t.Helper()
	for _, f := range []string{"%s", "记者发现%s又成了焦点", "专家谈%s带来的变化，值得关注", "他说：“%s真的不容易。”", "从%s看年轻人的选择"} {
		tokens := words(a.Segment(Fold(strings.Replace(f, "%s", w, 1))))
		if !slices.Contains(tokens, Fold(w)) {
			t.Errorf("%s is not whole in %v", w, tokens)
		}
	}
}

// TestModernSentences: the word in brackets is one token of its sentence.
func TestModernSentences(t *testing.T) {
	a := testAnalyzer(t)
	n := 0
	for line := range lines(t, "modern.txt") {
		before, rest, ok := strings.Cut(line, "[")
		word, after, closed := strings.Cut(rest, "]")
		if !ok || !closed {
			t.Fatalf("no word in brackets: %s", line)
		}
		n++
		if tokens := words(a.Segment(Fold(before + word + after))); !slices.Contains(tokens, Fold(word)) {
			t.Errorf("%s is not whole in %v", word, tokens)
		}
	}
	if n < 60 {
		t.Errorf("only %d sentences", n)
	}
}

func TestWordsOfTheYearStayWhole(t *testing.T) {
	a := testAnalyzer(t)
	for line := range lines(t, "words_of_the_year.txt") {
		for _, w := range strings.Fields(line) {
			whole(t, a, w)
		}
	}
}

// lines gives the lines of a file of testdata without comments and empty ones.
func lines(t *testing.T, name string) iter.Seq[string] {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(b)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' && !yield(line) {
				return
			}
		}
	}
}

func TestSubWordsAndSearchTokens(t *testing.T) {
	a := testAnalyzer(t)
	tokens := a.SearchTokens("中国人民银行行长")
	got := strings.Join(words(tokens), " ")
	if got != "中国人民银行 中国 人民银行 人民 银行 行长" {
		t.Errorf("search tokens %q", got)
	}
	for _, tok := range tokens {
		if text := "中国人民银行行长"[tok.Start:tok.End]; text != tok.Text {
			t.Errorf("%q lies at %q", tok.Text, text)
		}
	}
	for _, q := range []string{"好", "微信", "deepseek"} {
		if n := len(a.SearchTokens(q)); n != 1 {
			t.Errorf("%q gives %d search tokens", q, n)
		}
	}
}

func TestKnown(t *testing.T) {
	a := testAnalyzer(t)
	for _, tok := range a.Segment("青岩鑫瑞达公司获得3.5%的股份,zorbix发布") {
		switch tok.Text {
		case "zorbix":
			if tok.Known || tok.POS != "eng" {
				t.Errorf("%+v should be an unknown Latin word", tok)
			}
		case "公司", "股份", "3.5%", ",":
			if !tok.Known {
				t.Errorf("%+v should be known", tok)
			}
		}
	}
	if !a.Has("微信") || a.Has("微信的") || a.Has("") || a.Has("\xff") {
		t.Error("Has is wrong")
	}
}

func TestSegmentRawKeepsTheSpelling(t *testing.T) {
	a := testAnalyzer(t)
	raw := "陳先生　買了 ＩＰＨＯＮＥ１７，花了９９９９元……"
	got := a.SegmentRaw(raw)
	if joined := strings.Join(got, ""); joined != strings.Join(strings.Fields(raw), "") {
		t.Errorf("joined %q", joined)
	}
	if s := strings.Join(got, "|"); !strings.Contains(s, "|ＩＰＨＯＮＥ１７|") {
		t.Errorf("cut %s", s)
	}
}

func TestLongTextIsCutInChunks(t *testing.T) {
	a := testAnalyzer(t)
	text := strings.Repeat("青岩市的市民广场上人来人往。", 8000) + strings.Repeat("长", 100_000)
	checkCover(t, text, a.Segment(text))
}

func checkCover(t *testing.T, text string, tokens []Token) {
	t.Helper()
	at := 0
	for _, tok := range tokens {
		if tok.Start < at || tok.End <= tok.Start || text[tok.Start:tok.End] != tok.Text {
			t.Fatalf("token %q at [%d,%d) after %d", tok.Text, tok.Start, tok.End, at)
		}
		if strings.TrimSpace(text[at:tok.Start]) != "" {
			t.Fatalf("nothing covers %q", text[at:tok.Start])
		}
		for _, s := range tok.Sub {
			if s.Start < tok.Start || s.End > tok.End || text[s.Start:s.End] != s.Text || s.Text == tok.Text {
				t.Fatalf("sub word %q of %q", s.Text, tok.Text)
			}
		}
		at = tok.End
	}
	if strings.TrimSpace(text[at:]) != "" {
		t.Fatalf("nothing covers the rest %q", text[at:])
	}
}

func FuzzSegment(f *testing.F) {
	for _, s := range []string{"微信3.5%", "第", "第几", "1,", "1,2", "1:2:3", "几十百万", "c+++", "a-", "2026-10-01", "村村村", "——", "五月", "\xff好", "½年", "　"} {
		f.Add(s)
	}
	a := testAnalyzer(f)
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		checkCover(t, folded, a.Segment(folded))
		checkCover(t, s, a.Segment(s)) // unfolded input must do no harm
		if got, want := strings.Join(a.SegmentRaw(s), ""), strings.Join(strings.Fields(s), ""); got != want {
			t.Fatalf("raw words join to %q, want %q", got, want)
		}
	})
}

// TestSuffixesJoin: compounds that no list holds come whole by their last
// character, and what stands before it is found as a part.
func TestSuffixesJoin(t *testing.T) {
	a := testAnalyzer(t)
	for text, want := range map[string]string{
		"拦截率第一":   "拦截率 第一",
		"他交了拥抱费":  "他 交 了 拥抱费",
		"这位垂钓者有名": "这位 垂钓者 有名",
		"我们费了力":   "我们 费 了 力", // a pronoun begins no compound
		"先生 厂里来信": "先生 厂里 来信", // nor is one made over a space
	} {
		tokens := a.Segment(Fold(text))
		if got := strings.Join(words(tokens), " "); got != want {
			t.Errorf("%s is cut as %q, want %q", text, got, want)
		}
	}
	tokens := a.Segment("拦截率")
	if len(tokens) != 1 || len(tokens[0].Sub) != 1 || tokens[0].Sub[0].Text != "拦截" || !tokens[0].Known {
		t.Errorf("the stem is no part: %+v", tokens)
	}
}
