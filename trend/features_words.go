package trend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/xuanti/xuanti/nlp"
)

// wordNames are the last features of the pair tasks: what the one text says in
// words that the other does not have, whether they contradict each other, and
// what they are about. All are symmetric in the texts.
var wordNames = slices.Concat([]string{
	"chars_shared", "chars_share",
	"words_out_short", "words_out_share_short", "words_out_long", "words_out_share_long",
	"rarest_in_short", "rarest_idf_short", "first_in_short", "rarest_in_long", "rarest_idf_long", "first_in_long",
	"contradiction", "other_figures", "common_start", "common_end",
	"verbs_shared_idf", "verbs_share", "verb_out_short", "verb_out_long",
	"people_shared_idf", "people_share", "person_out_short", "person_out_long",
	"sites_shared_idf", "sites_share", "site_out_short", "site_out_long",
}, fieldFeatures())

func fieldFeatures() []string {
	out := make([]string, 0, fieldDim)
	for _, name := range FieldNames {
		out = append(out, "field_"+name)
	}
	return out
}

// maxRarest is how many of its rarest words stand for what a text is about.
const maxRarest = 5

// wordFeatures compares two texts beyond what textFeatures does; a is the
// shorter.
func wordFeatures(a, b *detail) []float64 {
	out := make([]float64, 0, len(wordNames))
	put := func(v ...float64) { out = append(out, v...) }
	chars := float64(sharedChars(a.chars, b.chars))
	put(chars, chars/float64(len(a.chars)+1))
	put(wordsOut(a, b)...)
	put(wordsOut(b, a)...)
	put(rarestIn(a, b)...)
	put(rarestIn(b, a)...)
	kind, bad := nlp.Conflict(a.facts, b.facts)
	put(bool01(bad), bool01(kind == "numbers"))
	start, end := commonEnds(a.title, b.title)
	put(float64(start), float64(end))
	for _, kind := range [...]wordKind{wordVerb, wordPerson, wordPlace} {
		put(wordsOf(kind, a, b)...)
	}
	for c := range fieldDim {
		put((a.fields[c] + b.fields[c]) / 2)
	}
	return out
}

// sharedChars counts the distinct characters of a that b has; both are sorted.
func sharedChars(a, b []rune) int {
	n := 0
	for _, r := range a {
		if _, ok := slices.BinarySearch(b, r); ok {
			n++
		}
	}
	return n
}

func (p *placed) in(d *detail) bool { return strings.Contains(d.text, p.bare) }

// wordsOut is how many words of a stand nowhere in b, and their share by rarity.
func wordsOut(a, b *detail) []float64 {
	n, out, sum := 0.0, 0.0, 0.0
	for i := range a.words {
		w := &a.words[i]
		sum += w.idf
		if !w.in(b) {
			n++
			out += w.idf
		}
	}
	return []float64{n, ratio(out, sum)}
}

// rarestIn is the share of the rarest words of a that stand in b, their mean
// rarity, and whether the very rarest does. A text without words is half in.
func rarestIn(a, b *detail) []float64 {
	if len(a.words) == 0 {
		return []float64{0.5, 0, 0.5}
	}
	words := slices.Clone(a.words)
	slices.SortStableFunc(words, func(x, y placed) int { return cmp.Compare(y.idf, x.idf) })
	words = words[:min(len(words), maxRarest)]
	in, idf := 0.0, 0.0
	for i := range words {
		in += bool01(words[i].in(b))
		idf += words[i].idf
	}
	n := float64(len(words))
	return []float64{in / n, idf / n, bool01(words[0].in(b))}
}

// wordKind is what a word of a given part of speech is to a happening.
type wordKind uint8

const (
	wordOther wordKind = iota
	wordVerb
	wordPerson
	wordPlace
)

func kindOf(pos string) wordKind {
	switch {
	case strings.HasPrefix(pos, "v"):
		return wordVerb
	case strings.HasPrefix(pos, "nr"):
		return wordPerson
	case pos == "ns":
		return wordPlace
	}
	return wordOther
}

// wordsOf is the rarity of the words of one kind that both texts have, its
// share of those of a, and the rarest of each that stands nowhere in the
// other: one subject that does something else is another happening.
func wordsOf(kind wordKind, a, b *detail) []float64 {
	both, all := 0.0, 0.0
	var out [2]float64
	for i := range a.words {
		w := &a.words[i]
		if w.kind != kind {
			continue
		}
		all += w.idf
		if slices.ContainsFunc(b.words, func(o placed) bool { return o.kind == kind && o.text == w.text }) {
			both += w.idf
		}
		if !w.in(b) {
			out[0] = max(out[0], w.idf)
		}
	}
	for i := range b.words {
		if w := &b.words[i]; w.kind == kind && !w.in(a) {
			out[1] = max(out[1], w.idf)
		}
	}
	return []float64{both, ratio(both, all), out[0], out[1]}
}

// commonEnds counts the characters with which both titles begin and end.
func commonEnds(a, b []rune) (start, end int) {
	n := min(len(a), len(b), maxRunes)
	for start < n && a[start] == b[start] {
		start++
	}
	for end < n && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return start, end
}
