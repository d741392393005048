package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp"
)

// Fragment is a piece of a snippet. The texts of all fragments, joined, are
// the snippet; Hit marks what the query asked for.
type Fragment struct {
	Text string
	Hit  bool
}

const (
	maxSnippetText = 64 << 10 // bytes of a text that are looked at
	ellipsis       = "…"
)

// Snippet shows why a text matches: the stretch of at most maxRunes runes that
// holds most of what was asked for, beginning at a sentence if one begins near,
// with the hits marked in the text as published. Without a hit it is the
// beginning. A nil analyzer highlights whole terms and pairs of characters
// only. What stands below NOT is not highlighted.
func Snippet(text string, expr Expr, a *nlp.Analyzer, maxRunes int) []Fragment {
	if a == nil {
		return snippet(text, expr, nil, maxRunes)
	}
	return snippet(text, expr, a, maxRunes)
}

func snippet(text string, expr Expr, seg segmenter, maxRunes int) []Fragment {
	text = strings.ToValidUTF8(nlp.CutBytes(text, maxSnippetText), "\uFFFD")
	if strings.TrimSpace(text) == "" || maxRunes <= 0 {
		return nil
	}
	m := nlp.FoldMap(text)
	hits := findHits(text, m, needles(expr, seg))
	from, to := window(text, hits, maxRunes)
	return fragments(text, hits, from, to)
}

// needle is a term to look for: the whole of it, else its words, else its
// pairs of characters.
type needle struct {
	whole string
	words []string
	grams []string
}

func needles(e Expr, seg segmenter) []needle {
	switch x := e.(type) {
	case Words:
		out := make([]needle, 0, len(x.Terms))
		for _, t := range x.Terms {
			out = append(out, newNeedle(nlp.Fold(t), seg))
		}
		return out
	case Phrase:
		// A phrase is marked as such, or, where only its parts are there
		// because punctuation stands between them, by its words.
		return []needle{newNeedle(nlp.Fold(x.Text), seg)}
	case And:
		return needlesOf(x.Parts, seg)
	case Or:
		return needlesOf(x.Parts, seg)
	}
	return nil
}

func needlesOf(parts []Expr, seg segmenter) []needle {
	var out []needle
	for _, p := range parts {
		out = append(out, needles(p, seg)...)
	}
	return out
}

func newNeedle(folded string, seg segmenter) needle {
	n := needle{whole: folded}
	for _, g := range grams(folded) {
		n.grams = append(n.grams, folded[g.start:g.end])
	}
	if seg == nil {
		return n
	}
	for _, t := range seg.Segment(folded) {
		if hasContent(t.Text) && !nlp.IsStop(t.Text) && !oneRune(t.Text) {
			n.words = append(n.words, t.Text)
		}
	}
	return n
}

// hit is a marked stretch of the original text, in bytes. term tells which
// needle it belongs to: a window is worth more the more terms it shows.
type hit struct{ start, end, term int }

func findHits(text string, m nlp.Mapped, list []needle) []hit {
	var out []hit
	for i, n := range list {
		found := occurrences(text, m, []string{n.whole}, i)
		if len(found) == 0 {
			found = occurrences(text, m, n.words, i)
		}
		if len(found) == 0 {
			found = occurrences(text, m, n.grams, i)
		}
		out = append(out, found...)
	}
	slices.SortFunc(out, func(a, b hit) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return b.end - a.end
	})
	return out
}

func occurrences(text string, m nlp.Mapped, terms []string, id int) []hit {
	var out []hit
	for _, t := range terms {
		if t == "" {
			continue
		}
		for at := 0; ; {
			i := strings.Index(m.Text[at:], t)
			if i < 0 {
				break
			}
			start, end := at+i, at+i+len(t)
			at = end
			if !atWordBorder(m.Text, start, end) {
				continue
			}
			from, to := m.Origin(start, end)
			to = from + len(strings.TrimRightFunc(text[from:to], unicode.IsSpace)) // folded away behind it
			if from < to {
				out = append(out, hit{from, to, id})
			}
		}
	}
	return out
}

// atWordBorder keeps a Latin word from being found inside another, as the index
// does: "ai" is not in "said". Letters beside digits are borders.
func atWordBorder(s string, start, end int) bool {
	first, _ := utf8.DecodeRuneInString(s[start:])
	before, _ := utf8.DecodeLastRuneInString(s[:start])
	last, _ := utf8.DecodeLastRuneInString(s[:end])
	after, _ := utf8.DecodeRuneInString(s[end:])
	return !(start > 0 && inside(before, first)) && !(end < len(s) && inside(last, after))
}

func inside(a, b rune) bool {
	return isWordRune(a) && isWordRune(b) && !isIdeograph(a) && !isIdeograph(b) && unicode.IsNumber(a) == unicode.IsNumber(b)
}

// window chooses which part of the text is shown, as byte offsets.
func window(text string, hits []hit, maxRunes int) (from, to int) {
	starts := runeStarts(text) // one more for the end
	n := len(starts) - 1
	if n <= maxRunes {
		return 0, len(text)
	}
	if len(hits) == 0 {
		return 0, starts[endNear(text, starts, 0, maxRunes)]
	}
	runeAt := func(b int) int {
		i, _ := slices.BinarySearch(starts, b)
		return i
	}
	bestStart, bestValue := 0, -1
	for i, h := range hits {
		begin := runeAt(h.start)
		terms := map[int]bool{}
		value := 0
		for _, o := range hits[i:] {
			if runeAt(o.end) > begin+maxRunes*3/4 {
				break
			}
			value++
			if !terms[o.term] {
				terms[o.term] = true
				value += 10 // another term says more than the same once more
			}
		}
		if value > bestValue {
			bestStart, bestValue = begin, value
		}
		if i > 500 {
			break // a text full of hits is as good at its beginning
		}
	}
	begin := sentenceStart(text, starts, bestStart, maxRunes/4)
	if begin+maxRunes > n {
		begin = max(n-maxRunes, 0)
		begin = min(bestStart, nextBoundary(text, starts, begin, bestStart))
	}
	return starts[begin], starts[endNear(text, starts, begin, maxRunes)]
}

func runeStarts(s string) []int {
	out := make([]int, 0, len(s)/2+1)
	for i := range s {
		out = append(out, i)
	}
	return append(out, len(s))
}

func isSentenceEnd(r rune) bool { return strings.ContainsRune("。！？!?；;\n", r) }
func isClauseEnd(r rune) bool   { return strings.ContainsRune("，,、：: \t）)”」", r) }

func runeOf(text string, starts []int, i int) rune {
	r, _ := utf8.DecodeRuneInString(text[starts[i]:])
	return r
}

// sentenceStart looks back from rune i, at most back runes, for the beginning
// of a sentence, else of a clause.
func sentenceStart(text string, starts []int, i, back int) int {
	clause := -1
	for k := i; k > 0 && k > i-back; k-- {
		r := runeOf(text, starts, k-1)
		if isSentenceEnd(r) {
			return k
		}
		if clause < 0 && isClauseEnd(r) && i-k >= 2 {
			clause = k
		}
	}
	switch {
	case i <= back:
		return 0
	case clause >= 0:
		return clause
	}
	return max(i-back/2, 0)
}

// nextBoundary is the first beginning of a sentence or clause in [i, limit].
func nextBoundary(text string, starts []int, i, limit int) int {
	for k := i; k <= limit; k++ {
		if k == 0 {
			return 0
		}
		if r := runeOf(text, starts, k-1); isSentenceEnd(r) || isClauseEnd(r) {
			return k
		}
	}
	return i
}

// endNear is where a window that begins at rune i ends: after the last sentence
// in its last third, else full.
func endNear(text string, starts []int, i, maxRunes int) int {
	n := len(starts) - 1
	end := min(i+maxRunes, n)
	if end == n {
		return n
	}
	for k := end; k > i+maxRunes*2/3; k-- {
		if isSentenceEnd(runeOf(text, starts, k-1)) {
			return k
		}
	}
	return end
}

// fragments cuts the window at the hits; overlapping and touching ones merge.
func fragments(text string, hits []hit, from, to int) []Fragment {
	var out []Fragment
	put := func(s string, isHit bool) {
		if s != "" {
			out = append(out, Fragment{s, isHit})
		}
	}
	for from < to && isBlankAt(text, from) {
		_, n := utf8.DecodeRuneInString(text[from:])
		from += n
	}
	if strings.TrimSpace(text[:from]) != "" {
		put(ellipsis, false)
	}
	at := from
	for i := 0; i < len(hits); {
		start, end := max(hits[i].start, from), min(hits[i].end, to)
		i++
		for i < len(hits) && hits[i].start <= end {
			end = max(end, min(hits[i].end, to))
			i++
		}
		if start >= end || end <= at {
			continue
		}
		put(flat(text[at:max(start, at)]), false)
		put(flat(text[max(start, at):end]), true)
		at = end
	}
	tail := text[at:to]
	if to == len(text) {
		tail = strings.TrimRightFunc(tail, unicode.IsSpace)
	}
	put(flat(tail), false)
	if to < len(text) && strings.TrimSpace(text[to:]) != "" {
		put(ellipsis, false)
	}
	return out
}

func isBlankAt(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsSpace(r)
}

// flat shows line breaks as spaces.
func flat(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, s)
}
