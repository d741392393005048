package suggest

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp"
)

const (
	idfFloor = 4.0 // words more common than this tell nothing about a domain (中国, 公司, 价格)
	idfCap   = 6.0 // above the floor; one name nobody knows must not outweigh a whole title

	partWeight = 0.75 // of a word inside a longer one: 咖啡 in 咖啡豆

	crowded     = 20   // candidates from which the pool itself shows what is generic today
	crowdedPart = 0.12 // of the candidates: words in more titles are of the day, not of a domain
)

// generic are the words of headlines: they are rare in books and body text,
// where the shipped IDF comes from, and say nothing about what a title is
// about. It is only read.
var generic = wordSet(`今天 今日 昨天 昨日 明天 明日 近日 日前 最近 目前 现在 刚刚 今年 去年 明年 今晚 上午 下午 凌晨 晚上 本周 上周 下周 周末
	发布 最新 官方 回应 通报 公布 宣布 曝光 消息 推出 上线 正式 首次 首个 首发 第一 全新 全国 多地 各地 国内 热搜 网友 博主 视频 图片 直播 现场 独家 快讯 突发 重磅 新品
	曝 疑似 网传 表示 称 介绍 透露 提醒 注意 关注 值得 建议 如何 怎么 怎样 怎么看 为什么 为何 什么 多少 是否 真的 终于 竟然 竟 居然 原来 到底 究竟
	体验 测评 评测 分享 推荐 盘点 合集 攻略 指南 教程 分析 解读 观察 报道 记者 专家 男子 女子 一名 大家 我们 他们 自己 开启 开始 进行 完成 实现 成为 迎来 来了 火了 刷屏 引发 热议 讨论
	问题 事件 情况 时间 新闻 内容 方式 方法 原因 影响 安排 公告 声明 结果 名单 排名 数据 报告 年度 全球 世界 中国 一起 可以 不能 不要 需要 必须 应该 这个 那个 这些 这样`)

func wordSet(s string) map[string]struct{} {
	m := map[string]struct{}{}
	for _, w := range strings.Fields(s) {
		m[w] = struct{}{}
	}
	return m
}

// reader segments the texts of one ranking, each once.
type reader struct {
	a    *nlp.Analyzer
	seen map[string]*reading
}

// reading is a text that was read.
type reading struct {
	folded string
	tokens []nlp.Token
	words  []string // what it is about, sorted, with repeats
	parts  []string // and the words inside these
}

func newReader(a *nlp.Analyzer) *reader { return &reader{a: a, seen: map[string]*reading{}} }

func (r *reader) read(s string) *reading {
	if t, ok := r.seen[s]; ok {
		return t
	}
	t := &reading{folded: nlp.Fold(s)}
	t.tokens = r.a.Segment(t.folded)
	for i := range t.tokens {
		if telling(&t.tokens[i]) {
			t.words = append(t.words, t.tokens[i].Text)
		}
		for j := range t.tokens[i].Sub { // 咖啡豆 is about 咖啡 too
			if telling(&t.tokens[i].Sub[j]) {
				t.parts = append(t.parts, t.tokens[i].Sub[j].Text)
			}
		}
	}
	slices.Sort(t.words)
	r.seen[s] = t
	return t
}

// telling says whether a word can say what a title is about: no mark, number
// or date, two characters and more, neither a stop word nor one of headlines.
func telling(t *nlp.Token) bool {
	switch t.POS {
	case "w", "m", "t":
		return false
	}
	if len(t.Text) < 2 || len(t.Text) <= utf8.UTFMax && utf8.RuneCountInString(t.Text) < 2 || nlp.IsStop(t.Text) {
		return false
	}
	_, common := generic[t.Text]
	return !common
}

// says reports whether a folded word occurs in the text as a word or inside a
// longer one; 国美 is not said by 中国美食.
func (t *reading) says(word string) bool {
	for at := 0; ; {
		i := strings.Index(t.folded[at:], word)
		if i < 0 || word == "" {
			return false
		}
		start, end := at+i, at+i+len(word)
		if t.fits(start, end) {
			return true
		}
		_, size := utf8.DecodeRuneInString(t.folded[start:])
		at = start + size
	}
}

// fits reports whether no word of the dictionary is cut by only one end of an
// occurrence.
func (t *reading) fits(start, end int) bool {
	for i := range t.tokens {
		k := &t.tokens[i]
		switch {
		case k.End <= start:
			continue
		case k.Start >= end:
			return true
		case k.Start <= start && k.End >= end:
			return k.POS != "eng" || k.Start == start && k.End == end || !asciiLetters(k.Text)
		case k.Known && (k.Start < start || k.End > end):
			return false
		}
	}
	return true
}

func asciiLetters(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// entry is a word with its weight.
type entry struct {
	word string
	w    float64
}

// vector is a TF-IDF vector of unit length, sorted by word so that sums are
// the same in every run.
type vector []entry

// vector weighs the words of texts that were read. Words for which skip is
// true carry nothing.
func (r *reader) vector(texts []*reading, skip func(string) bool) vector {
	count := map[string]int{}
	for _, t := range texts {
		for _, w := range t.words {
			count[w]++
		}
		for _, w := range t.parts {
			count[w] += 0
		}
	}
	var v vector
	for w, n := range count {
		x := math.Min(r.a.IDF(w)-idfFloor, idfCap)
		if x <= 0 || skip != nil && skip(w) {
			continue
		}
		if n == 0 {
			x *= partWeight
		} else {
			x *= 1 + math.Log(float64(n))
		}
		v = append(v, entry{w, x})
	}
	slices.SortFunc(v, func(a, b entry) int { return strings.Compare(a.word, b.word) })
	sum := 0.0
	for i := range v {
		sum += v[i].w * v[i].w
	}
	for i := range v {
		v[i].w /= math.Sqrt(sum)
	}
	return v
}

func cosine(a, b vector) float64 {
	s := 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := strings.Compare(a[i].word, b[j].word); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			s += a[i].w * b[j].w
			i++
			j++
		}
	}
	return math.Min(s, 1)
}

// crowd returns the words that stand in so many candidates that they are of
// the day and of no domain.
func crowd(read [][]*reading) func(string) bool {
	if len(read) < crowded {
		return nil
	}
	n := map[string]int{}
	for _, texts := range read {
		seen := map[string]bool{}
		for _, t := range texts {
			for _, w := range t.words {
				if !seen[w] {
					seen[w] = true
					n[w]++
				}
			}
		}
	}
	limit := int(crowdedPart * float64(len(read)))
	return func(w string) bool { return n[w] > limit }
}
