package alert

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp"
)

// relation is how an occurrence lies among the words of its sentence.
type relation int

const (
	whole    relation = iota // begins and ends on word borders
	nested                   // inside one longer word (长安 in 长安汽车)
	crossing                 // begins or ends in the middle of another word (国美 in 中国美食)
)

// words gives the words of a text around a place. Without an analysis only the
// sentences that are asked for are segmented.
type words struct {
	a     *nlp.Analyzer
	s     string
	parts []part
}

// part is a stretch of the text with its tokens, whose offsets count from start.
type part struct {
	start, end int
	tokens     []nlp.Token
}

const sentenceMarks = "\n。！？!?；;"

// part returns the segmented stretch that holds a byte offset.
func (ws *words) part(pos int) *part {
	for i := range ws.parts {
		if p := &ws.parts[i]; p.start <= pos && pos < p.end {
			return p
		}
	}
	p := part{end: len(ws.s)}
	if i := strings.LastIndexAny(ws.s[:pos], sentenceMarks); i >= 0 {
		_, size := utf8.DecodeRuneInString(ws.s[i:])
		p.start = i + size
	}
	if i := strings.IndexAny(ws.s[pos:], sentenceMarks); i >= 0 {
		_, size := utf8.DecodeRuneInString(ws.s[pos+i:])
		p.end = pos + i + size
	}
	p.tokens = ws.a.Segment(ws.s[p.start:p.end])
	ws.parts = append(ws.parts, p)
	return &ws.parts[len(ws.parts)-1]
}

// token is the token over the byte at pos, with the place that its offsets
// count from; ok is false for spaces.
func (ws *words) token(pos int) (tok nlp.Token, base int, ok bool) {
	if pos < 0 || pos >= len(ws.s) {
		return tok, 0, false
	}
	p := ws.part(pos)
	at := pos - p.start
	i := sort.Search(len(p.tokens), func(i int) bool { return p.tokens[i].End > at })
	if i == len(p.tokens) || p.tokens[i].Start > at {
		return tok, 0, false
	}
	return p.tokens[i], p.start, true
}

// edge is what lies at one end of an occurrence.
type edge int

const (
	border edge = iota
	soft        // between letters and digits, or inside a guess of the segmenter
	inside      // inside a word of the dictionary
	hard        // inside a Latin word or a number
)

// edge looks at the place i; the occurrence lies on one side of it. The token
// is the word that i lies in, with the place that its offsets count from.
func (ws *words) edge(i int) (e edge, tok nlp.Token, base int) {
	before, _ := utf8.DecodeLastRuneInString(ws.s[:i])
	after, _ := utf8.DecodeRuneInString(ws.s[i:])
	switch a, b := class(before), class(after); {
	case a == classOther || b == classOther, (a == classHan) != (b == classHan):
		return border, tok, 0
	case a == classHan: // both
	case a == b:
		return hard, tok, 0
	default:
		return soft, tok, 0
	}
	tok, base, ok := ws.token(i)
	switch {
	case !ok || base+tok.Start == i:
		return border, tok, base
	case !tok.Known:
		return soft, tok, base
	}
	return inside, tok, base
}

// relation compares an occurrence with the words around it.
func (ws *words) relation(w *word, pos int) relation {
	end := pos + len(w.text)
	left, lt, lbase := ws.edge(pos)
	right, rt, rbase := ws.edge(end)
	rel := whole
	switch {
	case left == hard || right == hard:
		return crossing
	case left == inside && lbase+lt.End < end,
		right == inside && rbase+rt.Start > pos,
		left == inside && right == inside && splits(lt.Sub, pos-lbase, end-lbase):
		rel = crossing
	case left != border || right != border:
		rel = nested
	case ws.accidental(w, pos, end):
		rel = crossing
	}
	// A name of three characters that the dictionary lacks is cut anywhere,
	// and hardly ever arises by chance.
	if rel == crossing && w.runes >= 3 && !ws.a.Has(w.text) {
		rel = nested
	}
	return rel
}

// splits reports whether an occurrence inside one word begins inside one part
// of it and ends inside another (国美 in 中国|美术馆).
func splits(sub []nlp.Token, pos, end int) bool {
	left, right := false, false
	for _, s := range sub {
		left = left || s.Start < pos && pos < s.End && s.End < end
		right = right || pos < s.Start && s.Start < end && end < s.End
	}
	return left && right
}

// accidental catches the segmenter in the act: a single character stands alone
// before the word although it makes a word with the word's first character,
// and what then remains is a particle (中|美的|关系 is 中美 and 的) or begins a word
// with what follows (最|大学|区划|定 is 最大 and 学区).
func (ws *words) accidental(w *word, pos, end int) bool {
	if w.runes != 2 {
		return false
	}
	r, size := utf8.DecodeRuneInString(w.text)
	firstEnd := pos + size
	if class(r) != classHan {
		return false
	}
	if !nlp.IsStop(ws.s[firstEnd:end]) {
		next, n := utf8.DecodeRuneInString(ws.s[end:])
		if class(next) != classHan || !ws.a.Has(ws.s[firstEnd:end+n]) {
			return false
		}
	}
	tok, base, ok := ws.token(pos - 1)
	return ok && base+tok.End == pos && utf8.RuneCountInString(tok.Text) == 1 && ws.a.Has(tok.Text+ws.s[pos:firstEnd])
}

type runeClass int

const (
	classOther runeClass = iota
	classHan             // and other scripts without spaces
	classLetter
	classDigit
)

func class(r rune) runeClass {
	switch {
	case r >= 0x4e00 && r <= 0x9fff:
		return classHan
	case r >= '0' && r <= '9':
		return classDigit
	case r == utf8.RuneError || r < 'a' && r < utf8.RuneSelf && (r < 'A' || r > 'Z'):
		return classOther
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return classHan
	case unicode.IsLetter(r):
		return classLetter
	case unicode.IsDigit(r):
		return classDigit
	}
	return classOther
}

// accident says whether a longer word holds a watched name at pos without
// meaning it (京东 in 京东方).
func accident(s, w string, pos int) bool {
	for _, long := range accidents[w] {
		for i := 0; i+len(w) <= len(long); i++ {
			if long[i:i+len(w)] == w && pos >= i && strings.HasPrefix(s[pos-i:], long) {
				return true
			}
		}
	}
	return false
}

// accidents are longer words by names that people watch. It is only read.
var accidents = map[string][]string{
	"京东": {"京东方", "北京东", "南京东", "东京东"},
	"茅台": {"茅台镇"},
	"理想": {"理想国", "理想主义", "理想状态", "理想化", "理想型", "不理想"},
	"小米": {"小米粥", "小米椒", "小米辣", "小米加步枪", "小米饭", "小米糕"},
	"长安": {"长安街", "长安大学", "长安城", "长安十二时辰", "长安区"},
	"苹果": {"苹果园", "苹果树", "苹果醋", "苹果肌", "苹果派"},
	"美的": {"美的人", "完美的", "优美的", "精美的", "最美的", "美的像", "美的享受", "美的历程"},
	"联想": {"联想到", "联想起", "引发联想", "产生联想", "浮想联翩", "遐想联想", "人联想"},
	"国美": {"国美院", "国美术"},
	"华为": {"中华为", "精华为", "年华为", "升华为", "才华为", "繁华为", "清华为"},
	"大众": {"大众化", "广大众", "人民大众", "社会大众"},
	"平安": {"平安夜", "平安县", "一路平安", "平安回家"},
	"荣耀": {"王者荣耀"},
	"奔驰": {"策马奔驰"},
}
