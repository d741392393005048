package article

import (
	"encoding/json"
	"html"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Limits on JSON-LD.
const (
	maxLDBytes  = 1 << 20
	maxLDBlocks = 20
	maxLDNodes  = 400
)

// linkedData is what a page's JSON-LD says about its article.
type linkedData struct {
	headline, body, published, modified, author, image, publisher, url string
}

// readLinkedData collects the article objects of all JSON-LD blocks; the first
// that names a field wins.
func readLinkedData(scripts []*nethtml.Node) linkedData {
	var ld linkedData
	blocks := 0
	for _, n := range scripts {
		if n.FirstChild == nil || !strings.Contains(strings.ToLower(dom.Attr(n, "type")), "ld+json") {
			continue
		}
		if blocks++; blocks > maxLDBlocks {
			break
		}
		var sb strings.Builder
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			sb.WriteString(c.Data)
		}
		if sb.Len() > maxLDBytes {
			continue
		}
		v, ok := looseJSON(sb.String())
		if !ok {
			continue
		}
		budget := maxLDNodes
		ld.collect(v, &budget, 0)
	}
	return ld
}

// looseJSON reads JSON as pages print it: in comments or CDATA, with raw line
// breaks inside strings, with a semicolon behind.
func looseJSON(s string) (any, bool) {
	s = strings.TrimSpace(s)
	for _, cut := range []string{"<![CDATA[", "//<![CDATA[", "/*<![CDATA[*/", "<!--"} {
		s = strings.TrimSpace(strings.TrimPrefix(s, cut))
	}
	var v any
	if json.NewDecoder(strings.NewReader(s)).Decode(&v) == nil {
		return v, true
	}
	// Control characters inside strings are the usual damage.
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
	return v, json.NewDecoder(strings.NewReader(s)).Decode(&v) == nil
}

func (ld *linkedData) collect(v any, budget *int, depth int) {
	if *budget--; *budget < 0 || depth > 8 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			ld.collect(x, budget, depth+1)
		}
	case map[string]any:
		if isArticleType(v["@type"]) {
			ld.take(v)
		}
		for _, k := range []string{"@graph", "mainEntity", "mainEntityOfPage", "hasPart"} {
			if x, ok := v[k]; ok {
				ld.collect(x, budget, depth+1)
			}
		}
	}
}

func isArticleType(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.HasSuffix(v, "Article") || strings.HasSuffix(v, "Posting") || strings.HasSuffix(v, "Review") || v == "Report" || v == "WebPage"
	case []any:
		for _, x := range v {
			if isArticleType(x) {
				return true
			}
		}
	}
	return false
}

func (ld *linkedData) take(m map[string]any) {
	set := func(to *string, v string) {
		if v = strings.TrimSpace(v); *to == "" && v != "" {
			*to = v
		}
	}
	page := m["@type"] == "WebPage"
	if !page {
		set(&ld.headline, plain.Clip(plain.Line(plain.Scalar(m["headline"])), plain.MaxTitle))
		set(&ld.author, nameOf(m["author"]))
		set(&ld.image, urlOf(m["image"]))
		if ld.body == "" {
			ld.body = html.UnescapeString(plain.Scalar(m["articleBody"]))
		}
		set(&ld.url, urlOf(m["url"]))
	}
	set(&ld.published, plain.Scalar(m["datePublished"]))
	set(&ld.published, plain.Scalar(m["dateCreated"]))
	set(&ld.published, plain.Scalar(m["uploadDate"]))
	set(&ld.modified, plain.Scalar(m["dateModified"]))
	set(&ld.publisher, nameOf(m["publisher"]))
}

// nameOf reads "x", {"name":"x"} or a list of these, joined.
func nameOf(v any) string {
	switch v := v.(type) {
	case string:
		return plain.Line(v)
	case map[string]any:
		return plain.Line(plain.Scalar(v["name"]))
	case []any:
		var names []string
		for _, x := range v[:min(len(v), 5)] {
			if n := nameOf(x); n != "" {
				names = append(names, n)
			}
		}
		return strings.Join(names, ", ")
	}
	return ""
}

// urlOf reads "x", {"url":"x"} or the first of a list.
func urlOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if s := plain.Scalar(v["url"]); s != "" {
			return s
		}
		return plain.Scalar(v["@id"])
	case []any:
		for _, x := range v {
			if s := urlOf(x); s != "" {
				return s
			}
		}
	}
	return ""
}

// ldBlocks renders an articleBody, which may hold markup, as blocks.
func ldBlocks(body string) []block {
	if strings.Contains(body, "</") || strings.Contains(body, "<br") {
		return blocksOf(dom.Parse(body), maxBlocks)
	}
	var out []block
	for _, line := range strings.FieldsFunc(body, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if t := plain.Spaces(line); t != "" && len(out) < maxBlocks {
			out = append(out, block{text: t, chars: plain.Width(t), tag: atom.P})
		}
	}
	return out
}
