package engine

import (
	"slices"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/trend"
)

// topicView sums up a topic's events, of which the hottest stands for it.
func topicView(evs []EventView, now time.Time) TopicView {
	sort.SliceStable(evs, func(i, j int) bool { return evs[i].Heat > evs[j].Heat })
	top := evs[0]
	v := TopicView{
		ID: top.TopicID, Title: top.Title, State: top.State, StateLabel: top.StateLabel, StateSince: top.StateSince,
		Odds: top.Odds, Terms: top.Terms, EventID: top.ID, URL: top.URL, FirstAt: top.FirstAt, LastAt: top.LastAt, EventCount: len(evs),
	}
	rest := 1.0
	best := map[string]Presence{}
	for _, ev := range evs {
		rest *= 1 - ev.Heat/100
		v.Items += ev.Items
		v.Copies += ev.Copies
		for _, p := range ev.Platforms {
			v.Platforms = appendNew(v.Platforms, p)
		}
		for _, p := range ev.Presences {
			if q, ok := best[p.Board]; !ok || p.Rank < q.Rank {
				best[p.Board] = p
			}
		}
		if ev.LastAt.After(v.LastAt) {
			v.LastAt = ev.LastAt
		}
		if ev.FirstAt.Before(v.FirstAt) {
			v.FirstAt = ev.FirstAt
		}
		v.Risks = addRisks(v.Risks, ev.Risks)
	}
	for _, p := range best {
		v.Presences = append(v.Presences, p)
	}
	sort.SliceStable(v.Presences, func(i, j int) bool {
		if v.Presences[i].Rank != v.Presences[j].Rank {
			return v.Presences[i].Rank < v.Presences[j].Rank
		}
		return v.Presences[i].Board < v.Presences[j].Board
	})
	v.Heat = round1(100 * (1 - rest))
	v.Curve = top.Curve
	if len(evs) > 1 {
		v.Curve = fuseCurves(evs)
	}
	if d, ok := heatChange(v.Curve, now); ok {
		v.HeatHour = round1(d)
		v.direct(evs, d, now)
	}
	v.Why, v.WhyEN = topicWhy(&v, now)
	v.Platforms, v.Presences, v.Terms, v.Curve, v.Risks = list(v.Platforms), list(v.Presences), list(v.Terms), list(v.Curve), list(v.Risks)
	return v
}

// direct gives a topic the state of its hottest event whose state agrees with
// the change of the topic's own heat, which several events make.
func (v *TopicView) direct(evs []EventView, change float64, now time.Time) {
	for _, ev := range evs {
		if ev.Heat > 0 && trend.StateAgrees(ev.State, change) {
			v.State, v.StateSince = ev.State, ev.StateSince
			v.StateLabel = stateLabel(v.State)
			return
		}
	}
	v.State, v.StateSince = trend.StateOfChange(change), now
	v.StateLabel = stateLabel(v.State)
}

func addRisks(have, more []xuanti.Risk) []xuanti.Risk {
	for _, r := range more {
		if !slices.ContainsFunc(have, func(h xuanti.Risk) bool { return h.Rule == r.Rule }) {
			have = append(have, r)
		}
	}
	return have
}

// fuseCurves adds the curves of a topic's events as independent heats.
func fuseCurves(evs []EventView) []CurvePoint {
	type step struct {
		at    time.Time
		event int
		heat  float64
		state xuanti.State
	}
	var steps []step
	for i, ev := range evs {
		for _, p := range ev.Curve {
			steps = append(steps, step{p.At, i, p.Heat, p.State})
		}
	}
	sort.SliceStable(steps, func(i, j int) bool { return steps[i].at.Before(steps[j].at) })
	now := make([]float64, len(evs))
	var out []CurvePoint
	for i, s := range steps {
		now[s.event] = s.heat
		if i+1 < len(steps) && steps[i+1].at.Equal(s.at) {
			continue
		}
		rest := 1.0
		for _, h := range now {
			rest *= 1 - h/100
		}
		out = append(out, CurvePoint{At: s.at, Heat: round1(100 * (1 - rest)), State: s.state})
	}
	return out
}
