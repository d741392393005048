package sheet

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Row is what a line says of a post, or of an account's followers.
type Row struct {
	Line        int // in the file, from 1
	Title       string
	URL         string
	PostID      string
	Account     string // as printed, when the table has such a column
	PublishedAt time.Time
	ObservedAt  time.Time      // zero: the table does not say
	Followers   *xuanti.Count  // of the account; nil: the row does not say
	Counts      []xuanti.Count // by name; what is not printed is absent
}

// Problem is a cell, or a whole row, that could not be read.
type Problem struct {
	Line    int
	Column  string // letter, "" for the whole row
	Message string
	Fatal   bool // the row is lost; otherwise the cell alone is
}

// Row reads the i-th row below the header.
func (p *Plan) Row(i int) (Row, []Problem) {
	rec := p.table.rows[i]
	row := Row{Line: rec.line}
	var problems []Problem
	lost := func(field, format string, args ...any) {
		problems = append(problems, Problem{rec.line, p.letter(field), fmt.Sprintf(format, args...), true})
	}
	cell := func(field string) string {
		if c, ok := p.at[field]; ok && c < len(rec.cells) {
			return rec.cells[c]
		}
		return ""
	}
	row.Title, row.PostID, row.Account = strings.Join(strings.Fields(cell(FieldTitle)), " "), cell(FieldPostID), cell(FieldAccount)
	if blank(row.Title) {
		row.Title = ""
	}
	if blank(row.PostID) {
		row.PostID = ""
	}
	if u := cell(FieldURL); !blank(u) {
		if !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") || strings.ContainsAny(u, " \t\n") || len(u) > 2000 {
			lost(FieldURL, "「%s」不是网址 (not a web address)", nlp.Shorten(u, 40))
		}
		row.URL = u
	}
	for _, f := range []struct {
		field string
		into  *time.Time
	}{{FieldPublished, &row.PublishedAt}, {FieldObserved, &row.ObservedAt}} {
		if s := cell(f.field); !blank(s) {
			at, ok := p.table.timeOf(s, p.zone, p.now)
			switch {
			case !ok:
				lost(f.field, "「%s」不是时间 (not a time)", nlp.Shorten(s, 40))
			case at.After(p.now.Add(24 * time.Hour)):
				lost(f.field, "「%s」在未来 (lies in the future)", nlp.Shorten(s, 40))
			}
			*f.into = at
		}
	}
	bad := p.counts(rec, &row)
	problems = append(problems, bad...)
	if row.Title == "" && row.URL == "" && row.PostID == "" && row.Followers == nil {
		if len(row.Counts) > 0 || len(bad) > 0 {
			lost("", "没有标题、链接或作品 ID (the row names no post)")
		} else {
			lost("", "这一行没有数据 (an empty row)")
		}
	} else if len(row.Counts) == 0 && row.Followers == nil && len(bad) == 0 {
		lost("", "这一行没有任何数字 (the row holds no counts)")
	}
	return row, problems
}

// counts reads the cells that hold numbers.
func (p *Plan) counts(rec record, row *Row) (problems []Problem) {
	for i, s := range rec.cells {
		if i >= len(p.Columns) || blank(s) {
			continue
		}
		field := p.Columns[i].Field
		unit, isCount := xuanti.CountUnit(field)
		if p.at[field] != i || !isCount && field != FieldFollowers {
			continue
		}
		c, ok := xuanti.Count{}, false
		what := "数字 (a number)"
		switch unit {
		case xuanti.UnitShare:
			c.Value, ok = shareOf(s, p.hundred[i])
			what = "百分比 (a share)"
		case xuanti.UnitSeconds:
			c.Value, ok = secondsOf(s)
			what = "时长 (a duration)"
		default:
			c, ok = countOf(s)
		}
		c.Name = field
		if field == FieldFollowers && ok && c.Value >= 0 {
			row.Followers = &c
			continue
		}
		if !ok || !c.Valid() {
			problems = append(problems, Problem{rec.line, Letter(i), fmt.Sprintf("「%s」不是%s，这一格没有导入", nlp.Shorten(s, 40), what), false})
			continue
		}
		row.Counts = append(row.Counts, c)
	}
	slices.SortFunc(row.Counts, func(a, b xuanti.Count) int { return strings.Compare(a.Name, b.Name) })
	return problems
}

func (p *Plan) letter(field string) string {
	if i, ok := p.at[field]; ok {
		return p.Columns[i].Letter
	}
	return ""
}
