package nlp

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The kinds of entity.
const (
	KindPerson  = "person"
	KindPlace   = "place"
	KindOrg     = "org"
	KindWork    = "work"    // in 《》, without the marks
	KindLatin   = "latin"   // a product or brand in Latin letters: iphone17 pro, or with a model in them: 云雀x5
	KindHashtag = "hashtag" // between #, without the marks
)

// Entity is a name in a text. Start and End are byte offsets into the folded
// title, or into the folded text when InText is set.
type Entity struct {
	Text, Kind string
	Start, End int
	InText     bool
}

// entities finds names of a simple kind, ordered by start.
func (a *Analyzer) entities(text string, tokens []Token) []Entity {
	if len(tokens) == 0 {
		return nil
	}
	var out []Entity
	from, to := tokens[0].Start, tokens[len(tokens)-1].End
	out = marked(out, text, from, to)
	for i := 0; i < len(tokens); {
		n, e := a.entityAt(text, tokens, i)
		if n == 0 {
			i++
			continue
		}
		out = append(out, e)
		i += n
	}
	slices.SortStableFunc(out, func(x, y Entity) int { return x.Start - y.Start })
	return out
}

// marked finds 《works》 and #hashtags#.
func marked(out []Entity, text string, from, to int) []Entity {
	const open, closing = "《", "》"
	for at := from; at < to; {
		i := strings.Index(text[at:to], open)
		if i < 0 {
			break
		}
		start := at + i + len(open)
		j := strings.Index(text[start:to], closing)
		if j < 0 {
			break
		}
		if name := text[start : start+j]; name != "" && utf8.RuneCountInString(name) <= 30 && !strings.Contains(name, open) {
			out = append(out, Entity{Text: name, Kind: KindWork, Start: start, End: start + j})
		}
		at = start + j + len(closing)
	}
	for at := from; at < to; {
		i := strings.IndexByte(text[at:to], '#')
		if i < 0 {
			break
		}
		start := at + i + 1
		j := strings.IndexByte(text[start:to], '#')
		if j < 0 {
			break
		}
		tag := text[start : start+j]
		if tag == "" || utf8.RuneCountInString(tag) > 40 || strings.ContainsAny(tag, "。!?") {
			at = start + j // the second mark may open the next one
			continue
		}
		out = append(out, Entity{Text: strings.TrimSpace(tag), Kind: KindHashtag, Start: start, End: start + j})
		at = start + j + 1
	}
	return out
}

// entityAt tries the grammars at one token and says how many tokens it took.
func (a *Analyzer) entityAt(text string, tokens []Token, i int) (int, Entity) {
	t := &tokens[i]
	if t.POS == "w" {
		return 0, Entity{}
	}
	span := func(n int, kind string) (int, Entity) {
		start, end := t.Start, tokens[i+n-1].End
		return n, Entity{Text: text[start:end], Kind: kind, Start: start, End: end}
	}
	if n := orgAt(tokens, i); n > 0 {
		return span(n, KindOrg)
	}
	if modelAt(tokens, i) {
		return span(2, KindLatin)
	}
	if t.POS == "eng" || isLatinWord(t) {
		if n := latinAt(text, tokens, i); n > 0 {
			return span(n, KindLatin)
		}
		return 0, Entity{}
	}
	if _, ok := a.tables.placeOf(t.Text); ok {
		return span(1, KindPlace)
	}
	if n := a.personAt(tokens, i); n > 0 {
		return span(n, KindPerson)
	}
	if t.POS == "ns" && len(t.Text) > 6 {
		return span(1, KindPlace)
	}
	return 0, Entity{}
}

func isLatinWord(t *Token) bool {
	c := t.Text[0]
	return c >= 'a' && c <= 'z' && utf8.RuneCountInString(t.Text) == len(t.Text)
}

// modelAt recognises a name and the number of its model that has one letter:
// 云雀x5, 银河e5. Longer ones are names by themselves, see latinAt.
func modelAt(tokens []Token, i int) bool {
	if i+1 >= len(tokens) || tokens[i+1].Start != tokens[i].End || !isLatinWord(&tokens[i+1]) {
		return false
	}
	t, model := &tokens[i], tokens[i+1].Text
	return utf8.RuneCountInString(t.Text) >= 2 && t.Text[0] >= utf8.RuneSelf && (!t.Known || strings.HasPrefix(t.POS, "n")) &&
		len(model) >= 2 && len(model) <= 5 && strings.Trim(model[1:], "0123456789") == ""
}

// latinAt takes a Latin name and the Latin or short numeric words that follow
// it after one space: iphone17 pro max, model y, galaxy s25.
func latinAt(text string, tokens []Token, i int) int {
	letters := 0
	for _, c := range []byte(tokens[i].Text) {
		if c >= 'a' && c <= 'z' {
			letters++
		}
	}
	if letters < 2 || IsStop(tokens[i].Text) {
		return 0
	}
	n := 1
	for i+n < len(tokens) && n < 4 {
		t, prev := &tokens[i+n], &tokens[i+n-1]
		if t.Start-prev.End != 1 || text[prev.End] != ' ' || IsStop(t.Text) {
			break
		}
		digits := t.POS == "m" && len(t.Text) <= 3 && t.Text[0] >= '0' && t.Text[0] <= '9'
		if !isLatinWord(t) && !digits {
			break
		}
		n++
	}
	return n
}

// orgSuffixes end the name of an organisation.
var orgSuffixes = [...]string{"公司", "集团", "大学", "学院", "医院", "银行", "法院", "检察院", "公安局", "公安厅", "派出所", "委员会", "协会", "学会", "研究院", "研究所",
	"基金会", "俱乐部", "中学", "小学", "幼儿园", "出版社", "电视台", "交易所", "管理局", "监管局", "卫健委", "教育局", "文旅局", "博物馆", "图书馆", "有限公司", "股份有限公司", "证券", "保险公司", "航空公司"}

// orgAt is the length of an organisation's name: a dictionary word for one, or
// one to three nouns and names before a suffix.
func orgAt(tokens []Token, i int) int {
	if t := &tokens[i]; t.POS == "nt" && len(t.Text) > 3 {
		return 1
	} else if isOrgWord(t.Text) {
		return 1
	}
	for n := 0; n < 4 && i+n < len(tokens); n++ {
		t := &tokens[i+n]
		if n > 0 && t.Start != tokens[i+n-1].End {
			return 0
		}
		for _, s := range orgSuffixes {
			if n > 0 && t.Text == s {
				return n + 1
			}
		}
		if !nounish(t) {
			return 0
		}
	}
	return 0
}

// isOrgWord: 清华大学, 招商银行: a suffix with a name of two runes and more before it.
func isOrgWord(w string) bool {
	if len(w) < 12 {
		return false
	}
	for _, s := range orgSuffixes {
		if strings.HasSuffix(w, s) && len(w)-len(s) >= 6 {
			return true
		}
	}
	return false
}

func nounish(t *Token) bool {
	switch {
	case t.POS == "eng", strings.HasPrefix(t.POS, "ns"), strings.HasPrefix(t.POS, "nz"), strings.HasPrefix(t.POS, "nr"), t.POS == "nt", t.POS == "j":
		return true
	case t.POS == "" || t.POS == "n":
		return !t.Known || len(t.Text) >= 6 && !IsStop(t.Text)
	}
	return false
}

// ownName is the part of speech of the people in modern.txt.
const ownName = "nrm"

// personAt is the length of a personal name: a dictionary name, an unknown
// word of the right shape, or a surname with one or two single characters.
func (a *Analyzer) personAt(tokens []Token, i int) int {
	t := &tokens[i]
	names := &a.tables.names
	runes := []rune(t.Text)
	if len(runes) == 0 || runes[0] < 0x4e00 {
		return 0
	}
	context := i > 0 && names.before[tokens[i-1].Text]
	followed := func(n int) bool { return i+n < len(tokens) && names.after[tokens[i+n].Text] }
	weak, surname := names.surname[runes[0]]
	double := len(runes) >= 2 && names.double[string(runes[:2])]
	if strings.HasPrefix(t.POS, "nr") && len(runes) >= 2 {
		switch {
		case t.POS == ownName, double, len(runes) >= 3 && (surname && !weak || allIn(runes, names.foreign)):
			return 1
		case len(runes) == 2 && surname && (!weak && names.given[runes[1]] || context || followed(1)) && !IsStop(t.Text) && a.IDF(t.Text) > 8:
			return 1
		}
		return 0
	}
	if !t.Known && (len(runes) == 2 && surname || len(runes) == 3 && surname || len(runes) == 4 && double) {
		given := runes[1:]
		if double {
			given = runes[2:]
		}
		if context || followed(1) || !weak && allIn(given, names.given) {
			return 1
		}
		return 0
	}
	if len(runes) == 1 && surname || double && len(runes) == 2 {
		return splitName(tokens, i, names, weak, context)
	}
	return 0
}

// splitName joins a surname with a given name that the path left in pieces.
func splitName(tokens []Token, i int, names *names, weak, context bool) int {
	next := func(n int) (string, int) {
		if i+n >= len(tokens) || tokens[i+n].Start != tokens[i+n-1].End || tokens[i+n].POS == "w" || tokens[i+n].POS == "m" {
			return "", 0
		}
		return tokens[i+n].Text, utf8.RuneCountInString(tokens[i+n].Text)
	}
	isGiven := func(s string) bool { return allIn([]rune(s), names.given) }
	first, n1 := next(1)
	if n1 == 0 || n1 > 2 || functional.has(first) {
		return 0
	}
	after := func(n int) bool { return i+n < len(tokens) && names.after[tokens[i+n].Text] }
	if n1 == 2 {
		if (context || after(2)) && isGiven(first) || !tokens[i+1].Known && !weak && isGiven(first) {
			return 2
		}
		return 0
	}
	if second, n2 := next(2); n2 == 1 && !functional.has(second) && isGiven(first+second) && (context || after(3) || !weak) {
		return 3
	}
	if (context || after(2)) && isGiven(first) {
		return 2
	}
	return 0
}

func allIn(runes []rune, set map[rune]bool) bool {
	for _, r := range runes {
		if !set[r] {
			return false
		}
	}
	return true
}
