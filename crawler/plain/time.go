package plain

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/xuanti/xuanti"
)

// MaxTime is the longest printed time that is read, in bytes.
const MaxTime = 120

var (
	timeDigits   = regexp.MustCompile(`^\d{5,17}(?:\.\d+)?$`)
	timeRelative = regexp.MustCompile(`^(?:约|大约)?\s*(\d{1,4}|半|一|两|几|an?)\s*个?\s*(秒钟?|分钟?|小时|钟头|天|日|周|星期|礼拜|月|年|secs?|seconds?|mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?|[smhdw])\s*(?:以?前|之前|ago)`)
	timeDay      = regexp.MustCompile(`^(今天|今日|昨天|昨日|前天|today|yesterday)\s*(.*)$`)
	timeChinese  = regexp.MustCompile(`^(?:(\d{4}|\d{2})\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?\s*(.*)$`)
	timeNumeric  = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s_,]+|$)(.*)$`)
	timeMonthDay = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})(?:\s+|$)(.*)$`)
	timeClock    = regexp.MustCompile(`^(上午|下午|晚上|早上|凌晨|中午|晚|早)?\s*(\d{1,2})\s*(?::|时|点)\s*(?:(\d{1,2})\s*分?)?(?:\s*:?\s*(\d{1,2})(?:[.,](\d{1,9}))?\s*秒?)?\s*(?i:(am|pm)\b)?\s*(.*)$`)
	timeWeekday  = regexp.MustCompile(`^(?i:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\s*,?\s*)`)
	timeDayFirst = regexp.MustCompile(`^(\d{1,2})[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2})(?:[\s,]+|$)(.*)$`)
	timeMonFirst = regexp.MustCompile(`^([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?(?:\s*,?\s+|$)(.*)$`)
	timeOffset   = regexp.MustCompile(`^(?:GMT|UTC|UT|Z)?\s*([+\-])\s*(\d{1,2}):?(\d{2})?`)
	timeNoise    = regexp.MustCompile(`[(（\[【]?(?:星期|周|礼拜)[一二三四五六日天][)）\]】]?`)
	timePrefix   = regexp.MustCompile(`^(?:发布于|发表于|发布时间|发表时间|更新时间|更新于|编辑于|时间|日期|published|updated|posted|on)\s*[:：]?\s*`)
)

// Time reads a time as feeds, boards and pages print it: RFC 3339 and
// RFC 822 with their usual damage, Unix seconds and milliseconds, Excel serial
// days, and the Chinese forms (2026年04月01日 08时30分, 3小时前, 昨天 08:30, 04-01
// 12:00). A time without zone is in zone (nil means Asia/Shanghai); "CST" is
// China's unless zone itself uses that name. A date without year is the last
// one before now. The result is UTC and may lie in the future; false means that
// s is no time, or one before 1980.
func Time(s string, zone *time.Location, now time.Time) (time.Time, bool) {
	t, ok := ZonedTime(s, zone, now)
	return t.UTC(), ok
}

// ZonedTime is Time with the result in the zone that s names, or zone.
func ZonedTime(s string, zone *time.Location, now time.Time) (time.Time, bool) {
	if zone == nil {
		zone = xuanti.Shanghai
	}
	if t, ok := standardTime(s, zone); ok {
		return t, true
	}
	s = tidyTime(s)
	if s == "" || len(s) > MaxTime {
		return time.Time{}, false
	}
	p := timeParser{zone: zone, now: now}
	t, ok := p.parse(s)
	if !ok || t.Year() < 1980 || t.Year() > 2200 {
		return time.Time{}, false
	}
	return t, true
}

// standardTime reads the two forms that the standards ask for, which are nine
// of ten, without a look at the others.
func standardTime(s string, zone *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	layout, in := "", time.UTC
	switch n := len(s); {
	case n < 20 || n > 40:
		return time.Time{}, false
	case s[4] == '-' && s[10] == 'T':
		layout = time.RFC3339
	case s[3] == ',' && s[n-4:] == " GMT":
		layout = "Mon, 2 Jan 2006 15:04:05 GMT"
	case s[3] == ',' && s[n-4:] == " CST" && zone == xuanti.Shanghai:
		layout, in = "Mon, 2 Jan 2006 15:04:05 CST", zone
	case s[3] == ',' && (s[n-5] == '+' || s[n-5] == '-'):
		layout = "Mon, 2 Jan 2006 15:04:05 -0700"
	default:
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(layout, s, in)
	if err != nil || t.Year() < 1980 || t.Year() > 2200 {
		return time.Time{}, false
	}
	return t, true
}

// tidyTime folds full-width forms and blanks and drops labels and weekdays.
func tidyTime(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case unicode.IsSpace(r):
			return ' '
		case r == '−' || r == '–':
			return '-'
		}
		return r
	}, strings.TrimSpace(s))
	if len(s) > MaxTime {
		return s
	}
	s = timeNoise.ReplaceAllString(s, " ")
	s = strings.Join(strings.Fields(s), " ")
	return timePrefix.ReplaceAllString(s, "")
}

type timeParser struct {
	zone *time.Location
	now  time.Time
}

func (p timeParser) parse(s string) (time.Time, bool) {
	if timeDigits.MatchString(s) {
		return p.digits(s)
	}
	if t, ok := p.relative(s); ok {
		return t, true
	}
	if m := timeChinese.FindStringSubmatch(s); m != nil {
		return p.date(m[1], Int(m[2]), Int(m[3]), m[4])
	}
	if m := timeNumeric.FindStringSubmatch(s); m != nil {
		return p.date(m[1], Int(m[2]), Int(m[3]), m[4])
	}
	if m := timeMonthDay.FindStringSubmatch(s); m != nil {
		return p.date("", Int(m[1]), Int(m[2]), m[3])
	}
	s = timeWeekday.ReplaceAllString(s, "")
	if m := timeDayFirst.FindStringSubmatch(s); m != nil {
		return p.date(m[3], month(m[2]), Int(m[1]), m[4])
	}
	if m := timeMonFirst.FindStringSubmatch(s); m != nil && month(m[1]) > 0 {
		year, rest := m[3], m[4]
		if year == "" { // asctime puts the year last
			if i := strings.LastIndexByte(rest, ' '); i > 0 && len(rest)-i == 5 {
				if _, err := strconv.Atoi(rest[i+1:]); err == nil {
					year, rest = rest[i+1:], rest[:i]
				}
			}
		}
		return p.date(year, month(m[1]), Int(m[2]), rest)
	}
	if c := timeClock.FindStringSubmatch(s); c != nil { // today
		y, m, d := p.now.In(p.zone).Date()
		t, ok := p.clock(y, m, d, s)
		if ok && t.After(p.now.Add(time.Hour)) {
			t = t.AddDate(0, 0, -1)
		}
		return t, ok
	}
	return time.Time{}, false
}

// digits reads numbers by their length: Excel day, date, second, millisecond.
func (p timeParser) digits(s string) (time.Time, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	switch len(whole) {
	case 5: // days since 1899-12-30
		f, _ := strconv.ParseFloat("0."+frac+"0", 64)
		sec := int(f*86400 + 0.5)
		return time.Date(1899, 12, 30, 0, 0, sec, 0, p.zone).AddDate(0, 0, int(n)), n > 29000
	case 8, 12, 14:
		layout := "20060102150405"[:len(whole)]
		t, err := time.ParseInLocation(layout, whole, p.zone)
		return t, err == nil
	case 9, 10:
		return time.Unix(n, 0).In(p.zone), true
	case 13:
		return time.UnixMilli(n).In(p.zone), true
	case 16:
		return time.UnixMicro(n).In(p.zone), true
	}
	return time.Time{}, false
}

// relative reads 刚刚, 3小时前, 昨天 08:30 and their English forms.
func (p timeParser) relative(s string) (time.Time, bool) {
	low := strings.ToLower(s)
	switch low {
	case "刚刚", "刚才", "just now", "now", "片刻前":
		return p.now, true
	}
	if m := timeDay.FindStringSubmatch(low); m != nil {
		back := map[string]int{"昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}[m[1]]
		y, mo, d := p.now.In(p.zone).AddDate(0, 0, -back).Date()
		return p.clock(y, mo, d, m[2])
	}
	m := timeRelative.FindStringSubmatch(low)
	if m == nil {
		return time.Time{}, false
	}
	n, half := 1, false
	switch m[1] {
	case "半":
		half = true
	case "一", "a", "an":
	case "两":
		n = 2
	case "几":
		n = 3
	default:
		n = Int(m[1])
	}
	unit := relativeUnit(m[2])
	if half {
		return p.now.Add(-unit / 2), unit > 0
	}
	return p.now.Add(-time.Duration(n) * unit), unit > 0
}

func relativeUnit(s string) time.Duration {
	const day = 24 * time.Hour
	switch {
	case strings.HasPrefix(s, "秒"), strings.HasPrefix(s, "s"):
		return time.Second
	case s == "月", strings.HasPrefix(s, "mon"):
		return 30 * day
	case strings.HasPrefix(s, "分"), strings.HasPrefix(s, "m"):
		return time.Minute
	case s == "小时", s == "钟头", strings.HasPrefix(s, "h"):
		return time.Hour
	case s == "天", s == "日", strings.HasPrefix(s, "d"):
		return day
	case s == "周", s == "星期", s == "礼拜", strings.HasPrefix(s, "w"):
		return 7 * day
	case s == "年", strings.HasPrefix(s, "y"):
		return 365 * day
	}
	return 0
}

// date joins a date with the clock and zone in rest. Without a year the date
// is the last such day that is not in the future.
func (p timeParser) date(year string, mon, day int, rest string) (time.Time, bool) {
	y := p.now.In(p.zone).Year()
	if year != "" {
		y = Int(year)
		if len(year) == 2 {
			y += 1900
			if y < 1970 {
				y += 100
			}
		}
	}
	if mon < 1 || mon > 12 || day < 1 || day > 31 {
		return time.Time{}, false
	}
	t, ok := p.clock(y, time.Month(mon), day, rest)
	if ok && year == "" && t.After(p.now.Add(24*time.Hour)) {
		t, ok = p.clock(y-1, time.Month(mon), day, rest)
	}
	if ok && t.In(p.zone).AddDate(0, 0, 3).Before(time.Date(y-1, 12, 1, 0, 0, 0, 0, p.zone)) {
		return time.Time{}, false
	}
	return t, ok
}

// clock reads "[上午] 08:30[:15[.5]] [zone]" after a date; nothing is midnight.
func (p timeParser) clock(y int, mon time.Month, day int, rest string) (time.Time, bool) {
	if last := time.Date(y, mon+1, 0, 0, 0, 0, 0, time.UTC).Day(); day > last {
		return time.Time{}, false
	}
	rest = strings.TrimLeft(rest, " T,")
	if rest == "" {
		return time.Date(y, mon, day, 0, 0, 0, 0, p.zone), true
	}
	m := timeClock.FindStringSubmatch(rest)
	if m == nil {
		at := time.Date(y, mon, day, 0, 0, 0, 0, p.zone)
		loc, ok := p.parseZone(rest, at)
		if !ok {
			return at, !strings.ContainsAny(rest, "0123456789")
		}
		return time.Date(y, mon, day, 0, 0, 0, 0, loc), true
	}
	h, mi, sec := Int(m[2]), Int(m[3]), Int(m[4])
	ns := 0
	if m[5] != "" {
		ns = Int((m[5] + "000000000")[:9])
	}
	switch {
	case (m[1] == "下午" || m[1] == "晚上" || m[1] == "晚" || strings.EqualFold(m[6], "pm") || m[1] == "中午" && h < 3) && h < 12:
		h += 12
	case (m[1] == "凌晨" || strings.EqualFold(m[6], "am")) && h == 12:
		h = 0
	}
	if h > 24 || mi > 59 || sec > 60 {
		return time.Time{}, false
	}
	local := time.Date(y, mon, day, h, mi, sec, ns, p.zone)
	loc, ok := p.parseZone(m[7], local)
	if !ok {
		return local, true // what follows is no zone: a byline, say
	}
	return time.Date(y, mon, day, h, mi, sec, ns, loc), true
}

// parseZone reads an offset or a name. Names that several zones share mean
// the one Chinese feeds mean.
func (p timeParser) parseZone(s string, at time.Time) (*time.Location, bool) {
	s = strings.ToUpper(strings.TrimLeft(s, " (,"))
	if s == "" {
		return nil, false
	}
	if m := timeOffset.FindStringSubmatch(s); m != nil {
		off := Int(m[2])*3600 + Int(m[3])*60
		if off > 14*3600 {
			return nil, false
		}
		if m[1] == "-" {
			off = -off
		}
		return time.FixedZone("", off), true
	}
	name := s
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		name = s[:i]
	}
	if abbr, _ := at.Zone(); abbr == name {
		return p.zone, true
	}
	hours, ok := map[string]float64{
		"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0,
		"CST": 8, "BJT": 8, "HKT": 8, "SGT": 8, "北京时间": 8,
		"JST": 9, "KST": 9, "IST": 5.5, "AEST": 10, "AEDT": 11,
		"CET": 1, "BST": 1, "CEST": 2, "EET": 2, "MSK": 3,
		"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	}[name]
	if !ok {
		return nil, false
	}
	return time.FixedZone(name, int(hours*3600)), true
}

// month returns 1…12 for an English month name, or 0.
func month(s string) int {
	if len(s) < 3 {
		return 0
	}
	i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(s[:3]))
	if i < 0 || i%3 != 0 {
		return 0
	}
	return i/3 + 1
}

// Int reads decimal digits; 0 for anything else.
func Int(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
