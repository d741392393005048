package trend

import "sort"

// HeadScore is how well a head's probabilities did on one board so far. Older
// rows fade: the last five thousand or so count.
type HeadScore struct {
	Board string
	Head  string  // listed_3h, top10_3h, grow_3h …
	N     float64 // rows scored
	Base  float64 // share that came true
	Brier float64 // mean squared error of the probability
	AUC   float64 // within a snapshot, 0.5 is chance
	Bias  float64 // mean probability minus Base: 0 is calibrated in the large
	Pairs float64
	Wins  float64
	Sq    float64
	Pos   float64
	Sum   float64
}

func (x *board) score(k head, rows []pendingRow, labels []bool) {
	name := headNames[k]
	s := x.Scores[name]
	if s == nil {
		s = &HeadScore{Head: name}
		x.Scores[name] = s
	}
	const keep = 0.994 // a snapshot
	s.N *= keep
	s.Sq *= keep
	s.Pos *= keep
	s.Sum *= keep
	s.Pairs *= keep
	s.Wins *= keep
	for i := range labels {
		y := bool01(labels[i])
		p := rows[i].Said[k]
		s.N++
		s.Sq += (float64(p) - y) * (float64(p) - y)
		s.Pos += y
		s.Sum += float64(p)
		if !labels[i] {
			continue
		}
		for j := range labels {
			if labels[j] {
				continue
			}
			s.Pairs++
			switch q := rows[j].Said[k]; {
			case p > q:
				s.Wins++
			case p == q:
				s.Wins += 0.5
			}
		}
	}
}

// Scores lists how well every head did on every board, sorted by board.
func (b *Boards) Scores() []HeadScore {
	var out []HeadScore
	for id, x := range b.m {
		for _, s := range x.Scores {
			c := *s
			c.Board = id
			if c.N > 0 {
				c.Base, c.Brier, c.Bias = c.Pos/c.N, c.Sq/c.N, (c.Sum-c.Pos)/c.N
			}
			if c.Pairs > 0 {
				c.AUC = c.Wins / c.Pairs
			}
			out = append(out, c)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Board != out[j].Board {
			return out[i].Board < out[j].Board
		}
		return out[i].Head < out[j].Head
	})
	return out
}
