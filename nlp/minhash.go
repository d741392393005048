package nlp

import "sync"

const (
	hashes       = 128
	shingleRunes = 4
	minHashLimit = 2000 // runes of the body that count
	bands        = 32
	rows         = hashes / bands
)

// permutations are the multipliers and addends of the multiply-shift family
// (Dietzfelbinger 1997), drawn from SplitMix64 with a fixed seed so that stored
// values stay comparable.
type permutations struct{ mul, add [hashes]uint64 }

var loadPermutations = sync.OnceValue(func() *permutations {
	p := new(permutations)
	state := uint64(0x78756e7469) // "xunti"
	next := func() uint64 {
		state += 0x9e3779b97f4a7c15
		return mix64(state)
	}
	for i := range hashes {
		p.mul[i] = next() | 1
		p.add[i] = next()
	}
	return p
})

// minHash is MinHash (Broder 1997) over the shingles of four characters, with
// one real hash a shingle. Of each 64-bit minimum 16 bits are kept (b-bit
// minwise hashing, Li and König 2010): two different minima agree by chance
// once in 65,536.
func minHash(runes []rune) []uint16 {
	p := loadPermutations()
	var low [hashes]uint64
	for i := range low {
		low[i] = ^uint64(0)
	}
	runes = runes[:min(len(runes), minHashLimit)]
	for i := 0; i+shingleRunes <= len(runes); i++ {
		h := hashRunes(runes[i : i+shingleRunes])
		for k := range low {
			low[k] = min(low[k], h*p.mul[k]+p.add[k])
		}
	}
	out := make([]uint16, hashes)
	for i, v := range low {
		out[i] = uint16(v >> 24)
	}
	return out
}

// Jaccard estimates the share of common shingles of two bodies, 0 to 1, with
// a standard error of about 0.04; 0 when either body was too short.
func Jaccard(a, b Fingerprint) float64 {
	if len(a.MinHash) != hashes || len(b.MinHash) != hashes {
		return 0
	}
	n := 0
	for i := range hashes {
		if a.MinHash[i] == b.MinHash[i] {
			n++
		}
	}
	return float64(n) / hashes
}

// band is the key of one LSH band: the band's number and its four values.
func band(m []uint16, i int) uint64 {
	v := m[i*rows : i*rows+rows : i*rows+rows]
	return mix64(uint64(v[0])|uint64(v[1])<<16|uint64(v[2])<<32|uint64(v[3])<<48)>>5<<5 | uint64(i)
}
