package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp"
)

// textBuilder collects the distinct features of a bag of words.
type textBuilder struct {
	*compiler
	n       *textNode
	others  bool // synonyms and pinyin count too
	wordIdx map[string]int
	gramIdx map[string]int
	groups  map[string]bool
}

func newTextBuilder(c *compiler, titleOnly bool) *textBuilder {
	return &textBuilder{c, &textNode{titleOnly: titleOnly}, false, map[string]int{}, map[string]int{}, map[string]bool{}}
}

func (b *textBuilder) word(term, how string) int {
	return intern(&b.n.words, b.wordIdx, term, how)
}

func (b *textBuilder) gram(term, how string) int {
	return intern(&b.n.grams, b.gramIdx, term, how)
}

// intern files a feature once; what was typed too counts as typed.
func intern(list *[]feature, at map[string]int, term, how string) int {
	i, ok := at[term]
	if !ok {
		i = len(*list)
		at[term] = i
		*list = append(*list, feature{term: term, how: how})
	} else if how == howTyped {
		(*list)[i].how = how
	}
	return i
}

// maxSpan is how many tokens may make up the left side of a synonym.
const maxSpan = 4

// addTerm segments one folded term and files its words, grams and groups.
// Neighbouring tokens that the dictionary does not hold, or that are single
// characters, form one stretch: names of people come apart like that.
func (b *textBuilder) addTerm(folded string) {
	for _, g := range grams(folded) {
		b.gram(folded[g.start:g.end], howTyped)
	}
	toks := b.seg.Segment(folded)
	for i := 0; i < len(toks); {
		t := &toks[i]
		if n := b.span(folded, toks[i:]); n > 0 {
			for ; n > 0; n-- {
				visitWords(&toks[i], func(s, e int) { b.word(folded[s:e], howTyped) })
				i++
			}
			continue
		}
		if !hasContent(t.Text) || nlp.IsStop(t.Text) {
			i++
			continue
		}
		j := i
		for j < len(toks) && loose(&toks[j]) && (j == i || toks[j].Start == toks[j-1].End) {
			visitWords(&toks[j], func(s, e int) { b.word(folded[s:e], howTyped) })
			j++
		}
		if j-i >= 2 {
			b.group(folded[t.Start:toks[j-1].End], -1, false, nil)
			i = j
			continue
		}
		visitWords(t, func(s, e int) { b.word(folded[s:e], howTyped) })
		b.group(t.Text, b.word(t.Text, howTyped), t.Known && !t.Added, nil) // an added word is not one in what was indexed before
		i++
	}
	if len(b.n.groups) == 0 { // only stop words, or a segmenter that gave nothing
		b.group(folded, -1, false, nil)
	}
}

// span files a group for the longest run of tokens from the first on that has
// synonyms, and returns how many tokens it took.
func (b *textBuilder) span(folded string, toks []nlp.Token) int {
	if !b.others || b.syn == nil {
		return 0
	}
	for n := min(maxSpan, len(toks)); n > 0; n-- {
		text := folded[toks[0].Start:toks[n-1].End]
		others := b.syn.Of(text)
		if len(others) == 0 {
			continue
		}
		word := -1
		if n == 1 {
			word = b.word(text, howTyped)
		}
		b.group(text, word, n == 1 && toks[0].Known && !toks[0].Added, others)
		return n
	}
	return 0
}

// loose tells tokens that may be pieces of an unknown word.
func loose(t *nlp.Token) bool {
	r, n := utf8.DecodeRuneInString(t.Text)
	return isIdeograph(r) && (!t.Known || n == len(t.Text)) && !nlp.IsStop(t.Text)
}

func (b *textBuilder) group(text string, word int, known bool, synonyms []string) {
	if b.groups[text] {
		return
	}
	b.groups[text] = true
	g := b.wanted(text, word, known, howTyped)
	for _, s := range synonyms {
		w := -1
		if toks := b.seg.Segment(s); len(toks) == 1 {
			w = b.word(s, howSynonym)
		}
		g.or = append(g.or, b.wanted(s, w, w >= 0, howSynonym))
	}
	if b.others && isPinyin(text) {
		g.pinyin = len(b.n.pinyin)
		b.n.pinyin = append(b.n.pinyin, feature{term: text, how: howPinyin})
	}
	b.n.groups = append(b.n.groups, g)
}

func (b *textBuilder) wanted(text string, word int, known bool, how string) wanted {
	g := wanted{word: word, pinyin: -1, known: known, runes: utf8.RuneCountInString(text)}
	for _, x := range grams(text) {
		if !x.part { // the whole of a Latin word stands for it
			g.grams = append(g.grams, b.gram(text[x.start:x.end], how))
		}
	}
	return g
}

// counted are the groups that decide whether a document matches. A lone
// character says little beside words; it only counts when it is all there is.
func (n *textNode) counted() []wanted {
	out := slices.DeleteFunc(slices.Clone(n.groups), func(g wanted) bool { return g.runes < 2 })
	if len(out) == 0 {
		return n.groups
	}
	return out
}

// The marks that canonical sets around a Latin or number piece.
const (
	pieceStart = '\x01'
	pieceEnd   = '\x02'
)

// canonical is a folded text as phrases are compared: characters of Han
// without what stands between them, and each run of letters and each run of
// digits in marks, so that su7 is found in su7ultra and art is not in start.
func canonical(folded string) string {
	var b strings.Builder
	open, digit := false, false
	end := func() {
		if open {
			b.WriteByte(pieceEnd)
			open = false
		}
	}
	for _, r := range folded {
		switch {
		case isIdeograph(r):
			end()
			b.WriteRune(r)
		case isWordRune(r):
			if d := unicode.IsNumber(r); !unicode.IsMark(r) {
				if open && d != digit {
					end()
				}
				digit = d
			}
			if !open {
				b.WriteByte(pieceStart)
				open = true
			}
			b.WriteRune(r)
		default:
			end()
		}
	}
	end()
	return b.String()
}
