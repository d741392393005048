package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/article"
	"github.com/xuanti/xuanti/crawler/board"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/health"
)

// report prints what `xuanti source test` found, in Chinese with English
// beside it.
type report struct {
	w    io.Writer
	rows int // printed at most; 0 is all
	made []fetch.Exchange
}

// exchange remembers a request; exchanges prints those since the last call.
func (r *report) exchange(x fetch.Exchange) { r.made = append(r.made, x) }

func (r *report) exchanges() {
	for _, x := range r.made {
		status := "没有响应 no answer"
		if x.Status > 0 {
			status = fmt.Sprintf("HTTP %d", x.Status)
		}
		fmt.Fprintf(r.w, "  → %s %s  %s · %s · %s\n", x.Method, x.URL, status, bytesText(x.Bytes), x.Took.Round(time.Millisecond))
	}
	r.made = nil
}

func bytesText(n int) string { return thousands(int64(n)) + " 字节 bytes" }

// thousands prints 1234567 as 1,234,567.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// head says which board it is and where it comes from.
func (r *report) head(b *board.Board) {
	from := "内置 built in"
	if b.File != "" {
		from = b.File
	}
	if b.Overrides {
		from += "，替换了同名的内置榜单 replaces the built-in board"
	}
	kind := "榜单 board"
	if b.Flash {
		kind = "快讯 flashes"
	}
	fmt.Fprintf(r.w, "%s  %s  %s（%s）每 every %s\n", kind, b.ID, b.Name, from, b.Interval)
}

// attempt says what one endpoint answered.
func (r *report) attempt(b *board.Board, a *board.Attempt) {
	fmt.Fprintf(r.w, "\n端点 endpoint  %s  %s\n", a.Adapter, a.URL)
	if len(r.made) > 0 {
		r.exchanges()
	} else {
		fmt.Fprintf(r.w, "  %s\n", bytesText(a.Bytes))
	}
	if a.Rows > 0 {
		fmt.Fprintf(r.w, "  找到 found %d 行 rows：%d 条有效 accepted（至少 at least %d），%d 条丢弃 rejected%s，中文标题 Chinese titles %d%%（至少 at least %d%%）\n",
			a.Rows, len(a.Entries), a.MinRows, a.Dropped, reasons(a.Reasons), percent(a.Han, len(a.Entries)), int(a.MinHan*100))
	}
	if a.Err != nil {
		fmt.Fprintf(r.w, "  ✗ 未通过 not accepted: %s\n", shownError(a.Err))
	} else {
		fmt.Fprintln(r.w, "  ✓ 通过 accepted")
	}
	r.entries(a)
	r.rejected(a)
}

// shownError is the message of an error that says all, in both languages; its
// cause repeats it in English for logs.
func shownError(err error) string {
	var xe *xuanti.Error
	if errors.As(err, &xe) {
		return xe.Message
	}
	return health.Words(err)
}

func percent(n, of int) int {
	if of == 0 {
		return 0
	}
	return 100 * n / of
}

func (r *report) entries(a *board.Attempt) {
	for i := range r.shown(len(a.Entries)) {
		e := &a.Entries[i]
		heat, label := "—", ""
		if e.Heat != nil {
			heat = thousands(*e.Heat)
		}
		if e.Label != "" {
			label = "[" + e.Label + "] "
		}
		posted := ""
		if i < len(a.Posted) {
			posted = timeText(a.Posted[i]) + "  "
		}
		fmt.Fprintf(r.w, "  %3d  %12s  %s%s%s\n%22s%s\n", e.Rank, heat, posted, label, e.Title, "", e.URL)
	}
	r.more(len(a.Entries))
}

func (r *report) rejected(a *board.Attempt) {
	if len(a.Rejected) == 0 {
		return
	}
	fmt.Fprintln(r.w, "  丢弃的行 rejected rows")
	for _, x := range a.Rejected[:r.shown(len(a.Rejected))] {
		fmt.Fprintf(r.w, "  #%-4d %s  %s\n", x.Row, whyText(x.Why), x.Title)
	}
	r.more(len(a.Rejected))
}

func (r *report) shown(n int) int {
	if r.rows > 0 {
		return min(n, r.rows)
	}
	return n
}

func (r *report) more(n int) {
	if left := n - r.shown(n); left > 0 {
		fmt.Fprintf(r.w, "       … 还有 %d 行 more，--rows 0 全部显示 shows all\n", left)
	}
}

// reasons says "（2 推广 promoted，1 置顶 pinned）".
func reasons(count map[string]int) string {
	if len(count) == 0 {
		return ""
	}
	var parts []string
	for why, n := range count {
		parts = append(parts, fmt.Sprintf("%d %s", n, whyText(why)))
	}
	slices.Sort(parts)
	return "（" + strings.Join(parts, "，") + "）"
}

func whyText(why string) string {
	switch why {
	case "promoted":
		return "推广 promoted"
	case "pinned":
		return "置顶 pinned"
	case "header":
		return "栏目说明 header"
	case "malformed":
		return "缺标题或地址 no title or address"
	case "repeated":
		return "重复 repeated"
	case "surplus":
		return "超出上限 over the board's max"
	}
	return why
}

// verdict closes the report on a board.
func (r *report) verdict(b *board.Board, answered string) {
	switch {
	case answered == "":
		fmt.Fprintln(r.w, "\n结论 verdict：✗ 没有一个端点可用；运行中的榜单会保留上一次的结果并标为非实时 (no endpoint works; a running board keeps its last good list, marked as not live)")
	case answered != b.Adapters[0]:
		fmt.Fprintf(r.w, "\n结论 verdict：✓ 由 %s 提供，首选端点 %s 不可用或未试 (answered by %s, a fallback)\n", answered, b.Adapters[0], answered)
	default:
		fmt.Fprintf(r.w, "\n结论 verdict：✓ 由 %s 提供 (answered by the first endpoint)\n", answered)
	}
}

// source says what an address or a file turned out to be.
func (r *report) source(kind, name, where string) {
	fmt.Fprintf(r.w, "%s  %s\n  %s\n", kind, name, where)
}

func (r *report) items(items []xuanti.Item, dropped int) {
	fmt.Fprintf(r.w, "  %d 条 items", len(items))
	if dropped > 0 {
		fmt.Fprintf(r.w, "，%d 条没有内容，已丢弃 without content, dropped", dropped)
	}
	fmt.Fprintln(r.w)
	for i := range r.shown(len(items)) {
		it := &items[i]
		fmt.Fprintf(r.w, "  %3d  %s  %s\n       %s\n", i+1, timeText(it.PublishedAt), it.Title, it.URL)
		if len(it.Counts) > 0 {
			fmt.Fprintf(r.w, "       计数 counts: %s\n", countsText(it.Counts))
		}
	}
	r.more(len(items))
}

func (r *report) article(where string, a *article.Article) {
	r.source("文章页 article", a.Title, where)
	fmt.Fprintf(r.w, "  作者 author %s · 时间 published %s · 正文 text %d 字 characters\n\n", dash(a.Author), timeText(a.PublishedAt), len([]rune(a.Text)))
	lines := strings.Split(a.Text, "\n")
	for _, l := range lines[:r.shown(len(lines))] {
		fmt.Fprintln(r.w, l)
	}
	r.more(len(lines))
}

// countsText says "comment 3, like 12000, read 100000+".
func countsText(counts []xuanti.Count) string {
	var parts []string
	for _, c := range counts {
		part := c.Name + " " + strconv.FormatInt(c.Value, 10)
		if c.AtLeast {
			part += "+"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return "      —         "
	}
	return t.In(xuanti.Shanghai).Format("2006-01-02 15:04")
}
