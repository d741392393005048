package index

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func render(fs []Fragment) string {
	var b strings.Builder
	for _, f := range fs {
		if f.Hit {
			b.WriteString("[" + f.Text + "]")
		} else {
			b.WriteString(f.Text)
		}
	}
	return b.String()
}

func mustParse(t testing.TB, s string) Expr {
	t.Helper()
	e, err := ParseQuery(s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestSnippet(t *testing.T) {
	long := "前言不长。" + strings.Repeat("这里说的是别的事情，与题目无关。", 20) + "到了傍晚，渡轮恢复通航，旅客陆续上船。" + strings.Repeat("后面又是别的话，没有什么用处。", 20)
	cases := []struct {
		name, text, query string
		max               int
		want              string
	}{
		{"whole text", "渡轮今天停航", "渡轮", 50, "[渡轮]今天停航"},
		{"no hit", "渡轮今天停航。明天恢复。", "火车", 8, "渡轮今天停航。…"},
		{"overlapping pairs merge", "老渡轮码头改建", `"渡轮码头" 码头改`, 50, "老[渡轮码头改]建"},
		{"full width keeps its form", "新车ＳＵ７上市", "su7", 50, "新车[ＳＵ７]上市"},
		{"traditional keeps its form", "颱風逼近", "台风", 50, "[颱風]逼近"},
		{"folding that changes length", "价格ﬁne™渡轮", "渡轮", 50, "价格ﬁne™[渡轮]"},
		{"no Latin inside a word", "he said AI", "ai", 50, "he said [AI]"},
		{"letters beside digits", "iPhone17Pro", "iphone", 50, "[iPhone]17Pro"},
		{"negations are not marked", "渡轮停航，火车照常", "渡轮 -火车", 50, "[渡轮]停航，火车照常"},
		{"best window from a sentence", long, "渡轮 旅客", 24, "…到了傍晚，[渡轮]恢复通航，[旅客]陆续上船。…"},
		{"line breaks", "第一行\n渡轮\n", "渡轮", 50, "第一行 [渡轮]"},
		{"empty", " \n", "渡轮", 50, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := render(snippet(c.text, mustParse(t, c.query), nil, c.max)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("颱風ﬁ™ 第①章 e\u0301 渡轮\x00\xff", "渡轮 OR 台风 fi", 10)
	f.Add(strings.Repeat("渡轮。", 100), `"渡轮" tm`, 7)
	f.Fuzz(func(t *testing.T, text, query string, limit int) {
		e, err := ParseQuery(query)
		if err != nil {
			return
		}
		text = strings.ToValidUTF8(text, "\uFFFD")
		fs := snippet(text, e, nil, limit%300)
		var b strings.Builder
		for _, fr := range fs {
			if fr.Text == "" {
				t.Fatal("empty fragment")
			}
			if fr.Text != ellipsis {
				b.WriteString(fr.Text)
			}
		}
		got := b.String()
		if n := utf8.RuneCountInString(got); limit%300 > 0 && n > limit%300 {
			t.Fatalf("%d runes, at most %d wanted", n, limit%300)
		}
		if !strings.Contains(strings.ReplaceAll(flat(text), ellipsis, ""), strings.ReplaceAll(got, ellipsis, "")) {
			t.Fatalf("%q is no part of %q", got, text)
		}
	})
}

func TestGrams(t *testing.T) {
	cases := []struct{ in, want string }{
		{"渡轮码头", "渡轮 轮码 码头"},
		{"雪 大雪", "雪 大雪"},
		{"小米su7ultra版", "小米 su7ultra su/ su7/ 7/ 7ultra/ ultra/ 版"},
		{"3.5万", "3 5 万"},
		{"", ""},
	}
	for _, c := range cases {
		var got []string
		for _, g := range grams(c.in) {
			s := c.in[g.start:g.end]
			if g.part {
				s += "/"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q: got %s, want %s", c.in, s, c.want)
		}
	}
}
