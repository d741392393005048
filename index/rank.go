package index

import (
	"cmp"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// A page needs few of many matches. The matches of a leaf are therefore scored
// in growing slices, the newest first, and as soon as the page is full, those
// that cannot reach its last place any more are left out unscored: see
// bounds.hopeful. What is found is the same as if everything were scored.
const (
	firstSlice  = 8192 // documents of a leaf
	sliceGrowth = 4
	fewMatches  = 512 // are scored without asking which of them can reach the page
)

// top keeps the best candidates of a search, and those that tie with the last.
// The leaves share it.
type top struct {
	mu   sync.Mutex
	n    int
	heap []candidate // the worst of the n best comes first
	tied []candidate // equal to it
}

// worse orders by what is known without reading ids.
func worse(a, b candidate) bool {
	return a.score < b.score || a.score == b.score && a.at < b.at
}

// floor is the last place of the page; ok is false while there is room.
func (t *top) floor() (last candidate, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.heap) < t.n {
		return candidate{}, false
	}
	return t.heap[0], true
}

func (t *top) add(list []candidate) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range slices.Backward(list) { // the newest were written last, and mostly stay
		switch {
		case len(t.heap) < t.n:
			t.heap = append(t.heap, c)
			for i := len(t.heap) - 1; i > 0 && worse(t.heap[i], t.heap[(i-1)/2]); i = (i - 1) / 2 {
				t.heap[i], t.heap[(i-1)/2] = t.heap[(i-1)/2], t.heap[i]
			}
		case worse(c, t.heap[0]):
		case !worse(t.heap[0], c):
			t.tied = append(t.tied, c)
		default:
			out := t.heap[0]
			t.heap[0] = c
			sink(t.heap)
			if worse(out, t.heap[0]) {
				t.tied = t.tied[:0]
			} else {
				t.tied = append(t.tied, out)
			}
		}
	}
}

func sink(heap []candidate) {
	for i := 0; ; {
		c := 2*i + 1
		if c+1 < len(heap) && worse(heap[c+1], heap[c]) {
			c++
		}
		if c >= len(heap) || !worse(heap[c], heap[i]) {
			return
		}
		heap[i], heap[c] = heap[c], heap[i]
		i = c
	}
}

// rank offers the matches of a leaf to the page.
func (ev *evaluator) rank(s *search, set *roaring.Bitmap) {
	var bounds bounds
	parts := ev.parts
	if s.Sort == SortNewest {
		parts = nil
	}
	if len(parts) > 0 {
		bounds = ev.bounds()
	}
	freshest := s.fresh.of(ev.cols.last)
	var list []candidate
	to, width := uint64(ev.size()), uint64(firstSlice)
	for to > 0 {
		last, full := s.top.floor()
		if full {
			width = to // all that is left
		}
		from := to - min(width, to)
		slice := set
		if from > 0 || to < uint64(ev.size()) {
			slice = roaring.New()
			slice.AddRange(from, to)
			slice.And(set)
		}
		to, width = from, width*sliceGrowth
		switch {
		case full && len(parts) == 0 && ev.cols.last < last.at:
			return
		case full && len(parts) > 0 && slice.GetCardinality() > fewMatches:
			slice = bounds.hopeful(slice, last.score/freshest)
		}
		for _, p := range parts {
			ev.scored(p.node, confine(p.set, slice))
		}
		list = list[:0]
		ev.work.eachOf(slice, func(docs []uint32) {
			for _, d := range docs {
				score := ev.work.score[d]
				ev.work.score[d] = 0
				if full && score*freshest < last.score {
					continue
				}
				at := ev.cols.at[d]
				c := candidate{l: ev.leaf, doc: d, score: score * s.fresh.of(at), at: at}
				if !full || !worse(c, last) {
					list = append(list, c)
				}
			}
		})
		s.top.add(list)
	}
}

// bound is what standing on any of some lists adds to a score at most.
type bound struct {
	lists []*roaring.Bitmap
	size  uint64
	most  float32
	text  int // the feature whose text this is; 0 for titles
	gram  int // the gram whose part of the query a document covers; 0 for none
}

// boundSlack outweighs that sums of float32 depend on their order.
const boundSlack = 1 + 1e-4

// bounds are the lists that the score of the leaf's documents comes from, those
// first that leave out most for least, and what a feature's texts give at most.
type bounds struct {
	list   []bound
	texts  []float32
	covers []float32 // by gram, its share of the query
}

func (ev *evaluator) bounds() (out bounds) {
	gram := 0 // whose lists are being added
	out.texts, out.covers = []float32{0}, []float32{0}
	add := func(most float32, text int, lists ...*roaring.Bitmap) {
		b := bound{most: most * boundSlack, text: text, gram: gram}
		for _, l := range lists {
			if n := l.GetCardinality(); n > 0 {
				b.lists, b.size = append(b.lists, l), b.size+n
			}
		}
		if b.size > 0 {
			out.list = append(out.list, b)
		}
	}
	// The shortest text gains most.
	times := func(zones uint8) float32 { return ev.tf[rowOf(zones)][0] }
	once := times(1 << zoneRest)
	lead, many := times(1<<zoneLead|1<<zoneRest)-once, times(1<<zoneRest|1<<zoneMany)-once
	held := func(lists *[numZones]*roaring.Bitmap, title, text float64) {
		t := float32(text)
		out.texts = append(out.texts, t*times(1<<zoneLead|1<<zoneRest|1<<zoneMany)*boundSlack)
		k := len(out.texts) - 1
		add(float32(title), 0, lists[zoneTitle])
		add(t*once, k, lists[zoneLead], lists[zoneRest])
		add(t*lead, k, lists[zoneLead])
		add(t*many, k, lists[zoneMany])
	}
	for _, part := range ev.parts {
		n, p := part.node, ev.texts[part.node]
		whole := float32(0)
		for i := range n.grams {
			if f := &n.grams[i]; f.how == howTyped && !f.off {
				whole += float32(f.idf)
			}
		}
		if whole == 0 || len(ev.parts) > 1 {
			out.covers[0] = 1 // nothing is known of what covers how much
		}
		for i := range n.words {
			if f := &n.words[i]; !f.paired {
				held(&p.words[i].word, wordWeight.title*f.weight(), wordWeight.text*f.weight())
			}
		}
		for i := range n.grams {
			f, word := &n.grams[i], 0.0
			if f.off {
				continue
			}
			if f.word >= 0 {
				word = n.words[f.word].weight()
			}
			cover := float32(0)
			if f.how == howTyped {
				cover = float32(f.idf) / whole
			}
			gram = len(out.covers)
			out.covers = append(out.covers, cover)
			title, text := gramWeight.title*f.weight(), gramWeight.text*f.weight()
			held(&p.grams[i].word, wordWeight.title*word+title, wordWeight.text*word+text)
			held(&p.grams[i].gram, title, text)
		}
		gram = 0
		for i := range n.pinyin {
			if f := &n.pinyin[i]; !f.off {
				held(&p.pinyin[i].word, wordWeight.title*f.weight(), 0)
			}
		}
	}
	slices.SortStableFunc(out.list, func(a, b bound) int {
		return cmp.Compare(a.most*float32(b.size), b.most*float32(a.size))
	})
	return out
}

// hopeful keeps the documents of a set that may score at least floor, after
// MaxScore (Turtle and Flood 1995): lists that together give less are not
// enough, so a document must stand on one of the others. What stands on few
// lists also covers little of the query.
func (b *bounds) hopeful(set *roaring.Bitmap, floor float32) *roaring.Bitmap {
	if floor <= 0 {
		return set
	}
	var needed []*roaring.Bitmap
	spent, seen := make([]float32, len(b.texts)), make([]bool, len(b.covers))
	sum, covered := float32(0), b.covers[0]+1./coverSteps
	for i := range b.list {
		x := &b.list[i]
		most, more := x.most, float32(0)
		if x.text > 0 {
			most = min(most, b.texts[x.text]-spent[x.text])
		}
		if x.gram > 0 && !seen[x.gram] {
			more = b.covers[x.gram]
		}
		if (sum+most)*coverFactor(covered+more) >= floor {
			needed = append(needed, x.lists...)
			continue
		}
		sum, covered = sum+most, covered+more
		spent[x.text] += most
		seen[x.gram] = true
	}
	return roaring.And(set, union(needed...))
}
