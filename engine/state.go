package engine

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/trend"
)

// state is all that the engine holds in memory. It can be rebuilt from the
// store: from the blobs of the last save and the rows that came after.
type state struct {
	grouper  *trend.Grouper
	bursts   *trend.Bursts
	boards   *trend.Boards
	near     *nlp.NearIndex
	words    *nlp.Discovery
	events   map[string]*liveEvent
	listed   map[string]boardNow // board → its newest snapshot
	seq      int64               // newest item taken into this state
	savedSeq int64
	savedAt  time.Time     // wall clock of the last save
	saving   time.Duration // that it took
	tick     time.Time     // engine time of the last tick
	round    time.Time     // engine time of the last two-hourly round
	night    string        // date of the last nightly work
	burstsOn map[burstKey]xuanti.Burst
}

// liveEvent is an event that may still get members.
type liveEvent struct {
	ev      xuanti.Event
	point   xuanti.EventPoint    // the newest of its curve
	recent  []CurvePoint         // of its curve: those of the last hour and the one before
	on      map[string]presence  // board → where it is listed now
	feeds   map[string]time.Time // source → its newest item on this event
	subs    map[string]struct{}  // subscriptions whose rule matched a member
	spelled map[string]string    // folded titles of members → as published
	dirty   bool                 // differs from its row in the store in more than what time alone changes
	saved   time.Time            // LastAt of its row in the store
	refutAt time.Time            // when a refutation joined
	officAt time.Time            // when an authoritative source joined
}

// presence is an event's best row on a board's newest snapshot.
type presence struct {
	itemID   string
	platform string // of the board
	rank     int
	heatPct  float64
	weight   float64 // trust in the board when the snapshot came, 0…2
	since    time.Time
	at       time.Time
	st       trend.EntryState
}

// boardNow is the newest snapshot of a board.
type boardNow struct {
	at     time.Time
	events map[string]struct{}
}

func (e *Engine) freshState() state {
	return state{
		grouper: trend.NewGrouper(trend.GrouperOptions{IDF: e.nlp.IDF, Analyzer: e.nlp}),
		bursts:  trend.NewBursts(trend.BurstOptions{AlarmsPerDay: e.cfg.Trend.FalseAlarms, Has: e.nlp.Has}),
		boards:  trend.NewBoards(trend.BoardsOptions{}),
		near:    nlp.NewNearIndex(),
		words:   nlp.NewDiscovery(e.nlp),
		events:  map[string]*liveEvent{}, listed: map[string]boardNow{}, burstsOn: map[burstKey]xuanti.Burst{},
	}
}

// part is a piece of the state that is saved and read by itself: one that is
// lost or of another version costs only itself.
type part struct {
	name  string
	save  func(io.Writer) error
	load  func([]byte) error
	renew func(fresh *state) // puts an empty one in its place
}

// parts names what is saved, and how.
func (s *state) parts() []part {
	return []part{
		s.groups(),
		{partBursts, s.bursts.Save, s.bursts.Load, func(f *state) { s.bursts = f.bursts }},
		{partBoards, s.boards.Save, s.boards.Load, func(f *state) { s.boards = f.boards }},
		{partWords, s.words.Save, s.words.Load, func(f *state) { s.words = f.words }},
	}
}

func (s *state) groups() part {
	return part{partGrouper, s.grouper.Save, s.grouper.Load, func(f *state) { s.grouper = f.grouper }}
}

const (
	partGrouper = "grouper"
	partBursts  = "bursts"
	partBoards  = "boards"
	partWords   = "words"
)

// saveState writes the state down in one transaction. The caller holds mu.
func (e *Engine) saveState(ctx context.Context) error {
	begun := time.Now()
	err := e.store.Update(ctx, func(tx *store.Tx) error { return e.writeState(ctx, tx) })
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	s := &e.state
	s.savedSeq, s.savedAt = s.seq, time.Now()
	s.saving = s.savedAt.Sub(begun)
	return nil
}

// writeState writes the state in a transaction.
func (e *Engine) writeState(ctx context.Context, tx *store.Tx) error {
	for _, p := range e.state.parts() {
		if err := e.writePart(ctx, tx, p); err != nil {
			return err
		}
	}
	return tx.SetMeta(ctx, "state/times", e.state.times())
}

func (e *Engine) writePart(ctx context.Context, tx *store.Tx, p part) error {
	if err := tx.SaveBlob(ctx, "state/"+p.name, e.state.tick, e.state.seq, p.save); err != nil {
		return fmt.Errorf("save %s: %w", p.name, err)
	}
	return nil
}

// times are the engine's times of work done, as setTimes reads them back.
func (s *state) times() string {
	return fmt.Sprintf("%d %d %s", xuanti.Millis(s.tick), xuanti.Millis(s.round), s.night)
}

func (s *state) setTimes(times string) {
	var tick, round int64
	var night string
	if n, _ := fmt.Sscan(times, &tick, &round, &night); n >= 2 { // before the first night there is none
		s.tick, s.round, s.night = xuanti.FromMillis(tick), xuanti.FromMillis(round), strings.TrimPrefix(night, "-")
	}
}

func newLive(ev xuanti.Event) *liveEvent {
	return &liveEvent{ev: ev, on: map[string]presence{}, feeds: map[string]time.Time{}, subs: map[string]struct{}{},
		point: xuanti.EventPoint{EventID: ev.ID, At: ev.LastAt, Heat: ev.Heat, State: ev.State, Grow: -1, Stay: -1, Top10: -1, Spread: -1}}
}

func (l *liveEvent) sawFeed(source string, at time.Time) {
	if l.feeds[source].Before(at) {
		l.feeds[source] = at
	}
}

// platformsNow counts the platforms that list the event in their newest snapshot.
func (s *state) platformsNow(eventID string) int {
	l := s.events[eventID]
	if l == nil {
		return 0
	}
	platforms := make([]string, 0, 8)
	for _, p := range l.on {
		platforms = appendNew(platforms, p.platform)
	}
	return len(platforms)
}

// itemKey files an item under its canonical key.
func itemKey(it *xuanti.Item) string {
	return address.Key(it.Kind, it.Platform, it.URL, it.ExtID, it.Title, it.SeenAt)
}
