package engine

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/health"
	"github.com/xuanti/xuanti/store"
)

// recordPolls writes what polls have shown of their sources: the fetch states, the
// pulses, and the events that it is time to tell.
func (e *Engine) recordPolls(ctx context.Context, tx *store.Tx, polled []*arrival, now time.Time) ([]xuanti.SourceEvent, error) {
	ids := make([]string, len(polled))
	for i, a := range polled {
		ids[i] = a.was.ID
	}
	stored, err := tx.Pulses(ctx, ids)
	if err != nil {
		return nil, err
	}
	pulses := make(map[string][]byte, len(stored))
	for _, r := range stored {
		pulses[r.SourceID] = r.Data
	}
	var said []xuanti.SourceEvent
	for _, a := range polled {
		if a.edited() {
			continue
		}
		p, err := health.Decode(pulses[a.was.ID])
		if err != nil {
			e.log.Warn("a source's history of polls starts anew", "source", a.was.ID, "error", err)
		}
		e.beat(p, a, now)
		if err := tx.PutFetchState(ctx, a.was.ID, a.now.Fetch); err != nil {
			return nil, err
		}
		if ev, ok := p.Judge(&a.now, now); ok {
			said = append(said, ev)
		}
		if a.MovedFrom != "" {
			said = append(said, xuanti.SourceEvent{SourceID: a.was.ID, At: now, Kind: xuanti.SourceMoved, Since: now, Detail: a.now.URL})
		}
		pulses[a.was.ID] = p.Encode() // polled twice in a group, perhaps
		if err := tx.PutPulse(ctx, a.was.ID, pulses[a.was.ID]); err != nil {
			return nil, err
		}
	}
	for i := range said {
		said[i].ID = xuanti.NewID(now, "source-event", said[i].SourceID, string(said[i].Kind))
		if err := putSourceEvent(ctx, tx, said[i]); err != nil {
			return nil, err
		}
	}
	return said, nil
}

// beat adds a poll to a pulse and completes the fetch state with what only
// the pulse knows.
func (e *Engine) beat(p *health.Pulse, a *arrival, now time.Time) {
	f := &a.now.Fetch
	x := health.Poll{At: now, OK: a.Err == nil, Status: f.LastStatus, Latency: f.Latency}
	f.FailingSince, f.Cause, f.QuietSince = time.Time{}, "", time.Time{}
	if x.OK {
		x.Rows = len(a.Items)
		if a.Snapshot != nil {
			x.Rows = len(a.Snapshot.Entries)
		}
		x.Changed = f.LastChange.After(a.was.Fetch.LastChange)
		if x.Rows > 0 {
			x.New = f.LastNew
		}
	} else {
		f.Cause, f.FailingSince = health.Cause(a.Err, f.LastStatus), a.was.Fetch.FailingSince
		if f.FailingSince.IsZero() {
			f.FailingSince = now
		}
	}
	p.Observe(x)
	if x.OK {
		f.QuietSince = p.Quiet(a.now.Kind, now)
	}
	f.Slow = p.Slow()
	e.pulse.observe(a.now.Kind, x)
}

// tell publishes what became of sources.
func (e *Engine) tell(said []xuanti.SourceEvent, polled []*arrival) {
	byID := make(map[string]*xuanti.Source, len(polled))
	for _, a := range polled {
		byID[a.now.ID] = &a.now
	}
	for i := range said {
		ev := &said[i]
		src := byID[ev.SourceID]
		e.publish(ev.At, "source."+string(ev.Kind), e.sourceEventView(ev, src))
		e.pulse.event(src.Kind, ev.Kind)
	}
}

// putSourceEvent writes an event. A recovery that comes before anyone was told
// of the trouble, and a trouble that comes back before anyone was told of the
// recovery, cancel each other out.
func putSourceEvent(ctx context.Context, tx *store.Tx, ev xuanti.SourceEvent) error {
	last, _, err := tx.SourceEvents(ctx, store.SourceEventFilter{SourceID: ev.SourceID, Limit: 1})
	if err != nil {
		return err
	}
	if len(last) == 1 && !last[0].Due.IsZero() {
		if ev.Kind == xuanti.SourceRecovered {
			ev.Due = time.Time{}
		}
		last[0].Due = time.Time{}
		if err := tx.PutSourceEvent(ctx, last[0]); err != nil {
			return err
		}
	}
	return tx.PutSourceEvent(ctx, ev)
}

// sourceEventView is an event with its words.
func (e *Engine) sourceEventView(ev *xuanti.SourceEvent, src *xuanti.Source) SourceEventView {
	v := SourceEventView{ID: ev.ID, SourceID: ev.SourceID, Kind: ev.Kind, At: ev.At, Since: ev.Since, Cause: ev.Cause, SourceName: ev.SourceID}
	if src != nil {
		v.SourceName, v.SourceKind = src.Name, src.Kind
	}
	v.Text, v.TextEN = eventWords(ev)
	if ev.Kind != xuanti.SourceRecovered && ev.Kind != xuanti.SourceMoved {
		v.Advice, v.AdviceEN = eventAdvice(ev, v.SourceKind)
	}
	return v
}

// SourceEvents implements Reader.
func (e *Engine) SourceEvents(ctx context.Context, sourceID, kind string, limit int, cursor string) (Page[SourceEventView], error) {
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return Page[SourceEventView]{}, err
	}
	if _, ok := sources[sourceID]; sourceID != "" && !ok {
		return Page[SourceEventView]{}, xuanti.Errorf(xuanti.CodeNotFound, "没有这个来源 (no such source)")
	}
	all, next, err := e.store.SourceEvents(ctx, store.SourceEventFilter{SourceID: sourceID, Kind: xuanti.SourceEventKind(kind), Limit: clampLimit(limit), Cursor: cursor})
	if err != nil {
		return Page[SourceEventView]{}, err
	}
	p := Page[SourceEventView]{Items: []SourceEventView{}, NextCursor: next, AsOf: e.Now()}
	for i := range all {
		var src *xuanti.Source
		if s, ok := sources[all[i].SourceID]; ok {
			src = &s
		}
		p.Items = append(p.Items, e.sourceEventView(&all[i], src))
	}
	return p, nil
}
