package crawler

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/feed"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/health"
)

// detectTime bounds a detection, all tries together.
const detectTime = 40 * time.Second

// Detect finds out what an address is: a feed, a page that leads to a feed
// (the first that works is taken, the others it announces are in
// Result.Others), a list of feeds, or a page that lists articles. It returns a
// source that is ready to be stored and a preview of what it brings. Every
// address it tries goes through the guarded fetcher; there are at most twelve,
// and forty seconds. An error says in words why the address is of no use.
func (c *Crawler) Detect(ctx context.Context, rawURL string) (xuanti.Source, Result, error) {
	ctx, cancel := context.WithTimeout(ctx, detectTime)
	defer cancel()
	u, err := typedURL(rawURL)
	if err != nil {
		return xuanti.Source{}, Result{}, err
	}
	resp, err := c.fetcher.Do(ctx, fetch.Request{URL: c.endpoint(u.String()), MaxBytes: feed.MaxBytes})
	if err != nil {
		return xuanti.Source{}, Result{}, xuanti.Wrap(xuanti.CodeUnavailable, err, withHint(health.Words(err), u))
	}
	if isSitemap(resp.Body) {
		return c.detectedPage(ctx, u)
	}
	parsed, ferr := c.tryFeed(resp, u.String())
	if ferr == nil {
		src, res := c.detected(ctx, xuanti.SourceFeed, u.String(), parsed)
		return src, res, nil
	}
	candidates := bridgeFeeds(resp.Body, u)
	if candidates == nil {
		if !isPage(ferr, resp) {
			return xuanti.Source{}, Result{}, xuanti.Wrap(xuanti.CodeInvalid, ferr, withHint(health.Words(ferr), u))
		}
		candidates = feedCandidates(resp, u)
	}
	if rawURL, parsed := c.firstFeed(ctx, candidates); parsed != nil {
		src, res := c.detected(ctx, xuanti.SourceFeed, rawURL, parsed)
		res.Others = otherFeeds(candidates, rawURL)
		return src, res, nil
	}
	return c.detectedPage(ctx, u)
}

// detectedPage tries an address as a list of articles.
func (c *Crawler) detectedPage(ctx context.Context, u *url.URL) (xuanti.Source, Result, error) {
	src := c.newSource(xuanti.SourcePage, u.String())
	res := c.Poll(ctx, src)
	if res.Err != nil {
		return xuanti.Source{}, res, xuanti.Wrap(xuanti.CodeInvalid, res.Err, withHint("既不是订阅源，也没有找到文章列表："+health.Words(res.Err), u))
	}
	if res.Source.Name == "" {
		res.Source.Name = u.Hostname()
	}
	return withoutState(res.Source), res, nil
}

// firstFeed tries candidates in order until one is a feed that has items.
func (c *Crawler) firstFeed(ctx context.Context, candidates []FeedLink) (string, *feed.Feed) {
	for _, l := range candidates[:min(len(candidates), maxCandidates)] {
		if ctx.Err() != nil {
			break
		}
		r, err := c.fetcher.Do(ctx, fetch.Request{URL: c.endpoint(l.URL), MaxBytes: feed.MaxBytes})
		if err != nil {
			continue
		}
		if parsed, err := c.tryFeed(r, l.URL); err == nil && len(parsed.Items) > 0 {
			if parsed.Title == "" {
				parsed.Title = l.Title
			}
			return l.URL, parsed
		}
	}
	return "", nil
}

// otherFeeds are the candidates beside the chosen one that are no guesses.
func otherFeeds(candidates []FeedLink, chosen string) []FeedLink {
	var out []FeedLink
	for _, l := range candidates {
		if l.URL != chosen && l.rank != rankUsual && l.rank != rankSite {
			out = append(out, l)
		}
	}
	return out
}

func withHint(text string, u *url.URL) string {
	if hint := feedHint(u); hint != "" {
		return text + "。" + hint
	}
	return text
}

// typedURL reads an address as people type it.
func typedURL(raw string) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	raw = strings.TrimPrefix(raw, "feed:")
	raw = strings.TrimPrefix(raw, "//")
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := fetch.Target(raw)
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, health.Words(err))
	}
	return u, nil
}

func (c *Crawler) tryFeed(resp *fetch.Response, base string) (*feed.Feed, error) {
	parsed, err := feed.Parse(resp.Body, resp.Header.Get("Content-Type"), c.baseOf(resp, base), nil, c.clock.Now())
	if err == nil {
		parsed.Prune()
	}
	return parsed, err
}

// isPage reports whether what came instead of a feed may lead to one: a page
// by its looks, or something unknown that the server calls a page.
func isPage(err error, resp *fetch.Response) bool {
	var fe *feed.Error
	if !errors.As(err, &fe) {
		return false
	}
	switch fe.Kind {
	case feed.KindHTML, feed.KindLogin:
		return true
	case feed.KindUnknown:
		return strings.Contains(resp.Header.Get("Content-Type"), "html")
	}
	return false
}

// newSource is a source with the settings that most sources keep.
func (c *Crawler) newSource(kind xuanti.SourceKind, rawURL string) xuanti.Source {
	now := c.clock.Now()
	return xuanti.Source{
		ID: xuanti.NewID(now, "source", address.Canonical(rawURL)), Kind: kind, URL: rawURL, Platform: xuanti.PlatformNews,
		Weight: 1, Interval: defaultInterval, State: xuanti.SourceActive, CreatedAt: now,
	}
}

// detected makes source and preview of a feed that was just read. The Fetch
// state stays empty: the first real poll must bring everything.
func (c *Crawler) detected(ctx context.Context, kind xuanti.SourceKind, rawURL string, parsed *feed.Feed) (xuanti.Source, Result) {
	src := c.newSource(kind, rawURL)
	src.Name = parsed.Title
	if u, err := url.Parse(rawURL); err == nil && src.Name == "" {
		src.Name = u.Hostname()
	}
	res := Result{Source: src, Items: parsed.Items}
	c.adopt(ctx, &res)
	return src, res
}

func withoutState(src xuanti.Source) xuanti.Source {
	src.Fetch = xuanti.FetchState{}
	return src
}
