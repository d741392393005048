package trend

import (
	"math"
	"math/bits"
	"slices"
)

// places is a set of positions in a text of at most maxRunes characters.
type places [(maxRunes + 63) / 64]uint64

// sortedRunes lists the characters of a text by character, then place: the
// character in the high bits, the place in the low eight.
func sortedRunes(text []rune) []uint32 {
	out := make([]uint32, len(text))
	for i, r := range text {
		out[i] = uint32(r)<<8 | uint32(i)
	}
	slices.Sort(out)
	return out
}

// textOf is the text that sortedRunes listed.
func textOf(runes []uint32) string {
	out := make([]rune, len(runes))
	for _, r := range runes {
		out[r&255] = rune(r >> 8)
	}
	return string(out)
}

// matches says for each character of the longer text where the shorter has
// the same one. The comparisons of runs and subsequences then take all places
// of the shorter text in one step (bit-parallel: Crochemore et al. 2001).
type matches struct {
	rows   [maxRunes]places
	runs   [maxRunes]places // scratch of longestRun
	n      int              // characters of the longer text
	words  int              // of each row that are in use
	common int              // characters in common, each as often as both have it
}

func (m *matches) read(a, b *sketch) {
	m.n, m.words, m.common = len(b.runes), (len(a.runes)+63)/64, 0
	clear(m.rows[:m.n])
	x, y := a.runes, b.runes
	for len(x) > 0 && len(y) > 0 {
		rx, ry := x[0]>>8, y[0]>>8
		switch {
		case rx < ry:
			x = x[1:]
			continue
		case rx > ry:
			y = y[1:]
			continue
		}
		var at places
		nx, ny := 0, 0
		for ; nx < len(x) && x[nx]>>8 == rx; nx++ {
			at[x[nx]>>6&3] |= 1 << (x[nx] & 63)
		}
		for ; ny < len(y) && y[ny]>>8 == rx; ny++ {
			m.rows[y[ny]&255] = at
		}
		m.common += min(nx, ny)
		x, y = x[nx:], y[ny:]
	}
}

// longestRun finds the longest common substring; skip holds places of the
// shorter text that do not count. Of equals it takes the first in the shorter.
func (m *matches) longestRun(skip *places) (end, length int) {
	runs := &m.runs // ends of runs of the present length
	last := -1      // first of them
	for j := range m.n {
		for k := range m.words {
			runs[j][k] = m.rows[j][k] &^ skip[k]
		}
		if at := runs[j].first(m.words); at >= 0 && (last < 0 || at < last) {
			last, length = at, 1
		}
	}
	for from := 1; last >= 0; from++ {
		end, last = last+1, -1
		for j := m.n - 1; j >= from; j-- {
			if runs[j].none(m.words) {
				continue
			}
			carry := uint64(0)
			for k := range m.words {
				before := runs[j-1][k]
				runs[j][k] &= before<<1 | carry
				carry = before >> 63
			}
			if at := runs[j].first(m.words); at >= 0 && (last < 0 || at < last) {
				last = at
			}
		}
		if last >= 0 {
			length = from + 1
		}
	}
	return end, length
}

func (p *places) none(words int) bool {
	for k := range words {
		if p[k] != 0 {
			return false
		}
	}
	return true
}

func (p *places) first(words int) int {
	for k := range words {
		if p[k] != 0 {
			return k<<6 | bits.TrailingZeros64(p[k])
		}
	}
	return -1
}

// subsequence is the length of the longest common subsequence (Hyyrö 2004).
func (m *matches) subsequence() int {
	var v places
	for k := range m.words {
		v[k] = math.MaxUint64
	}
	for j := range m.n {
		carry := uint64(0)
		for k := range m.words {
			u := v[k] & m.rows[j][k]
			var sum uint64
			sum, carry = bits.Add64(v[k], u, carry)
			v[k] = sum | v[k]&^m.rows[j][k]
		}
	}
	n := 0
	for k := range m.words {
		n += bits.OnesCount64(^v[k])
	}
	return n
}

// commonRuns returns the length of the longest common substring, the summed
// rarity of its character pairs, and that of the best run that does not touch
// it in the shorter text a.
func (m *matches) commonRuns(a *sketch, bg *background) (length int, idf, second float64) {
	var skip places
	end, length := m.longestRun(&skip)
	if length < 2 {
		return length, 0, 0
	}
	for i := end - length; i < end; i++ {
		skip[i>>6] |= 1 << (i & 63)
	}
	if end2, length2 := m.longestRun(&skip); length2 >= 2 {
		second = a.rarity(bg, end2-length2, end2)
	}
	return length, a.rarity(bg, end-length, end), second
}

// rarity sums up the character pairs of part of the text.
func (s *sketch) rarity(bg *background, from, to int) float64 {
	sum := 0.0
	for _, w := range s.rare[from : to-1] {
		sum += float64(float32(bg.idfs[w]))
	}
	return sum
}
