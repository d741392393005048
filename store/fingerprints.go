package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

const fingerprintCols = "item_id, at, title, body, runes, data"

func scanFingerprint(r row, f *FingerprintRow) error {
	var title, body int64
	err := r.Scan(&f.ItemID, millis{&f.At}, &title, &body, &f.Runes, &f.Data)
	f.Title, f.Body = uint64(title), uint64(body)
	return err
}

// PutFingerprint inserts or replaces the fingerprints of an item.
func (tx *Tx) PutFingerprint(ctx context.Context, f FingerprintRow) error {
	n, err := tx.insert(ctx, countFingerprints, `INSERT INTO fingerprints (item_id, at, title, body, runes, data)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (item_id) DO NOTHING`,
		f.ItemID, ms(f.At), int64(f.Title), int64(f.Body), f.Runes, blob(f.Data))
	if err != nil || n == 1 {
		return err
	}
	_, err = tx.exec(ctx, "write fingerprint", "UPDATE fingerprints SET at = ?, title = ?, body = ?, runes = ?, data = ? WHERE item_id = ?",
		ms(f.At), int64(f.Title), int64(f.Body), f.Runes, blob(f.Data), f.ItemID)
	return err
}

// fingerprintPage bounds how long a read holds its snapshot of the database.
const fingerprintPage = 1000

// FingerprintsSince calls fn with every fingerprint taken at or after since, in
// order of time, and stops at its first error. No read is open while fn runs.
func (q *queries) FingerprintsSince(ctx context.Context, since time.Time, fn func(FingerprintRow) error) error {
	at, id := ms(since), ""
	for {
		rows, err := list(ctx, q, "read fingerprints", scanFingerprint, "SELECT "+fingerprintCols+` FROM fingerprints
			WHERE at >= ? AND (at > ? OR item_id > ?) ORDER BY at, item_id LIMIT ?`, at, at, id, fingerprintPage)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := fn(r); err != nil {
				return err
			}
		}
		if len(rows) < fingerprintPage {
			return nil
		}
		last := rows[len(rows)-1]
		at, id = ms(last.At), last.ItemID
	}
}

// ItemByHash returns the oldest item since a time whose body hash is equal, else
// the oldest whose title hash is equal. A hash of 0 is not looked for.
func (q *queries) ItemByHash(ctx context.Context, body, title uint64, since time.Time) (id string, ok bool, err error) {
	for _, h := range []struct {
		col   string
		value uint64
	}{{"body", body}, {"title", title}} {
		if h.value == 0 {
			continue
		}
		err := q.db.QueryRowContext(ctx, "SELECT item_id FROM fingerprints WHERE "+h.col+" = ? AND "+h.col+
			" <> 0 AND at >= ? ORDER BY at, item_id LIMIT 1", int64(h.value), ms(since)).Scan(&id)
		if err == nil {
			return id, true, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return "", false, q.wrap("look up a fingerprint", err)
		}
	}
	return "", false, nil
}
