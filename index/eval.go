package index

import (
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// How far a search is loosened, step by step, until something is found.
const (
	levelAsked = iota // as it stands
	levelFewer        // a quarter of the words' weight will do, pairs count for words
	levelAlike        // anything that has a word or a pair of characters; a phrase is its words
	numLevels
)

// found is the answer of a node in one leaf. score is nil for filters.
type found struct {
	set   *roaring.Bitmap
	score scores
}

// evaluator answers compiled queries in one leaf.
type evaluator struct {
	*leaf
	level int
	tf    *bm25
	board *scoreboard
}

// eval answers a node. within, when not nil, confines the answer.
func (ev *evaluator) eval(n node, within *roaring.Bitmap) (found, error) {
	switch x := n.(type) {
	case everything:
		return found{set: confine(ev.seg.DocNumbersLive(), within)}, nil
	case anyOf:
		set := none32
		for _, v := range x.values {
			list, err := ev.docs(x.field, v)
			if err != nil {
				return found{}, err
			}
			set = union(set, list)
		}
		return found{set: confine(set, within)}, nil
	case span:
		return found{set: confine(ev.between(x.since, x.until), within)}, nil
	case both:
		return ev.both(x, within)
	case some:
		return ev.some(x, within)
	case none:
		return ev.none(x, within)
	case *textNode:
		if x.phrase != "" && (ev.level < levelAlike || x.strict) {
			return ev.phrase(x, within)
		}
		return ev.bag(x, within)
	}
	return found{}, fmt.Errorf("index: unknown node %T", n)
}

// both intersects: filters first, because they are cheap and confine the rest.
func (ev *evaluator) both(x both, within *roaring.Bitmap) (found, error) {
	out := found{set: within}
	var nots []none
	for pass := range 2 {
		for _, p := range x.parts {
			if n, ok := p.(none); ok {
				if pass == 0 {
					nots = append(nots, n)
				}
				continue
			}
			if isFilter(p) != (pass == 0) {
				continue
			}
			f, err := ev.eval(p, out.set)
			if err != nil {
				return found{}, err
			}
			out.set = f.set
			out.score = ev.sum(out.score, f.score)
		}
	}
	if out.set == nil { // only negations: the parser asks for something positive beside them
		out.set = ev.seg.DocNumbersLive()
	}
	for _, n := range nots {
		f, err := ev.none(n, out.set)
		if err != nil {
			return found{}, err
		}
		out.set = f.set
	}
	return out, nil
}

func isFilter(n node) bool {
	switch n.(type) {
	case anyOf, span, everything:
		return true
	}
	return false
}

func (ev *evaluator) some(x some, within *roaring.Bitmap) (found, error) {
	out := found{set: none32}
	for _, p := range x.parts {
		f, err := ev.eval(p, within)
		if err != nil {
			return found{}, err
		}
		out.set = union(out.set, f.set)
		out.score = ev.sum(out.score, f.score)
	}
	return out, nil
}

func (ev *evaluator) none(x none, within *roaring.Bitmap) (found, error) {
	if within == nil {
		within = ev.seg.DocNumbersLive()
	}
	strict := *ev
	strict.level = levelAsked
	f, err := strict.eval(x.part, within)
	if err != nil {
		return found{}, err
	}
	ev.board.put(f.score)
	return found{set: roaring.AndNot(within, f.set)}, nil
}

// sum adds b to a; a document has a score only where a part has matched.
func (ev *evaluator) sum(a, b scores) scores {
	if a == nil {
		return b
	}
	for i, v := range b {
		a[i] += v
	}
	ev.board.put(b)
	return a
}

// phrase matches texts that hold every gram of the phrase, and titles that hold
// it as it stands: a text that has all the pairs of a phrase without the phrase
// is rare, and places would double the index.
func (ev *evaluator) phrase(n *textNode, within *roaring.Bitmap) (found, error) {
	p := ev.texts[n]
	title, text := within, within
	for _, k := range n.parts {
		w := &p.grams[k]
		title = confine(w.zones[zoneTitle], title)
		text = confine(union(w.zones[zoneLead], w.zones[zoneRest]), text)
	}
	if title == nil { // nothing to look up
		return found{set: none32}, nil
	}
	exact, err := ev.holding(roaring.AndNot(title, text), n.phrase, len(n.parts) > 1)
	if err != nil {
		return found{}, err
	}
	return ev.scored(n, union(exact, text)), nil
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
