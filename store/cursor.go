package store

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/xuanti/xuanti"
)

const (
	pageDefault = 100
	pageMost    = 10_000
	maxCursor   = 200 // bytes
)

// cursor is the sort key of the last row of a page: a time and a tie-breaker.
type cursor struct {
	at int64
	id string
}

func pageLimit(n int) int {
	if n <= 0 {
		return pageDefault
	}
	return min(n, pageMost)
}

func (c cursor) encode() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.at, 36) + "." + c.id))
}

// decodeCursor reads what encode wrote; the empty string is the first page.
func decodeCursor(s string) (c cursor, ok bool, err error) {
	if s == "" {
		return cursor{}, false, nil
	}
	bad := &xuanti.Error{Code: xuanti.CodeInvalid, Pointer: "/cursor", Message: "this cursor is not valid; start again without one"}
	if len(s) > maxCursor {
		return cursor{}, false, bad
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return cursor{}, false, bad
	}
	at, id, found := strings.Cut(string(b), ".")
	if !found || id == "" {
		return cursor{}, false, bad
	}
	n, err := strconv.ParseInt(at, 36, 64)
	if err != nil {
		return cursor{}, false, bad
	}
	return cursor{at: n, id: id}, true, nil
}

// where collects conditions and their arguments.
type where struct {
	conds []string
	args  []any
}

func (w *where) add(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

func (w *where) String() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// page reads one page of rows that are ordered by a time column and id, newest
// first, and the cursor of the next one.
func page[T any](ctx context.Context, q *queries, op, query, at string, w where, after string, limit int,
	scan func(row, *T) error, key func(*T) cursor) (rows []T, next string, err error) {
	c, more, err := decodeCursor(after)
	if err != nil {
		return nil, "", err
	}
	if more {
		w.add(at+" <= ? AND ("+at+" < ? OR id < ?)", c.at, c.at, c.id)
	}
	limit = pageLimit(limit)
	rows, err = list(ctx, q, op, scan, query+w.String()+" ORDER BY "+at+" DESC, id DESC LIMIT ?", append(w.args, limit+1)...)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = key(&rows[limit-1]).encode()
	}
	return rows, next, nil
}
