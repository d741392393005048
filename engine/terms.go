package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

func termView(b xuanti.Burst) TermView {
	return TermView{
		Term: Spelled(b.Term, b.Titles), Count: round1(b.Count), Expected: b.Expected, Ratio: round1(b.Ratio()), Score: round1(b.Score), Sources: b.Sources,
		Window: fmt.Sprintf("%gh", b.Window.Hours()), Since: b.StartedAt, At: b.At, Titles: list(b.Titles), EventIDs: list(b.EventIDs), NewWord: b.NewWord, Also: []string{},
	}
}

// Spelled writes a folded term as the titles print it: 跃川E7, not 跃川e7.
func Spelled(term string, titles []string) string {
	for _, t := range titles {
		low := strings.ToLower(t)
		if i := strings.Index(low, term); i >= 0 && len(low) == len(t) {
			return t[i : i+len(term)]
		}
	}
	return term
}

// maxAlso bounds the further words shown beside a term.
const maxAlso = 6

// tells weighs a term by what it tells of itself, 0 to 1: a name or a word that
// no dictionary holds says what a story is about, a verb alone (普遍, 争吵) does not.
func (e *Engine) tells(term string) float64 {
	best := 0.0
	for _, t := range e.nlp.Segment(term) {
		w := 1.0
		switch {
		case !t.Known || t.POS == "" || t.POS == "eng" || len(t.POS) > 1 && t.POS[0] == 'n':
		case t.POS[0] == 'n', t.POS[0] == 'j', t.POS[0] == 'l', t.POS[0] == 'i', t.POS == "vn":
			w = 0.7
		default:
			w = 0.3
		}
		best = max(best, w)
	}
	return best
}

// Terms implements Reader: the words that are trending now, the strongest and
// most telling first. A story sends up several words at once; those that are
// told of in the same events as an earlier one stand beside it.
func (e *Engine) Terms(ctx context.Context, limit int) (Page[TermView], error) {
	now := e.Now()
	bursts, err := e.store.BurstsAt(ctx, now, 1000)
	if err != nil {
		return Page[TermView]{}, err
	}
	weight := make(map[string]float64, len(bursts))
	for _, b := range bursts {
		weight[b.Term] = b.Score * e.tells(b.Term)
	}
	slices.SortStableFunc(bursts, func(a, b xuanti.Burst) int { return cmp.Compare(weight[b.Term], weight[a.Term]) })
	p := Page[TermView]{Items: []TermView{}, AsOf: now}
	told := map[string]int{} // event → the term that tells of it
	for _, b := range bursts {
		if i, ok := toldBy(told, b.EventIDs); ok {
			if also := &p.Items[i].Also; len(*also) < maxAlso {
				*also = append(*also, Spelled(b.Term, b.Titles))
			}
			continue
		}
		if len(p.Items) == clampLimit(limit) {
			continue // what follows may still belong beside one of these
		}
		for _, id := range b.EventIDs {
			if _, ok := told[id]; !ok {
				told[id] = len(p.Items)
			}
		}
		p.Items = append(p.Items, termView(b))
	}
	return p, nil
}

// BurstRule is what it takes for a word to trend.
type BurstRule struct {
	FalseAlarms  float64   `json:"false_alarms" doc:"A day that are allowed (trend.false_alarms)"`
	Threshold    float64   `json:"threshold" doc:"Score from which a word trends"`
	CalibratedAt time.Time `json:"calibrated_at,omitzero" doc:"When the threshold was last set by shuffling time; absent: as shipped"`
}

// BurstRule implements Reader.
func (e *Engine) BurstRule() BurstRule {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := BurstRule{FalseAlarms: e.cfg.Trend.FalseAlarms}
	r.Threshold, r.CalibratedAt = e.state.bursts.Threshold()
	return r
}

// toldBy is the term that already tells of at least half of the events.
func toldBy(told map[string]int, events []string) (term int, ok bool) {
	count := map[int]int{}
	for _, id := range events {
		if i, ok := told[id]; ok {
			count[i]++
			if 2*count[i] >= len(events) {
				return i, true
			}
		}
	}
	return 0, false
}
