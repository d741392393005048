package index

import (
	"math"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
)

// The ranking is BM25 (Robertson and Zaragoza 2009) over words and grams, with
// the term frequency read off the zones: once in the rest of the text counts
// 1, three times and more timesMany, in the lead timesLead more. The sum is
// multiplied by a small power of the share of the query's weight that the
// document covers. k1, b and the weights were chosen on plateaus of a
// known-item task over 15,516 news texts; the differences around them are
// below 0.01 MRR.
const (
	bm25K1    = 1.5
	bm25B     = 0.4
	timesMany = 4
	timesLead = 3
	coverage  = 0.2
	// otherWeight is what a synonym or a name read from pinyin counts, beside
	// 1 for what was typed.
	otherWeight = 0.5
	// maxPrefixTerms bounds how many words a loosened Latin prefix stands for.
	maxPrefixTerms = 32
)

// zoneWeight is what words and grams count in the title and in the text.
type zoneWeight struct{ title, text float64 }

var (
	wordWeight = zoneWeight{3, 1}     // read-only
	gramWeight = zoneWeight{1.5, 0.7} // read-only
)

// bm25 holds the saturation of a term frequency by length bucket, for the
// frequencies that the zones can tell apart.
type bm25 struct {
	once, many, lead, leadOnce, leadMany [lengthBuckets]float32
}

func newBM25(average float64) *bm25 {
	t := &bm25{}
	for _, row := range []struct {
		to *[lengthBuckets]float32
		tf float64
	}{{&t.once, 1}, {&t.many, timesMany}, {&t.lead, timesLead}, {&t.leadOnce, timesLead + 1}, {&t.leadMany, timesLead + timesMany}} {
		for b := range row.to {
			row.to[b] = float32(row.tf * (bm25K1 + 1) / (row.tf + bm25K1*(1-bm25B+bm25B*bucketLength(b)/average)))
		}
	}
	return t
}

// scores holds a figure for each document number of a leaf.
type scores []float32

func (s scores) at(n uint32) float32 {
	if int(n) < len(s) {
		return s[n]
	}
	return 0
}

// scoreboard reuses the arrays of scores, a few megabytes for each search.
type scoreboard struct{ pool sync.Pool }

func (b *scoreboard) get(n int) scores {
	if s, ok := b.pool.Get().(*scores); ok && cap(*s) >= n {
		out := (*s)[:n]
		clear(out)
		return out
	}
	return make(scores, n)
}

func (b *scoreboard) put(s scores) {
	if s != nil {
		b.pool.Put(&s)
	}
}

// bag matches documents that hold enough of the groups.
func (ev *evaluator) bag(n *textNode, within *roaring.Bitmap) (found, error) {
	set, err := ev.matches(n)
	if err != nil {
		return found{}, err
	}
	return ev.scored(n, confine(set, within)), nil
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
		set := none32
		for _, list := range [][]where{p.words, p.grams, p.pinyin} {
			for i := range list {
				set = union(set, list[i].any)
			}
		}
		for _, g := range n.grams {
			if g.df == 0 {
				more, err := ev.prefix(g.term, n.titleOnly)
				if err != nil {
					return nil, err
				}
				set = union(set, more)
			}
		}
		return set, nil
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
// query's weight.
func (ev *evaluator) enough(n *textNode, groups []wanted) *roaring.Bitmap {
	sums := ev.board.get(ev.size())
	defer ev.board.put(sums)
	var whole float32
	seen := none32
	for i := range groups {
		if ev.level > levelAsked && !n.possible(&groups[i]) {
			continue // a word that nobody wrote is no reason to find nothing
		}
		w := float32(n.weightOf(&groups[i]))
		whole += w
		set := ev.present(n, &groups[i])
		seen = union(seen, set)
		eachOf(set, func(docs []uint32) {
			for _, d := range docs {
				sums[d] += w
			}
		})
	}
	least := whole * needed(len(groups), ev.level)
	var out []uint32
	eachOf(seen, func(docs []uint32) {
		for _, d := range docs {
			if sums[d] >= least {
				out = append(out, d)
			}
		}
	})
	return roaring.BitmapOf(out...)
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

// scored ranks the documents of a set.
func (ev *evaluator) scored(n *textNode, set *roaring.Bitmap) found {
	p := ev.texts[n]
	out := found{set: set, score: ev.board.get(ev.size())}
	if set.IsEmpty() {
		return out
	}
	for i := range n.words {
		ev.add(out.score, set, &p.words[i], wordWeight, n.words[i].weight())
	}
	covered := ev.board.get(ev.size())
	defer ev.board.put(covered)
	var whole float32
	for i := range n.grams {
		f := &n.grams[i]
		ev.add(out.score, set, &p.grams[i], gramWeight, f.weight())
		if f.how == howTyped {
			whole += float32(f.idf)
			addTo(covered, roaring.And(p.grams[i].any, set), float32(f.idf))
		}
	}
	for i := range n.pinyin {
		if !n.pinyin[i].off {
			ev.add(out.score, set, &p.pinyin[i], wordWeight, n.pinyin[i].weight())
		}
	}
	if whole > 0 {
		eachOf(set, func(docs []uint32) {
			for _, d := range docs {
				out.score[d] *= coverFactor(covered[d] / whole)
			}
		})
	}
	return out
}

const coverSteps = 256

// coverFactors is the power of coverage, in steps: it is asked for every match.
var coverFactors = func() (t [coverSteps + 1]float32) { // read-only
	for i := range t {
		// A document found by a word alone (another script, a lone character)
		// still counts a little.
		t[i] = float32(math.Pow(max(float64(i)/coverSteps, 0.01), coverage))
	}
	return t
}()

func coverFactor(share float32) float32 {
	return coverFactors[min(int(share*coverSteps+0.5), coverSteps)]
}

// add adds what one feature is worth to the documents of a set.
func (ev *evaluator) add(s scores, set *roaring.Bitmap, w *where, by zoneWeight, weight float64) {
	if weight == 0 || !w.any.Intersects(set) {
		return
	}
	addTo(s, roaring.And(w.zones[zoneTitle], set), float32(by.title*weight))
	lead, rest := roaring.And(w.zones[zoneLead], set), roaring.And(w.zones[zoneRest], set)
	if lead.IsEmpty() && rest.IsEmpty() {
		return
	}
	lens, in := ev.cols.length, float32(by.text*weight)
	many := roaring.And(w.zones[zoneMany], set)
	both := roaring.And(lead, rest)
	rest.AndNot(both)
	lead.AndNot(both)
	addBy(s, roaring.AndNot(rest, many), in, lens, &ev.tf.once)
	addBy(s, roaring.And(rest, many), in, lens, &ev.tf.many)
	addBy(s, lead, in, lens, &ev.tf.lead)
	addBy(s, roaring.AndNot(both, many), in, lens, &ev.tf.leadOnce)
	addBy(s, roaring.And(both, many), in, lens, &ev.tf.leadMany)
}

// eachOf calls fn for the members of a set, a few hundred at a time.
func eachOf(set *roaring.Bitmap, fn func(docs []uint32)) {
	var buf [512]uint32
	it := set.ManyIterator()
	for n := it.NextMany(buf[:]); n > 0; n = it.NextMany(buf[:]) {
		fn(buf[:n])
	}
}

func addTo(s scores, set *roaring.Bitmap, v float32) {
	eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			s[d] += v
		}
	})
}

func addBy(s scores, set *roaring.Bitmap, v float32, lens []uint8, by *[lengthBuckets]float32) {
	eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			s[d] += v * by[lens[d]%lengthBuckets]
		}
	})
}

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
