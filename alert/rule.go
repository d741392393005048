package alert

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

const (
	maxWords     = 200 // in one rule
	maxWordRunes = 64
	maxRegex     = 20
	maxRegexLen  = 500

	// quotes around a word say that it is a phrase, which every word is.
	quotes = "\"“”「」 "
)

// Rule is a compiled subscription. It fires when no word of Not occurs, every
// word of All does, and, if Any or Regex are given, one of these does. Regular
// expressions see the folded text (lower case, simplified, half width; title,
// line feed, body), so that ^ and $ are its ends.
type Rule struct {
	sub     xuanti.Subscription
	all     []word
	any     []word
	not     []word
	regex   []*regexp.Regexp
	mode    xuanti.MatchMode
	sources map[string]bool
	plats   map[string]bool
	accts   map[string]bool
}

// word is a folded word of a rule.
type word struct {
	text   string
	id     int32 // its pattern in the matcher
	runes  int
	single bool // one Chinese character: only ever matched as a whole word
}

func newWord(folded string) word {
	n := utf8.RuneCountInString(folded)
	r, _ := utf8.DecodeRuneInString(folded)
	return word{text: folded, runes: n, single: n == 1 && class(r) == classHan}
}

func bad(pointer, format string, args ...any) error {
	e := xuanti.Errorf(xuanti.CodeInvalid, format, args...)
	e.Pointer = pointer
	return e
}

// Compile checks a subscription's rule. An error is CodeInvalid and points at
// the part that cannot work, e.g. /rule/any/0.
func Compile(sub xuanti.Subscription) (*Rule, error) {
	r := &Rule{sub: sub, mode: sub.Rule.Mode, sources: set(sub.Rule.Sources), plats: set(sub.Rule.Platforms), accts: set(sub.Rule.Accounts)}
	switch r.mode {
	case "":
		r.mode = xuanti.MatchDefault
	case xuanti.MatchDefault, xuanti.MatchExact, xuanti.MatchContains:
	default:
		return nil, bad("/rule/mode", "匹配方式只能是 default、exact 或 contains (unknown mode)")
	}
	if n := len(sub.Rule.All) + len(sub.Rule.Any) + len(sub.Rule.Not); n > maxWords {
		return nil, bad("/rule", "一条规则最多 %d 个词，现在有 %d 个 (too many words)", maxWords, n)
	}
	for _, part := range []struct {
		name string
		in   []string
		out  *[]word
	}{{"all", sub.Rule.All, &r.all}, {"any", sub.Rule.Any, &r.any}, {"not", sub.Rule.Not, &r.not}} {
		for i, w := range part.in {
			f := newWord(nlp.Fold(strings.Trim(nlp.CutBytes(w, 4*maxWordRunes+1), quotes)))
			if f.text == "" {
				return nil, bad(fmt.Sprintf("/rule/%s/%d", part.name, i), "这个词是空的 (empty word)")
			}
			if f.runes > maxWordRunes || len(w) > 4*maxWordRunes {
				return nil, bad(fmt.Sprintf("/rule/%s/%d", part.name, i), "一个词最多 %d 个字 (word too long)", maxWordRunes)
			}
			if part.name == "not" && slices.ContainsFunc(r.all, func(x word) bool { return x.text == f.text }) {
				return nil, bad(fmt.Sprintf("/rule/not/%d", i), "“%s”既要出现又要排除，这条规则永远不会命中 (required and excluded)", f.text)
			}
			if !slices.ContainsFunc(*part.out, func(x word) bool { return x.text == f.text }) {
				*part.out = append(*part.out, f)
			}
		}
	}
	if len(sub.Rule.Regex) > maxRegex {
		return nil, bad("/rule/regex", "最多 %d 条正则 (too many expressions)", maxRegex)
	}
	for i, x := range sub.Rule.Regex {
		if len(x) > maxRegexLen {
			return nil, bad(fmt.Sprintf("/rule/regex/%d", i), "正则太长 (expression too long)")
		}
		re, err := regexp.Compile("(?i)" + x) // RE2: linear time, \b is ASCII and so works beside Chinese
		if err != nil {
			return nil, bad(fmt.Sprintf("/rule/regex/%d", i), "正则写错了：%v (invalid expression)", err)
		}
		if re.MatchString("") {
			return nil, bad(fmt.Sprintf("/rule/regex/%d", i), "这条正则连空文字都匹配，会命中一切 (matches everything)")
		}
		r.regex = append(r.regex, re)
	}
	if len(r.all)+len(r.any)+len(r.regex) == 0 {
		if len(r.not) > 0 {
			return nil, bad("/rule/not", "只有排除词的规则会命中一切，请加上要找的词 (only exclusions)")
		}
		if len(r.accts) == 0 && sub.Rule.MinHeat == 0 {
			return nil, bad("/rule", "请至少填一个词、一条正则，或限定账号、热度 (empty rule)")
		}
	}
	if !(sub.Rule.MinHeat >= 0 && sub.Rule.MinHeat <= 100) { // NaN too
		return nil, bad("/rule/min_heat", "热度要在 0 到 100 之间 (min_heat out of range)")
	}
	return r, nil
}

// set is nil, which means any, for a list of blanks.
func set(in []string) map[string]bool {
	var m map[string]bool
	for _, s := range in {
		if s = strings.TrimSpace(s); s != "" {
			if m == nil {
				m = make(map[string]bool, len(in))
			}
			m[s] = true
		}
	}
	return m
}

// wants says whether the rule looks at items of this origin.
func (r *Rule) wants(it *xuanti.Item) bool {
	return (r.sources == nil || r.sources[it.SourceID]) && (r.plats == nil || r.plats[it.Platform]) && (r.accts == nil || r.accts[it.AccountID])
}
