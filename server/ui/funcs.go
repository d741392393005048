package ui

import (
	"fmt"
	"html/template"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// funcs are what templates may call, bound to a language.
func (u *UI) funcs(lang string) template.FuncMap {
	return template.FuncMap{
		"asset": u.AssetPath,
		// L gives one of two texts; LL gives Chinese with small English beside.
		"L": func(zh, en string) string { return word(lang, zh, en) },
		"LL": func(zh, en string) template.HTML {
			if lang == "en" {
				return template.HTML(template.HTMLEscapeString(en)) //nolint:gosec // escaped here
			}
			return template.HTML(template.HTMLEscapeString(zh) + ` <small class="en">` + template.HTMLEscapeString(en) + `</small>`) //nolint:gosec // escaped here
		},
		"row": func(p *Page, v any) Row { return Row{P: p, V: v} },
		"ago": func(now, t time.Time) string { return Ago(lang, now, t) },
		// since is ago for what has happened: with a fast clock a page can be a
		// little older than what it shows.
		"since": func(now, t time.Time) string {
			if t.After(now) {
				t = now
			}
			return Ago(lang, now, t)
		},
		"clock": Clock,
		// at is the time, zero for none, which ago and clock have a word for.
		"at": func(t *time.Time) (none time.Time) {
			if t == nil {
				return none
			}
			return *t
		},
		"full": Full,
		"iso":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"day":  func(t time.Time) string { return t.In(xuanti.Shanghai).Format("2006-01-02") },
		"num":  func(n int64) string { return Number(lang, n) },
		"nump": func(n *int64) string { return optional(n, func(v int64) string { return Number(lang, v) }) },
		"numf": func(f *float64) string {
			return optional(f, func(v float64) string { return Number(lang, int64(math.Round(v))) })
		},
		"pct":  Percent,
		"pctp": func(p *float64) string { return optional(p, Percent) },
		"fix":  func(digits int, v float64) string { return strconv.FormatFloat(v, 'f', digits, 64) },
		"fixp": func(digits int, v *float64) string {
			return optional(v, func(f float64) string { return strconv.FormatFloat(f, 'f', digits, 64) })
		},
		"signed": func(digits int, v float64) string { return Signed(v, digits) },
		"dur":    func(d string) string { return Duration(lang, d) },
		"hours": func(d string) string {
			if v, err := time.ParseDuration(d); err == nil {
				return Hours(lang, v.Hours())
			}
			return d
		},
		"state":    func(s xuanti.State) string { return StateWord(lang, s) },
		"health":   func(h xuanti.HealthState) string { return HealthWord(lang, h) },
		"delivery": func(d xuanti.DeliveryState) string { return DeliveryWord(lang, d) },
		"became":   func(k xuanti.SourceEventKind) string { return SourceEventWord(lang, k) },
		"pulse":    func(now time.Time, hours []engine.SourceHour) template.HTML { return Pulse(lang, now, hours) },
		"polls":    func(ps []engine.SourcePoll) template.HTML { return Polls(lang, ps) },
		"ms":       func(v any) string { return Millis(millisOf(v)) },
		"count":    func(name string) string { return CountWord(lang, name) },
		"field":    func(f string) string { return FieldWord(lang, f) },
		"amount":   func(name string, v int64) string { return Amount(lang, name, v) },
		"imported": func(s xuanti.ImportState) string { return ImportWord(lang, s) },
		"origin":   func(p string) string { return ProvenanceWord(lang, p) },
		"counts":   func(ms []engine.MetricView) Chart { return countChart(lang, ms) },
		"kind":     func(k any) string { return KindWord(lang, fmt.Sprint(k)) },
		"span":     func(s engine.SpanView) string { return Span(lang, s) },
		"reason":   func(kind, term, zone string) string { return ReasonWord(lang, kind, term, zone) },
		"risk":     func(r xuanti.Risk) string { return RiskWord(lang, r) },
		"head":     func(n string) string { return HeadWord(lang, n) },
		"calib":    Calibration,
		"regroup":  func(k xuanti.RegroupKind) string { return RegroupWord(lang, k) },
		"feature":  func(n string) string { return FeatureWord(lang, n) },
		"spark":    Spark,
		"curve":    Curve,
		"ranks":    Ranks,
		"bars":     Bars,
		"join":     func(list []string, sep string) string { return strings.Join(list, sep) },
		"lines":    func(list []string) string { return strings.Join(list, "\n") },
		"add":      func(a, b int) int { return a + b },
		"rankMove": rankMove,
		"query":    query,
		"platform": func(p *Page, id string) string {
			if n := p.Platforms[id]; n != "" {
				return n
			}
			return id
		},
		"chart":       chartData,
		"noshow":      func() string { return word(lang, "无数据", "no data") },
		"has":         func(list []string, v string) bool { return contains(list, v) },
		"printed":     printed,
		"total":       total,
		"idle":        idle,
		"within":      strings.Contains,
		"short":       Short,
		"check":       func(name string) string { return CheckWord(lang, name) },
		"boardLines":  BoardLines,
		"caret":       caret,
		"spelled":     func(term, title string) string { return engine.Spelled(term, []string{title}) },
		"platformsOf": platformsOf,
		"why": func(t engine.TopicView) []string {
			if lang == "en" {
				return t.WhyEN
			}
			return t.Why
		},
		"ratioOf": func(t engine.TermView) string { return ratio(lang, t.Ratio) },
	}
}

func optional[T any](p *T, show func(T) string) string {
	if p == nil {
		return "—"
	}
	return show(*p)
}

func contains(list []string, v string) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// ratio prints a multiple; far above the usual the digits mean nothing.
func ratio(lang string, r float64) string {
	switch {
	case r >= 100:
		return word(lang, "平常罕见", "usually rare")
	case r >= 10:
		return word(lang, fmt.Sprintf("%.0f 倍", r), fmt.Sprintf("%.0f×", r))
	}
	return word(lang, fmt.Sprintf("%.1f 倍", r), fmt.Sprintf("%.1f×", r))
}

// platformsOf counts the platforms of places; one may have several boards.
func platformsOf(places []engine.Presence) int {
	ids := map[string]bool{}
	for _, p := range places {
		ids[p.Platform] = true
	}
	return len(ids)
}

// rankMove says how a rank changed: places gained (positive), or 0 when it is
// new or unchanged.
func rankMove(rank, prev int) int {
	if prev <= 0 || rank <= 0 {
		return 0
	}
	return prev - rank
}

// query builds "?k=v&…" from pairs and leaves empty values out.
func query(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return "?"
	}
	return "?" + v.Encode()
}

// caret pads a marker to the n-th character of text (from 1). Wide characters
// take two columns, so the pad uses full-width spaces below them.
func caret(text string, n int) string {
	var b strings.Builder
	for i, r := range []rune(text) {
		if i+1 >= n {
			break
		}
		if r >= 0x1100 {
			b.WriteRune('\u3000')
		} else {
			b.WriteRune('\u00a0')
		}
	}
	return b.String() + "▲"
}

// Chart is what the script needs to draw the charts of a page.
type Chart struct {
	Heat   [][2]float64 `json:"heat"` // unix seconds, heat
	Boards []ChartBoard `json:"boards"`
	Counts []ChartBoard `json:"counts,omitempty"` // a line for each count
}

// ChartBoard is one line of a chart.
type ChartBoard struct {
	Name   string        `json:"name"`
	Points [][2]*float64 `json:"points"` // unix seconds, rank; null breaks the line
}

func chartData(curve []engine.CurvePoint, tracks []engine.Trajectory) Chart {
	c := Chart{Heat: [][2]float64{}, Boards: []ChartBoard{}}
	for _, p := range curve {
		c.Heat = append(c.Heat, [2]float64{float64(p.At.Unix()), math.Round(p.Heat*10) / 10})
	}
	for _, t := range tracks {
		b := ChartBoard{Name: t.BoardName, Points: [][2]*float64{}}
		add := func(at time.Time, rank *float64) {
			sec := float64(at.Unix())
			b.Points = append(b.Points, [2]*float64{&sec, rank})
		}
		for i, p := range t.Points {
			if i > 0 && broken(t.Points[i-1], p) {
				add(t.Points[i-1].At.Add(time.Minute), nil)
			}
			rank := float64(p.Rank)
			add(p.At, &rank)
		}
		c.Boards = append(c.Boards, b)
	}
	return c
}
