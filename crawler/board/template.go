package board

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/plain"
)

// template is a field of a board file: either one expression, or text with
// {expression} or {expression | query} in it. The filters are query and path
// (escape for that part of an address) and head (the headline of a text that
// has no title of its own).
type template struct {
	parts []templatePart
}

type templatePart struct {
	text   string // literal, when hasExpr is false
	expr   expr
	filter string
	isExpr bool
}

func (t *template) empty() bool { return len(t.parts) == 0 }

func parseTemplate(src string, compile func(string) (expr, error)) (template, error) {
	var t template
	if !strings.Contains(src, "{") {
		x, err := compile(src)
		t.parts = []templatePart{{expr: x, isExpr: true}}
		return t, err
	}
	for src != "" {
		open := strings.IndexByte(src, '{')
		if open < 0 {
			t.parts = append(t.parts, templatePart{text: src})
			break
		}
		if open > 0 {
			t.parts = append(t.parts, templatePart{text: src[:open]})
		}
		end := strings.IndexByte(src[open:], '}')
		if end < 0 {
			return t, fmt.Errorf("template %q: { is not closed", src)
		}
		inner := src[open+1 : open+end]
		p := templatePart{isExpr: true}
		if i := strings.LastIndexByte(inner, '|'); i >= 0 {
			if f := strings.TrimSpace(inner[i+1:]); f == "query" || f == "path" || f == "head" {
				p.filter, inner = f, inner[:i]
			}
		}
		x, err := compile(strings.TrimSpace(inner))
		if err != nil {
			return t, err
		}
		p.expr = x
		t.parts = append(t.parts, p)
		src = src[open+end+1:]
	}
	return t, nil
}

// expand fills the template; when one of its expressions finds nothing the
// whole is empty, so that no half address is ever printed.
func (t *template) expand(eval func(expr) string) string {
	if len(t.parts) == 1 && t.parts[0].filter == "" && t.parts[0].isExpr {
		return eval(t.parts[0].expr)
	}
	var sb strings.Builder
	for _, p := range t.parts {
		if !p.isExpr {
			sb.WriteString(p.text)
			continue
		}
		v := strings.TrimSpace(eval(p.expr))
		if v == "" {
			return ""
		}
		switch p.filter {
		case "query":
			v = url.QueryEscape(v)
		case "path":
			v = url.PathEscape(v)
		case "head":
			v = headline(v)
		}
		sb.WriteString(v)
	}
	return sb.String()
}

const maxFlashTitle = 60 // runes

// headline is what a news flash without a title would be called: what stands in
// 【】 at its start, else its first sentence.
func headline(s string) string {
	s = plain.Line(s)
	if rest, ok := strings.CutPrefix(s, "【"); ok {
		if head, _, ok := strings.Cut(rest, "】"); ok && plain.HasLetter(head) {
			return strings.TrimSpace(head)
		}
	}
	if i := strings.IndexAny(s, "。！？；"); i > 0 {
		s = s[:i]
	}
	return plain.Clip(s, maxFlashTitle)
}

// expandTime fills {ms}, {s}, {date} (20060102), {yesterday} (likewise), {day} (2006-01-02), {month}
// (01) and {monthday} (0102) in the address or body of a request and in the
// path of its items; dates are those of Shanghai.
func expandTime(s string, now time.Time) string {
	if !strings.Contains(s, "{") {
		return s
	}
	local := now.In(xuanti.Shanghai)
	return strings.NewReplacer(
		"{ms}", strconv.FormatInt(now.UnixMilli(), 10),
		"{s}", strconv.FormatInt(now.Unix(), 10),
		"{date}", local.Format("20060102"),
		"{yesterday}", local.AddDate(0, 0, -1).Format("20060102"),
		"{day}", local.Format(time.DateOnly),
		"{month}", local.Format("01"),
		"{monthday}", local.Format("0102"),
	).Replace(s)
}
