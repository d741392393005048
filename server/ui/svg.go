package ui

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// Spark draws the last 24 hours before now as a small curve. The scale is
// fixed (0…100 by 24 h), so that rows can be compared with the eye.
func Spark(now time.Time, points []engine.CurvePoint) template.HTML {
	const w, h = 120.0, 32.0
	from := now.Add(-24 * time.Hour)
	line := polyline(points, from, now, w, h, 2)
	if line == "" {
		return ""
	}
	first, last := strings.SplitN(line, ",", 2)[0], line[strings.LastIndexByte(line, ' ')+1:]
	x, y, _ := strings.Cut(last, ",")
	//nolint:gosec // numbers only: nothing in here comes from outside
	return template.HTML(fmt.Sprintf(`<svg class="spark" viewBox="0 0 %g %g" preserveAspectRatio="none" aria-hidden="true">`+
		`<line x1="0" x2="%g" y1="%g" y2="%g"/><polygon class="fill" points="%s,%g %s %s,%g"/><polyline points="%s"/><circle cx="%s" cy="%s" r="2"/></svg>`,
		w, h, w, h-0.5, h-0.5, first, h, line, x, h, line, x, y))
}

// Curve draws a heat curve with a time axis: what a reader without scripts sees.
func Curve(points []engine.CurvePoint) template.HTML {
	if len(points) < 2 {
		return ""
	}
	const w, h = 640.0, 160.0
	from, to := points[0].At, points[len(points)-1].At
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plot" viewBox="0 0 %g %g" role="img">`, w, h+18)
	for _, v := range []float64{0, 50, 100} {
		y := h - v/100*h
		fmt.Fprintf(&b, `<line class="grid" x1="0" x2="%g" y1="%.1f" y2="%.1f"/><text x="2" y="%.1f">%g</text>`, w, y, y, math.Max(y-3, 10), v)
	}
	fmt.Fprintf(&b, `<polyline class="s0" points="%s"/>`, polyline(points, from, to, w, h, 0))
	axis(&b, from, to, w, h+14)
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers and dates only
}

// Ranks draws the rank of each board over time, first place on top.
func Ranks(tracks []engine.Trajectory) template.HTML {
	const w, h = 640.0, 180.0
	var from, to time.Time
	worst := 10
	for _, t := range tracks {
		for _, p := range t.Points {
			if from.IsZero() || p.At.Before(from) {
				from = p.At
			}
			if p.At.After(to) {
				to = p.At
			}
			worst = max(worst, p.Rank)
		}
	}
	if !to.After(from) {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plot" viewBox="0 0 %g %g" role="img">`, w, h+18)
	for _, r := range []int{1, (worst + 1) / 2, worst} {
		y := float64(r-1) / float64(worst-1) * h
		fmt.Fprintf(&b, `<line class="grid" x1="0" x2="%g" y1="%.1f" y2="%.1f"/><text x="2" y="%.1f">#%d</text>`, w, y, y, math.Max(y-3, 10), r)
	}
	for i, t := range tracks {
		var line strings.Builder
		flush := func() {
			if line.Len() > 0 {
				fmt.Fprintf(&b, `<polyline class="s%d" points="%s"/>`, i%8, strings.TrimSpace(line.String()))
			}
			line.Reset()
		}
		for k, p := range t.Points {
			if k > 0 && broken(t.Points[k-1], p) {
				flush()
			}
			fmt.Fprintf(&line, "%.1f,%.1f ", p.At.Sub(from).Seconds()/to.Sub(from).Seconds()*w, float64(p.Rank-1)/float64(worst-1)*h)
		}
		flush()
	}
	axis(&b, from, to, w, h+14)
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers and dates only
}

func axis(b *strings.Builder, from, to time.Time, w, y float64) {
	layout := "15:04"
	if to.Sub(from) > 24*time.Hour {
		layout = "01-02 15:04"
	}
	fmt.Fprintf(b, `<text x="0" y="%g">%s</text><text x="%g" y="%g" text-anchor="end">%s</text>`,
		y, from.In(xuanti.Shanghai).Format(layout), w, y, to.In(xuanti.Shanghai).Format(layout))
}

func polyline(points []engine.CurvePoint, from, to time.Time, w, h, pad float64) string {
	span := to.Sub(from).Seconds()
	if span <= 0 {
		return ""
	}
	var b strings.Builder
	for _, p := range points {
		x := p.At.Sub(from).Seconds() / span
		if x < 0 || x > 1 || math.IsNaN(p.Heat) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		y := h - pad - math.Max(0, math.Min(p.Heat, 100))/100*(h-2*pad)
		fmt.Fprintf(&b, "%.1f,%.1f", pad+x*(w-2*pad), y)
	}
	return b.String()
}

// Bar is one signed part of a sum, drawn where the sum so far has arrived: the
// end of the last bar is the score.
type Bar struct {
	X, Width float64 // in percent of the drawing
	Zero     float64 // where 0 lies, in percent
	Up       bool
}

// Bars lays out contributions as a waterfall over a common axis. The last bar,
// one more than there are contributions, is the sum, drawn from zero.
func Bars(cs []xuanti.Contribution) []Bar {
	lo, hi, sum := 0.0, 0.0, 0.0
	for _, c := range cs {
		sum += c.Points
		lo, hi = math.Min(lo, sum), math.Max(hi, sum)
	}
	span := hi - lo
	if span == 0 {
		span = 1
	}
	at := func(v float64) float64 { return (v - lo) / span * 100 }
	out := make([]Bar, len(cs), len(cs)+1)
	sum = 0
	for i, c := range cs {
		a, b := at(sum), at(sum+c.Points)
		sum += c.Points
		out[i] = Bar{X: math.Min(a, b), Width: math.Abs(b - a), Zero: at(0), Up: c.Points >= 0}
	}
	return append(out, Bar{X: math.Min(at(0), at(sum)), Width: math.Abs(at(sum) - at(0)), Zero: at(0), Up: sum >= 0})
}
