package suggest

import (
	"encoding/json"
	"math"

	"github.com/xuanti/xuanti"
)

const (
	learnRate   = 0.4
	learnShrink = 30 // decisions until half of what was learned counts
	maxShift    = 2  // log-odds that feedback may move a weight
)

// weights are the defaults, the profile's own settings, and what its decisions
// taught. Each decision moves the weights a step of stochastic gradient
// descent on the logistic loss; a dismissal with a reason moves only the
// feature that the reason names. The shift is shrunk by n/(n+30).
func weights(p xuanti.Profile, decided []xuanti.Decision) map[string]float64 {
	w := make(map[string]float64, len(defaults))
	for k, v := range defaults {
		w[k] = v
	}
	for k, v := range p.Weights {
		if _, ok := w[k]; ok {
			w[k] = v
		}
	}
	shift := map[string]float64{}
	n := 0
	for i := range decided {
		d := &decided[i]
		var s struct {
			Score         float64               `json:"score"`
			Contributions []xuanti.Contribution `json:"contributions"`
		}
		if json.Unmarshal(d.Snapshot, &s) != nil || len(s.Contributions) == 0 {
			continue
		}
		n++
		target, strength := 1.0, 1.0
		switch d.Status {
		case xuanti.SuggestionAccepted:
			strength = 0.7
		case xuanti.SuggestionDismissed:
			target, strength = 0, 0.5
		}
		err := target - logistic(s.Score)
		only := reasonFeature(d)
		for _, c := range s.Contributions {
			if _, ok := w[c.Name]; ok && (only == "" || only == c.Name) {
				shift[c.Name] += learnRate * strength * err * (c.Value - c.Baseline)
			}
		}
	}
	k := float64(n) / float64(n+learnShrink)
	for name, s := range shift {
		w[name] += k * math.Max(-maxShift, math.Min(maxShift, s*math.Sqrt(learnShrink)))
	}
	return w
}

// reasonFeature is the feature that a dismissal blames.
func reasonFeature(d *xuanti.Decision) string {
	if d.Status != xuanti.SuggestionDismissed {
		return ""
	}
	switch d.Reason {
	case "irrelevant":
		return "relevance"
	case "written":
		return "novelty"
	case "late":
		return "timeliness"
	case "risky":
		return "risk"
	}
	return ""
}
