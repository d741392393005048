package nlp

import (
	"hash/maphash"
	"sync/atomic"
	"unicode/utf8"
)

// maxGuess is the longest run of single characters that is divided at once.
const maxGuess = 64

// longestGuess is the longest word that gse's HMM is believed to have found.
const longestGuess = 4

// guesses remembers how runs of single characters were divided: the same runs
// come again and again. It is a table of fixed size without pointers and
// without locks, in which a run takes the place of an older one.
type guesses struct {
	seed  maphash.Seed
	slots [1 << 16]struct{ check, ends atomic.Uint64 } // a megabyte
}

func newGuesses() *guesses { return &guesses{seed: maphash.MakeSeed()} }

// get returns where the words of a run end, 0: not known.
func (g *guesses) get(key uint64) uint64 {
	s := &g.slots[key%uint64(len(g.slots))]
	if ends := s.ends.Load(); s.check.Load() == key^ends {
		return ends
	}
	return 0 // another run's, or half written
}

func (g *guesses) put(key, ends uint64) {
	s := &g.slots[key%uint64(len(g.slots))]
	s.ends.Store(ends)
	s.check.Store(key ^ ends)
}

// guess divides a run of at most maxGuess characters with gse's HMM, which
// takes a microsecond for each: bit i of the answer says that a word ends with
// character i. Words of more than longestGuess are taken apart.
func (b *base) guess(run string) (ends uint64) {
	key := maphash.String(b.guesses.seed, run)
	if known := b.guesses.get(key); known != 0 {
		return known
	}
	at := 0
	for _, w := range b.seg.HMMCut(run) {
		n := utf8.RuneCountInString(w)
		for i := range n {
			if i == n-1 || n > longestGuess {
				ends |= 1 << (at + i)
			}
		}
		at += n
	}
	b.guesses.put(key, ends)
	return ends
}
