package engine

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/plain"
)

const maxRowBytes = 4 << 20

// Row is one archived row: a title on a board at a time, a first sighting, or
// an article. Rows of both kinds may stand in one file.
type Row struct {
	Line      int       `json:"-"`
	At        time.Time `json:"-"`
	TS        string    `json:"ts"`
	Platform  string    `json:"platform"`
	Rank      *int      `json:"rank"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Heat      *float64  `json:"heat"`
	Label     any       `json:"label"`
	ID        string    `json:"id"`
	Source    string    `json:"source"`
	Kind      string    `json:"kind"`
	Text      string    `json:"text"`
	Author    string    `json:"author"`
	Published string    `json:"published_at"`
	Seen      string    `json:"seen_at"`
}

// isEntry reports whether the row is an observation on a board.
func (r *Row) isEntry() bool { return r.Rank != nil && r.Platform != "" }

// item makes the item that the row stands for.
func (r *Row) item() xuanti.Item {
	it := xuanti.Item{
		Kind: xuanti.ItemArticle, Platform: r.Platform, SourceID: r.Source, URL: r.URL, ExtID: r.ID,
		Title: strings.TrimSpace(r.Title), Text: r.Text, Author: r.Author, PublishedAt: r.At, SeenAt: r.At,
	}
	switch {
	case r.Kind != "":
		it.Kind = xuanti.ItemKind(r.Kind)
	case r.Source == "" && r.Platform != "":
		it.Kind = xuanti.ItemEntry
	}
	if it.Platform == "" {
		it.Platform = r.Source
	}
	if it.SourceID == "" {
		it.SourceID = r.Platform
	}
	if t, ok := plain.Time(r.Published, xuanti.Shanghai, r.At); ok && !t.After(r.At) {
		it.PublishedAt = t
	}
	return it
}

// entry makes the board entry that the row stands for.
func (r *Row) entry() xuanti.Entry {
	e := xuanti.Entry{Rank: *r.Rank, Title: strings.TrimSpace(r.Title), URL: r.URL, ExtID: r.ID}
	if r.Heat != nil && math.Abs(*r.Heat) < 1e18 { // what no board has would overflow
		h := int64(*r.Heat)
		e.Heat = &h
	}
	if s, ok := r.Label.(string); ok {
		e.Label = s
	}
	return e
}

// rowReader reads rows from JSON lines, plain or gzip, and reports malformed
// ones by their line without stopping.
type rowReader struct {
	name string
	sc   *bufio.Scanner
	line int
	bad  func(name string, line int, err error)
	c    io.Closer
}

func openRows(name string, stdin io.Reader, bad func(string, int, error)) (*rowReader, error) {
	r := stdin
	var c io.Closer
	if name != "-" && name != "" {
		f, err := os.Open(name)
		if err != nil {
			return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "file "+name+" cannot be read")
		}
		r, c = f, f
	}
	rr, err := newRowReader(name, r, bad)
	if err != nil && c != nil {
		err = closeAfter(c, err)
	}
	if rr != nil {
		rr.c = c
	}
	return rr, err
}

func closeAfter(c io.Closer, err error) error {
	if cerr := c.Close(); cerr != nil {
		return fmt.Errorf("%w (and closing: %w)", err, cerr)
	}
	return err
}

func newRowReader(name string, r io.Reader, bad func(string, int, error)) (*rowReader, error) {
	br := bufio.NewReaderSize(r, 256<<10)
	if head, _ := br.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		gz, err := gzip.NewReader(br)
		if err != nil {
			return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "file "+name+" is not valid gzip")
		}
		br = bufio.NewReaderSize(gz, 256<<10)
	}
	sc := bufio.NewScanner(br)
	sc.Buffer(make([]byte, 64<<10), maxRowBytes)
	return &rowReader{name: name, sc: sc, bad: bad}, nil
}

// next returns the next good row; io.EOF at the end.
func (r *rowReader) next() (*Row, error) {
	for r.sc.Scan() {
		r.line++
		b := bytes.TrimSpace(r.sc.Bytes())
		if len(b) == 0 {
			continue
		}
		row := &Row{Line: r.line}
		if err := json.Unmarshal(b, row); err != nil {
			r.bad(r.name, r.line, fmt.Errorf("not a JSON object of the expected shape: %w", err))
			continue
		}
		if row.TS == "" {
			row.TS = row.Seen
		}
		var at time.Time // stays zero for an undated row
		if row.TS != "" {
			var err error
			if at, err = time.Parse(time.RFC3339, row.TS); err != nil {
				r.bad(r.name, r.line, fmt.Errorf("ts %q is not an RFC 3339 time", row.TS))
				continue
			}
		}
		if strings.TrimSpace(row.Title) == "" && strings.TrimSpace(row.Text) == "" {
			r.bad(r.name, r.line, fmt.Errorf("neither title nor text"))
			continue
		}
		if !at.IsZero() {
			row.At = at.UTC()
		}
		return row, nil
	}
	if err := r.sc.Err(); err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, fmt.Sprintf("%s: line %d cannot be read", r.name, r.line+1))
	}
	return nil, io.EOF
}

// Close implements io.Closer.
func (r *rowReader) Close() error {
	if r.c != nil {
		return r.c.Close()
	}
	return nil
}

// sorted tells whether the file's rows are in time order already, which lets a
// replay stream it instead of holding it.
func sorted(name string) (bool, error) {
	rr, err := openRows(name, nil, func(string, int, error) {})
	if err != nil {
		return false, err
	}
	var last time.Time
	for {
		row, err := rr.next()
		if errors.Is(err, io.EOF) {
			return true, rr.Close()
		}
		if err != nil {
			return false, closeAfter(rr, err)
		}
		if row.At.Before(last) || row.At.IsZero() {
			return false, rr.Close()
		}
		last = row.At
	}
}

// rowStream is a time-ordered source of rows.
type rowStream struct {
	head *Row
	next func() (*Row, error)
}

// undatedStep is the time between two undated rows.
const undatedStep = time.Minute

// rowStreams are several files as one stream in time order.
type rowStreams struct {
	list []*rowStream
	open []io.Closer
}

// openStreams opens files, which Close closes again. A file that is not in
// order is sorted in memory first.
func openStreams(files []string, stdin io.Reader, now time.Time, bad func(string, int, error)) (*rowStreams, error) {
	s := &rowStreams{}
	for _, name := range files {
		if err := s.add(name, stdin, now, bad); err != nil {
			return nil, closeAfter(s, err)
		}
	}
	return s, nil
}

func (s *rowStreams) add(name string, stdin io.Reader, now time.Time, bad func(string, int, error)) error {
	inOrder := false
	if name != "-" {
		var err error
		if inOrder, err = sorted(name); err != nil {
			return err
		}
	}
	rr, err := openRows(name, stdin, bad)
	if err != nil {
		return err
	}
	s.open = append(s.open, rr)
	st := &rowStream{next: rr.next}
	if !inOrder {
		all, err := readAll(rr, now)
		if err != nil {
			return err
		}
		i := 0
		st.next = func() (*Row, error) {
			if i == len(all) {
				return nil, io.EOF
			}
			i++
			row := all[i-1]
			all[i-1] = nil
			return row, nil
		}
	}
	s.list = append(s.list, st)
	return st.advance()
}

// advance reads the head of a stream, nil at its end.
func (s *rowStream) advance() (err error) {
	if s.head, err = s.next(); errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// next returns the oldest row that is left; io.EOF at the end.
func (s *rowStreams) next() (*Row, error) {
	var best *rowStream
	for _, st := range s.list {
		if st.head != nil && (best == nil || st.head.At.Before(best.head.At)) {
			best = st
		}
	}
	if best == nil {
		return nil, io.EOF
	}
	row := best.head
	return row, best.advance()
}

// Close implements io.Closer.
func (s *rowStreams) Close() error {
	var errs []error
	for _, c := range s.open {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// readAll holds a file's rows in time order. Rows without a time are of an age
// that nobody knows: they are filed before all others, a minute apart, in the
// order of the file; in a file without any times they end now.
func readAll(rr *rowReader, now time.Time) ([]*Row, error) {
	var all, undated []*Row
	first := now
	for {
		row, err := rr.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if row.At.IsZero() {
			undated = append(undated, row)
			continue
		}
		all = append(all, row)
		if row.At.Before(first) {
			first = row.At
		}
	}
	for i, row := range undated {
		row.At = first.Add(-time.Duration(len(undated)-i) * undatedStep)
	}
	all = append(all, undated...)
	sort.SliceStable(all, func(i, j int) bool { return all[i].At.Before(all[j].At) })
	return all, nil
}
