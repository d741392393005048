package nlp

import (
	"strings"
	"unicode/utf8"
)

const (
	hanDigits  = "零〇○一二三四五六七八九两"
	hanPowers  = "十百千万亿"
	hanNumeral = hanDigits + hanPowers
)

// numeric are the runes at which a number of Han numerals can begin.
var numeric = newRuneSet(hanNumeral + "几数第")

// joinNumbers puts numbers and dates together: 3 . 5 % and 1 , 824 万 are
// numbers, 2026 年, 十二 月 and 28 日 are dates. A counted unit stays a token of
// its own (3000 | 元), for 元 and 人 are what texts are searched by.
func joinNumbers(text string, in []piece) []piece {
	out := in[:0]
	for i := 0; i < len(in); {
		if p, ok := ordinal(text, in[i:]); ok {
			out = append(out, p)
			i++
			continue
		}
		n, p := numberAt(text, in[i:])
		if n == 0 {
			out = append(out, in[i])
			i++
			continue
		}
		i += n
		if i < len(in) && in[i].start == p.end {
			month := len(out) > 0 && out[len(out)-1].kind == kindDate
			if dateUnit(text, p, &in[i], month) {
				p.end = in[i].end
				p.kind = kindDate
				p.runes += in[i].runes
				i++
			}
		}
		out = append(out, p)
	}
	return out
}

// ordinal takes 第 and the numeral of a word like 一个 that follows it: 第一 | 个.
// The word loses its first character.
func ordinal(text string, in []piece) (piece, bool) {
	if len(in) < 2 || word(text, &in[0]) != "第" || in[1].kind != kindWord || in[1].runes != 2 || in[1].start != in[0].end {
		return piece{}, false
	}
	next := &in[1]
	_, size := utf8.DecodeRuneInString(text[next.start:])
	if !strings.Contains(hanNumeral, text[next.start:next.start+size]) {
		return piece{}, false
	}
	p := piece{start: in[0].start, end: next.start + size, kind: kindNumber, runes: 2}
	*next = piece{start: p.end, end: next.end, kind: kindWord, runes: 1, known: true}
	return p, true
}

// numberAt reads a number at the head of in and says how many pieces it takes,
// 0 when there is none or a single character of Han that may be a word.
func numberAt(text string, in []piece) (int, piece) {
	p := in[0]
	if p.kind != kindDigit && (p.kind != kindWord || p.runes != 1 || !numeric.has(word(text, &p))) {
		return 0, p
	}
	n := 0
	switch {
	case p.kind == kindDigit:
		n = asciiNumber(text, in)
	case p.kind == kindWord && p.runes == 1 && strings.Contains(hanNumeral, word(text, &p)):
		n = hanNumber(text, in)
	case p.kind == kindWord && p.runes == 1 && (word(text, &p) == "几" || word(text, &p) == "数" || word(text, &p) == "第") && len(in) > 1:
		m := 0
		if in[1].kind == kindDigit && word(text, &p) == "第" {
			m = 1
		} else if in[1].kind == kindWord && in[1].runes == 1 && in[1].start == p.end {
			if r := word(text, &in[1]); word(text, &p) == "第" && strings.Contains(hanNumeral, r) || strings.Contains(hanPowers, r) {
				m = hanNumber(text, in[1:])
			}
		}
		if m > 0 {
			n = 1 + m
		}
	}
	if n == 0 {
		return 0, p
	}
	last := in[n-1]
	runes := 0
	for k := range n {
		runes += in[k].runes
	}
	return n, piece{start: p.start, end: last.end, kind: kindNumber, runes: runes}
}

func word(text string, p *piece) string { return text[p.start:p.end] }

// asciiNumber: digits, thousands groups, a decimal part, then % ‰ or 万 and 亿.
// 12:30 and 2026-10-01 are taken whole too.
func asciiNumber(text string, in []piece) int {
	at := func(i int) string {
		if i < len(in) && (i == 0 || in[i].start == in[i-1].end) {
			return word(text, &in[i])
		}
		return ""
	}
	isDigits := func(i int) bool { return at(i) != "" && in[i].kind == kindDigit }
	n := 1
	for at(n) == "," && isDigits(n+1) && len(at(n+1)) == 3 && len(at(0)) <= 3 {
		n += 2
	}
	if (at(n) == "." || at(n) == ":") && isDigits(n+1) {
		n += 2
		for n == 3 && at(1) == ":" && at(n) == ":" && isDigits(n+1) {
			n += 2
		}
	} else if n == 1 && len(at(0)) == 4 && (at(1) == "-" || at(1) == "/") && isDigits(2) && at(3) == at(1) && isDigits(4) {
		return 5
	}
	if at(n) == "%" || at(n) == "‰" {
		return n + 1
	}
	for s := at(n); s != "" && in[n].kind == kindWord && in[n].runes <= 2 && strings.Trim(s, "十百千万亿") == ""; s = at(n) {
		n++
	}
	return n
}

// hanNumber: two and more Han numerals side by side, 三点五 and 百分之 included;
// a single one is left to be the word it usually is, unless a date follows.
func hanNumber(text string, in []piece) int {
	n := 1
	for n < len(in) && in[n].start == in[n-1].end && in[n].kind == kindWord {
		w := word(text, &in[n])
		if strings.Trim(w, hanNumeral) != "" && (w != "几" || word(text, &in[n-1]) != "十") { // 十几万
			break
		}
		n++
	}
	return n
}

// dateUnit says whether unit turns number into a date: 年 after a four-digit
// or digit-by-digit year, 月 up to 12, 日 up to 31, 时 up to 24, and 号
// after a month (3号 alone may be a line, a building or a decree).
func dateUnit(text string, number piece, unit *piece, afterDate bool) bool {
	if unit.kind != kindWord || unit.runes > 2 {
		return false
	}
	v, ok := parseNumeral(text[number.start:number.end])
	if !ok || v != float64(int(v)) {
		return false
	}
	switch word(text, unit) {
	case "年":
		s := text[number.start:number.end]
		return v >= 1000 && v < 3000 && (len(s) == 4 || number.runes == 4 && !strings.ContainsAny(s, hanPowers))
	case "月", "月份":
		return v >= 1 && v <= 12
	case "日":
		return v >= 1 && v <= 31
	case "号":
		return afterDate && v >= 1 && v <= 31
	case "时":
		return v <= 24
	}
	return false
}
