package trend

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp"
)

// maxAligned bounds the words of a title that are aligned: the work grows with
// the product of both sides.
const maxAligned = 24

// wordAt is a content word of a title where it stands.
type wordAt struct {
	Key  uint64
	W    float32 // rarity
	From uint8   // first rune in the folded letters of the title
	To   uint8   // behind the last
	Verb bool
	vec  int32 // its vector, -1 for none
}

// wordsAt lists the content words in their order, repeats left out.
func wordsAt(bg *background, title string, tokens []nlp.Token) []wordAt {
	var out []wordAt
	at, runes := 0, 0 // byte of the title, letters before it
	for i := range tokens {
		t := &tokens[i]
		if len(out) == maxAligned || t.Start < at || t.Start > len(title) {
			break
		}
		runes += letters(title[at:t.Start])
		at = t.Start
		n := letters(t.Text)
		if runes+n > maxRunes {
			break
		}
		key := hashString(t.Text)
		if !isContent(t) || n == 0 || slices.ContainsFunc(out, func(w wordAt) bool { return w.Key == key }) {
			continue
		}
		out = append(out, wordAt{Key: key, W: float32(bg.wordIDF(t.Text)), From: uint8(runes), To: uint8(runes + n), Verb: strings.HasPrefix(t.POS, "v")})
	}
	return out
}

// letters counts what a sketch keeps of a text.
func letters(s string) int {
	n := 0
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if isLetter(r) {
			n++
		}
		s = s[size:]
	}
	return n
}

// alignment is how well the words of one title are said by another.
type alignment struct {
	said    float64 // share of the words' rarity that the other says, in like words
	weak    float64 // the largest rarity that the other does not say
	acts    float64 // how well the verbs are said, -1 without a verb
	missing int     // words of which the other says nothing
	best    float64 // the best likeness of words that differ
}

// align looks for the words of a in b and of b in a: the same word, its
// characters (清华 in 清华大学), or a word of like company.
func align(a, b *sketch, t *wordTable) (ab, ba alignment) {
	var x, y [maxAligned]float64 // how well each word is said
	for i := range a.order {
		for j := range b.order {
			if a.order[i].Key == b.order[j].Key {
				x[i], y[j] = 1, 1
			}
		}
	}
	best := 0.0
	for i := range a.order {
		for j := range b.order {
			if x[i] == 1 && y[j] == 1 {
				continue
			}
			l := t.like(a.order[i].vec, b.order[j].vec)
			if l <= 0 {
				continue
			}
			if x[i] < l {
				x[i] = l
			}
			if y[j] < l {
				y[j] = l
			}
			if best < l && x[i] < 1 && y[j] < 1 {
				best = l
			}
		}
	}
	ab, ba = a.said(&x, b), b.said(&y, a)
	ab.best, ba.best = best, best
	return ab, ba
}

// said sums up how well the words of s are said by o.
func (s *sketch) said(like *[maxAligned]float64, o *sketch) alignment {
	var r alignment
	all, acts, verbs := 0.0, 0.0, 0.0
	for i := range s.order {
		x := &s.order[i]
		l := like[i]
		if l < 1 {
			l = max(l, spelled(s.text[x.From:x.To], o.text))
		}
		w := float64(x.W)
		all += w
		r.said += w * l
		r.weak = max(r.weak, w*(1-l))
		if l < 0.3 {
			r.missing++
		}
		if x.Verb {
			verbs += w
			acts += w * l
		}
	}
	r.said = ratio(r.said, all)
	r.acts = -1
	if verbs > 0 {
		r.acts = acts / verbs
	}
	return r
}

// spelled is the share of the characters of word that stand in text in their
// order side by side, for words of two characters all or nothing.
func spelled(word, text []rune) float64 {
	best := 0
	for i := 0; i+best < len(word); i++ {
		first := word[i]
		for j := 0; j+best < len(text); j++ {
			if text[j] != first {
				continue
			}
			n := 1
			for i+n < len(word) && j+n < len(text) && word[i+n] == text[j+n] {
				n++
			}
			best = max(best, n)
		}
	}
	if best < 2 {
		return 0
	}
	return ratio(float64(best), float64(len(word)))
}

// wordVector adds up the vectors of a title's words, weighted by rarity; with
// but, only of the words that but lacks.
func wordVector(s, but *sketch, t *wordTable) (sum [wordDim]float32, norm float64) {
	for i := range s.order {
		x := &s.order[i]
		if x.vec < 0 || but != nil && slices.ContainsFunc(but.order, func(y wordAt) bool { return y.Key == x.Key }) {
			continue
		}
		for k, v := range t.vecs[int(x.vec)*wordDim:][:wordDim] {
			sum[k] += x.W * float32(v)
		}
	}
	n := float32(0)
	for _, x := range sum {
		n += x * x
	}
	return sum, math.Sqrt(float64(n))
}

func vectorCosine(a, b *[wordDim]float32, na, nb float64) float64 {
	if na == 0 || nb == 0 {
		return 0
	}
	s := float32(0)
	for k := range a {
		s += a[k] * b[k]
	}
	return float64(s) / (na * nb)
}
