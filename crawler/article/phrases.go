package article

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed boilerplate.txt
var boilerplateText string

// boilerplate knows what pages print around an article, in many languages.
var boilerplate = readPhrases(boilerplateText)

// phrases are folded texts by the way they are matched; see the file.
type phrases struct {
	whole, start, notice, list map[string]bool
	longest                    int // bytes of the longest start or notice
}

func readPhrases(text string) *phrases {
	p := &phrases{whole: map[string]bool{}, start: map[string]bool{}, notice: map[string]bool{}, list: map[string]bool{}}
	kinds := map[string]map[string]bool{"whole": p.whole, "start": p.start, "notice": p.notice, "list": p.list}
	for line := range strings.Lines(text) {
		kind, rest, ok := strings.Cut(strings.TrimSpace(line), ": ")
		set := kinds[kind]
		if !ok || set == nil {
			continue
		}
		for _, s := range strings.Split(rest, ";") {
			if s = foldPhrase(s); s == "" {
				continue
			}
			set[s] = true
			if kind == "start" || kind == "notice" {
				p.longest = max(p.longest, len(s))
			}
		}
	}
	return p
}

// foldPhrase reduces a line to lower-case letters, digits, single blanks
// between words and ":" for every sign that stands for a colon.
func foldPhrase(s string) string {
	var sb strings.Builder
	sb.Grow(len(s))
	blank := false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if blank && sb.Len() > 0 {
				sb.WriteByte(' ')
			}
			blank = false
			sb.WriteRune(unicode.ToLower(r))
		case r == ':' || r == '：' || r == '|' || r == '｜' || r == '丨' || r == '/' || r == '／' || r == '=':
			if sb.Len() > 0 {
				sb.WriteByte(':')
			}
			blank = false
		default:
			blank = true
		}
	}
	return sb.String()
}

// is reports whether a line is one of a set, a count beside it aside:
// "Comments (12)", "评论 3".
func (p *phrases) is(set map[string]bool, folded string) bool {
	return set[strings.Trim(folded, "0123456789: ")]
}

// begins reports whether a folded line begins with a phrase of a set, up to
// the end of a word where the script has words.
func (p *phrases) begins(set map[string]bool, folded string) bool {
	folded = strings.TrimLeft(folded, "0123456789: ")
	for i := range folded {
		if i > p.longest {
			return false
		}
		if i > 0 && set[folded[:i]] && endsWord(folded, i) {
			return true
		}
	}
	return len(folded) <= p.longest && set[folded]
}

func endsWord(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return before == ':' || before >= 0x2e80 || !unicode.IsLetter(after) && !unicode.IsDigit(after)
}
