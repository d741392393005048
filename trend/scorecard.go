package trend

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
)

const (
	claimsKept = 4 // a board and kind, each day
	scoreDays  = 3 // kept for the caller to store
)

// dayScores are the scores of one board by day and head.
type dayScores map[string]map[string]*xuanti.Score

func (d dayScores) at(at time.Time, board, head string) *xuanti.Score {
	day := at.In(xuanti.Shanghai).Format(time.DateOnly)
	heads := d[day]
	if heads == nil {
		heads = map[string]*xuanti.Score{}
		d[day] = heads
		for len(d) > scoreDays {
			delete(d, slices.Min(slices.Sorted(maps.Keys(d))))
		}
	}
	s := heads[head]
	if s == nil {
		s = &xuanti.Score{Day: day, Board: board, Head: head}
		heads[head] = s
	}
	return s
}

// tell files what was said of a snapshot beside what came of it.
func (x *board) tell(id string, k head, p *pending, at time.Time, labels []bool) {
	s := x.Days.at(at, id, headNames[k])
	for i := range p.Rows {
		r := &p.Rows[i]
		said := float64(r.Said[k])
		s.Add(said, labels[i])
		for j := range labels {
			if !labels[i] || labels[j] {
				continue
			}
			s.Pairs++
			switch q := p.Rows[j].Said[k]; {
			case r.Said[k] > q:
				s.Wins++
			case r.Said[k] == q:
				s.Wins += 0.5
			}
		}
		if k != headTop3 && k != headGrow || k == headTop3 && i < 10 {
			continue // that a row stays where it is, is no bold claim
		}
		c := xuanti.Claim{ItemID: r.Item, At: p.At.UTC(), Rank: int(r.Rank), P: said, Came: labels[i]}
		s.Bold = claim(s.Bold, c, func(a, b xuanti.Claim) int { return cmp.Compare(b.P, a.P) })
		if c.Came {
			s.Blind = claim(s.Blind, c, func(a, b xuanti.Claim) int { return cmp.Compare(a.P, b.P) })
		}
	}
}

// claim keeps the first few of a list in order, one for each item.
func claim(list []xuanti.Claim, c xuanti.Claim, order func(a, b xuanti.Claim) int) []xuanti.Claim {
	if i := slices.IndexFunc(list, func(o xuanti.Claim) bool { return o.ItemID == c.ItemID }); i >= 0 {
		if order(c, list[i]) >= 0 {
			return list
		}
		list = slices.Delete(list, i, i+1)
	}
	i := slices.IndexFunc(list, func(o xuanti.Claim) bool { return order(c, o) < 0 })
	if i < 0 {
		i = len(list)
	}
	list = slices.Insert(list, i, c)
	return list[:min(claimsKept, len(list))]
}

// Scores returns the scores of the days before the given one that were not
// dropped yet, sorted by day, board and head.
func (b *Boards) Scores(before string) []xuanti.Score {
	var out []xuanti.Score
	for _, id := range slices.Sorted(maps.Keys(b.m)) {
		days := b.m[id].Days
		for _, day := range slices.Sorted(maps.Keys(days)) {
			for _, head := range slices.Sorted(maps.Keys(days[day])) {
				if day < before {
					out = append(out, *days[day][head])
				}
			}
		}
	}
	slices.SortStableFunc(out, func(x, y xuanti.Score) int { return cmp.Compare(x.Day, y.Day) })
	return out
}

// DropScores forgets the scores of the days before the given one, which the
// caller has stored.
func (b *Boards) DropScores(before string) {
	for _, x := range b.m {
		for day := range x.Days {
			if day < before {
				delete(x.Days, day)
			}
		}
	}
}
