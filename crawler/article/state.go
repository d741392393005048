package article

import (
	"encoding/json"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Limits on the data that pages carry in their scripts.
const (
	maxStateBytes = 2 << 20 // of one script
	maxStateNodes = 50_000
	maxStateDepth = 24
)

// Keys under which programs keep an article, most telling first.
var (
	stateText   = []string{"articlebody", "article_content", "articlecontent", "contenthtml", "content_html", "richtext", "content", "body", "html", "text", "detail", "maincontent"}
	stateTitle  = []string{"title", "headline", "articletitle", "name", "subject"}
	stateTime   = []string{"publishtime", "publish_time", "published_at", "publishedat", "pubtime", "pub_time", "pubdate", "publishdate", "publish_date", "datepublished", "display_time", "ptime", "dateline", "ctime", "create_time", "created_at", "createtime", "createdat"}
	stateAuthor = []string{"author", "author_name", "authorname", "username", "nickname", "user_name", "writer", "source_name", "sourcename", "source"}
)

// stateArticle is an article found in a page's own data.
type stateArticle struct {
	blocks            []block
	author, published string
	titled            bool // its title is the page's
	weight, budget    int
	title             string // of the page, folded
}

var stateStart = regexp.MustCompile(`(?:^|[;\s(])(?:window|self|globalThis|var|let|const)[\w$.\s"'\[\]]{1,80}=\s*([{\[])`)

// readState looks for the article in what the page gives its program: JSON in
// script elements (window.__INITIAL_STATE__ and the like), and HTML in textarea
// elements. The object that bears the page's title wins, else the longest text.
// nil means that there is none.
func readState(scripts, areas []*nethtml.Node, title string) *stateArticle {
	s := &stateArticle{title: foldTitle(title), budget: maxStateNodes}
	for _, n := range scripts {
		if n.FirstChild != nil && len(n.FirstChild.Data) <= maxStateBytes && !strings.Contains(dom.Attr(n, "type"), "ld+json") {
			s.script(n.FirstChild.Data, dom.Attr(n, "type"))
		}
	}
	for _, n := range areas {
		if n.FirstChild != nil && len(n.FirstChild.Data) <= maxStateBytes && strings.Contains(n.FirstChild.Data, "<p") {
			s.offer(n.FirstChild.Data, false)
		}
	}
	if s.weight < emptyBody {
		return nil
	}
	return s
}

func (s *stateArticle) script(src, kind string) {
	src = strings.TrimSpace(src)
	if strings.HasPrefix(src, "%7B") || strings.HasPrefix(src, "%5B") {
		if plain, err := url.PathUnescape(src); err == nil {
			src = plain
		}
	}
	if strings.Contains(kind, "json") || strings.HasPrefix(src, "{") {
		s.json(src)
		return
	}
	for _, loc := range stateStart.FindAllStringSubmatchIndex(src, 4) {
		s.json(src[loc[2]:])
	}
}

// json reads one value at the head of a text; what follows may be program.
func (s *stateArticle) json(src string) {
	var v any
	if json.NewDecoder(strings.NewReader(src)).Decode(&v) != nil {
		src = strings.ReplaceAll(strings.ReplaceAll(src, ":undefined", ":null"), ": undefined", ":null")
		if json.NewDecoder(strings.NewReader(src)).Decode(&v) != nil {
			return
		}
	}
	s.walk(v, stateContext{}, 0)
}

// stateContext is what the maps around a text say of it.
type stateContext struct {
	title, author, published string
}

func (s *stateArticle) walk(v any, around stateContext, depth int) {
	if s.budget--; s.budget < 0 || depth > maxStateDepth {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			s.walk(x, around, depth+1)
		}
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		low := make(map[string]any, len(v))
		for _, k := range keys {
			low[strings.ToLower(k)] = v[k]
		}
		if title := firstString(low, stateTitle); title != "" {
			around = stateContext{foldTitle(title), firstNested(low, stateAuthor), firstNested(low, stateTime)}
		}
		s.object(low, around)
		for _, k := range keys {
			s.walk(v[k], around, depth+1)
		}
	}
}

// object takes a map for an article when it holds a long text.
func (s *stateArticle) object(m map[string]any, around stateContext) {
	text := ""
	for _, k := range stateText {
		if t := paragraphs(m[k]); len(t) > len(text) {
			text = t
		}
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if t, ok := m[k].(string); ok && len(t) > len(text) && strings.Contains(t, "</p>") {
			text = t
		}
	}
	if len(text) < emptyBody {
		return
	}
	titled := len(around.title) >= 6 && s.title != "" && (strings.Contains(s.title, around.title) || strings.Contains(around.title, s.title))
	if s.offer(text, titled) {
		s.author, s.published = around.author, around.published
	}
}

// paragraphs reads a text, or a list of paragraphs.
func paragraphs(v any) string {
	list, ok := v.([]any)
	if !ok {
		s, _ := v.(string)
		return s
	}
	var lines []string
	for _, x := range list[:min(len(list), maxBlocks)] {
		switch x := x.(type) {
		case string:
			lines = append(lines, x)
		case map[string]any:
			lines = append(lines, firstString(x, []string{"text", "content", "data", "value", "html"}))
		}
	}
	return strings.Join(lines, "\n")
}

// offer keeps a text when it is better than what there is.
func (s *stateArticle) offer(text string, titled bool) bool {
	if s.titled && !titled {
		return false
	}
	if plain.LooksEscaped(text) {
		text = html.UnescapeString(text)
	}
	blocks := ldBlocks(text)
	w := weight(blocks)
	if w <= s.weight && titled == s.titled || w < emptyBody {
		return false
	}
	s.blocks, s.weight, s.titled = blocks, w, titled
	s.author, s.published = "", ""
	return true
}

func firstString(m map[string]any, keys []string) string {
	for _, k := range keys {
		switch v := m[k].(type) {
		case string:
			if v != "" {
				return v
			}
		case float64:
			if v >= 1 {
				return strconv.FormatInt(int64(v), 10)
			}
		}
	}
	return ""
}

// firstNested looks in a map and then in the maps directly below it.
func firstNested(m map[string]any, keys []string) string {
	if s := firstString(m, keys); s != "" {
		return s
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if sub, ok := m[k].(map[string]any); ok {
			low := make(map[string]any, len(sub))
			for name, v := range sub {
				low[strings.ToLower(name)] = v
			}
			if s := firstString(low, append(keys, "name")); s != "" {
				return s
			}
		}
	}
	return ""
}
