package plain

import (
	"math/big"
	"regexp"
	"strings"
	"unicode"

	"github.com/xuanti/xuanti"
)

// countForm is one number with an optional unit and "or more" sign, wrapped in
// words: "阅读 1.2万", "10w+", "3,456 条评论".
var countForm = regexp.MustCompile(`^([^\d.]*?)(\d[\d,]*(?:\.\d+)?)\s*(万亿|亿|百万|千万|万|千|[wWkKM](?:[^a-zA-Z]|$))?\s*(\+|余|多|以上|\bplus\b)?([^\d]*)$`)

// Count reads a count as platforms print it: 1.2万, 10万+, 10w+, 3,456,
// 2亿, 1.5k, also within words (阅读 1.2万). A bare action word such as 赞 stands
// where a zero would (微博, B站) and gives 0. Unknown (--, -, empty), shares
// (12.3%), durations (04:32) and anything else give false: what is not printed
// is absent, never zero. Name is left to the caller.
func Count(s string) (xuanti.Count, bool) {
	if len(s) > 100 {
		return xuanti.Count{}, false
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	switch s {
	case "赞", "点赞", "评论", "转发", "收藏", "分享", "投币", "喜欢":
		return xuanti.Count{}, true
	}
	m := countForm.FindStringSubmatch(s)
	if m == nil || strings.HasSuffix(m[1], "-") {
		return xuanti.Count{}, false
	}
	unit := m[3]
	tail := m[5]
	if len(unit) > 1 && unit[0] < 0x80 { // the pattern looked one character ahead
		tail = unit[1:] + m[4] + tail
		unit = unit[:1]
	}
	more := m[4] != ""
	if t := strings.TrimLeft(tail, " "); strings.HasPrefix(t, "+") || strings.HasPrefix(t, "余") {
		more = true
	}
	if notCount(strings.TrimLeft(tail, " +")) {
		return xuanti.Count{}, false
	}
	value, ok := scale(strings.ReplaceAll(m[2], ",", ""), unit)
	if !ok {
		return xuanti.Count{}, false
	}
	return xuanti.Count{Value: value, AtLeast: more}, true
}

// notCount recognises what follows a number that counts nothing.
func notCount(tail string) bool {
	for _, p := range []string{"%", "‰", ":", "'", "年", "月", "日", "时", "分", "秒", "岁", "℃", "度", "/"} {
		if strings.HasPrefix(tail, p) {
			return true
		}
	}
	return false
}

// scale multiplies decimal digits by a unit, exactly; the result must be a
// whole number that fits.
func scale(digits, unit string) (int64, bool) {
	r, ok := new(big.Rat).SetString(digits)
	if !ok {
		return 0, false
	}
	factor := map[string]int64{"": 1, "千": 1e3, "k": 1e3, "K": 1e3, "万": 1e4, "w": 1e4, "W": 1e4, "百万": 1e6, "M": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}[unit]
	r.Mul(r, new(big.Rat).SetInt64(factor))
	n := r.Num()
	if !r.IsInt() {
		if unit == "" {
			return 0, false
		}
		n = new(big.Int).Quo(r.Num(), r.Denom())
	}
	if !n.IsInt64() {
		return 0, false
	}
	return n.Int64(), true
}
