package nlp

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// joinLatin puts names of letters, digits and inner marks together: gpt-5,
// wi-fi, c++, at&t, v1.2.3, su7. A mark joins only between two runs, at least
// one of which has a letter, with no space around it.
func joinLatin(text string, in []piece) []piece {
	out := in[:0]
	for i := 0; i < len(in); i++ {
		p := in[i]
		if p.kind != kindLatin && p.kind != kindDigit {
			out = append(out, p)
			continue
		}
		letters := p.kind == kindLatin
		j := i + 1
		for j+1 < len(in) && in[j].kind == kindMark && in[j].runes == 1 && strings.IndexByte("-._'&+", text[in[j].start]) >= 0 &&
			(in[j+1].kind == kindLatin || in[j+1].kind == kindDigit) && (letters || in[j+1].kind == kindLatin) {
			letters = true
			j += 2
		}
		if letters && j < len(in) && in[j].kind == kindMark && text[in[j].start] == '+' { // c++, disney+
			for j < len(in) && in[j].kind == kindMark && text[in[j].start] == '+' {
				j++
			}
		}
		if j > i+1 {
			p = piece{start: p.start, end: in[j-1].end, kind: kindLatin, runes: utf8.RuneCountInString(text[p.start:in[j-1].end])}
			i = j - 1
		}
		out = append(out, p)
	}
	return out
}

// joinMarks puts a run of one mark together: —— and ...... are one token.
func joinMarks(text string, in []piece) []piece {
	out := in[:0]
	for i := 0; i < len(in); i++ {
		p := in[i]
		if p.kind == kindMark {
			mark := text[p.start:p.end]
			for i+1 < len(in) && in[i+1].kind == kindMark && text[in[i+1].start:in[i+1].end] == mark && repeats(mark) {
				i++
				p.end = in[i].end
				p.runes++
			}
		}
		out = append(out, p)
	}
	return out
}

func repeats(mark string) bool {
	switch mark {
	case "—", "-", ".", "!", "?", "~", "…", "·", "=", "_", "*":
		return true
	}
	return false
}

// runeSet is a set of runes of the basic plane.
type runeSet [1 << 10]uint64

func newRuneSet(runes string) *runeSet {
	s := new(runeSet)
	for i := range runes {
		s.add(runes[i:])
	}
	return s
}

// add takes the first rune of a text into the set; those beyond the basic plane
// all count as one.
func (s *runeSet) add(text string) {
	r, _ := utf8.DecodeRuneInString(text)
	r = min(r, 1<<16-1)
	s[r>>6] |= 1 << (r & 63)
}

// has says whether the first rune of a text is in the set.
func (s *runeSet) has(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return s.hasRune(r)
}

func (s *runeSet) hasRune(r rune) bool {
	r = min(r, 1<<16-1)
	return s[r>>6]&(1<<(r&63)) != 0
}

// strictSuffixes end a name even when only single characters stand before it.
var strictSuffixes = newRuneSet("村镇乡县")

// joinPlaces puts the name of a village, town or county together when nothing
// but single unknown characters stands before its last character: 小|阜|村.
func joinPlaces(text string, in []piece) []piece {
	out := in[:0]
	for _, p := range in {
		if p.kind == kindWord && p.runes == 1 && strictSuffixes.has(text[p.start:p.end]) {
			n := 0
			for n < 2 && n < len(out) && nameable(text, &out[len(out)-1-n]) {
				n++
			}
			if n == 2 && (len(out) == 2 || out[len(out)-3].kind != kindWord || !nameable(text, &out[len(out)-3])) {
				from := out[len(out)-2].start
				out = out[:len(out)-2]
				p = piece{start: from, end: p.end, kind: kindWord, runes: 3, pos: "ns"}
			}
		}
		out = append(out, p)
	}
	return out
}

// nameable says whether a piece is a single Han character that may belong to a
// name: not one of the grammar's own.
func nameable(text string, p *piece) bool {
	return p.kind == kindWord && p.runes == 1 && !functional.has(text[p.start:p.end])
}

// functional are the single characters that are words of their own far more
// often than they are part of an unknown word.
var functional = newRuneSet("的了在是和与及或就都而也不没有这那我你他她它们个把被对从向到为以于上下中里内外前后来去又再还很最更太只才已将会能可要说着过给让使由因但并之其此每各等一二三四五六七八九十百千万亿两几多零〇○年月日时分点元人名者地得所该某本第至比较吗呢吧啊呀且若则既亦均须按据凭")

// joinUnknown puts together what the path left in runs of single characters: a
// surname with two characters of given names, and what gse's HMM takes for a
// word of two to four characters. Functional characters are never part of one.
func (l *lexicon) joinUnknown(text string, in []piece) []piece {
	out := in[:0] // never longer than what was read
	for i := 0; i < len(in); {
		if i+1 < len(in) && l.halfName(text, in[i:]) {
			out = append(out, piece{start: in[i].start, end: in[i+1].end, kind: kindWord, runes: 3})
			i += 2
			continue
		}
		j := i
		for j < len(in) && nameable(text, &in[j]) && (j == i || in[j].start == in[j-1].end) {
			j++
		}
		if j-i < 2 {
			out = append(out, in[i:max(j, i+1)]...)
			i = max(j, i+1)
			continue
		}
		from := i // of the part that no name has taken
		for k := i; k+2 < j; k++ {
			if l.fullName(text[in[k].start:in[k+2].end]) {
				out = l.cutUnknown(out, text, in[from:k])
				out = append(out, piece{start: in[k].start, end: in[k+2].end, kind: kindWord, runes: 3})
				from = k + 3
				k += 2
			}
		}
		out = l.cutUnknown(out, text, in[from:j])
		i = j
	}
	return out
}

// halfName: a name of two characters in the general list, which is no place
// either, and behind it the third one: 张若|昀.
func (l *lexicon) halfName(text string, in []piece) bool {
	name, last := &in[0], &in[1]
	if name.runes != 2 || name.pos != "nr" || name.end != last.start || !nameable(text, last) {
		return false
	}
	_, place := l.lists.placeOf(text[name.start:name.end])
	return !place && l.fullName(text[name.start:last.end])
}

// fullName: a surname that is not an everyday word, then two characters of
// given names.
func (l *lexicon) fullName(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	if weak, surname := l.lists.names.surname[r]; !surname || weak {
		return false
	}
	for _, r := range s[n:] {
		if !l.lists.names.given[r] {
			return false
		}
	}
	return true
}

// cutUnknown appends a run of single characters, joined where the HMM says so.
func (l *lexicon) cutUnknown(out []piece, text string, in []piece) []piece {
	if len(in) < 2 {
		return append(out, in...)
	}
	for len(in) > 0 {
		run := in[:min(len(in), maxGuess)]
		in = in[len(run):]
		ends := l.guess(text[run[0].start:run[len(run)-1].end])
		for len(run) > 0 {
			n := min(1+bits.TrailingZeros64(ends), len(run))
			if ends >>= n; n == 1 {
				out = append(out, run[0])
			} else {
				out = append(out, piece{start: run[0].start, end: run[n-1].end, kind: kindWord, runes: n})
			}
			run = run[n:]
		}
	}
	return out
}
