package crawler

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/plain"
)

const (
	maxCandidates = 12  // addresses tried in search of a page's feed
	maxAnnounced  = 200 // feeds of one page that are listed
)

// FeedLink is a feed that a page leads to.
type FeedLink struct {
	URL   string
	Title string // as the page announces it, may be empty
	rank  int
}

// The ranks of candidates: the more a candidate has to do with this very page,
// the earlier it is tried.
const (
	rankSite       = iota // the platform is known
	rankSection           // announced, of this part of the site
	rankAnnounced         // announced
	rankLinked            // an ordinary link that looks like a feed
	rankUsual             // a usual place
	rankDiscussion        // announced, but of comments
)

// feedLike matches the path and query of addresses that tend to be feeds.
var feedLike = regexp.MustCompile(`(?i)(?:/(?:feed|rss|atom)/?|\.(?:rss|atom|rdf)|/(?:rss|feed|atom|index|feeds?/[\w-]+|rss/[\w-]+)\.xml|[?&](?:feed|mod|type|format|_output)=(?:rss2?|atom|feed))$`)

// feedCandidates lists where a page's feed may be, the likeliest first:
// what is known of its platform, what it announces itself, links that look
// like feeds, the usual places.
func feedCandidates(resp *fetch.Response, u *url.URL) []FeedLink {
	d := discovery{page: u, seen: map[string]bool{u.String(): true}}
	for _, ref := range siteFeeds(u) {
		d.add(ref, "", rankSite)
	}
	if text, err := charset.DecodeHTML(resp.Body, resp.Header.Get("Content-Type")); err == nil {
		d.read(text)
	}
	dir := u.EscapedPath()
	dir = dir[:strings.LastIndexByte(dir, '/')+1]
	for _, base := range slices.Compact([]string{dir, "/"}) {
		for _, name := range []string{"feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss"} {
			d.add(base+name, "", rankUsual)
		}
	}
	slices.SortStableFunc(d.links, func(a, b FeedLink) int { return a.rank - b.rank })
	return d.links
}

// discovery collects candidates, each address once.
type discovery struct {
	page  *url.URL
	base  *url.URL // of links, when the page has a base element
	seen  map[string]bool
	links []FeedLink
}

func (d *discovery) add(ref, title string, rank int) {
	from := d.page
	if d.base != nil && rank != rankSite && rank != rankUsual {
		from = d.base
	}
	t, err := from.Parse(ref)
	if err != nil || t.Scheme != "http" && t.Scheme != "https" || t.Host == "" || len(d.links) >= maxAnnounced {
		return
	}
	t.Fragment = ""
	if s := t.String(); len(s) <= address.MaxBytes && !d.seen[s] {
		d.seen[s] = true
		d.links = append(d.links, FeedLink{URL: s, Title: plain.Title(title, 200), rank: rank})
	}
}

// read collects what a page says of its feeds.
func (d *discovery) read(text string) {
	z := nethtml.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			name, more := z.TagName()
			switch string(name) {
			case "link", "a", "base":
				d.tag(string(name), tagAttrs(z, more))
			}
		}
	}
}

func tagAttrs(z *nethtml.Tokenizer, more bool) map[string]string {
	attrs := map[string]string{}
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		attrs[string(k)] = strings.TrimSpace(string(v))
	}
	return attrs
}

func (d *discovery) tag(name string, attrs map[string]string) {
	href := attrs["href"]
	if name == "base" {
		if u, err := d.page.Parse(href); err == nil && d.base == nil && href != "" {
			d.base = u
		}
		return
	}
	if href == "" || strings.Contains(href, "/wp-json/") || strings.Contains(href, "/oembed") {
		return
	}
	rel := strings.ToLower(attrs["rel"])
	switch {
	case strings.Contains(rel, "alternate") && isFeedType(attrs["type"]):
		d.add(href, attrs["title"], d.announced(href, attrs["title"]))
	case name == "a" && d.nearby(href) && feedLike.MatchString(strings.SplitN(href, "#", 2)[0]):
		d.add(href, attrs["title"], rankLinked)
	}
}

func isFeedType(t string) bool {
	t, _, _ = strings.Cut(strings.ToLower(t), ";")
	switch strings.TrimSpace(t) {
	case "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json", "text/xml", "application/xml":
		return true
	}
	return false
}

// announced ranks a feed that a page announces.
func (d *discovery) announced(href, title string) int {
	low := strings.ToLower(href + " " + title)
	for _, word := range []string{"comment", "replies", "评论", "回复", "留言"} {
		if strings.Contains(low, word) {
			return rankDiscussion
		}
	}
	here := strings.Trim(d.page.Path, "/")
	if u, err := d.page.Parse(href); err == nil && here != "" && strings.HasPrefix(strings.Trim(u.Path, "/"), here) {
		return rankSection
	}
	return rankAnnounced
}

// nearby reports whether a link stays on the site of the page.
func (d *discovery) nearby(href string) bool {
	u, err := d.page.Parse(href)
	if err != nil {
		return false
	}
	site := address.FoldHost(d.page.Host)
	host := address.FoldHost(u.Host)
	return host == site || strings.HasSuffix(host, "."+site) || strings.HasSuffix(site, "."+host)
}

// bridgeFeeds reads the list of accounts that wewe-rss gives at /feeds: a feed
// of all first, then one of each account. nil for anything else.
func bridgeFeeds(body []byte, u *url.URL) []FeedLink {
	if body = bytes.TrimSpace(body); len(body) == 0 || body[0] != '[' || !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), "/feeds") {
		return nil
	}
	var accounts []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	if json.Unmarshal(body, &accounts) != nil {
		return nil
	}
	page := *u
	page.Path, page.RawQuery = strings.TrimSuffix(u.Path, "/")+"/", ""
	d := discovery{page: &page, seen: map[string]bool{}}
	for _, a := range accounts {
		if a.ID != "" && a.Name != "" && !strings.ContainsAny(a.ID, "/?#") {
			d.add(url.PathEscape(a.ID)+".atom", a.Name, rankAnnounced)
		}
	}
	if len(d.links) == 0 {
		return nil
	}
	d.add("all.atom", "全部", rankSection)
	slices.SortStableFunc(d.links, func(a, b FeedLink) int { return a.rank - b.rank })
	return d.links
}
