package nlp

import (
	"math"
	"slices"
	"unicode"
	"unicode/utf8"
)

// gap is the length of a step over a unit that the dictionary lacks, in bits:
// longer than any word of it, as in gse.
const gap = 32

// unknown is the word of a step over a gap.
const unknown = -1

// step is the last one of the shortest path to the end of a unit.
type step struct {
	length float32 // of the whole path, in bits
	from   int32   // unit at which the step begins
	word   int32   // index in the dictionary, or unknown
}

// hop is a step of the best path, in bytes.
type hop struct {
	start, end int
	word       int32
}

// path is gse's shortest path through its dictionary, with working memory that
// is used again: gse takes a hundred bytes anew for each character, which costs
// more than the search itself.
type path struct {
	text   []byte
	ends   []int32 // of the units, in bytes
	steps  []step
	hops   []hop
	pieces []piece
}

// units divides the text as gse does: Latin letters and digits in runs,
// everything else rune by rune.
func (p *path) units() {
	p.ends = p.ends[:0]
	for at := 0; at < len(p.text); {
		if c := p.text[at]; c >= 0xe3 && c < 0xf0 && at+3 <= len(p.text) && p.text[at+1]&0xc0 == 0x80 && p.text[at+2]&0xc0 == 0x80 { // Han and most marks
			at += 3
		} else if n := alnum(p.text[at:]); n > 0 {
			for ; n > 0; n = alnum(p.text[at:]) {
				at += n
			}
		} else {
			_, n := utf8.DecodeRune(p.text[at:])
			at += n
		}
		p.ends = append(p.ends, int32(at))
	}
}

// alnum is the length of the letter or digit at the head of s, 0 without one.
func alnum(s []byte) int {
	if len(s) == 0 {
		return 0
	}
	if c := s[0]; c < utf8.RuneSelf {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' {
			return 1
		}
		return 0
	}
	if r, n := utf8.DecodeRune(s); n == 2 && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
		return n
	}
	return 0
}

// find leaves the shortest path through p.text in p.hops, in order. With parts
// the one step over the whole text is forbidden.
func (p *path) find(l *lexicon, parts bool) {
	p.units()
	n := len(p.ends)
	if cap(p.steps) < n {
		p.steps = make([]step, n)
	}
	p.steps = p.steps[:n]
	for i := range p.steps {
		p.steps[i].length = math.MaxFloat32
	}
	start, so := 0, float32(0)
	for i := range n {
		single := false
		added := false
		if len(l.extra) > 0 {
			r, _ := utf8.DecodeRune(p.text[start:])
			added = l.heads.hasRune(r)
		}
		for k, more := i, true; more && k < n && !(parts && i == 0 && k == n-1); k++ {
			var word int
			var ok bool
			if word, ok, more = l.word(p.text[start:p.ends[k]], added); !ok {
				continue
			}
			single = single || k == i
			if d := so + l.info(int32(word)).length; d < p.steps[k].length {
				p.steps[k] = step{d, int32(i), int32(word)}
			}
		}
		if d := so + gap; !single && d < p.steps[i].length {
			p.steps[i] = step{d, int32(i), unknown}
		}
		start, so = int(p.ends[i]), p.steps[i].length
	}
	p.backtrack()
}

func (p *path) backtrack() {
	p.hops = p.hops[:0]
	for i := len(p.steps) - 1; i >= 0; {
		s := p.steps[i]
		start := 0
		if s.from > 0 {
			start = int(p.ends[s.from-1])
		}
		p.hops = append(p.hops, hop{start, int(p.ends[i]), s.word})
		i = int(s.from) - 1
	}
	slices.Reverse(p.hops)
}
