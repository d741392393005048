package crawler

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Limits on a list page.
const (
	maxPageLinks  = 200
	minLinkWeight = 10 // of a title: five Chinese characters, or ten letters
	minLinks      = 3
)

// pageLink is an article that a list page points to.
type pageLink struct {
	url       string
	title     string
	published time.Time // as a news sitemap says; zero elsewhere
}

// selectedLinks takes the links that a selector names: links themselves, or the
// first link inside what it matches.
func selectedLinks(doc *nethtml.Node, sel cascadia.Matcher, base *url.URL) []pageLink {
	var out linkSet
	for _, n := range cascadia.QueryAll(doc, sel) {
		a := n
		if a.DataAtom != atom.A {
			if a = firstLink(n); a == nil {
				continue
			}
		}
		title := linkTitle(a)
		if title == "" {
			title = plain.Spaces(dom.Text(n))
		}
		out.add(address.Absolute(base, dom.Attr(a, "href")), plain.Clip(title, plain.MaxHeadline))
	}
	return out.links
}

func firstLink(n *nethtml.Node) *nethtml.Node {
	for d := range n.Descendants() {
		if d.DataAtom == atom.A && dom.Attr(d, "href") != "" {
			return d
		}
	}
	return nil
}

// linkSet keeps links in order, each address once; the longest title wins,
// since a picture's link often comes first and has none.
type linkSet struct {
	links []pageLink
	at    map[string]int
}

func (s *linkSet) add(rawURL, title string) {
	if rawURL == "" || len(s.links) >= maxPageLinks {
		return
	}
	key := address.Canonical(rawURL)
	if i, ok := s.at[key]; ok {
		if len(title) > len(s.links[i].title) {
			s.links[i].title = title
		}
		return
	}
	if s.at == nil {
		s.at = map[string]int{}
	}
	s.at[key] = len(s.links)
	s.links = append(s.links, pageLink{url: rawURL, title: title})
}

// linkTitle is the text of a link: a heading inside it, its text, its title
// attribute or the alternative text of its picture.
func linkTitle(a *nethtml.Node) string {
	for d := range a.Descendants() {
		switch d.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4:
			if t := plain.Spaces(dom.Text(d)); t != "" {
				return t
			}
		}
	}
	text := plain.Spaces(dom.Text(a))
	if t := plain.Spaces(dom.Attr(a, "title")); len(t) > len(text) && len(t) <= 3*plain.MaxHeadline {
		return t // the text is often cut: "青年夜骑队骑行三…"
	}
	return text
}

// listedLinks finds the article links of a page without being told where they
// are. Each link on the same site scores by the length of its text and by an
// address that looks like an article's; the smallest element that holds most of
// the score is the main list; inside it the addresses of one or few shapes are
// the articles.
func listedLinks(doc *nethtml.Node, base *url.URL) []pageLink {
	scores := map[*nethtml.Node]float64{}
	score := scoreLinks(doc, base, scores, false)
	if score == 0 {
		return nil
	}
	box := mainList(doc, scores)
	var set linkSet
	shapes := map[string]int{}
	for n := range box.Descendants() {
		if n.DataAtom != atom.A || scores[n] == 0 {
			continue
		}
		before := len(set.links)
		set.add(address.Absolute(base, dom.Attr(n, "href")), plain.Clip(linkTitle(n), plain.MaxHeadline))
		if len(set.links) > before {
			shapes[addressShape(set.links[before].url)]++
		}
	}
	most := 0
	for _, n := range shapes {
		most = max(most, n)
	}
	var out []pageLink
	for _, l := range set.links {
		if n := shapes[addressShape(l.url)]; n*5 >= most && plain.Width(l.title) >= minLinkWeight {
			out = append(out, l)
		}
	}
	if len(out) < minLinks {
		return nil
	}
	return out
}

// scoreLinks fills in the score of every element.
func scoreLinks(n *nethtml.Node, base *url.URL, scores map[*nethtml.Node]float64, around bool) float64 {
	sum := 0.0
	if n.Type == nethtml.ElementNode {
		if dom.IsSilent(n) || dom.IsHidden(n) {
			return 0
		}
		switch n.DataAtom {
		case atom.Nav, atom.Footer, atom.Aside, atom.Form:
			around = true
		case atom.A:
			sum = linkScore(n, base)
		default:
			around = around || n.DataAtom != atom.Body && isSurrounding(n)
		}
		if around {
			sum /= 10
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		sum += scoreLinks(c, base, scores, around)
	}
	if sum > 0 {
		scores[n] = sum
	}
	return sum
}

// isSurrounding reports columns and bars beside a list. The words are fewer
// than for articles: "news list" and "more" are what a list page is about.
func isSurrounding(n *nethtml.Node) bool {
	for _, w := range dom.Names(n) {
		switch w {
		case "nav", "navbar", "menu", "footer", "sidebar", "side", "aside", "breadcrumb", "crumbs", "pagination", "pager", "friendlink", "links", "copyright", "rank", "ranking", "paihang", "hotlist", "toolbar", "topbar", "comment", "comments", "ad", "ads":
			return true
		}
	}
	return false
}

func linkScore(a *nethtml.Node, base *url.URL) float64 {
	href := address.Absolute(base, dom.Attr(a, "href"))
	if href == "" {
		return 0
	}
	u, err := url.Parse(href)
	if err != nil || base != nil && !address.SameSite(base.Hostname(), u.Hostname()) || base != nil && address.Canonical(href) == address.Canonical(base.String()) {
		return 0
	}
	w := min(plain.Width(linkTitle(a)), 80)
	if w < minLinkWeight {
		return 0
	}
	return float64(w) * articleLike(u)
}

var (
	notArticle   = regexp.MustCompile(`(?i)/(?:tags?|topics?|category|categories|author|authors|user|users|u|login|register|signup|about|contact|search|page|archives?|help|privacy|terms|app|download|video_?list|channel|list)(?:/|$)|/(?:index|list|default)[_\-0-9]*\.(?:s?html?|php|aspx?)$|\.(?:jpg|jpeg|png|gif|webp|pdf|zip|apk|exe|mp3|mp4|xml|rss)$|^/?$`)
	datedPath    = regexp.MustCompile(`/(?:19|20)\d{2}[/-]?(?:0?[1-9]|1[0-2])(?:[/-]?\d{1,2})?[/_-]`)
	longNumber   = regexp.MustCompile(`\d{4,}`)
	mixedSegment = regexp.MustCompile(`(?:[A-Za-z]\d|\d[A-Za-z])[0-9A-Za-z]{4,}`)
	articleQuery = regexp.MustCompile(`(?i)(?:^|&)(?:id|aid|nid|newsid|articleid|tid|p|contentid|mid|idx|docid)=[0-9a-zA-Z]+`)
)

// articleLike weighs an address from 0.1 (a channel, a tag, a file) to 2 (a
// date or a long number in the path).
func articleLike(u *url.URL) float64 {
	p := u.EscapedPath()
	if notArticle.MatchString(p) && !articleQuery.MatchString(u.RawQuery) {
		return 0.1
	}
	last := p[strings.LastIndexByte(strings.TrimSuffix(p, "/"), '/')+1:]
	switch {
	case datedPath.MatchString(p), longNumber.MatchString(last), articleQuery.MatchString(u.RawQuery):
		return 2
	case mixedSegment.MatchString(last), strings.Count(last, "-") >= 3, longNumber.MatchString(p):
		return 1.6
	case strings.HasSuffix(last, "html"), strings.HasSuffix(last, ".htm"), strings.HasSuffix(last, ".shtml"), strings.Contains(last, "%"):
		return 1.2
	}
	return 0.5
}

// mainList walks down from the root while one child keeps most of the score.
func mainList(doc *nethtml.Node, scores map[*nethtml.Node]float64) *nethtml.Node {
	n := doc
	for {
		var best *nethtml.Node
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == nethtml.ElementNode && (best == nil || scores[c] > scores[best]) {
				best = c
			}
		}
		if best == nil || best.DataAtom == atom.A || scores[best] < 0.6*scores[n] || countLinks(best, scores) < minLinks {
			return n
		}
		n = best
	}
}

func countLinks(n *nethtml.Node, scores map[*nethtml.Node]float64) int {
	c := 0
	for d := range n.Descendants() {
		if d.DataAtom == atom.A && scores[d] > 0 {
			c++
		}
	}
	return c
}

var shapeRun = regexp.MustCompile(`[0-9A-Za-z%_\-]+`)

// addressShape reduces an address to the pattern it was made by: host, number
// of segments and what kind of text each holds.
func addressShape(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	segments := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	for i, s := range segments {
		segments[i] = shapeRun.ReplaceAllStringFunc(s, func(w string) string {
			switch {
			case longNumber.MatchString(w) || mixedSegment.MatchString(w):
				return "#"
			case strings.Trim(w, "0123456789") == "":
				return "#"
			case strings.Count(w, "-") >= 2 || len(w) > 24:
				return "~"
			}
			if i+1 < len(segments) {
				return "w" // a channel's name
			}
			return w
		})
	}
	keys := ""
	if articleQuery.MatchString(u.RawQuery) {
		keys = "?id"
	}
	return u.Host + "/" + strings.Join(segments, "/") + keys
}
