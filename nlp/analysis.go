package nlp

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Analysis is everything the engine needs to know about the text of an item.
// It is computed once and only read afterwards.
type Analysis struct {
	Title, Text             string // folded
	TitleTokens, TextTokens []Token
	Terms                   []string // content words of title and lead, title first, no repeats
	Entities                []Entity // of the title, then of the lead
	Numbers                 []Number // of the title (of the first sentence when there is none)
	Places                  []string // of the title or first sentence; canonical names, no repeats
	Fingerprint             Fingerprint

	claims claims // of the title, for Conflict
}

const (
	leadRunes    = 200     // of the body count as lead
	maxTextBytes = 1 << 20 // longer bodies are cut: a novel is no news
	maxTitle     = 4 << 10
)

// Analyze segments a title and a body once and derives everything else from
// the tokens. Either may be empty; without a title the first sentence of the
// body takes its part. Titles over 4 KB and bodies over 1 MB are cut.
func (a *Analyzer) Analyze(title, text string) *Analysis {
	title, text = CutBytes(title, maxTitle), CutBytes(text, maxTextBytes)
	lex := a.lex.Load()
	an := &Analysis{Title: Fold(title), Text: Fold(text)}
	an.TitleTokens = lex.segment(an.Title)
	an.TextTokens = lex.segment(an.Text)
	an.Fingerprint = newFingerprint(an.Title, an.Text, text)

	lead := leadTokens(an.TextTokens, leadRunes, false)
	an.Terms = terms(an.TitleTokens, lead)

	head, headTokens := an.Title, an.TitleTokens
	if len(headTokens) == 0 {
		head, headTokens = an.Text, leadTokens(an.TextTokens, 60, true)
	}
	an.Numbers = numbers(headTokens)
	an.claims.figures, an.claims.sides, an.claims.storm = figures(an.Numbers, headTokens), sides(headTokens), stormOf(headTokens)
	for i := range headTokens {
		if m := model(headTokens[i].Text); m != "" {
			an.claims.products = appendNew(an.claims.products, m)
		}
	}
	found := a.entities(head, headTokens)
	for i := range found {
		found[i].InText = len(an.TitleTokens) == 0
		an.note(&found[i], a.tables)
	}
	an.Entities = found
	if len(an.TitleTokens) > 0 {
		more := a.entities(an.Text, lead)
		for i := range more {
			more[i].InText = true
		}
		an.Entities = append(an.Entities, more...)
	}
	return an
}

// model is the Latin name with a digit that a word is or ends in: x5 of 云雀x5,
// which is one word once a dictionary holds it. Empty without one.
func model(word string) string {
	tail := word[len(strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz0123456789-._'&+")):]
	if tail == "" || tail[0] < 'a' || tail[0] > 'z' || !strings.ContainsAny(tail, "0123456789") {
		return ""
	}
	return tail
}

// note files an entity of the head where Conflict looks.
func (an *Analysis) note(e *Entity, t *tables) {
	c := &an.claims
	switch e.Kind {
	case KindPerson:
		c.people = appendNew(c.people, e.Text)
	case KindWork:
		c.works = appendNew(c.works, e.Text)
	case KindLatin:
		if strings.ContainsAny(e.Text, "0123456789") {
			c.products = appendNew(c.products, e.Text)
		}
	case KindPlace:
		p, ok := t.placeOf(e.Text)
		if !ok {
			p = place{name: e.Text}
		}
		n := len(an.Places)
		if an.Places = appendNew(an.Places, p.name); len(an.Places) > n {
			c.geo = append(c.geo, p)
		}
	}
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// terms lists the distinct content words.
func terms(title, lead []Token) []string {
	out := make([]string, 0, (len(title)+len(lead))/2)
	for _, tokens := range [...][]Token{title, lead} {
		for i := range tokens {
			t := &tokens[i]
			if !isTerm(t) {
				continue
			}
			out = appendNew(out, t.Text)
		}
	}
	return out
}

// leadTokens are the tokens of the first runes of a text, with sentence only
// those of its first sentence.
func leadTokens(tokens []Token, runes int, sentence bool) []Token {
	n := 0
	for i := range tokens {
		if sentence && i > 0 && (tokens[i].Text == "。" || tokens[i].Text == "!" || tokens[i].Text == "?") {
			return tokens[:i]
		}
		if n += utf8.RuneCountInString(tokens[i].Text); n > runes {
			return tokens[:i]
		}
	}
	return tokens
}
