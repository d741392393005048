package trend

import (
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/trend/model"
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
type BoardsOptions struct {
	// Learned, if set, is called with every row whose future became known: the
	// head, the features at the time ([BoardFeatureNames]) and the truth. It is
	// how the shipped forests are trained. The slice is only valid in the call.
	Learned func(board, head string, at time.Time, features []float64, came bool)
	// Plain leaves the shipped forests out, so that only what happened on the
	// boards themselves counts.
	Plain bool
}

// The time constants of trajectories.
const (
	trackKeep   = 48 * time.Hour   // a title that left is remembered so long
	trackRing   = 20               // recent observations of a title
	trackGap    = 20 * time.Minute // between two of them, but for the newest
	rememberGap = 25 * time.Minute // between two snapshots that are learned from
	labelEarly  = 10 * time.Minute // a snapshot so long before the horizon
	labelSlack  = 40 * time.Minute // or after it decides a label
	awayBreak   = 6 * time.Hour    // absence after which a title comes back as new
)

// Boards follows every title on every board and learns online, from what
// happened on them, which will stay, grow and reach the top. What many boards
// have in common is shipped as small forests (see trend/model); each board adds
// its own recent rates as features, and a correction of its own on top. It is
// not safe for concurrent use: the engine owns it.
type Boards struct {
	opts    BoardsOptions
	m       map[string]*board
	forests [headCount]*model.Forest // nil: not shipped
	x       []float64                // scratch: the features of a row
	seen    map[string]elsewhere     // event → where it is listed now
}

// board is one board's live state.
type board struct {
	At         time.Time
	Order      []string // item ids of the newest snapshot by rank
	Tracks     map[string]*track
	Memory     memory
	Heads      [headCount]residual
	Pending    []pending
	Remembered time.Time // newest snapshot in Pending
	Heat       quantiles
	Scores     map[string]*HeadScore
	Said       []said // for each of Order
	Changed    time.Time
	Away       awayMemory
}

// said is what was foretold of a row.
type said [headCount]float32

// NewBoards returns empty trajectories.
func NewBoards(opts BoardsOptions) *Boards {
	b := &Boards{opts: opts, m: map[string]*board{}, x: make([]float64, featureCount), seen: map[string]elsewhere{}}
	if opts.Plain {
		return b
	}
	names := BoardFeatureNames()
	for k := range headCount {
		f, err := model.Load("board-" + headNames[k])
		if err == nil && sameNames(f.Features, names) {
			b.forests[k] = f
		}
	}
	return b
}

func sameNames(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (b *Boards) board(id string) *board {
	x := b.m[id]
	if x == nil {
		x = &board{Tracks: map[string]*track{}, Scores: map[string]*HeadScore{}}
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
		return x.states(rows)
	}
	rows = ranked(rows)
	b.mature(id, x, at, rows)
	listed := make(map[string]bool, len(rows))
	prev := x.Order
	x.Order = make([]string, 0, len(rows))
	for i, r := range rows {
		if listed[r.ItemID] {
			continue
		}
		listed[r.ItemID] = true
		if i >= len(prev) || prev[i] != r.ItemID {
			x.Changed = at
		}
		x.Order = append(x.Order, r.ItemID)
		x.sight(r, at, others)
	}
	x.At = at
	for item, t := range x.Tracks {
		if at.Sub(t.Last) > trackKeep {
			delete(x.Tracks, item)
		}
	}
	b.note(id, x, at)
	b.foretell(id, x, at)
	return x.states(rows)
}

// ranked orders rows by rank, which callers mostly have done.
func ranked(rows []EntryRef) []EntryRef {
	if sort.SliceIsSorted(rows, func(i, j int) bool { return rows[i].Entry.Rank < rows[j].Entry.Rank }) {
		return rows
	}
	rows = append([]EntryRef(nil), rows...)
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].Entry.Rank < rows[j].Entry.Rank })
	return rows
}

// foretell computes the probabilities of every row of the newest snapshot, and
// keeps what is needed to learn from them later.
func (b *Boards) foretell(id string, x *board, at time.Time) {
	scene := x.scene(at)
	keep := at.Sub(x.Remembered) >= rememberGap
	p := pending{At: at}
	x.Said = make([]said, len(x.Order))
	for i, item := range x.Order {
		t := x.Tracks[item]
		x.features(b.x, &scene, t, i)
		in := x.inputs(&scene, t, i)
		var row pendingRow
		for k := range headCount {
			x.Memory.fill(b.x, k, &in)
			var z float64
			if f := b.forests[k]; f != nil {
				z = f.LogOdds(b.x)
			} else {
				z = x.Memory.logOdds(k, &in)
			}
			row.Prior[k] = float32(z)
			x.Said[i][k] = float32(model.Sigmoid(z + x.Heads[k].sum(z, &in)))
			if keep && b.opts.Learned != nil {
				row.x[k] = append([]float64(nil), b.x...)
			}
		}
		monotone(&x.Said[i])
		if keep {
			row.Item, row.In, row.Said = item, in, x.Said[i]
			row.Rank, row.Heat = int32(i+1), t.Points[len(t.Points)-1].Heat
			p.Rows = append(p.Rows, row)
		}
	}
	if keep {
		p.Away = b.candidates(id, x)
		x.Remembered = at
		x.Pending = append(x.Pending, p)
	}
}

// monotone makes the answers of one row agree: who is in the top ten is listed.
func monotone(s *said) {
	for k := range headTop1 {
		s[k] = max(s[k], s[headTop1+k])
	}
}

// states reads the trajectories of rows.
func (x *board) states(rows []EntryRef) []EntryState {
	place := make(map[string]int, len(x.Order))
	for i, id := range x.Order {
		place[id] = i
	}
	var mean float64
	for i := range x.Said {
		mean += float64(x.Said[i][headGrow]) / float64(len(x.Said))
	}
	out := make([]EntryState, len(rows))
	for i, r := range rows {
		s := EntryState{ItemID: r.ItemID, EventID: r.EventID, Grow: -1, Stay: -1, Top10: -1, HeatPct: -1, Rank: r.Entry.Rank}
		k, ok := place[r.ItemID]
		if t := x.Tracks[r.ItemID]; ok && t != nil {
			p := &x.Said[k]
			s.BestRank, s.FirstSeen, s.Entries, s.PrevRank = t.Best, t.First, t.Entries, t.Prev
			s.Grow, s.Stay, s.Top10 = float64(p[headGrow]), float64(p[headListed3]), float64(p[headTop3])
			if mean > 0 {
				s.Lift = s.Grow / mean
			}
			if h := t.Points[len(t.Points)-1].Heat; h > 0 {
				s.HeatPct = x.Heat.rank(float64(h))
			}
		}
		out[i] = s
	}
	return out
}
