package nlp

import (
	"strconv"
	"strings"
)

// parseNumeral reads a number as it stands in a folded text: 1,824.5, 3.5%,
// 1824万, 二十八, 三百零五, 二〇二六, 百分之三十, 十几 (not a number). It returns
// the plain value; a percentage is its figure (3.5% gives 3.5).
func parseNumeral(s string) (float64, bool) {
	s = strings.TrimPrefix(s, "第")
	s = strings.TrimRight(s, "%‰")
	if s == "" {
		return 0, false
	}
	if s[0] >= '0' && s[0] <= '9' {
		i := 0
		for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.' || s[i] == ',') {
			i++
		}
		v, err := strconv.ParseFloat(strings.ReplaceAll(s[:i], ",", ""), 64)
		if err != nil {
			return 0, false
		}
		for _, r := range s[i:] {
			m := power(r)
			if m == 0 {
				return 0, false
			}
			v *= m
		}
		return v, true
	}
	return parseHan(s)
}

func power(r rune) float64 {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	case '万':
		return 1e4
	case '亿':
		return 1e8
	}
	return 0
}

func hanDigit(r rune) (float64, bool) {
	switch r {
	case '零', '〇', '○':
		return 0, true
	case '一':
		return 1, true
	case '二', '两':
		return 2, true
	case '三':
		return 3, true
	case '四':
		return 4, true
	case '五':
		return 5, true
	case '六':
		return 6, true
	case '七':
		return 7, true
	case '八':
		return 8, true
	case '九':
		return 9, true
	}
	return 0, false
}

// parseHan reads Han numerals, positional (二〇二六) or with powers (两千零三十).
func parseHan(s string) (float64, bool) {
	s = strings.TrimPrefix(s, "百分之")
	if s == "" {
		return 0, false
	}
	if !strings.ContainsAny(s, hanPowers) {
		v := 0.0
		for _, r := range s {
			d, ok := hanDigit(r)
			if !ok {
				return 0, false
			}
			v = v*10 + d
		}
		return v, true
	}
	var total, section, digit float64
	have := false
	for _, r := range s {
		if d, ok := hanDigit(r); ok {
			digit, have = d, true
			continue
		}
		m := power(r)
		switch {
		case m == 0:
			return 0, false
		case m >= 1e4:
			section += digit
			if section == 0 && total == 0 {
				section = 1 // 万元, 亿万
			}
			if m == 1e8 { // 一万亿: what stands before is multiplied
				total = (total + section) * m
			} else { // 一亿两千万
				total += section * m
			}
			if total > 1e16 {
				return 0, false
			}
			section = 0
		default:
			if digit == 0 && !have {
				digit = 1
			}
			section += digit * m
		}
		digit, have = 0, false
	}
	return total + section + digit, true
}
