package index

// bag gathers the operands of one sequence.
type bag struct {
	parts []operand
}

type operand struct {
	e      Expr
	bare   bool
	strict bool
}

func (b *bag) empty() bool { return len(b.parts) == 0 }

func (b *bag) add(e Expr, bare, strict bool) {
	b.parts = append(b.parts, operand{e, bare, strict})
}

// bindLast makes the operand before an AND strict.
func (b *bag) bindLast() { b.parts[len(b.parts)-1].strict = true }

// build joins the operands: bare words of one field and strictness melt into
// one Words that stands where its first word stood.
func (b *bag) build(start int) (Expr, error) {
	type key struct {
		field string
		all   bool
	}
	var out []Expr
	place := map[key]int{}
	positive := false
	for _, p := range b.parts {
		if _, not := p.e.(Not); !not {
			positive = true
		}
		w, ok := p.e.(Words)
		if !ok || !p.bare {
			out = append(out, p.e)
			continue
		}
		w.All = w.All || p.strict
		k := key{w.Field, w.All}
		if i, seen := place[k]; seen {
			old := out[i].(Words)
			old.Terms = append(old.Terms, w.Terms...)
			out[i] = old
			continue
		}
		place[k] = len(out)
		out = append(out, w)
	}
	if !positive {
		return nil, invalid(start, "只有排除条件，请加上要找的词或筛选条件 (only negations: add a word or a filter)")
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return And{out}, nil
}
