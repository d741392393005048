package trend

import (
	"math/rand/v2"
	"testing"
)

// plainRun and plainSubsequence are the textbook tables.
func plainRun(a, b []rune, skipFrom, skipTo int) (end, length int) {
	prev := make([]int, len(b)+1)
	for i, x := range a {
		cur := make([]int, len(b)+1)
		for j, y := range b {
			if x == y && (i < skipFrom || i >= skipTo) {
				if cur[j+1] = prev[j] + 1; cur[j+1] > length {
					length, end = cur[j+1], i+1
				}
			}
		}
		prev = cur
	}
	return end, length
}

func plainSubsequence(a, b []rune) int {
	prev := make([]int, len(b)+1)
	for _, x := range a {
		cur := make([]int, len(b)+1)
		for j, y := range b {
			if cur[j+1] = max(prev[j+1], cur[j]); x == y {
				cur[j+1] = prev[j] + 1
			}
		}
		prev = cur
	}
	return prev[len(b)]
}

func TestMatchesEqualTheTextbook(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var m matches
	for range 400 {
		text := func(n int) []rune {
			var out []rune
			for range n {
				out = append(out, '一'+rune(rnd.IntN(5)))
			}
			return out
		}
		a, b := text(rnd.IntN(maxRunes+1)), text(rnd.IntN(maxRunes+1))
		if len(a) > len(b) {
			a, b = b, a
		}
		read := &sketch{runes: sortedRunes(a)}
		if back := textOf(read.runes); back != string(a) {
			t.Fatalf("%s came back as %s", string(a), back)
		}
		m.read(read, &sketch{runes: sortedRunes(b)})
		if got, want := m.subsequence(), plainSubsequence(a, b); got != want {
			t.Fatalf("subsequence of %s and %s: %d, want %d", string(a), string(b), got, want)
		}
		var skip places
		from, to := 0, 0
		for range 2 {
			end, length := m.longestRun(&skip)
			wantEnd, want := plainRun(a, b, from, to)
			if end != wantEnd || length != want {
				t.Fatalf("run of %s and %s: %d up to %d, want %d up to %d", string(a), string(b), length, end, want, wantEnd)
			}
			from, to = end-length, end
			for i := from; i < to; i++ {
				skip[i>>6] |= 1 << (i & 63)
			}
		}
		counts := map[rune]int{}
		for _, r := range b {
			counts[r]++
		}
		common := 0
		for _, r := range a {
			if counts[r]--; counts[r] >= 0 {
				common++
			}
		}
		if m.common != common {
			t.Fatalf("%d characters in common, want %d", m.common, common)
		}
	}
}
