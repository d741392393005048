package index

import (
	"strconv"
	"strings"
	"time"
)

// Expr is a parsed query: [All], [Words], [Phrase], [Value], [Range], [And],
// [Or] or [Not]. String gives it back in the query language, so that parsing
// the string gives an equal expression.
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

// Words is a bag of words that stand side by side without an operator. A
// document that holds most of them matches.
type Words struct {
	Field string   // FieldAny or FieldTitle
	Terms []string // as typed; at least one
	All   bool     // bound by AND: no word may be missing
}

// Phrase matches text that holds the words in this order, side by side.
type Phrase struct {
	Field string // FieldAny or FieldTitle
	Text  string
}

// Value matches documents whose keyword field equals the value.
type Value struct {
	Field string // FieldSource, FieldPlatform, FieldAccount or FieldKind
	Text  string
}

// Range matches documents of a time span. Last is measured back from the
// query's Now and excludes the other two.
type Range struct {
	After  time.Time // inclusive; zero is open
	Before time.Time // exclusive; zero is open
	Last   time.Duration
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
	}
	if w.All {
		return strings.Join(parts, " AND ")
	}
	return strings.Join(parts, " ")
}

// String implements Expr.
func (p Phrase) String() string { return fieldPrefix(p.Field) + quote(p.Text) }

// String implements Expr.
func (v Value) String() string { return fieldPrefix(v.Field) + quote(v.Text) }

// String implements Expr.
func (r Range) String() string {
	var parts []string
	if r.Last > 0 {
		parts = append(parts, "last:"+strconv.FormatInt(int64(r.Last/time.Minute), 10)+"m")
	}
	if !r.After.IsZero() {
		parts = append(parts, "after:"+r.After.Format(time.RFC3339))
	}
	if !r.Before.IsZero() {
		parts = append(parts, "before:"+r.Before.Format(time.RFC3339))
	}
	return strings.Join(parts, " ")
}

// String implements Expr.
func (a And) String() string { return join(a.Parts, " AND ") }

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

// group sets an expression in parentheses when it would fall apart without.
func group(e Expr) string {
	switch x := e.(type) {
	case And, Or, Not:
		return "(" + e.String() + ")"
	case Words:
		if len(x.Terms) > 1 {
			return "(" + e.String() + ")"
		}
	case Range:
		if !x.After.IsZero() && !x.Before.IsZero() {
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
