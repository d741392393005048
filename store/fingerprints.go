package store

import (
	"context"
	"time"
)

const fingerprintCols = "item_id, at, runes, data"

func scanFingerprint(r row, f *FingerprintRow) error {
	return r.Scan(&f.ItemID, millis{&f.At}, &f.Runes, &f.Data)
}

// PutFingerprint inserts or replaces the fingerprints of an item.
func (tx *Tx) PutFingerprint(ctx context.Context, f FingerprintRow) error {
	n, err := tx.insert(ctx, countFingerprints, `INSERT INTO fingerprints (item_id, at, runes, data)
		VALUES (?, ?, ?, ?) ON CONFLICT (item_id) DO NOTHING`,
		f.ItemID, ms(f.At), f.Runes, blob(f.Data))
	if err != nil || n == 1 {
		return err
	}
	_, err = tx.exec(ctx, "write fingerprint", "UPDATE fingerprints SET at = ?, runes = ?, data = ? WHERE item_id = ?",
		ms(f.At), f.Runes, blob(f.Data), f.ItemID)
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
