package index

import (
	"unicode"
	"unicode/utf8"
)

// gram is a unit of the gram fields: two neighbouring Han characters, one
// where a run of Han has no neighbour, or a whole Latin or number word.
// Offsets are bytes of the folded text. pos counts characters of Han runs and
// words of other scripts, so that neighbours in the text have neighbouring
// positions, whatever stands between them.
type gram struct {
	start, end int
	pos        int
	single     bool // one Han character of a longer run: only phrases need it
}

// grams cuts a folded text into grams in order of position. With singles every
// Han character also counts by itself, at the position of the pair it begins.
func grams(folded string, singles bool) []gram {
	out := make([]gram, 0, len(folded)/2)
	pos := 0
	for i := 0; i < len(folded); {
		r, n := utf8.DecodeRuneInString(folded[i:])
		switch {
		case isIdeograph(r):
			out, i, pos = hanRun(out, folded, i, pos, singles)
		case isWordRune(r):
			out, i, pos = wordRun(out, folded, i, pos)
		default:
			i += n
		}
	}
	return out
}

func hanRun(out []gram, s string, i, pos int, singles bool) ([]gram, int, int) {
	first, prev := i, -1 // prev is the start of the character before
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isIdeograph(r) {
			break
		}
		if prev >= 0 {
			out = append(out, gram{start: prev, end: i + n, pos: pos - 1})
		}
		if singles {
			out = append(out, gram{start: i, end: i + n, pos: pos, single: true})
		}
		prev = i
		pos++
		i += n
	}
	if prev == first && !singles {
		out = append(out, gram{start: first, end: i, pos: pos - 1})
	}
	return out, i, pos
}

// maxParts bounds the parts of one Latin word that are indexed: a hash or a
// base64 blob must not fill the dictionary.
const (
	maxParts    = 4
	maxWordSize = 64
)

// wordRun takes a run of letters and digits. Where letters meet digits the
// pieces are findable as well: su7ultra is found by su7, ultra and 7.
func wordRun(out []gram, s string, i, pos int) ([]gram, int, int) {
	start := i
	cuts := append(make([]int, 0, maxParts+1), i)
	digit := false
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if isIdeograph(r) || !isWordRune(r) {
			break
		}
		if d := unicode.IsNumber(r); i > start && d != digit && !unicode.IsMark(r) {
			cuts = append(cuts, i)
			digit = d
		} else if i == start {
			digit = d
		}
		i += n
	}
	if i-start > maxWordSize {
		end := start + maxWordSize
		for !utf8.RuneStart(s[end]) {
			end--
		}
		return append(out, gram{start: start, end: end, pos: pos}), i, pos + 1
	}
	out = append(out, gram{start: start, end: i, pos: pos})
	cuts = append(cuts, i)
	if n := len(cuts) - 1; n > 1 && n <= maxParts {
		for a := range n {
			for b := a + 1; b <= n; b++ {
				if b-a < n {
					out = append(out, gram{start: cuts[a], end: cuts[b], pos: pos})
				}
			}
		}
	}
	return out, i, pos + 1
}

// isIdeograph reports the scripts that are written without spaces.
func isIdeograph(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}
