package index

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
)

func TestParseQuery(t *testing.T) {
	cases := []struct{ in, want string }{
		{"", ""},
		{"  \u3000 ", ""},
		{"折叠屏 新机 发布", "折叠屏 新机 发布"},
		{"折叠屏 AND 新机", "+折叠屏 +新机"},
		{"甲 乙 AND 丙 丁", "(甲 丁) (+乙 +丙)"},
		{"+折叠屏 新机", "+折叠屏 新机"},
		{"手机 OR 平板 电脑", "手机 OR (平板 电脑)"},
		{"“春季发布会” －广告", `"春季发布会" NOT 广告`},
		{"（手机 OR 平板） 标题：评测", `(手机 OR 平板) title:评测`},
		{`title:"一字 不差" source:文汇`, `title:"一字 不差" source:"文汇"`},
		{"platform：weibo kind:文章", `platform:"weibo" kind:"article"`},
		{"台风 after:2026-01-02 before:2026-01-05", "台风 after:2026-01-02T00:00:00+08:00 before:2026-01-05T00:00:00+08:00"},
		{"台风 最近：3d", "台风 last:4320m"},
		{"比分3:1 逆转", "比分3:1 逆转"},
		{"华山 - 论剑", "华山 论剑"},
		{"https://example.com/a", "https://example.com/a"},
		{"NOT 广告 platform:weibo", `NOT 广告 platform:"weibo"`},
		{"account:新号-1 -(甲 OR 乙)", `account:"新号-1" NOT (甲 OR 乙)`},
		{"((甲)) ((乙 丙))", "甲 (乙 丙)"},
		{"青岚“飞鱼号”首航 票价公布", "青岚 ，飞鱼号，首航 票价公布"}, // marks of a pasted headline
		{"“飞鱼号”首航", "，飞鱼号，首航"},
		{"首航“飞鱼号”“青鱼号”", "首航 ，飞鱼号， ，青鱼号，"},
		{"首航 “飞鱼号”", `首航 "飞鱼号"`},
		{`首航"飞鱼号"`, `首航 "飞鱼号"`},
		{"-“飞鱼号” 首航", `NOT "飞鱼号" 首航`},
		{"标题：“飞鱼号”", `title:"飞鱼号"`},
	}
	for _, c := range cases {
		e, err := ParseQuery(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if got := e.String(); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestParseQueryErrors(t *testing.T) {
	cases := []struct{ in, pointer string }{
		{`手机 "折叠`, "char 4"},
		{"(手机", "char 1"},
		{"手机)", "char 3"},
		{"AND 手机", "char 1"},
		{"手机 AND", "char 7"},
		{"手机 OR", "char 6"},
		{"手机 OR OR 平板", "char 7"},
		{"()", "char 2"},
		{"-广告", "char 1"},
		{"手机 OR -广告", "char 7"},
		{"手机 NOT NOT 平板", "char 8"},
		{"titel:手机", "char 1"},
		{"手机 after:昨天", "char 10"},
		{"手机 last:三天", "char 9"},
		{"kind:video", "char 6"},
		{"source:", "char 8"},
		{`手机 ""`, "char 4"},
		{"！？…", "char 1"},
		{strings.Repeat("长", 513), "char 513"},
		{strings.Repeat("长 ", 65), "char 129"},
		{strings.Repeat("(", 20) + "深" + strings.Repeat(")", 20), "char 18"},
	}
	for _, c := range cases {
		_, err := ParseQuery(c.in)
		var xe *xuanti.Error
		if !errors.As(err, &xe) || xe.Code != xuanti.CodeInvalid {
			t.Errorf("%.20q: got %v, want CodeInvalid", c.in, err)
			continue
		}
		if xe.Pointer != c.pointer {
			t.Errorf("%.20q: pointer %q, want %q (%s)", c.in, xe.Pointer, c.pointer, xe.Message)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"甲 乙 AND 丙 -丁", `title:"x y" OR (a b) last:3d`, "（＋甲 －乙）“丙”", "a:b:c after:2026-01-02T01:02:03Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseQuery(s)
		if err != nil {
			var xe *xuanti.Error
			if !errors.As(err, &xe) || xe.Code != xuanti.CodeInvalid || !strings.HasPrefix(xe.Pointer, "char ") {
				t.Fatalf("error without a place: %v", err)
			}
			return
		}
		again, err := ParseQuery(e.String())
		if err != nil {
			if len([]rune(e.String())) > MaxQueryRunes {
				return // quoting and parentheses made it longer than people may type
			}
			t.Fatalf("%q printed as %q, which does not parse: %v", s, e.String(), err)
		}
		if !reflect.DeepEqual(e, again) {
			t.Fatalf("%q: %#v, printed and parsed again %#v", s, e, again)
		}
	})
}
