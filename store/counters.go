package store

import (
	"context"
)

// counter numbers the large tables, whose rows are counted as they are written:
// counting them when asked would read them through.
type counter int

const (
	countItems counter = iota
	countFingerprints
	countSnapshots
	countObservations
	countEvents
	countPoints
	countTopics
	countMemberships
	countMetrics
	countMatches
	countDeliveries
	countersLen
)

// table is the name under which the count is kept, the table's own.
func (c counter) table() string {
	return [...]string{
		"items", "fingerprints", "snapshots", "observations", "events", "event_points",
		"topics", "memberships", "metrics", "matches", "deliveries",
	}[c]
}

// flushCounters adds what the transaction inserted and removed.
func (tx *Tx) flushCounters(ctx context.Context) error {
	for c, n := range tx.added {
		if n == 0 {
			continue
		}
		_, err := tx.db.ExecContext(ctx, `INSERT INTO counters (name, n) VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET n = counters.n + excluded.n`, counter(c).table(), n)
		if err != nil {
			return tx.wrap("count rows", err)
		}
	}
	return nil
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(ctx context.Context, op, query string, args ...any) (int64, error) {
	res, err := tx.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, tx.wrap(op, err)
	}
	n, err := res.RowsAffected()
	return n, tx.wrap(op, err)
}

// insert is exec for a statement that adds rows to a counted table.
func (tx *Tx) insert(ctx context.Context, c counter, query string, args ...any) (int64, error) {
	n, err := tx.exec(ctx, "write "+c.table(), query, args...)
	tx.added[c] += n
	return n, err
}

// remove is exec for a statement that deletes rows from a counted table.
func (tx *Tx) remove(ctx context.Context, c counter, query string, args ...any) (int64, error) {
	n, err := tx.exec(ctx, "delete from "+c.table(), query, args...)
	tx.added[c] -= n
	return n, err
}
