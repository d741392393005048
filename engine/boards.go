package engine

import (
	"context"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// Boards implements Reader: every board that is watched or has a past.
func (e *Engine) Boards(ctx context.Context, entries int) (Page[BoardView], error) {
	h, err := e.hotNow(ctx)
	if err != nil {
		return Page[BoardView]{}, err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return Page[BoardView]{}, err
	}
	ids := map[string]bool{}
	for id := range h.boards {
		ids[id] = true
	}
	for _, s := range sources {
		if s.Kind == xuanti.SourceBoard && s.State != xuanti.SourcePaused && e.at.IsZero() {
			ids[s.Board] = true
		}
	}
	order := map[string]int{}
	for i, b := range e.boards.All() {
		order[b.ID] = i + 1
	}
	all := make([]string, 0, len(ids))
	for id := range ids {
		all = append(all, id)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := order[all[i]], order[all[j]]
		if (a == 0) != (b == 0) {
			return a != 0
		}
		if a != b {
			return a < b
		}
		return all[i] < all[j]
	})
	out := make([]BoardView, 0, len(all))
	for _, id := range all {
		out = append(out, e.boardView(h, sources, id, entries))
	}
	return Page[BoardView]{Items: out, AsOf: h.at}, nil
}

// Board implements Reader.
func (e *Engine) Board(ctx context.Context, id string) (BoardView, error) {
	h, err := e.hotNow(ctx)
	if err != nil {
		return BoardView{}, err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return BoardView{}, err
	}
	if _, ok := h.boards[id]; !ok && boardSource(sources, id) == nil {
		return BoardView{}, xuanti.Errorf(xuanti.CodeNotFound, "没有名为 %s 的榜单 (no such board)", id)
	}
	return e.boardView(h, sources, id, 0), nil
}

func boardSource(sources map[string]xuanti.Source, board string) *xuanti.Source {
	if s, ok := sources[board]; ok && s.Board == board { // its usual id
		return &s
	}
	for _, s := range sources {
		if s.Kind == xuanti.SourceBoard && s.Board == board {
			return &s
		}
	}
	return nil
}

func (e *Engine) boardView(h *hotView, sources map[string]xuanti.Source, id string, entries int) BoardView {
	br := h.boards[id]
	v := BoardView{ID: id, Name: e.boardName(id), Platform: e.boardPlatform(id), At: br.snap.At, Adapter: br.snap.Adapter, Entries: []BoardEntry{}}
	src := boardSource(sources, id)
	if src != nil && e.at.IsZero() {
		v.Platform, v.Health, v.LastError = src.Platform, src.Health(h.at), src.Fetch.LastError
	}
	v.Stale = e.staleBoard(src, br.snap.At, h.at)
	for i, r := range br.rows {
		if entries > 0 && i >= entries {
			break
		}
		v.Entries = append(v.Entries, e.boardEntry(h, id, br.prev, r))
	}
	return v
}

// staleBoard reports whether a board's newest snapshot is not live: its last
// poll failed, it is paused, or the snapshot is older than three intervals and
// ten minutes (half an hour at least).
func (e *Engine) staleBoard(src *xuanti.Source, snap, now time.Time) bool {
	every := time.Duration(0)
	if src != nil && e.at.IsZero() {
		if h := src.Health(now); troubled(h) || h == xuanti.HealthPaused {
			return true
		}
		every = 3*src.Interval + 10*time.Minute
	}
	return snap.IsZero() || now.Sub(snap) > max(every, 30*time.Minute)
}

func (e *Engine) boardEntry(h *hotView, board string, prev map[string]int, r store.BoardRow) BoardEntry {
	en := BoardEntry{Rank: r.Rank, PrevRank: prev[r.ItemID], Title: r.Title, URL: e.link(r.URL), Heat: r.Heat, Label: r.Label, ItemID: r.ItemID, EventID: r.EventID, Since: r.FirstSeen}
	if h == nil {
		return en
	}
	if k, ok := h.byID[r.EventID]; ok {
		ev := &h.events[k]
		en.TopicID, en.State, en.StateLabel = ev.TopicID, ev.State, ev.StateLabel
	}
	t := e.track(board, r)
	en.Stay, en.Top10 = known(t.Stay), known(t.Top10)
	return en
}

// BoardHistory implements Reader.
func (e *Engine) BoardHistory(ctx context.Context, id string, from, to time.Time, limit int) (Page[BoardSnapshot], error) {
	now := e.Now()
	if to.IsZero() || to.After(now) {
		to = now.Add(time.Millisecond)
	}
	if from.IsZero() {
		from = to.Add(-24 * time.Hour)
	}
	if !from.Before(to) {
		return Page[BoardSnapshot]{}, invalid("from", "from 必须早于 to (from must be before to)")
	}
	snaps, err := e.store.Snapshots(ctx, id, from, to, clampLimit(limit)+1)
	if err != nil {
		return Page[BoardSnapshot]{}, err
	}
	if len(snaps) == 0 {
		if _, err := e.Board(ctx, id); err != nil {
			return Page[BoardSnapshot]{}, err
		}
	}
	p := Page[BoardSnapshot]{Items: []BoardSnapshot{}, AsOf: now}
	for i, sn := range snaps {
		if i == clampLimit(limit) {
			p.NextCursor = sn.At.Format(time.RFC3339Nano) // pass as `to`
			break
		}
		rows, _, err := e.store.SnapshotAt(ctx, id, sn.At)
		if err != nil {
			return p, err
		}
		b := BoardSnapshot{Board: id, At: sn.At, Adapter: sn.Adapter, Count: len(rows), Entries: []BoardEntry{}}
		for _, r := range rows {
			b.Entries = append(b.Entries, e.boardEntry(nil, id, nil, r))
		}
		p.Items = append(p.Items, b)
	}
	return p, nil
}
