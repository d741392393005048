package crawler

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

// Board describes a platform hot list (热榜) and how it is read.
type Board struct {
	ID       string
	Name     string
	Platform string
	HomeURL  string
	Interval time.Duration
}

// Boards lists the built-in boards.
func Boards() []Board { return nil }

// ParseBoard reads one answer of a board endpoint.
func ParseBoard(id, adapter string, body []byte, contentType string, at time.Time) (*xuanti.Snapshot, error) {
	return nil, xuanti.Errorf(xuanti.CodeNotFound, "board %q is not known", id)
}

// BuiltinSources lists the sources a fresh installation starts with.
func BuiltinSources(now time.Time) []xuanti.Source { return nil }

func (c *Crawler) pollBoard(ctx context.Context, src xuanti.Source) Result {
	return Result{Source: src}
}

func (c *Crawler) pollPage(ctx context.Context, src xuanti.Source) Result {
	return Result{Source: src}
}
