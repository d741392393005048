package crawler

import (
	"context"
	"log/slog"

	"github.com/xuanti/xuanti"
)

// Options holds what a Crawler works with.
type Options struct {
	Fetcher   *Fetcher
	Clock     xuanti.Clock
	Log       *slog.Logger
	Endpoints map[string]string // board id or host → base URL that replaces it (the demo web)
	// Seen tells which item keys are known already, so that full text is only
	// fetched for new items; nil means none is.
	Seen func(ctx context.Context, keys []string) (map[string]string, error)
}

// Result is what one poll of a source brought.
type Result struct {
	Source   xuanti.Source // with the next Fetch state filled in
	Items    []xuanti.Item
	Snapshot *xuanti.Snapshot
	Warnings []string
	Err      error
}

// Crawler polls sources. It is safe for concurrent use.
type Crawler struct {
	fetcher   *Fetcher
	clock     xuanti.Clock
	log       *slog.Logger
	endpoints map[string]string
	seen      func(ctx context.Context, keys []string) (map[string]string, error)
}

// New returns a Crawler.
func New(o Options) *Crawler {
	return &Crawler{fetcher: o.Fetcher, clock: o.Clock, log: o.Log, endpoints: o.Endpoints, seen: o.Seen}
}
