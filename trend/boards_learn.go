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
// what was said then, and learns.
func (b *Boards) mature(id string, x *board, at time.Time, rows []EntryRef) {
	if len(x.Pending) == 0 {
		return
	}
	rank := make(map[string]int, len(rows))
	heat := make(map[string]float32, len(rows))
	events := make(map[string]int, len(rows))
	for _, r := range rows {
		if _, ok := rank[r.ItemID]; ok {
			continue
		}
		n := len(rank) + 1
		rank[r.ItemID] = n
		if _, ok := events[r.EventID]; !ok {
			events[r.EventID] = n
		}
		if r.Entry.Heat != nil && *r.Entry.Heat > 0 {
			heat[r.ItemID] = float32(math.Log(float64(*r.Entry.Heat)))
		}
	}
	keep := x.Pending[:0]
	for i := range x.Pending {
		p := &x.Pending[i]
		open := false
		for k := range headCount {
			if p.Done[k] {
				continue
			}
			due := p.At.Add(headHours[k])
			if at.Before(due.Add(-labelEarly)) {
				open = true
				continue
			}
			p.Done[k] = true
			if at.Sub(due) <= labelSlack && len(rank) > 0 {
				b.learn(id, x, k, p, at, rank, heat)
				x.Away.learn(k, p, rank, events)
				if k == headListed6 {
					x.Peaks.learn(p, x.Tracks, at, rank)
				}
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

// learn takes the truth about one head of a snapshot.
func (b *Boards) learn(id string, x *board, k head, p *pending, at time.Time, rank map[string]int, heat map[string]float32) {
	labels := make([]bool, len(p.Rows))
	for i := range p.Rows {
		r := &p.Rows[i]
		now, on := rank[r.Item]
		switch {
		case k <= headListed6:
			labels[i] = on
		case k <= headTop6:
			labels[i] = on && now <= 10
		case r.Heat > 0 && heat[r.Item] > 0:
			labels[i] = heat[r.Item] >= r.Heat+float32(math.Log(1.2))
		default:
			labels[i] = on && float64(now) <= 0.8*float64(r.Rank)-0.5
		}
	}
	x.tell(id, k, p, at, labels)
	x.Shift[k].learn(k, p, labels)
	for i := range p.Rows {
		r := &p.Rows[i]
		if b.opts.Learned != nil && r.x[k] != nil {
			b.opts.Learned(id, headNames[k], p.At, r.x[k], labels[i])
		}
		z := float64(r.Prior[k])
		if f := b.forests[k]; f != nil && len(r.X) == featurePlace {
			r.recall(k, b.x)
			leaves := b.leavesOf(f, b.x)
			z += x.Tailor[k].sum(leaves)
			p := model.Sigmoid(z + x.Heads[k].sum(z, &r.In))
			x.Tailor[k].learn(f, leaves, p-bool01(labels[i]))
		}
		x.Heads[k].learn(z, &r.In, labels[i])
		x.Memory.learn(k, &r.In, p.At, labels[i])
	}
}
