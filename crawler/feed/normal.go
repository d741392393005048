package feed

import (
	"bytes"
	"encoding/base64"
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/plain"
)

// What gofeed reads otherwise than the publisher meant is written, on the way
// through the mender, in a form it cannot misread:
//
//   - dates become RFC 3339 in UTC: gofeed takes CST for America's and no zone
//     for UTC, knows no Chinese date, and needs a hundred layouts for a common
//     one;
//   - text of Atom whose type or mode is anything but the default becomes
//     escaped HTML: gofeed decodes base64 under some types only, leaves
//     mode="escaped" escaped, and does not tell type text from type html;
//   - what it has no place for takes the place of its nearest kin: the info
//     and created elements of Atom 0.3, an Atom link that stands as text, the
//     rdf:about of an RDF item, a body of XHTML in an RSS item;
//   - markup that stands in a description of RSS unescaped is escaped: gofeed
//     would decode the text between its tags a second time.

// dom.Element rewrites the element whose start tag lies at doc[i:i+n] and returns
// where to go on, or 0 when the element is fine as it is.
func (m *mender) element(doc []byte, i, n int) int {
	t := doc[i : i+n]
	if m.plain || t[1] == '/' {
		return 0
	}
	name := tagBytes(t)
	prefix, local := []byte(nil), name
	if c := bytes.IndexByte(name, ':'); c >= 0 {
		prefix, local = name[:c], name[c+1:]
	}
	var low [16]byte
	if len(local) == 0 || len(local) > len(low) {
		return 0
	}
	for k, c := range local {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[k] = c
	}
	own := string(prefix) == m.prefix
	switch string(low[:len(local)]) {
	case "rss", "rdf", "feed":
		if m.root == "" {
			m.root, m.prefix = string(low[:len(local)]), string(prefix)
			m.based = bytes.Contains(doc, []byte("xml:base"))
			m.tagged = bytes.Contains(doc, []byte("<tagline")) || bytes.Contains(doc, []byte("<subtitle"))
		}
	case "pubdate", "date", "published", "updated", "issued", "modified", "lastbuilddate":
		return m.date(doc, i, n, t)
	case "created":
		if own && m.root == "feed" {
			return m.date(doc, i, n, []byte("<dcterms:created>"))
		}
		return m.date(doc, i, n, t)
	case "title", "subtitle", "tagline", "summary", "content":
		if own && m.root == "feed" {
			return m.construct(doc, i, n, name)
		}
	case "info":
		if own && m.root == "feed" && !m.tagged {
			return m.construct(doc, i, n, []byte("tagline"))
		}
	case "link":
		if own && m.root == "feed" {
			return m.link(doc, i, n)
		}
	case "item":
		if about := tagAttr(t, "rdf:about"); about != "" && m.root == "rdf" && t[n-2] != '/' {
			m.tag(t)
			m.out.WriteString("<guid>")
			m.run([]byte(about))
			m.out.WriteString("</guid>")
			return i + n
		}
	case "description", "encoded":
		return m.inline(doc, i, n, t)
	case "body":
		return m.inline(doc, i, n, []byte("<content:encoded>"))
	}
	return 0
}

// inline writes an RSS element that holds markup, not text, under the tag open
// as escaped HTML.
func (m *mender) inline(doc []byte, i, n int, open []byte) int {
	if m.root != "rss" && m.root != "rdf" {
		return 0
	}
	inner, end := m.inside(doc, i, n, tagBytes(doc[i:i+n]))
	if end == 0 || !hasMarkup(inner) {
		return 0
	}
	m.write(open, m.mendedMarkup(inner))
	return end
}

// date writes an element whose text is a date under the tag open.
func (m *mender) date(doc []byte, i, n int, open []byte) int {
	if doc[i+n-2] == '/' {
		return 0
	}
	near := doc[i+n : min(len(doc), i+n+4*plain.MaxTime)]
	text, after, ok := bytes.Cut(near, []byte("<"))
	if ok && bytes.HasPrefix(after, []byte("![CDATA[")) && len(bytes.TrimSpace(text)) == 0 {
		text, after, ok = bytes.Cut(after[len("![CDATA["):], []byte("]]>"))
		if ok {
			_, after, ok = bytes.Cut(after, []byte("<"))
		}
	}
	if !ok || len(after) == 0 || after[0] != '/' {
		return 0
	}
	at, ok := plain.Time(string(text), m.zone, m.now)
	if !ok {
		return 0
	}
	tail := bytes.IndexByte(after, '>')
	if tail < 0 {
		return 0
	}
	m.tag(open)
	m.out.Write(at.AppendFormat(m.out.AvailableBuffer(), time.RFC3339Nano))
	m.closeTag(open)
	return i + n + len(near) - len(after) + tail + 1
}

// construct writes a text construct of Atom as escaped HTML under a name.
func (m *mender) construct(doc []byte, i, n int, name []byte) int {
	t := doc[i : i+n]
	renamed := !bytes.Equal(name, tagBytes(t))
	typed := bytes.Contains(t, []byte("type")) || bytes.Contains(t, []byte("mode"))
	if t[n-2] == '/' || !typed && !renamed {
		return 0
	}
	typ, mode := strings.ToLower(tagAttr(t, "type")), strings.ToLower(tagAttr(t, "mode"))
	inner, end := m.inside(doc, i, n, tagBytes(t))
	if end == 0 {
		return 0
	}
	open := m.constructTag(t, name)
	switch {
	case hasMarkup(inner):
		m.write(open, m.mendedMarkup(inner))
	case mode == "base64" || isBinary(typ):
		raw, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(inner), nil)))
		switch {
		case err != nil:
			return 0
		case !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0:
			raw = nil // a picture, say
		}
		m.write(open, raw)
	case typ == "text" || typ == "text/plain":
		m.write(open, []byte(html.EscapeString(html.UnescapeString(string(unescapeCDATA(inner))))))
	default: // escaped already
		m.tag(open)
		m.run(inner)
		m.closeTag(open)
	}
	return end
}

// constructTag is the start tag of a rewritten construct. Only where the
// document sets bases is the type given: gofeed then resolves links, at the
// price of two readings by a full HTML parser.
func (m *mender) constructTag(t, name []byte) []byte {
	if !m.based {
		return []byte("<" + string(name) + ">")
	}
	tag := "<" + string(name) + ` type="html"`
	if base := tagAttr(t, "xml:base"); base != "" {
		tag += ` xml:base="` + strings.NewReplacer(`"`, "&quot;", "<", "&lt;").Replace(base) + `"`
	}
	return []byte(tag + ">")
}

const maxEndless = 16 // names of elements that never end

var relationIRI = []byte("http://www.iana.org/assignments/relation/")

// link gives a link of Atom that stands as text, as RSS has it, its attribute,
// and a relation that is written as an IRI its short name (RFC 4287, 4.2.7.2).
func (m *mender) link(doc []byte, i, n int) int {
	t := doc[i : i+n]
	if bytes.Contains(t, relationIRI) {
		m.tag(bytes.Replace(t, relationIRI, nil, 1))
		return i + n
	}
	if t[n-2] == '/' || tagAttr(t, "href") != "" {
		return 0
	}
	text, _, ok := bytes.Cut(doc[i+n:min(len(doc), i+n+address.MaxBytes)], []byte("<"))
	if text = bytes.TrimSpace(text); !ok || len(text) == 0 {
		return 0
	}
	m.tag(append(append(append(bytes.Clone(t[:n-1]), ` href="`...), bytes.ReplaceAll(text, []byte(`"`), []byte("&quot;"))...), `">`...))
	return i + n
}

// inside finds the content of the element whose start tag lies at doc[i:i+n],
// and where its end tag ends; 0 when it never ends. A name whose end was once
// looked for in vain is not looked for again, and after a few such names none
// is: that bounds the whole search.
func (m *mender) inside(doc []byte, i, n int, name []byte) ([]byte, int) {
	if doc[i+n-2] == '/' || m.endless[string(name)] || len(m.endless) >= maxEndless {
		return nil, 0
	}
	open := 1
	for k := i + n; ; {
		at := bytes.IndexByte(doc[k:], '<')
		if at < 0 {
			break
		}
		k += at
		rest := doc[k:]
		if skip := literalEnd(rest); skip != 0 {
			if skip < 0 {
				break
			}
			k += skip
			continue
		}
		end := len(rest) > 1 && rest[1] == '/'
		if !bytes.Equal(tagBytes(rest[:min(len(rest), len(name)+8)]), name) {
			k++
			continue
		}
		length := tagEnd(rest)
		if length == 0 {
			k++
			continue
		}
		switch {
		case end:
			open--
		case rest[length-2] != '/':
			open++
		}
		if open == 0 {
			return doc[i+n : k], k + length
		}
		k += length
	}
	if m.endless == nil {
		m.endless = make(map[string]bool)
	}
	m.endless[string(name)] = true
	return nil, 0
}

// literalEnd is the length of the comment or CDATA section at the start of s,
// 0 when there is none, -1 when it does not end.
func literalEnd(s []byte) int {
	for _, form := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}} {
		if bytes.HasPrefix(s, []byte(form[0])) {
			end := bytes.Index(s[len(form[0]):], []byte(form[1]))
			if end < 0 {
				return -1
			}
			return len(form[0]) + end + len(form[1])
		}
	}
	return 0
}

// mendedMarkup is the markup inside an element, mended, as HTML.
func (m *mender) mendedMarkup(inner []byte) []byte {
	out, depth, deepest := m.out, m.depth, m.deepest
	m.out, m.plain = bytes.NewBuffer(make([]byte, 0, len(inner))), true
	m.run(inner)
	markup := m.out.Bytes()
	m.out, m.plain, m.depth, m.deepest = out, false, depth, deepest
	return unescapeCDATA(markup)
}

// unescapeCDATA turns CDATA sections into escaped text.
func unescapeCDATA(s []byte) []byte {
	var out []byte
	for {
		before, after, ok := bytes.Cut(s, []byte("<![CDATA["))
		if !ok {
			return append(out, s...)
		}
		section, rest, _ := bytes.Cut(after, []byte("]]>"))
		out = append(append(out, before...), html.EscapeString(string(section))...)
		s = rest
	}
}

// write writes an element whose text is value.
func (m *mender) write(open, value []byte) {
	m.tag(open)
	for len(value) > 0 {
		n := bytes.IndexAny(value, "&<>")
		if n < 0 {
			m.out.Write(value)
			break
		}
		m.out.Write(value[:n])
		m.text(string(value[n : n+1]))
		value = value[n+1:]
	}
	m.closeTag(open)
}

func (m *mender) closeTag(open []byte) {
	m.out.WriteString("</")
	m.out.Write(tagBytes(open))
	m.out.WriteByte('>')
	m.depth--
}

// hasMarkup reports whether an element's content holds elements.
func hasMarkup(inner []byte) bool {
	for k := 0; k < len(inner); {
		at := bytes.IndexByte(inner[k:], '<')
		if at < 0 {
			return false
		}
		k += at
		skip := literalEnd(inner[k:])
		if skip < 0 {
			return false
		}
		if skip == 0 {
			if k+1 < len(inner) && isNameStart(inner[k+1]) && tagEnd(inner[k:]) > 0 {
				return true
			}
			skip = 1
		}
		k += skip
	}
	return false
}

// isBinary reports whether content of a media type travels as base64.
func isBinary(t string) bool {
	top, _, ok := strings.Cut(t, "/")
	switch top {
	case "image", "audio", "video":
		return t != "image/svg+xml"
	case "application":
		return ok && !strings.HasSuffix(t, "xml") && t != "application/html"
	}
	return false
}

// tagBytes is the qualified name of a tag.
func tagBytes(t []byte) []byte {
	start := 1
	if len(t) > 1 && t[1] == '/' {
		start = 2
	}
	for i := start; i < len(t); i++ {
		switch t[i] {
		case ' ', '\t', '\r', '\n', '/', '>':
			return t[start:i]
		}
	}
	return t[min(start, len(t)):]
}

// tagAttr is the raw value of an attribute in a start tag, or "".
func tagAttr(t []byte, name string) string {
	for s := t; ; {
		i := bytes.Index(s, []byte(name))
		if i < 0 {
			return ""
		}
		before := i > 0 && strings.IndexByte(" \t\r\n\"'", s[i-1]) >= 0
		s = s[i+len(name):]
		v := bytes.TrimLeft(s, " \t\r\n")
		if !before || len(v) == 0 || v[0] != '=' {
			continue
		}
		v = bytes.TrimLeft(v[1:], " \t\r\n")
		if len(v) > 0 && (v[0] == '"' || v[0] == '\'') {
			value, _, _ := bytes.Cut(v[1:], v[:1])
			return string(value)
		}
		if end := bytes.IndexAny(v, " \t\r\n/>"); end >= 0 {
			v = v[:end]
		}
		return string(v)
	}
}
