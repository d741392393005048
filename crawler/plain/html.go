package plain

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/charmap"
)

// HTML gives the readable text of an HTML fragment, at most limit runes:
// blocks become lines, blanks fold, scripts and styles vanish. Plain text
// passes through.
func HTML(fragment string, limit int) string {
	text, _ := HTMLImage(fragment, limit)
	return text
}

// HTMLImage is HTML, and the address of the first real picture.
func HTMLImage(fragment string, limit int) (text, image string) {
	return readHTML(fragment, limit, false)
}

// Title is the text of a title, on one line. A bare tag that does
// not format is text: a title may talk about <video>.
func Title(s string, limit int) string {
	text, _ := readHTML(s, 4*limit, true)
	return Clip(strings.Join(strings.Fields(text), " "), limit)
}

// readHTML does the work. In a title, tags that do not format and have no
// attributes are text.
func readHTML(fragment string, limit int, title bool) (text, image string) {
	fragment = unwrapCDATA(fragment)
	if !strings.ContainsAny(fragment, "<&") {
		return Lines(fragment, limit), ""
	}
	if LooksEscaped(fragment) {
		fragment = html.UnescapeString(fragment)
	}
	var w lineWriter
	var shown []string // tags written as text
	z := nethtml.NewTokenizer(strings.NewReader(fragment))
	for w.runes < limit {
		switch tt := z.Next(); tt {
		case nethtml.ErrorToken:
			return Lines(w.String(), limit), image
		case nethtml.TextToken:
			w.text(z.Text())
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			if tt == nethtml.SelfClosingTagToken {
				z.NextIsNotRawText() // <script/> of XHTML holds nothing
			}
			var raw []byte
			if title {
				raw = bytes.Clone(z.Raw())
			}
			name, attrs := z.TagName()
			switch a := atom.Lookup(name); {
			case a == atom.Img && image == "":
				image = imageAttrs(z, attrs)
			case title && !attrs && !formats(a):
				w.text(raw)
				shown = append(shown, string(name))
			case a == atom.Iframe:
				z.NextIsNotRawText() // few are closed as they should be
			case isUnread(a) && tt == nethtml.StartTagToken:
				skipElement(z, a)
			case isBlock(a):
				w.line()
			}
		case nethtml.EndTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); {
			case len(shown) > 0 && slices.Contains(shown, string(name)):
				w.text(fmt.Appendf(nil, "</%s>", name))
			case isBlock(a):
				w.line()
			}
		}
	}
	return Lines(w.String(), limit), image
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
		for _, end := range []string{"]]>", "]]&gt;", "]]"} {
			if whole, ok := strings.CutSuffix(inner, end); ok {
				inner = whole
				break
			}
		}
		s = inner
	}
	return s
}

// LooksEscaped reports markup that was escaped once too often: no tag, but
// escaped ones.
func LooksEscaped(s string) bool {
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
	case atom.Script, atom.Style, atom.Textarea, atom.Noscript, atom.Title:
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

func (w *lineWriter) text(s []byte) {
	w.Write(s)
	w.runes += utf8.RuneCount(s)
}

func (w *lineWriter) line() { w.WriteByte('\n') }

// Lines folds blanks within lines, drops empty lines and invisible
// characters and cuts at limit runes.
func Lines(s string, limit int) string {
	b := make([]byte, 0, min(len(s), 4*limit))
	n := 0
	line, blank := false, false // something stands on this line; a blank follows it
	from := -1                  // start of a run of plain characters not yet copied
	flush := func(to int) {
		if from >= 0 {
			b = append(b, s[from:to]...)
			from = -1
		}
	}
	for i, r := range s {
		rewritten := r == utf8.RuneError // which may stand for a broken byte
		switch {
		case rewritten:
			flush(i)
		case r == '\n':
			flush(i)
			line, blank = false, false
			continue
		case r > 0x20 && r < 0x7f: // most of what is not Chinese
		case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff':
			flush(i)
			blank = line
			continue
		case unicode.IsControl(r):
			flush(i)
			if r = mislabelled(r); r == 0 {
				continue
			}
			rewritten = true
		}
		if n >= limit {
			flush(i)
			return string(b)
		}
		if !line && n > 0 || blank {
			flush(i)
			if n++; line {
				b = append(b, ' ')
			} else {
				b = append(b, '\n')
			}
		}
		line, blank = true, false
		n++
		switch {
		case rewritten:
			b = utf8.AppendRune(b, r)
		case from < 0:
			from = i
		}
	}
	flush(len(s))
	return string(b)
}

// mislabelled is the character that somebody meant by a control character of
// the C1 block: windows-1252 text that passed for Latin-1. 0 is none.
func mislabelled(r rune) rune {
	if r < 0x80 || r > 0x9f {
		return 0
	}
	if r = charmap.Windows1252.DecodeByte(byte(r)); r == utf8.RuneError || unicode.IsControl(r) {
		return 0
	}
	return r
}

// imageAttrs reads the address of an img tag from its attributes, lazy-loaded
// ones too; tracking pixels and inline data do not count.
func imageAttrs(z *nethtml.Tokenizer, more bool) string {
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
