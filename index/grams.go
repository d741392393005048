package index

import (
	"unicode"
	"unicode/utf8"
)

// gram is a unit of the gram fields: two neighbouring Han characters, one
// where a run of Han has no neighbour, or a whole Latin or number word and its
// parts. Offsets are bytes of the folded text.
type gram struct {
	start, end int
	part       bool // a piece of the Latin word before it
}

// grams cuts a folded text into grams in order of position.
func grams(folded string) []gram {
	out := make([]gram, 0, len(folded)/3+2) // a Han character takes three bytes
	for i := 0; i < len(folded); {
		r, n := utf8.DecodeRuneInString(folded[i:])
		switch {
		case isIdeograph(r):
			out, i = hanRun(out, folded, i)
		case isWordRune(r):
			out, i = wordRun(out, folded, i)
		default:
			i += n
		}
	}
	return out
}

func hanRun(out []gram, s string, i int) ([]gram, int) {
	first, prev := i, -1 // prev is the start of the character before
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isIdeograph(r) {
			break
		}
		if prev >= 0 {
			out = append(out, gram{start: prev, end: i + n})
		}
		prev = i
		i += n
	}
	if prev == first {
		out = append(out, gram{start: first, end: i})
	}
	return out, i
}

// maxParts bounds the parts of one Latin word that are indexed: a hash or a
// base64 blob must not fill the dictionary.
const (
	maxParts    = 4
	maxWordSize = 64
)

// wordRun takes a run of letters and digits. Where letters meet digits the
// pieces are findable as well: su7ultra is found by su7, ultra and 7.
func wordRun(out []gram, s string, i int) ([]gram, int) {
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
		return append(out, gram{start: start, end: end}), i
	}
	out = append(out, gram{start: start, end: i})
	cuts = append(cuts, i)
	if n := len(cuts) - 1; n > 1 && n <= maxParts {
		for a := range n {
			for b := a + 1; b <= n; b++ {
				if b-a < n {
					out = append(out, gram{start: cuts[a], end: cuts[b], part: true})
				}
			}
		}
	}
	return out, i
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
