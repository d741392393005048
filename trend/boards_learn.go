package trend

import (
	"math"
	"time"

	"github.com/xuanti/xuanti/trend/model"
)

// pending is a snapshot that waits for what becomes of it.
type pending struct {
	At   time.Time
	Rows []pendingRow
	Away []awayRow
	Done [headCount]bool

	Shift [headCount]float32 // part of what was said
}

type pendingRow struct {
	Item  string
	Rank  int32
	Best  int32 // rank until then
	Peak  uint8 // kind of row, for its best rank
	Heat  float32
	In    inputs
	Prior [headCount]float32 // log-odds before the board's correction
	Said  said
	X     floats               // features, for the tailors; nil without forests
	x     [headCount][]float64 // all features, while forests are trained
}

// mature labels earlier snapshots whose horizon the new one reaches, scores
// what was said then, and learns. The truth is the snapshot nearest to the
// horizon, the new one or the one before it.
func (b *Boards) mature(id string, x *board, at time.Time, rows []EntryRef) {
	if len(x.Pending) == 0 {
		return
	}
	now := outcomeOf(at, rows)
	var before *outcome
	keep := x.Pending[:0]
	for i := range x.Pending {
		p := &x.Pending[i]
		open := false
		for k := range headCount {
			if p.Done[k] {
				continue
			}
			due := p.At.Add(headHours[k])
			if at.Before(due) {
				open = true
				continue
			}
			p.Done[k] = true
			truth := now
			if x.At.After(p.At) && due.Sub(x.At) <= at.Sub(due) {
				if before == nil {
					before = x.outcome()
				}
				truth = before
			}
			if truth.at.Sub(due).Abs() > labelSlack || len(truth.rank) == 0 {
				continue
			}
			b.learn(id, x, k, p, truth)
			x.Away.learn(k, p, truth.rank, truth.events)
			if k == headListed6 {
				x.Peaks.learn(p, x.Tracks, truth.at, truth.rank)
			}
		}
		if open {
			keep = append(keep, *p)
		}
	}
	for i := len(keep); i < len(x.Pending); i++ {
		x.Pending[i] = pending{}
	}
	x.Pending = keep
}

// outcome is a snapshot as the truth of earlier forecasts.
type outcome struct {
	at     time.Time
	rank   map[string]int // item → place
	events map[string]int // event → its best place
	heat   map[string]float32
}

func newOutcome(at time.Time, size int) *outcome {
	return &outcome{at, make(map[string]int, size), make(map[string]int, size), make(map[string]float32, size)}
}

func (o *outcome) add(item, event string, heat float32) {
	if _, ok := o.rank[item]; ok {
		return
	}
	n := len(o.rank) + 1
	o.rank[item] = n
	if _, ok := o.events[event]; !ok {
		o.events[event] = n
	}
	if heat > 0 {
		o.heat[item] = heat
	}
}

// outcomeOf is the outcome that rows in order of rank show.
func outcomeOf(at time.Time, rows []EntryRef) *outcome {
	o := newOutcome(at, len(rows))
	for _, r := range rows {
		var heat float32
		if r.Entry.Heat != nil && *r.Entry.Heat > 0 {
			heat = float32(math.Log(float64(*r.Entry.Heat)))
		}
		o.add(r.ItemID, r.EventID, heat)
	}
	return o
}

// outcome is what the newest snapshot showed.
func (x *board) outcome() *outcome {
	o := newOutcome(x.At, len(x.Order))
	for _, item := range x.Order {
		t := x.Tracks[item]
		o.add(item, t.Event, t.Points[len(t.Points)-1].Heat)
	}
	return o
}

// learn takes the truth about one head of a snapshot.
func (b *Boards) learn(id string, x *board, k head, p *pending, truth *outcome) {
	labels := make([]bool, len(p.Rows))
	for i := range p.Rows {
		r := &p.Rows[i]
		now, on := truth.rank[r.Item]
		switch {
		case k <= headListed6:
			labels[i] = on
		case k <= headTop6:
			labels[i] = on && now <= 10
		case r.Heat > 0 && truth.heat[r.Item] > 0:
			labels[i] = truth.heat[r.Item] >= r.Heat+float32(math.Log(1.2))
		default:
			labels[i] = on && float64(now) <= 0.8*float64(r.Rank)-0.5
		}
	}
	x.tell(id, k, p, truth.at, labels)
	x.Shift[k].learn(k, p, labels)
	for i := range p.Rows {
		r := &p.Rows[i]
		if b.opts.Learned != nil && r.x[k] != nil {
			b.opts.Learned(id, headNames[k], p.At, r.x[k], labels[i])
		}
		z := float64(r.Prior[k])
		if f := b.forests[k]; f != nil && len(r.X) == featurePlace {
			r.recall(k, b.x)
			leaves, _ := b.leavesOf(f, b.x)
			z += x.Tailor[k].sum(leaves)
			p := model.Sigmoid(z + x.Heads[k].sum(z, &r.In))
			x.Tailor[k].learn(f, leaves, p-bool01(labels[i]))
		}
		x.Heads[k].learn(z, &r.In, labels[i])
		x.Memory.learn(k, &r.In, p.At, labels[i])
		if k == headListed1 {
			now := truth.rank[r.Item]
			x.Memory.Held[slotRank(i)].add(p.At.Unix(), now == int(r.Rank), cellHalf)
		}
	}
}
