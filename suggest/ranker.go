package suggest

import (
	"cmp"
	"math"
	"slices"
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
	Weeks          int     // of History, in which its key terms trended
	History        int     // full weeks before the one that led to the story that are known, 26 at most
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
	bias         = -1.2 // log-odds of a topic at all baselines: about one in four is worth a look
	gate         = 0.3  // relevance below this hides a topic, but for the exploration slot
	exploreHeat  = 0.9  // heat percentile that a topic outside the domain needs
	mmrLambda    = 0.7
	perTopic     = 2
	exploreEvery = 10
	titlesRead   = 3 // of an event's members, for its vector
)

// Ranker ranks candidates for profiles. It keeps nothing between two rankings
// and is safe for concurrent use.
type Ranker struct{ a *nlp.Analyzer }

// NewRanker makes a ranker that reads Chinese with a.
func NewRanker(a *nlp.Analyzer) *Ranker { return &Ranker{a: a} }

// scored is a candidate on its way to a suggestion.
type scored struct {
	c       *Candidate
	title   *reading
	members []string // folded titles
	texts   []string // folded beginnings of bodies, once asked for
	vec     vector
	own     []similar
	risks   []xuanti.Risk
	angles  []xuanti.Angle
	s       xuanti.Suggestion
	nearest float64 // to what is picked already; kept by diversify
}

// body is the folded beginning of a member's text, "" for all but the newest
// members.
func (sc *scored) body(i int) string {
	if sc.texts == nil {
		sc.texts = make([]string, min(bodyMembers, len(sc.c.Members)))
		for j := range sc.texts {
			sc.texts[j] = nlp.Fold(nlp.Shorten(sc.c.Members[j].Text, bodyRunes))
		}
	}
	if i < len(sc.texts) {
		return sc.texts[i]
	}
	return ""
}

// Rank gives at most limit suggestions, best first. Events that were decided
// before are not offered again, unless the decision was taken back; events
// that hold an excluded word are hidden. The order of the candidates has no
// influence.
func (r *Ranker) Rank(p xuanti.Profile, own []xuanti.OwnPost, decided []xuanti.Decision, cands []Candidate, now time.Time, limit int) []xuanti.Suggestion {
	mine := latest(p, decided)
	done := map[string]bool{}
	for i := range mine {
		done[mine[i].EventID] = true
	}
	read := newReader(r.a)
	ctx := newProfile(p, own, read, now)
	w := weights(p, mine)

	all := make([]*scored, len(cands))
	texts := make([][]*reading, len(cands))
	for i := range cands {
		all[i] = &scored{c: &cands[i]}
		texts[i] = all[i].read(read)
	}
	skip := crowd(texts)
	var pool, outside []*scored
	for i, sc := range all {
		if done[sc.c.Event.ID] || ctx.excluded(sc) {
			continue
		}
		sc.vec = read.vector(texts[i], skip)
		sc.own = ctx.compare(sc.vec)
		rel := relevance(ctx, read, sc)
		inside := clamp(rel.value) >= gate
		if !inside && !(sc.c.HeatPercentile >= exploreHeat) {
			continue // hidden: nothing else is worth measuring
		}
		sc.risks = risksOf(sc.title.folded, sc.c.Event.Terms, sc.members, sc.c.Members)
		if !inside && len(sc.risks) > 0 {
			continue
		}
		sc.angles = anglesOf(sc)
		sc.s.Explore = !inside
		assemble(p, sc, features(ctx, rel, sc), w, now)
		if inside {
			pool = append(pool, sc)
		} else {
			outside = append(outside, sc)
		}
	}
	byScore(pool)
	byScore(outside)
	return diversify(pool, outside, limit)
}

// read folds the titles of a candidate and returns those that make its vector.
func (sc *scored) read(r *reader) []*reading {
	sc.title = r.read(sc.c.Event.Title)
	out := []*reading{sc.title}
	for i := range sc.c.Members {
		sc.members = append(sc.members, nlp.Fold(sc.c.Members[i].Title))
	}
	seen := map[string]bool{sc.title.folded: true}
	for i, m := range sc.members {
		if len(out) > titlesRead {
			break
		}
		if !seen[m] {
			seen[m] = true
			out = append(out, r.read(sc.c.Members[i].Title))
		}
	}
	return out
}

// latest are the newest decisions of the profile, one for each event, oldest
// first; an event that was opened again has none.
func latest(p xuanti.Profile, decided []xuanti.Decision) []xuanti.Decision {
	sorted := slices.Clone(decided)
	slices.SortStableFunc(sorted, func(a, b xuanti.Decision) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.EventID, b.EventID))
	})
	last := map[string]int{}
	for i := range sorted {
		last[sorted[i].EventID] = i
	}
	var out []xuanti.Decision
	for i, d := range sorted {
		other := d.ProfileID != "" && p.ID != "" && d.ProfileID != p.ID
		if last[d.EventID] == i && d.Status != xuanti.SuggestionOpen && !other {
			out = append(out, d)
		}
	}
	return out
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
	topics := map[string]int{}
	full := func(x *scored) bool {
		return x.c.Event.TopicID != "" && topics[x.c.Event.TopicID] >= perTopic
	}
	for len(out) < limit && len(pool) > 0 {
		from, best := &pool, -1
		if (len(out)+1)%exploreEvery == 0 {
			if best = slices.IndexFunc(outside, func(x *scored) bool { return !full(x) }); best >= 0 {
				from = &outside
			}
		}
		top := math.Inf(-1)
		for i, x := range pool {
			if from == &outside {
				break
			}
			if v := mmrLambda*x.s.Probability - (1-mmrLambda)*x.nearest; !full(x) && v > top {
				best, top = i, v
			}
		}
		if best < 0 {
			break
		}
		x := (*from)[best]
		*from = slices.Delete(*from, best, best+1)
		topics[x.c.Event.TopicID]++
		out = append(out, x.s)
		for _, y := range pool {
			s := cosine(x.vec, y.vec)
			if x.c.Event.TopicID != "" && x.c.Event.TopicID == y.c.Event.TopicID {
				s = 1
			}
			y.nearest = math.Max(y.nearest, s)
		}
	}
	return out
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
