package eval

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/feed"
)

// conformanceServer is where the files' own test suite serves them from;
// relative links without any other base are expected to lie there.
const conformanceServer = "http://127.0.0.1:8097/"

var (
	expectLine = regexp.MustCompile(`Expect:[ \t]*([^\r\n]+)`)
	headerLine = regexp.MustCompile(`(?m)^Header:[ \t]*([\w-]+)[ \t]*:[ \t]*([^\r\n]*)`)
	feedRoot   = regexp.MustCompile(`(?i)<(?:\w+:)?(rss|rdf|feed|channel)\b`)
	xmlComment = regexp.MustCompile(`(?s)<!--.*?-->`)
)

// FeedExpect parses the conformance files below dir and compares what comes
// out with what their "Expect:" comments say must come out. It prints the
// values that differ, one a line, and then the share of files whose values are
// all equal, by field and format. It is the one task that judges by itself: the
// expectations are expressions, not rows.
//
// Compared is text: values are kept without markup, so an expected <b>x</b> is
// met by x; white space does not count. An author, an id and the address of a
// picture are compared too but do not count towards the share of the four
// fields. What the product does not keep (languages, enclosures, rights…) is
// not compared; the table says how many files state nothing else.
func (e *Env) FeedExpect(ctx context.Context, dir string) (Report, error) {
	now := e.Clock.Now()
	sum := newExpectSummary()
	r, err := e.eachFile(ctx, dir, all, func(out *answers, name string, body []byte, err error) error {
		if err != nil {
			return nil // reported already
		}
		c := readConformance(name, body)
		if c.err == nil && c.expr != nil {
			c.judge(body, now)
		}
		sum.add(c)
		for _, k := range c.checks {
			if k.verdict != failed {
				continue
			}
			if err := out.line(fmt.Sprintf("%s: %s %s: want %q, got %q", name, k.field, k.path, k.want, k.got)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	return r, sum.print(e)
}

// verdict of a comparison, or of a whole expectation.
type verdict int

const (
	unasked verdict = iota // about something that the product does not keep
	passed
	failed
)

// check is one compared value.
type check struct {
	field, path, want, got string
	markup                 bool // the expected value holds markup, and
	bare                   bool // no text beside it
	verdict                verdict
}

// conformance is one file with its expectation.
type conformance struct {
	name, format string
	header       map[string]string
	expr         *pyNode // nil when the file states nothing
	err          error   // the expectation cannot be read
	feed         *feed.Feed
	parseErr     error
	now          time.Time
	checks       []check
	verdict      verdict
}

func readConformance(name string, body []byte) *conformance {
	c := &conformance{name: name, format: "other", header: map[string]string{}}
	text, err := charset.DecodeXML(body, "")
	if err != nil {
		c.err = err
		return c
	}
	for _, m := range headerLine.FindAllSubmatch(text, 20) {
		c.header[strings.ToLower(string(m[1]))] = strings.TrimSpace(string(m[2]))
	}
	if m := feedRoot.FindSubmatch(xmlComment.ReplaceAll(text, nil)); m != nil {
		c.format = strings.ToLower(string(m[1]))
	}
	if m := expectLine.FindSubmatch(text); m != nil {
		expr := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(m[1])), "-->"))
		c.expr, c.err = parsePython(expr)
	}
	switch c.format {
	case "feed":
		c.format = "atom"
	case "channel":
		c.format = "cdf"
	}
	return c
}

// judge parses the feed as it would have been fetched and compares.
func (c *conformance) judge(body []byte, now time.Time) {
	base := conformanceServer + c.name
	if u, err := url.Parse(base); err == nil && c.header["content-location"] != "" {
		if u, err = u.Parse(c.header["content-location"]); err == nil {
			base = u.String()
		}
	}
	c.now = now
	c.feed, c.parseErr = feed.Parse(body, c.header["content-type"], base, nil, now)
	if c.feed == nil {
		c.feed = &feed.Feed{}
	}
	c.verdict = c.eval(c.expr)
}

// eval judges an expression; parts about what is not kept do not count.
func (c *conformance) eval(n *pyNode) verdict {
	switch n.op {
	case "and", "or":
		best, worst, before := unasked, unasked, len(c.checks)
		for _, k := range n.kids {
			switch v := c.eval(k); {
			case v == failed:
				worst = failed
			case v == passed:
				best = passed
			}
		}
		if n.op == "and" && worst == failed || best == unasked {
			return worst
		}
		if n.op == "or" { // the alternatives that do not hold are no failures
			c.checks = append(c.checks[:before], slices.DeleteFunc(c.checks[before:], func(k check) bool { return k.verdict == failed })...)
		}
		return best
	case "not":
		if k := n.kids[0]; k.op == "call" {
			return c.absent(k)
		}
		return unasked
	case "==":
		return c.equal(n.kids)
	}
	return unasked
}

// absent judges "not entries[0].has_key('link')".
func (c *conformance) absent(n *pyNode) verdict {
	last := len(n.path) - 1
	if last < 1 || n.path[last] != "has_key" || len(n.kids) != 1 || n.kids[0].op != "lit" {
		return unasked
	}
	key, _ := n.kids[0].lit.(string)
	return c.compare(append(slices.Clone(n.path[:last]), key), &pyNode{op: "lit", lit: ""})
}

// equal judges a == b == 'literal': every path against the literal.
func (c *conformance) equal(kids []*pyNode) verdict {
	i := slices.IndexFunc(kids, func(k *pyNode) bool { return k.op == "lit" || k.op == "list" })
	if i < 0 {
		return unasked
	}
	all := unasked
	for _, k := range kids {
		if k.op == "path" {
			all = max(all, c.compare(k.path, kids[i]))
		}
	}
	return all
}

// compare judges one value.
func (c *conformance) compare(path []string, want *pyNode) verdict {
	v, ok := c.value(path)
	if !ok {
		return unasked
	}
	k := check{field: v.field, path: strings.Join(path, "."), got: v.text, verdict: failed}
	var equal bool
	if v.field == "date" {
		var t time.Time
		t, k.want = pythonTime(want)
		equal = !t.IsZero() && t.Equal(v.at)
		if k.got = ""; !v.at.IsZero() {
			k.got = v.at.Format(time.RFC3339)
		}
	} else {
		s, ok := want.lit.(string)
		if !ok {
			return unasked
		}
		k.want = s
		if v.prose {
			k.markup = strings.ContainsAny(s, "<&")
			k.bare = squeeze(s) != "" && squeeze(markupText(s)) == ""
			equal = squeeze(s) == squeeze(v.text) || squeeze(markupText(s)) == squeeze(v.text)
			c.picture(s, v.image, k.path)
		} else {
			equal = s == v.text
		}
	}
	if c.parseErr != nil {
		equal, k.got = false, c.parseErr.Error()
	}
	if equal {
		k.verdict = passed
	}
	c.checks = append(c.checks, k)
	return k.verdict
}

// picture checks the address of a picture in the expected markup. It has a
// line of its own: the share of the four fields is without it.
func (c *conformance) picture(markup, got, path string) {
	want := firstPicture(markup)
	if want == "" || !strings.HasPrefix(path, "entries") || strings.Contains(path, "title") {
		return
	}
	k := check{field: "image", path: path, want: want, got: got, verdict: failed}
	if want == got {
		k.verdict = passed
	}
	c.checks = append(c.checks, k)
}

// expectFields are the fields of the table. The first four make the share.
var expectFields = []string{"title", "link", "date", "content", "author", "id", "image"}

const countedFields = 4

// expectSummary counts files by field and format.
type expectSummary struct {
	files, silent, unread, other int
	stated, equal                map[[2]string]int // files by field and format
	markup, bare                 map[string]int    // files by field
	total, right                 map[string]int    // files that state any of the four, by format
	words                        map[string]int    // those of them with text beside markup that are right, and "of" all
	notes                        []string
}

func newExpectSummary() *expectSummary {
	return &expectSummary{stated: map[[2]string]int{}, equal: map[[2]string]int{}, markup: map[string]int{},
		bare: map[string]int{}, total: map[string]int{}, right: map[string]int{}, words: map[string]int{}}
}

func (s *expectSummary) add(c *conformance) {
	s.files++
	switch {
	case c.err != nil:
		s.unread++
		s.notes = append(s.notes, fmt.Sprintf("%s: the expectation cannot be read: %v", c.name, c.err))
		return
	case c.expr == nil:
		s.silent++
		return
	}
	worst := map[string]check{}
	counted, bare := unasked, true
	for _, k := range c.checks {
		w := worst[k.field]
		k.markup, k.bare = k.markup || w.markup, k.bare || w.bare
		k.verdict = max(k.verdict, w.verdict)
		worst[k.field] = k
	}
	for field, k := range worst {
		for _, format := range []string{c.format, ""} {
			s.stated[[2]string{field, format}]++
			if k.verdict == passed {
				s.equal[[2]string{field, format}]++
			}
		}
		if k.markup {
			s.markup[field]++
		}
		if k.bare {
			s.bare[field]++
		}
		if slices.Index(expectFields, field) < countedFields {
			counted = max(counted, k.verdict)
			bare = bare && k.bare
		}
	}
	if counted == unasked {
		s.other++
		return
	}
	for _, format := range []string{c.format, ""} {
		s.total[format]++
		if counted == passed {
			s.right[format]++
		}
		if !bare {
			s.words["of "+format]++
			if counted == passed {
				s.words[format]++
			}
		}
	}
}

func (s *expectSummary) print(e *Env) error {
	w := tabwriter.NewWriter(e.Stdout, 0, 0, 2, ' ', 0)
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) } // Flush reports what failed
	p("\nfiles %d, without an expectation %d, expectation not readable %d, stating none of title, link, date, content %d\n\n", s.files, s.silent, s.unread, s.other)
	for _, n := range s.notes {
		p("%s\n", n)
	}
	formats := slices.SortedFunc(maps.Keys(s.total), func(a, b string) int { return cmp.Or(cmp.Compare(s.total[b], s.total[a]), cmp.Compare(a, b)) })
	p("field")
	for _, f := range formats {
		p("\t%s", cmp.Or(f, "all formats"))
	}
	p("\twith markup\tonly markup\n")
	for i, field := range expectFields {
		if i == countedFields {
			p("title, link, date, content together")
			for _, f := range formats {
				p("\t%s", ratio(s.right[f], s.total[f]))
			}
			p("\n  the same without files that expect only markup")
			for _, f := range formats {
				p("\t%s", ratio(s.words[f], s.words["of "+f]))
			}
			p("\nnot in the share:\n")
		}
		p("%s", field)
		for _, f := range formats {
			p("\t%s", ratio(s.equal[[2]string{field, f}], s.stated[[2]string{field, f}]))
		}
		p("\t%d\t%d\n", s.markup[field], s.bare[field])
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

func ratio(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d %.1f%%", n, of, 100*float64(n)/float64(of))
}
