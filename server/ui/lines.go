package ui

import (
	"cmp"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

const (
	chartGap  = 3 * time.Hour  // a board silent for longer breaks its line
	chartSpan = 72 * time.Hour // what the rank chart shows; more lines than these nobody can read
)

// BoardLines gives one line for each board: a topic's titles come and go on a
// board, and at each time the best placed of them counts. Boards with the best
// place first; only the last three days.
func BoardLines(tracks []engine.Trajectory) []engine.Trajectory {
	type line struct {
		t  engine.Trajectory
		at map[int64]int // time → index in t.Points
	}
	var last time.Time
	for _, t := range tracks {
		if n := len(t.Points); n > 0 && t.Points[n-1].At.After(last) {
			last = t.Points[n-1].At
		}
	}
	byBoard := map[string]*line{}
	var order []string
	for _, t := range tracks {
		l := byBoard[t.Board]
		if n := len(t.Points); n == 0 || last.Sub(t.Points[n-1].At) > chartSpan {
			continue
		}
		if l == nil {
			l = &line{t: engine.Trajectory{Board: t.Board, BoardName: t.BoardName, ItemID: t.ItemID, Title: t.Title}, at: map[int64]int{}}
			byBoard[t.Board] = l
			order = append(order, t.Board)
		}
		for _, p := range t.Points {
			if last.Sub(p.At) > chartSpan {
				continue
			}
			if i, ok := l.at[p.At.UnixMilli()]; !ok {
				l.at[p.At.UnixMilli()] = len(l.t.Points)
				l.t.Points = append(l.t.Points, p)
			} else if p.Rank < l.t.Points[i].Rank {
				l.t.Points[i] = p
			}
		}
	}
	out := make([]engine.Trajectory, 0, len(order))
	for _, b := range order {
		t := byBoard[b].t
		slices.SortFunc(t.Points, func(x, y engine.TrajectoryPoint) int { return x.At.Compare(y.At) })
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(x, y engine.Trajectory) int {
		return cmp.Or(cmp.Compare(bestRank(x), bestRank(y)), cmp.Compare(len(y.Points), len(x.Points)))
	})
	return out
}

func bestRank(t engine.Trajectory) int {
	best := 1 << 30
	for _, p := range t.Points {
		best = min(best, p.Rank)
	}
	return best
}

// broken tells whether a line breaks between two points.
func broken(a, b engine.TrajectoryPoint) bool { return b.At.Sub(a.At) > chartGap }

// countChart draws each plain count as a line; shares and durations, which are
// of another size, stay in the table.
func countChart(lang string, ms []engine.MetricView) Chart {
	c := Chart{Heat: [][2]float64{}, Boards: []ChartBoard{}}
	at := map[string]int{}
	for _, m := range ms {
		if u, ok := xuanti.CountUnit(m.Name); ok && u != xuanti.UnitNumber {
			continue
		}
		k, ok := at[m.Name]
		if !ok {
			k = len(c.Counts)
			at[m.Name] = k
			c.Counts = append(c.Counts, ChartBoard{Name: CountWord(lang, m.Name)})
		}
		sec, v := float64(m.At.Unix()), float64(m.Value)
		c.Counts[k].Points = append(c.Counts[k].Points, [2]*float64{&sec, &v})
	}
	return c
}
