package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/plain"
)

// blank reports whether a cell says that nothing is known. That is not zero.
func blank(s string) bool {
	switch strings.ToLower(strings.Trim(s, " \u3000")) {
	case "", "-", "--", "---", "—", "——", "－", "–", "/", "\\", "n/a", "na", "nan", "null", "none", "nil", "暂无", "暂无数据", "无", "无数据", "未知", "#n/a", "*", "**", "***":
		return true
	}
	return false
}

// number matches what Excel stores: 12345, 1.2345E4, also -3.
var number = regexp.MustCompile(`^[+-]?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,2})?$`)

// countOf reads a count: 12,345, 1.2万, 10万+ and 10w+ (a lower bound), and
// stored numbers such as 1.2E4. False means that the cell is no count.
func countOf(s string) (xuanti.Count, bool) {
	s = strings.TrimSuffix(strings.ReplaceAll(s, "，", ","), ".0")
	if number.MatchString(s) {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.Abs(f) > 1<<53 || math.Abs(f-math.Round(f)) > 1e-6*math.Max(1, math.Abs(f)) {
			return xuanti.Count{}, false
		}
		return xuanti.Count{Value: int64(math.Round(f))}, true
	}
	negative := false
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		negative, s = true, rest
	}
	c, ok := plain.Count(s)
	if negative {
		c.Value = -c.Value
	}
	return c, ok && !(negative && c.AtLeast)
}

// shareOf reads a share as hundredths of a per cent: 12.3% is 1230. A bare
// number is a share of one (0.123) unless hundred says that the column gives
// per cent (12.3).
func shareOf(s string, hundred bool) (int64, bool) {
	s = strings.NewReplacer("％", "%", " ", "", ",", "").Replace(s)
	factor := 1e4
	if rest, ok := strings.CutSuffix(s, "%"); ok {
		s, factor = rest, 100
	} else if hundred {
		factor = 100
	}
	if !number.MatchString(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f*factor > 1e8 {
		return 0, false
	}
	return int64(math.Round(f * factor)), true
}

// bareShare is the value of a share without a sign for per cent.
func bareShare(s string) (float64, bool) {
	if !number.MatchString(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

var (
	clockForm = regexp.MustCompile(`^(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})(?:\.\d+)?$`)
	unitForm  = regexp.MustCompile(`^(?:(\d{1,5})\s*(?:小时|时|h))?\s*(?:(\d{1,6})\s*(?:分钟|分|m|min|'|′))?\s*(?:(\d{1,7}(?:\.\d{1,9})?)\s*(?:秒|s|sec|"|″|'')?)?$`)
)

// secondsOf reads a duration in whole seconds: 272.5, 04:32, 1:02:03, 4'32",
// 4分32秒, 32s.
func secondsOf(s string) (int64, bool) {
	s = strings.ToLower(strings.NewReplacer("：", ":", "’", "'", "‘", "'", "“", `"`, "”", `"`, " ", "").Replace(s))
	var h, m, sec string
	if p := clockForm.FindStringSubmatch(s); p != nil {
		h, m, sec = p[1], p[2], p[3]
	} else if p := unitForm.FindStringSubmatch(s); p != nil && s != "" {
		h, m, sec = p[1], p[2], p[3]
	} else {
		return 0, false
	}
	total := 0.0
	for _, part := range []struct {
		text   string
		factor float64
	}{{h, 3600}, {m, 60}, {sec, 1}} {
		if part.text == "" {
			continue
		}
		f, err := strconv.ParseFloat(part.text, 64)
		if err != nil {
			return 0, false
		}
		total += f * part.factor
	}
	return int64(math.Round(total)), total < 1e8
}

// excel1904 is how many days the two calendars of Excel lie apart.
const excel1904 = 1462

// timeOf reads a time as exports print it; bare dates are midnight in zone.
func (t *Table) timeOf(s string, zone *time.Location, now time.Time) (time.Time, bool) {
	at, ok := plain.Time(s, zone, now)
	if day, _, _ := strings.Cut(s, "."); ok && t.y1904 && len(day) == 5 {
		if _, err := strconv.Atoi(day); err == nil {
			at = at.AddDate(0, 0, excel1904)
		}
	}
	return at, ok
}
