package engine

import (
	"encoding/base64"
	"slices"
	"strconv"
	"time"
)

// pick filters and sorts a hot list, and cuts a page out of it.
func pick[T any](all []T, q TopicQuery, at time.Time, row func(*T) hotRow) (Page[T], error) {
	var rows []T
	for i := range all {
		if q.asks(row(&all[i])) {
			rows = append(rows, all[i])
		}
	}
	slices.SortStableFunc(rows, func(a, b T) int { return q.order(row(&a), row(&b)) })
	offset, err := offsetOf(q.Cursor)
	if err != nil {
		return Page[T]{}, err
	}
	rows, next := cut(rows, offset, q.Limit)
	return Page[T]{Items: list(rows), NextCursor: next, AsOf: at}, nil
}

// cut is a page of rows and the cursor of the next.
func cut[T any](rows []T, offset, limit int) ([]T, string) {
	limit = clampLimit(limit)
	if offset > len(rows) {
		offset = len(rows)
	}
	rows = rows[offset:]
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], offsetCursor(offset + limit)
}

func clampLimit(n int) int {
	if n <= 0 {
		return 20
	}
	return min(n, 100)
}

func offsetCursor(n int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("o" + strconv.Itoa(n)))
}

func offsetOf(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil && len(b) > 1 && b[0] == 'o' {
		if n, err := strconv.Atoi(string(b[1:])); err == nil && n >= 0 && n < 1_000_000 {
			return n, nil
		}
	}
	return 0, invalid("cursor", "cursor 无效，请从第一页开始 (invalid cursor)")
}
