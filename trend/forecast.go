package trend

import (
	"math"
	"slices"
	"sort"
	"time"
)

// Forecast is what a board is expected to show some hours ahead.
type Forecast struct {
	Top10  []string           // item ids, best first, at most ten; some may not be listed now
	Listed map[string]float64 // for every title listed now: still listed then
	Top10P map[string]float64 // and in the top ten then
}

// horizon is the pair of heads that answers for so many hours.
func horizon(hours int) (listed, top head) {
	switch {
	case hours >= 5:
		return headListed6, headTop6
	case hours >= 2:
		return headListed3, headTop3
	}
	return headListed1, headTop1
}

// Forecast says what a board will show in 1, 3 or 6 hours. Other horizons use
// the nearest of these.
func (b *Boards) Forecast(id string, hours int) Forecast {
	f := Forecast{Listed: map[string]float64{}, Top10P: map[string]float64{}}
	x := b.m[id]
	if x == nil {
		return f
	}
	listed, top := horizon(hours)
	type cand struct {
		id string
		p  float64
	}
	var cs []cand
	for i, item := range x.Order {
		p := float64(x.Said[i][top])
		f.Listed[item], f.Top10P[item] = float64(x.Said[i][listed]), p
		cs = append(cs, cand{item, p})
	}
	for _, c := range b.candidates(x) {
		cs = append(cs, cand{c.Item, x.Away.chance(top, c.Cell)})
	}
	sort.SliceStable(cs, func(i, j int) bool { return cs[i].p > cs[j].p })
	for _, c := range cs[:min(10, len(cs))] {
		f.Top10 = append(f.Top10, c.id)
	}
	return f
}

// Outlook is how long a title is expected to stay on a board and to rise.
type Outlook struct {
	Stay      Span
	Best      int     // its best rank so far
	Peak      Span    // until its best rank, should a better one come; zero: unknown
	PeakAhead float64 // probability that a rank better than any before comes within 6 h; −1 unknown
}

// Span is an uncertain duration: six of ten such cases lie between Low and
// High. [LongestStay] stands for itself and anything longer.
type Span struct{ Median, Low, High time.Duration }

// LongestStay is the longest time that a Span tells apart.
const LongestStay = time.Duration(stayMost) * time.Hour

// Outlook estimates how long a title that is listed now stays on a board: from
// the survival probabilities at 1, 3 and 6 hours, and beyond from how long
// earlier titles of its age lasted there; and whether and when it reaches a
// better rank, from what became of titles in its place. ok is false for a title
// that is not listed.
func (b *Boards) Outlook(itemID, id string) (o Outlook, ok bool) {
	x := b.m[id]
	if x == nil {
		return o, false
	}
	i := slices.Index(x.Order, itemID)
	if i < 0 {
		return o, false
	}
	p := &x.Said[i]
	s := [4]float64{1, float64(p[headListed1]), float64(p[headListed3]), float64(p[headListed6])}
	for i := 1; i < 4; i++ {
		s[i] = math.Max(1e-6, math.Min(s[i], s[i-1]*0.999))
	}
	ages := make([]float64, len(x.Order))
	for i, item := range x.Order {
		ages[i] = x.At.Sub(x.Tracks[item].First).Hours()
	}
	t, age := x.Tracks[itemID], ages[i]
	slices.Sort(ages)
	left := func(p float64) time.Duration { return x.Stays.remaining(age, ages, s, p) }
	o.Stay = Span{left(0.5), left(0.8), left(0.2)}
	o.Best = t.Best
	o.PeakAhead, o.Peak = x.Peaks.ahead(t, x.At)
	return o, true
}

// survivalTime is when survival falls to p, log-linear between the knots; p is
// not below the last of them.
func survivalTime(s [4]float64, p float64) time.Duration {
	knots := [4]float64{0, 1, 3, stayModel}
	i := 1
	for i < 3 && s[i] > p {
		i++
	}
	f := (math.Log(s[i-1]) - math.Log(p)) / (math.Log(s[i-1]) - math.Log(s[i]))
	return hours(knots[i-1] + f*(knots[i]-knots[i-1]))
}

func hours(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }
