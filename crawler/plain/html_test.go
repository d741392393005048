package plain

import (
	"strings"
	"testing"
)

func TestHTMLText(t *testing.T) {
	for in, want := range map[string]string{
		"纯文字":                           "纯文字",
		"<p>一</p><p>二</p>":              "一\n二",
		"a<br/>b":                       "a\nb",
		"<script>x()</script>留下":        "留下",
		"<style>p{}</style>留下":          "留下",
		"A &amp; B &lt; C":              "A & B < C",
		"&lt;p&gt;转义两次&lt;/p&gt;":       "转义两次",
		"<![CDATA[<b>粗</b>]]>":          "粗",
		"  多   空　白 \n\n\n 行 ":           "多 空 白\n行",
		"<p>未关":                         "未关",
		"1 < 2 且 3 > 2":                 "1 < 2 且 3 > 2",
		"<ul><li>甲</li><li>乙</li></ul>": "甲\n乙",
	} {
		if got := HTML(in, 100); got != want {
			t.Errorf("HTML(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Title("使用 <video> 标签 <b>加粗</b>", 100); got != "使用 <video> 标签 加粗" {
		t.Errorf("title %q", got)
	}
	if got := HTML(strings.Repeat("长", 500), 100); len([]rune(got)) != 100 {
		t.Errorf("%d runes", len([]rune(got)))
	}
}
