package dom

import (
	"bytes"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti/crawler/plain"
)

// Bounds on the tree that is built of a page; see IsHeavy.
const (
	MaxElements = 160_000 // elements
	maxAttrs    = 1000    // of one element
	maxOpenTags = 100     // formatting elements that wait to be closed
	maxAttrText = 8 << 10 // bytes of an attribute
	maxPageText = 1 << 20 // bytes of all that is no script; more than an article may have
)

// Parse builds the tree of a page. What the parser refuses, as it is nested
// deeper than 512 elements, and what it would take too long for is read flat,
// so that its text is not lost.
func Parse(text string) *nethtml.Node {
	if IsHeavy(text) {
		return flatPage(text)
	}
	doc, err := nethtml.Parse(strings.NewReader(text))
	if err != nil {
		return flatPage(text)
	}
	cutLong(doc)
	return doc
}

// cutLong takes out of a tree what only keeps a reader busy: attributes longer
// than any that is read (most are pictures in place of their address), titles
// longer than a headline, and text beyond that of the longest article.
func cutLong(doc *nethtml.Node) {
	left := maxPageText
	for n := range doc.Descendants() {
		for i := range n.Attr {
			if len(n.Attr[i].Val) > maxAttrText {
				n.Attr[i].Val = ""
			}
		}
		if n.Type != nethtml.TextNode {
			continue
		}
		switch n.Parent.DataAtom {
		case atom.Script, atom.Style, atom.Textarea:
			continue // have limits of their own
		case atom.Title:
			n.Data = plain.Clip(strings.TrimSpace(n.Data), plain.MaxTitle)
		}
		if len(n.Data) > left {
			n.Data = strings.ToValidUTF8(n.Data[:left], "")
		}
		left -= len(n.Data)
	}
}

// IsHeavy reports whether the tree of a page may have more than MaxElements
// elements. HTML lets a small page have a large tree: a formatting element that
// is still open when its paragraph ends is made again in each one that follows,
// so 20 KB may come to gigabytes. And the parser looks through what is open for
// each paragraph. Counted are the tags, and for each of them that may begin or
// end a paragraph the formatting elements and containers open at that place.
func IsHeavy(text string) bool {
	z := nethtml.NewTokenizer(strings.NewReader(text))
	var open []string // tags as written
	size, depth := 0, 0
	for size <= MaxElements && len(open) <= maxOpenTags {
		kind := z.Next()
		switch kind {
		case nethtml.ErrorToken:
			return false
		case nethtml.StartTagToken, nethtml.EndTagToken, nethtml.SelfClosingTagToken:
		default:
			continue
		}
		raw := z.Raw() // valid only until the name is read
		tag := string(raw[:min(len(raw), 200)])
		name, _ := z.TagName()
		switch {
		case len(raw) > maxAttrText && hasManyAttrs(z):
			return true
		case !isFormatting(name):
			size += 1 + len(open) + depth/32 // looking costs less than making
			depth = max(0, depth+nesting(name, kind))
		case kind == nethtml.EndTagToken:
			size++
			open = closeTag(open, name)
		default:
			size++
			if bytes.Equal(name, []byte("a")) || bytes.Equal(name, []byte("nobr")) {
				open = closeTag(open, name) // there is one at most
			}
			// Of equal ones three are kept (HTML, "Noah's Ark clause").
			if countEqual(open, tag) < 3 {
				open = append(open, tag)
			}
		}
	}
	return true
}

func hasManyAttrs(z *nethtml.Tokenizer) bool {
	for range maxAttrs {
		if _, _, more := z.TagAttr(); !more {
			return false
		}
	}
	return true
}

// nesting is 1 for a tag that opens a container, -1 for one that closes it.
// Elements that are closed by the next of their kind do not count.
func nesting(name []byte, kind nethtml.TokenType) int {
	switch atom.Lookup(name) {
	case atom.P, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot, atom.Option, atom.Html, atom.Head, atom.Body,
		atom.Br, atom.Hr, atom.Img, atom.Input, atom.Meta, atom.Link, atom.Source, atom.Wbr, atom.Col, atom.Embed, atom.Area, atom.Base, atom.Param, atom.Track:
		return 0
	}
	switch kind {
	case nethtml.StartTagToken:
		return 1
	case nethtml.EndTagToken:
		return -1
	}
	return 0
}

// isFormatting reports the elements that are made again, HTML 13.2.4.3.
func isFormatting(name []byte) bool {
	switch atom.Lookup(name) {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}

// closeTag takes the last tag of a name out of a list.
func closeTag(open []string, name []byte) []string {
	for i := len(open) - 1; i >= 0; i-- {
		tag := strings.TrimPrefix(open[i], "<")
		if len(tag) > len(name) && strings.EqualFold(tag[:len(name)], string(name)) && strings.IndexByte(" \t\r\n/>", tag[len(name)]) >= 0 {
			return append(open[:i], open[i+1:]...)
		}
	}
	return open
}

func countEqual(list []string, s string) int {
	n := 0
	for _, x := range list {
		if x == s {
			n++
		}
	}
	return n
}

// flatPage reads a page as a sequence of paragraphs, without nesting.
func flatPage(text string) *nethtml.Node {
	root := &nethtml.Node{Type: nethtml.DocumentNode}
	body := Element("body")
	root.AppendChild(Element("html"))
	root.FirstChild.AppendChild(Element("head"))
	root.FirstChild.AppendChild(body)
	p := Element("p")
	z := nethtml.NewTokenizer(strings.NewReader(text))
	silent := 0
	for n := 0; n < MaxElements; n++ {
		kind := z.Next()
		switch kind {
		case nethtml.ErrorToken:
			body.AppendChild(p)
			return root
		case nethtml.TextToken:
			if t := string(z.Text()); silent == 0 && strings.TrimSpace(t) != "" {
				p.AppendChild(&nethtml.Node{Type: nethtml.TextNode, Data: t})
			}
		case nethtml.StartTagToken, nethtml.EndTagToken:
			name, _ := z.TagName()
			node := &nethtml.Node{Type: nethtml.ElementNode, DataAtom: atom.Lookup(name), Data: string(name)}
			if IsSilent(node) {
				silent = max(0, silent+nesting(name, kind))
			}
			if OpensBlock(node) && p.FirstChild != nil {
				body.AppendChild(p)
				p = Element("p")
			}
		}
	}
	body.AppendChild(p)
	return root
}
