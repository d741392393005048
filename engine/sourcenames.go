package engine

import (
	"context"
	"maps"
	"sync"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// sourceNames remembers the sources, without what only their polls need.
type sourceNames struct {
	mu     sync.Mutex
	byID   map[string]xuanti.Source
	polled map[string]xuanti.Source // newer than byID
}

func (n *sourceNames) forget() {
	n.mu.Lock()
	n.byID, n.polled = nil, nil
	n.mu.Unlock()
}

// put replaces what is remembered of one source. The map that readers hold is
// left as it is; the next reader gets a new one.
func (n *sourceNames) put(s xuanti.Source) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byID == nil {
		return
	}
	if n.polled == nil {
		n.polled = map[string]xuanti.Source{}
	}
	s.Fetch.Rhythm = nil
	n.polled[s.ID] = s
}

func (n *sourceNames) weight(id string) float64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s, ok := n.byID[id]; ok {
		return s.Weight
	}
	return 1
}

func (n *sourceNames) group(id string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.byID[id].Group
}

// knowSources loads the sources, if nobody has.
func (e *Engine) knowSources(ctx context.Context) error {
	e.sources.mu.Lock()
	defer e.sources.mu.Unlock()
	return e.loadSources(ctx)
}

// loadSources must be called with the lock held.
func (e *Engine) loadSources(ctx context.Context) error {
	if e.sources.byID != nil {
		return nil
	}
	all, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return err
	}
	m := make(map[string]xuanti.Source, len(all))
	for _, s := range all {
		s.Fetch.Rhythm = nil
		m[s.ID] = s
	}
	e.sources.byID, e.sources.polled = m, nil
	return nil
}

// sourceMap returns all sources by id. The map must not be changed.
func (e *Engine) sourceMap(ctx context.Context) (map[string]xuanti.Source, error) {
	n := &e.sources
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := e.loadSources(ctx); err != nil {
		return nil, err
	}
	if len(n.polled) > 0 {
		m := maps.Clone(n.byID)
		maps.Copy(m, n.polled)
		n.byID, n.polled = m, nil
	}
	return n.byID, nil
}
