package trend

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/xuanti/xuanti/nlp"
)

// weighted is one feature key with its weight (inverse document frequency).
type weighted struct {
	Key uint64
	W   float32
}

// sketch is what the scorers keep of one title: sorted weighted sets that can
// be intersected in one pass, the bare characters, and a topic vector.
type sketch struct {
	runes  []uint32   // folded letters and digits only, at most maxRunes, see sortedRunes
	rare   []uint8    // level of rarity of the pair that starts at each character but the last
	grams  []weighted // distinct character pairs, sorted by key
	gsum   float64    // sum of their weights
	vecs   []int32    // where each of grams has its topic vector; -1 for none
	gnorm  float64    // Euclidean norm of grams
	words  []weighted // distinct content words, sorted by key
	wnorm  float64
	names  []weighted // people, places, organisations, works, Latin names
	nums   []uint64   // numbers as written, sorted
	places []uint64   // sorted
	latin  []uint64   // runs of Latin letters, sorted
	head   []weighted // character pairs of the first clause
	hnorm  float64
	lead   uint64 // hash of a short label in front of a colon or in brackets; 0 if none
	vec    [vecDim]float32
	vnorm  float64
	asks   bool // a question
	film   bool // starts with blanks, as clip titles do
}

// maxRunes bounds the work on one text: scoring is quadratic in its length.
const maxRunes = 160

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashString(s string) uint64 {
	h := uint64(fnvOffset)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

func gramKey(a, b rune) uint64 { return uint64(a)<<32 | uint64(b) }

// sketchInput is the part of a sketch that cannot be computed again from the
// embedded tables; snapshots hold it.
type sketchInput struct {
	Title  string // folded
	Film   bool
	Words  []weighted
	Names  []weighted
	Places []uint64
}

func (in *sketchInput) equal(o *sketchInput) bool {
	return in.Title == o.Title && in.Film == o.Film && slices.Equal(in.Words, o.Words) && slices.Equal(in.Names, o.Names) && slices.Equal(in.Places, o.Places)
}

// newInput takes words, names and places from an analysis. raw is the title as
// written, for the marks that folding removes.
func newInput(bg *background, raw string, a *nlp.Analysis) sketchInput {
	in := sketchInput{Title: a.Title, Film: strings.HasPrefix(raw, " ")}
	if in.Title == "" {
		in.Title = nlp.Fold(raw)
	}
	for _, t := range a.TitleTokens {
		if !isContent(&t) {
			continue
		}
		in.Words = append(in.Words, weighted{hashString(t.Text), float32(bg.wordIDF(t.Text))})
	}
	for _, e := range a.Entities {
		if e.Start < len(in.Title) || a.Text == "" {
			in.Names = append(in.Names, weighted{hashString(e.Text), float32(bg.wordIDF(e.Text))})
		}
	}
	for _, p := range a.Places {
		in.Places = append(in.Places, hashString(p))
	}
	in.Words = dedupe(in.Words)
	in.Names = dedupe(in.Names)
	slices.Sort(in.Places)
	in.Places = slices.Compact(in.Places)
	return in
}

// isContent leaves out stop words and single Chinese characters (three bytes).
func isContent(t *nlp.Token) bool { return len(t.Text) >= 4 && !nlp.IsStop(t.Text) }

// newSketch computes the rest of a sketch.
func newSketch(bg *background, in sketchInput) *sketch {
	s := &sketch{film: in.Film, words: in.Words, names: in.Names, places: in.Places}
	s.scan(bg, in.Title)
	s.vecs = make([]int32, len(s.grams))
	for i, g := range s.grams {
		s.vecs[i] = bg.vecIndex(g.Key)
		bg.addVec(&s.vec, s.vecs[i], g.W)
	}
	s.vnorm = vecNorm(&s.vec)
	s.gnorm, s.wnorm, s.hnorm = norm(s.grams), norm(s.words), norm(s.head)
	return s
}

// scan reads the characters: pairs, digits, Latin runs, first clause, label.
func (s *sketch) scan(bg *background, title string) {
	text := make([]rune, 0, maxRunes)
	headEnd := -1
	var latin, digits strings.Builder
	flush := func() {
		if latin.Len() >= 2 {
			s.latin = append(s.latin, hashString(latin.String()))
		}
		if digits.Len() > 0 {
			s.nums = append(s.nums, hashString(strings.TrimRight(digits.String(), ".")))
		}
		latin.Reset()
		digits.Reset()
	}
	for _, r := range title {
		if len(text) >= maxRunes {
			break
		}
		switch {
		case r >= 'a' && r <= 'z':
			if digits.Len() > 0 {
				flush()
			}
			latin.WriteRune(r)
		case r >= '0' && r <= '9':
			if latin.Len() > 0 {
				flush()
			}
			digits.WriteRune(r)
		case r == '.' && digits.Len() > 0:
			digits.WriteRune(r)
		default:
			flush()
		}
		if isLetter(r) {
			text = append(text, r)
			continue
		}
		if r == '?' || r == '？' {
			s.asks = true
		}
		if headEnd < 0 && len(text) >= 4 && r != ' ' && r != '《' && r != '"' && r != '“' && r != '.' {
			headEnd = len(text)
		}
		if s.lead == 0 && (r == ':' || r == '：' || r == '】' || r == '|') && len(text) >= 2 && len(text) <= 8 {
			s.lead = hashString(string(text))
		}
	}
	flush()
	if headEnd < 0 {
		headEnd = len(text)
	}
	s.runes = sortedRunes(text)
	s.grams = gramsOf(bg, text)
	s.rare = make([]uint8, max(0, len(text)-1))
	for i := range s.rare {
		s.rare[i] = bg.rareness(gramKey(text[i], text[i+1]))
	}
	s.gsum = weightSum(s.grams)
	s.head = s.grams
	if headEnd < len(text) {
		s.head = slices.Clip(gramsOf(bg, text[:headEnd]))
	}
	slices.Sort(s.nums)
	s.nums = slices.Compact(s.nums)
	slices.Sort(s.latin)
	s.latin = slices.Compact(s.latin)
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func gramsOf(bg *background, text []rune) []weighted {
	out := make([]weighted, 0, len(text))
	for i := 0; i+1 < len(text); i++ {
		out = append(out, weighted{Key: gramKey(text[i], text[i+1])})
	}
	if len(text) == 1 {
		out = append(out, weighted{Key: gramKey(0, text[0])})
	}
	out = dedupe(out)
	for i := range out {
		out[i].W = float32(bg.idf(out[i].Key))
	}
	return out
}

func norm(v []weighted) float64 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x.W) * float64(x.W)
	}
	return math.Sqrt(sum)
}

// dedupe sorts by key and drops repeats.
func dedupe(v []weighted) []weighted {
	slices.SortFunc(v, func(a, b weighted) int { return cmp.Compare(a.Key, b.Key) })
	return slices.CompactFunc(v, func(a, b weighted) bool { return a.Key == b.Key })
}

// overlap sums up what two sorted sets share.
type overlap struct {
	dot    float64 // sum of squared weights
	sum    float64 // sum of weights
	n      int
	top    float64 // largest shared weight
	second float64
}

func intersect(a, b []weighted) overlap {
	var o overlap
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].Key < b[j].Key:
			i++
		case a[i].Key > b[j].Key:
			j++
		default:
			w := float64(a[i].W)
			o.dot += w * w
			o.sum += w
			o.n++
			if w > o.top {
				o.top, o.second = w, o.top
			} else if w > o.second {
				o.second = w
			}
			i++
			j++
		}
	}
	return o
}

// common goes through the keys that stand in both of two sorted lists.
func common(a, b []uint64) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for i, j := 0, 0; i < len(a) && j < len(b); {
			switch {
			case a[i] < b[j]:
				i++
			case a[i] > b[j]:
				j++
			default:
				if !yield(a[i]) {
					return
				}
				i++
				j++
			}
		}
	}
}

// shared counts the common keys of two sorted lists.
func shared(a, b []uint64) int {
	n := 0
	for range common(a, b) {
		n++
	}
	return n
}

func ratio(a, b float64) float64 {
	if b <= 0 {
		return 0
	}
	return a / b
}
