package article

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
)

// nextWord is what links to the next page of an article say.
var nextWord = regexp.MustCompile(`(?i)^(?:下一页|下页|后一页|下一頁|余下全文|next(?: page)?|page suivante|suivant|siguiente|weiter|nächste seite|avanti|próxima|次のページ|次へ|다음|далее|[>›»]+)[\s>›»]*$`)

// pageSuffix is how a page number stands at the end of a path: a_2, a-2,
// a/2, a/page/2, ap2.
var pageSuffix = regexp.MustCompile(`(?:[_\-/](?:p|page)?[_\-/]?|p)(\d{1,3})$`)

// nextLink remembers a link that may lead to the article's next page.
func (m *pageMeta) nextLink(n *nethtml.Node) {
	if len(m.nexts) >= maxFields {
		return
	}
	rel := strings.EqualFold(dom.Attr(n, "rel"), "next")
	if href := dom.Attr(n, "href"); href != "" && (rel || nextWord.MatchString(plain.Spaces(dom.Text(n)))) {
		m.nexts = append(m.nexts, href)
	}
}

// next is the address of the article's next page. Only an address that differs
// from the page's own by a page number one higher is one: "next" elsewhere
// leads to another article.
func (m *pageMeta) next(base *url.URL) string {
	if base == nil {
		return ""
	}
	for _, href := range m.nexts {
		s := address.Absolute(base, href)
		if u, err := url.Parse(s); err == nil && s != "" && u.Host == base.Host && followsPage(base, u) {
			return s
		}
	}
	return ""
}

func followsPage(from, to *url.URL) bool {
	if from.Path == to.Path {
		return nextQuery(from.Query(), to.Query())
	}
	if from.RawQuery != to.RawQuery || path.Ext(from.Path) != path.Ext(to.Path) {
		return false
	}
	a := strings.TrimSuffix(strings.TrimSuffix(from.Path, path.Ext(from.Path)), "/")
	b := strings.TrimSuffix(strings.TrimSuffix(to.Path, path.Ext(to.Path)), "/")
	stem, n := pageNumber(b)
	if n == 0 {
		return false
	}
	if stem == a {
		return n == 2 || n == 1 // some count from 0
	}
	first, k := pageNumber(a)
	return k > 0 && first == stem && n == k+1 && n <= maxArticlePages // beyond, it is an id
}

func pageNumber(p string) (stem string, n int) {
	loc := pageSuffix.FindStringSubmatchIndex(p)
	if loc == nil {
		return p, 0
	}
	return p[:loc[0]], plain.Int(p[loc[2]:loc[3]])
}

func nextQuery(from, to url.Values) bool {
	differs := ""
	for k := range to {
		if from.Get(k) != to.Get(k) {
			if differs != "" {
				return false
			}
			differs = k
		}
	}
	switch strings.ToLower(differs) {
	case "page", "p", "pn", "pageno", "pageindex", "pg", "paged":
	default:
		return false
	}
	before := 1
	if v := from.Get(differs); v != "" {
		before = plain.Int(v)
	}
	n, err := strconv.Atoi(to.Get(differs))
	return err == nil && n == before+1
}

// maxArticlePages bounds the pages that are read for one article.
const maxArticlePages = 10

// Join reads the further pages of an article and appends their text; lines
// that every page repeats come once. What fails ends the article there: its
// first page is worth having.
func Join(a *Article, read func(address string) (*Article, error)) error {
	seen := map[string]bool{a.Canonical: true}
	lines := map[string]bool{}
	for _, l := range strings.Split(a.Text, "\n") {
		lines[l] = true
	}
	next := a.Next
	for n := 1; n < maxArticlePages && next != "" && !seen[next]; n++ {
		seen[next] = true
		more, err := read(next)
		if err != nil {
			return err
		}
		for _, l := range strings.Split(more.Text, "\n") {
			if l != "" && !lines[l] {
				lines[l] = true
				a.Text += "\n" + l
			}
		}
		next = more.Next
	}
	a.Text = plain.Clip(a.Text, maxText)
	return nil
}
