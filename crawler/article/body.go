package article

import (
	"net/url"
	"regexp"

	"codeberg.org/readeck/go-readability/v2"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti/crawler/dom"
)

// Weights below which a body is looked at again, see plain.Width.
const (
	weakBody  = 150
	emptyBody = 40
	mainBody  = 400 // below this the JSON-LD is asked; also the least for one article among several
)

// Bounds on the trees that readability works on: it reads the text of each
// element anew, so its cost grows with the text and with how deep that lies.
const (
	maxElements = 20_000
	maxReading  = 24 << 20 // bytes of text, each as often as it is nested
)

// pageBody finds the article text. doc is consumed.
func pageBody(doc *nethtml.Node, src string, meta *pageMeta, title string, base *url.URL) []block {
	keepMainArticle(doc, title)
	keepFirstPost(doc)
	prune(doc, 2)
	var box []block
	if n := namedBox(doc); n != nil {
		box = blocksOf(n, maxBlocks)
	}
	raw := readable(doc, base)
	meta.tail = tailLines(raw)
	best := trimBlocks(raw, title)
	better := func(bs []block, factor float64) {
		if w := weight(bs); w >= emptyBody && float64(w) > factor*float64(weight(best)) {
			best = bs
		}
	}
	if weight(best) < weakBody {
		better(trimBlocks(box, title), 1.5)
	}
	// The articleBody of some sites holds all articles of an endless page, so
	// it only helps out where little was found.
	if ld := meta.ld.body; ld != "" && weight(best) < mainBody {
		better(trimBlocks(ldBlocks(ld), title), 1.5)
	}
	if weight(best) < mainBody {
		if st := readState(meta.scripts, meta.areas, title); st != nil {
			if bs := trimBlocks(st.blocks, title); weight(best) < weakBody && weight(bs) > weight(best) || st.titled && weight(bs) > weight(best) && includes(bs, best) {
				best, meta.state = bs, st
			}
		}
	}
	if weight(best) >= weakBody {
		return best
	}
	// Next to nothing: the names of the template mislead. Ask the other ways,
	// on a tree that kept everything a reader sees.
	plain := dom.Parse(src)
	prune(plain, 1)
	better(trimBlocks(readable(plain, base), title), 2)
	if weight(best) < weakBody {
		better(trimBlocks(densest(plain), title), 2)
	}
	if weight(best) < emptyBody {
		better(dropNoise(dropLinkLists(blocksOf(plain, maxBlocks))), 1)
	}
	if running(best) == 0 && isLinkList(best) {
		return nil // a page that lists articles is none
	}
	return best
}

// tailLines are the last lines of a text, where notices print their date.
func tailLines(bs []block) []string {
	var out []string
	for i := max(0, len(bs)-6); i < len(bs); i++ {
		if bs[i].chars < shortBlock {
			out = append(out, bs[i].text)
		}
	}
	return out
}

// running is the weight of the running text among blocks.
func running(bs []block) int {
	n := 0
	for i := range bs {
		if bs[i].isBody() {
			n += bs[i].chars - bs[i].links
		}
	}
	return n
}

// isLinkList reports blocks most of whose text is links.
func isLinkList(bs []block) bool {
	chars, links := 0, 0
	for i := range bs {
		chars += bs[i].chars
		links += bs[i].links
	}
	return links*2 > chars
}

// includes reports whether most lines of part are among those of whole.
func includes(whole, part []block) bool {
	lines := make(map[string]bool, len(whole))
	for i := range whole {
		lines[whole[i].text] = true
	}
	n := 0
	for i := range part {
		if lines[part[i].text] {
			n++
		}
	}
	return n*10 >= len(part)*7
}

// readable runs readability over a tree and gives its choice as blocks. The
// tree is consumed.
func readable(doc *nethtml.Node, base *url.URL) []block {
	elements, bytes := readingCost(doc, 0)
	if elements > maxElements || bytes > maxReading {
		return densest(doc)
	}
	p := readability.NewParser()
	p.DisableJSONLD = true
	p.MaxElemsToParse = maxElements
	a, err := p.ParseAndMutate(cloneTree(doc), base)
	if err != nil || a.Node == nil {
		return nil
	}
	// Elements that readability made or renamed carry no or the old atom.
	for n := range a.Node.Descendants() {
		if n.Type == nethtml.ElementNode {
			n.DataAtom = atom.Lookup([]byte(n.Data))
		}
	}
	return blocksOf(a.Node, maxBlocks)
}

// readingCost counts the elements of a tree, and its text as often as it is
// nested.
func readingCost(n *nethtml.Node, depth int) (elements, bytes int) {
	switch n.Type {
	case nethtml.ElementNode:
		elements++
	case nethtml.TextNode:
		return 0, (len(n.Data) + 8) * depth
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		e, b := readingCost(c, depth+1)
		elements, bytes = elements+e, bytes+b
	}
	return elements, bytes
}

// keepMainArticle drops the other articles of a page that prints several: each
// is an article element, one of them carries the page's headline.
func keepMainArticle(doc *nethtml.Node, title string) {
	var articles []*nethtml.Node
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Article && !hasAncestor(n, 64, func(p *nethtml.Node) bool { return p.DataAtom == atom.Article }) {
			articles = append(articles, n)
		}
	}
	if len(articles) < 2 || len(articles) > 500 {
		return
	}
	stats := measure(doc)
	main, key := -1, foldTitle(title)
	for i, n := range articles {
		if hasHeadline(n, key) {
			main = i
			break
		}
	}
	if main < 0 || stats[articles[main]].paras < mainBody {
		return
	}
	for i, n := range articles {
		if i != main {
			removeNode(n)
		}
	}
}

// postID matches the id of one post of a thread: postmessage_12, post-12,
// js-post-12, p12, td_post_12.
var postID = regexp.MustCompile(`(?i)^[a-z_-]{0,12}(?:post|pid|floor|message|msg|reply|p)[a-z_-]{0,12}\d{1,12}$`)

// keepFirstPost drops the answers of a forum thread. The posts are elements
// whose ids differ by a number only; the first is what the thread is about.
func keepFirstPost(doc *nethtml.Node) {
	groups := map[string][]*nethtml.Node{}
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Div, atom.Td, atom.Article, atom.Li, atom.Table, atom.Section:
			if id := dom.Attr(n, "id"); len(id) <= 40 && postID.MatchString(id) {
				key := n.Data + " " + foldName(id)
				if len(groups[key]) < 300 {
					groups[key] = append(groups[key], n)
				}
			}
		}
	}
	if len(groups) == 0 {
		return
	}
	stats := measure(doc)
	for _, posts := range groups {
		if len(posts) < 2 || stats[posts[0]].paras < emptyBody {
			continue
		}
		for _, n := range posts[1:] {
			if !isWithin(n, posts[0]) && !isWithin(posts[0], n) {
				removeNode(n)
			}
		}
	}
}

func isWithin(n, root *nethtml.Node) bool {
	return hasAncestor(n, 512, func(p *nethtml.Node) bool { return p == root })
}

func hasHeadline(n *nethtml.Node, key string) bool {
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.H1:
			return true
		case atom.H2, atom.H3:
			if k := foldTitle(dom.Text(d)); len(k) >= 12 && (k == key) {
				return true
			}
		}
	}
	return false
}

// densest finds the smallest element that holds most of the running text, by
// walking down from the body while one child keeps three quarters of it.
func densest(doc *nethtml.Node) []block {
	stats := measure(doc)
	n := doc
	for {
		var next *nethtml.Node
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == nethtml.ElementNode && (next == nil || stats[c].paras > stats[next].paras) {
				next = c
			}
		}
		if next == nil || stats[next].paras*4 < stats[n].paras*3 || next.DataAtom == atom.P {
			break
		}
		n = next
	}
	if stats[n].paras == 0 {
		return nil
	}
	return blocksOf(n, maxBlocks)
}
