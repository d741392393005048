package crawler

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

func (c *Crawler) pollBoard(ctx context.Context, src xuanti.Source) Result {
	return Result{Source: src}
}

func (c *Crawler) pollPage(ctx context.Context, src xuanti.Source) Result {
	return Result{Source: src}
}

// BuiltinSources lists the sources a fresh installation starts with.
func BuiltinSources(now time.Time) []xuanti.Source { return nil }
