package engine

import (
	"math"
	"time"

	"github.com/xuanti/xuanti/trend"
)

// OutlookView is how long an event is expected to stay and to rise, on the
// board where it lasts longest. Absent when it is on no board now, and in a view
// of the past.
type OutlookView struct {
	Board     string    `json:"board"`
	BoardName string    `json:"board_name"`
	At        time.Time `json:"at"`             // of the snapshot that it is told from
	Stay      SpanView  `json:"stay"`           // hours it stays listed
	BestRank  int       `json:"best_rank"`      // so far; nothing is ahead of 1
	PeakAhead *float64  `json:"peak_ahead"`     // probability that a better rank comes within 6 h; null: too few titles seen
	Peak      *SpanView `json:"peak,omitempty"` // hours until then, should it come; absent when it cannot, or with a chance of 0
}

// SpanView is an uncertain time: six of ten such cases lie between low and
// high. 96, [LongestSpan], stands for 96 hours or more.
type SpanView struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// LongestSpan is the number of hours in a [SpanView] that means "or more".
const LongestSpan = float64(trend.LongestStay / time.Hour)

// outlook looks at the places of an event now.
func (e *Engine) outlook(pres []Presence) *OutlookView {
	if !e.at.IsZero() {
		return nil // memory is newer than the view
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var best *OutlookView
	for _, p := range pres {
		o, ok := e.state.boards.Outlook(p.ItemID, p.Board)
		if !ok || p.Stale || best != nil && round1(o.Stay.Median.Hours()) <= best.Stay.Median {
			continue
		}
		best = &OutlookView{Board: p.Board, BoardName: p.BoardName, At: p.At, Stay: spanView(o.Stay), BestRank: o.Best}
		best.PeakAhead, best.Peak = peakAhead(o)
	}
	return best
}

// peakAhead is the chance of a better rank and when that would be, which is left
// out when the chance is shown as none.
func peakAhead(o trend.Outlook) (chance *float64, span *SpanView) {
	if o.PeakAhead >= 0 {
		ahead := math.Round(o.PeakAhead*100) / 100
		chance = &ahead
	}
	if o.Peak.Median > 0 && (chance == nil || *chance > 0) {
		peak := spanView(o.Peak)
		span = &peak
	}
	return chance, span
}

func spanView(s trend.Span) SpanView {
	return SpanView{Median: round1(s.Median.Hours()), Low: round1(s.Low.Hours()), High: round1(s.High.Hours())}
}
