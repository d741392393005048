package index

import (
	"github.com/RoaringBitmap/roaring/v2"
)

// where says which documents of a leaf hold a feature, by zone and in any.
type where struct {
	zones [numZones]*roaring.Bitmap
	any   *roaring.Bitmap
}

// presence is where the features of one text node are held in a leaf.
type presence struct {
	words, grams, pinyin []where
}

// find looks up every feature of a text node.
func (l *leaf) find(n *textNode) error {
	p := &presence{}
	for i := range n.words {
		w, err := l.whereWord(n.words[i].term, n.titleOnly)
		if err != nil {
			return err
		}
		p.words = append(p.words, w)
	}
	for i := range n.grams {
		w, err := l.whereGram(n.grams[i].term, n.titleOnly)
		if err != nil {
			return err
		}
		p.grams = append(p.grams, w)
	}
	for i := range n.pinyin {
		w := nowhere()
		var err error
		if w.any, err = l.docs(fPinyin, n.pinyin[i].term); err != nil {
			return err
		}
		w.zones[zoneTitle] = w.any
		p.pinyin = append(p.pinyin, w)
	}
	l.texts[n] = p
	return nil
}

func nowhere() (w where) {
	for z := range w.zones {
		w.zones[z] = none32
	}
	return w
}

func (l *leaf) whereWord(term string, titleOnly bool) (w where, err error) {
	w = nowhere()
	for z := range zonesOf(titleOnly) {
		if w.zones[z], err = l.docs(wordFields[z], term); err != nil {
			return w, err
		}
	}
	w.unite()
	return w, nil
}

// whereGram also looks among the words: a gram that is one is filed only there.
func (l *leaf) whereGram(term string, titleOnly bool) (w where, err error) {
	w = nowhere()
	for z := range zonesOf(titleOnly) {
		word, err := l.docs(wordFields[z], term)
		if err != nil {
			return w, err
		}
		if w.zones[z], err = l.docs(gramFields[z], term); err != nil {
			return w, err
		}
		w.zones[z] = union(w.zones[z], word)
	}
	if isHan(term) && oneRune(term) {
		for _, field := range []string{wordFields[zoneTitle], gramFields[zoneTitle]} {
			begun, err := l.begun(field, term, maxFollowers)
			if err != nil {
				return w, err
			}
			w.zones[zoneTitle] = union(w.zones[zoneTitle], begun)
		}
	}
	w.unite()
	return w, nil
}

// maxFollowers bounds how many characters and words may follow one character.
const maxFollowers = 4000

// begun are the documents that hold a term beginning with prefix in a field.
func (l *leaf) begun(field, prefix string, limit int) (*roaring.Bitmap, error) {
	terms, err := l.terms(field, prefix, limit)
	if err != nil {
		return nil, err
	}
	lists := make([]*roaring.Bitmap, len(terms))
	for i, t := range terms {
		if lists[i], err = l.docs(field, t); err != nil {
			return nil, err
		}
	}
	return roaring.FastOr(lists...), nil
}

func zonesOf(titleOnly bool) int {
	if titleOnly {
		return zoneTitle + 1
	}
	return numZones
}

func (w *where) unite() {
	w.any = union(union(w.zones[zoneTitle], w.zones[zoneLead]), w.zones[zoneRest])
}

// union copies only when it must.
func union(a, b *roaring.Bitmap) *roaring.Bitmap {
	switch {
	case a.IsEmpty():
		return b
	case b.IsEmpty():
		return a
	}
	return roaring.Or(a, b)
}
