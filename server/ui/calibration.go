package ui

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/xuanti/xuanti/engine"
)

// Calibration draws the share that came true over the probability said. The
// diagonal is what perfect probabilities would give; the area of a point
// follows the number of forecasts.
func Calibration(bins []engine.ScoreBinView) template.HTML {
	const w = 120.0
	most := 0
	for _, b := range bins {
		most = max(most, b.N)
	}
	if most == 0 {
		return ""
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg class="calib" viewBox="0 0 %g %g" role="img"><rect x="0.5" y="0.5" width="%g" height="%g"/><line x1="0" y1="%g" x2="%g" y2="0"/>`, w, w, w-1, w-1, w, w)
	for _, b := range bins {
		if b.N > 0 {
			r := math.Max(1.5, 7*math.Sqrt(float64(b.N)/float64(most)))
			fmt.Fprintf(&s, `<circle cx="%.1f" cy="%.1f" r="%.1f"/>`, b.Said*w, w-b.Came*w, r)
		}
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String()) //nolint:gosec // numbers only
}
