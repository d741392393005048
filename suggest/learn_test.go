package suggest

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/xuanti/xuanti"
)

// decision is a decision on a suggestion with these values.
func decision(t *testing.T, status xuanti.SuggestionStatus, reason string, values map[string]float64) xuanti.Decision {
	t.Helper()
	s := struct {
		Score         float64               `json:"score"`
		Contributions []xuanti.Contribution `json:"contributions"`
	}{Score: 0.5}
	base := map[string]float64{"relevance": 0.5, "timeliness": 0.4, "heat": 0.5, "novelty": 0.75, "saturation": 0.2}
	for name, v := range values {
		s.Contributions = append(s.Contributions, xuanti.Contribution{Name: name, Value: v, Baseline: base[name]})
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return xuanti.Decision{Status: status, Reason: reason, Snapshot: b}
}

func TestReasonsMoveTheirWeight(t *testing.T) {
	for _, c := range []struct {
		name   string
		status xuanti.SuggestionStatus
		reason string
		values map[string]float64
		moves  map[string]float64 // sign of the change; others stay
	}{
		{"irrelevant, and measured so", xuanti.SuggestionDismissed, "irrelevant", map[string]float64{"relevance": 0.35, "heat": 0.9}, map[string]float64{"relevance": 1}},
		{"late, and measured so", xuanti.SuggestionDismissed, "late", map[string]float64{"timeliness": 0.1, "heat": 0.9}, map[string]float64{"timeliness": 1}},
		{"written, and measured so", xuanti.SuggestionDismissed, "written", map[string]float64{"novelty": 0.2, "relevance": 0.9}, map[string]float64{"novelty": 1}},
		{"risky, and measured so", xuanti.SuggestionDismissed, "risky", map[string]float64{"risk": 0.66, "heat": 0.9}, map[string]float64{"risk": -1}},
		{"irrelevant, but measured otherwise: heat carried it", xuanti.SuggestionDismissed, "irrelevant", map[string]float64{"relevance": 0.9, "heat": 0.95, "timeliness": 0.1}, map[string]float64{"heat": -1}},
		{"dismissed without a reason", xuanti.SuggestionDismissed, "other", map[string]float64{"heat": 0.9, "timeliness": 0.1}, map[string]float64{"heat": -1, "timeliness": 1}},
		{"accepted", xuanti.SuggestionAccepted, "", map[string]float64{"heat": 0.9, "timeliness": 0.1}, map[string]float64{"heat": 1, "timeliness": -1}},
		{"done", xuanti.SuggestionDone, "", map[string]float64{"heat": 0.9}, map[string]float64{"heat": 1}},
		{"open teaches nothing", xuanti.SuggestionOpen, "", map[string]float64{"heat": 0.9}, nil},
	} {
		w := weights(xuanti.Profile{}, []xuanti.Decision{decision(t, c.status, c.reason, c.values)})
		for name, base := range defaults {
			if d := w[name] - base; d*c.moves[name] < 0 || (d != 0) != (c.moves[name] != 0) {
				t.Errorf("%s: %s moves by %+.4f, want the sign of %+.0f", c.name, name, d, c.moves[name])
			}
		}
	}
}

func TestLearningIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 50 {
		var ds []xuanti.Decision
		status := []xuanti.SuggestionStatus{xuanti.SuggestionDone, xuanti.SuggestionAccepted, xuanti.SuggestionDismissed}[r.IntN(3)]
		reason := []string{"irrelevant", "written", "late", "risky", "other"}[r.IntN(5)]
		for range r.IntN(400) {
			ds = append(ds, decision(t, status, reason, map[string]float64{"relevance": r.Float64(), "heat": 1, "timeliness": 0, "risk": 1, "saturation": r.Float64()}))
		}
		for name, x := range weights(xuanti.Profile{}, ds) {
			if base := defaults[name]; math.Abs(x-base) > maxShift || x*base <= 0 {
				t.Errorf("%s went from %v to %v", name, base, x)
			}
		}
	}
	huge := decision(t, xuanti.SuggestionDone, "", map[string]float64{"heat": 1e300})
	if x := weights(xuanti.Profile{}, []xuanti.Decision{huge, {Status: xuanti.SuggestionDone, Snapshot: []byte("{")}, {}})["heat"]; !(math.Abs(x-1) < 0.2) {
		t.Errorf("a broken snapshot moves heat to %v", x)
	}
	// Sixty dismissals as late make timeliness count for more, not for ever more.
	var late []xuanti.Decision
	for range 60 {
		late = append(late, decision(t, xuanti.SuggestionDismissed, "late", map[string]float64{"timeliness": 0.1}))
	}
	few, many := weights(xuanti.Profile{}, late[:5])["timeliness"], weights(xuanti.Profile{}, late)["timeliness"]
	if !(defaults["timeliness"] < few && few < many && many <= defaults["timeliness"]+maxShift) {
		t.Errorf("%v, then %v, then %v", defaults["timeliness"], few, many)
	}
}
