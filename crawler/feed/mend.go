package feed

import (
	"bytes"
	"html"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds how deep elements may nest; parsers below recurse.
const maxDepth = 200

// mended is XML text that a strict parser has few reasons left to refuse.
type mended struct {
	text  []byte
	depth int // deepest nesting of tags as written
}

// mendXML repairs what feeds get wrong in the text itself, in one pass:
// comments, processing instructions and document types go (with them parsers'
// search limits and entity tricks), bare & and < are escaped, HTML entities
// are replaced by their characters and references to forbidden characters
// are dropped. CDATA sections and tags stay as they are, except for the
// elements that [mender.element] rewrites; dates without zone are in zone.
func mendXML(doc []byte, zone *time.Location, now time.Time) mended {
	if i := bytes.IndexByte(doc, '<'); i > 0 {
		doc = doc[i:] // warnings printed before the document
	}
	m := mender{out: bytes.NewBuffer(make([]byte, 0, len(doc)+len(doc)/16)), zone: zone, now: now}
	m.run(doc)
	return mended{text: m.out.Bytes(), depth: m.deepest}
}

// run mends doc into out.
func (m *mender) run(doc []byte) {
	for i := 0; i < len(doc); {
		switch doc[i] {
		case '<':
			i = m.angle(doc, i)
		case '&':
			i = m.reference(doc, i)
		default:
			n := bytes.IndexAny(doc[i:], "<&")
			if n < 0 {
				n = len(doc) - i
			}
			m.out.Write(doc[i : i+n])
			i += n
		}
	}
}

type mender struct {
	out            *bytes.Buffer
	depth, deepest int
	entities       map[string]string // of the internal subset, text only
	openComment    bool              // no comment ends any more

	// For the elements that are rewritten.
	zone         *time.Location
	now          time.Time
	root, prefix string          // of the feed: rss, rdf or feed, once it was met
	plain        bool            // inside such an element: nothing is rewritten
	based        bool            // the document sets bases with xml:base
	tagged       bool            // the feed has a tagline or subtitle
	endless      map[string]bool // names whose end tag is missing
}

// angle handles everything that starts with "<" and returns where it ends.
func (m *mender) angle(doc []byte, i int) int {
	rest := doc[i:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		if m.openComment {
			return i + 4
		}
		if n := bytes.Index(rest[4:], []byte("-->")); n >= 0 {
			return i + 4 + n + 3
		}
		m.openComment = true // so is every later one: looking again would take for ever
		return i + 4
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		n := bytes.Index(rest, []byte("]]>"))
		if n < 0 {
			n = len(rest) - 3
		}
		m.out.Write(rest[:n+3])
		return i + n + 3
	case bytes.HasPrefix(rest, []byte("<?")):
		if n := bytes.IndexByte(rest, '>'); n >= 0 {
			return i + n + 1
		}
		return len(doc)
	case bytes.HasPrefix(rest, []byte("<!")):
		n := m.doctype(rest)
		return i + n
	}
	if len(rest) > 1 && (isNameStart(rest[1]) || rest[1] == '/' && len(rest) > 2 && isNameStart(rest[2])) {
		if n := tagEnd(rest); n > 0 {
			if end := m.element(doc, i, n); end > 0 {
				return end
			}
			m.tag(rest[:n])
			return i + n
		}
	}
	m.out.WriteString("&lt;")
	return i + 1
}

// tag copies a tag, mending the references in its attributes.
func (m *mender) tag(t []byte) {
	switch {
	case t[1] == '/':
		m.depth--
	case t[len(t)-2] != '/':
		m.depth++
		m.deepest = max(m.deepest, m.depth)
	}
	for i := 0; i < len(t); {
		n := bytes.IndexByte(t[i:], '&')
		if n < 0 {
			m.out.Write(t[i:])
			return
		}
		m.out.Write(t[i : i+n])
		i = m.reference(t, i+n)
	}
}

// doctype returns the length of a declaration, internal subset included, and
// keeps its plain text entities.
func (m *mender) doctype(s []byte) int {
	brackets := 0
	for i := 2; i < len(s); i++ {
		switch s[i] {
		case '[':
			brackets++
		case ']':
			brackets--
		case '<':
			if bytes.HasPrefix(s[i:], []byte("<!ENTITY")) {
				m.entity(s[i:])
			}
		case '>':
			if brackets <= 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// entity keeps `<!ENTITY name "value">` when the value is short and has no
// references of its own: expansion cannot grow.
func (m *mender) entity(s []byte) {
	end := bytes.IndexByte(s[:min(len(s), 400)], '>')
	if end < 0 || len(m.entities) >= 100 {
		return
	}
	fields := strings.SplitN(strings.TrimSpace(string(s[len("<!ENTITY"):end])), " ", 2)
	if len(fields) != 2 {
		return
	}
	value := strings.TrimSpace(fields[1])
	if len(value) < 2 || value[0] != '"' && value[0] != '\'' || value[len(value)-1] != value[0] {
		return
	}
	value = html.UnescapeString(value[1 : len(value)-1])
	if strings.ContainsAny(value, "&<") {
		return
	}
	if m.entities == nil {
		m.entities = make(map[string]string)
	}
	m.entities[fields[0]] = value
}

// reference handles "&…" and returns where it ends.
func (m *mender) reference(doc []byte, i int) int {
	end := bytes.IndexByte(doc[i:min(len(doc), i+40)], ';')
	if end < 2 {
		m.out.WriteString("&amp;")
		return i + 1
	}
	name := string(doc[i+1 : i+end])
	next := i + end + 1
	switch name {
	case "amp", "lt", "gt", "quot", "apos":
		m.out.Write(doc[i:next])
		return next
	}
	if name[0] == '#' {
		return m.number(doc, i, name[1:], next)
	}
	if v, ok := m.entities[name]; ok {
		m.text(v)
		return next
	}
	whole := "&" + name + ";"
	if v := html.UnescapeString(whole); v != whole && utf8.RuneCountInString(v) <= 2 {
		m.text(v)
		return next
	}
	m.out.WriteString("&amp;")
	return i + 1
}

// number handles a numeric reference: two that form a surrogate pair become
// one character, those that XML forbids vanish, those of windows-1252's upper
// half mean what browsers take them for.
func (m *mender) number(doc []byte, i int, digits string, next int) int {
	n, ok := refValue(digits)
	if !ok {
		m.out.WriteString("&amp;")
		return i + 1
	}
	if n >= 0xd800 && n <= 0xdfff {
		rest := doc[next:min(len(doc), next+12)]
		if bytes.HasPrefix(rest, []byte("&#")) {
			if end := bytes.IndexByte(rest, ';'); end > 2 {
				if lo, ok := refValue(string(rest[2:end])); ok {
					if r := utf16.DecodeRune(rune(n), rune(lo)); r != utf8.RuneError {
						m.out.WriteRune(r)
						return next + end + 1
					}
				}
			}
		}
		return next
	}
	if n < 0x20 && n != '\t' && n != '\n' && n != '\r' || n == 0xfffe || n == 0xffff {
		return next
	}
	m.text(html.UnescapeString("&#" + strconv.FormatUint(uint64(n), 10) + ";"))
	return next
}

// refValue reads the digits of a numeric reference, after "#".
func refValue(digits string) (uint32, bool) {
	base := 10
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return uint32(n), err == nil && n <= utf8.MaxRune
}

// text writes characters as XML text.
func (m *mender) text(s string) {
	for _, r := range s {
		switch r {
		case '&':
			m.out.WriteString("&amp;")
		case '<':
			m.out.WriteString("&lt;")
		case '>':
			m.out.WriteString("&gt;")
		case '"':
			m.out.WriteString("&quot;")
		default:
			m.out.WriteRune(r)
		}
	}
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// tagEnd returns the length of the tag at the start of s, minding quoted
// values, or 0 when it has no end. A quote that never closes is no quote.
func tagEnd(s []byte) int {
	quote, first := byte(0), 0
	for i := 1; i < len(s) && i < 1<<16; i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			} else if c == '>' && first == 0 {
				first = i + 1
			}
		case c == '>':
			return i + 1
		case (c == '"' || c == '\'') && s[1] != '/' && precededByEquals(s, i):
			quote, first = c, 0
		case c == '<':
			return 0
		}
	}
	return first
}

func precededByEquals(s []byte, i int) bool {
	for i--; i > 0; i-- {
		switch s[i] {
		case ' ', '\t', '\r', '\n':
			continue
		}
		return s[i] == '='
	}
	return false
}
