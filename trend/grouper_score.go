package trend

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend/model"
)

// groupForests are the embedded models whose log-odds the grouper blends.
var groupForests = [...]string{
	"near-topic",  // one story, against chance
	"group-topic", // the same subject, judged by people
	"group-item",  // one item under two headlines, by the platforms' own ids
}

// groupScorer holds the embedded models of the grouper.
type groupScorer struct {
	comparer
	forests [len(groupForests)]*model.Forest
}

func newGroupScorer() groupScorer {
	s := groupScorer{comparer: comparer{bg: must(loadBackground())}}
	for i, name := range groupForests {
		f := must(model.Load(name))
		if !slices.Equal(f.Features, pairNames[:]) { // until it is trained again; the tests catch it
			f = &model.Forest{Features: pairNames[:], Bias: -10} // joins nothing
		}
		s.forests[i] = f
	}
	return s
}

// joinRule says how the features of a title against the members of a cluster
// become the log-odds of joining:
//
//	z = blend · forests(closest member)·best + blend · forests(next three)·(1-best)
//	    + own·ownership - age·days
//	    - conflict·share of conflicting members - rival - span·doublings - crowd·doublings
//	    - open·doublings + bias
type joinRule struct {
	blend               [len(groupForests)]float64
	best, own           float64
	bias, age, conflict float64
	span                float64 // for each doubling of an event's length beyond a day: what goes on longer is a topic
	rival               float64 // when the same platform tells of the event in another title now
	crowd               float64 // for each doubling of a topic's events beyond crowdFree
	open, openFree      float64 // for each doubling of the open clusters beyond openFree
}

// The more there is to resemble, the likelier is a resemblance by chance: in a
// topic of many events, and among many open clusters.
const crowdFree = 4

// ruleOf returns the rule of a level. The bias and the blend are the middle of
// what is flat over reordered samples of labelled instants of five weeks: a
// blend that suits one instant does not suit the next. The weight of
// what is open is set where, among thousands of open clusters, a further join
// is as often chance as not: titles of three weeks later are offered to them
// and should not join. The age of an event undoes in a day and a half what
// speaks for a join: what is told anew after that is seldom the same happening.
// Conflict is set by hand.
func ruleOf(kind levelKind) joinRule {
	if kind == levelTopic {
		return joinRule{blend: [...]float64{0, 1, 0}, best: 0.7, own: 1, bias: 1.4, age: 0.05, conflict: 4, crowd: 1, open: 0.4, openFree: 64}
	}
	return joinRule{blend: [...]float64{0.5, 0.25, 0.25}, best: 0.6, own: 2, bias: -0.6, age: 1.5, conflict: 4, span: 0.8, rival: 0.7, open: 0.3, openFree: 256}
}

// verdict is the judgement about one title and one cluster.
type verdict struct {
	logOdds  float64
	rule     joinRule
	x        [pairDim]float64 // features against the closest member
	own      float64          // how much of the shared wording belongs to this cluster alone, 0…1
	others   float64          // mean log-odds against the next members
	days     float64
	conflict float64 // see objections
	rival    float64 // 1 when a member of the same platform is about as old
	span     float64 // doublings of the time since the first member beyond a day
	crowd    float64 // doublings of the topic's events beyond crowdFree
	open     float64 // doublings of the open clusters beyond the rule's openFree
}

func (v *verdict) probability() float64 { return model.Sigmoid(v.logOdds) }

// FeatureNames are the names under which a membership explains itself, for
// whoever puts them into words.
func FeatureNames() []string {
	return slices.Concat(pairNames[:], []string{"other_members", "own_wording", "days_since_last", "conflict", "same_platform", "span", "crowd", "open", "bias"})
}

// why lists the evidence: the features of the closest member, strongest first,
// then what the cluster as a whole adds. The Points add up to the log-odds.
func (s *groupScorer) why(v *verdict) []xuanti.Feature {
	r := v.rule
	bias := 0.0
	var points [pairDim]float64
	for i, f := range s.forests {
		if r.blend[i] == 0 {
			continue
		}
		bias += f.Contributions(v.x[:], r.blend[i]*r.best, points[:])
	}
	var order [pairDim]int
	asked := order[:0]
	for j, p := range points {
		if p != 0 {
			asked = append(asked, j)
		}
	}
	slices.SortFunc(asked, func(a, b int) int { return cmp.Or(cmp.Compare(math.Abs(points[b]), math.Abs(points[a])), a-b) })
	out := make([]xuanti.Feature, 0, len(asked)+8)
	for _, j := range asked {
		out = append(out, xuanti.Feature{Name: pairNames[j], Value: v.x[j], Weight: ratio(points[j], v.x[j]), Points: points[j]})
	}
	return append(out,
		xuanti.Feature{Name: "other_members", Value: v.others, Weight: 1 - r.best, Points: (1 - r.best) * v.others},
		xuanti.Feature{Name: "own_wording", Value: v.own, Weight: r.own, Points: r.own * v.own},
		xuanti.Feature{Name: "days_since_last", Value: v.days, Weight: -r.age, Points: -r.age * v.days},
		xuanti.Feature{Name: "conflict", Value: v.conflict, Weight: -r.conflict, Points: -r.conflict * v.conflict},
		xuanti.Feature{Name: "same_platform", Value: v.rival, Weight: -r.rival, Points: -r.rival * v.rival},
		xuanti.Feature{Name: "span", Value: v.span, Weight: -r.span, Points: -r.span * v.span},
		xuanti.Feature{Name: "crowd", Value: v.crowd, Weight: -r.crowd, Points: -r.crowd * v.crowd},
		xuanti.Feature{Name: "open", Value: v.open, Weight: -r.open, Points: -r.open * v.open},
		xuanti.Feature{Name: "bias", Value: 1, Weight: r.bias + bias, Points: r.bias + bias},
	)
}

// blend mixes the forests' log-odds. When the first shows that the mixture will
// hardly reach least, the others are not asked.
func (s *groupScorer) blend(r *joinRule, x []float64, least float64) float64 {
	z := 0.0
	for i, f := range s.forests {
		if r.blend[i] == 0 {
			continue
		}
		one := f.LogOdds(x)
		if z == 0 && one < least-closer {
			return one
		}
		z += r.blend[i] * one
	}
	return z
}

// judge scores m against c. When the closest title shows that the log-odds will
// hardly reach least, the others are not asked.
func (s *groupScorer) judge(l *level, m *member, c *cluster, kind levelKind, least float64) verdict {
	rule := ruleOf(kind)
	v := verdict{rule: rule, days: m.At.Sub(c.Last).Abs().Hours() / 24, own: ownership(m, c, l), open: math.Log2(1 + float64(l.len())/rule.openFree)}
	if days := m.At.Sub(c.First).Hours() / 24; days > 1 {
		v.span = math.Log2(days)
	}
	if c.Children > crowdFree {
		v.crowd = math.Log2(float64(c.Children) / crowdFree)
	}
	r := &v.rule
	base := r.own*v.own - r.age*v.days - r.span*v.span - r.crowd*v.crowd - r.open*v.open + r.bias
	var scores [maxJudged]float64
	n, top := 0, 0
	var buf [maxTopicMedoids]*member
	asked := closest(m, c, &buf)
	for _, o := range asked {
		x := s.features(m.sk, o.sk)
		scores[n] = s.blend(r, x[:], least-closer-base)
		if n == 0 || scores[n] > scores[top] {
			top, v.x = n, x
		}
		n++
		if n == 1 && scores[0]+base < least-closer {
			break
		}
	}
	best := scores[top]
	v.others = best
	if n > 1 && !c.Pinned { // wordings that a person put together need not be alike
		scores[top] = scores[n-1]
		rest := scores[:n-1]
		slices.Sort(rest)
		v.others = 0
		k := min(3, len(rest))
		for _, z := range rest[len(rest)-k:] {
			v.others += z / float64(k)
		}
	}
	if v.logOdds = r.best*best + (1-r.best)*v.others + base; v.logOdds < least {
		return v // what speaks against it need not be asked
	}
	v.conflict, v.rival = objections(m, asked[:n])
	v.logOdds -= r.conflict*v.conflict + r.rival*v.rival
	return v
}

// objections is what speaks against m being told of by these titles, closest
// first: the share of them that it contradicts, but all when it contradicts the
// closest beyond a figure, and whether one platform tells of both at a time.
func objections(m *member, asked []*member) (conflict, rival float64) {
	first := 0.0
	for i, o := range asked {
		x := clash(m, o)
		if i == 0 && x == 1 {
			first = x
		}
		conflict += x / float64(len(asked))
		if o.Platform == m.Platform && m.At.Sub(o.At).Abs() < rivalSpan {
			rival = 1
		}
	}
	return max(first, conflict), rival
}

// rivalSpan is how near in time two titles of one platform speak against being
// one event: a board seldom lists an event twice.
const rivalSpan = time.Hour

// closer is by how much another title may resemble m more than the one that
// shares most rarity with it, and another forest more than the first.
const closer = 1.0

// maxJudged bounds the titles of a cluster that are compared in full.
const maxJudged = 4

// closest returns the titles of c that share most rarity with m, closest first.
func closest(m *member, c *cluster, buf *[maxTopicMedoids]*member) []*member {
	if len(c.Medoids) == 1 {
		return c.Medoids
	}
	var dots [maxTopicMedoids]float64
	n := 0
	for _, o := range c.Medoids {
		dot := intersect(m.sk.grams, o.sk.grams).dot
		at := n
		for at > 0 && dots[at-1] < dot {
			at--
		}
		copy(dots[at+1:n+1], dots[at:n])
		copy(buf[at+1:n+1], buf[at:n])
		dots[at], buf[at] = dot, o
		n++
	}
	return buf[:min(n, maxJudged)]
}

// clash is 1 when two titles that look alike name different places, people or
// products, or are one template with another figure. It is less when titles
// that are worded apart differ in a figure: figures are corrected while a
// story runs, places are not.
func clash(a, b *member) float64 {
	kind, bad := nlp.Conflict(a.facts, b.facts)
	switch {
	case !bad:
		return 0
	case kind == "numbers" && intersect(a.sk.grams, b.sk.grams).dot < templateCosine*a.sk.gnorm*b.sk.gnorm:
		return numberClash
	}
	return 1
}

const (
	numberClash    = 0.4
	templateCosine = 0.6
)

// ownership is the largest share, over the names of places, people,
// organisations and works that m has in common with c, of the open clusters'
// titles with that name that stand for c, scaled by the name's rarity. A place
// that only this happening is told of now speaks for it; a name that is in
// everyone's mouth does not.
func ownership(m *member, c *cluster, l *level) float64 {
	best := 0.0
	for _, name := range m.sk.names {
		here := 0
		for _, o := range c.Medoids {
			if _, ok := slices.BinarySearchFunc(o.sk.names, name.Key, func(x weighted, k uint64) int { return cmp.Compare(x.Key, k) }); ok {
				here += o.Weight
			}
		}
		if here < 2 {
			continue
		}
		elsewhere := l.clustersWith(name.Key, c.slot)
		best = max(best, min(1, float64(name.W)/maxIDF)*float64(here)/float64(here+elsewhere+1))
	}
	return best
}

// maxIDF is about the rarity of a pair never seen.
const maxIDF = 12
