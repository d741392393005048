package alert

import (
	"fmt"
	"strings"

	"github.com/xuanti/xuanti"
)

// stamp says when the digest is from.
func (d Digest) stamp() string {
	s := "数据截至 " + d.AsOf.In(xuanti.Shanghai).Format("2006-01-02 15:04")
	if d.Demo {
		s = "【演示数据 Demo data】" + s
	}
	return s
}

// Markdown renders the digest for chat groups.
func (d Digest) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# 选题日报 %s\n\n%s\n\n> %s\n", d.Date, d.Summary, d.stamp())
	if d.Notice != "" {
		fmt.Fprintf(&b, "> ⚠️ %s\n", escape(d.Notice))
	}
	n := 0
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "\n## %s\n\n", s.Name)
		for _, t := range s.Topics {
			n++
			mark := ""
			if t.New {
				mark = " 🆕"
			}
			fmt.Fprintf(&b, "%d. [%s](%s)%s　热度 %.0f", n, escape(t.Title), target(t.URL), mark, t.Heat)
			if len(t.Platforms) > 0 {
				fmt.Fprintf(&b, "　%s", escape(strings.Join(t.Platforms, "、")))
			}
			b.WriteString("\n")
			if len(t.Why) > 0 {
				fmt.Fprintf(&b, "   - %s\n", escape(strings.Join(t.Why, "；")))
			}
			if len(t.Risks) > 0 {
				fmt.Fprintf(&b, "   - ⚠️ %s\n", escape(strings.Join(t.Risks, "、")))
			}
			for _, l := range t.Links[:min(2, len(t.Links))] {
				fmt.Fprintf(&b, "   - %s：[%s](%s)\n", escape(l.Source), escape(l.Title), target(l.URL))
			}
		}
	}
	if len(d.Terms) > 0 {
		b.WriteString("\n## 上升的词\n\n")
		for _, t := range d.Terms {
			fmt.Fprintf(&b, "- %s：%.0f 次，平常 %.1f 次\n", escape(t.Term), t.Count, t.Expected)
		}
	}
	if len(d.Suggestions) > 0 {
		b.WriteString("\n## 给你的选题\n\n")
		for i, s := range d.Suggestions {
			fmt.Fprintf(&b, "%d. %s（%+.1f）\n   - %s\n", i+1, escape(s.Title), s.Score, escape(s.Why))
		}
	}
	return b.String()
}

// Text renders the digest for plain messages.
func (d Digest) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "选题日报 %s\n%s\n%s\n", d.Date, d.Summary, d.stamp())
	if d.Notice != "" {
		fmt.Fprintf(&b, "⚠️ %s\n", oneLine(d.Notice))
	}
	n := 0
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "\n【%s】\n", s.Name)
		for _, t := range s.Topics {
			n++
			fmt.Fprintf(&b, "%d. %s（热度 %.0f）%s\n", n, oneLine(t.Title), t.Heat, oneLine(strings.Join(t.Platforms, "、")))
		}
	}
	if len(d.Terms) > 0 {
		b.WriteString("\n【上升的词】\n")
		var words []string
		for _, t := range d.Terms {
			words = append(words, fmt.Sprintf("%s %.0f/%.1f", oneLine(t.Term), t.Count, t.Expected))
		}
		b.WriteString(strings.Join(words, "，") + "\n")
	}
	for i, s := range d.Suggestions {
		if i == 0 {
			b.WriteString("\n【给你的选题】\n")
		}
		fmt.Fprintf(&b, "%d. %s：%s\n", i+1, oneLine(s.Title), oneLine(s.Why))
	}
	fmt.Fprintf(&b, "\n%s\n", d.URL)
	return b.String()
}

// escape keeps text from other people from becoming markup, mentions or lines
// of its own.
func escape(s string) string { return markup.Replace(oneLine(s)) }

// markup is safe for concurrent use. Brackets and @ become their full-width
// forms because several chat programs know links and mentions but no escapes.
var markup = strings.NewReplacer("\\", "\\\\", "[", "［", "]", "］", "*", "\\*", "_", "\\_", "`", "\\`", "~", "\\~", "|", "\\|",
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "#", "\\#", "!", "\\!", "@", "＠")

// target keeps an address inside the brackets of a link.
func target(url string) string { return brackets.Replace(oneLine(url)) }

var brackets = strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "\\", "%5C")
