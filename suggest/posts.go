package suggest

import (
	"math"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
)

// Post is a benchmark post with its counts over time.
type Post struct {
	Item    xuanti.Item
	Metrics []xuanti.Metric
}

const (
	youngest    = 15 * time.Minute // no score before this age
	mature      = 7 * 24 * time.Hour
	baselineMax = 100 // posts in a baseline
	groupPrior  = 10  // posts that the group's baseline counts for
	leastSpread = 0.35
	curvePrior  = 20
)

// ages are the points of the age curve.
var ages = [...]time.Duration{15 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour, 24 * time.Hour, 72 * time.Hour, mature}

// prior is the share of the seven-day log value that a post has at each age
// before the account's own posts say otherwise (half a day brings most of it).
var prior = [...]float64{0.35, 0.55, 0.7, 0.86, 0.92, 0.98, 1}

// ScorePosts compares the posts of one account with the account's own baseline
// at the same age. group are the posts of accounts like it, which stand in
// where the account has too few. Posts without counts get the verdict unknown:
// a missing count is never zero.
//
//	y = ln(1+e); ŷ = y / G(age); m, s = shrunk median and MAD of the others
//	ratio = exp(ŷ−m), z = (ŷ−m)/max(s, 0.35)
func ScorePosts(posts []Post, group []Post, now time.Time) []xuanti.PostScore {
	metric := metricOf(posts, group, now)
	curve := fitCurve(group, metric, now)
	mine := matureValues(posts, metric, curve, now)
	theirs := matureValues(group, metric, curve, now)
	groupMed, groupSpread := robust(values(theirs, ""))
	out := make([]xuanti.PostScore, len(posts))
	for i, p := range posts {
		out[i] = score(p, metric, curve, mine, groupMed, groupSpread, len(theirs), now)
	}
	rankViral(out)
	return out
}

type valued struct {
	id string
	y  float64
}

func values(vs []valued, without string) []float64 {
	out := make([]float64, 0, len(vs))
	for _, v := range vs {
		if v.id != without {
			out = append(out, v.y)
		}
	}
	return out
}

// metricOf picks what is compared: reads or plays where most posts have them,
// the weighted engagement otherwise.
func metricOf(posts, group []Post, now time.Time) string {
	for _, set := range [][]Post{posts, group} {
		best, n := "", 0
		for _, m := range []string{"read", "play", "engagement"} {
			k := 0
			for _, p := range set {
				if _, ok := valueAt(p, m, now); ok {
					k++
				}
			}
			if k > n {
				best, n = m, k
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}

// valueAt is a post's value of a metric as last seen at or before a time.
// Engagement is likes + 2·comments + 3·shares of what is printed.
func valueAt(p Post, metric string, at time.Time) (float64, bool) {
	last := map[string]xuanti.Metric{}
	for _, m := range p.Metrics {
		if m.At.After(at) {
			continue
		}
		if old, ok := last[m.Count.Name]; !ok || !m.At.Before(old.At) {
			last[m.Count.Name] = m
		}
	}
	if metric != "engagement" {
		m, ok := last[metric]
		return float64(m.Count.Value), ok
	}
	sum, ok := 0.0, false
	for name, w := range map[string]float64{"like": 1, "favorite": 1, "comment": 2, "share": 3, "repost": 3} {
		if m, have := last[name]; have {
			sum += w * float64(m.Count.Value)
			ok = true
		}
	}
	return sum, ok
}

// ageOf is the age at which the value was seen.
func ageOf(p Post, at time.Time) time.Duration {
	var seen time.Time
	for _, m := range p.Metrics {
		if !m.At.After(at) && m.At.After(seen) {
			seen = m.At
		}
	}
	return seen.Sub(p.Item.PublishedAt)
}

// fitCurve measures how the log value grows with age from posts that were seen
// both young and mature, isotonic, shrunk to the prior by n/(n+20).
func fitCurve(posts []Post, metric string, now time.Time) []float64 {
	curve := append([]float64(nil), prior[:]...)
	for k, age := range ages[:len(ages)-1] {
		var shares []float64
		for _, p := range posts {
			if now.Sub(p.Item.PublishedAt) < 3*24*time.Hour {
				continue
			}
			end, ok := valueAt(p, metric, now)
			if !ok || end < 1 {
				continue
			}
			at := p.Item.PublishedAt.Add(age)
			young, ok := valueAt(p, metric, at)
			if !ok || math.Abs(float64(ageOf(p, at)-age)) > float64(age)/2 {
				continue
			}
			shares = append(shares, math.Min(1, math.Log1p(young)/math.Log1p(end)))
		}
		if len(shares) > 0 {
			n := float64(len(shares))
			curve[k] = (n*median(shares) + curvePrior*curve[k]) / (n + curvePrior)
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

// matureValues are the posts' log values carried to seven days, newest first.
func matureValues(posts []Post, metric string, curve []float64, now time.Time) []valued {
	sorted := append([]Post(nil), posts...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Item.PublishedAt.After(sorted[j].Item.PublishedAt) })
	var out []valued
	for _, p := range sorted {
		age := ageOf(p, now)
		v, ok := valueAt(p, metric, now)
		if !ok || age < youngest || len(out) == baselineMax {
			continue
		}
		out = append(out, valued{p.Item.ID, math.Log1p(v) / share(curve, age)})
	}
	return out
}

func score(p Post, metric string, curve []float64, mine []valued, groupMed, groupSpread float64, groupN int, now time.Time) xuanti.PostScore {
	s := xuanti.PostScore{ItemID: p.Item.ID, At: now, Metric: metric, Verdict: "unknown"}
	v, ok := valueAt(p, metric, now)
	if !ok {
		s.Metric = ""
		return s
	}
	s.Actual = v
	age := ageOf(p, now)
	others := values(mine, p.Item.ID)
	s.Posts = len(others)
	if age < youngest || len(others) < 3 && groupN < 8 {
		return s
	}
	n := float64(len(others))
	med, spread := robust(others)
	if n == 0 {
		med = groupMed
	}
	g := float64(groupPrior)
	if groupN < 8 {
		g, groupSpread = 0, spread
	}
	m := (n*med + g*groupMed) / math.Max(n+g, 1)
	sd := math.Sqrt((n*spread*spread + groupPrior*groupSpread*groupSpread) / (n + groupPrior))
	share := share(curve, age)
	y := math.Log1p(v) / share
	s.Expected = math.Expm1(m * share)
	s.Ratio = math.Exp(y - m)
	s.Z = (y - m) / math.Max(sd, leastSpread)
	s.Confidence = n / (n + 8) * math.Min(1, 0.4+0.6*share)
	switch {
	case s.Ratio >= 3 && s.Z >= 2.5:
		s.Verdict = "viral"
	case s.Ratio >= 1.8 && s.Z >= 1.5:
		s.Verdict = "strong"
	case s.Ratio <= 0.5 && s.Z <= -1:
		s.Verdict = "weak"
	default:
		s.Verdict = "usual"
	}
	return s
}

// rankViral keeps the verdict viral for the top twentieth of an account's
// posts (at least one).
func rankViral(scores []xuanti.PostScore) {
	var zs []float64
	for _, s := range scores {
		if s.Verdict != "unknown" {
			zs = append(zs, s.Z)
		}
	}
	sort.Sort(sort.Reverse(sort.Float64Slice(zs)))
	keep := max(1, int(math.Ceil(float64(len(zs))/20)))
	for i := range scores {
		if scores[i].Verdict == "viral" && len(zs) >= keep && scores[i].Z < zs[keep-1] {
			scores[i].Verdict = "strong"
		}
	}
}

// robust is the median and the scaled median absolute deviation.
func robust(xs []float64) (med, spread float64) {
	if len(xs) == 0 {
		return 0, leastSpread
	}
	med = median(xs)
	dev := make([]float64, len(xs))
	for i, x := range xs {
		dev[i] = math.Abs(x - med)
	}
	return med, 1.4826 * median(dev)
}

func median(xs []float64) float64 {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}
