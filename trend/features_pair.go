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
}

const pairDim = len(pairNames)

// comparer compares titles. It is not safe for concurrent use.
type comparer struct {
	bg *background
	m  matches
}

// features compares two titles.
func (c *comparer) features(a, b *sketch) [pairDim]float64 {
	var f [pairDim]float64
	k := 0
	put := func(v float64) { f[k] = v; k++ }
	if len(a.runes) > len(b.runes) || (len(a.runes) == len(b.runes) && a.gnorm > b.gnorm) {
		a, b = b, a // a is the shorter
	}
	g := intersect(a.grams, b.grams)
	small := math.Min(a.gnorm, b.gnorm)
	put(ratio(g.dot, a.gnorm*b.gnorm))
	put(ratio(g.dot, small*small))
	put(g.sum)
	put(g.top)
	put(ratio(float64(g.n), float64(len(a.grams)+len(b.grams)-g.n)))
	m := &c.m
	m.read(a, b)
	put(ratio(float64(m.common), math.Sqrt(float64(len(a.runes))*float64(len(b.runes)))))
	w := intersect(a.words, b.words)
	wsmall := math.Min(a.wnorm, b.wnorm)
	put(ratio(w.dot, a.wnorm*b.wnorm))
	put(ratio(w.dot, wsmall*wsmall))
	put(float64(w.n))
	put(w.top)
	put(w.second)
	run, runIDF, run2IDF := m.commonRuns(a, c.bg)
	put(float64(run))
	put(ratio(float64(run), float64(len(a.runes))))
	put(runIDF)
	put(run2IDF)
	put(ratio(float64(m.subsequence()), float64(len(a.runes))))
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
	hh, ha, hb := g.dot, g.dot, g.dot
	if len(a.head) < len(a.grams) || len(b.head) < len(b.grams) { // one has a second clause
		hh, ha, hb = intersect(a.head, b.head).dot, intersect(a.head, b.grams).dot, intersect(b.head, a.grams).dot
	}
	put(ratio(hh, a.hnorm*b.hnorm))
	put(math.Max(ratio(ha, a.hnorm*a.hnorm), ratio(hb, b.hnorm*b.hnorm)))
	put(bool01(a.lead != 0 && a.lead == b.lead))
	put(cosine(&a.vec, &b.vec, a.vnorm, b.vnorm))
	put(restCosine(a, b, c.bg))
	put(a.gsum - g.sum)
	put(b.gsum - g.sum)
	put(float64(len(a.runes)))
	put(float64(len(b.runes)))
	put(ratio(float64(len(a.runes)), float64(len(b.runes))))
	put(bool01(a.asks) + bool01(b.asks))
	put(bool01(a.film) + bool01(b.film))
	return f
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

// restCosine compares the topic vectors of what the titles do not share: a
// rewording keeps the field, a look-alike changes it.
func restCosine(a, b *sketch, bg *background) float64 {
	var common [vecDim]float32
	for i, j := 0, 0; i < len(a.grams) && j < len(b.grams); {
		switch {
		case a.grams[i].Key < b.grams[j].Key:
			i++
		case a.grams[i].Key > b.grams[j].Key:
			j++
		default:
			bg.addVec(&common, a.vecs[i], a.grams[i].W)
			i++
			j++
		}
	}
	va, vb := a.vec, b.vec
	for k, x := range common {
		va[k] -= x
		vb[k] -= x
	}
	na, nb := vecNorm(&va), vecNorm(&vb)
	if na < 1e-3 || nb < 1e-3 { // nothing but rounding is left
		return 0
	}
	return cosine(&va, &vb, na, nb)
}
