package ui

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// Pulse draws the polls of the last 48 hours, a column for each hour: what
// failed in red from the top, the rest up to how much was new. Hours without a
// poll stay empty.
func Pulse(lang string, now time.Time, hours []engine.SourceHour) template.HTML {
	const n, step, h = 48, 4.0, 28.0
	from := now.Truncate(time.Hour).Add(-(n - 1) * time.Hour)
	most, polls, failed, fresh := 0, 0, 0, 0
	for _, x := range hours {
		if !x.At.Before(from) {
			most, polls, failed, fresh = max(most, x.New), polls+x.Polls, failed+x.Failed, fresh+x.New
		}
	}
	label := word(lang, fmt.Sprintf("48 小时：抓取 %d 次，失败 %d 次，新增 %d 条", polls, failed, fresh), fmt.Sprintf("48 h: %d polls, %d failed, %d new", polls, failed, fresh))
	if polls == 0 {
		label = word(lang, "48 小时内没有抓取", "no polls within 48 h")
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="pulse" viewBox="0 0 %g %g" preserveAspectRatio="none" role="img" aria-label="%s"><title>%s</title><path class="base" d="M0 %gH%g"/>`,
		n*step, h, template.HTMLEscapeString(label), template.HTMLEscapeString(label), h-0.5, n*step)
	for _, x := range hours {
		i := int(x.At.Sub(from) / time.Hour)
		if x.At.Before(from) || i >= n || x.Polls == 0 {
			continue
		}
		bad := float64(x.Failed) / float64(x.Polls) * h
		if good := x.Polls - x.Failed; good > 0 {
			up := 3.0
			if most > 0 {
				up += math.Log1p(float64(x.New)) / math.Log1p(float64(most)) * (h - 3)
			}
			up = math.Min(up, h-bad)
			fmt.Fprintf(&b, `<rect class="ok" x="%g" width="%g" y="%.1f" height="%.1f"/>`, float64(i)*step, step-1, h-up, up)
		}
		if bad > 0 {
			fmt.Fprintf(&b, `<rect class="no" x="%g" width="%g" y="0" height="%.1f"/>`, float64(i)*step, step-1, bad)
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers, and words escaped above
}

// Polls draws the latency of the last polls, oldest on the left; a failed poll
// is a red column of full height.
func Polls(lang string, polls []engine.SourcePoll) template.HTML {
	const n, step, h = 30, 10.0, 56.0
	slow := int64(200)
	for _, p := range polls {
		slow = max(slow, p.LatencyMS)
	}
	label := word(lang, "最近 "+strconv.Itoa(len(polls))+" 次抓取的用时，最高 "+Millis(slow), "time of the last "+strconv.Itoa(len(polls))+" polls, at most "+Millis(slow))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="pulse tall" viewBox="0 0 %g %g" preserveAspectRatio="none" role="img" aria-label="%s"><path class="base" d="M0 %gH%g"/>`,
		n*step, h, template.HTMLEscapeString(label), h-0.5, n*step)
	shown := slices.Clone(polls[:min(len(polls), n)])
	slices.Reverse(shown)
	for i, p := range shown {
		class, up := "ok", 3+float64(p.LatencyMS)/float64(slow)*(h-3)
		if !p.OK {
			class, up = "no", h
		}
		fmt.Fprintf(&b, `<rect class="%s" x="%g" width="%g" y="%.1f" height="%.1f"><title>%s · %s</title></rect>`,
			class, float64(i+n-len(shown))*step, step-2, h-up, up, p.At.In(xuanti.Shanghai).Format("01-02 15:04"), Millis(p.LatencyMS))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers, and words escaped above
}

// Millis prints a time in milliseconds: 240 ms, 1.3 s.
func Millis(ms int64) string {
	if ms < 1000 {
		return strconv.FormatInt(ms, 10) + " ms"
	}
	return strconv.FormatFloat(float64(ms)/1000, 'f', 1, 64) + " s"
}

// millisOf takes a number of milliseconds, which may be unknown.
func millisOf(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case *int64:
		if n != nil {
			return *n
		}
	}
	return 0
}
