package index

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// node is a compiled expression. Compiling folds and segments the words once
// for all partitions.
type node interface{ isNode() }

type (
	everything struct{}
	anyOf      struct { // one keyword field, any of the values
		field  string
		values []string
	}
	span struct{ since, until time.Time } // [since, until), zero is open
	both struct{ parts []node }
	some struct{ parts []node }
	none struct{ part node }
)

func (everything) isNode() {}
func (anyOf) isNode()      {}
func (span) isNode()       {}
func (both) isNode()       {}
func (some) isNode()       {}
func (none) isNode()       {}
func (*textNode) isNode()  {}

// textNode looks for words or a phrase.
type textNode struct {
	titleOnly bool
	words     []feature
	grams     []feature
	groups    []wanted // what must be present, phrases excepted
	all       bool     // no group may be missing
	strict    bool     // below NOT: never loosened
	phrase    []phrasePart
}

// feature is a term of the word or the gram fields.
type feature struct {
	term string
	idf  float64
	df   uint64
}

// wanted is one thing the user asked for: a word, or a stretch of characters
// that no dictionary holds.
type wanted struct {
	word  int   // feature of words, -1 for an unknown stretch
	grams []int // features of grams whose conjunction stands for it
	known bool
	runes int
}

type phrasePart struct {
	gram   int
	pos    int
	single bool // one Han character
}

// plan is everything a search knows before it opens a partition.
type plan struct {
	root         node
	texts        []*textNode
	since, until time.Time // what the whole query is confined to
	explicitTime bool
}

type compiler struct {
	seg  segmenter
	now  time.Time
	ids  func(field, name string) ([]string, error)
	plan plan
}

func compile(q Query, e Expr, seg segmenter) (*plan, error) {
	c := &compiler{seg: seg, now: q.Now, ids: q.IDs}
	root, err := c.node(e, false)
	if err != nil {
		return nil, err
	}
	parts := []node{}
	addValues := func(field string, values []string) {
		if len(values) == 0 {
			return
		}
		var keys []string
		for _, v := range values {
			keys = append(keys, spellings(v)...)
		}
		parts = append(parts, anyOf{field, keys})
	}
	kinds := make([]string, len(q.Kinds))
	for i, k := range q.Kinds {
		kinds[i] = string(k)
	}
	addValues(fKind, kinds)
	addValues(fPlatform, q.Platforms)
	addValues(fSource, q.Sources)
	addValues(fAccount, q.Accounts)
	if !q.Since.IsZero() || !q.Until.IsZero() {
		parts = append(parts, span{q.Since, q.Until})
		c.plan.explicitTime = true
	}
	if b, ok := root.(both); ok {
		parts = append(parts, b.parts...)
	} else if _, ok := root.(everything); !ok || len(parts) == 0 {
		parts = append(parts, root)
	}
	// Spans that hold for the whole query become the window that chooses
	// partitions; what is left of them is checked inside.
	rest := parts[:0]
	for _, p := range parts {
		s, ok := p.(span)
		if !ok {
			rest = append(rest, p)
			continue
		}
		if s.since.After(c.plan.since) {
			c.plan.since = s.since
		}
		if !s.until.IsZero() && (c.plan.until.IsZero() || s.until.Before(c.plan.until)) {
			c.plan.until = s.until
		}
	}
	if len(rest) == 0 {
		rest = append(rest, everything{})
	}
	c.plan.root = both{rest}
	return &c.plan, nil
}

func (c *compiler) node(e Expr, negated bool) (node, error) {
	switch x := e.(type) {
	case All:
		return everything{}, nil
	case Words:
		return c.wordsNode(x, negated), nil
	case Phrase:
		return c.phraseNode(x, negated), nil
	case Value:
		field := map[string]string{FieldSource: fSource, FieldPlatform: fPlatform, FieldAccount: fAccount, FieldKind: fKind}[x.Field]
		keys := spellings(x.Text)
		if c.ids != nil {
			ids, err := c.ids(x.Field, x.Text)
			if err != nil {
				return nil, err
			}
			keys = append(keys, ids...)
		}
		return anyOf{field, keys}, nil
	case Range:
		c.plan.explicitTime = true
		if x.Last == 0 {
			return span{x.After, x.Before}, nil
		}
		if c.now.IsZero() {
			return nil, xuanti.Errorf(xuanti.CodeInvalid, "last: 需要当前时间 (last: needs the time of the query)")
		}
		return span{c.now.Add(-x.Last), c.now.Add(time.Millisecond)}, nil
	case And:
		parts, err := c.nodes(x.Parts, negated)
		return both{parts}, err
	case Or:
		parts, err := c.nodes(x.Parts, negated)
		return some{parts}, err
	case Not:
		part, err := c.node(x.Part, true)
		return none{part}, err
	}
	return nil, xuanti.Errorf(xuanti.CodeInternal, "unknown expression %T", e)
}

// spellings lets the case of a keyword not count: ids are capitals, names of
// platforms small letters, and people type either.
func spellings(v string) []string {
	v = keyOf(v)
	out := []string{v, strings.ToLower(v), strings.ToUpper(v)}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *compiler) nodes(exprs []Expr, negated bool) ([]node, error) {
	out := make([]node, len(exprs))
	for i, e := range exprs {
		var err error
		if out[i], err = c.node(e, negated); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *compiler) phraseNode(x Phrase, negated bool) node {
	b := newTextBuilder(x.Field == FieldTitle)
	folded := nlp.Fold(x.Text)
	b.addTerm(c.seg, folded)
	pos := -1
	for _, g := range grams(folded, false) {
		if g.pos == pos {
			continue // a part of the word before
		}
		pos = g.pos
		r, n := utf8.DecodeRuneInString(folded[g.start:g.end])
		b.n.phrase = append(b.n.phrase, phrasePart{b.gram(folded[g.start:g.end]), pos, isIdeograph(r) && n == g.end-g.start})
	}
	return c.register(b.n, negated)
}

func (c *compiler) wordsNode(x Words, negated bool) node {
	b := newTextBuilder(x.Field == FieldTitle)
	for _, t := range x.Terms {
		b.addTerm(c.seg, nlp.Fold(t))
	}
	b.n.all = x.All
	return c.register(b.n, negated)
}

func (c *compiler) register(n *textNode, negated bool) node {
	n.strict = negated
	n.all = n.all || negated
	c.plan.texts = append(c.plan.texts, n)
	return n
}

// textBuilder collects the distinct features of a bag of words.
type textBuilder struct {
	n       *textNode
	wordIdx map[string]int
	gramIdx map[string]int
	groups  map[string]bool
}

func newTextBuilder(titleOnly bool) *textBuilder {
	return &textBuilder{&textNode{titleOnly: titleOnly}, map[string]int{}, map[string]int{}, map[string]bool{}}
}

func (b *textBuilder) word(term string) int {
	if i, ok := b.wordIdx[term]; ok {
		return i
	}
	b.wordIdx[term] = len(b.n.words)
	b.n.words = append(b.n.words, feature{term: term})
	return len(b.n.words) - 1
}

func (b *textBuilder) gram(term string) int {
	if i, ok := b.gramIdx[term]; ok {
		return i
	}
	b.gramIdx[term] = len(b.n.grams)
	b.n.grams = append(b.n.grams, feature{term: term})
	return len(b.n.grams) - 1
}

// addTerm segments one folded term and files its words, grams and groups.
// Neighbouring tokens that the dictionary does not hold, or that are single
// characters, form one stretch: names of people come apart like that.
func (b *textBuilder) addTerm(seg segmenter, folded string) {
	for _, g := range grams(folded, false) {
		b.gram(folded[g.start:g.end])
	}
	toks := seg.Segment(folded)
	for i := 0; i < len(toks); {
		t := &toks[i]
		if !hasContent(t.Text) || nlp.IsStop(t.Text) {
			i++
			continue
		}
		j := i
		for j < len(toks) && loose(&toks[j]) && (j == i || toks[j].Start == toks[j-1].End) {
			visitWords(&toks[j], func(s, e int) { b.word(folded[s:e]) })
			j++
		}
		if j-i >= 2 {
			b.group(folded[t.Start:toks[j-1].End], -1, false)
			i = j
			continue
		}
		visitWords(t, func(s, e int) { b.word(folded[s:e]) })
		b.group(t.Text, b.word(t.Text), t.Known)
		i++
	}
	if len(b.n.groups) == 0 { // only stop words, or a segmenter that gave nothing
		b.group(folded, -1, false)
	}
}

// loose tells tokens that may be pieces of an unknown word.
func loose(t *nlp.Token) bool {
	r, n := utf8.DecodeRuneInString(t.Text)
	return isIdeograph(r) && (!t.Known || n == len(t.Text)) && !nlp.IsStop(t.Text)
}

func (b *textBuilder) group(text string, word int, known bool) {
	if b.groups[text] {
		return
	}
	b.groups[text] = true
	g := wanted{word: word, known: known, runes: utf8.RuneCountInString(text)}
	for _, x := range grams(text, false) {
		g.grams = append(g.grams, b.gram(text[x.start:x.end]))
	}
	if len(g.grams) > 1 && !isIdeographText(text) {
		g.grams = g.grams[:1] // the whole of a Latin word comes first
	}
	b.n.groups = append(b.n.groups, g)
}

func isIdeographText(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isIdeograph(r)
}

// counted are the groups that decide whether a document matches. A lone
// character says little beside words; it only counts when it is all there is.
func (n *textNode) counted() []wanted {
	var out []wanted
	for _, g := range n.groups {
		if g.runes > 1 {
			out = append(out, g)
		}
	}
	if len(out) == 0 {
		return n.groups
	}
	return out
}

// need is how many of n groups must be present: all of one or two, about 70 per
// cent of up to five. Whoever pastes a headline means the story, not each word:
// of the sixth word and those after it, three tenths. Loosened, a third.
func need(n int, all bool, level int) int {
	switch {
	case all || n <= 1:
		return n
	case level > 0:
		return max(1, n/3)
	case n == 2:
		return 2
	case n <= 5:
		return int(math.Round(0.7 * float64(n)))
	}
	return 3 + (n-5)/5
}
