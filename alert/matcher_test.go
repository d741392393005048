package alert

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
)

func TestRules(t *testing.T) {
	a := chinese(t)
	item := xuanti.Item{SourceID: "feed1", Platform: "weibo", AccountID: "acc1", Title: "杭州地铁新线开通", Text: "首日客流突破五十万人次。市民称换乘方便，票价不变。GPT-6 助力调度。"}
	for _, c := range []struct {
		name  string
		rule  xuanti.Rule
		want  bool
		terms []string
	}{
		{"any", xuanti.Rule{Any: []string{"高铁", "地铁"}}, true, []string{"地铁"}},
		{"all, over title and text", xuanti.Rule{All: []string{"地铁", "票价"}}, true, []string{"地铁", "票价"}},
		{"all, one missing", xuanti.Rule{All: []string{"地铁", "高铁"}}, false, nil},
		{"all and any", xuanti.Rule{All: []string{"地铁"}, Any: []string{"客流", "事故"}}, true, []string{"地铁", "客流"}},
		{"all without any", xuanti.Rule{All: []string{"地铁"}, Any: []string{"事故"}}, false, nil},
		{"not", xuanti.Rule{Any: []string{"地铁"}, Not: []string{"票价"}}, false, nil},
		{"not, elsewhere", xuanti.Rule{Any: []string{"地铁"}, Not: []string{"票房"}}, true, []string{"地铁"}},
		{"title only", xuanti.Rule{Any: []string{"票价"}, TitleOnly: true}, false, nil},
		{"title only, there", xuanti.Rule{Any: []string{"开通"}, TitleOnly: true}, true, []string{"开通"}},
		{"not looks where the rule looks", xuanti.Rule{Any: []string{"地铁"}, Not: []string{"票价"}, TitleOnly: true}, true, []string{"地铁"}},
		{"regex", xuanti.Rule{Regex: []string{`突破.{1,6}人次`}}, true, []string{"突破五十万人次"}},
		{"regex ignores case", xuanti.Rule{Regex: []string{`GPT-\d`}}, true, []string{"gpt-6"}},
		{"regex or any", xuanti.Rule{Regex: []string{`不存在`}, Any: []string{"地铁"}}, true, []string{"地铁"}},
		{"all and regex", xuanti.Rule{All: []string{"高铁"}, Regex: []string{`五十万`}}, false, nil},
		{"regex in the title only", xuanti.Rule{Regex: []string{`五十万`}, TitleOnly: true}, false, nil},
		{"platform", xuanti.Rule{Any: []string{"地铁"}, Platforms: []string{"weibo"}}, true, []string{"地铁"}},
		{"other platform", xuanti.Rule{Any: []string{"地铁"}, Platforms: []string{"zhihu"}}, false, nil},
		{"source", xuanti.Rule{Any: []string{"地铁"}, Sources: []string{" feed1 ", ""}}, true, []string{"地铁"}},
		{"blank sources are any source", xuanti.Rule{Any: []string{"地铁"}, Sources: []string{" "}}, true, []string{"地铁"}},
		{"account alone", xuanti.Rule{Accounts: []string{"acc1"}}, true, nil},
		{"other account", xuanti.Rule{Accounts: []string{"acc2"}}, false, nil},
		{"traditional and wide", xuanti.Rule{Any: []string{"地鐵", "ＧＰＴ"}}, true, []string{"地铁", "gpt"}},
		{"quotes around a phrase", xuanti.Rule{All: []string{`"换乘方便"`, "“新线开通”"}}, true, []string{"换乘方便", "新线开通"}},
		{"the same word twice", xuanti.Rule{Any: []string{"地铁", "地鐵"}}, true, []string{"地铁"}},
	} {
		for _, analysed := range []bool{false, true} {
			sub := xuanti.Subscription{ID: "s", Rule: c.rule}
			m, err := NewMatcher(a, []xuanti.Subscription{sub})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			d := Doc{Item: item}
			if analysed {
				d.A = a.Analyze(item.Title, item.Text)
			}
			hits := m.Match(d)
			got := len(hits) == 1 && !hits[0].Suppressed
			if got != c.want || got && !slices.Equal(hits[0].Terms, c.terms) {
				t.Errorf("%s (analysed %v): %+v, want %v %v", c.name, analysed, hits, c.want, c.terms)
			}
		}
	}
}

func TestCompileErrors(t *testing.T) {
	long := strings.Repeat("长", 65)
	for _, c := range []struct {
		rule    xuanti.Rule
		pointer string
	}{
		{xuanti.Rule{}, "/rule"},
		{xuanti.Rule{Platforms: []string{"weibo"}}, "/rule"},
		{xuanti.Rule{Any: []string{"地铁", " "}}, "/rule/any/1"},
		{xuanti.Rule{Any: []string{`""`}}, "/rule/any/0"},
		{xuanti.Rule{All: []string{long}}, "/rule/all/0"},
		{xuanti.Rule{Not: []string{"广告"}}, "/rule/not"},
		{xuanti.Rule{All: []string{"地铁"}, Not: []string{"广告", "地鐵"}}, "/rule/not/1"},
		{xuanti.Rule{Regex: []string{"a", "("}}, "/rule/regex/1"},
		{xuanti.Rule{Regex: []string{"a*"}}, "/rule/regex/0"},
		{xuanti.Rule{Regex: []string{strings.Repeat("a", 501)}}, "/rule/regex/0"},
		{xuanti.Rule{Regex: make([]string, 21)}, "/rule/regex"},
		{xuanti.Rule{Any: make([]string, 201)}, "/rule"},
		{xuanti.Rule{Any: []string{"地铁"}, Mode: "fuzzy"}, "/rule/mode"},
		{xuanti.Rule{Any: []string{"地铁"}, MinHeat: 101}, "/rule/min_heat"},
		{xuanti.Rule{Any: []string{"地铁"}, MinHeat: -1}, "/rule/min_heat"},
	} {
		_, err := Compile(xuanti.Subscription{Rule: c.rule})
		var e *xuanti.Error
		if !errors.As(err, &e) || e.Code != xuanti.CodeInvalid || e.Pointer != c.pointer {
			t.Errorf("%+v: %v, want CodeInvalid at %s", c.rule, err, c.pointer)
		}
	}
}

func TestOneBrokenRuleSilencesNobody(t *testing.T) {
	m, err := NewMatcher(chinese(t), []xuanti.Subscription{
		{ID: "a", Name: "好的", Rule: xuanti.Rule{Any: []string{"地铁"}}},
		{ID: "b", Name: "坏的", Rule: xuanti.Rule{Regex: []string{"("}}},
		{ID: "c", Rule: xuanti.Rule{Any: []string{"地铁"}}},
	})
	if xuanti.CodeOf(err) != xuanti.CodeInvalid || !strings.Contains(err.Error(), "坏的") {
		t.Errorf("error %v does not name the subscription", err)
	}
	hits := m.Match(Doc{Item: xuanti.Item{Title: "地铁开通"}})
	if len(hits) != 2 || hits[0].SubscriptionID != "a" || hits[1].SubscriptionID != "c" {
		t.Errorf("hits %+v", hits)
	}
}

func TestNothingToMatch(t *testing.T) {
	a := chinese(t)
	empty, err := NewMatcher(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	some, err := NewMatcher(a, []xuanti.Subscription{{ID: "s", Rule: xuanti.Rule{Any: []string{"地铁"}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*Matcher{empty, some} {
		for _, d := range []Doc{{}, {A: a.Analyze("", "")}, {Item: xuanti.Item{Text: "\xff\xfe"}}} {
			if hits := m.Match(d); len(hits) != 0 {
				t.Errorf("%+v", hits)
			}
		}
	}
}

func TestOnlyTheBorderSuppresses(t *testing.T) {
	m, err := NewMatcher(chinese(t), []xuanti.Subscription{{ID: "s", Rule: xuanti.Rule{All: []string{"国美"}, Any: []string{"开幕", "闭幕"}}}})
	if err != nil {
		t.Fatal(err)
	}
	hits := m.Match(Doc{Item: xuanti.Item{Title: "中国美食节开幕"}})
	if len(hits) != 1 || !hits[0].Suppressed || len(hits[0].Terms) != 0 {
		t.Errorf("%+v", hits)
	}
	// The border is not the only reason here: nothing is said.
	if hits := m.Match(Doc{Item: xuanti.Item{Title: "中国美食节落幕"}}); len(hits) != 0 {
		t.Errorf("%+v", hits)
	}
}

// The automaton finds what strings.Index finds.
func TestAutomatonFindsEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("国美食和服务a1\U0001F600")
	random := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteRune(letters[r.IntN(len(letters))])
		}
		return b.String()
	}
	for range 300 {
		seen := map[string]bool{}
		var patterns []string
		for range 1 + r.IntN(30) {
			if p := random(1 + r.IntN(4)); !seen[p] {
				seen[p] = true
				patterns = append(patterns, p)
			}
		}
		text := random(r.IntN(60))
		if r.IntN(3) == 0 {
			text += "\xe5\x9b" + text
		}
		want := map[string]bool{}
		for _, p := range patterns {
			for i := range len(text) - len(p) + 1 {
				if text[i:i+len(p)] == p {
					want[fmt.Sprint(p, "@", i)] = true
				}
			}
		}
		got := map[string]bool{}
		for _, h := range newAutomaton(patterns).scan(text, nil) {
			got[fmt.Sprint(patterns[h.pattern], "@", h.pos)] = true
		}
		if len(got) != len(want) {
			t.Fatalf("%q in %q: found %v, want %v", patterns, text, got, want)
		}
		for k := range want {
			if !got[k] {
				t.Fatalf("%q in %q: %s is missing", patterns, text, k)
			}
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("地铁", "地铁.*通", "杭州地铁开通", "票价不变")
	f.Add("ai", "^a", "Taipei said ai", "")
	f.Add("�", "x", "\xff\xe5", "\xbd")
	a := chinese(f)
	f.Fuzz(func(t *testing.T, word, re, title, text string) {
		subs := []xuanti.Subscription{{ID: "w", Rule: xuanti.Rule{Any: []string{word}}}, {ID: "r", Rule: xuanti.Rule{Regex: []string{re}}},
			{ID: "c", Rule: xuanti.Rule{All: []string{word}, Mode: xuanti.MatchContains, TitleOnly: true}}}
		m, err := NewMatcher(a, subs)
		if err != nil && xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Fatal(err)
		}
		for _, h := range m.Match(Doc{Item: xuanti.Item{Title: title, Text: text}}) {
			if h.Suppressed != (len(h.Terms) == 0) {
				t.Errorf("%+v", h)
			}
		}
	})
}

func benchmarkMatcher(b *testing.B, words int) (*Matcher, []Doc, int64) {
	b.Helper()
	a := chinese(b)
	r := rand.New(rand.NewPCG(3, 4))
	pieces := strings.Fields("城市 地铁 开通 新线 市民 高温 预警 降雨 教育 改革 学校 招生 芯片 汽车 电池 工厂 价格 上涨 球队 夺冠 决赛 演员 电影 票房 回应 质疑 官方 通报 台风 登陆 航班 取消 医院 专家 提醒 研究 发现 银行 利率 房价 楼市 春节 放假 旅游 景区 门票")
	hanzi := []rune(strings.Join(pieces, ""))
	subs := make([]xuanti.Subscription, 0, words/5)
	seen := map[string]bool{}
	for len(seen) < words {
		any := make([]string, 0, 5)
		for len(any) < 5 {
			w := make([]rune, 2+r.IntN(4))
			for i := range w {
				w[i] = hanzi[r.IntN(len(hanzi))]
				if r.IntN(10) != 0 { // hits are rare, as they are for real subscriptions
					w[i] = rune(0x4e00 + r.IntN(6000))
				}
			}
			if s := string(w); !seen[s] {
				seen[s] = true
				any = append(any, s)
			}
		}
		subs = append(subs, xuanti.Subscription{ID: fmt.Sprint("s", len(subs)), Rule: xuanti.Rule{Any: any}})
	}
	m, err := NewMatcher(a, subs)
	if err != nil {
		b.Fatal(err)
	}
	docs := make([]Doc, 200)
	size := int64(0)
	for i := range docs {
		var text strings.Builder
		for range 400 {
			text.WriteString(pieces[r.IntN(len(pieces))])
			if r.IntN(9) == 0 {
				text.WriteString("，今天的")
			}
		}
		it := xuanti.Item{Title: pieces[r.IntN(len(pieces))] + pieces[r.IntN(len(pieces))], Text: text.String()}
		docs[i] = Doc{Item: it, A: a.Analyze(it.Title, it.Text)}
		size += int64(len(it.Title) + len(it.Text))
	}
	return m, docs, size / int64(len(docs))
}

func BenchmarkMatch100k(b *testing.B) {
	m, docs, size := benchmarkMatcher(b, 100_000)
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	hits := 0
	for i := range b.N {
		hits += len(m.Match(docs[i%len(docs)]))
	}
	b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
}

func BenchmarkScan100k(b *testing.B) {
	m, docs, size := benchmarkMatcher(b, 100_000)
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		m.ac.scan(docs[i%len(docs)].A.Text, nil)
	}
}

func BenchmarkAutomaton100k(b *testing.B) {
	m, _, _ := benchmarkMatcher(b, 100_000)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		newAutomaton(m.ac.patterns)
	}
}
