package board

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Limits on one board answer.
const (
	maxBody       = 8 << 20
	maxEntryText  = 1000 // runes
	maxEntryLabel = 12   // runes
	maxEntryExtID = 120  // bytes
)

// Reading is what one answer of a board endpoint says, with the reasons for
// everything that was left out.
type Reading struct {
	Adapter  string
	Rows     int            // found in the answer
	Entries  []xuanti.Entry // accepted rows; not to be used when Err is set
	Posted   []time.Time    // when each entry was published, as far as the list says; only for flashes
	Rejected []Rejected     // rows left out, at most maxRejected of them
	Dropped  int            // rows left out in total
	Reasons  map[string]int // and why, by count
	Han      int            // titles with a Chinese character
	MinRows  int            // the board's bounds: at least so many rows
	MinHan   float64        // and this share of Chinese titles
	Err      error          // why this is not the list, in words; nil when it is
}

// Rejected is a row that was left out.
type Rejected struct {
	Row   int    // from 1, as it came
	Title string // "" when it has none
	Why   string // promoted, pinned, header, malformed, repeated, surplus
}

const maxRejected = 100

// Read reads one answer of a board. It is a pure function of its arguments. An
// empty adapter tries all endpoints and gives the first reading that passes.
// Promoted, pinned, malformed and repeated rows are left out, ranks run from 1
// over the rest.
//
// The error names the board and says in words what was found instead of a
// list: a login page, HTML in place of JSON, cut JSON, an empty list, too few
// rows.
func (b *Board) Read(adapter string, body []byte, contentType string, at time.Time) Reading {
	if adapter != "" {
		e := b.endpoint(adapter)
		if e == nil {
			return Reading{Adapter: adapter, Err: xuanti.Errorf(xuanti.CodeNotFound, "榜单 %s 没有端点 %q (no such adapter)", b.ID, adapter)}
		}
		return b.read(e, body, contentType, at)
	}
	var errs []error
	var best Reading
	for i, e := range b.endpoints {
		r := b.read(e, body, contentType, at)
		if r.Err == nil {
			return r
		}
		if i == 0 || len(r.Entries) > len(best.Entries) {
			best = r
		}
		errs = append(errs, r.Err)
	}
	best.Err = allFailed(errs)
	return best
}

// row evaluates an expression on one row of an answer.
type row func(expr) string

func (b *Board) read(e *endpoint, body []byte, contentType string, at time.Time) Reading {
	r := Reading{Adapter: e.adapter, MinRows: b.minRows, MinHan: b.minHan}
	rows, err := e.rows(body, contentType, at)
	if err != nil {
		r.Err = b.fail(e, err)
		return r
	}
	r.Rows = len(rows)
	b.accept(e, rows, at, &r)
	if err := b.bounds(&r); err != nil {
		r.Err = b.fail(e, err)
	}
	return r
}

// bounds says why the accepted rows cannot be this board.
func (b *Board) bounds(r *Reading) error {
	r.Han = countHan(r.Entries)
	if n := len(r.Entries); n < b.minRows {
		zh := fmt.Sprintf("只有 %d 条有效，至少应有 %d 条", n, b.minRows)
		if r.Dropped == 0 {
			return faultf(zh, "only %d rows, expected at least %d", n, b.minRows)
		}
		return faultf(zh, "only %d rows are left, expected at least %d (%s)", n, b.minRows, r.reasons())
	}
	if float64(r.Han) < b.minHan*float64(len(r.Entries)) {
		zh := fmt.Sprintf("%d 条里只有 %d 条中文标题，不像是这个榜单", len(r.Entries), r.Han)
		return faultf(zh, "only %d of %d titles are Chinese: this is not the list", r.Han, len(r.Entries))
	}
	return nil
}

// snapshot is the board at the time of the reading.
func (b *Board) snapshot(r *Reading, at time.Time) *xuanti.Snapshot {
	return &xuanti.Snapshot{SourceID: b.ID, Board: b.ID, Platform: b.Platform, At: at.UTC(), Adapter: r.Adapter, Entries: r.Entries, Dropped: r.Dropped}
}

func (r *Reading) reject(n int, title, why string) {
	r.Dropped++
	if r.Reasons == nil {
		r.Reasons = map[string]int{}
	}
	r.Reasons[why]++
	if len(r.Rejected) < maxRejected {
		r.Rejected = append(r.Rejected, Rejected{Row: n, Title: title, Why: why})
	}
}

// reasons says "3 promoted, 1 repeated".
func (r *Reading) reasons() string {
	parts := make([]string, 0, len(r.Reasons))
	for why, n := range r.Reasons {
		parts = append(parts, strconv.Itoa(n)+" "+why)
	}
	sort.Strings(parts)
	return strings.Join(parts, ", ")
}

// listed is an accepted row with what orders it.
type listed struct {
	xuanti.Entry
	row   int
	order int       // the printed rank
	at    time.Time // of publication
}

func (b *Board) accept(e *endpoint, rows []row, now time.Time, r *Reading) {
	var list []listed
	ranked := !e.rank.empty()
	seen := map[string]bool{}
	for i, raw := range rows {
		if why := e.skipped(raw); why != "" {
			r.reject(i+1, e.titleOf(raw), why)
			continue
		}
		entry, ok := b.entry(e, raw)
		if !ok {
			r.reject(i+1, entry.Title, "malformed")
			continue
		}
		// Platforms do list one topic twice, under another id or with tracking
		// in the address; the title is what readers see twice.
		if seen["t"+entry.Title] || entry.ExtID != "" && seen["i"+entry.ExtID] {
			r.reject(i+1, entry.Title, "repeated")
			continue
		}
		seen["t"+entry.Title] = true
		if entry.ExtID != "" {
			seen["i"+entry.ExtID] = true
		}
		l := listed{Entry: entry, row: i + 1}
		if ranked {
			l.order = rowRank(e, raw)
		}
		if b.Flash {
			l.at = rowTime(e.posted.expand(raw), now)
		}
		list = append(list, l)
	}
	if ranked {
		slices.SortStableFunc(list, func(a, b listed) int { return cmp.Compare(a.order, b.order) })
	}
	for i, l := range list {
		if i >= b.maxRows {
			r.reject(l.row, l.Title, "surplus")
			continue
		}
		l.Rank = i + 1
		r.Entries = append(r.Entries, l.Entry)
		if b.Flash {
			r.Posted = append(r.Posted, l.at)
		}
	}
}

// rowTime reads when a row was published: seconds or milliseconds since 1970,
// or a time as Chinese sites print it. Unknown is zero.
func rowTime(s string, now time.Time) time.Time {
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 1e9 {
		if n > 1e11 {
			return time.UnixMilli(n).UTC()
		}
		return time.Unix(n, 0).UTC()
	}
	t, ok := plain.Time(s, xuanti.Shanghai, now)
	if !ok {
		return time.Time{}
	}
	return t.UTC()
}

func (e *endpoint) skipped(r row) string {
	for i := range e.skip {
		if e.skip[i].hit(strings.TrimSpace(r(e.skip[i].on))) {
			return e.skip[i].why
		}
	}
	return ""
}

// rowRank is the printed rank; rows without one keep their place at the end.
func rowRank(e *endpoint, r row) int {
	n, err := strconv.Atoi(strings.TrimSpace(e.rank.expand(r)))
	if err != nil || n < 0 {
		return maxFound
	}
	return n
}

func (b *Board) entry(e *endpoint, r row) (xuanti.Entry, bool) {
	title := e.titleOf(r)
	if !plain.HasLetter(title) {
		return xuanti.Entry{Title: title}, false
	}
	out := xuanti.Entry{
		Title: title,
		URL:   b.resolve(e.link.expand(r)),
		Label: e.labelOf(r),
		ExtID: strings.TrimSpace(e.extID.expand(r)),
		Text:  plain.Clip(plain.Line(e.text.expand(r)), maxEntryText),
		Heat:  e.figure.read(e.heat.expand(r)),
	}
	if out.URL == "" {
		return out, false
	}
	if len(out.ExtID) > maxEntryExtID || !utf8.ValidString(out.ExtID) {
		out.ExtID = ""
	}
	if out.Text == out.Title {
		out.Text = ""
	}
	return out, true
}

func (e *endpoint) titleOf(r row) string {
	return plain.Clip(plain.Line(e.title.expand(r)), plain.MaxHeadline)
}

func (e *endpoint) labelOf(r row) string {
	s := plain.Line(e.label.expand(r))
	if e.labels != nil {
		return e.labels[s]
	}
	return plain.Clip(s, maxEntryLabel)
}

// resolve makes an address absolute; anything but http(s) gives "".
func (b *Board) resolve(raw string) string {
	raw = strings.TrimSpace(raw)
	if strings.Contains(raw, "&amp;") { // escaped once too often
		raw = html.UnescapeString(raw)
	}
	if raw == "" || len(raw) > address.MaxLink {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	u = b.home.ResolveReference(u)
	if u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	return u.String()
}

// heatFigure finds the number in "热度 123.4 万", "1234万热度", "剧集 12345".
var heatFigure = regexp.MustCompile(`[0-9][0-9,]*(?:\.[0-9]+)?\s*(?:万亿|亿|万|千|[wWkKmM])?\+?`)

// read finds the figure as the board file describes it.
func (f *figure) read(s string) *int64 {
	if f.like != nil {
		m := f.like.FindStringSubmatch(s)
		if m == nil {
			return nil
		}
		s = m[1]
	}
	if f.times == 1 {
		return parseHeat(s)
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(s), ",", ""), 64)
	if err != nil || n <= 0 || n*f.times > math.MaxInt64/2 {
		return parseHeat(s) // the unit is printed after all
	}
	v := int64(math.Round(n * f.times))
	return &v
}

// parseHeat reads the platform's figure. A list that prints no figure has nil,
// never zero.
func parseHeat(s string) *int64 {
	m := heatFigure.FindString(s)
	if m == "" {
		return nil
	}
	m = strings.Join(strings.Fields(m), "")
	c, ok := plain.Count(m)
	if !ok {
		whole, _, _ := strings.Cut(m, ".") // a score such as 3300.5
		c, ok = plain.Count(whole)
	}
	if !ok || c.Value <= 0 {
		return nil
	}
	return &c.Value
}

func countHan(list []xuanti.Entry) int {
	n := 0
	for i := range list {
		if plain.HasHan(list[i].Title) {
			n++
		}
	}
	return n
}
