package trend

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"math"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
)

// EntryRef is one row of a snapshot with the item and event it belongs to.
type EntryRef struct {
	ItemID  string
	EventID string
	Entry   xuanti.Entry
}

// EntryState is what the trajectory of a row says. Probabilities are 0…1.
type EntryState struct {
	ItemID    string
	EventID   string
	Grow      float64 // heat (or rank) grows by a fifth within 3 h
	Stay      float64 // still listed in 3 h
	Top10     float64 // in the top ten in 3 h
	Lift      float64 // Grow over the mean Grow of the snapshot
	HeatPct   float64 // percentile of its heat in the board's last days; <0 unknown
	Rank      int
	PrevRank  int // in the snapshot before; 0 when it was not listed
	BestRank  int
	FirstSeen time.Time // on this board
	Entries   int       // how many times it came onto the board
}

// BoardsOptions tune the trajectories; the zero value is the default.
type BoardsOptions struct{}

// The time constants of trajectories.
const (
	trackKeep  = 48 * time.Hour   // a title that left is remembered so long
	trackRing  = 12               // recent observations of a title
	labelSlack = 40 * time.Minute // a snapshot this near to the horizon decides a label
	awayBreak  = 6 * time.Hour    // absence after which a title comes back as new
)

// Boards follows every title on every board and learns, online and from nothing
// but what happened on them, which will stay, grow and reach the top. It is not
// safe for concurrent use: the engine owns it.
type Boards struct {
	m map[string]*board
	g heads // what all boards have in common
}

// board is one board's live state.
type board struct {
	At      time.Time
	Order   []string // item ids of the newest snapshot by rank
	Tracks  map[string]*track
	Heads   heads
	Pending []pending
	Heat    quantiles
	Scores  map[string]*HeadScore
	Leavers []string // left the board in the last hours, newest last
}

// track is the way of one title on one board.
type track struct {
	First   time.Time // of the current stay
	Last    time.Time
	Best    int
	BestAt  time.Time
	Entries int
	Points  []trackPoint // oldest first
	Event   string
	Others  int // platforms that listed the event at the last sighting
}

type trackPoint struct {
	At   time.Time
	Rank int
	Heat float64 // log of the platform's figure, 0 unknown
}

// NewBoards returns empty trajectories.
func NewBoards(BoardsOptions) *Boards { return &Boards{m: map[string]*board{}, g: newHeads(true)} }

func (b *Boards) board(id string) *board {
	x := b.m[id]
	if x == nil {
		x = &board{Tracks: map[string]*track{}, Heads: newHeads(false), Scores: map[string]*HeadScore{}}
		b.m[id] = x
	}
	return x
}

// Observe takes the next snapshot of a board and returns the state of each row,
// in the order of rows. others gives the number of platforms that list an event
// now. Snapshots older than the newest are ignored.
func (b *Boards) Observe(id string, at time.Time, rows []EntryRef, others func(eventID string) int) []EntryState {
	x := b.board(id)
	if !at.After(x.At) {
		return b.states(x, at, rows)
	}
	b.mature(x, at, rows)
	listed := make(map[string]bool, len(rows))
	prev := x.Order
	x.Order = x.Order[:0:0]
	for _, r := range rows {
		if listed[r.ItemID] {
			continue
		}
		listed[r.ItemID] = true
		x.Order = append(x.Order, r.ItemID)
		x.sight(r, at, others)
	}
	for _, id := range prev {
		if !listed[id] {
			x.Leavers = append(x.Leavers, id)
		}
	}
	if n := len(x.Leavers); n > 60 {
		x.Leavers = append(x.Leavers[:0], x.Leavers[n-60:]...)
	}
	x.At = at
	for id, t := range x.Tracks {
		if at.Sub(t.Last) > trackKeep {
			delete(x.Tracks, id)
		}
	}
	b.remember(x, at)
	return b.states(x, at, rows)
}

// sight adds an observation to a title's track.
func (x *board) sight(r EntryRef, at time.Time, others func(string) int) {
	t := x.Tracks[r.ItemID]
	if t == nil || at.Sub(t.Last) > awayBreak {
		entries := 1
		if t != nil {
			entries = t.Entries + 1
		}
		t = &track{First: at, Best: r.Entry.Rank, BestAt: at, Entries: entries}
		x.Tracks[r.ItemID] = t
	}
	p := trackPoint{At: at, Rank: r.Entry.Rank}
	if r.Entry.Heat != nil && *r.Entry.Heat > 0 {
		p.Heat = math.Log(float64(*r.Entry.Heat))
		x.Heat.add(p.Heat)
	}
	if p.Rank < t.Best {
		t.Best, t.BestAt = p.Rank, at
	}
	t.Points = append(t.Points, p)
	if len(t.Points) > trackRing {
		t.Points = append(t.Points[:0], t.Points[1:]...)
	}
	t.Last, t.Event = at, r.EventID
	if others != nil {
		t.Others = others(r.EventID)
	}
}

// states reads the probabilities of the rows.
func (b *Boards) states(x *board, at time.Time, rows []EntryRef) []EntryState {
	out := make([]EntryState, len(rows))
	var mean float64
	for i, r := range rows {
		t := x.Tracks[r.ItemID]
		if t == nil {
			out[i] = EntryState{ItemID: r.ItemID, EventID: r.EventID, Grow: -1, Stay: -1, Top10: -1, HeatPct: -1, Rank: r.Entry.Rank}
			continue
		}
		f := x.features(t, at, len(rows))
		s := EntryState{ItemID: r.ItemID, EventID: r.EventID, Rank: r.Entry.Rank, BestRank: t.Best, FirstSeen: t.First, Entries: t.Entries, HeatPct: -1}
		s.Grow = b.predict(x, headGrow, f)
		s.Stay = b.predict(x, headListed3, f)
		s.Top10 = b.predict(x, headTop3, f)
		if n := len(t.Points); n > 1 && at.Sub(t.Points[n-2].At) < awayBreak {
			s.PrevRank = t.Points[n-2].Rank
		}
		if h := t.Points[len(t.Points)-1].Heat; h > 0 {
			s.HeatPct = x.Heat.rank(h)
		}
		mean += s.Grow / float64(len(rows))
		out[i] = s
	}
	for i := range out {
		if mean > 0 && out[i].Grow >= 0 {
			out[i].Lift = out[i].Grow / mean
		}
	}
	return out
}

// Forecast is what a board is expected to show some hours ahead.
type Forecast struct {
	Top10  []string           // item ids, best first, at most ten
	Listed map[string]float64 // for every title listed now: still listed then
	Top10P map[string]float64 // and in the top ten then
}

// Forecast says what a board will show in 1, 3 or 6 hours. Other horizons use
// the nearest of these.
func (b *Boards) Forecast(id string, hours int) Forecast {
	f := Forecast{Listed: map[string]float64{}, Top10P: map[string]float64{}}
	x := b.m[id]
	if x == nil {
		return f
	}
	hl, ht := headListed1, headTop1
	switch {
	case hours >= 5:
		hl, ht = headListed6, headTop6
	case hours >= 2:
		hl, ht = headListed3, headTop3
	}
	type cand struct {
		id string
		p  float64
		r  int
	}
	var cs []cand
	for i, item := range x.Order {
		ft := x.features(x.Tracks[item], x.At, len(x.Order))
		top := b.predict(x, ht, ft)
		stay := math.Max(b.predict(x, hl, ft), top)
		f.Listed[item], f.Top10P[item] = stay, top
		cs = append(cs, cand{item, top, i})
	}
	sort.SliceStable(cs, func(i, j int) bool { return cs[i].p > cs[j].p })
	for _, c := range cs[:min(10, len(cs))] {
		f.Top10 = append(f.Top10, c.id)
	}
	return f
}

// Remaining estimates how long a title stays on a board from the survival
// probabilities at 1, 3 and 6 hours, exponential beyond: the median and the
// span in which six of ten such titles leave.
func (b *Boards) Remaining(itemID, id string) (median, low, high time.Duration, ok bool) {
	x := b.m[id]
	if x == nil || x.Tracks[itemID] == nil || !x.Tracks[itemID].Last.Equal(x.At) {
		return 0, 0, 0, false
	}
	f := x.features(x.Tracks[itemID], x.At, len(x.Order))
	s := [4]float64{1, b.predict(x, headListed1, f), b.predict(x, headListed3, f), b.predict(x, headListed6, f)}
	for i := 1; i < 4; i++ {
		s[i] = math.Min(s[i], s[i-1]*0.999)
	}
	return survivalTime(s, 0.5), survivalTime(s, 0.8), survivalTime(s, 0.2), true
}

// survivalTime is when survival falls to p, log-linear between the knots.
func survivalTime(s [4]float64, p float64) time.Duration {
	knots := [4]float64{0, 1, 3, 6}
	for i := 1; i < 4; i++ {
		if s[i] <= p {
			f := (math.Log(s[i-1]) - math.Log(p)) / (math.Log(s[i-1]) - math.Log(s[i]))
			return hours(knots[i-1] + f*(knots[i]-knots[i-1]))
		}
	}
	rate := (math.Log(s[2]) - math.Log(s[3])) / 3
	return hours(math.Min(6+(math.Log(s[3])-math.Log(p))/math.Max(rate, 1e-3), 96))
}

func hours(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }

// SpreadOdds is the probability that an event that is on so many platforms now,
// and is so old, reaches three within six hours. The rates are those of 540
// days of thirteen boards (single .022; second platform within two hours .357,
// within six .212, later .165).
func (b *Boards) SpreadOdds(platforms int, age time.Duration) float64 {
	switch {
	case platforms >= 3:
		return 1
	case platforms == 2 && age <= 2*time.Hour:
		return 0.357
	case platforms == 2 && age <= 6*time.Hour:
		return 0.212
	case platforms == 2:
		return 0.165
	case platforms == 1 && age <= 6*time.Hour:
		return 0.022
	case platforms == 1:
		return 0.008
	}
	return 0.004
}

// Snapshot encodes everything for Load.
func (b *Boards) Snapshot() ([]byte, error) {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(struct {
		M map[string]*board
		G heads
	}{b.m, b.g}); err != nil {
		return nil, fmt.Errorf("encode board trajectories: %w", err)
	}
	return buf.Bytes(), nil
}

// Load replaces the state by what Snapshot encoded.
func (b *Boards) Load(data []byte) error {
	var s struct {
		M map[string]*board
		G heads
	}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil {
		return fmt.Errorf("decode board trajectories: %w", err)
	}
	if len(s.G.W) != int(headCount) {
		return fmt.Errorf("decode board trajectories: %d heads, want %d", len(s.G.W), headCount)
	}
	for _, x := range s.M {
		if len(x.Heads.W) != int(headCount) {
			return fmt.Errorf("decode board trajectories: %d heads on a board, want %d", len(x.Heads.W), headCount)
		}
		if x.Tracks == nil {
			x.Tracks = map[string]*track{}
		}
		if x.Scores == nil {
			x.Scores = map[string]*HeadScore{}
		}
	}
	b.m, b.g = s.M, s.G
	if b.m == nil {
		b.m = map[string]*board{}
	}
	return nil
}

// quantiles is a decaying sample of a board's heat from which percentiles are
// read: a sorted reservoir that replaces its entries in turn.
type quantiles struct {
	Sorted []float64
	Ring   []float64
	Next   int
}

const quantileSize = 2048

func (q *quantiles) add(v float64) {
	if len(q.Ring) < quantileSize {
		q.Ring = append(q.Ring, v)
	} else {
		old := q.Ring[q.Next]
		i := sort.SearchFloat64s(q.Sorted, old)
		q.Sorted = append(q.Sorted[:i], q.Sorted[i+1:]...)
		q.Ring[q.Next] = v
		q.Next = (q.Next + 1) % quantileSize
	}
	i := sort.SearchFloat64s(q.Sorted, v)
	q.Sorted = append(q.Sorted, 0)
	copy(q.Sorted[i+1:], q.Sorted[i:])
	q.Sorted[i] = v
}

// rank is the share of the sample below v.
func (q *quantiles) rank(v float64) float64 {
	if len(q.Sorted) < 20 {
		return -1
	}
	return float64(sort.SearchFloat64s(q.Sorted, v)) / float64(len(q.Sorted))
}
