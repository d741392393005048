package crawler

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlText gives the readable text of an HTML fragment, at most limit runes:
// blocks become lines, blanks fold, scripts and styles vanish. Plain text
// passes through.
func htmlText(fragment string, limit int) string {
	return readHTML(fragment, limit, func(atom.Atom) bool { return true })
}

// htmlTitle is the text of a title, on one line. A bare tag that does
// not format is text: a title may talk about <video>.
func htmlTitle(s string, limit int) string {
	return clip(strings.Join(strings.Fields(readHTML(s, 4*limit, formats)), " "), limit)
}

// readHTML does the work; tags for which isTag is false are text when they
// have no attributes.
func readHTML(fragment string, limit int, isTag func(atom.Atom) bool) string {
	fragment = unwrapCDATA(fragment)
	if !strings.ContainsAny(fragment, "<&") {
		return clipLines(fragment, limit)
	}
	if looksEscaped(fragment) {
		fragment = html.UnescapeString(fragment)
	}
	var w lineWriter
	var shown []string // tags written as text
	z := nethtml.NewTokenizer(strings.NewReader(fragment))
	for w.runes < limit {
		switch z.Next() {
		case nethtml.ErrorToken:
			return clipLines(w.String(), limit)
		case nethtml.TextToken:
			w.text(string(z.Text()))
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			raw := string(z.Raw())
			name, attrs := z.TagName()
			switch a := atom.Lookup(name); {
			case !isTag(a) && !attrs:
				w.text(raw)
				shown = append(shown, string(name))
			case isUnread(a):
				skipElement(z, a)
			case isBlock(a):
				w.line()
			}
		case nethtml.EndTagToken:
			raw := string(z.Raw())
			name, _ := z.TagName()
			switch a := atom.Lookup(name); {
			case !isTag(a) && slices.Contains(shown, string(name)):
				w.text(raw)
			case isBlock(a):
				w.line()
			}
		}
	}
	return clipLines(w.String(), limit)
}

// unwrapCDATA takes off CDATA wrappers that were escaped along with their
// content and so arrive as text.
func unwrapCDATA(s string) string {
	for range 3 {
		t := strings.TrimSpace(s)
		inner, ok := strings.CutPrefix(t, "<![CDATA[")
		if !ok {
			break
		}
		s = strings.TrimSuffix(strings.TrimSuffix(inner, "]]>"), "]]")
	}
	return s
}

// looksEscaped reports markup that was escaped once too often: no tag, but
// escaped ones.
func looksEscaped(s string) bool {
	if strings.ContainsRune(s, '<') {
		return false
	}
	low := strings.ToLower(s)
	for _, t := range []string{"&lt;p", "&lt;div", "&lt;br", "&lt;a ", "&lt;img", "&lt;span", "&lt;![cdata[", "&lt;b&gt;", "&lt;em", "&lt;strong", "&lt;/"} {
		if strings.Contains(low, t) {
			return true
		}
	}
	return false
}

// skipElement moves past the content of an element whose text is no prose.
func skipElement(z *nethtml.Tokenizer, a atom.Atom) {
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return
		case nethtml.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == a {
				return
			}
		}
	}
}

func isUnread(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Textarea, atom.Noscript, atom.Iframe, atom.Title:
		return true
	}
	return false
}

// formats names the tags that occur as markup in titles.
func formats(a atom.Atom) bool {
	switch a {
	case atom.B, atom.I, atom.U, atom.S, atom.A, atom.Em, atom.Strong, atom.Span, atom.Font, atom.Small, atom.Sub, atom.Sup, atom.Mark, atom.Img, atom.Wbr, atom.Script, atom.Style:
		return true
	}
	return isBlock(a)
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Br, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Section, atom.Article, atom.Blockquote, atom.Pre, atom.Hr, atom.Figure, atom.Figcaption, atom.Dd, atom.Dt, atom.Header, atom.Footer:
		return true
	}
	return false
}

// lineWriter collects text with folded blanks.
type lineWriter struct {
	strings.Builder
	runes int
}

func (w *lineWriter) text(s string) {
	w.WriteString(s)
	w.runes += utf8.RuneCountInString(s)
}

func (w *lineWriter) line() { w.WriteByte('\n') }

// clipLines folds blanks within lines, drops empty lines and invisible
// characters and cuts at limit runes.
func clipLines(s string, limit int) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(s) {
		started := false
		blank := false
		for _, r := range line {
			switch {
			case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u3000':
				blank = started
				continue
			case unicode.IsControl(r):
				continue
			}
			if n >= limit {
				return b.String()
			}
			if !started && b.Len() > 0 {
				b.WriteByte('\n')
				n++
			} else if blank {
				b.WriteByte(' ')
				n++
			}
			started, blank = true, false
			b.WriteRune(r)
			n++
		}
	}
	return b.String()
}

// firstImage returns the address of the first real picture of a fragment.
func firstImage(fragment string) string {
	if !strings.Contains(fragment, "<img") && !strings.Contains(fragment, "<IMG") {
		return ""
	}
	z := nethtml.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return ""
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			if src := imageSource(z); src != "" {
				return src
			}
		}
	}
}

// imageSource reads the address of an img tag, lazy-loaded ones too; tracking
// pixels and inline data do not count.
func imageSource(z *nethtml.Tokenizer) string {
	name, more := z.TagName()
	if string(name) != "img" {
		return ""
	}
	src, lazy := "", ""
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		switch string(k) {
		case "src":
			src = string(v)
		case "data-src", "data-original", "data-actualsrc":
			lazy = string(v)
		case "width", "height":
			if s := string(v); s == "1" || s == "0" {
				return ""
			}
		}
	}
	if lazy != "" {
		src = lazy
	}
	if strings.HasPrefix(src, "data:") {
		return ""
	}
	return src
}
