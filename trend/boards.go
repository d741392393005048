package trend

import (
	"slices"
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
	Grow      float64 // the platform's figure (or the rank) is a fifth better in 3 h
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
	// Forests, if not nil, stand in for the shipped forests by name of the head.
	// An empty map leaves only what happened on the boards themselves.
	Forests map[string]*model.Forest
}

// The time constants of trajectories.
const (
	trackKeep   = 48 * time.Hour   // a title that left is remembered so long
	trackRing   = 20               // recent observations of a title
	trackGap    = 20 * time.Minute // between two of them, but for the newest
	rememberGap = 25 * time.Minute // between two snapshots that are learned from
	labelSlack  = 40 * time.Minute // a snapshot so near to the horizon decides a label
	movedEarly  = 10 * time.Minute // an observation so much younger than a span still counts for it
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
	leaves  []int                    // scratch: its leaves in a forest
	seen    map[string]elsewhere     // event → where it is listed now
	wide    map[string]time.Time     // events on three boards or more → when they last were
}

// board is one board's live state.
type board struct {
	At         time.Time
	Order      []string // item ids of the newest snapshot by rank
	Tracks     map[string]*track
	Memory     memory
	Heads      [headCount]residual
	Shift      [headCount]shift
	Tailor     [headCount]tailor
	Pending    []pending
	Remembered time.Time // newest snapshot in Pending
	Heat       quantiles
	Peaks      peaks
	Stays      stays
	Said       []said // for each of Order
	Changed    time.Time
	Away       awayMemory
	Serials    serials
	Left       []time.Time // when rows went of late
	Dropped    time.Time   // when several rows went at once last
	Spread     spreading
	Days       dayScores
}

// said is what was foretold of a row.
type said [headCount]float32

// NewBoards returns empty trajectories.
func NewBoards(opts BoardsOptions) *Boards {
	b := &Boards{opts: opts, m: map[string]*board{}, x: make([]float64, featureCount), seen: map[string]elsewhere{}, wide: map[string]time.Time{}}
	names := BoardFeatureNames()
	for k := range headCount {
		f := opts.Forests[headNames[k]]
		if opts.Forests == nil {
			f = must(model.Load("board-" + headNames[k]))
		}
		if f != nil && slices.Equal(f.Features, names) { // the tests keep others from being shipped
			b.forests[k] = f
		}
	}
	return b
}

func (b *Boards) board(id string) *board {
	x := b.m[id]
	if x == nil {
		x = &board{Tracks: map[string]*track{}, Days: dayScores{}}
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
	asked := rows
	rows = ranked(rows)
	b.mature(id, x, at, rows)
	listed := make(map[string]bool, len(rows))
	prev := x.Order
	x.Order = make([]string, 0, len(rows))
	x.retitle(prev, rows)
	numbered := false
	for i, r := range rows {
		if listed[r.ItemID] {
			continue
		}
		listed[r.ItemID] = true
		if i >= len(prev) || prev[i] != r.ItemID {
			x.Changed = at
		}
		x.Order = append(x.Order, r.ItemID)
		numbered = x.sight(r, at, others) || numbered
	}
	if numbered {
		x.Serials.add(at, x.highest())
	}
	x.leave(prev, listed, at)
	x.At = at
	for item, t := range x.Tracks {
		if !t.Over && at.Sub(t.Last) > awayBreak {
			t.Over = true
			x.Stays.add(t)
		}
		if at.Sub(t.Last) > trackKeep {
			delete(x.Tracks, item)
		}
	}
	b.note(id, x, at)
	b.spread(id, x, at)
	b.foretell(x, at)
	return x.states(asked)
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
// keeps what is needed to learn from them later. Who stays is asked first: how
// many of the rows above are expected to go says a lot about who comes up.
func (b *Boards) foretell(x *board, at time.Time) {
	scene := x.scene(at)
	keep := at.Sub(x.Remembered) >= rememberGap
	rows := make([]pendingRow, len(x.Order))
	x.Said = make([]said, len(x.Order))
	for i, item := range x.Order {
		t := x.Tracks[item]
		rows[i].Item, rows[i].In = item, x.inputs(&scene, t, i)
		rows[i].Rank, rows[i].Heat = int32(i+1), t.Points[len(t.Points)-1].Heat
		rows[i].Best, rows[i].Peak = int32(t.Best), peakCell(t, at)
	}
	for pass := range 2 {
		var above [3]float64       // rows above that are expected to stay, by horizon
		var met [headCount]float64 // rows above of which the board's cells expect a yes
		for i, item := range x.Order {
			x.features(b.x, &scene, x.Tracks[item], i)
			for k := range headCount {
				if (k <= headListed6) != (pass == 0) {
					continue
				}
				var stay, left float64
				if k >= headTop1 && k <= headTop6 {
					stay, left = float64(x.Said[i][k-headTop1]), above[k-headTop1]
				}
				met[k] += b.ask(x, k, &rows[i], &x.Said[i], [...]float64{met[k], stay, left})
			}
			for h := range above {
				above[h] += float64(x.Said[i][h])
			}
		}
	}
	for i := range rows {
		monotone(&x.Said[i])
		rows[i].Said = x.Said[i]
	}
	if keep {
		x.Remembered = at
		x.Pending = append(x.Pending, pending{At: at, Rows: rows, Away: b.candidates(x), Shift: x.shifts()})
	}
}

// ask answers one head for a row whose shared features are in b.x. rest are its
// last features. It returns what the board's cells expect.
func (b *Boards) ask(x *board, k head, row *pendingRow, out *said, rest [3]float64) float64 {
	share := x.Memory.fill(b.x, k, &row.In)
	copy(b.x[featureCount-len(rest):], rest[:])
	var z float64
	if f := b.forests[k]; f != nil {
		leaves, said := b.leavesOf(f, b.x)
		row.keep(k, b.x)
		row.Prior[k] = float32(said)
		z = said + x.Tailor[k].sum(leaves)
	} else {
		z = x.Memory.logOdds(k, &row.In)
		row.Prior[k] = float32(z)
	}
	out[k] = float32(model.Sigmoid(z + x.Heads[k].sum(z, &row.In) + x.Shift[k].By))
	if b.opts.Learned != nil {
		row.x[k] = append([]float64(nil), b.x...)
	}
	return share
}

// monotone makes the answers of one row agree: who is in the top ten is listed.
func monotone(s *said) {
	for k := range headTop1 {
		s[k] = max(s[k], s[headTop1+k])
	}
}

// States returns what is foretold of rows of a board as of its newest snapshot,
// for who comes back without a new one. Nil for a board that nobody showed.
func (b *Boards) States(id string, rows []EntryRef) []EntryState {
	if x := b.m[id]; x != nil {
		return x.states(rows)
	}
	return nil
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
