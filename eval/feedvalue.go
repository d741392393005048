package eval

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// feedValue is what the product has where an expectation points.
type feedValue struct {
	field string
	text  string
	at    time.Time // of field date; zero when unknown
	prose bool      // text that the feed may mark up
	image string    // of the same item
}

// value finds what a path of the feed parser's result is with us; false for
// what is not kept.
func (c *conformance) value(path []string) (feedValue, bool) {
	switch {
	case len(path) >= 2 && path[0] == "feed":
		return c.feedValue(path[1:])
	case len(path) >= 3 && path[0] == "entries":
		i, err := strconv.Atoi(path[1])
		if err != nil || i < 0 {
			return feedValue{}, false
		}
		return c.itemValue(i, path[2:])
	}
	return feedValue{}, false
}

// valueOf lists, by the last parts of a path, the field an expectation is about.
var valueOf = map[string]string{
	"title": "title", "title_detail value": "title",
	"link": "link", "links 0 href": "link",
	"updated": "date", "updated_parsed": "date", "published": "date", "published_parsed": "date",
	"created": "date", "created_parsed": "date", "modified_parsed": "date", "date_parsed": "date",
	"description": "content", "summary": "content", "subtitle": "content", "tagline": "content", "info": "content",
	"summary_detail value": "content", "subtitle_detail value": "content", "tagline_detail value": "content",
	"description_detail value": "content", "info_detail value": "content", "content 0 value": "content",
	"author": "author", "author_detail name": "author", "id": "id", "guid": "id",
}

func (c *conformance) feedValue(path []string) (feedValue, bool) {
	v := feedValue{field: valueOf[strings.Join(path, " ")]}
	switch v.field {
	case "title":
		v.text, v.prose = c.feed.Title, true
	case "link":
		v.text = c.feed.Link
	case "content":
		v.text, v.prose = c.feed.Description, true
	default:
		return v, false
	}
	return v, true
}

func (c *conformance) itemValue(i int, path []string) (feedValue, bool) {
	v := feedValue{field: valueOf[strings.Join(path, " ")]}
	if v.field == "" {
		return v, false
	}
	v.prose = v.field == "title" || v.field == "content"
	if i >= len(c.feed.Items) {
		return v, true // dropped: nothing in it to show
	}
	it := &c.feed.Items[i]
	v.image = it.Image
	switch v.field {
	case "title":
		v.text = it.Title
	case "link":
		v.text = it.URL
	case "date":
		if !it.PublishedAt.Equal(c.now) { // the parser dates what has no date
			v.at = it.PublishedAt
		}
	case "content":
		v.text = it.Text
	case "author":
		v.text = it.Author
	case "id":
		v.text = it.ExtID
	}
	return v, true
}

// pythonTime reads a printed date or a tuple of year, month, day, hour, minute,
// second in UTC; zero when it is neither.
func pythonTime(n *pyNode) (time.Time, string) {
	if s, ok := n.lit.(string); ok {
		for _, layout := range []string{time.RFC3339, time.RFC1123, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 MST"} {
			if t, err := time.Parse(layout, s); err == nil {
				return t, s
			}
		}
		return time.Time{}, s
	}
	var p [6]int
	if n.op != "list" || len(n.kids) < len(p) {
		return time.Time{}, ""
	}
	for i := range p {
		f, _ := n.kids[i].lit.(float64)
		p[i] = int(f)
	}
	t := time.Date(p[0], time.Month(p[1]), p[2], p[3], p[4], p[5], 0, time.UTC)
	return t, t.Format(time.RFC3339)
}

// squeeze drops white space, which the reading of markup places differently.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' {
			return -1
		}
		return r
	}, s)
}

// markupText is the text of a fragment, read with a full HTML parser, which
// the product does not use for feeds: what is compared is not read by itself.
func markupText(fragment string) string {
	var b strings.Builder
	eachNode(fragment, func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	})
	return b.String()
}

// firstPicture is the address of the first img element, or "".
func firstPicture(fragment string) string {
	src := ""
	eachNode(fragment, func(n *html.Node) {
		if n.Type != html.ElementNode || n.DataAtom != atom.Img || src != "" {
			return
		}
		for _, a := range n.Attr {
			if a.Key == "src" {
				src = a.Val
			}
		}
	})
	return src
}

func eachNode(fragment string, fn func(*html.Node)) {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return // only a failing reader gives one
	}
	for _, root := range nodes {
		visit(root, fn)
	}
}

func visit(n *html.Node, fn func(*html.Node)) {
	if n.Type == html.ElementNode && (n.DataAtom == atom.Script || n.DataAtom == atom.Style) {
		return
	}
	fn(n)
	for k := range n.ChildNodes() {
		visit(k, fn)
	}
}
