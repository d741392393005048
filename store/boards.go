package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
)

const snapshotCols = "board, source_id, adapter, at, entries, dropped"

func scanSnapshot(r row, s *SnapshotRow) error {
	return r.Scan(&s.Board, &s.SourceID, &s.Adapter, millis{&s.At}, &s.Entries, &s.Dropped)
}

// AddSnapshot stores a board with its rows; the items must be stored before. The
// board and the time of an observation are those of the snapshot. A second
// snapshot of the same board and time changes nothing.
func (tx *Tx) AddSnapshot(ctx context.Context, s SnapshotRow, obs []xuanti.Observation) error {
	if s.Board == "" || s.At.IsZero() {
		return xuanti.Errorf(xuanti.CodeInvalid, "a snapshot needs a board and a time")
	}
	var id int64
	err := tx.db.QueryRowContext(ctx, `INSERT INTO snapshots (board, at, source_id, adapter, entries, dropped)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (board, at) DO NOTHING RETURNING id`,
		s.Board, ms(s.At), s.SourceID, s.Adapter, s.Entries, s.Dropped).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return tx.wrap("write snapshot", err)
	}
	tx.added[countSnapshots]++
	for i := range obs {
		if err := tx.addObservation(ctx, id, s, &obs[i]); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) addObservation(ctx context.Context, snapshot int64, s SnapshotRow, o *xuanti.Observation) error {
	var item int64
	err := tx.db.QueryRowContext(ctx, "SELECT seq FROM items WHERE id = ?", o.ItemID).Scan(&item)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("write observation: %w", notFound("item", o.ItemID))
	}
	if err != nil {
		return tx.wrap("write observation", err)
	}
	if _, err := tx.insert(ctx, countObservations, `INSERT INTO observations (snapshot, rank, item, heat, label)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT (snapshot, rank, item) DO NOTHING`, snapshot, o.Rank, item, o.Heat, o.Label); err != nil {
		return err
	}
	// Archives may arrive in any order, so the earliest time wins.
	_, err = tx.exec(ctx, "write board item", `INSERT INTO board_items (board, item, first_at) VALUES (?, ?, ?)
		ON CONFLICT (board, item) DO UPDATE SET first_at = excluded.first_at
		WHERE excluded.first_at < board_items.first_at`, s.Board, item, ms(s.At))
	return err
}

// SnapshotAt returns the newest snapshot of a board at or before a time, its
// rows by rank. A board without one gives no rows and a zero SnapshotRow.
func (q *queries) SnapshotAt(ctx context.Context, board string, at time.Time) (rows []BoardRow, snap SnapshotRow, err error) {
	var id int64
	_, to := bounds(time.Time{}, at)
	err = q.db.QueryRowContext(ctx, "SELECT id, "+snapshotCols+` FROM snapshots WHERE board = ? AND at <= ?
		ORDER BY at DESC LIMIT 1`, board, to).Scan(&id, &snap.Board, &snap.SourceID, &snap.Adapter, millis{&snap.At}, &snap.Entries, &snap.Dropped)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, SnapshotRow{}, nil
	}
	if err != nil {
		return nil, SnapshotRow{}, q.wrap("read snapshot", err)
	}
	rows, err = list(ctx, q, "read snapshot", func(r row, b *BoardRow) error {
		b.Board, b.At = snap.Board, snap.At
		return r.Scan(&b.ItemID, &b.Rank, &b.Heat, &b.Label, &b.Title, &b.URL, &b.EventID, millis{&b.FirstSeen})
	}, `SELECT i.id, o.rank, o.heat, o.label, i.title, i.url, i.event_id, b.first_at
		FROM observations o JOIN items i ON i.seq = o.item
		JOIN board_items b ON b.board = ? AND b.item = o.item
		WHERE o.snapshot = ? ORDER BY o.rank, o.item`, board, id)
	return rows, snap, err
}

// Snapshots returns the snapshots of a board between two times, newest first.
func (q *queries) Snapshots(ctx context.Context, board string, from, to time.Time, limit int) ([]SnapshotRow, error) {
	lo, hi := bounds(from, to)
	return list(ctx, q, "list snapshots", scanSnapshot, "SELECT "+snapshotCols+` FROM snapshots
		WHERE board = ? AND at >= ? AND at <= ? ORDER BY at DESC LIMIT ?`, board, lo, hi, most(limit))
}

// Observations returns where items stood on boards, in order of time and rank.
// With a limit it returns the newest that many.
func (q *queries) Observations(ctx context.Context, f ObservationFilter) ([]xuanti.Observation, error) {
	w := where{}
	if f.EventID != "" {
		w.add("i.event_id = ? AND i.event_id <> ''", f.EventID)
	}
	if len(f.ItemIDs) > 0 {
		w.add("i.id"+q.d.in, strs(f.ItemIDs))
	}
	if f.Board != "" {
		w.add("s.board = ?", f.Board)
	}
	lo, hi := bounds(f.From, f.To)
	w.add("s.at >= ? AND s.at <= ?", lo, hi)
	out, err := list(ctx, q, "read observations", func(r row, o *xuanti.Observation) error {
		return r.Scan(&o.Board, &o.ItemID, millis{&o.At}, &o.Rank, &o.Heat, &o.Label)
	}, `SELECT s.board, i.id, s.at, o.rank, o.heat, o.label FROM observations o
		JOIN items i ON i.seq = o.item JOIN snapshots s ON s.id = o.snapshot`+w.String()+
		" ORDER BY s.at DESC, s.board DESC, o.rank DESC, o.item DESC LIMIT ?", append(w.args, most(f.Limit))...)
	slices.Reverse(out)
	return out, err
}

// Boards returns the ids of all boards that were ever stored.
func (q *queries) Boards(ctx context.Context) ([]string, error) {
	// One index seek for each board; DISTINCT would read every snapshot.
	return list(ctx, q, "list boards", scanValue[string], `WITH RECURSIVE b (name) AS (
			SELECT MIN(board) FROM snapshots
			UNION ALL
			SELECT (SELECT MIN(board) FROM snapshots WHERE board > b.name) FROM b WHERE b.name IS NOT NULL)
		SELECT name FROM b WHERE name IS NOT NULL ORDER BY name`)
}
