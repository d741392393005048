package trend

import (
	"slices"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend/model"
)

// groupScorer holds the embedded models of the grouper.
type groupScorer struct {
	bg    *background
	event *model.Forest // one happening, against another of the same story
	story *model.Forest // one story, against chance
	topic *model.Forest // same subject, judged by people
}

func newGroupScorer() groupScorer {
	s := groupScorer{bg: mustBackground()}
	s.event, _ = model.Load("near-event")
	s.story, _ = model.Load("near-topic")
	s.topic, _ = model.Load(TaskSameTopic)
	return s
}

// joinRule says how the log-odds against single members become the log-odds of
// joining: bias + best·(log-odds against the closest member) + rest·(mean of
// the closest others) − a day's age · age − conflict.
type joinRule struct {
	bias, best, rest, age, conflict float64
}

// ruleOf returns the rule of a level. best and rest add up to one; bias is
// where precision and recall balance on development data, age and conflict
// are judged by hand.
func ruleOf(kind levelKind) joinRule {
	if kind == levelTopic {
		return joinRule{bias: 0.3, best: 0.5, rest: 0.5, age: 0.05}
	}
	return joinRule{bias: -0.9, best: 0.6, rest: 0.4, age: 0.4, conflict: 3}
}

// verdict is the judgement about one title and one cluster.
type verdict struct {
	logOdds float64
	parts   []xuanti.Feature
	forest  *model.Forest
	x       [pairDim]float64
	scale   float64 // weight of the closest member
}

func (v *verdict) probability() float64 { return model.Sigmoid(v.logOdds) }

// why lists the evidence: the pair features of the closest member, then what
// the cluster as a whole adds. The Points add up to the log-odds.
func (v *verdict) why() []xuanti.Feature {
	pair := explain(v.forest, v.x[:])
	for i := range pair {
		pair[i].Points *= v.scale
		pair[i].Weight *= v.scale
	}
	out := append(pair, v.parts...)
	return out
}

type memberScore struct {
	z float64
	x [pairDim]float64
}

// judge scores m against c.
func (s *groupScorer) judge(m *member, c *cluster, kind levelKind) verdict {
	rule, forest := ruleOf(kind), s.event
	if kind == levelTopic {
		forest = s.story
	}
	scores := make([]memberScore, 0, len(c.Medoids))
	top := 0
	conflicts, checked := 0, 0
	for _, o := range c.Medoids {
		ms := memberScore{x: pairFeatures(m.sk, o.sk, s.bg)}
		ms.z = forest.LogOdds(ms.x[:])
		if kind == levelTopic {
			ms.z = ms.z*0.5 + s.event.LogOdds(ms.x[:])*0.5
		}
		if kind == levelEvent {
			checked++
			if _, bad := nlp.Conflict(&m.Facts, &o.Facts); bad {
				conflicts++
			}
		}
		scores = append(scores, ms)
		if ms.z > scores[top].z {
			top = len(scores) - 1
		}
	}
	v := verdict{forest: forest, x: scores[top].x, scale: rule.best}
	best := scores[top].z
	rest := best
	if len(scores) > 1 {
		others := make([]float64, 0, len(scores))
		for i := range scores {
			if i != top {
				others = append(others, scores[i].z)
			}
		}
		slices.SortFunc(others, func(a, b float64) int {
			if a > b {
				return -1
			}
			if a < b {
				return 1
			}
			return 0
		})
		others = others[:min(3, len(others))]
		rest = 0
		for _, z := range others {
			rest += z
		}
		rest /= float64(len(others))
	}
	days := m.At.Sub(c.Last).Abs().Hours() / 24
	clash := 0.0
	if checked > 0 {
		clash = float64(conflicts) / float64(checked)
	}
	pairZ := forest.LogOdds(v.x[:])
	v.parts = []xuanti.Feature{
		{Name: "closest_blend", Value: best - pairZ, Weight: rule.best, Points: rule.best * (best - pairZ)},
		{Name: "other_members", Value: rest, Weight: rule.rest, Points: rule.rest * rest},
		{Name: "days_since_last", Value: days, Weight: -rule.age, Points: -rule.age * days},
		{Name: "conflict", Value: clash, Weight: -rule.conflict, Points: -rule.conflict * clash},
		{Name: "join_bias", Value: 1, Weight: rule.bias, Points: rule.bias},
	}
	v.logOdds = rule.best*best + rule.rest*rest - rule.age*days - rule.conflict*clash + rule.bias
	return v
}
