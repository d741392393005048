package article

import (
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
)

// block is a paragraph, heading, list item or table row of a page.
type block struct {
	text  string
	chars int       // weight of the text, see plain.Width
	links int       // of these inside links
	tag   atom.Atom // element that opened the block
	list  bool      // inside a list
	table bool
	node  *nethtml.Node
}

// linkShare is the share of the text that is inside links.
func (b *block) linkShare() float64 {
	if b.chars == 0 {
		return 0
	}
	return float64(b.links) / float64(b.chars)
}

func (b *block) heading() bool {
	switch b.tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// blockWriter collects the blocks below a node in reading order.
type blockWriter struct {
	out   []block
	sb    strings.Builder
	links int
	tag   atom.Atom
	node  *nethtml.Node
	list  int
	table int
	pre   int
	limit int
}

// Bounds on the blocks of a page. Each costs some pattern matching, and a page
// of a few megabytes may hold half a million.
const (
	maxBlocks = 2500
	headLines = 1000 // enough to find title, by-line and date
)

// blocksOf renders a tree as at most limit blocks of plain text.
func blocksOf(root *nethtml.Node, limit int) []block {
	w := blockWriter{tag: root.DataAtom, node: root, limit: limit}
	w.walk(root, false)
	w.flush()
	return w.out
}

func (w *blockWriter) flush() {
	raw := w.sb.String()
	w.sb.Reset()
	links := w.links
	w.links = 0
	if raw == "" {
		return
	}
	text := plain.Spaces(raw)
	if text == "" || len(w.out) >= w.limit {
		return
	}
	w.out = append(w.out, block{text: text, chars: plain.Width(text), links: links, tag: w.tag, list: w.list > 0, table: w.table > 0, node: w.node})
}

func (w *blockWriter) walk(n *nethtml.Node, link bool) {
	if len(w.out) >= w.limit {
		return
	}
	switch n.Type {
	case nethtml.TextNode:
		if w.pre > 0 {
			for i, line := range strings.Split(n.Data, "\n") {
				if i > 0 {
					w.flush()
				}
				w.sb.WriteString(line)
			}
			return
		}
		w.sb.WriteString(n.Data)
		if link {
			w.links += plain.Width(n.Data)
		}
		return
	case nethtml.ElementNode:
	case nethtml.DocumentNode:
		w.children(n, link)
		return
	default:
		return
	}
	if dom.IsSilent(n) {
		return
	}
	switch n.DataAtom {
	case atom.Br, atom.Hr:
		w.flush()
		return
	case atom.A:
		link = link || dom.Attr(n, "href") != ""
	case atom.Td, atom.Th:
		w.sb.WriteByte(' ')
		w.children(n, link)
		w.sb.WriteByte(' ')
		return
	}
	if !dom.OpensBlock(n) {
		w.children(n, link)
		return
	}
	w.flush()
	tag, node := w.tag, w.node
	w.tag, w.node = n.DataAtom, n
	switch n.DataAtom {
	case atom.Ul, atom.Ol, atom.Dl:
		w.list++
		defer func() { w.list-- }()
	case atom.Table:
		w.table++
		defer func() { w.table-- }()
	case atom.Pre:
		w.pre++
		defer func() { w.pre-- }()
	}
	w.children(n, link)
	w.flush()
	w.tag, w.node = tag, node
}

func (w *blockWriter) children(n *nethtml.Node, link bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c, link)
	}
}
