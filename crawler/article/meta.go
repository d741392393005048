package article

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
)

// pageMeta is what a page says about itself outside its text.
type pageMeta struct {
	names     map[string]string // meta name, property or itemprop in lower case → first content
	title     string            // of the title element
	h1, h2    []string
	titled    []string   // text of elements whose class speaks of a title
	nexts     []string   // links to a next page
	homes     []homeLink // what links to front pages say
	times     []string   // of time elements and itemprop=datePublished
	canonical string
	authors   []string      // rel=author, itemprop=author, by-lines
	dated     []string      // text of elements whose class speaks of a date
	sources   []string      // text of elements whose class speaks of a source
	issued    []string      // values of metas whose name speaks of publication
	state     *stateArticle // when the text came from the page's own data
	tail      []string      // last lines around the text
	lang      string        // of the html element, lower case
	scripts   []*nethtml.Node
	areas     []*nethtml.Node // textarea elements: some templates keep the text there
	ld        linkedData
}

const (
	maxMeta    = 300
	maxFields  = 12
	maxContent = 2000
)

func readMeta(root *nethtml.Node) *pageMeta {
	m := &pageMeta{names: map[string]string{}}
	for n := range root.Descendants() {
		if n.Type == nethtml.ElementNode {
			m.visit(n)
		}
	}
	m.ld = readLinkedData(m.scripts)
	return m
}

func (m *pageMeta) visit(n *nethtml.Node) {
	switch n.DataAtom {
	case atom.Html:
		m.lang = strings.ToLower(strings.ReplaceAll(dom.Attr(n, "lang"), "_", "-"))
	case atom.Meta:
		m.meta(n)
		return
	case atom.Title:
		if m.title == "" && !inSVG(n) {
			m.title = plain.Spaces(dom.Text(n))
		}
		return
	case atom.Link:
		if m.canonical == "" && strings.EqualFold(dom.Attr(n, "rel"), "canonical") {
			m.canonical = dom.Attr(n, "href")
		}
		m.nextLink(n)
		return
	case atom.Script:
		if len(m.scripts) < maxMeta {
			m.scripts = append(m.scripts, n)
		}
		return
	case atom.Textarea:
		if len(m.areas) < maxFields {
			m.areas = append(m.areas, n)
		}
	case atom.H1:
		if !linksHome(n) {
			m.h1 = appendText(m.h1, n, maxFields)
		}
	case atom.H2:
		if !linksHome(n) {
			m.h2 = appendText(m.h2, n, maxFields)
		}
	case atom.A:
		m.home(n)
		m.nextLink(n)
	case atom.Time:
		v := dom.Attr(n, "datetime")
		if v == "" {
			v = plain.Clip(shortText(n), 80)
		}
		if len(m.times) < maxFields && v != "" && !isAside(n) {
			m.times = append(m.times, v)
		}
	}
	m.marked(n)
}

func (m *pageMeta) meta(n *nethtml.Node) {
	content := strings.TrimSpace(dom.Attr(n, "content"))
	if content == "" || len(content) > maxContent || len(m.names) > maxMeta {
		return
	}
	for _, k := range []string{"property", "name", "itemprop", "http-equiv"} {
		v := strings.ToLower(strings.TrimSpace(dom.Attr(n, k)))
		if v == "" {
			continue
		}
		if m.names[v] == "" {
			m.names[v] = content
		}
		if len(m.issued) < maxFields && issuedName.MatchString(v) {
			m.issued = append(m.issued, content)
		}
	}
}

// nameNode is the part of a by-line element that holds the name: its first
// link; where it tells about the person as well, its first element; else
// itself.
func nameNode(n *nethtml.Node) *nethtml.Node {
	var first *nethtml.Node
	left := 40 // a by-line is small
	for d := range n.Descendants() {
		if left--; left < 0 {
			return n
		}
		if d.Type != nethtml.ElementNode || shortText(d) == "" {
			continue
		}
		if d.DataAtom == atom.A {
			return d
		}
		if first == nil {
			first = d
		}
	}
	if first != nil && strings.ContainsAny(shortText(n), "，。") {
		return first
	}
	return n
}

// shortText is the text of a small element; "" when there is none or too much.
func shortText(n *nethtml.Node) string {
	var sb strings.Builder
	left := 400 // nodes
	for d := range n.Descendants() {
		if left--; left < 0 || sb.Len() > maxContent {
			return ""
		}
		if d.Type == nethtml.TextNode {
			sb.WriteString(d.Data)
		}
	}
	if sb.Len() > maxContent {
		return ""
	}
	return plain.Spaces(sb.String())
}

// issuedName matches what metas outside the well-known list call it.
var issuedName = regexp.MustCompile(`pub(?:lish|lished|lication)?[-_.: ]?(?:date|time|at|on)|(?:date|time)[-_.: ]?pub|(?:date|time)[-_.: ]?(?:issued|created)|release[-_.: ]?(?:date|time)`)

// language is the main language of the page, "zh", "en", …; "" is unknown.
// Chinese templates often keep the lang="en" that they were made with, so the
// characters of the title count more.
func (m *pageMeta) language() string {
	sample := m.title + strings.Join(m.h1, "")
	switch {
	case hasKana(sample):
		return "ja"
	case plain.HasHan(sample):
		return "zh"
	}
	lang, _, _ := strings.Cut(m.lang, "-")
	return lang
}

// zone is where a time without zone is taken to be: the day that such a page
// prints is the day that its readers see.
func (m *pageMeta) zone() *time.Location {
	switch m.language() {
	case "zh":
		return xuanti.Shanghai
	case "ja", "ko":
		return time.FixedZone("", 9*3600)
	}
	return time.UTC
}

func hasKana(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x3041 && r < 0x30fb || r > 0x30fc && r < 0x3100 }) >= 0
}

// marked collects elements that name an author or a date.
func (m *pageMeta) marked(n *nethtml.Node) {
	switch n.DataAtom {
	case atom.Label, atom.Input, atom.Form, atom.Option, atom.Body, atom.Html:
		return
	}
	switch strings.ToLower(dom.Attr(n, "itemprop")) {
	case "datepublished", "datecreated":
		v := dom.Attr(n, "content")
		if v == "" {
			v = dom.Attr(n, "datetime")
		}
		if v == "" {
			v = plain.Clip(shortText(n), 80)
		}
		m.names["itemprop:datepublished"] = v
	case "author":
		m.authors = appendText(m.authors, n, maxFields)
	case "headline":
		m.h1 = appendText(m.h1, n, maxFields)
	}
	if dom.Attr(n, "rel") == "author" {
		m.authors = appendText(m.authors, n, maxFields)
	}
	for _, w := range dom.Names(n) {
		switch {
		case titleWords[w] && len(m.titled) < maxFields && !isAside(n):
			m.titled = appendText(m.titled, n, maxFields)
			return
		case authorWords[w] && len(m.authors) < maxFields:
			if !isAside(n) && !asideWords[dom.Names(n)[0]] {
				m.authors = appendText(m.authors, nameNode(n), maxFields)
			}
			return
		case w == "source" && len(m.sources) < maxFields && !isAside(n):
			m.sources = appendText(m.sources, nameNode(n), maxFields)
			m.dated = appendText(m.dated, n, 4*maxFields)
			return
		case dateWords[w] && len(m.dated) < 4*maxFields && !isAside(n):
			m.dated = appendText(m.dated, n, 4*maxFields)
			return
		}
	}
}

var (
	authorWords = tokenSet(`author byline writer zuozhe autor autore auteur firma authi username nickname`)
	titleWords  = tokenSet(`title headline biaoti arttitle articletitle newstitle bt tit h1`)
	dateWords   = tokenSet(`date time pubdate pubtime publishtime publish published posted timestamp datetime dateline laiyuan source info meta postmeta shijian riqi`)
)

// isHome reports a link to a front page: the site's own, or one with a host.
func isHome(a *nethtml.Node) bool {
	switch href := strings.TrimSpace(dom.Attr(a, "href")); href {
	case "/", "./", "/index.html", "/index.htm", "/index.php":
		return true
	default:
		u, err := url.Parse(href)
		return err == nil && u.Host != "" && (u.Path == "" || u.Path == "/") && u.RawQuery == ""
	}
}

// linksHome reports a heading that is the logo of the site.
func linksHome(n *nethtml.Node) bool {
	for d := range n.Descendants() {
		if d.DataAtom == atom.A {
			return isHome(d)
		}
	}
	return n.Parent != nil && n.Parent.DataAtom == atom.A && isHome(n.Parent)
}

// homeLink is what a link to a front page calls it.
type homeLink struct {
	host string // "" for the page's own
	text string
}

// home remembers what a link to a front page calls it.
func (m *pageMeta) home(a *nethtml.Node) {
	if len(m.homes) >= maxFields || !isHome(a) {
		return
	}
	names := []string{plain.Spaces(dom.Text(a)), dom.Attr(a, "title")}
	for d := range a.Descendants() {
		if d.DataAtom == atom.Img {
			names = append(names, dom.Attr(d, "alt"))
		}
	}
	for _, s := range names {
		if s != "" && plain.Width(s) <= 40 && len(m.homes) < maxFields {
			host := ""
			if u, err := url.Parse(strings.TrimSpace(dom.Attr(a, "href"))); err == nil {
				host = u.Hostname()
			}
			m.homes = append(m.homes, homeLink{host, s})
		}
	}
}

// isAside reports whether an element belongs to a list of other articles, the
// comments or the frame of the page.
func isAside(n *nethtml.Node) bool {
	return hasAncestor(n, 16, func(p *nethtml.Node) bool {
		switch p.DataAtom {
		case atom.Nav, atom.Aside, atom.Footer, atom.A:
			return true
		case atom.Body, atom.Html, atom.Main:
			return false
		}
		for _, w := range dom.Names(p) {
			if asideWords[w] {
				return true
			}
		}
		return false
	})
}

var asideWords = tokenSet(`sidebar side aside widget comment comments commentlist kommentare commentaires comentarios related recommend recommended recommendation tuijian xiangguan recent popular trending rank ranking hot footer teaser teasers more latest reply replies`)

func appendText(list []string, n *nethtml.Node, limit int) []string {
	if len(list) >= limit {
		return list
	}
	if t := shortText(n); t != "" {
		list = append(list, t)
	}
	return list
}

func inSVG(n *nethtml.Node) bool {
	return hasAncestor(n, 6, func(p *nethtml.Node) bool { return p.DataAtom == atom.Svg })
}

// first returns the first of the named metas.
func (m *pageMeta) first(names ...string) string {
	for _, k := range names {
		if v := m.names[k]; v != "" {
			return v
		}
	}
	return ""
}

// site is the name of the publication.
func (m *pageMeta) site() string {
	s := plain.Line(m.first("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:app:name:iphone"))
	if s == "" {
		s = m.ld.publisher
	}
	return plain.Clip(s, 60)
}

// image is the lead image.
func (m *pageMeta) image(base *url.URL) string {
	for _, raw := range []string{m.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"), m.ld.image, m.first("image", "thumbnail", "msapplication-tileimage")} {
		if u := address.Absolute(base, raw); u != "" {
			return u
		}
	}
	return ""
}

// link is the page's own address for itself. An address on another site, or
// the front page for an inner page, is a template's mistake.
func (m *pageMeta) link(base *url.URL) string {
	for _, raw := range []string{m.canonical, m.first("og:url")} {
		s := address.Absolute(base, raw)
		if s == "" {
			continue
		}
		u, err := url.Parse(s)
		if err != nil {
			continue
		}
		if base != nil && base.Host != "" && (!address.SameSite(base.Hostname(), u.Hostname()) || len(base.Path) > 1 && len(u.Path) <= 1 && u.RawQuery == "") {
			continue
		}
		return s
	}
	return ""
}

// savedFrom is the comment that browsers leave in a page they save.
var savedFrom = regexp.MustCompile(`<!-- saved from url=\(\d+\)(https?://[^\s>]{4,1000}) -->`)

// address is where a page of unknown origin says that it lives; nil when it
// does not.
func (m *pageMeta) address(src string) *url.URL {
	saved := ""
	if f := savedFrom.FindStringSubmatch(src[:min(len(src), charset.Head)]); f != nil {
		saved = f[1]
	}
	for _, raw := range []string{m.canonical, m.first("og:url"), m.ld.url, m.first("twitter:url", "weibo: webpage:url", "mobile-agent"), saved} {
		if u, err := url.Parse(address.Absolute(nil, raw)); err == nil && u.Host != "" {
			return u
		}
	}
	return nil
}
