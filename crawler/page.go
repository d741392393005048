package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/gocolly/colly/v2"
	nethtml "golang.org/x/net/html"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/article"
	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/plain"
)

// maxPageArticles bounds the article pages fetched in one poll; what is left
// over comes with the next.
const maxPageArticles = 20

// pollPage reads a page that lists articles (the links by the source's
// selector, or those of the main list) or a sitemap (the newest addresses), and then each article that is not known
// yet, oldest position last. Only articles that were read, or that are gone for
// good, become items; the others are tried again with the next poll.
func (c *Crawler) pollPage(ctx context.Context, src xuanti.Source) Result {
	res := Result{Source: src}
	base, err := fetch.Target(src.URL)
	if err != nil {
		res.Err = err
		return res
	}
	p := &pagePoll{c: c, ctx: ctx, res: &res, base: base}
	if src.Selector != "" {
		if p.selector, err = cascadia.ParseGroup(src.Selector); err != nil {
			res.Err = xuanti.Wrap(xuanti.CodeInvalid, err, fmt.Sprintf("选择器 %q 无法识别", src.Selector))
			return res
		}
	}
	p.transport = &politeTransport{ctx: ctx, fetcher: c.fetcher, rewrite: c.endpoint, headers: src.Headers, host: base.Host, max: article.MaxPage}
	if strings.Contains(path.Ext(strings.TrimSuffix(base.Path, ".gz")), "xml") {
		p.transport.max = maxSitemapBytes
	}
	collector := newCollector(p.transport)
	links, err := p.list(collector.Clone())
	if err != nil {
		res.Err = err
		return res
	}
	if links == nil { // not modified
		return res
	}
	p.articles(collector.Clone(), links)
	return res
}

// pagePoll is one poll of a page.
type pagePoll struct {
	c         *Crawler
	ctx       context.Context
	res       *Result
	base      *url.URL
	selector  cascadia.Matcher
	transport *politeTransport
}

// list fetches the list page and returns its links; nil without error means
// that the page is unchanged.
func (p *pagePoll) list(collector *colly.Collector) ([]pageLink, error) {
	st := &p.res.Source.Fetch
	collector.OnRequest(func(r *colly.Request) {
		if r.URL.String() != p.base.String() {
			return // a further file of a sitemap
		}
		if st.ETag != "" {
			r.Headers.Set("If-None-Match", st.ETag)
		}
		if st.LastModified != "" {
			r.Headers.Set("If-Modified-Since", st.LastModified)
		}
	})
	var failed error
	var maps siteMaps
	collector.OnResponse(func(r *colly.Response) {
		if isSitemap(r.Body) {
			if err := maps.add(r.Body, r.Headers.Get(headerSentType), p.c.clock.Now()); err != nil && !maps.found {
				failed = err
			} else if err != nil {
				p.warn("sitemap %s: %v", r.Request.URL, err)
			}
			return
		}
		text, err := charset.DecodeHTML(r.Body, r.Headers.Get(headerSentType))
		if err != nil {
			failed = err
			return
		}
		if dom.IsHeavy(text) {
			failed = xuanti.Errorf(xuanti.CodeLimited, "网页元素过多，超过 %d 个", dom.MaxElements)
			text = ""
		}
		r.Body = []byte(text)
	})
	var links []pageLink
	read := false
	collector.OnHTML("html", func(e *colly.HTMLElement) {
		read = true
		base := e.Request.URL
		if href := e.DOM.Find("base[href]").AttrOr("href", ""); href != "" {
			if u, err := base.Parse(href); err == nil {
				base = u
			}
		}
		links = p.find(e.DOM.Nodes, base)
	})
	err := collector.Visit(p.res.Source.URL)
	if resp := p.transport.last; resp != nil {
		st.LastStatus, st.Latency = resp.Status, resp.Latency
		st.NextAt = p.c.notBefore(max(resp.RetryAfter, resp.MaxAge))
		if resp.NotModified {
			st.LastNew = 0
			return nil, nil
		}
	}
	header := http.Header{}
	if p.transport.last != nil {
		header = p.transport.last.Header
	}
	if err == nil && failed == nil && maps.found {
		if len(maps.queue) > 0 {
			header = http.Header{} // an index may stay as it is while its files change
		}
		p.followMaps(collector, &maps)
		links, read = sitemapLinks(maps.links, p.base), true
	}
	switch {
	case failed != nil:
		return nil, failed
	case err != nil:
		return nil, fetchCause(err)
	case len(links) == 0 && maps.found:
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "站点地图里没有本站的文章")
	case !read:
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "返回的内容不是网页")
	case len(links) == 0 && p.selector != nil:
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "页面里没有选择器匹配到的链接")
	case len(links) == 0:
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "页面里没有找到文章列表，请填写选择器")
	}
	st.ETag, st.LastModified = header.Get("ETag"), header.Get("Last-Modified")
	return links, nil
}

func (p *pagePoll) find(nodes []*nethtml.Node, base *url.URL) []pageLink {
	for _, n := range nodes {
		var links []pageLink
		if p.selector != nil {
			links = selectedLinks(n, p.selector, base)
		} else {
			links = listedLinks(n, base)
		}
		if len(links) > 0 {
			return links
		}
	}
	return nil
}

// fetchCause takes the Fetcher's own error out of colly's and net/http's.
func fetchCause(err error) error {
	var fe *fetch.Error
	if errors.As(err, &fe) {
		return fe
	}
	return err
}

// articles turns links into items, reading the pages of the new ones.
func (p *pagePoll) articles(collector *colly.Collector, links []pageLink) {
	src, st := &p.res.Source, &p.res.Source.Fetch
	now := p.c.clock.Now()
	items := make([]xuanti.Item, 0, len(links))
	keys := make([]string, 0, len(links))
	for _, l := range links {
		it := xuanti.Item{
			SourceID: src.ID, Platform: src.Platform, AccountID: src.AccountID, Kind: xuanti.ItemArticle,
			URL: l.url, Title: l.title, SeenAt: now, PublishedAt: now,
		}
		if !l.published.IsZero() && l.published.Before(now) {
			it.PublishedAt = l.published
		}
		if src.AccountID != "" {
			it.Kind = xuanti.ItemPost
		}
		it.Key = address.Key(it.Kind, it.Platform, it.URL, "", it.Title, now)
		items, keys = append(items, it), append(keys, it.Key)
	}
	known := map[string]string{}
	if p.c.seen != nil {
		var err error
		if known, err = p.c.seen(p.ctx, keys); err != nil {
			p.res.Warnings = append(p.res.Warnings, "known items could not be looked up: "+err.Error())
			known = map[string]string{}
		}
	}
	reader := p.reader(collector)
	fresh := 0
	for i := range items {
		if _, ok := known[items[i].Key]; ok {
			continue
		}
		if fresh++; fresh > maxPageArticles {
			// The page must come in full next time, or the rest would never.
			st.ETag, st.LastModified = "", ""
			p.warn("%d more new articles are left for the next poll", len(items)-len(known)-maxPageArticles)
			break
		}
		keep, stop := reader(&items[i])
		if keep {
			p.res.Items = append(p.res.Items, items[i])
		}
		if !keep || stop {
			st.ETag, st.LastModified = "", "" // the rest is still to come
		}
		if stop {
			break
		}
	}
	st.LastItems, st.LastNew = len(items), len(p.res.Items)
	for i := range p.res.Items {
		p.res.fresh = append(p.res.fresh, p.res.Items[i].PublishedAt)
	}
	st.Items += int64(len(p.res.Items))
	if len(p.res.Items) > 0 {
		st.LastChange = now
	}
}

func (p *pagePoll) warn(format string, args ...any) {
	p.res.Warnings = append(p.res.Warnings, fmt.Sprintf(format, args...))
}

// reader returns a function that reads one article. keep: the item is worth
// handing on; stop: the site wants to be left alone.
func (p *pagePoll) reader(collector *colly.Collector) func(*xuanti.Item) (keep, stop bool) {
	var art *article.Article
	var failed error
	collector.OnResponse(func(r *colly.Response) {
		art, failed = article.Extract(r.Body, r.Headers.Get(headerSentType), r.Request.URL.String(), p.c.clock.Now())
	})
	read := func(address string) (*article.Article, error) {
		art, failed = nil, nil
		err := collector.Visit(address)
		if err == nil {
			err = failed
		}
		return art, err
	}
	fails := 0
	return func(it *xuanti.Item) (bool, bool) {
		if p.ctx.Err() != nil {
			return false, true
		}
		first, err := read(it.URL)
		if err == nil {
			fails = 0
			if err := article.Join(first, read); err != nil {
				p.warn("article %s: a further page: %v", it.URL, fetchCause(err))
			}
			fill(it, first)
			return it.Title != "", false
		}
		err = fetchCause(err)
		p.warn("article %s: %v", it.URL, err)
		var fe *fetch.Error
		if errors.As(err, &fe) && fe.Kind == fetch.KindRobots {
			return it.Title != "", false // nobody was asked; its title is known
		}
		fails++
		if fe == nil {
			return it.Title != "", fails >= maxPageFails // it will not get better
		}
		switch {
		case fe.Status == http.StatusTooManyRequests || fe.Status == http.StatusServiceUnavailable:
			p.res.Source.Fetch.NextAt = p.c.notBefore(max(fe.RetryAfter, time.Minute))
			return false, true
		case fe.Status == http.StatusNotFound || fe.Status == http.StatusGone || fe.Status == http.StatusForbidden ||
			fe.Kind == fetch.KindTooLarge || fe.Kind == fetch.KindBlocked || fe.Kind == fetch.KindInvalid:
			return it.Title != "", fails >= maxPageFails // known by its title at least
		}
		return false, fails >= maxPageFails
	}
}

// fill completes an item from its page. The title of the list is often cut, so
// the page's own wins.
func fill(it *xuanti.Item, art *article.Article) {
	if art.Title != "" {
		it.Title = plain.Clip(art.Title, plain.MaxTitle)
	}
	it.Text = plain.Clip(art.Text, plain.MaxText)
	it.Author = plain.Clip(art.Author, plain.MaxAuthor)
	it.Image = art.Image
	if !art.PublishedAt.IsZero() && art.PublishedAt.Before(it.SeenAt) {
		it.PublishedAt = art.PublishedAt.UTC()
	}
}
