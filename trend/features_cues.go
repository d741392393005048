package trend

import "github.com/xuanti/xuanti/trend/model"

// What a word or a pair of characters weighs as a cue: one that both texts have
// twice as much as one of a single text, of which there are more; a pair of
// characters half as much as a word.
const (
	wordCue, gramCue = 1, 0.5
	ownCue           = 0.5
)

// The hashes of cues of different kinds, told apart.
const (
	saltWordBoth uint64 = iota + 1
	saltWordOne
	saltGramBoth
	saltGramOne
)

// Cues are the words and character pairs that two texts share and those that
// only one of them has, for the linear part of a pair task. Their order does
// not depend on which text comes first.
func Cues(a, b Prepared) []model.Cue {
	out := make([]model.Cue, 0, len(a.s.words)+len(b.s.words)+len(a.s.grams)+len(b.s.grams))
	out = cuesOf(out, a.s.words, b.s.words, wordCue, saltWordBoth, saltWordOne)
	return cuesOf(out, a.s.grams, b.s.grams, gramCue, saltGramBoth, saltGramOne)
}

func cuesOf(out []model.Cue, a, b []weighted, value float64, both, one uint64) []model.Cue {
	put := func(key, salt uint64, v float64) {
		out = append(out, model.Cue{Hash: mix(key ^ salt*fnvPrime), Value: v})
	}
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Key < b[0].Key:
			put(a[0].Key, one, value*ownCue)
			a = a[1:]
		case len(a) == 0 || b[0].Key < a[0].Key:
			put(b[0].Key, one, value*ownCue)
			b = b[1:]
		default:
			put(a[0].Key, both, value)
			a, b = a[1:], b[1:]
		}
	}
	return out
}
