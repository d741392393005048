package index

import (
	"strconv"
	"strings"
	"time"
)

// Expr is a parsed query: [All], [Words], [Phrase], [Value], [Range], [And],
// [Or] or [Not]. String gives it back in the query language; parsing that
// string gives an equal expression.
type Expr interface {
	String() string
	expr()
}

// The fields that a word, phrase or value can be bound to.
const (
	FieldAny      = ""
	FieldTitle    = "title"
	FieldSource   = "source"
	FieldPlatform = "platform"
	FieldAccount  = "account"
	FieldKind     = "kind"
)

// All matches every document: the empty query.
type All struct{}

// Words is a bag of words that stand side by side. A document that holds most
// of them matches, every one of them if All is set.
type Words struct {
	Field string   // FieldAny or FieldTitle
	Terms []string // as typed; at least one
	All   bool     // typed with + or bound by AND
}

// Phrase matches text that holds these words in this order, side by side.
type Phrase struct {
	Field string // FieldAny or FieldTitle
	Text  string
}

// Value matches documents whose keyword field equals the value.
type Value struct {
	Field string // FieldSource, FieldPlatform, FieldAccount or FieldKind
	Text  string
}

// Range matches documents of a time span. Exactly one of its parts is set.
type Range struct {
	After  time.Time     // inclusive
	Before time.Time     // exclusive
	Last   time.Duration // back from the query's Now, both ends included
}

// And matches what every part matches.
type And struct{ Parts []Expr }

// Or matches what any part matches.
type Or struct{ Parts []Expr }

// Not matches what its part does not.
type Not struct{ Part Expr }

func (All) expr()    {}
func (Words) expr()  {}
func (Phrase) expr() {}
func (Value) expr()  {}
func (Range) expr()  {}
func (And) expr()    {}
func (Or) expr()     {}
func (Not) expr()    {}

// String implements Expr.
func (All) String() string { return "" }

// String implements Expr.
func (w Words) String() string {
	parts := make([]string, len(w.Terms))
	for i, t := range w.Terms {
		parts[i] = fieldPrefix(w.Field) + t
		if w.All {
			parts[i] = "+" + parts[i]
		}
	}
	return strings.Join(parts, " ")
}

// String implements Expr.
func (p Phrase) String() string { return fieldPrefix(p.Field) + quote(p.Text) }

// String implements Expr.
func (v Value) String() string { return fieldPrefix(v.Field) + quote(v.Text) }

// String implements Expr.
func (r Range) String() string {
	switch {
	case !r.After.IsZero():
		return "after:" + r.After.Format(time.RFC3339)
	case !r.Before.IsZero():
		return "before:" + r.Before.Format(time.RFC3339)
	}
	return "last:" + strconv.FormatInt(int64(r.Last/time.Minute), 10) + "m"
}

// String implements Expr.
func (a And) String() string { return join(a.Parts, " ") }

// String implements Expr.
func (o Or) String() string { return join(o.Parts, " OR ") }

// String implements Expr.
func (n Not) String() string { return "NOT " + group(n.Part) }

func join(parts []Expr, sep string) string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = group(p)
	}
	return strings.Join(out, sep)
}

// group sets an expression in parentheses when it would fall apart, or melt
// into its neighbours, without them.
func group(e Expr) string {
	switch x := e.(type) {
	case And, Or:
		return "(" + e.String() + ")"
	case Words:
		if len(x.Terms) > 1 {
			return "(" + e.String() + ")"
		}
	}
	return e.String()
}

func fieldPrefix(field string) string {
	if field == FieldAny {
		return ""
	}
	return field + ":"
}

func quote(s string) string { return `"` + s + `"` }
