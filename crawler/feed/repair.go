package feed

import (
	"bytes"
	"slices"
	"strings"
)

// repairXML makes a mended document well-formed, for parsers that refused it:
// end tags that match nothing are dropped, elements left open are closed,
// attributes are written anew with quotes, and an item that the end of a
// truncated document cut through is left out, so that the complete ones
// before it survive.
func repairXML(doc []byte) []byte {
	doc = cutLastItem(doc)
	r := repairer{out: bytes.NewBuffer(make([]byte, 0, len(doc)+256))}
	for i := 0; i < len(doc); {
		if doc[i] != '<' {
			n := bytes.IndexByte(doc[i:], '<')
			if n < 0 {
				n = len(doc) - i
			}
			r.out.Write(doc[i : i+n])
			i += n
			continue
		}
		if bytes.HasPrefix(doc[i:], []byte("<![CDATA[")) {
			n := bytes.Index(doc[i:], []byte("]]>"))
			if n < 0 {
				break // an open section swallows everything anyway
			}
			r.out.Write(doc[i : i+n+3])
			i += n + 3
			continue
		}
		n := tagEnd(doc[i:])
		if n == 0 {
			break // the last tag is incomplete
		}
		r.tag(doc[i : i+n])
		i += n
	}
	for len(r.open) > 0 {
		r.close()
	}
	return r.out.Bytes()
}

type repairer struct {
	out  *bytes.Buffer
	open []string
}

func (r *repairer) tag(t []byte) {
	name := tagName(t)
	if t[1] == '/' {
		r.end(name)
		return
	}
	selfClosed := len(t) > 2 && t[len(t)-2] == '/'
	r.makeRoom(name)
	if len(r.open) >= maxDepth {
		return
	}
	r.out.WriteByte('<')
	r.out.WriteString(name)
	r.attributes(t[1+len(name) : len(t)-1])
	if selfClosed {
		r.out.WriteString("/>")
		return
	}
	r.out.WriteByte('>')
	r.open = append(r.open, name)
}

// makeRoom closes what cannot contain a new element: an item within an item,
// and one-line elements when their next sibling starts.
func (r *repairer) makeRoom(name string) {
	if isItem(name) {
		for i, o := range r.open {
			if isItem(o) {
				for len(r.open) > i {
					r.close()
				}
				return
			}
		}
	}
	if len(r.open) > 0 && oneLine(r.open[len(r.open)-1]) && (oneLine(name) || sibling(name)) {
		r.close()
	}
}

func (r *repairer) end(name string) {
	for i := len(r.open) - 1; i >= 0; i-- {
		if strings.EqualFold(r.open[i], name) {
			for len(r.open) > i {
				r.close()
			}
			return
		}
	}
}

func (r *repairer) close() {
	last := len(r.open) - 1
	r.out.WriteString("</" + r.open[last] + ">")
	r.open = r.open[:last]
}

// attributes writes name="value" pairs; what is no such pair is left out, and
// so are repetitions.
func (r *repairer) attributes(s []byte) {
	var seen [16]string
	n := 0
	for len(s) > 0 && n < len(seen) {
		s = bytes.TrimLeft(s, " \t\r\n/")
		end := bytes.IndexAny(s, "= \t\r\n")
		if end <= 0 {
			return
		}
		name := string(s[:end])
		s = bytes.TrimLeft(s[end:], " \t\r\n")
		if len(s) == 0 || s[0] != '=' {
			continue
		}
		s = bytes.TrimLeft(s[1:], " \t\r\n")
		var value []byte
		if len(s) > 0 && (s[0] == '"' || s[0] == '\'') {
			stop := bytes.IndexByte(s[1:], s[0])
			if stop < 0 {
				return
			}
			value, s = s[1:1+stop], s[stop+2:]
		} else {
			stop := bytes.IndexAny(s, " \t\r\n")
			if stop < 0 {
				stop = len(s)
			}
			value, s = s[:stop], s[stop:]
		}
		if !validAttrName(name) || slices.Contains(seen[:n], name) || name == "xmlns" && len(r.open) == 0 && !feedNamespace(string(value)) {
			continue
		}
		seen[n] = name
		n++
		v := strings.NewReplacer("<", "&lt;", `"`, "&quot;").Replace(string(value))
		r.out.WriteString(" " + name + `="` + v + `"`)
	}
}

// feedNamespace reports whether parsers know a default namespace; under any
// other they would take the whole feed for an extension and find nothing.
func feedNamespace(uri string) bool {
	switch strings.ToLower(strings.TrimSpace(uri)) {
	case "http://www.w3.org/2005/atom", "http://purl.org/atom/ns#", "http://purl.org/rss/1.0/", "http://purl.org/net/rss1.1#", "http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/":
		return true
	}
	return false
}

func validAttrName(s string) bool {
	if s == "" || !isNameStart(s[0]) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !isNameStart(c) && c != ':' && c != '-' && c != '.' && (c < '0' || c > '9') {
			return false
		}
	}
	return strings.Count(s, ":") <= 1 && s[len(s)-1] != ':'
}

// cutLastItem drops the item that the document's end cuts through.
func cutLastItem(doc []byte) []byte {
	lastOpen, lastClose := -1, -1
	eachTag(doc, func(start, end int, name string, closing bool) {
		if !isItem(name) {
			return
		}
		if closing {
			lastClose = end
		} else {
			lastOpen = start
		}
	})
	if lastOpen > lastClose {
		// Unclosed items that something follows are repaired, not cut.
		tail := doc[lastOpen:]
		if !bytes.Contains(tail, []byte("</channel")) && !bytes.Contains(tail, []byte("</feed")) && !bytes.Contains(tail, []byte("</rss")) && !bytes.Contains(tail, []byte("</rdf")) && !bytes.Contains(tail, []byte("</RDF")) {
			return doc[:lastOpen]
		}
	}
	return doc
}

// eachTag calls fn for every tag outside CDATA.
func eachTag(doc []byte, fn func(start, end int, name string, closing bool)) {
	for i := 0; i < len(doc); {
		n := bytes.IndexByte(doc[i:], '<')
		if n < 0 {
			return
		}
		i += n
		if bytes.HasPrefix(doc[i:], []byte("<![CDATA[")) {
			n := bytes.Index(doc[i:], []byte("]]>"))
			if n < 0 {
				return
			}
			i += n + 3
			continue
		}
		n = tagEnd(doc[i:])
		if n == 0 {
			i++
			continue
		}
		t := doc[i : i+n]
		fn(i, i+n, tagName(t), t[1] == '/')
		i += n
	}
}

// tagName is the qualified name of a tag.
func tagName(t []byte) string {
	t = bytes.TrimLeft(t, "</")
	end := bytes.IndexAny(t, " \t\r\n/>")
	if end < 0 {
		end = len(t)
	}
	return string(t[:end])
}

func localName(name string) string {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(name)
}

func isItem(name string) bool {
	l := localName(name)
	return l == "item" || l == "entry"
}

// oneLine names elements that hold text only, never another element of a feed.
func oneLine(name string) bool {
	switch strings.ToLower(name) {
	case "title", "link", "guid", "pubdate", "dc:date", "id", "published", "updated", "category":
		return true
	}
	return false
}

func sibling(name string) bool {
	switch strings.ToLower(name) {
	case "description", "content:encoded", "summary", "content", "author", "item", "entry", "channel":
		return true
	}
	return false
}
