package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xuanti/xuanti"
)

// db is what a query needs of a handle. The reader pool and the write
// connection both offer it through a statement cache.
type db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// queries are the reads, on whatever handle they are given.
type queries struct {
	db     db
	d      dialect
	file   string       // for messages
	closed *atomic.Bool // of the store
}

// preparer is a *sql.DB or a *sql.Conn.
type preparer interface {
	db
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// maxStatements bounds a cache. The package writes some two hundred different
// texts; filters combine to more, and the rare rest is prepared each time.
const maxStatements = 400

// cached prepares each text once. Every caller reads its rows to the end before
// the next query, so one statement per text and connection is enough.
type cached struct {
	on     preparer
	finish bool // ignore the end of the context once a statement has begun
	mu     sync.RWMutex
	stmts  map[string]*sql.Stmt
}

func newCached(on preparer, finish bool) *cached {
	return &cached{on: on, finish: finish, stmts: make(map[string]*sql.Stmt)}
}

// stmt returns nil when the text cannot be prepared: the plain call then
// reports why.
func (c *cached) stmt(ctx context.Context, query string) *sql.Stmt {
	c.mu.RLock()
	s, n := c.stmts[query], len(c.stmts)
	c.mu.RUnlock()
	if s != nil || n >= maxStatements {
		return s
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s = c.stmts[query]; s != nil {
		return s
	}
	s, err := c.on.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	c.stmts[query] = s
	return s
}

// ctx drops cancellation for the write connection: its statements take
// microseconds, an interrupted one would roll the whole transaction back, and
// the driver starts a goroutine for each statement that can be interrupted.
func (c *cached) ctx(ctx context.Context) context.Context {
	if c.finish && ctx.Err() == nil {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (c *cached) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = c.ctx(ctx)
	if s := c.stmt(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return c.on.QueryContext(ctx, query, args...)
}

func (c *cached) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = c.ctx(ctx)
	if s := c.stmt(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return c.on.ExecContext(ctx, query, args...)
}

func (c *cached) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = c.ctx(ctx)
	if s := c.stmt(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return c.on.QueryRowContext(ctx, query, args...)
}

func (c *cached) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	clear(c.stmts)
	return errors.Join(errs...)
}

// row is a *sql.Row or a *sql.Rows.
type row interface {
	Scan(dest ...any) error
}

// list runs a query and scans every row.
func list[T any](ctx context.Context, q *queries, op string, scan func(row, *T) error, query string, args ...any) ([]T, error) {
	rows, err := q.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, q.wrap(op, err)
	}
	defer func() { _ = rows.Close() }() // its error is rows.Err's
	var out []T
	for rows.Next() {
		out = append(out, *new(T))
		if err := scan(rows, &out[len(out)-1]); err != nil {
			return nil, q.wrap(op, err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, q.wrap(op, err)
	}
	return out, nil
}

// one runs a query for a single thing and names it when it is not there.
func one[T any](ctx context.Context, q *queries, what, id string, scan func(row, *T) error, query string, args ...any) (T, error) {
	var v T
	err := scan(q.db.QueryRowContext(ctx, query, args...), &v)
	if errors.Is(err, sql.ErrNoRows) {
		return *new(T), fmt.Errorf("read %s: %w", what, notFound(what, id))
	}
	if err != nil {
		return *new(T), q.wrap("read "+what, err)
	}
	return v, nil
}

// scanValue scans a row of one column.
func scanValue[T any](r row, v *T) error { return r.Scan(v) }

// millis scans a stored time.
type millis struct{ t *time.Time }

// Scan implements sql.Scanner.
func (m millis) Scan(src any) error {
	n, err := number(src)
	*m.t = xuanti.FromMillis(n)
	return err
}

// span scans a stored duration.
type span struct{ d *time.Duration }

// Scan implements sql.Scanner.
func (s span) Scan(src any) error {
	n, err := number(src)
	*s.d = time.Duration(n) * time.Millisecond
	return err
}

func number(src any) (int64, error) {
	switch v := src.(type) {
	case int64:
		return v, nil
	case float64:
		return int64(v), nil
	case nil:
		return 0, nil
	}
	return 0, fmt.Errorf("a number is stored as %T", src)
}

// jsonText scans a stored list or map.
type jsonText struct{ to any }

// Scan implements sql.Scanner.
func (j jsonText) Scan(src any) error {
	var b []byte
	switch v := src.(type) {
	case string:
		b = []byte(v)
	case []byte:
		b = v
	case nil:
		return nil
	default:
		return fmt.Errorf("a list is stored as %T", src)
	}
	switch string(b) {
	case "", "null", "[]", "{}": // none is nil, as it was before it was stored
		return nil
	}
	if err := json.Unmarshal(b, j.to); err != nil {
		return xuanti.Wrap(xuanti.CodeCorrupt, err, "a stored list cannot be read back")
	}
	return nil
}

// texts scans a stored list of strings. Lists are read with every event, and
// nearly none holds an escape, so the plain form is taken apart here.
type texts struct{ to *[]string }

// Scan implements sql.Scanner.
func (t texts) Scan(src any) error {
	*t.to = nil
	s, ok := src.(string)
	if !ok || len(s) < 4 || s[0] != '[' || s[1] != '"' || s[len(s)-1] != ']' || strings.IndexByte(s, '\\') >= 0 {
		return jsonText{t.to}.Scan(src)
	}
	s = s[2 : len(s)-2]
	list := make([]string, 0, strings.Count(s, `","`)+1)
	for part := range strings.SplitSeq(s, `","`) {
		list = append(list, part)
	}
	*t.to = list
	return nil
}

// strs is the JSON text of a list of strings; none is "[]".
func strs[S ~string](list []S) string {
	if len(list) == 0 {
		return "[]"
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "[]" // strings always marshal
	}
	return string(b)
}

// encode is the JSON text of any other value.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", xuanti.Wrap(xuanti.CodeInvalid, err, "a value cannot be stored")
	}
	return string(b), nil
}

// blob keeps NULL out of BLOB columns.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func ms(t time.Time) int64 { return xuanti.Millis(t) }

// bounds turns an inclusive pair of times into numbers, open where zero.
func bounds(from, to time.Time) (int64, int64) {
	return ms(from), until(to)
}

func until(t time.Time) int64 {
	if t.IsZero() {
		return maxMillis
	}
	return ms(t)
}

// maxMillis lies past every time that can be stored.
const maxMillis = 1<<62 - 1

// most turns a limit of 0 or less into "all".
func most(limit int) int {
	if limit <= 0 {
		return 1<<31 - 1
	}
	return limit
}
