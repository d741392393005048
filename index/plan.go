package index

import (
	"slices"
	"strings"
	"time"

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
	pinyin    []feature
	groups    []wanted // what must be present, phrases excepted
	all       bool     // no group may be missing
	strict    bool     // below NOT: never loosened
	phrase    string   // canonical; "" for a bag of words
	parts     []int    // grams of the phrase, in order
}

// feature is a term of the word, gram or pinyin fields.
type feature struct {
	term string
	how  string // howTyped, or what led to it
	off  bool   // not to be used after all
	idf  float64
	df   uint64

	word   int  // of a gram: the word of the same characters, -1 for none
	paired bool // of a word: a gram has the same characters
}

// How a feature came into a query. What was not typed counts less.
const (
	howTyped   = ""
	howSynonym = "synonym"
	howPinyin  = "pinyin"
)

func (f *feature) weight() float64 {
	if f.how == howTyped {
		return f.idf
	}
	return f.idf * otherWeight
}

// wanted is one thing the user asked for: a word, or a stretch of characters
// that no dictionary holds.
type wanted struct {
	word   int   // feature of words, -1 for an unknown stretch
	grams  []int // features of grams whose conjunction stands for it
	pinyin int   // feature of pinyin, -1 for none
	known  bool
	runes  int
	or     []wanted // synonyms: any of them will do
}

// plan is everything a search knows before it opens a partition.
type plan struct {
	root         node
	texts        []*textNode
	since, until time.Time // what the whole query is confined to
	explicitTime bool
	intent       string
}

type compiler struct {
	seg  segmenter
	syn  *Synonyms
	now  time.Time
	ids  func(field, name string) ([]string, error)
	plan plan
}

func compile(q Query, e Expr, seg segmenter, syn *Synonyms) (*plan, error) {
	c := &compiler{seg: seg, syn: syn, now: q.Now, ids: q.IDs}
	root, err := c.node(e, false)
	if err != nil {
		return nil, err
	}
	if c.plan.intent = intentOf(bags(e), seg); c.plan.intent == IntentNews && q.Intent != "" {
		c.plan.intent = q.Intent
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
		// "Until now" limits nothing.
		c.plan.explicitTime = c.plan.explicitTime || !q.Since.IsZero() || q.Now.IsZero() || q.Until.Before(q.Now)
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
	b := newTextBuilder(c, x.Field == FieldTitle)
	folded := nlp.Fold(x.Text)
	b.addTerm(folded)
	b.n.phrase = canonical(folded)
	for _, g := range grams(folded) {
		if !g.part {
			b.n.parts = append(b.n.parts, b.gram(folded[g.start:g.end], howTyped))
		}
	}
	return c.register(b.n, negated)
}

func (c *compiler) wordsNode(x Words, negated bool) node {
	b := newTextBuilder(c, x.Field == FieldTitle)
	b.others = !negated
	for _, t := range x.Terms {
		b.addTerm(nlp.Fold(t))
	}
	b.n.all = x.All
	return c.register(b.n, negated)
}

func (c *compiler) register(n *textNode, negated bool) node {
	n.strict = negated
	n.all = n.all || negated
	n.pairUp()
	n.dropLone()
	c.plan.texts = append(c.plan.texts, n)
	return n
}

// pairUp finds the grams that are words of the query too.
func (n *textNode) pairUp() {
	for i := range n.grams {
		g := &n.grams[i]
		g.word = slices.IndexFunc(n.words, func(w feature) bool { return w.term == g.term })
		if g.word >= 0 {
			n.words[g.word].paired = true
		}
	}
}

// dropLone takes lone characters that do not decide what matches out of the
// grams: hundreds of pairs and words begin with each, which tells nothing.
func (n *textNode) dropLone() {
	if n.phrase != "" || !slices.ContainsFunc(n.groups, func(g wanted) bool { return g.runes >= 2 }) {
		return
	}
	for i := range n.grams {
		if f := &n.grams[i]; isHan(f.term) && oneRune(f.term) {
			f.off = true
		}
	}
}
