package crawler

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Limits on sitemaps (sitemaps.org allows 50,000 addresses a file).
const (
	maxSitemapBytes = 16 << 20
	maxSitemapURLs  = 50_000
	maxSitemaps     = 5 // files of an index that are read in one poll, newest first
)

// sitemap is what one file says: articles, or further files.
type sitemap struct {
	links    []sitemapEntry
	children []sitemapEntry
}

type sitemapEntry struct {
	Loc     string    `xml:"loc"`
	LastMod string    `xml:"lastmod"`
	Title   string    `xml:"news>title"`
	Date    string    `xml:"news>publication_date"`
	at      time.Time // Date, else LastMod; zero when neither can be read
}

// isSitemap reports a sitemap or an index of sitemaps by its root element.
func isSitemap(body []byte) bool {
	head := body[:min(len(body), charset.Head)]
	return bytes.Contains(head, []byte("<urlset")) || bytes.Contains(head, []byte("<sitemapindex"))
}

// readSitemap reads a sitemap, a news sitemap or an index. A file that breaks
// off gives what came before the break.
func readSitemap(body []byte, contentType string, now time.Time) (*sitemap, error) {
	text, err := charset.DecodeXML(body, contentType)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict = false
	m := &sitemap{}
	for len(m.links)+len(m.children) < maxSitemapURLs {
		tok, err := d.Token()
		if err != nil {
			break // the end, or damage
		}
		start, ok := tok.(xml.StartElement)
		if !ok || start.Name.Local != "url" && start.Name.Local != "sitemap" {
			continue
		}
		var e sitemapEntry
		if d.DecodeElement(&e, &start) != nil {
			break
		}
		e.Loc, e.Title = strings.TrimSpace(e.Loc), plain.Title(e.Title, plain.MaxHeadline)
		for _, s := range []string{e.Date, e.LastMod} {
			if t, ok := plain.Time(s, nil, now); ok && e.at.IsZero() && t.Before(now.Add(24*time.Hour)) {
				e.at = t
			}
		}
		if start.Name.Local == "url" {
			m.links = append(m.links, e)
		} else {
			m.children = append(m.children, e)
		}
	}
	if len(m.links)+len(m.children) == 0 {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "站点地图是空的")
	}
	return m, nil
}

// newestFirst orders by time; files and addresses without one keep their order,
// behind the others.
func newestFirst(list []sitemapEntry) {
	slices.SortStableFunc(list, func(a, b sitemapEntry) int { return cmp.Compare(b.at.Unix(), a.at.Unix()) })
}

// sitemapLinks chooses the newest articles of a sitemap. Addresses on other
// sites are left out, as the protocol asks, and those of channels and tags.
func sitemapLinks(list []sitemapEntry, base *url.URL) []pageLink {
	newestFirst(list)
	var set linkSet
	for _, e := range list {
		u, err := url.Parse(address.Absolute(base, e.Loc))
		if err != nil || !address.SameSite(base.Hostname(), u.Hostname()) || e.Title == "" && articleLike(u) < 0.5 {
			continue
		}
		n := len(set.links)
		set.add(u.String(), e.Title)
		if len(set.links) > n && e.Date != "" {
			set.links[n].published = e.at
		}
	}
	return set.links
}

// siteMaps collects the files of one sitemap.
type siteMaps struct {
	found bool
	links []sitemapEntry
	queue []sitemapEntry
}

func (s *siteMaps) add(body []byte, contentType string, now time.Time) error {
	m, err := readSitemap(body, contentType, now)
	if err != nil {
		return err
	}
	s.found = true
	s.links = append(s.links, m.links[:min(len(m.links), maxSitemapURLs-len(s.links))]...)
	s.queue = append(s.queue, m.children...)
	return nil
}

// followMaps reads the newest files of an index. One that fails is a warning.
func (p *pagePoll) followMaps(collector *colly.Collector, maps *siteMaps) {
	seen := map[string]bool{p.base.String(): true}
	for n := 1; n < maxSitemaps && len(maps.queue) > 0 && p.ctx.Err() == nil; {
		newestFirst(maps.queue)
		rawURL := address.Absolute(p.base, maps.queue[0].Loc)
		maps.queue = maps.queue[1:]
		u, err := url.Parse(rawURL)
		if err != nil || rawURL == "" || seen[rawURL] || !address.SameSite(p.base.Hostname(), u.Hostname()) {
			continue
		}
		seen[rawURL] = true
		n++
		if err := collector.Visit(rawURL); err != nil {
			p.warn("sitemap %s: %v", rawURL, fetchCause(err))
		}
	}
}
