package index

import (
	"strings"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"

	"github.com/xuanti/xuanti/nlp"
)

const (
	minPinyin = 2 // letters
	maxPinyin = 24
	// sureName is the number of letters from which a word that reads as pinyin
	// is tried as a name although texts hold it as it stands: shorter ones are
	// abbreviations more often than initials.
	sureName = 5

	minName, maxName = 2, 6 // characters of a name that is spelled
)

// Spell gives the pinyin of a name without tones, ü as v, and its initials:
// 云雀 is yunque and yq. Characters of Latin script and digits stand for
// themselves. Of several readings it takes the most common one. Both are "" if
// the name has a character that cannot be read.
func Spell(name string) (full, initials string) {
	plain := pinyin.NewArgs() // without tones, the commonest reading
	var f, i strings.Builder
	for _, r := range nlp.Fold(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			f.WriteRune(r)
			i.WriteRune(r)
		case isIdeograph(r):
			readings := pinyin.SinglePinyin(r, plain)
			if len(readings) == 0 {
				return "", ""
			}
			f.WriteString(readings[0])
			i.WriteString(readings[0][:1])
		}
	}
	return f.String(), i.String()
}

// isPinyin says whether a folded term may be meant as pinyin.
func isPinyin(term string) bool {
	if len(term) < minPinyin || len(term) > maxPinyin {
		return false
	}
	for _, r := range term {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return true
}

// pinyinTerms spells the names of a title: words that the dictionary marks as
// names of people, places, bodies and things, and stretches that it does not
// hold, which is how new names come apart.
func pinyinTerms(toks []nlp.Token) termSet {
	terms := termSet{}
	spell := func(name string) {
		if n := utf8.RuneCountInString(name); n < minName || n > maxName {
			return
		}
		if full, initials := Spell(name); full != "" {
			terms.add(full)
			terms.add(initials)
		}
	}
	for i := range toks {
		spell(compound(toks[i:]))
	}
	for i := 0; i < len(toks); {
		var stretch strings.Builder
		j := i
		for j < len(toks) && loose(&toks[j]) && (j == i || toks[j].Start == toks[j-1].End) {
			stretch.WriteString(toks[j].Text)
			j++
		}
		if j-i >= 2 {
			spell(stretch.String())
			i = j
			continue
		}
		if t := &toks[i]; isHan(t.Text) && (!t.Known || isName(t.POS)) {
			spell(t.Text)
		}
		i++
	}
	return terms
}

// compound is the name that the first token makes with the one after it: a
// surname of one character with a given name that is a word too (裴|小满), or the
// brand in front of a model (云雀|x5). "" is none.
func compound(toks []nlp.Token) string {
	if len(toks) < 2 || toks[0].End != toks[1].Start || !isHan(toks[0].Text) {
		return ""
	}
	a, b := &toks[0], &toks[1]
	switch {
	case isHan(b.Text) && oneRune(a.Text) && isPerson(a.POS) && isPerson(b.POS):
		return a.Text + b.Text
	case b.POS == "eng" && !oneRune(a.Text) && a.POS != "" && a.POS[0] == 'n':
		return a.Text
	}
	return ""
}

// isPerson knows the tags of gse's dictionary for names of people.
func isPerson(pos string) bool { return strings.HasPrefix(pos, "nr") }

// isName knows the tags of gse's dictionary for proper names.
func isName(pos string) bool {
	return len(pos) >= 2 && pos[0] == 'n' && strings.IndexByte("rstz", pos[1]) >= 0
}

func isHan(s string) bool {
	for _, r := range s {
		if !isIdeograph(r) {
			return false
		}
	}
	return true
}
