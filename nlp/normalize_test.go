package nlp

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, in, fold string }{
		{"plain", "青岩市今日降温", "青岩市今日降温"},
		{"full width", "ＡＩ手机ＧＰＴ－５，售价３９９９元！", "ai手机gpt-5,售价3999元!"},
		{"traditional", "陳先生說臺灣的計程車司機很親切", "陈先生说台湾的计程车司机很亲切"},
		{"phrase decides", "乾隆皇帝不吃餅乾，乾燥", "乾隆皇帝不吃饼干,干燥"},
		{"simplified keeps 乾", "乾清宫与乾隆", "乾清宫与乾隆"},
		{"zero width", "热\u200b搜\ufeff榜\u00ad", "热搜榜"},
		{"spaces", " \t今天\u3000 天气\r\n不错 ", "今天 天气 不错"},
		{"controls", "a\x00b\x07c", "abc"},
		{"ellipsis", "真的吗……", "真的吗......"},
		{"circled", "①号线㎡", "1号线m2"},
		{"half-width katakana composes", "ｶﾞ", "ガ"},
		{"mark after stripping", "e\u200b\u0301", "é"},
		{"lower then compose", "H\u0331", "\u1e96"},
		{"emoji", "太棒了👍️", "太棒了👍"},
		{"invalid", "a\xffb", "a\ufffdb"},
		{"empty", "", ""},
		{"space only", " \u3000\n", ""},
	} {
		if got := Fold(c.in); got != c.fold {
			t.Errorf("%s: Fold(%q) = %q, want %q", c.name, c.in, got, c.fold)
		}
	}
}

func TestFoldMapFindsTheOriginal(t *testing.T) {
	raw := "　《陳情　錄》　ＡＢＣ…第３集\u200b上線 "
	m := FoldMap(raw)
	if m.Text != Fold(raw) {
		t.Fatalf("text %q, want %q", m.Text, Fold(raw))
	}
	for _, c := range []struct{ folded, origin string }{{"陈情", "陳情"}, {"abc", "ＡＢＣ"}, {"第3集", "第３集\u200b"}, {"上线", "上線"}} {
		i := strings.Index(m.Text, c.folded)
		if i < 0 {
			t.Fatalf("%q not in %q", c.folded, m.Text)
		}
		from, to := m.Origin(i, i+len(c.folded))
		if got := raw[from:to]; strings.TrimSpace(got) != c.origin {
			t.Errorf("origin of %q is %q, want %q", c.folded, got, c.origin)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "乾清宮　ＡＢＣ", "e\u200b\u0301\u0301", "薴\xff\u00a8", "İ…½㎡", "發展后後乾", " a  b "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if !utf8.ValidString(folded) {
			t.Fatalf("Fold(%q) is not valid UTF-8", s)
		}
		if strings.TrimSpace(folded) != folded || strings.Contains(folded, "  ") {
			t.Fatalf("Fold(%q) = %q has loose spaces", s, folded)
		}
		if again := Fold(folded); again != folded {
			t.Fatalf("Fold(%q) = %q, folded again %q", s, folded, again)
		}
		m := FoldMap(s)
		if m.Text != folded {
			t.Fatalf("FoldMap text differs for %q", s)
		}
		last := 0
		for i := range folded {
			from, to := m.Origin(i, i+1)
			if from < last || to < from || to > len(s) {
				t.Fatalf("origin of byte %d of %q is [%d,%d) after %d", i, folded, from, to, last)
			}
			last = from
		}
	})
}
