package crawler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

// Queue hands out due sources; the store implements it.
type Queue interface {
	// LeaseSources takes up to n due sources for owner until now+ttl. Nobody
	// else gets them before that, unless their Fetch state is written back.
	LeaseSources(ctx context.Context, owner string, now time.Time, n int, ttl time.Duration) ([]xuanti.Source, error)
	// NextDue returns when the next source is due; false when there is none.
	NextDue(ctx context.Context) (time.Time, bool, error)
}

const (
	defaultWorkers = 4
	leaseTTL       = 5 * time.Minute
	queueRetry     = 5 * time.Second  // after the queue failed
	drainTime      = 15 * time.Second // for polls under way when Run is stopped
)

// SchedulerOptions holds what a Scheduler works with. Queue, Crawler and Sink
// are required.
type SchedulerOptions struct {
	Queue   Queue
	Crawler *Crawler
	// Sink takes every result, from several goroutines at once. It must write
	// Result.Source.Fetch back; an error leaves the source to its lease.
	Sink    func(ctx context.Context, r Result) error
	Workers int          // polls at the same time; default 4
	Clock   xuanti.Clock // default the system clock
	Log     *slog.Logger // default discards
	Owner   string       // of the leases; default "crawler"
	// MaxIdle bounds how long the scheduler sleeps before it asks the queue
	// again, in real time; default 30 s. A clock that runs faster than real
	// time needs less.
	MaxIdle time.Duration
}

// Scheduler polls due sources with a bounded number of workers.
type Scheduler struct {
	opts SchedulerOptions
	poll func(ctx context.Context, src xuanti.Source) Result
	wake chan struct{}
}

// NewScheduler returns a Scheduler that does nothing until Run.
func NewScheduler(o SchedulerOptions) *Scheduler {
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	if o.Clock == nil {
		o.Clock = xuanti.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Owner == "" {
		o.Owner = "crawler"
	}
	if o.MaxIdle <= 0 {
		o.MaxIdle = 30 * time.Second
	}
	s := &Scheduler{opts: o, wake: make(chan struct{}, 1)}
	if o.Crawler != nil {
		s.poll = o.Crawler.Poll
	}
	return s
}

// Wake makes Run look for due sources at once: one was added or changed. It
// never blocks.
func (s *Scheduler) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run polls until ctx ends, then waits for the polls under way; those that
// take longer than 15 s are cut off and repeated when their lease ends. It
// returns nil after a stop. A poll or sink that panics costs that poll only.
func (s *Scheduler) Run(ctx context.Context) error {
	// Polls outlive ctx for the time of draining.
	work, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	idle := make(chan struct{}, s.opts.Workers)
	for range s.opts.Workers {
		idle <- struct{}{}
	}
	var polls sync.WaitGroup
	for ctx.Err() == nil {
		free := s.takeIdle(ctx, idle)
		if free == 0 {
			break
		}
		leased, err := s.opts.Queue.LeaseSources(ctx, s.opts.Owner, s.opts.Clock.Now(), free, leaseTTL)
		if err != nil && ctx.Err() == nil {
			s.opts.Log.Warn("due sources could not be leased", "err", err)
		}
		for _, src := range leased {
			free--
			polls.Go(func() {
				defer func() { idle <- struct{}{} }()
				s.one(work, src)
			})
		}
		for range free {
			idle <- struct{}{}
		}
		if free > 0 {
			s.rest(ctx, err != nil)
		}
	}
	done := make(chan struct{})
	go func() {
		polls.Wait()
		close(done)
	}()
	timer := time.NewTimer(drainTime)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		cutOff()
		<-done
	}
	return nil
}

// takeIdle waits for a free worker and takes all that are free.
func (s *Scheduler) takeIdle(ctx context.Context, idle chan struct{}) int {
	select {
	case <-idle:
	case <-ctx.Done():
		return 0
	}
	n := 1
	for {
		select {
		case <-idle:
			n++
		default:
			return n
		}
	}
}

// rest sleeps until the next source is due, somebody calls Wake or ctx ends.
func (s *Scheduler) rest(ctx context.Context, failed bool) {
	wait := s.opts.MaxIdle
	if failed {
		wait = min(wait, queueRetry)
	} else if due, ok, err := s.opts.Queue.NextDue(ctx); err == nil && ok {
		// A source that is due but was not handed out is leased elsewhere or
		// paused meanwhile: asking again at once would spin.
		wait = min(wait, max(due.Sub(s.opts.Clock.Now()), time.Second))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.wake:
	case <-ctx.Done():
	}
}

// one polls a source and hands the result on.
func (s *Scheduler) one(ctx context.Context, src xuanti.Source) {
	defer func() {
		if p := recover(); p != nil {
			s.opts.Log.Error("handling a poll panicked", "source", src.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	res := s.poll(ctx, src)
	var fe *FetchError
	if errors.As(res.Err, &fe) && fe.Kind == KindCanceled {
		return // cut off by the stop: says nothing about the source
	}
	if err := s.opts.Sink(ctx, res); err != nil {
		s.opts.Log.Warn("a poll's result could not be stored", "source", src.ID, "err", err)
	}
}
