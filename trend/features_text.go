package trend

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp"
)

// textNames are features that only the pair tasks ask, after pairNames:
// they read words and clauses once more, which a stream has no time for. Of
// the two sides the shorter text comes first. All are symmetric in the texts.
var textNames = [...]string{
	"anchor_at_short", "anchor_at_long",
	"cover_short", "missing_short", "cover_long", "missing_long",
	"clause_best", "clause_mean", "clauses_short", "clauses_long",
	"clause_first", "clause_first_short", "clause_first_long", "clause_idf",
	"names_in_short", "names_out_short", "names_in_long", "names_out_long",
	"works_shared", "words_short", "words_long",
}

const textDim = len(textNames)

// minClause is the least length in characters of a clause that is compared.
const minClause = 4

// partCredit is what a word counts for whose character pairs the other text
// has, but not the word: a shortened or compounded name is not quite the name.
const partCredit = 0.8

// detail is what the text features read of one text.
type detail struct {
	text    string // letters and digits only
	words   []placed
	names   []string   // people, places, organisations, works and Latin names, letters and digits only
	works   []string   // sorted
	clauses [][]uint64 // character pairs of each clause, sorted
	chars   []rune     // distinct characters of text, sorted
	title   []rune     // folded
	facts   *nlp.Facts
	fields  [fieldDim]float64 // how likely each of FieldNames is
}

// placed is a content word at its first place.
type placed struct {
	text string
	w    float64 // rarity by its characters
	idf  float64 // rarity by the dictionary
	at   float64 // 0 for the first content word, below 1 for the last
	bare string  // letters and digits only
	kind wordKind
}

func (p *PairScorer) newDetail(s *sketch, a *nlp.Analysis) *detail {
	text := textOf(s.runes)
	chars := []rune(text)
	d := &detail{text: text, title: []rune(a.Title), facts: a.Facts(), fields: p.fields.of(chars)}
	slices.Sort(chars)
	d.chars = slices.Compact(chars)
	n := 0.0
	for _, t := range a.TitleTokens {
		if !isContent(&t) {
			continue
		}
		if len(d.words) == maxRunes/2 { // all there can be in what a sketch reads
			break
		}
		if !slices.ContainsFunc(d.words, func(p placed) bool { return p.text == t.Text }) {
			d.words = append(d.words, placed{t.Text, p.bg.wordIDF(t.Text), p.a.IDF(t.Text), n, lettersOf(t.Text), kindOf(t.POS)})
		}
		n++
	}
	for i := range d.words {
		d.words[i].at /= n
	}
	for _, e := range a.Entities {
		name := lettersOf(e.Text)
		if name == "" || slices.Contains(d.names, name) {
			continue
		}
		d.names = append(d.names, name)
		if e.Kind == nlp.KindWork {
			d.works = append(d.works, name)
		}
	}
	for _, clause := range strings.FieldsFunc(string(d.title[:min(len(d.title), maxRunes)]), endsClause) {
		if clause = lettersOf(clause); utf8.RuneCountInString(clause) >= minClause {
			d.clauses = append(d.clauses, Grams(clause))
		}
	}
	return d
}

func endsClause(r rune) bool { return strings.ContainsRune(",.!?;:，。！？；：… \t\n", r) }

func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if isLetter(r) {
			return r
		}
		return -1
	}, s)
}

// textFeatures compares two texts beyond what comparer.features does: the
// values of textNames, then those of wordNames.
func textFeatures(bg *background, a, b Prepared) []float64 {
	if cmp.Or(len(a.s.runes)-len(b.s.runes), cmp.Compare(a.s.gnorm, b.s.gnorm), cmp.Compare(a.d.text, b.d.text)) > 0 {
		a, b = b, a
	}
	f := make([]float64, 0, textDim+len(wordNames))
	put := func(v ...float64) { f = append(f, v...) }
	put(anchor(a.d, b.d))
	put(cover(a, b))
	put(cover(b, a))
	put(compareClauses(bg, a.d.clauses, b.d.clauses)...)
	put(namesWithin(a.d, b.d))
	put(namesWithin(b.d, a.d))
	works := 0
	for _, w := range a.d.works {
		if slices.Contains(b.d.works, w) {
			works++
		}
	}
	put(float64(works), float64(len(a.d.words)), float64(len(b.d.words)))
	return append(f, wordFeatures(a.d, b.d)...)
}

// anchor is where the rarest common word stands in either text: what a text is
// about comes early. 1 and 1 without a common word.
func anchor(a, b *detail) (atA, atB float64) {
	atA, atB = 1, 1
	best := 0.0
	for _, x := range a.words {
		for _, y := range b.words {
			if x.text == y.text && x.w > best {
				best, atA, atB = x.w, x.at, y.at
			}
		}
	}
	return atA, atB
}

// cover is the share of the words of a, by rarity, that b has whole or in
// part, and the rarity of the word that it lacks most.
func cover(a, b Prepared) (share, missing float64) {
	sum, have := 0.0, 0.0
	for _, x := range a.d.words {
		credit := 0.0
		if slices.ContainsFunc(b.d.words, func(y placed) bool { return y.text == x.text }) {
			credit = 1
		} else if grams := Grams(x.text); len(grams) > 0 {
			for _, g := range grams {
				if _, ok := slices.BinarySearchFunc(b.s.grams, g, func(w weighted, key uint64) int { return cmp.Compare(w.Key, key) }); ok {
					credit += partCredit / float64(len(grams))
				}
			}
		}
		sum += x.w
		have += x.w * credit
		missing = max(missing, x.w*(1-credit))
	}
	return ratio(have, sum), missing
}

// namesWithin counts the names of a that b has anywhere, and the others.
func namesWithin(a, b *detail) (in, out float64) {
	for _, n := range a.names {
		if strings.Contains(b.text, n) {
			in++
		} else {
			out++
		}
	}
	return in, out
}

// compareClauses returns how like the clauses are: the best two, the mean of
// the shorter text's best, how many there are, the first of each with the
// first and with any of the other text, and the most rarity that two share.
func compareClauses(bg *background, a, b [][]uint64) []float64 {
	var best, mean, first, firstA, firstB, shares float64
	sums := make([]float64, len(b))
	for j, q := range b {
		sums[j] = rarityOf(bg, q)
	}
	for i, p := range a {
		sum, top := rarityOf(bg, p), 0.0
		for j, q := range b {
			both := commonRarity(bg, p, q)
			top = max(top, ratio(both, math.Sqrt(sum*sums[j])))
			part := ratio(both, min(sum, sums[j]))
			if i == 0 && j == 0 {
				first = part
			}
			if i == 0 {
				firstA = max(firstA, part)
			}
			if j == 0 {
				firstB = max(firstB, part)
			}
			shares = max(shares, both)
		}
		best = max(best, top)
		mean += top / float64(len(a))
	}
	return []float64{best, mean, float64(len(a)), float64(len(b)), first, firstA, firstB, shares}
}

func rarityOf(bg *background, grams []uint64) float64 {
	sum := 0.0
	for _, g := range grams {
		sum += bg.idf(g)
	}
	return sum
}

func commonRarity(bg *background, a, b []uint64) float64 {
	sum := 0.0
	for g := range common(a, b) {
		sum += bg.idf(g)
	}
	return sum
}
