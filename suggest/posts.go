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
	youngest     = 15 * time.Minute // no score before this age
	mature       = 7 * 24 * time.Hour
	baselineMax  = 100 // posts in a baseline
	groupPrior   = 10  // posts that the group's baseline counts for
	leastSpread  = 0.35
	groupLeast   = 8 // posts of a group that make a baseline
	accountLeast = 3 // comparable posts of the account that make a habit
)

// ScorePosts compares the posts of one account with the account's own baseline
// at the same age. group are the posts of accounts like it, which stand in
// where the account has too few. Posts without counts get the verdict unknown:
// a missing count is never zero.
//
//	y = ln(1+e); ŷ = y + rise(age); m, s = shrunk median and MAD of the others
//	ratio = exp(ŷ−m), z = (ŷ−m)/√(max(s, 0.35)² + u²)
//
// where u² is what the growth from this age on and the chance of a small count
// leave open. The ratio is thus actual over expected at the same age; a young
// post needs more of it to be called viral, and its confidence is lower.
//
// A count that the platform prints as "10万+" is a lower bound. Where another
// metric is printed in full more often, that one is compared. Otherwise a post
// is judged by its bound: it may be called strong or viral, never weak.
func ScorePosts(posts []Post, group []Post, now time.Time) []xuanti.PostScore {
	m := metricOf(posts, group, now)
	curve := fitGrowth(group, m, now)
	mine := matureValues(posts, m, &curve, now)
	theirs := matureValues(group, m, &curve, now)
	g := groupOf(theirs, "")
	out := make([]xuanti.PostScore, len(posts))
	for i := range posts {
		// One post in a small group must not be measured against itself.
		others := g
		if len(theirs) < 5*groupLeast {
			others = groupOf(theirs, posts[i].Item.ID)
		}
		out[i] = score(&posts[i], m, &curve, values(mine, posts[i].Item.ID), others, now)
	}
	rankViral(out)
	return out
}

// baseline is what accounts of the group usually reach.
type baseline struct {
	median, spread float64
	n              int
}

func groupOf(vs []valued, without string) baseline {
	ys := values(vs, without)
	m, s := robust(ys)
	return baseline{m, s, len(ys)}
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

// matureValues are the posts' log values carried to seven days, of the newest
// hundred posts.
func matureValues(posts []Post, m metric, curve *growth, now time.Time) []valued {
	sorted := append([]Post(nil), posts...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Item.PublishedAt.After(sorted[j].Item.PublishedAt) })
	var out []valued
	for i := range sorted {
		if len(out) == baselineMax {
			break
		}
		if r, ok := m.read(&sorted[i], now); ok && r.age >= youngest {
			rise, _ := curve.at(r.age)
			out = append(out, valued{sorted[i].Item.ID, math.Log1p(r.value) + rise})
		}
	}
	return out
}

func score(p *Post, m metric, curve *growth, others []float64, g baseline, now time.Time) xuanti.PostScore {
	s := xuanti.PostScore{ItemID: p.Item.ID, At: now, Verdict: "unknown"}
	r, ok := m.read(p, now)
	if !ok {
		return s
	}
	s.Metric, s.Actual, s.Posts = m.name, r.value, len(others)
	if r.age < youngest || len(others) < accountLeast && g.n < groupLeast {
		return s
	}
	if len(others) < accountLeast {
		others = nil // two posts are no habit: the group alone
	}
	n, k := float64(len(others)), 0.0
	med, spread := robust(others)
	if g.n >= groupLeast {
		k = groupPrior
	}
	mid := (n*med + k*g.median) / (n + k)
	sd := math.Sqrt((n*spread*spread + k*g.spread*g.spread) / (n + k))
	sd = math.Max(sd, leastSpread)
	rise, open := curve.at(r.age)
	open = math.Hypot(open, 1/math.Sqrt(1+r.value)) // counting is chance: a count of 3 may as well be 2 or 5
	y := math.Log1p(r.value) + rise
	s.Expected = math.Max(0, math.Expm1(mid-rise))
	s.Ratio = math.Exp(y - mid)
	s.Z = (y - mid) / math.Hypot(sd, open)
	s.Confidence = n / (n + 8) * sd * sd / (sd*sd + open*open)
	switch {
	case s.Ratio >= 3 && s.Z >= 2.5:
		s.Verdict = "viral"
	case s.Ratio >= 1.8 && s.Z >= 1.5:
		s.Verdict = "strong"
	case s.Ratio <= 0.5 && s.Z <= -1:
		s.Verdict = "weak"
		if r.atLeast {
			s.Verdict = "unknown" // the true count may be anything above
		}
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
