package crawler

import (
	"context"
	"log/slog"
	"time"

	"github.com/xuanti/xuanti"
)

// Queue hands out due sources; the store implements it.
type Queue interface {
	// LeaseSources takes up to n due sources for owner until now+ttl.
	LeaseSources(ctx context.Context, owner string, now time.Time, n int, ttl time.Duration) ([]xuanti.Source, error)
	// NextDue returns when the next source is due; false when there is none.
	NextDue(ctx context.Context) (time.Time, bool, error)
}

// SchedulerOptions holds what a Scheduler works with.
type SchedulerOptions struct {
	Queue   Queue
	Crawler *Crawler
	Sink    func(ctx context.Context, r Result) error
	Workers int
	Clock   xuanti.Clock
	Log     *slog.Logger
	Owner   string
}

// Scheduler polls due sources.
type Scheduler struct{ opts SchedulerOptions }

// NewScheduler returns a Scheduler.
func NewScheduler(o SchedulerOptions) *Scheduler { return &Scheduler{opts: o} }

// Run polls until ctx ends.
func (s *Scheduler) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Wake makes Run look for due sources at once.
func (s *Scheduler) Wake() {}
