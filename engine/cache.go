package engine

import (
	"sync"
	"time"
)

// cacheFor is how long a computed view may be shown although something was
// committed meanwhile: a crawl commits many times a second.
const cacheFor = time.Second

// cache holds the views that are dear to compute.
type cache struct {
	building sync.Mutex // held by who computes the hot list, which asks for Engine.mu; mu is taken below that

	mu      sync.Mutex
	hot     *hotView
	dropped int                    // how often hot was dropped
	ranked  map[string]*rankedView // by profile
	peers   *peerView
}

// dropHot has the hot list computed anew: whoever decided something sees it at
// once.
func (c *cache) dropHot() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hot = nil
	c.dropped++
}

// stamp says which state of the store a view was computed from.
type stamp struct {
	version uint64
	at      time.Time // engine time
	wall    time.Time
}

// fresh reports whether a view of this stamp may still be shown.
func (e *Engine) fresh(s stamp) bool {
	now := e.Now()
	same := s.version == e.commits.Load() && now.Sub(s.at) < time.Minute && !now.Before(s.at)
	return same || time.Since(s.wall) < cacheFor && !now.Before(s.at)
}

func (e *Engine) stamp() stamp {
	return stamp{version: e.commits.Load(), at: e.Now(), wall: time.Now()}
}

// forgetPeers drops the scores of benchmark posts: whoever changed their
// accounts or counts looks at them next.
func (e *Engine) forgetPeers() {
	e.commits.Add(1)
	e.cache.mu.Lock()
	e.cache.peers = nil
	e.cache.mu.Unlock()
}
