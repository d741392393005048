package crawler

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
)

// Limits on one board answer.
const (
	maxBoardBody   = 8 << 20
	maxEntryTitle  = 300 // runes
	maxEntryText   = 1000
	maxEntryURL    = 2048 // bytes
	maxEntryLabel  = 12   // runes
	maxEntryExtID  = 120  // bytes
	minTitleLetter = 1
)

// ParseBoard reads one answer of a board endpoint. It is a pure function. An
// empty adapter tries all endpoints of the board. Promoted, pinned, malformed
// and repeated rows are dropped and counted, ranks run from 1 over the rest.
//
// The error names the board and says in words what was found instead of a
// list: a login page, HTML in place of JSON, cut JSON, an empty list, too few
// rows. A partial list is never returned.
func ParseBoard(id, adapter string, body []byte, contentType string, at time.Time) (*xuanti.Snapshot, error) {
	b, err := boardByID(id)
	if err != nil {
		return nil, err
	}
	if adapter != "" {
		e := b.endpoint(adapter)
		if e == nil {
			return nil, xuanti.Errorf(xuanti.CodeNotFound, "board %s has no adapter %q", id, adapter)
		}
		return b.parse(e, body, contentType, at)
	}
	var errs []error
	for _, e := range b.endpoints {
		snap, err := b.parse(e, body, contentType, at)
		if err == nil {
			return snap, nil
		}
		errs = append(errs, err)
	}
	return nil, allFailed(errs)
}

// row evaluates an expression on one row of an answer.
type row func(expr) string

func (b *Board) parse(e *endpoint, body []byte, contentType string, at time.Time) (*xuanti.Snapshot, error) {
	rows, err := e.rows(body, contentType)
	if err != nil {
		return nil, b.fail(e, err)
	}
	snap := &xuanti.Snapshot{SourceID: b.ID, Board: b.ID, Platform: b.Platform, At: at.UTC(), Adapter: e.adapter}
	var drops dropCount
	list := b.entries(e, rows, &drops)
	snap.Entries, snap.Dropped = list, drops.total()
	if len(list) < b.minRows {
		zh := fmt.Sprintf("只有 %d 条有效，至少应有 %d 条", len(list), b.minRows)
		if drops.total() == 0 {
			return nil, b.fail(e, faultf(zh, "only %d rows, expected at least %d", len(list), b.minRows))
		}
		return nil, b.fail(e, faultf(zh, "only %d rows are left, expected at least %d (%s)", len(list), b.minRows, drops))
	}
	if n := countHan(list); float64(n) < b.minHan*float64(len(list)) {
		zh := fmt.Sprintf("%d 条里只有 %d 条中文标题，不像是这个榜单", len(list), n)
		return nil, b.fail(e, faultf(zh, "only %d of %d titles are Chinese: this is not the list", n, len(list)))
	}
	return snap, nil
}

// dropCount counts rows left out by reason.
type dropCount map[string]int

func (d *dropCount) add(why string) {
	if *d == nil {
		*d = dropCount{}
	}
	(*d)[why]++
}

func (d dropCount) total() int {
	n := 0
	for _, c := range d {
		n += c
	}
	return n
}

// String says "3 promoted, 1 repeated".
func (d dropCount) String() string {
	parts := make([]string, 0, len(d))
	for why, n := range d {
		parts = append(parts, strconv.Itoa(n)+" "+why)
	}
	sort.Strings(parts)
	return strings.Join(parts, ", ")
}

func (b *Board) entries(e *endpoint, rows []row, drops *dropCount) []xuanti.Entry {
	var list []xuanti.Entry
	var order []int
	seen := map[string]bool{}
	for _, r := range rows {
		if why := e.skipped(r); why != "" {
			drops.add(why)
			continue
		}
		entry, ok := b.entry(e, r)
		if !ok {
			drops.add("malformed")
			continue
		}
		// Platforms do list one topic twice, under another id or with tracking
		// in the address; the title is what readers see twice.
		if seen["t"+entry.Title] || entry.ExtID != "" && seen["i"+entry.ExtID] {
			drops.add("repeated")
			continue
		}
		seen["t"+entry.Title] = true
		if entry.ExtID != "" {
			seen["i"+entry.ExtID] = true
		}
		if !e.rank.empty() {
			order = append(order, rowRank(e, r))
		}
		list = append(list, entry)
	}
	if len(order) == len(list) && len(list) > 0 {
		sort.Stable(&byRank{list, order})
	}
	list = list[:min(len(list), b.maxRows)]
	for i := range list {
		list[i].Rank = i + 1
	}
	return list
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

type byRank struct {
	list  []xuanti.Entry
	order []int
}

func (s *byRank) Len() int           { return len(s.list) }
func (s *byRank) Less(i, j int) bool { return s.order[i] < s.order[j] }
func (s *byRank) Swap(i, j int) {
	s.list[i], s.list[j] = s.list[j], s.list[i]
	s.order[i], s.order[j] = s.order[j], s.order[i]
}

func (b *Board) entry(e *endpoint, r row) (xuanti.Entry, bool) {
	title := clip(plainText(e.title.expand(r)), maxEntryTitle)
	if !hasLetter(title) {
		return xuanti.Entry{}, false
	}
	out := xuanti.Entry{
		Title: title,
		URL:   b.resolve(e.link.expand(r)),
		Label: e.labelOf(r),
		ExtID: strings.TrimSpace(e.extID.expand(r)),
		Text:  clip(plainText(e.text.expand(r)), maxEntryText),
		Heat:  parseHeat(e.heat.expand(r)),
	}
	if out.URL == "" {
		return xuanti.Entry{}, false
	}
	if len(out.ExtID) > maxEntryExtID || !utf8.ValidString(out.ExtID) {
		out.ExtID = ""
	}
	if out.Text == out.Title {
		out.Text = ""
	}
	return out, true
}

func (e *endpoint) labelOf(r row) string {
	s := plainText(e.label.expand(r))
	if e.labels != nil {
		return e.labels[s]
	}
	return clip(s, maxEntryLabel)
}

// resolve makes an address absolute; anything but http(s) gives "".
func (b *Board) resolve(raw string) string {
	raw = strings.TrimSpace(raw)
	if strings.Contains(raw, "&amp;") { // escaped once too often
		raw = html.UnescapeString(raw)
	}
	if raw == "" || len(raw) > maxEntryURL {
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

// parseHeat reads the platform's figure. A list that prints no figure has nil,
// never zero.
func parseHeat(s string) *int64 {
	m := heatFigure.FindString(s)
	if m == "" {
		return nil
	}
	m = strings.Join(strings.Fields(m), "")
	c, ok := ParseCount(m)
	if !ok {
		whole, _, _ := strings.Cut(m, ".") // a score such as 3300.5
		c, ok = ParseCount(whole)
	}
	if !ok || c.Value <= 0 {
		return nil
	}
	return &c.Value
}

func countHan(list []xuanti.Entry) int {
	n := 0
	for i := range list {
		if hasHan(list[i].Title) {
			n++
		}
	}
	return n
}

func hasHan(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

func hasLetter(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			if n++; n >= minTitleLetter {
				return true
			}
		}
	}
	return false
}

// clip cuts s to n runes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
