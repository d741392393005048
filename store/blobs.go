package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/xuanti/xuanti"
)

// PutBlob inserts or replaces a named state of another part, with the time and
// the item Seq up to which it holds.
func (tx *Tx) PutBlob(ctx context.Context, name string, at time.Time, seq int64, data []byte) error {
	if name == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a blob needs a name")
	}
	_, err := tx.exec(ctx, "write blob", `INSERT INTO blobs (name, at, seq, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET at = excluded.at, seq = excluded.seq, data = excluded.data`, name, ms(at), seq, blob(data))
	return err
}

// Blob returns a named state; ok is false when it was never stored.
func (q *queries) Blob(ctx context.Context, name string) (data []byte, seq int64, at time.Time, ok bool, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT data, seq, at FROM blobs WHERE name = ?", name).Scan(&data, &seq, millis{&at})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, time.Time{}, false, nil
	}
	if err != nil {
		return nil, 0, time.Time{}, false, q.wrap("read blob", err)
	}
	return data, seq, at, true, nil
}

// DropBlob removes a named state; one that was never stored is fine.
func (tx *Tx) DropBlob(ctx context.Context, name string) error {
	_, err := tx.exec(ctx, "delete blob", "DELETE FROM blobs WHERE name = ?", name)
	return err
}

// SetMeta stores a small named value.
func (tx *Tx) SetMeta(ctx context.Context, key, value string) error {
	_, err := tx.exec(ctx, "write meta", `INSERT INTO meta (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, key, value)
	return err
}

// Meta returns a small named value, "" when it was never stored.
func (q *queries) Meta(ctx context.Context, key string) (string, error) {
	var v string
	err := q.db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", key).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return v, q.wrap("read meta", err)
}

// PutDigest stores the digest of a day ("2006-01-02" in Asia/Shanghai) for a
// profile, "" for the general one, in place of an older one.
func (tx *Tx) PutDigest(ctx context.Context, date, profileID string, at time.Time, json []byte) error {
	if date == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a digest needs a date")
	}
	_, err := tx.exec(ctx, "write digest", `INSERT INTO digests (day, profile_id, at, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (day, profile_id) DO UPDATE SET at = excluded.at, body = excluded.body`, date, profileID, ms(at), blob(json))
	return err
}

// Digest returns the digest of a day with the time at which it was made; the
// bool is false when there is none.
func (q *queries) Digest(ctx context.Context, date, profileID string) ([]byte, time.Time, bool, error) {
	var body []byte
	var at time.Time
	err := q.db.QueryRowContext(ctx, "SELECT body, at FROM digests WHERE day = ? AND profile_id = ?", date, profileID).Scan(&body, millis{&at})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, time.Time{}, false, nil
	}
	if err != nil {
		return nil, time.Time{}, false, q.wrap("read digest", err)
	}
	return body, at, true, nil
}
