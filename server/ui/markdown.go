package ui

import (
	"html"
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// Markdown shows the subset of Markdown that digests use: headings, lists,
// quotes, rules, paragraphs, bold, code and links. Everything else is text, and
// raw HTML is escaped; links must be http, https or paths.
func Markdown(src string) template.HTML {
	var b strings.Builder
	list := "" // ul or ol while one is open
	var para []string
	flush := func() {
		if len(para) > 0 {
			b.WriteString("<p>" + strings.Join(para, "<br>") + "</p>\n")
			para = nil
		}
	}
	closeList := func() {
		if list != "" {
			b.WriteString("</" + list + ">\n")
			list = ""
		}
	}
	item := func(kind, text string, deep bool) {
		flush()
		if list != kind {
			if list == "" || !deep {
				closeList()
				b.WriteString("<" + kind + ">\n")
				list = kind
			}
		}
		class := ""
		if deep {
			class = ` class="deep"`
		}
		b.WriteString("<li" + class + ">" + inline(text) + "</li>\n")
	}
	for line := range strings.Lines(src) {
		line = strings.TrimRight(line, "\r\n")
		text := strings.TrimSpace(line)
		deep := len(line)-len(strings.TrimLeft(line, " \t")) >= 2
		level := len(text) - len(strings.TrimLeft(text, "#"))
		num, rest, isNum := strings.Cut(text, ". ")
		switch {
		case text == "":
			flush()
		case level >= 1 && level <= 4 && strings.HasPrefix(text[level:], " "):
			flush()
			closeList()
			tag := []string{"h1", "h2", "h3", "h4"}[level-1]
			b.WriteString("<" + tag + ">" + inline(strings.TrimSpace(text[level:])) + "</" + tag + ">\n")
		case strings.Trim(text, "-") == "" && len(text) >= 3:
			flush()
			closeList()
			b.WriteString("<hr>\n")
		case strings.HasPrefix(text, "- ") || strings.HasPrefix(text, "* "):
			item("ul", text[2:], deep)
		case isNum && len(num) <= 3 && strings.Trim(num, "0123456789") == "":
			item("ol", rest, deep)
		case strings.HasPrefix(text, ">"):
			flush()
			closeList()
			b.WriteString("<blockquote>" + inline(strings.TrimSpace(text[1:])) + "</blockquote>\n")
		case list != "" && deep:
			b.WriteString(`<li class="note">` + inline(text) + "</li>\n")
		default:
			closeList()
			para = append(para, inline(text))
		}
	}
	flush()
	closeList()
	return template.HTML(b.String()) //nolint:gosec // every piece of text went through html.EscapeString
}

// inlinePattern finds code, bold and links.
var inlinePattern = regexp.MustCompile("`[^`]+`|\\*\\*[^*]+\\*\\*|\\[[^\\]]*\\]\\([^)\\s]+\\)")

func inline(s string) string {
	var b strings.Builder
	last := 0
	for _, m := range inlinePattern.FindAllStringIndex(s, -1) {
		b.WriteString(html.EscapeString(s[last:m[0]]))
		b.WriteString(span(s[m[0]:m[1]]))
		last = m[1]
	}
	b.WriteString(html.EscapeString(s[last:]))
	return b.String()
}

func span(s string) string {
	switch s[0] {
	case '`':
		return "<code>" + html.EscapeString(s[1:len(s)-1]) + "</code>"
	case '*':
		return "<strong>" + inline(s[2:len(s)-2]) + "</strong>"
	}
	text, target, _ := strings.Cut(s[1:len(s)-1], "](")
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || strings.HasPrefix(target, "//") {
		return html.EscapeString(text)
	}
	return `<a href="` + html.EscapeString(u.String()) + `" rel="noreferrer noopener">` + html.EscapeString(text) + "</a>"
}
