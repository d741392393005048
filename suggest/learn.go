package suggest

import (
	"encoding/json"
	"maps"
	"math"

	"github.com/xuanti/xuanti"
)

const (
	learnRate   = 2.2
	learnShrink = 30 // decisions until half of what was learned counts
	maxShift    = 2  // log-odds that feedback may move a weight
	maxWeight   = 10 // of a profile's own settings
	leastShare  = 0.25
)

// weights are the defaults, the profile's own settings, and what its decisions
// taught. Each decision moves the weights a step of stochastic gradient
// descent on the logistic loss of the suggestion as it was offered: published
// counts 1, accepted 0.7, dismissed 0.5. The shift is shrunk by n/(n+30),
// bounded by 2, and never turns the sign of a weight.
//
// A dismissal with a reason is about the feature that the reason names, and
// never makes it matter less. Where the measure agrees (it is late, and was
// measured as late) only that weight grows. Where it does not, the other
// features that carried the suggestion lose.
func weights(p xuanti.Profile, decided []xuanti.Decision) map[string]float64 {
	w := maps.Clone(defaults)
	for k, v := range p.Weights {
		if _, ok := w[k]; ok && !math.IsNaN(v) {
			w[k] = math.Max(-maxWeight, math.Min(maxWeight, v))
		}
	}
	shift := map[string]float64{}
	n := 0
	for i := range decided {
		if learn(&decided[i], w, shift) {
			n++
		}
	}
	k := float64(n) / float64(n+learnShrink)
	for name, s := range shift {
		base := w[name]
		x := base + k*math.Max(-maxShift, math.Min(maxShift, s))
		switch {
		case base > 0:
			x = math.Max(x, leastShare*base)
		case base < 0:
			x = math.Min(x, leastShare*base)
		}
		w[name] = x
	}
	return w
}

// learn adds the step of one decision to shift. It returns false when the
// decision teaches nothing.
func learn(d *xuanti.Decision, w, shift map[string]float64) bool {
	var s struct {
		Score         float64               `json:"score"`
		Contributions []xuanti.Contribution `json:"contributions"`
	}
	if json.Unmarshal(d.Snapshot, &s) != nil || len(s.Contributions) == 0 {
		return false
	}
	target, strength := 1.0, 1.0
	switch d.Status {
	case xuanti.SuggestionDone:
	case xuanti.SuggestionAccepted:
		strength = 0.7
	case xuanti.SuggestionDismissed:
		target, strength = 0, 0.5
	default:
		return false
	}
	step := learnRate * strength * (target - logistic(s.Score))
	deltas := map[string]float64{}
	for _, c := range s.Contributions {
		if _, ok := w[c.Name]; ok {
			deltas[c.Name] = step * math.Max(-1, math.Min(1, c.Value-c.Baseline))
		}
	}
	blamed := reasonFeature(d)
	if blamed == "" {
		for name, x := range deltas {
			shift[name] += x
		}
		return true
	}
	if x := deltas[blamed]; x*w[blamed] > 0 {
		shift[blamed] += x
		return true
	}
	for name, x := range deltas {
		if name != blamed && x*w[name] < 0 {
			shift[name] += x / 2
		}
	}
	return true
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
