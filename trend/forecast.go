package trend

import (
	"math"
	"sort"
	"time"
)

// Forecast is what a board is expected to show some hours ahead.
type Forecast struct {
	Top10  []string           // item ids, best first, at most ten; some may not be listed now
	Listed map[string]float64 // for every title listed now: still listed then
	Top10P map[string]float64 // and in the top ten then
}

// heads picks the pair of heads for a horizon.
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
	for _, c := range b.candidates(id, x) {
		cs = append(cs, cand{c.Item, x.Away.chance(top, c.Cell)})
	}
	sort.SliceStable(cs, func(i, j int) bool { return cs[i].p > cs[j].p })
	for _, c := range cs[:min(10, len(cs))] {
		f.Top10 = append(f.Top10, c.id)
	}
	return f
}

// Remaining estimates how long a title stays on a board from the survival
// probabilities at 1, 3 and 6 hours, exponential beyond: the median and the
// span in which six of ten such titles leave.
func (b *Boards) Remaining(itemID, id string) (median, low, high time.Duration, ok bool) {
	x := b.m[id]
	if x == nil {
		return 0, 0, 0, false
	}
	for i, item := range x.Order {
		if item != itemID {
			continue
		}
		p := &x.Said[i]
		s := [4]float64{1, float64(p[headListed1]), float64(p[headListed3]), float64(p[headListed6])}
		for i := 1; i < 4; i++ {
			s[i] = math.Max(1e-6, math.Min(s[i], s[i-1]*0.999))
		}
		return survivalTime(s, 0.5), survivalTime(s, 0.8), survivalTime(s, 0.2), true
	}
	return 0, 0, 0, false
}

// survivalTime is when survival falls to p, log-linear between the knots.
func survivalTime(s [4]float64, p float64) time.Duration {
	knots := [4]float64{0, 1, 3, 6}
	for i := 1; i < 4; i++ {
		if s[i] <= p {
			f := (math.Log(s[i-1]) - math.Log(p)) / (math.Log(s[i-1]) - math.Log(s[i]))
			return hours(knots[i-1] + f*(knots[i]-knots[i-1]))
		}
	}
	slope := (math.Log(s[2]) - math.Log(s[3])) / 3
	return hours(math.Min(6+(math.Log(s[3])-math.Log(p))/math.Max(slope, 1e-3), 96))
}

func hours(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }

// SpreadOdds is the probability that an event that is on so many platforms now,
// and is so old, reaches three within six hours. The rates are those of 540
// days of thirteen boards (single .022; second platform within two hours .357,
// within six .212, later .165).
func (b *Boards) SpreadOdds(platforms int, age time.Duration) float64 {
	switch {
	case platforms >= 3:
		return 1
	case platforms == 2 && age <= 2*time.Hour:
		return 0.357
	case platforms == 2 && age <= 6*time.Hour:
		return 0.212
	case platforms == 2:
		return 0.165
	case platforms == 1 && age <= 6*time.Hour:
		return 0.022
	case platforms == 1:
		return 0.008
	}
	return 0.004
}
