package index

import "math/bits"

// bitset is a set of document numbers of one partition. It grows as needed.
type bitset []uint64

func (b *bitset) set(n uint32) {
	w := int(n >> 6)
	for w >= len(*b) {
		*b = append(*b, make([]uint64, max(w+1-len(*b), len(*b)))...)
	}
	(*b)[w] |= 1 << (n & 63)
}

func (b bitset) has(n uint32) bool {
	w := int(n >> 6)
	return w < len(b) && b[w]&(1<<(n&63)) != 0
}

func (b bitset) clone() bitset { return append(bitset(nil), b...) }

func (b *bitset) or(o bitset) {
	if len(*b) < len(o) {
		*b = append(*b, make([]uint64, len(o)-len(*b))...)
	}
	for i, w := range o {
		(*b)[i] |= w
	}
}

func (b *bitset) and(o bitset) {
	if len(*b) > len(o) {
		*b = (*b)[:len(o)]
	}
	for i := range *b {
		(*b)[i] &= o[i]
	}
}

func (b bitset) andNot(o bitset) {
	for i := range min(len(b), len(o)) {
		b[i] &^= o[i]
	}
}

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// each calls fn for every member in ascending order until fn returns false.
func (b bitset) each(fn func(n uint32) bool) {
	for i, w := range b {
		for w != 0 {
			n := uint32(i<<6 | bits.TrailingZeros64(w))
			if !fn(n) {
				return
			}
			w &= w - 1
		}
	}
}

// scores holds a figure for each document number; absent ones are 0.
type scores []float32

func (s *scores) add(n uint32, v float32) {
	if int(n) >= len(*s) {
		*s = append(*s, make([]float32, max(int(n)+1-len(*s), len(*s)))...)
	}
	(*s)[n] += v
}

func (s scores) at(n uint32) float32 {
	if int(n) < len(s) {
		return s[n]
	}
	return 0
}
