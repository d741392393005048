package suggest

import (
	"math"
	"sort"
	"time"
)

// ages are the points of the growth curve.
var ages = [...]time.Duration{15 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour, 24 * time.Hour, 72 * time.Hour, mature}

// priorRise is how much the log of a count still rises until seven days, before
// posts that were seen at that age say otherwise: a fiftieth of the final count
// after a quarter of an hour, half of it after half a day. Platforms differ
// widely, which priorSpread (in logs, too) owns up to.
var (
	priorRise   = [...]float64{math.Log(50), math.Log(12), math.Log(5), math.Log(2), math.Log(1.45), math.Log(1.1), 0}
	priorSpread = [...]float64{1.2, 0.9, 0.65, 0.35, 0.25, 0.1, 0}
)

// growth says how much the log of a count rises from an age to seven days, and
// how unsure that is for a single post. It is additive in the log (Szabo and
// Huberman 2010): posts that differ by a factor when young differ by about the
// same factor in the end, whatever their size.
type growth struct {
	rise   [len(ages)]float64
	spread [len(ages)]float64 // standard deviation, of the curve and of a post around it
}

// fitGrowth measures the growth on posts that were seen both young and mature.
// At each age the prior and the posts are weighed by their precision: with the
// post's own scatter s around a mean known to t²/n,
//
//	rise = (prior/p² + n·mean/s²) / (1/p² + n/s²), spread² = s² + 1/(1/p² + n/s²)
func fitGrowth(posts []Post, m metric, now time.Time) growth {
	g := growth{rise: priorRise}
	var rises [len(ages)][]float64
	for i := range posts {
		p := &posts[i]
		if now.Sub(p.Item.PublishedAt) < ages[len(ages)-2] {
			continue
		}
		end, ok := m.read(p, now)
		if !ok || end.value < 1 || end.atLeast || end.age < ages[len(ages)-2] {
			continue
		}
		for k, age := range ages[:len(ages)-1] {
			young, ok := m.read(p, p.Item.PublishedAt.Add(age*3/2))
			if ok && young.age >= age/2 && young.value >= 1 {
				rises[k] = append(rises[k], math.Max(0, math.Log1p(end.value)-math.Log1p(young.value)))
			}
		}
	}
	for k, xs := range rises {
		p2 := priorSpread[k] * priorSpread[k]
		if p2 == 0 {
			continue
		}
		n := float64(len(xs))
		mid, s := robust(xs)
		// A scatter measured on few posts is uncertain itself.
		s2 := (n*s*s + 4*p2) / (n + 4)
		precision := 1/p2 + n/s2
		g.rise[k] = (priorRise[k]/p2 + n*mid/s2) / precision
		g.spread[k] = math.Sqrt(s2 + 1/precision)
	}
	for k := len(ages) - 2; k >= 0; k-- { // counts do not fall
		g.rise[k] = math.Max(g.rise[k], g.rise[k+1])
		g.spread[k] = math.Max(g.spread[k], g.spread[k+1])
	}
	return g
}

// at reads the curve at an age, linear in the logarithm of the age.
func (g *growth) at(age time.Duration) (rise, spread float64) {
	if age <= ages[0] {
		return g.rise[0], g.spread[0]
	}
	k := sort.Search(len(ages), func(k int) bool { return age <= ages[k] })
	if k == len(ages) {
		return 0, 0
	}
	a, b := math.Log(float64(ages[k-1])), math.Log(float64(ages[k]))
	f := (math.Log(float64(age)) - a) / (b - a)
	return g.rise[k-1] + f*(g.rise[k]-g.rise[k-1]), g.spread[k-1] + f*(g.spread[k]-g.spread[k-1])
}
