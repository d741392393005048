package engine

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// cacheFor is how long a computed view may be shown although something was
// committed meanwhile: a crawl commits many times a second.
const cacheFor = time.Second

// cache holds the views that are dear to compute.
type cache struct {
	mu     sync.Mutex
	hot    *hotView
	ranked map[string]*rankedView // by profile
	peers  *peerView
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
	same := s.version == e.version_.Load() && now.Sub(s.at) < time.Minute && !now.Before(s.at)
	return same || time.Since(s.wall) < cacheFor && !now.Before(s.at)
}

func (e *Engine) stamp() stamp {
	return stamp{version: e.version_.Load(), at: e.Now(), wall: time.Now()}
}

// sourceNames remembers the names and weights of sources.
type sourceNames struct {
	mu   sync.Mutex
	byID map[string]xuanti.Source
}

func (n *sourceNames) forget() {
	n.mu.Lock()
	n.byID = nil
	n.mu.Unlock()
}

// put replaces what is remembered of one source, without touching the map that
// readers may hold.
func (n *sourceNames) put(s xuanti.Source) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byID == nil {
		return
	}
	n.byID = maps.Clone(n.byID)
	n.byID[s.ID] = s
}

func (n *sourceNames) weight(id string) float64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s, ok := n.byID[id]; ok {
		return s.Weight
	}
	return 1
}

func (e *Engine) sourceMap(ctx context.Context) (map[string]xuanti.Source, error) {
	e.sources.mu.Lock()
	defer e.sources.mu.Unlock()
	if e.sources.byID != nil {
		return e.sources.byID, nil
	}
	all, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return nil, err
	}
	m := make(map[string]xuanti.Source, len(all))
	for _, s := range all {
		m[s.ID] = s
	}
	e.sources.byID = m
	return m, nil
}
