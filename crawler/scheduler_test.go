package crawler

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/fetch"
)

// bubbleClock is the clock of a synctest bubble.
type bubbleClock struct{}

func (bubbleClock) Now() time.Time { return time.Now().UTC() }

// memQueue is a due table with leases in memory.
type memQueue struct {
	mu      sync.Mutex
	sources map[string]*xuanti.Source
	calls   int
	fail    error
}

func newMemQueue(n int, every time.Duration) *memQueue {
	q := &memQueue{sources: map[string]*xuanti.Source{}}
	for i := range n {
		id := fmt.Sprintf("s%02d", i)
		q.sources[id] = &xuanti.Source{ID: id, Kind: xuanti.SourceFeed, Interval: every, Fetch: xuanti.FetchState{NextAt: time.Now()}}
	}
	return q
}

func (q *memQueue) LeaseSources(_ context.Context, owner string, now time.Time, n int, ttl time.Duration, busy []string) ([]xuanti.Source, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.calls++
	if q.fail != nil {
		return nil, q.fail
	}
	var out []xuanti.Source
	for _, id := range slices.Sorted(maps.Keys(q.sources)) {
		s := q.sources[id]
		if len(out) < n && !s.Fetch.NextAt.After(now) && !s.Fetch.LeaseUntil.After(now) && !slices.Contains(busy, hostOf(s)) {
			s.Fetch.LeaseOwner, s.Fetch.LeaseUntil = owner, now.Add(ttl)
			out = append(out, *s)
		}
	}
	return out, nil
}

func (q *memQueue) NextDue(context.Context) (time.Time, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var due time.Time
	for _, s := range q.sources {
		at := s.Fetch.NextAt
		if s.Fetch.LeaseUntil.After(at) {
			at = s.Fetch.LeaseUntil
		}
		if due.IsZero() || at.Before(due) {
			due = at
		}
	}
	return due, !due.IsZero(), nil
}

func (q *memQueue) sink(_ context.Context, r Result) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := r.Source
	q.sources[s.ID] = &s
	return nil
}

func (q *memQueue) add(id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sources[id] = &xuanti.Source{ID: id, Interval: time.Hour, Fetch: xuanti.FetchState{NextAt: time.Now()}}
}

// polls counts what a scheduler does.
type polls struct {
	mu      sync.Mutex
	count   map[string]int
	running int
	most    int
}

func (p *polls) enter(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count == nil {
		p.count = map[string]int{}
	}
	p.count[id]++
	p.running++
	p.most = max(p.most, p.running)
}

func (p *polls) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
}

// counts is what happened so far.
func (p *polls) counts() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.count)
}

// runScheduler starts a scheduler whose polls take a second and returns what
// stops it.
func runScheduler(t *testing.T, q *memQueue, p *polls, change func(*SchedulerOptions, *Scheduler)) (*Scheduler, func()) {
	o := SchedulerOptions{Queue: q, Sink: q.sink, Workers: 3, Clock: bubbleClock{}}
	s := NewScheduler(o)
	s.poll = func(ctx context.Context, src xuanti.Source) Result {
		p.enter(src.ID)
		defer p.leave()
		pass(time.Second)
		src.Fetch.LeaseUntil = time.Time{}
		src.Fetch.NextAt = time.Now().Add(src.Interval)
		return Result{Source: src}
	}
	if change != nil {
		change(&s.opts, s)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	return s, func() {
		cancel()
		<-done
	}
}

func TestSchedulerPollsWhatIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newMemQueue(10, 10*time.Minute), &polls{}
		_, stop := runScheduler(t, q, p, nil)
		pass(9 * time.Minute)
		synctest.Wait()
		if n := len(p.counts()); n != 10 {
			t.Errorf("%d sources polled", n)
		}
		for id, n := range p.counts() {
			if n != 1 {
				t.Errorf("%s was polled %d times", id, n)
			}
		}
		pass(20 * time.Minute)
		synctest.Wait()
		for id, n := range p.counts() {
			if n != 3 {
				t.Errorf("%s was polled %d times in half an hour", id, n)
			}
		}
		stop()
		if q.calls > 200 || p.most != 3 {
			t.Errorf("the queue was asked %d times, %d polls at once", q.calls, p.most)
		}
	})
}

func TestSchedulerWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newMemQueue(0, 0), &polls{}
		s, stop := runScheduler(t, q, p, nil)
		pass(10 * time.Second)
		q.add("late")
		s.Wake()
		s.Wake()
		synctest.Wait()
		if p.counts()["late"] != 1 {
			t.Error("Wake did not bring the new source")
		}
		stop()
	})
}

func TestSchedulerDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newMemQueue(5, time.Hour), &polls{}
		stored := 0
		_, stop := runScheduler(t, q, p, func(o *SchedulerOptions, s *Scheduler) {
			o.Sink = func(ctx context.Context, r Result) error {
				if ctx.Err() != nil {
					t.Error("the sink got a dead context")
				}
				stored++
				return q.sink(ctx, r)
			}
			o.Workers = 1
		})
		pass(1500 * time.Millisecond)
		stop() // during the second poll
		if stored != 2 {
			t.Errorf("%d results stored, want 2", stored)
		}
	})
}

func TestSchedulerCutsOffSlowPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newMemQueue(1, time.Hour), &polls{}
		_, stop := runScheduler(t, q, p, func(o *SchedulerOptions, s *Scheduler) {
			o.Sink = func(context.Context, Result) error {
				t.Error("a poll that was cut off counts as a result")
				return nil
			}
			s.poll = func(ctx context.Context, src xuanti.Source) Result {
				<-ctx.Done()
				return Result{Source: src, Err: &fetch.Error{Kind: fetch.KindCanceled, Message: "canceled"}}
			}
		})
		pass(time.Second)
		start := time.Now()
		stop()
		if d := time.Since(start); d != drainTime {
			t.Errorf("stopping took %s, want %s", d, drainTime)
		}
	})
}

func TestSchedulerSurvives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newMemQueue(3, 10*time.Minute), &polls{}
		_, stop := runScheduler(t, q, p, func(o *SchedulerOptions, s *Scheduler) {
			poll := s.poll
			s.poll = func(ctx context.Context, src xuanti.Source) Result {
				res := poll(ctx, src)
				if src.ID == "s00" {
					panic("a bug")
				}
				return res
			}
			sink := o.Sink
			o.Sink = func(ctx context.Context, r Result) error {
				if r.Source.ID == "s01" {
					return errors.New("disk full")
				}
				return sink(ctx, r)
			}
		})
		pass(time.Minute)
		q.mu.Lock()
		q.fail = errors.New("locked")
		q.mu.Unlock()
		pass(15 * time.Minute)
		q.mu.Lock()
		q.fail = nil
		q.mu.Unlock()
		pass(5 * time.Minute)
		synctest.Wait()
		// The failed ones come again when their lease ends, the good one by its
		// interval; the scheduler itself lives on.
		for _, id := range []string{"s00", "s01", "s02"} {
			if n := p.counts()[id]; n < 2 {
				t.Errorf("%s was polled %d times", id, n)
			}
		}
		stop()
	})
}

func TestSchedulerStopsIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, stop := runScheduler(t, newMemQueue(0, 0), &polls{}, nil)
		synctest.Wait()
		start := time.Now()
		stop()
		if time.Since(start) != 0 {
			t.Error("an idle scheduler did not stop at once")
		}
	})
}

// pass lets the time of a synctest bubble go on: it costs nothing.
func pass(d time.Duration) { <-time.After(d) }
