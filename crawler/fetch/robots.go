package fetch

import (
	"container/list"
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/temoto/robotstxt"

	"github.com/xuanti/xuanti"
)

const (
	robotsMaxBytes = 500 << 10 // RFC 9309 section 2.5
	robotsTTL      = 24 * time.Hour
	robotsRetry    = 10 * time.Minute // after a server error or no answer
	robotsMaxHosts = 1000
)

// robotsCache remembers the rules of the last thousand origins for a day.
type robotsCache struct {
	clock xuanti.Clock
	mu    sync.Mutex
	order *list.List // of *robotsEntry, most recently used first
	byKey map[string]*list.Element
}

type robotsEntry struct {
	key   string
	rules *robotstxt.RobotsData // nil: nothing may be fetched
	until time.Time
}

func newRobotsCache(clock xuanti.Clock) *robotsCache {
	return &robotsCache{clock: clock, order: list.New(), byKey: make(map[string]*list.Element)}
}

func (c *robotsCache) get(key string) (*robotsEntry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.byKey[key]
	if !ok {
		return nil, false
	}
	e := el.Value.(*robotsEntry)
	if !c.clock.Now().Before(e.until) {
		c.order.Remove(el)
		delete(c.byKey, key)
		return nil, false
	}
	c.order.MoveToFront(el)
	return e, true
}

func (c *robotsCache) put(e *robotsEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.byKey[e.key]; ok {
		c.order.Remove(el)
	}
	c.byKey[e.key] = c.order.PushFront(e)
	for c.order.Len() > robotsMaxHosts {
		last := c.order.Back()
		c.order.Remove(last)
		delete(c.byKey, last.Value.(*robotsEntry).key)
	}
}

// Allowed reports whether robots.txt of the address lets this Fetcher read it
// (RFC 9309). It fetches and caches the file when needed; nil means allowed, a
// *Error of KindRobots means not.
func (f *Fetcher) Allowed(ctx context.Context, rawURL string) error {
	u, err := Target(rawURL)
	if err != nil {
		return err
	}
	return f.allowed(ctx, u)
}

func (f *Fetcher) allowed(ctx context.Context, u *url.URL) error {
	key := u.Scheme + "://" + u.Host
	e, ok := f.robots.get(key)
	if !ok {
		var err error
		if e, err = f.fetchRobots(ctx, key); err != nil {
			return err
		}
		f.robots.put(e)
	}
	if e.rules == nil {
		return newError(KindRobots, u, "robots.txt could not be read because of a server error, so nothing is fetched for now", nil)
	}
	group := e.rules.FindGroup(f.agent)
	if group.CrawlDelay > 0 {
		f.hosts.slow(u.Host, group.CrawlDelay)
	}
	if u.Path == "/robots.txt" || e.rules.TestAgent(robotsPath(u.RequestURI()), f.agent) {
		return nil
	}
	return newError(KindRobots, u, "robots.txt does not allow this page", nil)
}

// fetchRobots reads robots.txt: a client error means no rules, a server error
// or an unreachable host that nothing may be fetched (RFC 9309 section 2.3.1).
func (f *Fetcher) fetchRobots(ctx context.Context, origin string) (*robotsEntry, error) {
	e := &robotsEntry{key: origin, until: f.opts.Clock.Now().Add(robotsTTL)}
	resp, err := f.Do(ctx, Request{URL: origin + "/robots.txt"})
	var fe *Error
	switch {
	case err == nil:
		e.rules = parseRobots(resp.Body)
	case errors.As(err, &fe) && fe.Kind == KindStatus && fe.Status >= 400 && fe.Status < 500 && fe.Status != http.StatusTooManyRequests:
		e.rules = parseRobots(nil)
	case errors.As(err, &fe) && (fe.Kind == KindRedirect || fe.Kind == KindTooLarge || fe.Kind == KindDecode):
		// No usable file behind it: as if there were none.
		e.rules = parseRobots(nil)
	case errors.As(err, &fe) && fe.Kind == KindStatus:
		e.until = f.opts.Clock.Now().Add(robotsRetry)
	default:
		// Not reachable at all: the page itself would fail the same way, so
		// say that instead of blaming robots.txt, and remember nothing.
		return nil, err
	}
	return e, nil
}
