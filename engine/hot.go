package engine

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/suggest"
	"github.com/xuanti/xuanti/trend"
)

const (
	hotWindow = 24 * time.Hour // an event without a point for so long is not on the hot list
	hotEvents = 600
	curveSpan = 24 * time.Hour
)

// hotView is the hot list and the boards behind it as of a time.
type hotView struct {
	stamp
	events []EventView // by heat
	topics []TopicView // by heat
	boards map[string]boardRows
	byID   map[string]int // event id → index in events
}

// boardRows is a board's newest snapshot, and the one before.
type boardRows struct {
	snap store.SnapshotRow
	rows []store.BoardRow
	prev map[string]int // item id → rank one snapshot before
}

func (e *Engine) hotNow(ctx context.Context) (*hotView, error) {
	c := &e.cache
	c.building.Lock()
	defer c.building.Unlock()
	c.mu.Lock()
	h, dropped := c.hot, c.dropped
	c.mu.Unlock()
	if h != nil && e.fresh(h.stamp) {
		return h, nil
	}
	h, err := e.buildHot(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped == dropped {
		c.hot = h
	}
	return h, nil
}

func (e *Engine) buildHot(ctx context.Context) (*hotView, error) {
	h := &hotView{stamp: e.stamp(), byID: map[string]int{}}
	now := h.at
	var err error
	if h.boards, err = e.boardsAt(ctx, now); err != nil {
		return nil, err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return nil, err
	}
	pres := e.presences(h.boards, sources, now)
	rows, err := e.store.EventsAt(ctx, now, hotWindow, hotEvents)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	points, err := e.store.EventPoints(ctx, ids, now.Add(-curveSpan), now)
	if err != nil {
		return nil, err
	}
	curves := map[string][]CurvePoint{}
	for _, p := range points {
		curves[p.EventID] = append(curves[p.EventID], CurvePoint{At: p.At, Heat: p.Heat, State: p.State})
	}
	topicIDs := map[string][]int{}
	var order []string
	for _, r := range rows {
		v := e.eventView(r, pres[r.ID], curves[r.ID], now)
		h.byID[v.ID] = len(h.events)
		if _, ok := topicIDs[v.TopicID]; !ok {
			order = append(order, v.TopicID)
		}
		topicIDs[v.TopicID] = append(topicIDs[v.TopicID], len(h.events))
		h.events = append(h.events, v)
	}
	for _, id := range order {
		evs := make([]EventView, len(topicIDs[id]))
		for i, k := range topicIDs[id] {
			evs[i] = h.events[k]
		}
		h.topics = append(h.topics, topicView(evs, now))
	}
	sort.SliceStable(h.topics, func(i, j int) bool { return h.topics[i].Heat > h.topics[j].Heat })
	return h, nil
}

// boardsAt reads all boards as of a time.
func (e *Engine) boardsAt(ctx context.Context, at time.Time) (map[string]boardRows, error) {
	ids, err := e.store.Boards(ctx)
	if err != nil {
		return nil, err
	}
	boards := make(map[string]boardRows, len(ids))
	for _, id := range ids {
		if boards[id], err = e.boardAt(ctx, id, at); err != nil {
			return nil, err
		}
	}
	return boards, nil
}

// presences are the places of events on the boards as of a time.
func (e *Engine) presences(boards map[string]boardRows, sources map[string]xuanti.Source, at time.Time) map[string][]Presence {
	pres := map[string][]Presence{}
	for _, id := range slices.Sorted(maps.Keys(boards)) {
		br := boards[id]
		if at.Sub(br.snap.At) > boardFresh {
			continue
		}
		stale := e.staleBoard(boardSource(sources, id), br.snap.At, at)
		for _, r := range br.rows {
			if r.EventID != "" {
				p := e.presence(id, br, r)
				p.Stale = stale
				pres[r.EventID] = append(pres[r.EventID], p)
			}
		}
	}
	return pres
}

// boardAt reads a board as of a time.
func (e *Engine) boardAt(ctx context.Context, board string, at time.Time) (boardRows, error) {
	var br boardRows
	var err error
	if br.rows, br.snap, err = e.store.SnapshotAt(ctx, board, at); err != nil {
		return br, err
	}
	br.prev = map[string]int{}
	if br.snap.At.IsZero() {
		return br, nil
	}
	prev, _, err := e.store.SnapshotAt(ctx, board, br.snap.At.Add(-time.Millisecond))
	if err != nil {
		return br, err
	}
	for _, r := range prev {
		br.prev[r.ItemID] = r.Rank
	}
	return br, nil
}

func (e *Engine) presence(board string, br boardRows, r store.BoardRow) Presence {
	return Presence{
		Board: board, BoardName: e.boardName(board), Platform: e.boardPlatform(board), Rank: r.Rank, PrevRank: br.prev[r.ItemID], BestRank: e.track(board, r).BestRank,
		Heat: r.Heat, Label: r.Label, Title: r.Title, URL: e.link(r.URL), ItemID: r.ItemID, Since: r.FirstSeen, At: r.At,
	}
}

// track is what the trajectory of a row of a board says now. All is zero, and
// the odds unknown, where memory holds none or is newer than the view.
func (e *Engine) track(board string, r store.BoardRow) trend.EntryState {
	unknown := trend.EntryState{Stay: -1, Top10: -1}
	if !e.at.IsZero() {
		return unknown
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if l := e.state.events[r.EventID]; l != nil {
		if p, ok := l.on[board]; ok && p.itemID == r.ItemID {
			return p.st
		}
	}
	return unknown
}

func known(p float64) *float64 {
	if p < 0 {
		return nil
	}
	return &p
}

// dated is nil for a time that never was.
func dated(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (e *Engine) eventView(r store.EventRow, pres []Presence, curve []CurvePoint, now time.Time) EventView {
	sort.SliceStable(pres, func(i, j int) bool { return pres[i].Rank < pres[j].Rank })
	p := r.Point
	v := EventView{
		ID: r.ID, TopicID: r.TopicID, Title: r.Title, State: p.State, StateLabel: stateLabel(p.State), StateSince: r.StateSince,
		Heat: round1(p.Heat), PeakHeat: round1(r.PeakHeat), PeakAt: dated(r.PeakAt), Platforms: r.Platforms, Presences: pres,
		Items: r.Items, Copies: r.Copies, FirstAt: r.FirstAt, LastAt: r.LastAt, Terms: r.Terms, Curve: curve, Pinned: r.Pinned,
		Odds: Odds{Grow: known(p.Grow), Stay: known(p.Stay), Top10: known(p.Top10), Spread: known(p.Spread)},
	}
	if r.StateSince.After(now) {
		v.StateSince = p.At
	}
	if d, ok := heatChange(curve, now); ok {
		v.HeatHour = round1(d)
		if !trend.StateAgrees(v.State, d) { // nobody looked since
			v.State, v.StateSince = trend.StateOfChange(d), now
			v.StateLabel = stateLabel(v.State)
		}
	}
	if p.Lift > 0 {
		lift := p.Lift
		v.Odds.Lift = &lift
	}
	if len(pres) > 0 {
		v.URL = pres[0].URL
	}
	v.Risks = suggest.Risks(r.Title, r.Terms, nil)
	v.Why, v.WhyEN = eventWhy(&v, now)
	fillEvent(&v)
	return v
}

// fillEvent replaces nil lists, which JSON would show as null.
func fillEvent(v *EventView) {
	v.Platforms, v.Presences, v.Terms = list(v.Platforms), list(v.Presences), list(v.Terms)
	v.Curve, v.Why, v.WhyEN, v.Risks = list(v.Curve), list(v.Why), list(v.WhyEN), list(v.Risks)
}

func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// heatChange is the change of heat within changeSpan, all of it where the curve
// is younger; ok is false without a curve.
func heatChange(curve []CurvePoint, now time.Time) (float64, bool) {
	if len(curve) == 0 {
		return 0, false
	}
	last := curve[len(curve)-1].Heat
	then := now.Add(-changeSpan)
	if curve[0].At.After(then) {
		return last, true // it did not exist then
	}
	old := curve[0].Heat
	for _, p := range curve {
		if p.At.After(then) {
			break
		}
		old = p.Heat
	}
	return last - old, true
}

// Topics implements Reader.
func (e *Engine) Topics(ctx context.Context, q TopicQuery) (Page[TopicView], error) {
	h, err := e.hotNow(ctx)
	if err != nil {
		return Page[TopicView]{}, err
	}
	return pick(h.topics, q, h.at, (*TopicView).row)
}

// Events implements Reader.
func (e *Engine) Events(ctx context.Context, q TopicQuery) (Page[EventView], error) {
	h, err := e.hotNow(ctx)
	if err != nil {
		return Page[EventView]{}, err
	}
	return pick(h.events, q, h.at, (*EventView).row)
}

// hotRow is what topics and events are chosen and sorted by.
type hotRow struct {
	title      string
	state      xuanti.State
	heat, rise float64
	firstAt    time.Time
	presences  []Presence
	platforms  []string
	terms      []string
}

func (v *TopicView) row() hotRow {
	return hotRow{v.Title, v.State, v.Heat, v.HeatHour, v.FirstAt, v.Presences, v.Platforms, v.Terms}
}

func (v *EventView) row() hotRow {
	return hotRow{v.Title, v.State, v.Heat, v.HeatHour, v.FirstAt, v.Presences, v.Platforms, v.Terms}
}

// asks reports whether a row is asked for.
func (q *TopicQuery) asks(r hotRow) bool {
	return r.heat > 0 && (q.State == "" || r.state == q.State) && onPlatform(q.Platform, r.presences, r.platforms) && saysText(q.Text, r.title, r.terms)
}

// order compares two rows as asked; by heat they are already.
func (q *TopicQuery) order(a, b hotRow) int {
	switch q.Sort {
	case "new":
		return b.firstAt.Compare(a.firstAt)
	case "rising":
		return cmp.Compare(b.rise, a.rise)
	case "spread":
		return cmp.Compare(len(b.presences), len(a.presences))
	}
	return 0
}

func onPlatform(want string, pres []Presence, platforms []string) bool {
	if want == "" {
		return true
	}
	if len(pres) > 0 {
		return slices.ContainsFunc(pres, func(p Presence) bool { return p.Board == want || p.Platform == want })
	}
	return slices.Contains(platforms, want)
}

func saysText(want, title string, terms []string) bool {
	if want == "" || strings.Contains(strings.ToLower(title), strings.ToLower(want)) {
		return true
	}
	return slices.ContainsFunc(terms, func(t string) bool { return strings.EqualFold(t, want) })
}
