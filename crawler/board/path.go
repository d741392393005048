package board

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuanti/xuanti/crawler/plain"
)

// jsonPath is a small path language for board files:
//
//	data.realtime      members
//	cards[0]           element, negative from the end
//	newslist[1:]       all but the first n
//	content[*]         every element, or every member's value, in order
//	["a.b"]            a member whose name holds dots or brackets
//	[~^\$ROOT.*HotRank] the first member, by name, that a pattern matches
//	a | b              b where a finds nothing
//	.                  the value itself
//
// It is much less than JSONPath on purpose: no script, no recursion, the cost
// is bounded by the size of the document.
type jsonPath struct{ alternatives [][]pathStep }

type pathStep struct {
	key  string
	like *regexp.Regexp
	kind stepKind
	n    int
}

type stepKind int

const (
	stepKey stepKind = iota
	stepIndex
	stepFrom
	stepAll
	stepLike
)

// maxFound bounds what one path may find in one document.
const maxFound = 2000

func parsePath(src string) (*jsonPath, error) {
	p := &jsonPath{}
	for _, alt := range splitTop(src) {
		steps, err := parseSteps(strings.TrimSpace(alt))
		if err != nil {
			return nil, err
		}
		p.alternatives = append(p.alternatives, steps)
	}
	return p, nil
}

// splitTop splits at "|" outside brackets and quotes.
func splitTop(src string) []string {
	var out []string
	depth, start, quoted := 0, 0, false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '(':
			depth++
		case c == ']' || c == ')':
			depth--
		case c == '|' && depth == 0:
			out = append(out, src[start:i])
			start = i + 1
		}
	}
	return append(out, src[start:])
}

func parseSteps(src string) ([]pathStep, error) {
	if src == "." {
		return nil, nil
	}
	if src == "" {
		return nil, fmt.Errorf("empty path")
	}
	var steps []pathStep
	for i := 0; i < len(src); {
		switch {
		case src[i] == '.':
			i++
		case strings.HasPrefix(src[i:], `["`):
			end := strings.Index(src[i:], `"]`)
			if end < 0 {
				return nil, fmt.Errorf("path %q: bracket is not closed", src)
			}
			steps = append(steps, pathStep{key: src[i+2 : i+end]})
			i += end + 2
		case src[i] == '[':
			// A pattern may hold brackets itself, so it runs to the last one.
			end := strings.IndexByte(src[i:], ']')
			if strings.HasPrefix(src[i:], "[~") {
				end = strings.LastIndexByte(src[i:], ']')
				if e := strings.Index(src[i:], "]."); e >= 0 {
					end = e
				}
			}
			if end < 0 {
				return nil, fmt.Errorf("path %q: bracket is not closed", src)
			}
			st, err := bracketStep(src[i+1 : i+end])
			if err != nil {
				return nil, fmt.Errorf("path %q: %w", src, err)
			}
			steps = append(steps, st)
			i += end + 1
		default:
			end := strings.IndexAny(src[i:], ".[")
			if end < 0 {
				end = len(src) - i
			}
			steps = append(steps, pathStep{key: src[i : i+end]})
			i += end
		}
	}
	return steps, nil
}

func bracketStep(s string) (pathStep, error) {
	switch {
	case s == "*":
		return pathStep{kind: stepAll}, nil
	case strings.HasPrefix(s, "~"):
		re, err := regexp.Compile(s[1:])
		return pathStep{kind: stepLike, like: re}, err
	case strings.HasSuffix(s, ":"):
		n, err := strconv.Atoi(s[:len(s)-1])
		if err != nil || n < 0 {
			return pathStep{}, fmt.Errorf("want [n:], got [%s]", s)
		}
		return pathStep{kind: stepFrom, n: n}, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return pathStep{}, fmt.Errorf("want a number in [%s]", s)
	}
	return pathStep{kind: stepIndex, n: n}, nil
}

// rows returns what the first alternative finds that finds a list which is not
// empty: a single list is opened.
func (p *jsonPath) rows(doc any) []any {
	for _, steps := range p.alternatives {
		found := walk([]any{doc}, steps)
		if len(found) == 1 {
			if list, ok := found[0].([]any); ok {
				found = list
			}
		}
		if len(found) > 0 && found[0] != nil {
			return found[:min(len(found), maxFound)]
		}
	}
	return nil
}

// text returns the first alternative's value that prints something.
func (p *jsonPath) text(doc any) string {
	for _, steps := range p.alternatives {
		for _, v := range walk([]any{doc}, steps) {
			if s := plain.Scalar(v); s != "" {
				return s
			}
		}
	}
	return ""
}

// value returns the first thing found.
func (p *jsonPath) value(doc any) any {
	for _, steps := range p.alternatives {
		if found := walk([]any{doc}, steps); len(found) > 0 {
			return found[0]
		}
	}
	return nil
}

func walk(from []any, steps []pathStep) []any {
	for _, st := range steps {
		var next []any
		for _, v := range from {
			next = st.apply(next, v)
			if len(next) > maxFound {
				next = next[:maxFound]
				break
			}
		}
		from = next
	}
	return from
}

func (st *pathStep) apply(out []any, v any) []any {
	switch v := v.(type) {
	case map[string]any:
		switch st.kind {
		case stepKey:
			if x, ok := v[st.key]; ok && x != nil {
				out = append(out, x)
			}
		case stepLike:
			if k, ok := firstKey(v, st.like); ok {
				out = append(out, v[k])
			}
		case stepAll:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				out = append(out, v[k])
			}
		}
	case []any:
		switch st.kind {
		case stepIndex:
			n := st.n
			if n < 0 {
				n += len(v)
			}
			if n >= 0 && n < len(v) {
				out = append(out, v[n])
			}
		case stepFrom:
			out = append(out, v[min(st.n, len(v)):]...)
		case stepAll:
			out = append(out, v...)
		}
	}
	return out
}
