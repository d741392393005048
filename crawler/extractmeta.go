package crawler

import (
	"net/url"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/publicsuffix"
)

// pageMeta is what a page says about itself outside its text.
type pageMeta struct {
	names     map[string]string // meta name, property or itemprop in lower case → first content
	title     string            // of the title element
	h1, h2    []string
	times     []string // of time elements and itemprop=datePublished
	canonical string
	authors   []string // rel=author, itemprop=author, by-lines
	dated     []string // text of elements whose class speaks of a date
	scripts   []*nethtml.Node
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
	case atom.Meta:
		m.meta(n)
		return
	case atom.Title:
		if m.title == "" && !inSVG(n) {
			m.title = plainSpaces(nodeText(n))
		}
		return
	case atom.Link:
		if m.canonical == "" && strings.EqualFold(attrOf(n, "rel"), "canonical") {
			m.canonical = attrOf(n, "href")
		}
		return
	case atom.Script:
		if len(m.scripts) < maxMeta {
			m.scripts = append(m.scripts, n)
		}
		return
	case atom.H1:
		m.h1 = appendText(m.h1, n, maxFields)
	case atom.H2:
		m.h2 = appendText(m.h2, n, maxFields)
	case atom.Time:
		v := attrOf(n, "datetime")
		if v == "" {
			v = clip(plainSpaces(nodeText(n)), 80)
		}
		if len(m.times) < maxFields && v != "" {
			m.times = append(m.times, v)
		}
	}
	m.marked(n)
}

func (m *pageMeta) meta(n *nethtml.Node) {
	content := strings.TrimSpace(attrOf(n, "content"))
	if content == "" || len(content) > maxContent || len(m.names) > maxMeta {
		return
	}
	for _, k := range []string{"property", "name", "itemprop", "http-equiv"} {
		if v := strings.ToLower(strings.TrimSpace(attrOf(n, k))); v != "" && m.names[v] == "" {
			m.names[v] = content
		}
	}
}

// marked collects elements that name an author or a date.
func (m *pageMeta) marked(n *nethtml.Node) {
	switch n.DataAtom {
	case atom.Label, atom.Input, atom.Form, atom.Option, atom.Body, atom.Html:
		return
	}
	switch strings.ToLower(attrOf(n, "itemprop")) {
	case "datepublished", "datecreated":
		v := attrOf(n, "content")
		if v == "" {
			v = attrOf(n, "datetime")
		}
		if v == "" {
			v = clip(plainSpaces(nodeText(n)), 80)
		}
		m.names["itemprop:datepublished"] = v
	case "author":
		m.authors = appendText(m.authors, n, maxFields)
	case "headline":
		m.h1 = appendText(m.h1, n, maxFields)
	}
	if attrOf(n, "rel") == "author" {
		m.authors = appendText(m.authors, n, maxFields)
	}
	for _, w := range nameTokens(n) {
		switch {
		case authorWords[w] && len(m.authors) < maxFields:
			m.authors = appendText(m.authors, n, maxFields)
			return
		case dateWords[w] && len(m.dated) < 4*maxFields:
			m.dated = appendText(m.dated, n, 4*maxFields)
			return
		}
	}
}

var (
	authorWords = tokenSet(`author byline writer zuozhe editor`)
	dateWords   = tokenSet(`date time pubdate pubtime publishtime publish published posted timestamp datetime dateline laiyuan source info meta postmeta shijian riqi`)
)

func appendText(list []string, n *nethtml.Node, limit int) []string {
	if len(list) >= limit {
		return list
	}
	t := nodeText(n)
	if len(t) > maxContent {
		return list
	}
	if t = plainSpaces(t); t != "" {
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
	s := plainText(m.first("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:app:name:iphone"))
	if s == "" {
		s = m.ld.publisher
	}
	return clip(s, 60)
}

// image is the lead image.
func (m *pageMeta) image(base *url.URL) string {
	for _, raw := range []string{m.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"), m.ld.image, m.first("image", "thumbnail", "msapplication-tileimage")} {
		if u := absolute(base, raw); u != "" {
			return u
		}
	}
	return ""
}

// link is the page's own address for itself. An address on another site, or
// the front page for an inner page, is a template's mistake.
func (m *pageMeta) link(base *url.URL) string {
	for _, raw := range []string{m.canonical, m.first("og:url")} {
		s := absolute(base, raw)
		if s == "" {
			continue
		}
		u, err := url.Parse(s)
		if err != nil {
			continue
		}
		if base != nil && base.Host != "" && (!sameSite(base.Hostname(), u.Hostname()) || len(base.Path) > 1 && len(u.Path) <= 1 && u.RawQuery == "") {
			continue
		}
		return s
	}
	return ""
}

// absolute resolves an address; "" for anything but http(s).
func absolute(base *url.URL, raw string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxEntryURL {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Fragment = ""
	return u.String()
}

// sameSite reports whether two hosts share their registrable domain.
func sameSite(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == b {
		return true
	}
	x, err1 := publicsuffix.EffectiveTLDPlusOne(a)
	y, err2 := publicsuffix.EffectiveTLDPlusOne(b)
	return err1 == nil && err2 == nil && x == y
}
