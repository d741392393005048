package alert

import (
	"sort"
	"strings"
	"unicode/utf8"

	ac "github.com/BobuSumisu/aho-corasick"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Doc is an item to be matched. A may be nil; then the text is folded and only
// the sentences that hit are segmented.
type Doc struct {
	Item xuanti.Item
	A    *nlp.Analysis
}

// Hit is a subscription whose words occur in an item. A suppressed hit is a
// substring that crosses a word border (国美 in 中国美食) and does not fire.
type Hit struct {
	SubscriptionID string
	Terms          []string
	Suppressed     bool
	Why            string
}

// Matcher tests items against all subscriptions at once. Its cost grows with
// the text and the hits, not with the number of subscriptions. It is immutable
// and safe for concurrent use; a change of subscriptions makes a new one.
type Matcher struct {
	a      *nlp.Analyzer
	trie   *ac.Trie
	words  []string         // by pattern number
	byWord map[string][]int // word → rules that wait for it
	rules  []*Rule
	always []int // rules without a word to wait for
}

// NewMatcher compiles subscriptions. An error names the subscription and the
// part of its rule.
func NewMatcher(a *nlp.Analyzer, subs []xuanti.Subscription) (*Matcher, error) {
	m := &Matcher{a: a, byWord: map[string][]int{}}
	vocabulary := map[string]bool{}
	for _, s := range subs {
		r, err := Compile(s)
		if err != nil {
			return nil, err
		}
		i := len(m.rules)
		m.rules = append(m.rules, r)
		for _, ws := range [][]string{r.all, r.any, r.not} {
			for _, w := range ws {
				vocabulary[w] = true
			}
		}
		switch {
		case len(r.all) > 0: // the longest required word is the rarest guess
			w := r.all[0]
			for _, x := range r.all[1:] {
				if len(x) > len(w) {
					w = x
				}
			}
			m.byWord[w] = append(m.byWord[w], i)
		case len(r.any) > 0 && len(r.regex) == 0:
			for _, w := range r.any {
				m.byWord[w] = append(m.byWord[w], i)
			}
		default:
			m.always = append(m.always, i)
		}
	}
	for w := range vocabulary {
		m.words = append(m.words, w)
	}
	sort.Strings(m.words)
	if len(m.words) > 0 {
		m.trie = ac.NewTrieBuilder().AddStrings(m.words).Build()
	}
	return m, nil
}

// text is the folded text of an item with what was found in it.
type text struct {
	s      string
	title  int // length of the title in bytes
	hits   map[string][]int
	tokens map[int][]nlp.Token // by start of the sentence
	m      *Matcher
	d      *Doc
}

// Match returns the subscriptions whose words occur in the item, in the order
// of their creation.
func (m *Matcher) Match(d Doc) []Hit {
	t := m.scan(&d)
	awake := map[int]bool{}
	for _, i := range m.always {
		awake[i] = true
	}
	for w := range t.hits {
		for _, i := range m.byWord[w] {
			awake[i] = true
		}
	}
	order := make([]int, 0, len(awake))
	for i := range awake {
		order = append(order, i)
	}
	sort.Ints(order)
	var out []Hit
	for _, i := range order {
		if h, ok := m.rules[i].eval(t); ok {
			out = append(out, h)
		}
	}
	return out
}

// Explain says whether and why a subscription matches an item.
func (m *Matcher) Explain(sub xuanti.Subscription, d Doc) Hit {
	for _, r := range m.rules {
		if r.sub.ID != sub.ID {
			continue
		}
		if h, ok := r.eval(m.scan(&d)); ok {
			return h
		}
	}
	return Hit{SubscriptionID: sub.ID, Suppressed: true, Why: "没有命中"}
}

// scan finds every word of every rule in one pass.
func (m *Matcher) scan(d *Doc) *text {
	t := &text{hits: map[string][]int{}, m: m, d: d, tokens: map[int][]nlp.Token{}}
	if d.A != nil {
		t.s, t.title = d.A.Title+"\n"+d.A.Text, len(d.A.Title)
	} else {
		title := nlp.Fold(d.Item.Title)
		t.s, t.title = title+"\n"+nlp.Fold(d.Item.Text), len(title)
	}
	if m.trie == nil {
		return t
	}
	for _, hit := range m.trie.MatchString(t.s) {
		w := m.words[hit.Pattern()]
		t.hits[w] = append(t.hits[w], int(hit.Pos()))
	}
	return t
}

// eval decides a rule. ok is false when it has nothing to say.
func (r *Rule) eval(t *text) (Hit, bool) {
	h := Hit{SubscriptionID: r.sub.ID}
	if !r.wants(&t.d.Item) {
		return h, false
	}
	crossed := ""
	has := func(w string) bool {
		ok, cross := t.has(w, r)
		if cross {
			crossed = w
		}
		return ok
	}
	for _, w := range r.not {
		if ok, _ := t.has(w, r); ok {
			return h, false
		}
	}
	missing := false
	for _, w := range r.all {
		if has(w) {
			h.Terms = append(h.Terms, w)
		} else {
			missing = true
		}
	}
	found := false
	for _, w := range r.any {
		if has(w) {
			h.Terms = append(h.Terms, w)
			found = true
		}
	}
	body := t.s
	if r.sub.Rule.TitleOnly {
		body = t.s[:t.title]
	}
	for _, re := range r.regex {
		if s := re.FindString(body); s != "" {
			h.Terms = append(h.Terms, s)
			found = true
		}
	}
	if missing || len(r.any)+len(r.regex) > 0 && !found {
		if crossed == "" {
			return h, false
		}
		h.Suppressed = true
		h.Why = "“" + crossed + "”跨越了词的边界"
		return h, true
	}
	h.Why = "命中 " + strings.Join(h.Terms, "、")
	return h, true
}

// has reports whether a word occurs as the rule's mode asks, and whether it
// only occurs across a word border.
func (t *text) has(w string, r *Rule) (ok, crossed bool) {
	for _, pos := range t.hits[w] {
		if r.sub.Rule.TitleOnly && pos+len(w) > t.title {
			continue
		}
		switch t.relation(w, pos) {
		case whole:
			return true, false
		case nested:
			if r.mode != xuanti.MatchExact && !t.m.excluded(t, w, pos) {
				return true, false
			}
		case crossing:
			if r.mode == xuanti.MatchContains {
				return true, false
			}
			crossed = true
		}
		if r.mode == xuanti.MatchContains {
			return true, false
		}
	}
	return false, crossed
}

type relation int

const (
	whole    relation = iota // begins and ends on word borders
	nested                   // inside one longer word
	crossing                 // begins or ends inside a word
)

// relation compares a hit with the words around it.
func (t *text) relation(w string, pos int) relation {
	end := pos + len(w)
	if isLatin(w) {
		if latinAt(t.s, pos-1) || latinAt(t.s, end) {
			return nested
		}
		return whole
	}
	startOK, endOK := false, false
	inside := false
	for _, tok := range t.around(pos) {
		if tok.Start == pos {
			startOK = true
		}
		if tok.End == end {
			endOK = true
		}
		if tok.Start <= pos && end <= tok.End && tok.End-tok.Start > len(w) {
			inside = true
		}
	}
	switch {
	case startOK && endOK:
		return whole
	case inside:
		return nested
	case startOK || endOK:
		// One border fits: the word may be longer than the dictionary knows.
		if !t.m.a.Has(w) {
			return whole
		}
	case !t.m.a.Has(w) && utf8.RuneCountInString(w) >= 3:
		return whole
	}
	return crossing
}

// excluded are longer words that hold a brand by accident.
func (m *Matcher) excluded(t *text, w string, pos int) bool {
	for _, long := range accidents[w] {
		for i := 0; i+len(w) <= len(long); i++ {
			if long[i:i+len(w)] == w && pos-i >= 0 && strings.HasPrefix(t.s[pos-i:], long) {
				return true
			}
		}
	}
	return false
}

// around gives the words of the sentence at a position, with offsets in the
// whole text.
func (t *text) around(pos int) []nlp.Token {
	start := sentenceStart(t.s, pos)
	if toks, ok := t.tokens[start]; ok {
		return toks
	}
	end := len(t.s)
	if i := strings.IndexAny(t.s[pos:], "\n。！？!?；;"); i >= 0 {
		end = pos + i
	}
	toks := t.m.a.Segment(t.s[start:end])
	out := make([]nlp.Token, len(toks))
	for i, k := range toks {
		k.Start += start
		k.End += start
		out[i] = k
	}
	t.tokens[start] = out
	return out
}

// sentenceStart is the byte after the last sentence mark before pos.
func sentenceStart(s string, pos int) int {
	i := strings.LastIndexAny(s[:pos], "\n。！？!?；;")
	if i < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return i + size
}

func isLatin(w string) bool {
	for _, r := range w {
		if r >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// latinAt reports whether the byte at i is an ASCII letter or digit.
func latinAt(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	c := s[i]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// accidents are longer words that hold a watched name without meaning it.
var accidents = map[string][]string{
	"京东": {"京东方", "北京东"},
	"茅台": {"茅台镇"},
	"理想": {"理想国", "理想主义", "理想状态"},
	"小米": {"小米粥", "小米椒", "小米辣"},
	"长安": {"长安街", "长安大学"},
	"苹果": {"苹果园", "苹果树", "苹果醋"},
	"美的": {"美的人", "完美的", "优美的", "精美的", "最美的"},
	"联想": {"联想到"},
}
