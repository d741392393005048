package crawler

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/xuanti/xuanti"
)

const maxCandidates = 8 // addresses tried in search of a page's feed

// Detect finds out what an address is: a feed, a page that announces a feed
// (that feed is taken), or a page that lists articles. It returns a source that
// is ready to be stored and a preview of what it brings. An error says in
// words why the address is of no use.
func (c *Crawler) Detect(ctx context.Context, rawURL string) (xuanti.Source, Result, error) {
	u, err := typedURL(rawURL)
	if err != nil {
		return xuanti.Source{}, Result{}, err
	}
	resp, err := c.fetcher.Do(ctx, Request{URL: c.endpoint(u.String()), MaxBytes: maxFeedBytes})
	if err != nil {
		return xuanti.Source{}, Result{}, xuanti.Wrap(xuanti.CodeUnavailable, err, ErrorText(err))
	}
	if isSitemap(resp.Body) {
		return c.detectedPage(ctx, u)
	}
	if feed, ferr := c.tryFeed(resp, u.String()); ferr == nil {
		src, res := c.detected(ctx, xuanti.SourceFeed, u.String(), feed)
		return src, res, nil
	} else if !isPage(ferr) {
		return xuanti.Source{}, Result{}, xuanti.Wrap(xuanti.CodeInvalid, ferr, ErrorText(ferr))
	}
	for _, candidate := range feedCandidates(resp, u) {
		if ctx.Err() != nil {
			break
		}
		r, err := c.fetcher.Do(ctx, Request{URL: c.endpoint(candidate), MaxBytes: maxFeedBytes})
		if err != nil {
			continue
		}
		if feed, err := c.tryFeed(r, candidate); err == nil && len(feed.Items) > 0 {
			src, res := c.detected(ctx, xuanti.SourceFeed, candidate, feed)
			return src, res, nil
		}
	}
	return c.detectedPage(ctx, u)
}

// detectedPage tries an address as a list of articles.
func (c *Crawler) detectedPage(ctx context.Context, u *url.URL) (xuanti.Source, Result, error) {
	src := c.newSource(xuanti.SourcePage, u.String())
	res := c.Poll(ctx, src)
	if res.Err != nil {
		return xuanti.Source{}, res, xuanti.Wrap(xuanti.CodeInvalid, res.Err, "既不是订阅源，也没有找到文章列表："+ErrorText(res.Err))
	}
	if res.Source.Name == "" {
		res.Source.Name = u.Hostname()
	}
	return withoutState(res.Source), res, nil
}

// typedURL reads an address as people type it.
func typedURL(raw string) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	raw = strings.TrimPrefix(raw, "feed:")
	raw = strings.TrimPrefix(raw, "//")
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := parseTarget(raw)
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, ErrorText(err))
	}
	return u, nil
}

func (c *Crawler) tryFeed(resp *Response, base string) (*Feed, error) {
	feed, err := ParseFeed(resp.Body, resp.Header.Get("Content-Type"), base, xuanti.Shanghai, c.clock.Now())
	if err == nil {
		feed.prune()
	}
	return feed, err
}

// isPage reports whether what came instead of a feed may lead to one.
func isPage(err error) bool {
	var fe *FeedError
	return errors.As(err, &fe) && (fe.Kind == FeedHTML || fe.Kind == FeedLogin)
}

// newSource is a source with the settings that most sources keep.
func (c *Crawler) newSource(kind xuanti.SourceKind, address string) xuanti.Source {
	now := c.clock.Now()
	return xuanti.Source{
		ID: xuanti.NewID(now, "source", CanonicalURL(address)), Kind: kind, URL: address, Platform: "rss",
		Weight: 1, Interval: defaultInterval, State: xuanti.SourceActive, CreatedAt: now,
	}
}

// detected makes source and preview of a feed that was just read. The Fetch
// state stays empty: the first real poll must bring everything.
func (c *Crawler) detected(ctx context.Context, kind xuanti.SourceKind, address string, feed *Feed) (xuanti.Source, Result) {
	src := c.newSource(kind, address)
	src.Name = feed.Title
	if u, err := url.Parse(address); err == nil && src.Name == "" {
		src.Name = u.Hostname()
	}
	res := Result{Source: src, Items: feed.Items}
	c.adopt(ctx, &res)
	return src, res
}

func withoutState(src xuanti.Source) xuanti.Source {
	src.Fetch = xuanti.FetchState{}
	return src
}

// feedCandidates lists where a page's feed may be: what it announces itself,
// then the usual places.
func feedCandidates(resp *Response, u *url.URL) []string {
	text, err := DecodeHTML(resp.Body, resp.Header.Get("Content-Type"))
	if err != nil {
		return nil
	}
	var out []string
	seen := map[string]bool{u.String(): true}
	add := func(ref string) {
		if t, err := u.Parse(ref); err == nil && (t.Scheme == "http" || t.Scheme == "https") && !seen[t.String()] && len(out) < maxCandidates {
			seen[t.String()] = true
			out = append(out, t.String())
		}
	}
	z := nethtml.NewTokenizer(bytes.NewReader([]byte(text)))
	for {
		t := z.Next()
		if t == nethtml.ErrorToken {
			break
		}
		if t != nethtml.StartTagToken && t != nethtml.SelfClosingTagToken {
			continue
		}
		if ref := alternateFeed(z); ref != "" {
			add(ref)
		}
	}
	for _, p := range []string{"/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml"} {
		add(p)
	}
	return out
}

// alternateFeed reads <link rel="alternate" type="application/rss+xml" href>.
func alternateFeed(z *nethtml.Tokenizer) string {
	name, more := z.TagName()
	if string(name) != "link" && string(name) != "a" {
		return ""
	}
	var rel, typ, href string
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		switch string(k) {
		case "rel":
			rel = strings.ToLower(string(v))
		case "type":
			typ = strings.ToLower(string(v))
		case "href":
			href = strings.TrimSpace(string(v))
		}
	}
	if !strings.Contains(rel, "alternate") || strings.Contains(href, "/wp-json/") {
		return ""
	}
	switch typ {
	case "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json":
		return href
	}
	return ""
}
