package index

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
)

// bag matches documents that hold enough of the groups.
func (ev *evaluator) bag(n *textNode, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	set, err := ev.matches(n)
	if err != nil {
		return nil, err
	}
	return confine(set, within), nil
}

func confine(set, within *roaring.Bitmap) *roaring.Bitmap {
	if within == nil {
		return set
	}
	return roaring.And(set, within)
}

func (ev *evaluator) matches(n *textNode) (*roaring.Bitmap, error) {
	p := ev.texts[n]
	if ev.level >= levelAlike && !n.all {
		var all []*roaring.Bitmap
		for _, list := range [][]where{p.words, p.grams, p.pinyin} {
			for i := range list {
				all = append(all, list[i].any)
			}
		}
		for _, g := range n.grams {
			if g.df == 0 {
				more, err := ev.prefix(g.term, n.titleOnly)
				if err != nil {
					return nil, err
				}
				all = append(all, more)
			}
		}
		return union(all...), nil
	}
	groups := n.counted()
	if len(groups) == 1 || n.all || ev.level == 0 && len(groups) == 2 {
		set := ev.present(n, &groups[0])
		for i := range groups[1:] {
			set = roaring.And(set, ev.present(n, &groups[1+i]))
		}
		return set, nil
	}
	return ev.enough(n, groups), nil
}

// enough are the documents that hold groups of a sufficient share of the
// query's weight. The light groups that are not enough together only add to
// what a document has of the others.
func (ev *evaluator) enough(n *textNode, groups []wanted) *roaring.Bitmap {
	type held struct {
		weight float32
		group  *wanted
	}
	var list []held
	var whole float32
	for i := range groups {
		if ev.level > levelAsked && !n.possible(&groups[i]) {
			continue // a word that nobody wrote is no reason to find nothing
		}
		w := float32(n.weightOf(&groups[i]))
		whole += w
		list = append(list, held{w, &groups[i]})
	}
	slices.SortStableFunc(list, func(a, b held) int { return cmp.Compare(b.weight, a.weight) })
	least, left := whole*needed(len(groups), ev.level), whole*boundSlack
	w := ev.work
	candidates := none32
	for len(list) > 0 && left >= least {
		h := list[0]
		list, left = list[1:], left-h.weight
		set := ev.present(n, h.group)
		candidates = union(candidates, set)
		w.sumUp(set, h.weight)
	}
	for _, h := range list {
		w.sumUp(roaring.And(candidates, ev.present(n, h.group)), h.weight)
	}
	words := ev.dense()
	w.eachOf(candidates, func(docs []uint32) {
		for _, d := range docs {
			if w.score[d] >= least {
				words[d>>6] |= 1 << (d & 63)
			}
			w.score[d] = 0
		}
	})
	return roaring.FromDense(words, false)
}

func (w *workspace) sumUp(set *roaring.Bitmap, weight float32) {
	w.eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			w.score[d] += weight
		}
	})
}

// weightOf is what a group tells: the rarest thing that stands for it.
func (n *textNode) weightOf(g *wanted) float64 {
	w := 0.0
	if g.word >= 0 {
		w = n.words[g.word].idf
	}
	for _, k := range g.grams {
		w = max(w, n.grams[k].idf)
	}
	return w
}

// possible says whether any document may hold a group.
func (n *textNode) possible(g *wanted) bool {
	if g.word >= 0 && n.words[g.word].df > 0 || g.pinyin >= 0 && n.pinyin[g.pinyin].df > 0 {
		return true
	}
	for _, k := range g.grams {
		if n.grams[k].df == 0 {
			return slices.ContainsFunc(g.or, func(o wanted) bool { return n.possible(&o) })
		}
	}
	return true
}

// needed is the share of the weight of n groups that a document must hold.
// Whoever types up to five words means most of them; whoever pastes a headline
// means the story, not each word.
func needed(n, level int) float32 {
	switch {
	case level > 0:
		return 0.2
	case n <= 5:
		return 0.4
	}
	return 0.2
}

// present returns the documents that hold a group. A known word of two
// characters counts as a word only, since its pair also arises by accident
// (和服 in 产品和服务), unless no document has it as a word or the search is
// loosened. Everything else may also be held as a run of characters, so that
// no difference of segmentation hides it.
func (ev *evaluator) present(n *textNode, g *wanted) *roaring.Bitmap {
	p := ev.texts[n]
	set := none32
	if g.word >= 0 {
		set = p.words[g.word].any
	}
	if !(g.word >= 0 && g.known && g.runes == 2 && n.words[g.word].df > 0 && (ev.level == 0 || n.strict)) {
		var run *roaring.Bitmap
		for _, k := range g.grams {
			run = confine(p.grams[k].any, run)
		}
		if run != nil {
			set = union(set, run)
		}
	}
	if g.pinyin >= 0 && !n.pinyin[g.pinyin].off {
		set = union(set, p.pinyin[g.pinyin].any)
	}
	for i := range g.or {
		set = union(set, ev.present(n, &g.or[i]))
	}
	return set
}

// maxPrefixTerms bounds how many words a loosened Latin prefix stands for.
const maxPrefixTerms = 32

// prefix lets a Latin word that nobody wrote stand for the words it begins.
func (ev *evaluator) prefix(term string, titleOnly bool) (*roaring.Bitmap, error) {
	set := none32
	if r, n := utf8.DecodeRuneInString(term); isIdeograph(r) || len(term) <= n {
		return set, nil
	}
	for z := range zonesOf(titleOnly) {
		for _, field := range []string{wordFields[z], gramFields[z]} {
			list, err := ev.begun(field, term, maxPrefixTerms)
			if err != nil {
				return nil, err
			}
			set = union(set, list)
		}
	}
	return set, nil
}

// idf is the classic BM25 weight of a term in df of n documents.
func idf(df, n uint64) float64 {
	df = min(df, n)
	return math.Log(1 + (float64(n)-float64(df)+0.5)/(float64(df)+0.5))
}
