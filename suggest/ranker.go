package suggest

import (
	"math"
	"sort"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Candidate is an event that may be worth writing about, with everything that
// speaks for or against it.
type Candidate struct {
	Event          xuanti.Event
	Point          xuanti.EventPoint
	Topic          xuanti.Topic
	Members        []xuanti.Item // newest first, at most 40
	Presences      []Presence
	Peers          []PeerPost
	HeatPercentile float64 // among the active events, 0…1
	Weeks          int     // of the last 26, in which its key terms trended; <0 unknown
}

// Presence is the event on a board now.
type Presence struct {
	Board, Name, Title, URL, ItemID string
	Rank                            int
	At, Since                       time.Time
}

// PeerPost is a post of a benchmark account with its score.
type PeerPost struct {
	Item    xuanti.Item
	Account xuanti.Account
	Score   xuanti.PostScore
}

const (
	bias          = -1.2 // log-odds of a topic at all baselines: about one in four is worth a look
	gate          = 0.3  // relevance below this hides a topic, but for the exploration slot
	mmrLambda     = 0.7
	perTopic      = 2
	exploreEvery  = 10
	noveltySpan   = 180 * 24 * time.Hour
	ownHalfLife   = 90.0 // days
	minProduction = 30 * time.Minute
)

// Ranker ranks candidates for profiles. It is safe for concurrent use.
type Ranker struct{ a *nlp.Analyzer }

// NewRanker makes a ranker that reads Chinese with a.
func NewRanker(a *nlp.Analyzer) *Ranker { return &Ranker{a: a} }

// scored is a candidate on its way to a suggestion.
type scored struct {
	c         *Candidate
	vec       vector
	s         xuanti.Suggestion
	relevance float64
}

// Rank gives at most limit suggestions, best first. Events that were decided
// before are not offered again; events that hold an excluded word are hidden.
func (r *Ranker) Rank(p xuanti.Profile, own []xuanti.OwnPost, decided []xuanti.Decision, cands []Candidate, now time.Time, limit int) []xuanti.Suggestion {
	done := map[string]bool{}
	for _, d := range decided {
		done[d.EventID] = true
	}
	ctx := r.profile(p, own, now)
	w := weights(p, decided)
	var pool, outside []*scored
	for i := range cands {
		c := &cands[i]
		if done[c.Event.ID] || ctx.excluded(c) {
			continue
		}
		sc := &scored{c: c, vec: r.eventVector(c)}
		fs := r.features(ctx, sc, now)
		sc.s = assemble(p, c, fs, w, now)
		switch {
		case sc.relevance >= gate:
			pool = append(pool, sc)
		case c.HeatPercentile >= 0.9 && len(sc.s.Risks) == 0:
			sc.s.Explore = true
			outside = append(outside, sc)
		}
	}
	byScore(pool)
	byScore(outside)
	return diversify(pool, outside, limit)
}

func byScore(xs []*scored) {
	sort.SliceStable(xs, func(i, j int) bool {
		if xs[i].s.Score != xs[j].s.Score {
			return xs[i].s.Score > xs[j].s.Score
		}
		return xs[i].c.Event.ID < xs[j].c.Event.ID
	})
}

// diversify picks by maximal marginal relevance (Carbonell & Goldstein 1998)
// with at most two events of one topic, and keeps every tenth place for
// something outside the domain.
func diversify(pool, outside []*scored, limit int) []xuanti.Suggestion {
	var out []xuanti.Suggestion
	var picked []*scored
	topics := map[string]int{}
	for len(out) < limit && (len(pool) > 0 || len(outside) > 0) {
		if (len(out)+1)%exploreEvery == 0 && len(outside) > 0 {
			out = append(out, outside[0].s)
			picked = append(picked, outside[0])
			outside = outside[1:]
			continue
		}
		if len(pool) == 0 {
			break
		}
		best, bestVal := -1, math.Inf(-1)
		for i, x := range pool {
			if topics[x.c.Event.TopicID] >= perTopic {
				continue
			}
			sim := 0.0
			for _, y := range picked {
				s := cosine(x.vec, y.vec)
				if x.c.Event.TopicID == y.c.Event.TopicID {
					s = 1
				}
				sim = math.Max(sim, s)
			}
			if v := mmrLambda*x.s.Probability - (1-mmrLambda)*sim; v > bestVal {
				best, bestVal = i, v
			}
		}
		if best < 0 {
			break
		}
		x := pool[best]
		pool = append(pool[:best:best], pool[best+1:]...)
		topics[x.c.Event.TopicID]++
		picked = append(picked, x)
		out = append(out, x.s)
	}
	return out
}

// profileContext is a profile made ready for comparing.
type profileContext struct {
	p       xuanti.Profile
	words   []string // folded keywords
	exclude []string
	own     []ownVector
	produce time.Duration
}

type ownVector struct {
	post xuanti.OwnPost
	vec  vector
	w    float64 // by age
}

func (r *Ranker) profile(p xuanti.Profile, own []xuanti.OwnPost, now time.Time) *profileContext {
	ctx := &profileContext{p: p, produce: max(p.Production, minProduction)}
	for _, k := range p.Keywords {
		if f := nlp.Fold(k); f != "" {
			ctx.words = append(ctx.words, f)
		}
	}
	for _, k := range p.Exclude {
		if f := nlp.Fold(k); f != "" {
			ctx.exclude = append(ctx.exclude, f)
		}
	}
	for _, o := range own {
		age := now.Sub(o.At).Hours() / 24
		if age < 0 {
			continue // written after the moment that is shown
		}
		ctx.own = append(ctx.own, ownVector{post: o, vec: r.vector(o.Title), w: math.Exp2(-age / ownHalfLife)})
	}
	return ctx
}

func (ctx *profileContext) excluded(c *Candidate) bool {
	if len(ctx.exclude) == 0 {
		return false
	}
	title := nlp.Fold(c.Event.Title)
	for _, x := range ctx.exclude {
		if strings.Contains(title, x) {
			return true
		}
		for _, t := range c.Event.Terms {
			if t == x {
				return true
			}
		}
	}
	return false
}

// vector is a TF-IDF vector of unit length.
type vector map[string]float64

func (r *Ranker) vector(texts ...string) vector {
	v := vector{}
	for _, t := range texts {
		for _, w := range r.a.Analyze(t, "").Terms {
			v[w]++
		}
	}
	var sum float64
	for w, n := range v {
		x := (1 + math.Log(n)) * r.a.IDF(w)
		v[w] = x
		sum += x * x
	}
	if sum > 0 {
		for w := range v {
			v[w] /= math.Sqrt(sum)
		}
	}
	return v
}

func (r *Ranker) eventVector(c *Candidate) vector {
	texts := []string{c.Event.Title}
	for i, m := range c.Members {
		if i == 8 {
			break
		}
		texts = append(texts, m.Title)
	}
	return r.vector(texts...)
}

// cosine sums in a fixed order, so that ties do not depend on map order.
func cosine(a, b vector) float64 {
	if len(b) < len(a) {
		a, b = b, a
	}
	var parts []float64
	for w, x := range a {
		if y, ok := b[w]; ok {
			parts = append(parts, x*y)
		}
	}
	sort.Float64s(parts)
	var s float64
	for _, x := range parts {
		s += x
	}
	return s
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
