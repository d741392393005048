package suggest

import (
	"math"
	"time"
)

// fitCurve measures how the log value grows with age from posts that were seen
// both young and mature, isotonic, shrunk to the prior by n/(n+20).
func fitCurve(posts []Post, m metric, now time.Time) []float64 {
	curve := append([]float64(nil), prior[:]...)
	var shares [len(ages) - 1][]float64
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
			young, ok := m.read(p, p.Item.PublishedAt.Add(age))
			if ok && math.Abs(float64(young.age-age)) <= float64(age)/2 {
				shares[k] = append(shares[k], math.Min(1, math.Log1p(young.value)/math.Log1p(end.value)))
			}
		}
	}
	for k, xs := range shares {
		if n := float64(len(xs)); n > 0 {
			curve[k] = (n*median(xs) + curvePrior*curve[k]) / (n + curvePrior)
		}
	}
	for k := 1; k < len(curve); k++ {
		curve[k] = math.Max(curve[k], curve[k-1])
	}
	return curve
}

// share reads the curve at an age, linear in the logarithm of the age.
func share(curve []float64, age time.Duration) float64 {
	if age <= ages[0] {
		return math.Max(curve[0], 0.2)
	}
	for k := 1; k < len(ages); k++ {
		if age <= ages[k] {
			a, b := math.Log(float64(ages[k-1])), math.Log(float64(ages[k]))
			f := (math.Log(float64(age)) - a) / (b - a)
			return math.Max(curve[k-1]+f*(curve[k]-curve[k-1]), 0.2)
		}
	}
	return 1
}
