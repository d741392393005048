package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// Ago says how long before now a time lies, in words.
func Ago(lang string, now, t time.Time) string {
	if t.IsZero() {
		return word(lang, "从未", "never")
	}
	d := now.Sub(t)
	future := d < 0
	if future {
		d = -d
	}
	n, zh, en := 0, "", ""
	switch {
	case d < time.Minute:
		if future {
			return word(lang, "马上", "now")
		}
		return word(lang, "刚刚", "just now")
	case d < time.Hour:
		n, zh, en = int(d/time.Minute), "分钟", "min"
	case d < 48*time.Hour:
		n, zh, en = int(d/time.Hour), "小时", "h"
	default:
		n, zh, en = int(d/(24*time.Hour)), "天", "d"
	}
	if future {
		return word(lang, fmt.Sprintf("%d %s后", n, zh), fmt.Sprintf("in %d %s", n, en))
	}
	return word(lang, fmt.Sprintf("%d %s前", n, zh), fmt.Sprintf("%d %s ago", n, en))
}

// Clock prints a time of day in China; with the date when it is not today.
func Clock(now, t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	t, now = t.In(xuanti.Shanghai), now.In(xuanti.Shanghai)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("01-02 15:04")
}

// Full prints date and time in China.
func Full(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(xuanti.Shanghai).Format("2006-01-02 15:04:05")
}

// Number prints a count the Chinese way (1.2万, 3.4亿), or 12K and 340M.
func Number(lang string, n int64) string {
	f, sign := float64(n), ""
	if f < 0 {
		f, sign = -f, "−"
	}
	cut := func(v float64, unit string) string {
		s := strconv.FormatFloat(v, 'f', 1, 64)
		if v >= 100 {
			s = strconv.FormatFloat(v, 'f', 0, 64)
		}
		return sign + strings.TrimSuffix(s, ".0") + unit
	}
	if lang == "en" {
		switch {
		case f >= 999_500:
			return cut(f/1e6, "M")
		case f >= 10_000:
			return cut(f/1e3, "K")
		}
		return sign + strconv.FormatFloat(f, 'f', 0, 64)
	}
	switch {
	case f >= 99_995_000: // would print 10000万
		return cut(f/1e8, "亿")
	case f >= 10_000:
		return cut(f/1e4, "万")
	}
	return sign + strconv.FormatFloat(f, 'f', 0, 64)
}

// Percent prints a probability; the ends stay honest: 0.996 is not 100%.
func Percent(p float64) string {
	switch {
	case math.IsNaN(p):
		return "—"
	case p > 0 && p < 0.01:
		return "<1%"
	case p < 1 && p > 0.99:
		return ">99%"
	}
	return strconv.Itoa(int(math.Round(p*100))) + "%"
}

// Signed prints a number with its sign and a real minus.
func Signed(v float64, digits int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	switch {
	case strings.Trim(s, "0.") == "":
		return s
	case v < 0:
		return "−" + s
	}
	return "+" + s
}

// Duration prints a Go duration such as 5m0s in words.
func Duration(lang, d string) string {
	v, err := time.ParseDuration(d)
	if err != nil || v == 0 {
		return d
	}
	switch {
	case v%(24*time.Hour) == 0:
		return word(lang, fmt.Sprintf("%d 天", v/(24*time.Hour)), fmt.Sprintf("%d d", v/(24*time.Hour)))
	case v%time.Hour == 0:
		return word(lang, fmt.Sprintf("%d 小时", v/time.Hour), fmt.Sprintf("%d h", v/time.Hour))
	case v >= time.Minute:
		return word(lang, fmt.Sprintf("%d 分钟", v/time.Minute), fmt.Sprintf("%d min", v/time.Minute))
	}
	return word(lang, fmt.Sprintf("%d 秒", v/time.Second), fmt.Sprintf("%d s", v/time.Second))
}

// Hours prints a number of hours: in minutes below one, in days from two days.
func Hours(lang string, h float64) string {
	switch {
	case h < 1:
		n := int(math.Round(h * 60))
		return word(lang, fmt.Sprintf("%d 分钟", n), fmt.Sprintf("%d min", n))
	case h < 48:
		n := strconv.FormatFloat(math.Round(h*2)/2, 'f', -1, 64)
		return word(lang, n+" 小时", n+" h")
	}
	n := strconv.FormatFloat(math.Round(h/12)/2, 'f', -1, 64)
	return word(lang, n+" 天", n+" d")
}

// Span prints an uncertain time in hours: the median, and in brackets the range
// unless it is too narrow to tell from it.
func Span(lang string, s engine.SpanView) string {
	text := func(h float64) string {
		if h >= engine.LongestSpan {
			return word(lang, Hours(lang, h)+"以上", Hours(lang, h)+" or more")
		}
		return Hours(lang, h)
	}
	m, l, h := text(s.Median), text(s.Low), text(s.High)
	if s.Median < engine.LongestSpan {
		m = word(lang, "约 "+m, "about "+m)
	}
	if l == h {
		return m
	}
	return word(lang, fmt.Sprintf("%s（%s – %s）", m, l, h), fmt.Sprintf("%s (%s – %s)", m, l, h))
}

// Short prints a Go duration as people type it: 6h, 1h30m, not 6h0m0s.
// Anything else stays as it is.
func Short(d string) string {
	v, err := time.ParseDuration(d)
	if err != nil || v == 0 {
		return d
	}
	s := v.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func word(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}
