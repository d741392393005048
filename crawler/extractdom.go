package crawler

import (
	"strings"
	"unicode"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// domStat sums up the text below a node.
type domStat struct {
	chars int // letters, digits and punctuation; no white space
	links int // of these inside links
	paras int // characters of running text: blocks of some length, links left out
}

// domStats measures a tree in one pass.
type domStats map[*nethtml.Node]domStat

func measure(root *nethtml.Node) domStats {
	s := make(domStats, 1024)
	s.visit(root, false)
	return s
}

// visit returns the sums below n and how much inline text n leaves to the block
// around it.
func (s domStats) visit(n *nethtml.Node, link bool) (st domStat, inline int) {
	switch n.Type {
	case nethtml.TextNode:
		st.chars = countText(n.Data)
		if link {
			st.links = st.chars
		}
		return st, st.chars - st.links
	case nethtml.ElementNode:
		if isSilent(n) {
			return st, 0
		}
		link = link || n.DataAtom == atom.A
	case nethtml.CommentNode, nethtml.DoctypeNode:
		return st, 0
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		x, run := s.visit(c, link)
		st.chars += x.chars
		st.links += x.links
		st.paras += x.paras
		inline += run
	}
	if opensBlock(n) || n.DataAtom == atom.Td {
		if inline >= minParagraph {
			st.paras += inline
		}
		inline = 0
	}
	s[n] = st
	return st, inline
}

// minParagraph is the length from which a paragraph counts as running text.
const minParagraph = 30

// countText counts runes that are no white space. A Chinese character carries
// about as much as two Latin letters, so it counts twice.
func countText(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x80:
			if r > ' ' {
				n++
			}
		case r >= 0x2e80 && r < 0xa000, r >= 0xac00 && r < 0xd7b0:
			n += 2
		case !unicode.IsSpace(r):
			n++
		}
	}
	return n
}

// isSilent reports elements whose text no reader sees.
func isSilent(n *nethtml.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Iframe, atom.Object, atom.Svg,
		atom.Select, atom.Textarea, atom.Button, atom.Input, atom.Canvas, atom.Audio, atom.Video:
		return true
	}
	return false
}

// isHidden reports elements that a style hides. Opacity and size tricks are
// left alone: lazy pages use them for the text itself.
func isHidden(n *nethtml.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			// Some sites hide the whole body from screen readers.
			if a.Val == "true" && n.DataAtom != atom.Body && n.DataAtom != atom.Main && n.DataAtom != atom.Article {
				return true
			}
		case "style":
			v := strings.ToLower(strings.ReplaceAll(a.Val, " ", ""))
			if strings.Contains(v, "display:none") || strings.Contains(v, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

// nameTokens splits class and id into lower-case words: "relatedPosts_2" gives
// related, posts, 2.
func nameTokens(n *nethtml.Node) []string {
	var out []string
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" && a.Key != "data-component" && a.Key != "data-module" {
			continue
		}
		if len(a.Val) > 600 {
			continue
		}
		if strings.Contains(a.Val, "hentry") || strings.Contains(a.Val, "type-post") || strings.Contains(a.Val, "status-publish") {
			continue // the post itself, with its tags and categories as classes
		}
		if a.Key == "id" && strings.Count(a.Val, "-") >= 3 {
			continue // the anchor of a heading: "sharing-with-a-friend"
		}
		out = splitTokens(out, a.Val)
		out = append(out, "") // no phrase runs across attributes
	}
	return out
}

func splitTokens(out []string, s string) []string {
	start := -1
	flush := func(end int) {
		if start >= 0 {
			out = append(out, strings.ToLower(s[start:end]))
			start = -1
		}
	}
	lower := false
	for i, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		switch {
		case !letter:
			flush(i)
			if r == ' ' {
				out = append(out, "")
			}
		case unicode.IsUpper(r) && lower:
			flush(i)
			start = i
		case start < 0:
			start = i
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	flush(len(s))
	return out
}

func removeNode(n *nethtml.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// cloneTree copies a tree. The depth is bounded by the parser (512 open
// elements), so recursion is safe.
func cloneTree(n *nethtml.Node) *nethtml.Node {
	out := &nethtml.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace}
	if len(n.Attr) > 0 {
		out.Attr = append([]nethtml.Attribute(nil), n.Attr...)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out.AppendChild(cloneTree(c))
	}
	return out
}

// hasAncestor reports whether one of up to limit ancestors satisfies f.
func hasAncestor(n *nethtml.Node, limit int, f func(*nethtml.Node) bool) bool {
	for p := n.Parent; p != nil && limit > 0; p, limit = p.Parent, limit-1 {
		if f(p) {
			return true
		}
	}
	return false
}
