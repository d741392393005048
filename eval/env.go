package eval

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/nlp"
)

// Env is what a task works with. Stdin is read when a task gets no file, or
// "-". Clock dates pages and feeds that do not say the year; nothing else
// looks at it.
type Env struct {
	Config config.Config
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Clock  xuanti.Clock
	Log    *slog.Logger // may be nil

	shared *nlp.Analyzer // of tests that run many tasks; nil loads a fresh one
}

// Report is what a run has to say beside its answers.
type Report struct {
	Rows int // answered or counted
	Bad  int // malformed, skipped
}

// Task names a task, for help texts and tests.
type Task struct {
	Name  string
	Usage string
}

// Tasks lists the tasks in the order of the documentation.
func Tasks() []Task {
	return []Task{
		{"segment", "lines of text → words joined by spaces"},
		{"pairs", `{"a","b"} → {"score","same"}`},
		{"cluster", `{"i","ts","platform","rank","title"} → {"i","event","topic"}`},
		{"forecast", "board rows → what each board will show in 1, 3 and 6 hours"},
		{"bursts", `{"ts","platform","title"} → alarms`},
		{"newwords", `{"ts","platform","title"} → words that no dictionary holds`},
		{"canonical", "URLs → keys under which posts are filed"},
		{"feed", "folder of feeds → their items"},
		{"feed-expect", "folder of conformance files → values unlike their Expect comments, and shares"},
		{"opml", "folder of OPML lists → their feeds"},
		{"extract", "folder of HTML pages → article texts"},
		{"polling", `{"source","ts"} item times → delay of three poll schedules at equal requests`},
		{"search", "documents and queries → the best ten of each query"},
	}
}

func (e *Env) analyzer() (*nlp.Analyzer, error) {
	if e.shared != nil {
		return e.shared, nil
	}
	return nlp.New(nlp.Options{Log: e.Log})
}

// answers writes one JSON value or line at a time. It holds back output only
// while more input is at hand already, so that a pipe is answered at once.
type answers struct {
	w    *bufio.Writer
	enc  *json.Encoder
	idle func() bool // no more input is buffered
}

func (e *Env) answers(in *input) *answers {
	a := &answers{w: bufio.NewWriterSize(e.Stdout, 64<<10), idle: func() bool { return true }}
	if in != nil {
		a.idle = in.idle
	}
	a.enc = json.NewEncoder(a.w)
	a.enc.SetEscapeHTML(false)
	return a
}

// write answers with a JSON object.
func (a *answers) write(v any) error {
	if err := a.enc.Encode(v); err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return a.settle()
}

// line answers with a line of text.
func (a *answers) line(s string) error {
	if _, err := a.w.WriteString(s + "\n"); err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return a.settle()
}

func (a *answers) settle() error {
	if !a.idle() {
		return nil
	}
	return a.flush()
}

func (a *answers) flush() error {
	if err := a.w.Flush(); err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	return nil
}

// each takes the lines of a file through fn. An error of kind *badRow is
// reported and counted; any other ends the run.
func (e *Env) each(ctx context.Context, file string, fn func(out *answers, line []byte) error, end func(out *answers) error) (Report, error) {
	var r Report
	in, err := e.open(file)
	if err != nil {
		return r, err
	}
	out := e.answers(in)
	err = e.lines(ctx, in, &r, func(line []byte) error { return fn(out, line) })
	if err == nil && end != nil {
		err = end(out)
	}
	if ferr := out.flush(); err == nil {
		err = ferr
	}
	if cerr := in.close(); err == nil {
		err = cerr
	}
	return r, err
}

// lines reads in to its end.
func (e *Env) lines(ctx context.Context, in *input, r *Report, fn func(line []byte) error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = fn(line)
		}
		var bad *badRow
		malformed := errors.As(err, &bad)
		switch {
		case err == nil:
			r.Rows++
		case malformed:
			r.Bad++
			if _, werr := fmt.Fprintf(e.Stderr, "%s:%d: %s (row skipped)\n", in.name, in.number, bad.why); werr != nil {
				return fmt.Errorf("report a malformed row: %w", werr)
			}
			if bad.last {
				return nil
			}
		default:
			return fmt.Errorf("%s:%d: %w", in.name, in.number, err)
		}
	}
}

// badRow is a row that is left out.
type badRow struct {
	why  string
	last bool // nothing can be read after it
}

func (b *badRow) Error() string { return b.why }

func badf(format string, args ...any) error { return &badRow{why: fmt.Sprintf(format, args...)} }

// blank says whether a line holds nothing.
func blank(line []byte) bool { return strings.TrimSpace(string(line)) == "" }
