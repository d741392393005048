package nlp

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp/dict"
)

// traditional is the OpenCC table in the form that converting needs: which
// runes change alone, and which phrases decide for their runes together
// (乾隆 keeps 乾, 乾燥 does not).
type traditional struct {
	runes   map[rune]rune
	phrases map[rune][]phrase // by first rune, longest first
	bits    [0x10000 / 64]uint64
}

type phrase struct{ from, to string }

// loadTraditional reads the embedded table once. The files are part of the
// binary and covered by a test, so a failure to read them is a programming
// error.
var loadTraditional = sync.OnceValue(func() *traditional {
	t, err := readTraditional()
	if err != nil {
		panic("nlp: " + err.Error())
	}
	return t
})

func readTraditional() (*traditional, error) {
	chars, err := dict.Read("TSCharacters.txt.gz")
	if err != nil {
		return nil, err
	}
	phrases, err := dict.Read("TSPhrases.txt.gz")
	if err != nil {
		return nil, err
	}
	t := &traditional{runes: make(map[rune]rune, 4200), phrases: make(map[rune][]phrase, 400)}
	eachPair(chars, func(from, to string) {
		f, _ := utf8.DecodeRuneInString(from)
		r, _ := utf8.DecodeRuneInString(to)
		if f != r {
			t.runes[f] = r
			t.mark(f)
		}
	})
	eachPair(phrases, func(from, to string) {
		if utf8.RuneCountInString(from) != utf8.RuneCountInString(to) {
			return // offsets must survive; the table has none today
		}
		t.add(from, to)
	})
	for f, r := range t.runes { // 薴→苧→苎: one pass must reach the end
		if last, ok := t.runes[r]; ok {
			t.runes[f] = last
		}
	}
	// Simplified text that a phrase produced must stay as it is: 乾清宫 again
	// gives 乾清宫, not 干清宫.
	var results []string
	for _, list := range t.phrases {
		for _, p := range list {
			results = append(results, p.to)
		}
	}
	slices.Sort(results)
	for _, to := range slices.Compact(results) {
		if t.convert(to) != to {
			t.add(to, to)
		}
	}
	return t, nil
}

func (t *traditional) add(from, to string) {
	f, _ := utf8.DecodeRuneInString(from)
	t.phrases[f] = insertLongest(t.phrases[f], phrase{from, to})
	t.mark(f)
}

// eachPair reads "key<TAB>value [other values]" lines; the first value counts.
func eachPair(table string, fn func(from, to string)) {
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		from, rest, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		to, _, _ := strings.Cut(rest, " ")
		fn(from, to)
	}
}

func insertLongest(list []phrase, p phrase) []phrase {
	i := 0
	for i < len(list) && len(list[i].from) >= len(p.from) {
		i++
	}
	list = append(list, phrase{})
	copy(list[i+1:], list[i:])
	list[i] = p
	return list
}

func (t *traditional) mark(r rune) {
	if r < 0x10000 {
		t.bits[r/64] |= 1 << (r % 64)
	}
}

func (t *traditional) marked(r rune) bool {
	return r >= 0x10000 || t.bits[r/64]&(1<<(r%64)) != 0
}

// hasTraditional says whether converting could change s.
func hasTraditional(s string) bool {
	t := loadTraditional()
	for _, r := range s {
		if r >= 0x3400 && t.marked(r) {
			return true
		}
	}
	return false
}

// simplify converts traditional characters: at each place the longest phrase
// of the table, else the single character. The number of runes never changes.
func simplify(s string) string {
	if !hasTraditional(s) {
		return s
	}
	return loadTraditional().convert(s)
}

func (t *traditional) convert(s string) string {
	var b strings.Builder
	b.Grow(len(s))
next:
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < 0x3400 || !t.marked(r) {
			b.WriteString(s[i : i+n])
			i += n
			continue
		}
		for _, p := range t.phrases[r] {
			if strings.HasPrefix(s[i:], p.from) {
				b.WriteString(p.to)
				i += len(p.from)
				continue next
			}
		}
		if to, ok := t.runes[r]; ok {
			b.WriteRune(to)
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
