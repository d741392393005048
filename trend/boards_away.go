package trend

import (
	"math"
	"sort"
	"time"
)

// A title that left a board may return, and one that is high on another board
// may come: awayRow is such a candidate, with the cell of its kind.
type awayRow struct {
	Item  string
	Event string
	Cell  uint8
}

const (
	awayKinds = 4 * 4 // returning: hours away × best rank
	otherKind = 4 * 4 // coming: place elsewhere × boards that list it
	awayCells = awayKinds + otherKind
	awayFor   = 24 * time.Hour // after so long nobody counts on a return
	awayHalf  = 21 * 24 * time.Hour
	awayMost  = 60 // candidates of a snapshot
	otherSpan = 3 * time.Hour
)

// awayMemory is how often candidates reached the top ten of a board, by kind.
type awayMemory struct {
	Rate [3][awayCells]rate // by horizon
}

// awayUsual is what is assumed of a candidate on a new board.
const awayUsual = 0.004

func (m *awayMemory) chance(k head, cell uint8) float64 {
	return m.Rate[k-headTop1][cell].share(awayUsual, 200)
}

func (m *awayMemory) learn(k head, p *pending, rank, events map[string]int) {
	if k < headTop1 || k > headTop6 {
		return
	}
	for _, c := range p.Away {
		n, on := rank[c.Item]
		if !on && c.Event != "" {
			n, on = events[c.Event]
		}
		m.Rate[k-headTop1][c.Cell].add(p.At.Unix(), on && n <= 10, awayHalf)
	}
}

// elsewhere is where an event is listed now.
type elsewhere struct {
	Boards map[string]listing
}

type listing struct {
	At   time.Time
	Rank int32
	Item string
}

// note files the newest snapshot of a board under its events.
func (b *Boards) note(id string, x *board, at time.Time) {
	for i, item := range x.Order {
		event := x.Tracks[item].Event
		if event == "" {
			continue
		}
		e, ok := b.seen[event]
		if !ok {
			e = elsewhere{Boards: map[string]listing{}}
			b.seen[event] = e
		}
		if l, ok := e.Boards[id]; !ok || !l.At.Equal(at) || int(l.Rank) > i+1 {
			e.Boards[id] = listing{at, int32(i + 1), item}
		}
	}
	for event, e := range b.seen {
		for board, l := range e.Boards {
			if at.Sub(l.At) > otherSpan {
				delete(e.Boards, board)
			}
		}
		if len(e.Boards) == 0 {
			delete(b.seen, event)
		}
	}
}

// candidates lists what is not on the board but may come, the likeliest first.
func (b *Boards) candidates(x *board) []awayRow {
	var out []awayRow
	known := make(map[string]bool, len(x.Tracks))
	for item, t := range x.Tracks {
		if t.Event != "" {
			known[t.Event] = true
		}
		if away := x.At.Sub(t.Last); away > 0 && away <= awayFor {
			out = append(out, awayRow{item, t.Event, 4*lastingBin(away) + bestBin(t.Best)})
		}
	}
	for event, e := range b.seen {
		if known[event] {
			continue
		}
		best := listing{Rank: math.MaxInt32}
		for _, l := range e.Boards {
			if l.Rank < best.Rank || l.Rank == best.Rank && l.Item < best.Item {
				best = l
			}
		}
		if best.Rank <= 30 {
			out = append(out, awayRow{best.Item, event, awayKinds + 4*bestBin(int(best.Rank)) + uint8(min(4, len(e.Boards))-1)})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		p, q := x.Away.chance(headTop3, out[i].Cell), x.Away.chance(headTop3, out[j].Cell)
		if p != q {
			return p > q
		}
		return out[i].Item < out[j].Item
	})
	return out[:min(awayMost, len(out))]
}

func lastingBin(d time.Duration) uint8 {
	switch h := d.Hours(); {
	case h <= 1.5:
		return 0
	case h <= 3.5:
		return 1
	case h <= 8:
		return 2
	}
	return 3
}

func bestBin(rank int) uint8 {
	switch {
	case rank <= 3:
		return 0
	case rank <= 10:
		return 1
	case rank <= 20:
		return 2
	}
	return 3
}
