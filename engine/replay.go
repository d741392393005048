package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

const (
	replayBatch = 256
	replayTick  = 10 * time.Minute // of row time
)

// ReplayOptions say what to take through the engine.
type ReplayOptions struct {
	Files    []string // rows, plain or gzip; "-" is Stdin
	Stdin    io.Reader
	Progress func(ReplayProgress)                       // called about twice a second; may be nil
	Bad      func(name string, line int, problem error) // malformed rows, which are skipped
	Compact  bool                                       // merge the index at the end, as the night after the last row would
}

// ReplayProgress is how far a replay has come.
type ReplayProgress struct {
	Rows      int64
	Items     int64
	Known     int64
	Copies    int64
	Snapshots int64
	Bad       int64
	At        time.Time // of the row
	Elapsed   time.Duration
	Lag       int64 // not yet searchable
	Done      bool  // the last report
}

// Replay takes archived rows through the engine with their own clock, exactly
// as they would have gone live. Rows of all files are merged in time order.
func (e *Engine) Replay(ctx context.Context, o ReplayOptions) (ReplayProgress, error) {
	r := &replayer{e: e, start: time.Now(), report: o.Progress}
	bad := func(name string, line int, err error) {
		r.p.Bad++
		if o.Bad != nil {
			o.Bad(name, line, err)
		}
	}
	rows, err := openStreams(o.Files, o.Stdin, e.Now(), bad)
	if err != nil {
		return r.p, err
	}
	defer func() {
		if cerr := rows.Close(); cerr != nil {
			e.log.Warn("closing a replayed file failed", "error", cerr)
		}
	}()
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r.p, err
		}
		if err := r.row(ctx, row); err != nil {
			return r.p, err
		}
	}
	if err := r.finish(ctx); err != nil {
		return r.p, err
	}
	if o.Compact {
		e.compactIndex(ctx, r.p.At)
	}
	return r.p, nil
}

// replayer groups rows into batches: a run of items, and the snapshots of the
// instant that follows.
type replayer struct {
	e      *Engine
	p      ReplayProgress
	start  time.Time
	said   time.Time
	ticked time.Time
	report func(ReplayProgress)
	items  []xuanti.Item
	at     time.Time                   // instant of snaps
	snaps  map[string]*xuanti.Snapshot // by platform
}

func (r *replayer) row(ctx context.Context, row *Row) error {
	r.p.Rows++
	if row.isEntry() {
		if err := r.instant(ctx, row.At); err != nil {
			return err
		}
		sn := r.snaps[row.Platform]
		if sn == nil {
			sn = &xuanti.Snapshot{SourceID: row.Platform, Board: row.Platform, Platform: row.Platform, At: row.At, Adapter: "archive"}
			r.snaps[row.Platform] = sn
		}
		sn.Entries = append(sn.Entries, row.entry())
		return nil
	}
	return r.item(ctx, row.item())
}

func (r *replayer) item(ctx context.Context, it xuanti.Item) error {
	if len(r.snaps) > 0 {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	r.items = append(r.items, it)
	if len(r.items) >= replayBatch {
		return r.flush(ctx)
	}
	return nil
}

func (r *replayer) snapshot(ctx context.Context, sn xuanti.Snapshot) error {
	if err := r.instant(ctx, sn.At); err != nil {
		return err
	}
	r.snaps[sn.Board] = &sn
	return nil
}

// instant prepares for snapshots of a time: those of another time go first,
// items that wait come along.
func (r *replayer) instant(ctx context.Context, at time.Time) error {
	if len(r.snaps) > 0 && !at.Equal(r.at) {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	if r.snaps == nil {
		r.snaps = map[string]*xuanti.Snapshot{}
	}
	r.at = at
	return nil
}

func (r *replayer) flush(ctx context.Context) error {
	if len(r.items) == 0 && len(r.snaps) == 0 {
		return nil
	}
	b := batch{items: r.items}
	if b.at = r.at; len(r.snaps) == 0 {
		b.at = r.items[len(r.items)-1].SeenAt
	}
	for _, sn := range r.snaps {
		sort.SliceStable(sn.Entries, func(i, j int) bool { return sn.Entries[i].Rank < sn.Entries[j].Rank })
		b.snaps = append(b.snaps, *sn)
	}
	sort.Slice(b.snaps, func(i, j int) bool { return b.snaps[i].Board < b.snaps[j].Board })
	r.items, r.snaps = nil, nil
	if m, ok := r.e.clock.(*xuanti.ManualClock); ok {
		m.Set(b.at)
	}
	done, err := r.e.apply(ctx, b)
	if err != nil {
		return err
	}
	r.p.Items += int64(done.Items)
	r.p.Known += int64(done.Known)
	r.p.Copies += int64(done.Copies)
	r.p.Snapshots += int64(len(b.snaps))
	r.p.At = b.at
	if d := b.at.Sub(r.ticked); d >= replayTick || d < 0 {
		r.ticked = b.at
		if err := r.e.Tick(ctx, b.at, false); err != nil {
			return err
		}
	}
	if err := r.e.indexer.throttle(ctx); err != nil {
		return err
	}
	if r.report != nil && time.Since(r.said) > 500*time.Millisecond {
		r.said = time.Now()
		r.p.Elapsed, r.p.Lag = time.Since(r.start), r.e.indexer.lag()
		r.report(r.p)
	}
	return nil
}

func (r *replayer) finish(ctx context.Context) error {
	if err := r.flush(ctx); err != nil {
		return err
	}
	if err := r.e.indexer.drain(ctx); err != nil {
		return err
	}
	r.e.mu.Lock()
	err := r.e.saveState(ctx)
	r.e.mu.Unlock()
	r.p.Elapsed, r.p.Lag, r.p.Done = time.Since(r.start), r.e.indexer.lag(), true
	if r.report != nil {
		r.report(r.p)
	}
	return err
}

// Fingerprint is the SHA-256 over every item with its event, every event and
// every observation in the store: two replays of one archive must print the same.
func (e *Engine) Fingerprint(ctx context.Context) (string, error) {
	h := sha256.New()
	var seq int64
	for {
		items, err := e.store.ItemsAfter(ctx, seq, 1000)
		if err != nil {
			return "", err
		}
		if len(items) == 0 {
			break
		}
		for _, it := range items {
			seq = it.Seq
			fmt.Fprintf(h, "i %s %s %s %s %s %d\n", it.ID, it.Key, it.EventID, it.Relation, it.CopyOf, xuanti.Millis(it.SeenAt))
		}
	}
	evs, err := e.store.Events(ctx, store.EventFilter{Limit: 10_000_000})
	if err != nil {
		return "", err
	}
	sort.Slice(evs, func(i, j int) bool { return evs[i].ID < evs[j].ID })
	for _, ev := range evs {
		fmt.Fprintf(h, "e %s %s %s %d %d %s %.4f %.4f %v\n", ev.ID, ev.TopicID, ev.Title, ev.Items, ev.Copies, ev.State, ev.Heat, ev.PeakHeat, ev.Terms)
	}
	boards, err := e.store.Boards(ctx)
	if err != nil {
		return "", err
	}
	for _, b := range boards {
		obs, err := e.store.Observations(ctx, store.ObservationFilter{Board: b, Limit: 10_000_000})
		if err != nil {
			return "", err
		}
		for _, o := range obs {
			fmt.Fprintf(h, "o %s %s %d %d\n", o.Board, o.ItemID, xuanti.Millis(o.At), o.Rank)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
