package trend

import (
	"math"
	"sort"
	"time"
)

// head is one question about a row's future.
type head int

const (
	headListed1 head = iota
	headListed3
	headListed6
	headTop1
	headTop3
	headTop6
	headGrow
	headCount
)

var headHours = [headCount]time.Duration{time.Hour, 3 * time.Hour, 6 * time.Hour, time.Hour, 3 * time.Hour, 6 * time.Hour, 3 * time.Hour}
var headNames = [headCount]string{"listed_1h", "listed_3h", "listed_6h", "top10_1h", "top10_3h", "top10_6h", "grow_3h"}

// feats are the features of a row: dense values and the index of the one-hot
// cell that is on in each crossed group.
type feats struct {
	Dense [denseCount]float64
	Cells [cellGroups]int
}

const (
	denseCount = 18
	cellGroups = 4
	rankBins   = 10
	ageBins    = 7
	moveBins   = 5
	hourBins   = 6
	cellCount  = rankBins*ageBins + rankBins*moveBins + rankBins*hourBins + rankBins*4
)

var cellBase = [cellGroups]int{0, rankBins * ageBins, rankBins*ageBins + rankBins*moveBins, rankBins*ageBins + rankBins*moveBins + rankBins*hourBins}

// features describes a row by its own past and the board's clock only.
func (x *board) features(t *track, at time.Time, size int) feats {
	var f feats
	p := t.Points[len(t.Points)-1]
	rank := float64(p.Rank)
	age := at.Sub(t.First).Hours()
	d1 := t.moved(at, time.Hour)
	d3 := t.moved(at, 3*time.Hour)
	prev := 0.0
	if n := len(t.Points); n > 1 {
		prev = logRatio(float64(t.Points[n-2].Rank), rank)
	}
	hour := float64(at.Unix()%86400)/3600 + 8 // Shanghai
	h1 := 0.0
	if n := len(t.Points); n > 1 && p.Heat > 0 && t.Points[n-2].Heat > 0 {
		h1 = clamp(p.Heat-t.Points[n-2].Heat, -1, 1)
	}
	fresh := 0.0
	if len(t.Points) == 1 {
		fresh = 1
	}
	f.Dense = [denseCount]float64{
		1,
		math.Log(rank) - 2.3,
		rank/float64(max(size, 1)) - 0.5,
		math.Log1p(age) - 1,
		d1, d3, prev,
		logRatio(float64(t.Best), rank),
		math.Log1p(at.Sub(t.BestAt).Hours()) - 0.7,
		h1,
		fresh,
		math.Log1p(float64(t.Others)) - 0.5,
		math.Sin(2 * math.Pi * hour / 24), math.Cos(2 * math.Pi * hour / 24),
		math.Sin(4 * math.Pi * hour / 24), math.Cos(4 * math.Pi * hour / 24),
		bool01(p.Rank <= 10) - 0.3,
		bool01(t.Entries > 1),
	}
	rb := rankBin(p.Rank)
	f.Cells = [cellGroups]int{
		cellBase[0] + rb*ageBins + ageBin(age),
		cellBase[1] + rb*moveBins + moveBin(d1, fresh == 1),
		cellBase[2] + rb*hourBins + int(math.Mod(hour, 24))/4,
		cellBase[3] + rb*4 + min(3, t.Others),
	}
	return f
}

// moved is the log ratio of the rank a span ago to the rank now; positive is
// upwards, 0 when the title was not there.
func (t *track) moved(at time.Time, span time.Duration) float64 {
	now := float64(t.Points[len(t.Points)-1].Rank)
	for i := len(t.Points) - 1; i >= 0; i-- {
		if at.Sub(t.Points[i].At) >= span-10*time.Minute {
			return logRatio(float64(t.Points[i].Rank), now)
		}
	}
	return 0
}

func logRatio(a, b float64) float64 { return clamp(math.Log(a+2)-math.Log(b+2), -2, 2) }

func clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }

func bool01(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func rankBin(r int) int {
	for i, lim := range [rankBins - 1]int{1, 3, 5, 8, 10, 13, 17, 23, 35} {
		if r <= lim {
			return i
		}
	}
	return rankBins - 1
}

func ageBin(h float64) int {
	for i, lim := range [ageBins - 1]float64{0.2, 1.5, 3.5, 7, 13, 26} {
		if h <= lim {
			return i
		}
	}
	return ageBins - 1
}

func moveBin(d float64, fresh bool) int {
	switch {
	case fresh:
		return 4
	case d > 0.25:
		return 3
	case d > 0.02:
		return 2
	case d >= -0.1:
		return 1
	}
	return 0
}

// heads are logistic models learned online with AdaGrad (Duchi et al. 2011).
// W and G hold, for each head, the dense weights followed by the cells.
type heads struct {
	W [][]float64
	G [][]float64
	N []float64 // labels seen
}

const weightCount = denseCount + cellCount

// newHeads returns heads without knowledge, or, for the pooled ones, with the
// prior that places persist: what is high and listed stays so.
func newHeads(pooled bool) heads {
	h := heads{W: make([][]float64, headCount), G: make([][]float64, headCount), N: make([]float64, headCount)}
	for k := range h.W {
		h.W[k] = make([]float64, weightCount)
		h.G[k] = make([]float64, weightCount)
	}
	if !pooled {
		return h
	}
	for k := range head(headCount) {
		hrs := headHours[k].Hours()
		switch {
		case k <= headListed6:
			h.W[k][0], h.W[k][1] = 1.6-0.35*hrs, -0.8
		case k <= headTop6:
			h.W[k][0], h.W[k][1], h.W[k][16] = -0.9-0.2*hrs, -1.6, 3-0.35*hrs
		default:
			h.W[k][0] = -1.5
		}
	}
	return h
}

func (h *heads) sum(k head, f *feats) float64 {
	w := h.W[k]
	var z float64
	for i, v := range f.Dense {
		z += w[i] * v
	}
	for _, c := range f.Cells {
		z += w[denseCount+c]
	}
	return z
}

func (h *heads) step(k head, f *feats, g, rate float64) {
	w, s := h.W[k], h.G[k]
	for i, v := range f.Dense {
		d := g * v
		s[i] += d * d
		w[i] -= rate * d / (1 + math.Sqrt(s[i]))
	}
	for _, c := range f.Cells {
		i := denseCount + c
		s[i] += g * g
		w[i] -= rate * g / (1 + math.Sqrt(s[i]))
	}
	h.N[k]++
}

func (b *Boards) predict(x *board, k head, f feats) float64 {
	return 1 / (1 + math.Exp(-clamp(b.g.sum(k, &f)+x.Heads.sum(k, &f), -12, 12)))
}

// pending is a snapshot that waits for what became of it.
type pending struct {
	At    time.Time
	Items []string
	Ranks []int
	Heats []float64
	Feats []feats
	Said  [headCount][]float32 // probabilities given at the time
	Done  [headCount]bool
}

// remember keeps the features of the newest snapshot until its labels mature.
func (b *Boards) remember(x *board, at time.Time) {
	p := pending{At: at}
	for i, id := range x.Order {
		t := x.Tracks[id]
		last := t.Points[len(t.Points)-1]
		f := x.features(t, at, len(x.Order))
		p.Items = append(p.Items, id)
		p.Ranks = append(p.Ranks, i+1)
		p.Heats = append(p.Heats, last.Heat)
		p.Feats = append(p.Feats, f)
		for k := range head(headCount) {
			p.Said[k] = append(p.Said[k], float32(b.predict(x, k, f)))
		}
	}
	x.Pending = append(x.Pending, p)
}

// mature labels earlier snapshots whose horizon the new one reaches, scores
// what was said then, and learns.
func (b *Boards) mature(x *board, at time.Time, rows []EntryRef) {
	rank := make(map[string]int, len(rows))
	heat := make(map[string]float64, len(rows))
	for i, r := range rows {
		if _, ok := rank[r.ItemID]; ok {
			continue
		}
		rank[r.ItemID] = i + 1
		if r.Entry.Heat != nil && *r.Entry.Heat > 0 {
			heat[r.ItemID] = math.Log(float64(*r.Entry.Heat))
		}
	}
	keep := x.Pending[:0]
	for i := range x.Pending {
		p := &x.Pending[i]
		open := false
		for k := range head(headCount) {
			if p.Done[k] {
				continue
			}
			due := p.At.Add(headHours[k])
			if at.Before(due.Add(-10 * time.Minute)) {
				open = true
				continue
			}
			p.Done[k] = true
			if at.Sub(due) <= labelSlack && len(rows) > 0 {
				b.learn(x, k, p, rank, heat)
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

func (b *Boards) learn(x *board, k head, p *pending, rank map[string]int, heat map[string]float64) {
	labels := make([]bool, len(p.Items))
	for i, id := range p.Items {
		r, on := rank[id]
		switch {
		case k <= headListed6:
			labels[i] = on
		case k <= headTop6:
			labels[i] = on && r <= 10
		case p.Heats[i] > 0 && heat[id] > 0:
			labels[i] = heat[id] >= p.Heats[i]+math.Log(1.2)
		default:
			labels[i] = on && float64(r) <= 0.8*float64(p.Ranks[i])-0.5
		}
	}
	x.score(k, p.Said[k], labels)
	for i := range p.Items {
		y := bool01(labels[i])
		f := &p.Feats[i]
		g := b.predict(x, k, *f) - y
		b.g.step(k, f, g, 0.12)
		x.Heads.step(k, f, g, 0.12)
	}
}

// HeadScore is how well a head's probabilities did on one board so far, with a
// half-life of about two weeks.
type HeadScore struct {
	Board string
	Head  string  // listed_3h, top10_3h, grow_3h …
	N     float64 // rows scored
	Base  float64 // share that came true
	Brier float64 // mean squared error of the probability
	AUC   float64 // within a snapshot, 0.5 is chance
	Pairs float64
	Wins  float64
	Sq    float64
	Pos   float64
}

func (x *board) score(k head, said []float32, labels []bool) {
	name := headNames[k]
	s := x.Scores[name]
	if s == nil {
		s = &HeadScore{Head: name}
		x.Scores[name] = s
	}
	const keep = 0.9998
	s.N *= keep
	s.Sq *= keep
	s.Pos *= keep
	s.Pairs *= keep
	s.Wins *= keep
	for i := range labels {
		y := bool01(labels[i])
		d := float64(said[i]) - y
		s.N++
		s.Sq += d * d
		s.Pos += y
		if !labels[i] {
			continue
		}
		for j := range labels {
			if labels[j] {
				continue
			}
			s.Pairs++
			switch {
			case said[i] > said[j]:
				s.Wins++
			case said[i] == said[j]:
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
				c.Base, c.Brier = c.Pos/c.N, c.Sq/c.N
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
