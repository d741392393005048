package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/xuanti/xuanti"
)

// PutPulse replaces the history of a source's polls. Its form is the engine's.
func (tx *Tx) PutPulse(ctx context.Context, sourceID string, data []byte) error {
	if sourceID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a pulse needs a source")
	}
	_, err := tx.exec(ctx, "write pulse", `INSERT INTO source_pulses (source_id, data) VALUES (?, ?)
		ON CONFLICT (source_id) DO UPDATE SET data = excluded.data`, sourceID, blob(data))
	return err
}

// Pulse returns the history of a source's polls; nil when there is none.
func (q *queries) Pulse(ctx context.Context, sourceID string) ([]byte, error) {
	var data []byte
	err := q.db.QueryRowContext(ctx, "SELECT data FROM source_pulses WHERE source_id = ?", sourceID).Scan(&data)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, q.wrap("read pulse", err)
	}
	return data, nil
}

// PulseRow is the history of one source's polls.
type PulseRow struct {
	SourceID string
	Data     []byte
}

// Pulses returns the histories of the given sources that have one, in no
// particular order.
func (q *queries) Pulses(ctx context.Context, sourceIDs []string) ([]PulseRow, error) {
	if len(sourceIDs) == 0 {
		return nil, nil
	}
	return list(ctx, q, "read pulses", func(r row, p *PulseRow) error { return r.Scan(&p.SourceID, &p.Data) },
		"SELECT source_id, data FROM source_pulses WHERE source_id"+q.d.in, strs(sourceIDs))
}

const sourceEventCols = "id, source_id, at, kind, since, cause, detail, due"

func scanSourceEvent(r row, e *xuanti.SourceEvent) error {
	return r.Scan(&e.ID, &e.SourceID, millis{&e.At}, &e.Kind, millis{&e.Since}, &e.Cause, &e.Detail, millis{&e.Due})
}

// PutSourceEvent inserts or replaces an event of a source.
func (tx *Tx) PutSourceEvent(ctx context.Context, e xuanti.SourceEvent) error {
	if e.ID == "" || e.SourceID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "an event of a source needs an id and a source")
	}
	_, err := tx.exec(ctx, "write source event", `INSERT INTO source_events (`+sourceEventCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET due = excluded.due`,
		e.ID, e.SourceID, ms(e.At), string(e.Kind), ms(e.Since), e.Cause, e.Detail, ms(e.Due))
	return err
}

// SourceEventFilter selects events of sources; zero values select all.
type SourceEventFilter struct {
	SourceID string
	Kind     xuanti.SourceEventKind
	Limit    int
	Cursor   string
}

// SourceEvents returns a page of events, newest first, and the cursor of the
// next page.
func (q *queries) SourceEvents(ctx context.Context, f SourceEventFilter) ([]xuanti.SourceEvent, string, error) {
	var w where
	if f.SourceID != "" {
		w.add("source_id = ?", f.SourceID)
	}
	if f.Kind != "" {
		w.add("kind = ?", string(f.Kind))
	}
	return page(ctx, q, "list source events", "SELECT "+sourceEventCols+" FROM source_events", "at", w, f.Cursor, f.Limit, scanSourceEvent,
		func(e *xuanti.SourceEvent) cursor { return cursor{at: ms(e.At), id: e.ID} })
}

// SourceEventsDue returns the events that the operator is to be told of by now,
// oldest first, at most n.
func (q *queries) SourceEventsDue(ctx context.Context, now time.Time, n int) ([]xuanti.SourceEvent, error) {
	return list(ctx, q, "list due source events", scanSourceEvent,
		"SELECT "+sourceEventCols+" FROM source_events WHERE due > 0 AND due <= ? ORDER BY at, id LIMIT ?", ms(now), n)
}
