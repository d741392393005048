package index

import (
	"math"
	"sync"

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
)

// zoneWeight is what words and grams count in the title and in the text.
type zoneWeight struct{ title, text float64 }

var (
	wordWeight = zoneWeight{3, 1}     // read-only
	gramWeight = zoneWeight{1.5, 0.7} // read-only
)

// bm25 holds the saturation of a term frequency by length bucket, for the
// frequencies that the zones can tell apart.
type bm25 [1 << (numZones - 1)][lengthBuckets]float32

// rowOf is the row of a set of zones, one bit each; the title does not count.
func rowOf(zones uint8) uint8 { return zones >> 1 & (1<<(numZones-1) - 1) }

func newBM25(average float64) *bm25 {
	t := &bm25{}
	for zones, tf := range map[uint8]float64{
		1 << zoneRest:                           1,
		1<<zoneRest | 1<<zoneMany:               timesMany,
		1 << zoneLead:                           timesLead,
		1<<zoneLead | 1<<zoneMany:               timesLead,
		1<<zoneLead | 1<<zoneRest:               timesLead + 1,
		1<<zoneLead | 1<<zoneRest | 1<<zoneMany: timesLead + timesMany,
	} {
		row := &t[rowOf(zones)]
		for b := range row {
			row[b] = float32(tf * (bm25K1 + 1) / (tf + bm25K1*(1-bm25B+bm25B*bucketLength(b)/average)))
		}
	}
	return t
}

// workspace is what a leaf is scored in: figures by document number, all zero
// between two uses, a few megabytes for each search.
type workspace struct {
	score, covered []float32
	zones          []uint16
	touched        []uint32
	buf            [512]uint32 // what is read of a list at a time
}

type workspaces struct{ pool sync.Pool }

func (p *workspaces) get(n int) *workspace {
	w, ok := p.pool.Get().(*workspace)
	if !ok || cap(w.score) < n {
		w = &workspace{score: make([]float32, n), covered: make([]float32, n), zones: make([]uint16, n)}
	}
	w.score, w.covered, w.zones = w.score[:n], w.covered[:n], w.zones[:n]
	return w
}

// put takes a workspace back. What was left in the middle must not come back.
func (p *workspaces) put(w *workspace) { p.pool.Put(w) }

// asked marks in the zones of a workspace the documents that are scored.
const asked = 1 << 15

// scored adds what the documents of a set score for a text.
func (ev *evaluator) scored(n *textNode, set *roaring.Bitmap) {
	w, p := ev.work, ev.texts[n]
	w.eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			w.zones[d] = asked
		}
	})
	size := set.GetCardinality()
	for i := range n.words {
		if f := &n.words[i]; !f.paired {
			ev.gather(&p.words[i], set, size)
			ev.add(f.weight(), 0, 0)
		}
	}
	var whole float32
	for i := range n.grams {
		f := &n.grams[i]
		if f.off {
			continue
		}
		ev.gather(&p.grams[i], set, size)
		word, cover := 0.0, float32(0)
		if f.word >= 0 {
			word = n.words[f.word].weight()
		}
		if f.how == howTyped {
			cover = float32(f.idf)
			whole += cover
		}
		ev.add(word, f.weight(), cover)
	}
	for i := range n.pinyin {
		if f := &n.pinyin[i]; !f.off {
			ev.gather(&p.pinyin[i], set, size)
			ev.add(f.weight(), 0, 0)
		}
	}
	w.eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			w.zones[d] = 0
		}
	})
	if whole == 0 {
		return
	}
	w.eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			w.score[d] *= coverFactor(w.covered[d] / whole)
			w.covered[d] = 0
		}
	})
}

// gather notes in which zones the asked documents hold a feature: four bits as
// a word, four as a gram.
func (ev *evaluator) gather(at *where, set *roaring.Bitmap, size uint64) {
	w := ev.work
	if at.any.GetCardinality() > size {
		set = roaring.And(at.any, set) // less for each of the zones to go through
		size = set.GetCardinality()
	}
	for i, list := range [...]*roaring.Bitmap{at.word[0], at.word[1], at.word[2], at.word[3], at.gram[0], at.gram[1], at.gram[2], at.gram[3]} {
		if list.IsEmpty() {
			continue
		}
		if list.GetCardinality() > size { // else the walk is as fast
			list = roaring.And(list, set)
		}
		bit := uint16(1) << i
		w.eachOf(list, func(docs []uint32) {
			for _, d := range docs {
				z := w.zones[d]
				if z == 0 {
					continue
				}
				if z == asked {
					w.touched = append(w.touched, d)
				}
				w.zones[d] = z | bit
			}
		})
	}
}

// add scores what gather has noted for a feature of these weights.
func (ev *evaluator) add(word, gram float64, cover float32) {
	w, lens := ev.work, ev.cols.length
	wordText, gramText := float32(wordWeight.text*word), float32(gramWeight.text*gram)
	var titles [1 << 2]float32 // by: a word, a gram
	titles[1] = float32(wordWeight.title*word + gramWeight.title*gram)
	titles[2] = float32(gramWeight.title * gram)
	titles[3] = titles[1]
	for _, d := range w.touched {
		z := uint8(w.zones[d])
		w.zones[d] = asked
		n := lens[d] % lengthBuckets
		w.score[d] += titles[z&1|z>>3&2] + wordText*ev.tf[rowOf(z)][n] + gramText*ev.tf[rowOf(z|z>>4)][n]
		w.covered[d] += cover
	}
	w.touched = w.touched[:0]
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

// eachOf calls fn for the members of a set, a few hundred at a time. It does
// not call itself.
func (w *workspace) eachOf(set *roaring.Bitmap, fn func(docs []uint32)) {
	it := set.ManyIterator()
	for n := it.NextMany(w.buf[:]); n > 0; n = it.NextMany(w.buf[:]) {
		fn(w.buf[:n])
	}
}
