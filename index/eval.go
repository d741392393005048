package index

import (
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// How far a search is loosened, step by step, until something is found.
const (
	levelAsked = iota // as it stands
	levelFewer        // a fifth of the words' weight will do, pairs count for words
	levelAlike        // anything that has a word or a pair of characters; a phrase is its words
	numLevels
)

// evaluator answers compiled queries in one leaf: first which documents match,
// then (rank.go) what the best of them score.
type evaluator struct {
	*leaf
	level int
	tf    *bm25
	work  *workspace
	parts []part
}

// part is a text that counts for the score, and where it has matched.
type part struct {
	node *textNode
	set  *roaring.Bitmap
}

// match answers a node. within, when not nil, confines the answer.
func (ev *evaluator) match(n node, within *roaring.Bitmap) (set *roaring.Bitmap, err error) {
	switch x := n.(type) {
	case everything:
		return confine(ev.seg.DocNumbersLive(), within), nil
	case anyOf:
		set = none32
		for _, v := range x.values {
			list, err := ev.docs(x.field, v)
			if err != nil {
				return nil, err
			}
			set = union(set, list)
		}
		return confine(set, within), nil
	case span:
		return confine(ev.between(x.since, x.until), within), nil
	case both:
		return ev.both(x, within)
	case some:
		set = none32
		for _, p := range x.parts {
			one, err := ev.match(p, within)
			if err != nil {
				return nil, err
			}
			set = union(set, one)
		}
		return set, nil
	case none:
		return ev.none(x, within)
	case *textNode:
		if x.phrase != "" && (ev.level < levelAlike || x.strict) {
			set, err = ev.phrase(x, within)
		} else {
			set, err = ev.bag(x, within)
		}
		ev.parts = append(ev.parts, part{x, set})
		return set, err
	}
	return nil, fmt.Errorf("index: unknown node %T", n)
}

// both intersects: filters first, because they are cheap and confine the rest.
func (ev *evaluator) both(x both, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	set := within
	for _, kind := range []func(node) bool{isFilter, isText, isNone} {
		for _, p := range x.parts {
			if !kind(p) {
				continue
			}
			var err error
			if set, err = ev.match(p, set); err != nil {
				return nil, err
			}
		}
	}
	return set, nil
}

func isFilter(n node) bool {
	switch n.(type) {
	case anyOf, span, everything:
		return true
	}
	return false
}

func isNone(n node) bool {
	_, ok := n.(none)
	return ok
}

func isText(n node) bool { return !isFilter(n) && !isNone(n) }

func (ev *evaluator) none(x none, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	if within == nil {
		within = ev.seg.DocNumbersLive()
	}
	strict := *ev
	strict.level, strict.parts = levelAsked, nil // what must not be there scores nothing
	set, err := strict.match(x.part, within)
	if err != nil {
		return nil, err
	}
	return roaring.AndNot(within, set), nil
}

// phrase matches texts that hold every gram of the phrase, and titles that hold
// it as it stands: a text that has all the pairs of a phrase without the phrase
// is rare, and places would double the index.
func (ev *evaluator) phrase(n *textNode, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	p := ev.texts[n]
	title, text := within, within
	for _, k := range n.parts {
		w := &p.grams[k]
		title = confine(w.zone(zoneTitle), title)
		text = confine(union(w.zone(zoneLead), w.zone(zoneRest)), text)
	}
	if title == nil { // nothing to look up
		return none32, nil
	}
	exact, err := ev.holding(roaring.AndNot(title, text), n.phrase, len(n.parts) > 1)
	if err != nil {
		return nil, err
	}
	return union(exact, text), nil
}

// holding keeps the documents whose title holds the phrase.
func (ev *evaluator) holding(set *roaring.Bitmap, phrase string, check bool) (*roaring.Bitmap, error) {
	if !check {
		return set, nil
	}
	out := roaring.New()
	for n, d := range set.ToArray() {
		if n%checkEvery == checkEvery-1 && ev.g.ctx.Err() != nil {
			return nil, ev.g.ctx.Err()
		}
		_, _, title, err := record(ev.seg, d)
		if err != nil {
			return nil, fmt.Errorf("read titles of %s: %w", ev.p.name, err)
		}
		if strings.Contains(title, phrase) {
			out.Add(d)
		}
	}
	return out, nil
}
