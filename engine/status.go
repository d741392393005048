package engine

import (
	"context"
	"path/filepath"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
)

// Status implements Reader.
func (e *Engine) Status(ctx context.Context) Status {
	now := e.Now()
	st := Status{Ready: true, Demo: e.demo != nil, ReadOnly: !e.at.IsZero(), AsOf: now, Version: e.version, Checks: map[string]string{}, StartedAt: e.started}
	check := func(name string, err error) {
		st.Checks[name] = "ok"
		if err != nil {
			st.Ready = false
			st.Checks[name] = err.Error()
		}
	}
	check("store", e.store.Check(ctx))
	check("index", e.index.Healthy())
	if stats, err := e.store.Stats(ctx); err == nil {
		st.Items, st.Events, st.Outbox = stats.Items, stats.Events, int(stats.Pending)
	} else {
		check("statistics", err)
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		check("sources", err)
	}
	for _, s := range sources {
		st.Sources++
		if h := s.Health(now); h == xuanti.HealthFailing || h == xuanti.HealthStale {
			st.Failing++
		}
	}
	st.IndexLag = e.indexer.lag()
	return st
}

// Backup writes a consistent copy of the database to a new file.
func (e *Engine) Backup(ctx context.Context, path string) error { return e.store.Backup(ctx, path) }

// DropIndex removes the full-text index of a data folder, so that Reindex
// builds it anew. The store loses nothing.
func DropIndex(dir string) error {
	return index.Wipe(filepath.Join(dir, "index"))
}
