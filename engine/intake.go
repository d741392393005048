package engine

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/store"
)

// intakeMost bounds the polls that are committed together.
const intakeMost = 128

// intake gathers the results of polls: while one group is being committed, the
// polls that end wait and make the next group. Most polls bring nothing, and a
// commit for each of them would be the dearest part.
type intake struct {
	mu      sync.Mutex
	waiting []*arrival
	busy    bool // somebody works the groups off
}

// arrival is a poll's result and where to say that it was stored.
type arrival struct {
	crawler.Result
	was  xuanti.Source // as stored before, and
	now  xuanti.Source // after
	done chan error
	lead chan struct{} // work off the next group, which begins with this one
}

// take is the scheduler's sink: what a poll brought goes through the engine,
// and only then is the poll acknowledged. Whoever comes first works off a
// group, its own result included, and hands over to the first who waits.
func (e *Engine) take(ctx context.Context, r crawler.Result) error {
	a := &arrival{Result: r, done: make(chan error, 1), lead: make(chan struct{}, 1)}
	in := &e.intake
	in.mu.Lock()
	in.waiting = append(in.waiting, a)
	if !in.busy {
		in.busy = true
		a.lead <- struct{}{}
	}
	in.mu.Unlock()
	for {
		select {
		case err := <-a.done:
			return err
		case <-a.lead:
			// The others' results do not depend on this caller's patience.
			e.workOff(context.WithoutCancel(ctx))
		}
	}
}

// workOff takes in the polls that wait, as one group.
func (e *Engine) workOff(ctx context.Context) {
	in := &e.intake
	in.mu.Lock()
	n := min(len(in.waiting), intakeMost)
	group := in.waiting[:n:n]
	in.waiting = in.waiting[n:]
	in.mu.Unlock()
	e.takeGroup(ctx, group)
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.waiting) == 0 {
		in.waiting, in.busy = nil, false
		return
	}
	in.waiting[0].lead <- struct{}{}
}

// takeGroup stores a group together. When that fails each is tried alone, so
// that one bad result costs nobody else's.
func (e *Engine) takeGroup(ctx context.Context, group []*arrival) {
	err := e.keepGroup(ctx, group)
	if err == nil || len(group) == 1 {
		for _, a := range group {
			a.done <- err
		}
		return
	}
	e.log.Warn("the results of polls could not be stored together", "polls", len(group), "error", err)
	for _, a := range group {
		a.done <- e.keepGroup(ctx, []*arrival{a})
	}
}

// keepGroup takes a group through the engine and writes the sources' new state
// in the same transaction: after a crash a poll either happened or did not.
func (e *Engine) keepGroup(ctx context.Context, group []*arrival) (err error) {
	defer func() {
		if p := recover(); p != nil {
			e.log.Error("taking in polls panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			e.mu.Lock()
			defer e.mu.Unlock()
			err = e.forget(ctx, xuanti.Wrap(xuanti.CodeInternal, fmt.Errorf("panic: %v", p), "程序内部错误，已记录日志"))
		}
	}()
	ids := make([]string, len(group))
	for i, a := range group {
		ids[i] = a.Source.ID
	}
	stored, err := e.store.SourcesByID(ctx, ids)
	if err != nil {
		return err
	}
	b := batch{at: e.Now(), live: true}
	polled := group[:0:0]
	var said []xuanti.SourceEvent
	for _, a := range group {
		was, ok := stored[a.Source.ID]
		if !ok {
			continue // deleted while it was being polled
		}
		a.was = was
		for _, w := range a.Warnings {
			e.log.Debug("poll warning", "source", was.ID, "warning", w)
		}
		polled = append(polled, a)
		if !a.edited() {
			a.addTo(&b)
		}
	}
	b.also = func(ctx context.Context, tx *store.Tx, fresh map[string]int) error {
		for _, a := range polled {
			if err := a.write(ctx, tx, fresh[a.Source.ID], b.at); err != nil {
				return err
			}
		}
		var err error
		said, err = e.recordPolls(ctx, tx, polled, b.at)
		return err
	}
	if len(b.items)+len(b.snaps) > 0 {
		_, err = e.apply(ctx, b)
	} else {
		err = e.store.Update(ctx, func(tx *store.Tx) error { return b.also(ctx, tx, nil) })
	}
	if err != nil {
		return err
	}
	for _, a := range polled {
		e.sources.put(a.now)
	}
	e.tell(said, polled)
	return nil
}

// edited reports whether the source was given another address while the old
// one was being polled: what that brought is not its own.
func (a *arrival) edited() bool {
	polled := a.Source.URL
	if a.MovedFrom != "" {
		polled = a.MovedFrom
	}
	return a.was.URL != polled
}

// addTo puts what a poll brought into a batch.
func (a *arrival) addTo(b *batch) {
	src := &a.Source
	for _, it := range a.Items {
		it.SourceID, it.Platform, it.AccountID, it.SeenAt = src.ID, src.Platform, src.AccountID, b.at
		if src.AccountID != "" {
			it.Kind = xuanti.ItemPost
		}
		if it.Kind == "" {
			it.Kind = xuanti.ItemArticle
		}
		b.items = append(b.items, it)
	}
	if a.Snapshot != nil {
		sn := *a.Snapshot
		sn.SourceID, sn.Board, sn.Platform = src.ID, src.Board, src.Platform
		if sn.At.IsZero() {
			sn.At = b.at
		}
		b.snaps = append(b.snaps, sn)
	}
}

// write makes the state of a source after a poll that brought so many new
// items, and stores it but for the fetch state. What users edited meanwhile
// stays.
func (a *arrival) write(ctx context.Context, tx *store.Tx, fresh int, now time.Time) error {
	if a.edited() {
		fetch := a.was.Fetch
		fetch.NextAt, fetch.LeaseUntil, fetch.LeaseOwner = now, time.Time{}, ""
		a.now = a.was
		a.now.Fetch = fetch
		return tx.PutFetchState(ctx, a.was.ID, fetch)
	}
	src := &a.now
	*src = a.was
	src.Fetch = a.Source.Fetch
	if len(a.Items) > 0 || a.Snapshot != nil {
		src.Fetch.LastNew = fresh
		src.Fetch.Items = a.was.Fetch.Items + int64(fresh)
		if fresh > 0 {
			src.Fetch.LastChange = now
		}
	}
	gone := a.Source.State == xuanti.SourceGone && src.State == xuanti.SourceActive
	if gone {
		src.State = xuanti.SourceGone
	}
	if a.MovedFrom != "" {
		src.URL = a.Source.URL
	}
	if gone || a.MovedFrom != "" {
		return tx.PutSource(ctx, *src)
	}
	return nil
}
