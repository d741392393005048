package nlp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings a text to the form for matching, keys and segmentation: NFKC
// (full-width letters and digits become ASCII, ligatures and circled digits
// are taken apart), lower case, simplified characters for traditional ones;
// zero-width and control characters vanish, every run of white space becomes
// one space, and both ends are trimmed. Invalid UTF-8 becomes U+FFFD.
// Fold(Fold(s)) equals Fold(s).
func Fold(s string) string {
	if out, ok := foldCommon(s); ok {
		return simplify(out)
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.ContainsFunc(s, isInvisible) {
		s = strings.Map(dropInvisible, s)
	}
	s = norm.NFKC.String(s)
	// Lower-casing can leave a letter and a mark that have a composed form.
	s = norm.NFKC.String(strings.ToLower(s))
	return simplify(foldSpace(s))
}

// foldCommon does the work for the characters that nearly all Chinese
// text is made of, several times as fast as the general way: ASCII, CJK ideographs
// and marks, full-width forms. It gives up at any other character.
func foldCommon(s string) (string, bool) {
	same := true
	space := true // before the text: a leading space is trimmed
	var buf []byte
	keep := func(i int) { // the first change: copy what came before
		if same {
			same = false
			buf = make([]byte, i, len(s))
			copy(buf, s[:i])
		}
	}
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		out := r
		switch {
		case r >= 0x4e00 && r <= 0x9fff, r >= 0x3001 && r <= 0x3011, r == '“', r == '”', r == '‘', r == '’', r == '—':
		case r > ' ' && r < 0x7f:
			if r >= 'A' && r <= 'Z' {
				out = r + 'a' - 'A'
			}
		case r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == 0x3000:
			if space {
				keep(i)
				i += n
				continue
			}
			out = ' '
		case r >= 0xff01 && r <= 0xff5e:
			out = r - 0xfee0
			if out >= 'A' && out <= 'Z' {
				out += 'a' - 'A'
			}
		case r == '…':
			keep(i)
			buf = append(buf, "..."...)
			space = false
			i += n
			continue
		default:
			return "", false
		}
		space = out == ' '
		if out != r {
			keep(i)
		}
		if !same {
			if out < utf8.RuneSelf {
				buf = append(buf, byte(out))
			} else {
				buf = append(buf, s[i:i+n]...)
			}
		}
		i += n
	}
	if same {
		return strings.TrimSuffix(s, " "), true
	}
	return strings.TrimSuffix(string(buf), " "), true
}

// isInvisible reports characters that carry no text: controls other than white
// space, zero-width and direction marks, soft hyphens, variation selectors,
// the byte-order mark and tags.
func isInvisible(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return !unicode.IsSpace(r)
	case r == 0xad || r == 0x61c || r == 0x180e || r == 0xfeff,
		r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f,
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}

func dropInvisible(r rune) rune {
	if isInvisible(r) {
		return -1
	}
	return r
}

// foldSpace makes every run of white space one space and trims both ends.
func foldSpace(s string) string {
	clean, prev := true, true
	for _, r := range s {
		sp := unicode.IsSpace(r)
		if sp && (prev || r != ' ') {
			clean = false
			break
		}
		prev = sp
	}
	if clean && (len(s) == 0 || s[len(s)-1] != ' ') {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// Mapped is a folded text that remembers where its characters came from.
type Mapped struct {
	Text string // what Fold returns
	src  []int  // for each byte of Text, the offset in the original; one more for the end
}

// FoldMap folds a text and keeps the way back to the original, for highlights
// and for tokens that must be shown as published. It costs about eight bytes a
// byte, so use Fold where offsets do not matter.
func FoldMap(s string) Mapped {
	folded := Fold(s)
	m := Mapped{Text: folded, src: make([]int, len(folded)+1)}
	clean, at := validate(s)
	// Fold grapheme-like pieces one by one. The pieces of NFKC are independent
	// of each other, and the conversion to simplified characters keeps the
	// number of runes, so walking both texts in step finds every origin.
	var it norm.Iter
	it.InitString(norm.NFKC, clean)
	pos := 0
	for !it.Done() && pos < len(folded) {
		from := it.Pos()
		piece := string(it.Next())
		for _, r := range strings.ToLower(strings.Map(dropInvisible, piece)) {
			if pos >= len(folded) {
				break
			}
			f, n := utf8.DecodeRuneInString(folded[pos:])
			if unicode.IsSpace(r) != (f == ' ') {
				continue // trimmed or folded white space
			}
			for k := range n {
				m.src[pos+k] = at(from)
			}
			pos += n
		}
	}
	for i := pos; i <= len(folded); i++ {
		m.src[i] = len(s)
	}
	return m
}

// validate replaces invalid bytes as Fold does and says where an offset of the
// result lies in s.
func validate(s string) (string, func(int) int) {
	if utf8.ValidString(s) {
		return s, func(i int) int { return i }
	}
	var b strings.Builder
	var from []int
	bad := false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			if !bad { // a run of invalid bytes becomes one character
				from = append(from, i, i, i)
				b.WriteString("\uFFFD")
			}
			bad = true
			i++
			continue
		}
		bad = false
		for range n {
			from = append(from, i)
		}
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String(), func(i int) int { return from[i] }
}

// Origin returns the span of the original text that became Text[start:end].
func (m Mapped) Origin(start, end int) (int, int) {
	start = min(max(start, 0), len(m.src)-1)
	end = min(max(end, start), len(m.src)-1)
	return m.src[start], m.src[end]
}
