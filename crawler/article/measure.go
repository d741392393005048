package article

import (
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
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
		st.chars = plain.Width(n.Data)
		if link {
			st.links = st.chars
		}
		return st, st.chars - st.links
	case nethtml.ElementNode:
		if dom.IsSilent(n) {
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
	if dom.OpensBlock(n) || n.DataAtom == atom.Td {
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
