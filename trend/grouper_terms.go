package trend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/xuanti/xuanti/nlp"
)

// maxTermsKept is how many terms are counted for an event.
const maxTermsKept = 48

// termCount counts a term of an event.
type termCount struct {
	Term uint32 // number in the vocabulary
	N    uint32
}

// vocabulary numbers the terms of the open events: thousands of events count
// the same words, and counts without strings are nothing to the garbage
// collector.
type vocabulary struct {
	words   []string // by number
	numbers map[string]uint32
	live    int // terms after the last sweep; 0 before the first
}

func newVocabulary(words []string) vocabulary {
	v := vocabulary{words: words, numbers: make(map[string]uint32, len(words))}
	for i, w := range words {
		v.numbers[w] = uint32(i)
	}
	return v
}

func (v *vocabulary) number(term string) uint32 {
	n, ok := v.numbers[term]
	if !ok {
		term = strings.Clone(term) // not a part of the article's text
		n = uint32(len(v.words))
		v.words, v.numbers[term] = append(v.words, term), n
	}
	return n
}

// sweep numbers anew, in the order of the clusters, once there are twice as
// many terms as the last time.
func (v *vocabulary) sweep(clusters []*cluster) {
	const few = 1024
	if len(v.words) < 2*v.live+few {
		return
	}
	old := v.words
	*v = newVocabulary(nil)
	for _, c := range clusters {
		if c == nil {
			continue
		}
		for i := range c.Terms {
			c.Terms[i].Term = v.number(old[c.Terms[i].Term])
		}
	}
	v.live = len(v.words)
}

func (c *cluster) countTerms(v *vocabulary, a *nlp.Analysis) {
	if a == nil {
		return
	}
	for _, t := range a.Terms {
		n, ok := v.numbers[t]
		if !ok && len(c.Terms) >= maxTermsKept {
			continue
		}
		if !ok {
			n = v.number(t)
		}
		c.addTerm(n, 1)
	}
}

func (c *cluster) addTerm(term, n uint32) {
	for i := range c.Terms {
		if c.Terms[i].Term == term {
			c.Terms[i].N += n
			return
		}
	}
	if len(c.Terms) < maxTermsKept {
		c.Terms = append(c.Terms, termCount{term, n})
	}
}

// topTerms ranks terms by count times rarity.
func (c *cluster) topTerms(v *vocabulary, idf func(string) float64) []string {
	type scored struct {
		term  string
		score float64
	}
	all := make([]scored, 0, maxTermsKept)
	for _, t := range c.Terms {
		term := v.words[t.Term]
		all = append(all, scored{term, float64(t.N) * idf(term)})
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.term, b.term))
	})
	out := make([]string, 0, min(12, len(all)))
	for _, s := range all[:cap(out)] {
		out = append(out, s.term)
	}
	return out
}

// termsIn keeps the terms that stand in one of the titles.
func (v *vocabulary) termsIn(all []termCount, titles []*member) []termCount {
	var out []termCount
	for _, t := range all {
		if slices.ContainsFunc(titles, func(m *member) bool { return strings.Contains(m.Input.Title, v.words[t.Term]) }) {
			out = append(out, t)
		}
	}
	return out
}
