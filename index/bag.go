package index

import (
	"math"
	"unicode/utf8"
)

// The ranking: BM25 (Robertson and Zaragoza 2009) per field, summed over words
// and grams with the weights of fieldWeight, times a small power of the share
// of the query's weight that the document covers. k1, b, the weights and the
// copies of the lead (see leadCopies) were chosen on plateaus of a known-item
// task over 15,516 news texts; the differences around them are below 0.01 MRR.
const (
	bm25K1   = 1.5
	bm25B    = 0.4
	coverage = 0.2
	// maxPrefixTerms bounds how many words a loosened Latin prefix stands for.
	maxPrefixTerms = 32
)

func fieldWeight(i int) float64 { return [numText]float64{3, 1.5, 1, 0.7}[i] }

// bagResult is what the features of a bag gave in one partition.
type bagResult struct {
	total    scores // rank score
	wordSets []bitset
	gramSets []bitset
}

// bag matches documents that hold enough of the groups.
func (ev *evaluator) bag(n *textNode, within bitset) (found, error) {
	res, err := ev.bagScores(n, within)
	if err != nil {
		return found{}, err
	}
	if ev.level >= 2 && !n.all {
		var set bitset
		for _, s := range res.gramSets {
			set.or(s)
		}
		for _, s := range res.wordSets {
			set.or(s)
		}
		return found{set: nonNil(set), score: res.total}, nil
	}
	groups := n.counted()
	min := need(len(groups), n.all, ev.level)
	var held scores
	for _, g := range groups {
		ev.present(n, g, res).each(func(d uint32) bool {
			held.add(d, 1)
			return true
		})
	}
	set := bitset{}
	for d, c := range held {
		if c > 0 && int(c) >= min {
			set.set(uint32(d))
		}
	}
	return found{set: set, score: res.total}, nil
}

// present returns the documents that hold a group. A known word of two
// characters counts as a word only, since its pair also arises by accident
// (和服 in 产品和服务), unless no document has it as a word or the search is
// loosened. Everything else may also be held as a run of characters, so that
// no difference of segmentation hides it.
func (ev *evaluator) present(n *textNode, g wanted, res bagResult) bitset {
	var set bitset
	byWord := g.word >= 0
	if byWord {
		set = res.wordSets[g.word].clone()
	}
	if byWord && g.known && g.runes == 2 && n.words[g.word].df > 0 && (ev.level == 0 || n.strict) {
		return set
	}
	var run bitset
	for i, k := range g.grams {
		if i == 0 {
			run = res.gramSets[k].clone()
		} else {
			run.and(res.gramSets[k])
		}
	}
	set.or(run)
	return set
}

// bagScores adds up the BM25 parts of all features, term by term.
func (ev *evaluator) bagScores(n *textNode, within bitset) (bagResult, error) {
	res := bagResult{wordSets: make([]bitset, len(n.words)), gramSets: make([]bitset, len(n.grams))}
	var covered scores
	var whole float64
	for i, f := range n.grams {
		if err := ev.feature(f, titleGrams, bodyGrams, n.titleOnly, within, &res.gramSets[i], &res.total); err != nil {
			return res, err
		}
		if ev.level >= 2 && f.df == 0 {
			if err := ev.prefix(f.term, n.titleOnly, within, &res.gramSets[i]); err != nil {
				return res, err
			}
		}
		whole += f.idf
		res.gramSets[i].each(func(d uint32) bool {
			covered.add(d, float32(f.idf))
			return true
		})
	}
	for i, f := range n.words {
		if err := ev.feature(f, titleWords, bodyWords, n.titleOnly, within, &res.wordSets[i], &res.total); err != nil {
			return res, err
		}
	}
	if whole > 0 {
		for d := range res.total {
			share := float64(covered.at(uint32(d))) / whole
			// A document found by a word alone (another script, a lone
			// character) still counts a little.
			res.total[d] *= float32(math.Pow(max(share, 0.01), coverage))
		}
	}
	return res, nil
}

func (ev *evaluator) feature(f feature, title, body int, titleOnly bool, within bitset, set *bitset, total *scores) error {
	for _, field := range [2]int{title, body} {
		if titleOnly && field == body {
			continue
		}
		weight := fieldWeight(field) * f.idf * (bm25K1 + 1)
		avg := ev.avg[field]
		err := ev.postings(textField(field), f.term, true, func(d uint32, tf, length float64) {
			if within != nil && !within.has(d) {
				return
			}
			set.set(d)
			total.add(d, float32(weight*tf/(tf+bm25K1*(1-bm25B+bm25B*length/avg))))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// prefix lets a Latin word that nobody wrote stand for the words it begins.
func (ev *evaluator) prefix(term string, titleOnly bool, within bitset, set *bitset) error {
	if r, n := utf8.DecodeRuneInString(term); isIdeograph(r) || len(term) <= n {
		return nil
	}
	for _, field := range [2]string{fTitleGrams, fBodyGrams} {
		if titleOnly && field == fBodyGrams {
			continue
		}
		terms, err := ev.terms(field, term, maxPrefixTerms)
		if err != nil {
			return err
		}
		for _, t := range terms {
			err := ev.postings(field, t, false, func(d uint32, _, _ float64) {
				if within == nil || within.has(d) {
					set.set(d)
				}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
