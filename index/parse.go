package index

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
)

// Limits of a query.
const (
	MaxQueryRunes = 512
	MaxQueryTerms = 64
	MaxQueryDepth = 16
)

const (
	filterAfter  = "after"
	filterBefore = "before"
	filterLast   = "last"
	maxLast      = 3660 * 24 * time.Hour
)

// ParseQuery reads the query language:
//
//	华为 发布会            words side by side: most of them must occur
//	+word  a AND b        these words must occur
//	"一字不差"             a phrase; “…” and 「…」 too
//	a OR b   (a b) OR c   either
//	-word   NOT "x"       without; needs something positive beside it
//	title:word title:"x"  in the title only
//	source:x platform:x account:x   an id, or a name that Query.IDs knows
//	kind:article|post|entry
//	after:2026-01-02 before:2026-01-05   days begin at midnight in Shanghai;
//	                      RFC 3339 and 2026-01-02T15:04 are taken too
//	last:3d               m, h, d, w; counted back from Query.Now
//
// AND, OR and NOT are operators in capitals only; AND binds stronger than OR.
// Full-width marks mean the same as their ASCII forms. The empty query is
// [All].
//
// The error is a *xuanti.Error with CodeInvalid and Pointer "char N", N
// counting runes from 1.
func ParseQuery(text string) (Expr, error) {
	if n := utf8.RuneCountInString(text); n > MaxQueryRunes {
		return nil, invalid(MaxQueryRunes+1, fmt.Sprintf("查询太长：%d 字，最多 %d 字 (query too long)", n, MaxQueryRunes))
	}
	if strings.TrimFunc(text, isBlank) == "" {
		return All{}, nil
	}
	toks, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{toks: toks}
	if p.peek().kind == tokEnd {
		return nil, invalid(1, "没有可以搜索的文字 (nothing to search for)")
	}
	e, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return nil, invalid(t.pos, "多了一个右括号 (unexpected closing parenthesis)")
	}
	return e, nil
}

func invalid(pos int, message string) error {
	return &xuanti.Error{Code: xuanti.CodeInvalid, Message: message, Pointer: "char " + strconv.Itoa(pos)}
}

type parser struct {
	toks  []lexeme
	at    int
	terms int
}

func (p *parser) peek() lexeme { return p.toks[p.at] }

func (p *parser) next() lexeme {
	t := p.toks[p.at]
	if t.kind != tokEnd {
		p.at++
	}
	return t
}

func (p *parser) or(depth int) (Expr, error) {
	if depth > MaxQueryDepth {
		return nil, invalid(p.peek().pos, fmt.Sprintf("括号嵌套超过 %d 层 (nested too deep)", MaxQueryDepth))
	}
	var parts []Expr
	for {
		e, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		if o, ok := e.(Or); ok {
			parts = append(parts, o.Parts...)
		} else {
			parts = append(parts, e)
		}
		if p.peek().kind != tokOr {
			break
		}
		p.next()
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return Or{parts}, nil
}

// sequence reads operands up to OR, a closing parenthesis or the end. Bare
// words become one bag, so that a document may miss some of them; words bound
// by AND or + become another that may not.
func (p *parser) sequence(depth int) (Expr, error) {
	start := p.peek().pos
	var seq bag
	bound := false // an AND stands before the next operand
	for {
		t := p.peek()
		switch t.kind {
		case tokEnd, tokClose, tokOr:
			if bound || seq.empty() {
				return nil, invalid(t.pos, "这里缺少一个词 (a word is missing here)")
			}
			return seq.build(start)
		case tokAnd:
			if bound || seq.empty() {
				return nil, invalid(t.pos, "AND 前面缺少一个词 (a word is missing before AND)")
			}
			p.next()
			seq.bindLast()
			bound = true
		default:
			e, bare, err := p.operand(depth)
			if err != nil {
				return nil, err
			}
			seq.add(e, bare, bound)
			bound = false
		}
	}
}

// operand reads one operand; bare tells that it is a word outside parentheses.
func (p *parser) operand(depth int) (e Expr, bare bool, err error) {
	if depth > MaxQueryDepth {
		return nil, false, invalid(p.peek().pos, fmt.Sprintf("嵌套超过 %d 层 (nested too deep)", MaxQueryDepth))
	}
	t := p.next()
	switch t.kind {
	case tokOpen:
		if e, err = p.or(depth + 1); err != nil {
			return nil, false, err
		}
		if p.next().kind != tokClose {
			return nil, false, invalid(t.pos, "括号没有配对 (the parenthesis is never closed)")
		}
		w, ok := e.(Words) // parentheses around one word mean nothing
		return e, ok && len(w.Terms) == 1, nil
	case tokNot:
		if k := p.peek().kind; k == tokNot {
			return nil, false, invalid(p.peek().pos, "否定重复了 (double negation)")
		}
		part, _, err := p.operand(depth + 1)
		if err != nil {
			return nil, false, err
		}
		return Not{part}, false, nil
	case tokPlus:
		e, bare, err = p.operand(depth + 1)
		if w, ok := e.(Words); ok && bare {
			w.All = true
			e = w
		}
		return e, bare, err
	case tokField:
		return p.field(t)
	case tokWord, tokPhrase:
		return p.term(FieldAny, t)
	}
	return nil, false, invalid(t.pos, "这里缺少一个词 (a word is missing here)")
}

func (p *parser) term(field string, t lexeme) (Expr, bool, error) {
	if p.terms++; p.terms > MaxQueryTerms {
		return nil, false, invalid(t.pos, fmt.Sprintf("词太多，最多 %d 个 (too many terms)", MaxQueryTerms))
	}
	if !hasContent(t.text) {
		return nil, false, invalid(t.pos, "这里没有可以搜索的文字 (nothing to search for)")
	}
	if t.kind == tokPhrase {
		return Phrase{field, t.text}, false, nil
	}
	return Words{Field: field, Terms: []string{t.text}}, true, nil
}

func (p *parser) field(f lexeme) (Expr, bool, error) {
	v := p.peek()
	if (v.kind != tokWord && v.kind != tokPhrase) || v.text == "" {
		return nil, false, invalid(v.pos, f.text+": 后面缺少内容 (a value is missing)")
	}
	p.next()
	if f.text == FieldTitle {
		return p.term(FieldTitle, v)
	}
	if p.terms++; p.terms > MaxQueryTerms {
		return nil, false, invalid(v.pos, fmt.Sprintf("条件太多，最多 %d 个 (too many terms)", MaxQueryTerms))
	}
	switch f.text {
	case filterAfter, filterBefore:
		at, ok := parseDay(v.text)
		if !ok {
			return nil, false, invalid(v.pos, "时间写成 2026-01-02 或 2026-01-02T15:04 (not a date)")
		}
		if f.text == filterAfter {
			return Range{After: at}, false, nil
		}
		return Range{Before: at}, false, nil
	case filterLast:
		d, ok := parseSpan(v.text)
		if !ok {
			return nil, false, invalid(v.pos, "时长写成 30m、12h、3d 或 2w (not a time span)")
		}
		return Range{Last: d}, false, nil
	case FieldKind:
		kind, ok := parseKind(v.text)
		if !ok {
			return nil, false, invalid(v.pos, "kind 只能是 article、post 或 entry (unknown kind)")
		}
		return Value{FieldKind, string(kind)}, false, nil
	}
	return Value{f.text, v.text}, false, nil
}

func parseKind(s string) (xuanti.ItemKind, bool) {
	switch strings.ToLower(s) {
	case "article", "文章":
		return xuanti.ItemArticle, true
	case "post", "帖子":
		return xuanti.ItemPost, true
	case "entry", "榜单":
		return xuanti.ItemEntry, true
	}
	return "", false
}

func parseDay(s string) (time.Time, bool) {
	s = strings.ReplaceAll(s, "：", ":")
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return inRange(t)
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01", "20060102"} {
		if t, err := time.ParseInLocation(layout, s, xuanti.Shanghai); err == nil {
			return inRange(t)
		}
	}
	return time.Time{}, false
}

func inRange(t time.Time) (time.Time, bool) {
	t = t.In(xuanti.Shanghai).Truncate(time.Second)
	return t, t.Year() >= 1900 && t.Year() <= 2200
}

var spanPattern = regexp.MustCompile(`^(\d{1,6})(m|h|d|w|分钟|小时|天|周)$`)

func parseSpan(s string) (time.Duration, bool) {
	m := spanPattern.FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0, false
	}
	unit := map[string]time.Duration{"m": time.Minute, "分钟": time.Minute, "h": time.Hour, "小时": time.Hour,
		"d": 24 * time.Hour, "天": 24 * time.Hour, "w": 7 * 24 * time.Hour, "周": 7 * 24 * time.Hour}[m[2]]
	d := time.Duration(n) * unit
	return d, d > 0 && d <= maxLast
}
