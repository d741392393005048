package alert

import (
	"cmp"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// automaton finds all occurrences of many patterns in one pass (Aho & Corasick
// 1975). It steps by runes and keeps its transitions in one open hash table,
// so that 100,000 Chinese patterns take a few megabytes: the byte tables of
// the libraries take hundreds. It is immutable once built.
type automaton struct {
	patterns []string
	keys     []uint64 // (state+1)<<runeBits | rune; 0 is a free slot
	next     []int32
	fail     []int32 // longest proper suffix that is a state
	out      []int32 // pattern that ends here, -1 for none
	more     []int32 // next shorter state with a pattern, 0 for none
	shift    uint    // 64 − log2(len(keys))
}

const runeBits = 21

// occurrence is a pattern at a byte offset of the text.
type occurrence struct {
	pattern int32
	pos     int32
}

// newAutomaton builds the automaton of distinct, non-empty patterns.
func newAutomaton(patterns []string) *automaton {
	a := &automaton{patterns: patterns}
	a.grow(64)
	depth, parent, via := []int32{0}, []int32{0}, []rune{0}
	a.out = []int32{-1}
	deepest := int32(0)
	for i, p := range patterns {
		state := int32(0)
		for _, r := range p {
			to, ok := a.step(state, r)
			if !ok {
				to = int32(len(a.out))
				a.out = append(a.out, -1)
				depth, parent, via = append(depth, depth[state]+1), append(parent, state), append(via, r)
				deepest = max(deepest, depth[to])
				if len(a.out)*2 > len(a.keys) {
					a.grow(len(a.keys) * 2)
				}
				a.put(key(state, r), to)
			}
			state = to
		}
		a.out[state] = int32(i)
	}
	a.link(depth, parent, via, deepest)
	return a
}

// link computes the failure links, shallow states first.
func (a *automaton) link(depth, parent []int32, via []rune, deepest int32) {
	a.fail, a.more = make([]int32, len(a.out)), make([]int32, len(a.out))
	order := make([]int32, len(a.out))
	starts := make([]int32, deepest+2)
	for _, d := range depth {
		starts[d+1]++
	}
	for d := 1; d < len(starts); d++ {
		starts[d] += starts[d-1]
	}
	for s, d := range depth {
		order[starts[d]] = int32(s)
		starts[d]++
	}
	for _, s := range order {
		if depth[s] < 2 {
			continue
		}
		f := a.fail[parent[s]]
		for {
			if to, ok := a.step(f, via[s]); ok {
				a.fail[s] = to
				break
			}
			if f == 0 {
				break
			}
			f = a.fail[f]
		}
		if f = a.fail[s]; a.out[f] >= 0 {
			a.more[s] = f
		} else {
			a.more[s] = a.more[f]
		}
	}
}

// scan appends the occurrences of all patterns in s to hits, by the place
// where they end, longer ones first.
func (a *automaton) scan(s string, hits []occurrence) []occurrence {
	state := int32(0)
	for i, r := range s {
		for {
			to, ok := a.step(state, r)
			if ok {
				state = to
				break
			}
			if state == 0 {
				break
			}
			state = a.fail[state]
		}
		if state == 0 {
			continue
		}
		at := state
		if a.out[at] < 0 {
			at = a.more[at]
		}
		for ; at != 0; at = a.more[at] {
			p := a.patterns[a.out[at]]
			end := i + utf8.RuneLen(r)
			// A broken byte of the text reads as U+FFFD, which is longer.
			if pos := end - len(p); pos >= 0 && end <= len(s) && s[pos:end] == p {
				hits = append(hits, occurrence{a.out[at], int32(pos)})
			}
		}
	}
	return hits
}

func key(state int32, r rune) uint64 { return uint64(state+1)<<runeBits | uint64(r) }

func (a *automaton) step(state int32, r rune) (int32, bool) {
	k := key(state, r)
	mask := uint64(len(a.keys) - 1)
	for i := k * 0x9e3779b97f4a7c15 >> a.shift; ; i++ {
		switch a.keys[i&mask] {
		case k:
			return a.next[i&mask], true
		case 0:
			return 0, false
		}
	}
}

func (a *automaton) put(k uint64, to int32) {
	mask := uint64(len(a.keys) - 1)
	i := k * 0x9e3779b97f4a7c15 >> a.shift
	for a.keys[i&mask] != 0 {
		i++
	}
	a.keys[i&mask], a.next[i&mask] = k, to
}

// grow makes the table n slots large, a power of two.
func (a *automaton) grow(n int) {
	keys, next := a.keys, a.next
	a.keys, a.next = make([]uint64, n), make([]int32, n)
	a.shift = uint(bits.LeadingZeros64(uint64(n)) + 1)
	for i, k := range keys {
		if k != 0 {
			a.put(k, next[i])
		}
	}
}

// byPattern sorts occurrences so that those of one pattern stand together, in
// the order of the text.
func byPattern(hits []occurrence) {
	slices.SortFunc(hits, func(a, b occurrence) int { return cmp.Or(cmp.Compare(a.pattern, b.pattern), cmp.Compare(a.pos, b.pos)) })
}
