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
	"github.com/xuanti/xuanti/crawler/fetch"
)

// Queue hands out due sources; the store implements it.
type Queue interface {
	// LeaseSources takes up to n due sources for owner until now+ttl. Nobody
	// else gets them before that, unless their Fetch state is written back.
	// Sources on one of the hosts in busy are left for later.
	LeaseSources(ctx context.Context, owner string, now time.Time, n int, ttl time.Duration, busy []string) ([]xuanti.Source, error)
	// NextDue returns when the next source is due; false when there is none.
	NextDue(ctx context.Context) (time.Time, bool, error)
}

const (
	defaultWorkers = 4
	leaseTTL       = 5 * time.Minute
	queueRetry     = 5 * time.Second  // after the queue failed
	drainTime      = 15 * time.Second // for polls under way when Run is stopped
	queuePerWorker = 16               // sources leased ahead
)

// SchedulerOptions holds what a Scheduler works with. Queue, Crawler and Sink
// are required.
type SchedulerOptions struct {
	Queue   Queue
	Crawler *Crawler
	// Sink takes every result, from several goroutines at once. It must write
	// Result.Source.Fetch back; an error leaves the source to its lease.
	Sink    func(ctx context.Context, r Result) error
	Workers int // polls at the same time; default 4
	PerHost int // of them at one host; default 1
	// HostGap is how long a host rests between two polls, so that no worker
	// stands waiting for a Fetcher that keeps the same gap; default none.
	HostGap time.Duration
	Clock   xuanti.Clock // default the system clock
	Log     *slog.Logger // default discards
	Owner   string       // of the leases; default "crawler"
	// MaxIdle bounds how long the scheduler sleeps before it asks the queue
	// again, in real time; default 30 s. A clock that runs faster than real
	// time needs less.
	MaxIdle time.Duration
}

// Scheduler polls due sources with a bounded number of workers. Sources wait in
// a queue of their host, so that a slow or crowded host holds up nobody else.
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
	if o.PerHost <= 0 {
		o.PerHost = 1
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
	var polls sync.WaitGroup
	q := newPollQueue(s.opts.PerHost, s.opts.HostGap)
	finished := make(chan polled, s.opts.Workers)
	free := s.opts.Workers
	for ctx.Err() == nil {
		s.fill(ctx, q)
		for free > 0 {
			src, ok := q.next(s.opts.Clock.Now(), time.Now())
			if !ok {
				break
			}
			free--
			polls.Go(func() {
				p := polled{id: src.ID}
				defer func() { finished <- p }()
				p.next = s.one(work, src)
			})
		}
		free += s.rest(ctx, q, finished)
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

// fill takes due sources into the queue when it runs low and some may be due.
func (s *Scheduler) fill(ctx context.Context, q *pollQueue) {
	if time.Now().Before(q.look) {
		return
	}
	capacity := queuePerWorker * s.opts.Workers
	supply, crowded := q.load(max(1, capacity/16))
	if supply > capacity/2 {
		return
	}
	n := capacity - supply
	leased, err := s.opts.Queue.LeaseSources(ctx, s.opts.Owner, s.opts.Clock.Now(), n, leaseTTL, crowded)
	if err != nil {
		if ctx.Err() == nil {
			s.opts.Log.Warn("due sources could not be leased", "err", err)
		}
		q.look = time.Now().Add(min(s.opts.MaxIdle, queueRetry))
		return
	}
	for i := range leased {
		q.add(leased[i])
	}
	if len(leased) == n {
		return
	}
	wait := s.opts.MaxIdle
	if due, ok, err := s.opts.Queue.NextDue(ctx); err == nil && ok {
		// A source that is due but was not handed out is leased elsewhere, on a
		// crowded host or paused meanwhile: asking again at once would spin.
		wait = min(wait, max(due.Sub(s.opts.Clock.Now()), time.Second))
	}
	q.look = time.Now().Add(wait)
}

// rest waits until a poll has finished, a host may be asked again, sources may
// be due, somebody calls Wake or ctx ends. It returns how many workers became
// free.
func (s *Scheduler) rest(ctx context.Context, q *pollQueue, finished <-chan polled) (freed int) {
	wait := s.opts.MaxIdle
	if d := time.Until(q.look); d > 0 {
		wait = min(wait, d)
	}
	if d, ok := q.rested(time.Now()); ok {
		wait = min(wait, d)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case p := <-finished:
		s.finish(q, p)
		freed = 1
	case <-timer.C:
		return 0
	case <-s.wake:
		q.look = time.Time{}
		return 0
	case <-ctx.Done():
		return 0
	}
	for {
		select {
		case p := <-finished:
			s.finish(q, p)
			freed++
		default:
			return freed
		}
	}
}

// polled is a source whose poll is over and when it is due again; zero when
// nobody knows.
type polled struct {
	id   string
	next time.Time
}

func (s *Scheduler) finish(q *pollQueue, p polled) {
	now := time.Now()
	q.done(p.id, now)
	if !p.next.IsZero() {
		if look := now.Add(max(p.next.Sub(s.opts.Clock.Now()), time.Second)); look.Before(q.look) {
			q.look = look
		}
	}
}

// one polls a source, hands the result on and returns when it is due again.
func (s *Scheduler) one(ctx context.Context, src xuanti.Source) (next time.Time) {
	defer func() {
		if p := recover(); p != nil {
			s.opts.Log.Error("handling a poll panicked", "source", src.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	res := s.poll(ctx, src)
	var fe *fetch.Error
	if errors.As(res.Err, &fe) && fe.Kind == fetch.KindCanceled {
		return time.Time{} // cut off by the stop: says nothing about the source
	}
	if err := s.opts.Sink(ctx, res); err != nil {
		s.opts.Log.Warn("a poll's result could not be stored", "source", src.ID, "err", err)
		return time.Time{}
	}
	return res.Source.Fetch.NextAt
}
