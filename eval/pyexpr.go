package eval

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pyNode is a node of an expectation: the small part of Python that test
// suites of feed parsers state theirs in. Op is "and", "or", "not", "lit",
// "path", "call", "list", "dict" or a comparison ("==", "!=", "in", …).
type pyNode struct {
	op   string
	kids []*pyNode
	lit  any      // of "lit": string, float64, bool or nil
	path []string // of "path": feed, title; entries, 0, link
}

const maxPyDepth = 50

// parsePython reads one expression. What it does not know is an error that
// names the place.
func parsePython(s string) (*pyNode, error) {
	p := &pyParser{s: s}
	n, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.i < len(p.s) {
		return nil, p.errorf("unexpected %q", p.s[p.i:])
	}
	return n, nil
}

type pyParser struct {
	s string
	i int
}

func (p *pyParser) errorf(format string, args ...any) error {
	return fmt.Errorf("column %d: "+format, append([]any{p.i + 1}, args...)...)
}

func (p *pyParser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

// take consumes a token when it comes next; a word must end where it ends.
func (p *pyParser) take(tok string) bool {
	p.space()
	if !strings.HasPrefix(p.s[p.i:], tok) {
		return false
	}
	end := p.i + len(tok)
	if isWord(tok[len(tok)-1]) && end < len(p.s) && isWord(p.s[end]) {
		return false
	}
	p.i = end
	return true
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func (p *pyParser) or(depth int) (*pyNode, error) {
	return p.chain(depth, "or", p.and)
}

func (p *pyParser) and(depth int) (*pyNode, error) {
	return p.chain(depth, "and", p.not)
}

func (p *pyParser) chain(depth int, word string, next func(int) (*pyNode, error)) (*pyNode, error) {
	if depth > maxPyDepth {
		return nil, p.errorf("nested too deep")
	}
	n, err := next(depth + 1)
	if err != nil {
		return nil, err
	}
	for p.take(word) {
		k, err := next(depth + 1)
		if err != nil {
			return nil, err
		}
		if n.op != word {
			n = &pyNode{op: word, kids: []*pyNode{n}}
		}
		n.kids = append(n.kids, k)
	}
	return n, nil
}

func (p *pyParser) not(depth int) (*pyNode, error) {
	if depth > maxPyDepth {
		return nil, p.errorf("nested too deep")
	}
	if p.take("not") {
		k, err := p.not(depth + 1)
		return &pyNode{op: "not", kids: []*pyNode{k}}, err
	}
	return p.comparison(depth + 1)
}

// comparison reads a == b == c as one node.
func (p *pyParser) comparison(depth int) (*pyNode, error) {
	n, err := p.sum(depth)
	if err != nil {
		return nil, err
	}
	op := ""
	kids := []*pyNode{n}
	for {
		next := ""
		for _, o := range []string{"==", "!=", "<=", ">=", "<", ">", "not in", "in", "is"} {
			if p.take(o) {
				next = o
				break
			}
		}
		if next == "" {
			break
		}
		if op != "" && op != next {
			return nil, p.errorf("mixed comparison")
		}
		op = next
		k, err := p.sum(depth)
		if err != nil {
			return nil, err
		}
		kids = append(kids, k)
	}
	if op == "" {
		return n, nil
	}
	return &pyNode{op: op, kids: kids}, nil
}

// sum joins strings that are added or stand side by side.
func (p *pyParser) sum(depth int) (*pyNode, error) {
	n, err := p.value(depth)
	if err != nil {
		return nil, err
	}
	for p.take("+") {
		k, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		a, ok := n.lit.(string)
		b, ok2 := k.lit.(string)
		if !ok || !ok2 {
			return nil, p.errorf("only strings are added")
		}
		n = &pyNode{op: "lit", lit: a + b}
	}
	return n, nil
}

func (p *pyParser) value(depth int) (*pyNode, error) {
	if depth > maxPyDepth {
		return nil, p.errorf("nested too deep")
	}
	p.space()
	if p.i >= len(p.s) {
		return nil, p.errorf("unexpected end")
	}
	switch c := p.s[p.i]; {
	case c == '\'' || c == '"':
		s, err := p.text()
		return &pyNode{op: "lit", lit: s}, err
	case (c == 'u' || c == 'b' || c == 'r') && p.i+1 < len(p.s) && (p.s[p.i+1] == '\'' || p.s[p.i+1] == '"'):
		p.i++
		s, err := p.text()
		return &pyNode{op: "lit", lit: s}, err
	case c >= '0' && c <= '9' || c == '-':
		return p.number()
	case c == '(':
		return p.list(depth, ")")
	case c == '[':
		return p.list(depth, "]")
	case c == '{':
		return p.list(depth, "}")
	case isWord(c):
		return p.name(depth)
	}
	return nil, p.errorf("unexpected %q", p.s[p.i:])
}

// text reads a quoted string with its escapes.
func (p *pyParser) text() (string, error) {
	quote := p.s[p.i : p.i+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(p.s[p.i:], triple) {
		quote = triple
	}
	var b strings.Builder
	for p.i += len(quote); p.i < len(p.s); p.i++ {
		c := p.s[p.i]
		switch {
		case strings.HasPrefix(p.s[p.i:], quote):
			p.i += len(quote)
			return b.String(), nil
		case c != '\\' || p.i+1 >= len(p.s):
			b.WriteByte(c)
			continue
		}
		p.i++
		digits := 0
		switch c = p.s[p.i]; c {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		case '\\', '\'', '"':
			b.WriteByte(c)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
		if digits > 0 {
			if p.i+digits >= len(p.s) {
				return "", p.errorf("unfinished escape")
			}
			r, err := strconv.ParseUint(p.s[p.i+1:p.i+1+digits], 16, 32)
			if err != nil || r > utf8.MaxRune {
				return "", p.errorf("bad escape")
			}
			b.WriteRune(rune(r))
			p.i += digits
		}
	}
	return "", p.errorf("unfinished string")
}

func (p *pyParser) number() (*pyNode, error) {
	start := p.i
	for p.i++; p.i < len(p.s) && (isWord(p.s[p.i]) || p.s[p.i] == '.'); p.i++ {
	}
	f, err := strconv.ParseFloat(p.s[start:p.i], 64)
	if err != nil {
		return nil, p.errorf("bad number")
	}
	return &pyNode{op: "lit", lit: f}, nil
}

// list reads a tuple, list, dictionary or an expression in brackets.
func (p *pyParser) list(depth int, end string) (*pyNode, error) {
	p.i++
	n := &pyNode{op: "list"}
	if end == "}" {
		n.op = "dict"
	}
	comma := end != ")"
	for !p.take(end) {
		k, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, k)
		if p.take(",") || p.take(":") {
			comma = true
		} else if p.space(); !strings.HasPrefix(p.s[p.i:], end) {
			return nil, p.errorf("unfinished list")
		}
	}
	if !comma && len(n.kids) == 1 {
		return n.kids[0], nil
	}
	return n, nil
}

// name reads a constant, or a path with its keys, and calls on it.
func (p *pyParser) name(depth int) (*pyNode, error) {
	word := func() string {
		start := p.i
		for p.i < len(p.s) && isWord(p.s[p.i]) {
			p.i++
		}
		return p.s[start:p.i]
	}
	n := &pyNode{op: "path", path: []string{word()}}
	switch n.path[0] {
	case "None":
		return &pyNode{op: "lit"}, nil
	case "True", "False":
		return &pyNode{op: "lit", lit: n.path[0] == "True"}, nil
	}
	for {
		switch {
		case p.take("."):
			n.path = append(n.path, word())
		case p.take("["):
			k, err := p.or(depth + 1)
			if err != nil {
				return nil, err
			}
			if k.op != "lit" || !p.take("]") {
				return nil, p.errorf("bad key")
			}
			n.path = append(n.path, fmt.Sprint(k.lit))
		case p.take("("):
			p.i-- // list starts at its bracket
			args, err := p.list(depth+1, ")")
			if err != nil {
				return nil, err
			}
			n = &pyNode{op: "call", path: n.path, kids: []*pyNode{args}}
		default:
			return n, nil
		}
	}
}
