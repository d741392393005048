package dom

import (
	"fmt"
	"strings"
	"testing"
)

// formatBomb is a small page whose tree is large: formatting elements left open
// are made again in each paragraph.
func formatBomb(formats, paragraphs int) string {
	var b strings.Builder
	b.WriteString("<html><body><p>")
	for i := range formats {
		fmt.Fprintf(&b, "<b id=%d>", i)
	}
	b.WriteString(strings.Repeat("<p>鹿鸣湖发现罕见白鹳种群。", paragraphs))
	return b.String()
}

// TestHeavyPages: pages whose tree would be many times their size are told
// before it is built, and read all the same; ordinary ones are not.
func TestHeavyPages(t *testing.T) {
	for name, page := range map[string]string{
		"formatting":     formatBomb(240, 5000),
		"formatting, up": strings.ReplaceAll(formatBomb(90, 5000), "<b id", "<B ID"),
		"many elements":  "白鹳种群" + strings.Repeat("<i>鹿</i>", MaxElements/2+1),
		"deep and many":  strings.Repeat("<div>", 480) + strings.Repeat("<p>白鹳种群</p>", 20_000),
		"attributes":     "<p>白鹳种群<p " + manyAttributes(20_000) + ">",
	} {
		if !IsHeavy(page) {
			t.Errorf("%s is not heavy", name)
		}
		if !strings.Contains(Text(Parse(page)), "白鹳种群") {
			t.Errorf("%s: the text is lost", name)
		}
	}
	for name, page := range map[string]string{
		"plain":        strings.Repeat("<div><p>鹿鸣湖发现<b>罕见</b>白鹳种群。</p></div>", 15_000),
		"unclosed":     strings.Repeat("<p><font color=red><b>鹿鸣湖发现罕见白鹳种群。", 5000),
		"links":        strings.Repeat("<p><a href=/a.html>鹿鸣湖</p>", 20_000),
		"large images": strings.Repeat("<img src='data:image/png;base64,"+strings.Repeat("AAAA", 10_000)+"'>", 20),
	} {
		if IsHeavy(page) {
			t.Errorf("%s is heavy", name)
		}
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d='b' ", i)
	}
	return b.String()
}
