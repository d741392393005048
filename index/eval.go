package index

import (
	"fmt"
	"math"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// found is the answer of a node in one partition. score is nil for filters.
type found struct {
	set   bitset
	score scores
}

// evaluator answers compiled queries in one partition.
type evaluator struct {
	*shard
	level int // 0 as asked, 1 looser, 2 anything alike
	avg   [numText]float64
}

// eval answers a node. within, when not nil, confines the answer.
func (ev *evaluator) eval(n node, within bitset) (found, error) {
	switch x := n.(type) {
	case everything:
		return ev.filter(within, func() (bitset, error) { return ev.between(ev.p.from, ev.p.until) })
	case anyOf:
		return ev.filter(within, func() (bitset, error) { return ev.anyOf(x) })
	case span:
		return ev.filter(within, func() (bitset, error) { return ev.between(x.since, x.until) })
	case both:
		return ev.both(x, within)
	case some:
		return ev.some(x, within)
	case none:
		return ev.none(x, within)
	case *textNode:
		if x.phrase != nil {
			return ev.phrase(x, within)
		}
		return ev.bag(x, within)
	}
	return found{}, fmt.Errorf("index: unknown node %T", n)
}

func (ev *evaluator) filter(within bitset, fn func() (bitset, error)) (found, error) {
	set, err := fn()
	if err != nil {
		return found{}, err
	}
	if within != nil {
		set.and(within)
	}
	return found{set: nonNil(set)}, nil
}

// nonNil keeps an empty answer apart from "no limit".
func nonNil(b bitset) bitset {
	if b == nil {
		return bitset{}
	}
	return b
}

func (ev *evaluator) anyOf(x anyOf) (out bitset, err error) {
	for _, v := range x.values {
		if err := ev.postings(x.field, v, false, func(d uint32, _, _ float64) { out.set(d) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// both intersects: filters first, because they are cheap and confine the rest.
func (ev *evaluator) both(x both, within bitset) (found, error) {
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
			out.score = addScores(out.score, f.score)
		}
	}
	if out.set == nil { // only negations: the parser asks for something positive beside them
		var err error
		if out, err = ev.eval(everything{}, nil); err != nil {
			return found{}, err
		}
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

func (ev *evaluator) some(x some, within bitset) (found, error) {
	var out found
	for _, p := range x.parts {
		f, err := ev.eval(p, within)
		if err != nil {
			return found{}, err
		}
		out.set.or(f.set)
		// A score counts only where its part matched.
		f.set.each(func(d uint32) bool {
			if v := f.score.at(d); v > 0 {
				out.score.add(d, v)
			}
			return true
		})
	}
	out.set = nonNil(out.set)
	return out, nil
}

func (ev *evaluator) none(x none, within bitset) (found, error) {
	if within == nil {
		f, err := ev.eval(everything{}, nil)
		if err != nil {
			return found{}, err
		}
		within = f.set
	}
	strict := *ev
	strict.level = 0
	f, err := strict.eval(x.part, within)
	if err != nil {
		return found{}, err
	}
	out := nonNil(within.clone())
	out.andNot(f.set)
	return found{set: out}, nil
}

func addScores(a, b scores) scores {
	if len(a) < len(b) {
		a, b = b, a
	}
	for i, v := range b {
		a[i] += v
	}
	return a
}

// phrase matches titles by position and bodies by holding every gram of the
// phrase: positions of bodies would double the index, and a body that holds
// all the pairs of a phrase without the phrase is rare.
func (ev *evaluator) phrase(n *textNode, within bitset) (found, error) {
	set, err := ev.titlePhrase(n, within)
	if err != nil {
		return found{}, err
	}
	if !n.titleOnly {
		body, err := ev.bodyPhrase(n, within)
		if err != nil {
			return found{}, err
		}
		set.or(body)
	}
	set = nonNil(set)
	f, err := ev.bagScores(n, set)
	if err != nil {
		return found{}, err
	}
	return found{set: set, score: f.total}, nil
}

func (ev *evaluator) bodyPhrase(n *textNode, within bitset) (bitset, error) {
	var out bitset
	first := true
	for _, p := range n.phrase {
		if p.single && len(n.phrase) > 1 {
			continue // bodies hold single characters only where they stand alone
		}
		var set bitset
		take := func(d uint32, _, _ float64) {
			if within == nil || within.has(d) {
				set.set(d)
			}
		}
		if err := ev.postings(fBodyGrams, n.grams[p.gram].term, false, take); err != nil {
			return nil, err
		}
		if p.single {
			if err := ev.postings(fBodyWords, n.grams[p.gram].term, false, take); err != nil {
				return nil, err
			}
		}
		if first {
			out, first = set, false
		} else {
			out.and(set)
		}
		within = nonNil(out)
	}
	return out, nil
}

// titlePhrase keeps, document by document, the places at which the phrase may
// begin, and narrows them part by part.
func (ev *evaluator) titlePhrase(n *textNode, within bitset) (bitset, error) {
	starts := map[uint32][]int{}
	for i, p := range n.phrase {
		next := map[uint32][]int{}
		err := ev.positions(n.grams[p.gram].term, func(d uint32, places []*bleveindex.TermFieldVector) {
			if within != nil && !within.has(d) {
				return
			}
			old, ok := starts[d]
			if i > 0 && !ok {
				return
			}
			for _, v := range places {
				begin := int(v.Pos) - p.pos
				if i == 0 || contains(old, begin) {
					next[d] = append(next[d], begin)
				}
			}
		})
		if err != nil {
			return nil, err
		}
		if starts = next; len(starts) == 0 {
			break
		}
	}
	var out bitset
	for d := range starts {
		out.set(d)
	}
	return out, nil
}

func contains(list []int, v int) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

func (ev *evaluator) positions(term string, fn func(uint32, []*bleveindex.TermFieldVector)) error {
	if err := ev.g.lookup(); err != nil {
		return err
	}
	tfr, err := ev.r.TermFieldReader(ev.g.ctx, []byte(term), fTitleGrams, true, true, true)
	if err != nil {
		return fmt.Errorf("look up in %s: %w", ev.p.name, err)
	}
	for n := 1; ; n++ {
		d, err := tfr.Next(nil)
		if err == nil && n%checkEvery == 0 {
			err = ev.g.ctx.Err()
		}
		if err != nil || d == nil {
			if cerr := tfr.Close(); err == nil {
				err = cerr
			}
			return err
		}
		fn(uint32(d.ID.Value()), d.Vectors)
	}
}

// idf is the classic BM25 weight of a term in df of n documents.
func idf(df, n uint64) float64 {
	if df > n {
		df = n
	}
	return math.Log(1 + (float64(n)-float64(df)+0.5)/(float64(df)+0.5))
}
