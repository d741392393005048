package sheet

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Column is a column of the file and what it is taken for.
type Column struct {
	Letter  string   // as Excel names it
	Header  string   // as printed
	Field   string   // "" when it is left out
	Sure    bool     // false: a guess that somebody should look at
	Note    string   // why it is a question, in words
	Samples []string // of the first rows
}

// Plan says how a table is read.
type Plan struct {
	Preset  string // id, or "" for the common words
	Columns []Column
	Notes   []string // what somebody should know before importing
	at      map[string]int
	hundred map[int]bool // columns of shares that give per cent without the sign
	table   *Table
	zone    *time.Location
	now     time.Time
}

const samples = 3

// Plan decides what the columns mean: what the user says (header, letter, or #
// and letter where a header looks like one → field, "-" leaves a column out) before the preset's words before the common
// ones. preset "" or "auto" is found by the header. zone is that of times
// without one (nil: Asia/Shanghai); now completes dates without a year. The
// errors are CodeInvalid and name the column or preset; a table that cannot be
// imported at all gives a plan all the same, see Missing.
func (t *Table) Plan(preset string, custom map[string]string, zone *time.Location, now time.Time) (*Plan, error) {
	p := &Plan{table: t, zone: zone, now: now, at: map[string]int{}, hundred: map[int]bool{}}
	var chosen *Preset
	switch preset {
	case "", "auto":
		chosen = recognise(t.Header)
	case "generic":
	default:
		var ok bool
		if chosen, ok = presetOf(preset); !ok {
			return nil, &xuanti.Error{Code: xuanti.CodeInvalid, Message: fmt.Sprintf("没有名为 %s 的预设；有 auto、generic、wechat、xiaohongshu、douyin (no such preset)", preset), Pointer: "/preset"}
		}
	}
	if chosen != nil {
		p.Preset = chosen.ID
	}
	said, err := t.custom(custom)
	if err != nil {
		return nil, err
	}
	width := len(t.Header)
	for _, r := range t.rows[:min(len(t.rows), 100)] {
		width = max(width, len(r.cells))
	}
	for i := range width {
		p.Columns = append(p.Columns, t.column(i, chosen))
		if f, ok := said[i]; ok {
			p.Columns[i].Field, p.Columns[i].Sure, p.Columns[i].Note = f, true, ""
		}
	}
	p.settle(said)
	p.notes(chosen)
	return p, nil
}

// custom resolves what the user says of columns.
func (t *Table) custom(custom map[string]string) (map[int]string, error) {
	said := map[int]string{}
	for key, field := range custom {
		wrong := func(format string, args ...any) error {
			return &xuanti.Error{Code: xuanti.CodeInvalid, Message: fmt.Sprintf(format, args...), Pointer: "/map/" + key}
		}
		if field == "" {
			continue
		}
		if !known(field) {
			return nil, wrong("没有名为 %s 的字段；有 %s，- 表示不导入 (no such field)", field, strings.Join(Fields(), "、"))
		}
		found := -1
		letter, byLetter := strings.CutPrefix(key, "#")
		if !byLetter {
			letter = key
			found = slices.IndexFunc(t.Header, func(h string) bool { return h == key })
		}
		if found < 0 && !byLetter {
			found = slices.IndexFunc(t.Header, func(h string) bool { return foldHeader(h) == foldHeader(key) })
		}
		for i := 0; found < 0 && i < maxColumns; i++ {
			if Letter(i) == letter {
				found = i
			}
		}
		if found < 0 {
			return nil, wrong("表里没有名为 %s 的列 (no such column)", key)
		}
		said[found] = field
	}
	return said, nil
}

func (t *Table) column(i int, chosen *Preset) Column {
	c := Column{Letter: Letter(i)}
	if i < len(t.Header) {
		c.Header = t.Header[i]
	}
	for _, r := range t.rows {
		if len(c.Samples) == samples {
			break
		}
		if i < len(r.cells) && r.cells[i] != "" {
			c.Samples = append(c.Samples, nlp.Shorten(r.cells[i], 40))
		}
	}
	h := foldHeader(c.Header)
	if chosen != nil {
		if f := chosen.fields[h]; f != "" {
			c.Field, c.Sure = f, true
			return c
		}
	}
	c.Field, c.Sure = fieldOf(h)
	if c.Field != "" && !c.Sure {
		c.Note = fmt.Sprintf("按「%s」猜的，请确认 (a guess)", c.Header)
	}
	return c
}

// settle makes each field come from one column: the user's, then a sure one,
// then the first.
func (p *Plan) settle(said map[int]string) {
	rank := func(i int) int {
		if _, ok := said[i]; ok {
			return 2
		}
		if p.Columns[i].Sure {
			return 1
		}
		return 0
	}
	for i := range p.Columns {
		c := &p.Columns[i]
		if c.Field == "" || c.Field == FieldIgnore {
			continue
		}
		j, taken := p.at[c.Field]
		if !taken {
			p.at[c.Field] = i
			continue
		}
		loser := i
		if rank(i) > rank(j) {
			loser, p.at[c.Field] = j, i
		}
		winner := &p.Columns[p.at[c.Field]]
		l := &p.Columns[loser]
		l.Note = fmt.Sprintf("也像「%s」，已用 %s 列「%s」 (means the same as column %s)", l.Field, winner.Letter, winner.Header, winner.Letter)
		l.Field, l.Sure = "", false
	}
}

// notes says what somebody should know of the plan as a whole.
func (p *Plan) notes(chosen *Preset) {
	t := p.table
	say := func(format string, args ...any) { p.Notes = append(p.Notes, fmt.Sprintf(format, args...)) }
	if chosen != nil {
		say("识别为%s的导出 (recognised as %s)", chosen.Name, chosen.ID)
	}
	if len(t.Others) > 0 {
		say("只读工作表「%s」；还有：%s (other sheets are not read)", t.Sheet, strings.Join(t.Others, "、"))
	}
	for i := range p.Columns {
		c := &p.Columns[i]
		if u, _ := xuanti.CountUnit(c.Field); u != xuanti.UnitShare {
			continue
		}
		for _, r := range t.rows {
			if i < len(r.cells) {
				if f, ok := bareShare(r.cells[i]); ok && f > 1 {
					p.hundred[i] = true
					say("%s 列「%s」没有百分号，按百分数读：12.3 即 12.3%% (taken as per cent)", c.Letter, c.Header)
					break
				}
			}
		}
	}
	if m := p.Missing(); m != "" {
		say("%s", m)
	}
}

// Missing says why nothing can be imported with this plan, or "".
func (p *Plan) Missing() string {
	has := func(fields ...string) bool {
		return slices.ContainsFunc(fields, func(f string) bool { _, ok := p.at[f]; return ok })
	}
	counts := 0
	for f := range p.at {
		if _, ok := xuanti.CountUnit(f); ok {
			counts++
		}
	}
	switch {
	case has(FieldFollowers) && (counts == 0 || !has(FieldTitle, FieldURL, FieldPostID)):
		return ""
	case !has(FieldTitle, FieldURL, FieldPostID):
		return "没有指明作品的列：请指定标题、链接或作品 ID 之一；按天汇总的表没有单篇作品，不能导入 (no column names a post)"
	case counts == 0:
		return "没有数据列：请至少指定一列阅读、播放、点赞等 (no column holds counts)"
	}
	return ""
}
