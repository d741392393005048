package trend

import "math"

// pairNames are the features of two titles, in the order of pairFeatures.
// All are symmetric in the two titles.
var pairNames = [...]string{
	"gram_cosine", "gram_contain", "gram_shared_idf", "gram_top_idf", "gram_jaccard", "char_cosine",
	"word_cosine", "word_contain", "word_shared", "word_top_idf", "word_second_idf",
	"run_length", "run_share", "run_idf", "run2_idf", "subsequence_share",
	"name_shared_idf", "name_top_idf", "name_conflict", "place_shared", "place_conflict",
	"number_shared", "number_conflict", "number_one_sided", "latin_shared", "latin_conflict",
	"head_cosine", "head_to_all", "lead_equal", "topic_cosine", "rest_cosine",
	"rest_idf_short", "rest_idf_long", "runes_short", "runes_long", "length_ratio",
	"questions", "clips",
	"said_short", "said_long", "unsaid_short", "unsaid_long", "missing_short", "missing_long",
	"acts_least", "acts_most", "like_words", "word_vector_cosine", "rest_vector_cosine",
}

const pairDim = len(pairNames)

// pairFeatures compares two titles.
func pairFeatures(a, b *sketch, bg *background) [pairDim]float64 {
	var f [pairDim]float64
	k := 0
	put := func(v float64) { f[k] = v; k++ }
	if len(a.text) > len(b.text) || (len(a.text) == len(b.text) && a.gnorm > b.gnorm) {
		a, b = b, a // a is the shorter
	}
	g := intersect(a.grams, b.grams)
	small := math.Min(a.gnorm, b.gnorm)
	put(ratio(g.dot, a.gnorm*b.gnorm))
	put(ratio(g.dot, small*small))
	put(g.sum)
	put(g.top)
	put(ratio(float64(g.n), float64(len(a.grams)+len(b.grams)-g.n)))
	put(charCosine(a.text, b.text))
	w := intersect(a.words, b.words)
	wsmall := math.Min(a.wnorm, b.wnorm)
	put(ratio(w.dot, a.wnorm*b.wnorm))
	put(ratio(w.dot, wsmall*wsmall))
	put(float64(w.n))
	put(w.top)
	put(w.second)
	run, runIDF, run2IDF := commonRuns(a.text, b.text, bg)
	put(float64(run))
	put(ratio(float64(run), float64(len(a.text))))
	put(runIDF)
	put(run2IDF)
	put(ratio(float64(subsequence(a.text, b.text)), float64(len(a.text))))
	n := intersect(a.names, b.names)
	put(n.sum)
	put(n.top)
	put(conflict(n.n, len(a.names), len(b.names)))
	p := shared(a.places, b.places)
	put(float64(p))
	put(conflict(p, len(a.places), len(b.places)))
	num := shared(a.nums, b.nums)
	put(float64(num))
	put(conflict(num, len(a.nums), len(b.nums)))
	put(math.Abs(float64(len(a.nums) - len(b.nums))))
	l := shared(a.latin, b.latin)
	put(float64(l))
	put(conflict(l, len(a.latin), len(b.latin)))
	put(ratio(intersect(a.head, b.head).dot, a.hnorm*b.hnorm))
	put(math.Max(ratio(intersect(a.head, b.grams).dot, a.hnorm*a.hnorm), ratio(intersect(b.head, a.grams).dot, b.hnorm*b.hnorm)))
	put(truth(a.lead != 0 && a.lead == b.lead))
	put(cosine(&a.vec, &b.vec, a.vnorm, b.vnorm))
	put(restCosine(a, b, bg))
	put(weightSum(a.grams) - g.sum)
	put(weightSum(b.grams) - g.sum)
	put(float64(len(a.text)))
	put(float64(len(b.text)))
	put(ratio(float64(len(a.text)), float64(len(b.text))))
	put(truth(a.asks) + truth(b.asks))
	put(truth(a.film) + truth(b.film))
	ab, ba := align(a, b, bg.words)
	put(ab.said)
	put(ba.said)
	put(ab.weak)
	put(ba.weak)
	put(float64(ab.missing))
	put(float64(ba.missing))
	put(math.Min(ab.acts, ba.acts))
	put(math.Max(ab.acts, ba.acts))
	put(ab.best)
	put(vectorCosine(&a.wvec, &b.wvec, a.wlen, b.wlen))
	ra, na := wordVector(a, b, bg.words)
	rb, nb := wordVector(b, a, bg.words)
	put(vectorCosine(&ra, &rb, na, nb))
	return f
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// conflict is how many of the smaller set's members the other side lacks,
// when both sides have some: two places that differ, two scores that differ.
func conflict(both, a, b int) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return float64(min(a, b) - both)
}

func weightSum(v []weighted) float64 {
	s := 0.0
	for _, x := range v {
		s += float64(x.W)
	}
	return s
}

// charCosine is the cosine of the character counts.
func charCosine(a, b []rune) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	var small [maxRunes]rune
	n := copy(small[:], b)
	common := 0
	for _, r := range a {
		for j := range n {
			if small[j] == r {
				common++
				n--
				small[j] = small[n]
				break
			}
		}
	}
	return float64(common) / math.Sqrt(float64(len(a))*float64(len(b)))
}

// commonRuns returns the length of the longest common substring, the summed
// IDF of its character pairs, and that of the best run that does not touch it
// in the shorter text.
func commonRuns(a, b []rune, bg *background) (length int, idf, second float64) {
	end, length := longestRun(a, b, -1, -1)
	if length < 2 {
		return length, 0, 0
	}
	idf = runIDF(a[end-length:end], bg)
	end2, length2 := longestRun(a, b, end-length, end)
	if length2 >= 2 {
		second = runIDF(a[end2-length2:end2], bg)
	}
	return length, idf, second
}

func runIDF(run []rune, bg *background) float64 {
	s := 0.0
	for i := 0; i+1 < len(run); i++ {
		s += bg.idf(gramKey(run[i], run[i+1]))
	}
	return s
}

// longestRun finds the longest common substring; characters of a inside
// [skipFrom, skipTo) do not match.
func longestRun(a, b []rune, skipFrom, skipTo int) (end, length int) {
	var rowA, rowB [maxRunes + 1]uint8
	prev, cur := &rowA, &rowB
	for i, x := range a {
		skip := i >= skipFrom && i < skipTo
		for j, y := range b {
			if x == y && !skip {
				cur[j+1] = prev[j] + 1
				if int(cur[j+1]) > length {
					length, end = int(cur[j+1]), i+1
				}
			} else {
				cur[j+1] = 0
			}
		}
		prev, cur = cur, prev
	}
	return end, length
}

// subsequence is the length of the longest common subsequence.
func subsequence(a, b []rune) int {
	var rowA, rowB [maxRunes + 1]uint8
	prev, cur := &rowA, &rowB
	for _, x := range a {
		for j, y := range b {
			switch {
			case x == y:
				cur[j+1] = prev[j] + 1
			default:
				cur[j+1] = max(prev[j+1], cur[j])
			}
		}
		prev, cur = cur, prev
	}
	return int(prev[len(b)])
}

// restCosine compares the topic vectors of what the titles do not share: a
// rewording keeps the field, a look-alike changes it.
func restCosine(a, b *sketch, bg *background) float64 {
	va, vb := a.vec, b.vec
	for i, j := 0, 0; i < len(a.grams) && j < len(b.grams); {
		switch {
		case a.grams[i].Key < b.grams[j].Key:
			i++
		case a.grams[i].Key > b.grams[j].Key:
			j++
		default:
			bg.addVec(&va, a.vecs[i], -a.grams[i].W)
			bg.addVec(&vb, b.vecs[j], -b.grams[j].W)
			i++
			j++
		}
	}
	na, nb := vecNorm(&va), vecNorm(&vb)
	if na < 1e-3 || nb < 1e-3 { // nothing but rounding is left
		return 0
	}
	return cosine(&va, &vb, na, nb)
}
