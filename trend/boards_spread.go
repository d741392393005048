package trend

import (
	"maps"
	"slices"
	"time"
)

// How events spread is learned per board and kind of event: on how many boards
// it is, and how old. What is shipped are the rates of 540 days of thirteen
// boards; they count as a hundred cases beside the board's own.
const (
	headSpread  = "spread_6h"
	spreadGoal  = 3 // boards
	spreadSpan  = 6 * time.Hour
	spreadPrior = 100
	spreadHalf  = 60 * 24 * time.Hour
	spreadCells = 2 * 3
)

func spreadUsual() [spreadCells]float64 {
	return [spreadCells]float64{0.022, 0.022, 0.008, 0.357, 0.212, 0.165}
}

// spreadCell is the kind of an event on so many boards and so old; ok is false
// for those that none of this is asked of.
func spreadCell(boards int, age time.Duration) (cell uint8, ok bool) {
	if boards < 1 || boards >= spreadGoal {
		return 0, false
	}
	cell = uint8(3 * (boards - 1))
	switch {
	case age > 6*time.Hour:
		cell += 2
	case age > 2*time.Hour:
		cell++
	}
	return cell, true
}

// spreading is what is known of the spread of the events on one board.
type spreading struct {
	Rate  [spreadCells]rate
	Open  []spreadClaim
	Asked map[string]asked
}

// asked is what was claimed about an event.
type asked struct {
	At    time.Time // when it was last listed
	Cells uint8     // that a claim was made for, as bits
}

// spreadClaim waits for what becomes of an event.
type spreadClaim struct {
	Event string
	At    time.Time
	Cell  uint8
	P     float64
}

func (s *spreading) chance(cell uint8) float64 {
	return s.Rate[cell].share(spreadUsual()[cell], spreadPrior)
}

// SpreadOdds is the probability that an event that these boards list now, and
// that is so old, reaches three boards within six hours: the mean of what the
// boards know of their own events. Without a board it is what is left to
// events that only feeds tell.
func (b *Boards) SpreadOdds(boards []string, age time.Duration) float64 {
	if len(boards) >= spreadGoal {
		return 1
	}
	cell, ok := spreadCell(len(boards), age)
	if !ok {
		return 0.004
	}
	var p float64
	for _, id := range boards {
		if x := b.m[id]; x != nil {
			p += x.Spread.chance(cell) / float64(len(boards))
		} else {
			p += spreadUsual()[cell] / float64(len(boards))
		}
	}
	return p
}

// spread settles the claims about events that fell due, and makes those about
// the events of the newest snapshot: one for each event and kind.
func (b *Boards) spread(id string, x *board, at time.Time) {
	open := x.Spread.Open[:0]
	for _, c := range x.Spread.Open {
		_, came := b.wide[c.Event]
		if !came && at.Sub(c.At) < spreadSpan {
			open = append(open, c)
			continue
		}
		x.Spread.Rate[c.Cell].add(c.At.Unix(), came, spreadHalf)
		x.Days.at(at, id, headSpread).Add(c.P, came)
	}
	x.Spread.Open = open
	if x.Spread.Asked == nil {
		x.Spread.Asked = map[string]asked{}
	}
	listed := make(map[string]bool, len(x.Order))
	for _, item := range x.Order {
		t := x.Tracks[item]
		e, ok := b.seen[t.Event]
		if !ok || listed[t.Event] {
			continue
		}
		listed[t.Event] = true
		if len(e.Boards) >= spreadGoal {
			b.wide[t.Event] = at
		}
		was := x.Spread.Asked[t.Event]
		cell, ok := spreadCell(len(e.Boards), at.Sub(t.First))
		if _, wide := b.wide[t.Event]; ok && !wide && was.Cells&(1<<cell) == 0 {
			was.Cells |= 1 << cell
			ids := slices.Sorted(maps.Keys(e.Boards))
			x.Spread.Open = append(x.Spread.Open, spreadClaim{t.Event, at, cell, b.SpreadOdds(ids, at.Sub(t.First))})
		}
		was.At = at
		x.Spread.Asked[t.Event] = was
	}
	for event, was := range x.Spread.Asked {
		if at.Sub(was.At) > trackKeep {
			delete(x.Spread.Asked, event)
		}
	}
	for event, last := range b.wide {
		if at.Sub(last) > trackKeep {
			delete(b.wide, event)
		}
	}
}
