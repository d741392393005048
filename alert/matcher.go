package alert

import (
	"errors"
	"slices"
	"sort"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

const (
	maxText      = 1 << 20  // bytes of a body that are looked at
	maxRegexText = 64 << 10 // bytes that a regular expression is tried on
	maxTermRunes = 64       // of what a regular expression found
)

// Doc is an item to be matched. A may be nil; then the text is folded here and
// only the sentences that hit are segmented.
type Doc struct {
	Item xuanti.Item
	A    *nlp.Analysis
}

// Hit is a subscription whose words occur in an item. A suppressed hit is one
// that only the word borders hold back (国美 in 中国美食): it does not fire, and a
// dry run shows it, so that a user can audit the rule.
type Hit struct {
	SubscriptionID string
	Terms          []string // what was found, in the order of the rule
	Suppressed     bool
}

// Matcher tests items against all subscriptions at once. Its cost grows with
// the text and the hits, not with the number of subscriptions. It is immutable
// and safe for concurrent use; a change of subscriptions makes a new one.
type Matcher struct {
	a      *nlp.Analyzer
	ac     *automaton // nil without words
	waits  [][]int32  // by pattern: rules that wake when it occurs
	rules  []*Rule
	always []int32 // rules without a word to wait for
}

// NewMatcher compiles subscriptions. The error joins one *xuanti.Error for
// each subscription that does not compile, with its name; the matcher that
// comes with it is whole but for these, so that one broken rule need not
// silence the others.
func NewMatcher(a *nlp.Analyzer, subs []xuanti.Subscription) (*Matcher, error) {
	m := &Matcher{a: a}
	var bads []error
	ids := map[string]int32{}
	var patterns []string
	for _, s := range subs {
		r, err := Compile(s)
		if err != nil {
			bads = append(bads, named(s, err))
			continue
		}
		for _, ws := range [][]word{r.all, r.any, r.not} {
			for i := range ws {
				id, ok := ids[ws[i].text]
				if !ok {
					id = int32(len(patterns))
					ids[ws[i].text] = id
					patterns = append(patterns, ws[i].text)
				}
				ws[i].id = id
			}
		}
		m.rules = append(m.rules, r)
	}
	m.waits = make([][]int32, len(patterns))
	for i, r := range m.rules {
		m.wait(int32(i), r)
	}
	if len(patterns) > 0 {
		m.ac = newAutomaton(patterns)
	}
	return m, errors.Join(bads...)
}

// named says whose rule an error is about. One error stays what it is.
func named(s xuanti.Subscription, err error) error {
	var e *xuanti.Error
	if s.Name == "" || !errors.As(err, &e) {
		return err
	}
	n := *e
	n.Message = "订阅“" + s.Name + "”：" + e.Message
	return &n
}

// wait files a rule under the words that can wake it: its longest required
// word, which is the rarest guess, or any of its alternatives.
func (m *Matcher) wait(i int32, r *Rule) {
	switch {
	case len(r.all) > 0:
		best := r.all[0]
		for _, w := range r.all[1:] {
			if len(w.text) > len(best.text) {
				best = w
			}
		}
		m.waits[best.id] = append(m.waits[best.id], i)
	case len(r.any) > 0 && len(r.regex) == 0:
		for _, w := range r.any {
			m.waits[w.id] = append(m.waits[w.id], i)
		}
	default:
		m.always = append(m.always, i)
	}
}

// Match returns the subscriptions whose words occur in the item, in the order
// in which they were given.
func (m *Matcher) Match(d Doc) []Hit {
	t := m.scan(&d)
	if len(t.hits) == 0 && len(m.always) == 0 {
		return nil
	}
	awake := append([]int32(nil), m.always...)
	for i := range t.hits {
		if i == 0 || t.hits[i].pattern != t.hits[i-1].pattern {
			awake = append(awake, m.waits[t.hits[i].pattern]...)
		}
	}
	slices.Sort(awake)
	var out []Hit
	for _, i := range slices.Compact(awake) {
		if v, terms := m.rules[i].eval(t); v != absent {
			out = append(out, Hit{SubscriptionID: m.rules[i].sub.ID, Terms: terms, Suppressed: v != present})
		}
	}
	return out
}

// text is the folded text of an item with what was found in it.
type text struct {
	m     *Matcher
	item  *xuanti.Item
	s     string       // title, line feed, body
	title int          // length of the title in bytes
	hits  []occurrence // by pattern, then place
	words words
}

// scan finds every word of every rule in one pass.
func (m *Matcher) scan(d *Doc) *text {
	t := &text{m: m, item: &d.Item}
	var title, body string
	if d.A != nil {
		title, body = d.A.Title, d.A.Text
	} else {
		title, body = nlp.Fold(nlp.CutBytes(d.Item.Title, maxText)), nlp.Fold(nlp.CutBytes(d.Item.Text, maxText))
	}
	t.s, t.title = title, len(title)
	if body != "" {
		t.s = title + "\n" + body
	}
	if m.ac == nil {
		return t
	}
	if t.hits = m.ac.scan(t.s, nil); len(t.hits) == 0 {
		return t
	}
	byPattern(t.hits)
	t.words = words{a: m.a, s: t.s}
	if d.A != nil {
		t.words.parts = []part{{0, len(title), d.A.TitleTokens}, {len(title) + 1, len(t.s), d.A.TextTokens}}
	}
	return t
}

// at are the occurrences of a pattern.
func (t *text) at(pattern int32) []occurrence {
	i := sort.Search(len(t.hits), func(i int) bool { return t.hits[i].pattern >= pattern })
	j := i
	for j < len(t.hits) && t.hits[j].pattern == pattern {
		j++
	}
	return t.hits[i:j]
}

// verdict is what is known of a word, or of a rule.
type verdict int8

const (
	absent  verdict = iota
	blocked         // it occurs, and only the word borders hold it back
	present
)

// eval decides a rule: no word of Not, every word of All, and one of Any or
// Regex if there are any. terms are what was found when it is present.
func (r *Rule) eval(t *text) (v verdict, terms []string) {
	if !r.wants(t.item) {
		return absent, nil
	}
	for i := range r.not {
		if r.find(&r.not[i], t) == present {
			return absent, nil
		}
	}
	v = present
	for i := range r.all {
		found := r.find(&r.all[i], t)
		if found == absent {
			return absent, nil
		}
		v = min(v, found)
		terms = append(terms, r.all[i].text)
	}
	if len(r.any)+len(r.regex) > 0 {
		best, more := r.choose(t)
		v, terms = min(v, best), append(terms, more...)
	}
	if v != present {
		return v, nil
	}
	return v, terms
}

// choose looks for the alternatives and returns those that are there.
func (r *Rule) choose(t *text) (best verdict, terms []string) {
	for i := range r.any {
		v := r.find(&r.any[i], t)
		if v == present {
			terms = append(terms, r.any[i].text)
		}
		best = max(best, v)
	}
	body := t.s
	if r.sub.Rule.TitleOnly {
		body = t.s[:t.title]
	}
	body = nlp.CutBytes(body, maxRegexText)
	for _, re := range r.regex {
		if s := re.FindString(body); s != "" {
			terms = append(terms, nlp.Shorten(s, maxTermRunes))
			best = present
		}
	}
	return best, terms
}

// find says whether a word occurs as the rule's mode asks.
func (r *Rule) find(w *word, t *text) verdict {
	v := absent
	for _, hit := range t.at(w.id) {
		pos := int(hit.pos)
		if r.sub.Rule.TitleOnly && pos+len(w.text) > t.title {
			continue
		}
		if r.mode == xuanti.MatchContains {
			return present
		}
		v = blocked
		if accident(t.s, w.text, pos) {
			continue
		}
		if rel := t.words.relation(w, pos); rel == whole || rel == nested && r.mode == xuanti.MatchDefault && !w.single {
			return present
		}
	}
	return v
}
