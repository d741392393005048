package index

import (
	"github.com/RoaringBitmap/roaring/v2"
)

// where says which documents of a leaf hold a feature: by zone, as a word and
// as a gram only, and in any zone. No list is the empty one.
type where struct {
	word, gram [numZones]*roaring.Bitmap
	any        *roaring.Bitmap
}

// zone are the documents that hold the feature in a zone.
func (w *where) zone(z int) *roaring.Bitmap { return union(w.word[z], w.gram[z]) }

func (w *where) in(z int, doc uint32) bool {
	return w.word[z].Contains(doc) || w.gram[z].Contains(doc)
}

// presence is where the features of one text node are held in a leaf.
type presence struct {
	words, grams, pinyin []where
}

// find looks up every feature of a text node.
func (l *leaf) find(n *textNode) (err error) {
	p := &presence{make([]where, len(n.words)), make([]where, len(n.grams)), make([]where, len(n.pinyin))}
	for i := range n.words {
		if p.words[i], err = l.whereWord(n.words[i].term, n.titleOnly); err != nil {
			return err
		}
	}
	for i := range n.grams {
		g := &n.grams[i]
		if g.off {
			p.grams[i] = nowhere()
			continue
		}
		var word where
		if g.word >= 0 {
			word = p.words[g.word]
		} else if word, err = l.whereWord(g.term, n.titleOnly); err != nil {
			return err
		}
		if p.grams[i], err = l.whereGram(word, g.term, n.titleOnly); err != nil {
			return err
		}
	}
	for i := range n.pinyin {
		w := nowhere()
		if w.any, err = l.docs(fPinyin, n.pinyin[i].term); err != nil {
			return err
		}
		w.word[zoneTitle] = w.any
		p.pinyin[i] = w
	}
	l.texts[n] = p
	return nil
}

func nowhere() (w where) {
	for z := range numZones {
		w.word[z], w.gram[z] = none32, none32
	}
	w.any = none32
	return w
}

func (l *leaf) whereWord(term string, titleOnly bool) (w where, err error) {
	w = nowhere()
	if err = l.zones(&w, &w.word, &wordFields, term, titleOnly); err != nil {
		return w, err
	}
	w.any = union(w.word[zoneTitle], w.word[zoneLead], w.word[zoneRest])
	return w, nil
}

// whereGram takes what the gram holds as a word: it is filed only there.
func (l *leaf) whereGram(w where, term string, titleOnly bool) (where, error) {
	if err := l.zones(&w, &w.gram, &gramFields, term, titleOnly); err != nil {
		return w, err
	}
	if isHan(term) && oneRune(term) {
		for _, field := range []string{wordFields[zoneTitle], gramFields[zoneTitle]} {
			begun, err := l.begun(field, term, maxFollowers)
			if err != nil {
				return w, err
			}
			w.gram[zoneTitle] = union(w.gram[zoneTitle], begun)
		}
	}
	w.any = union(w.any, w.gram[zoneTitle], w.gram[zoneLead], w.gram[zoneRest])
	return w, nil
}

// zones looks a term up in the fields of the zones. What nothing holds in the
// rest, as a word or as a gram, nothing holds there often.
func (l *leaf) zones(w *where, to *[numZones]*roaring.Bitmap, fields *[numZones]string, term string, titleOnly bool) (err error) {
	for z := range zonesOf(titleOnly) {
		if z == zoneMany && w.word[zoneRest].IsEmpty() && w.gram[zoneRest].IsEmpty() {
			break
		}
		if to[z], err = l.docs(fields[z], term); err != nil {
			return err
		}
	}
	return nil
}

// maxFollowers bounds how many characters and words may follow one character.
const maxFollowers = 4000

// begun are the documents that hold a term beginning with prefix in a field.
func (l *leaf) begun(field, prefix string, limit int) (*roaring.Bitmap, error) {
	terms, err := l.terms(field, prefix, limit)
	if err != nil {
		return nil, err
	}
	words := l.dense() // so many short lists are soonest united bit by bit
	for _, t := range terms {
		list, err := l.docs(field, t)
		if err != nil {
			return nil, err
		}
		list.Iterate(func(d uint32) bool {
			words[d>>6] |= 1 << (d & 63)
			return true
		})
	}
	return roaring.FromDense(words, false), nil
}

func zonesOf(titleOnly bool) int {
	if titleOnly {
		return zoneTitle + 1
	}
	return numZones
}

// union copies only when it must.
func union(sets ...*roaring.Bitmap) *roaring.Bitmap {
	held := make([]*roaring.Bitmap, 0, 8)
	for _, s := range sets {
		if !s.IsEmpty() {
			held = append(held, s)
		}
	}
	switch len(held) {
	case 0:
		return none32
	case 1:
		return held[0]
	}
	return roaring.FastOr(held...)
}
