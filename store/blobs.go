package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"time"

	"github.com/xuanti/xuanti"
)

// blobPart is how much of a state is written at once. The database holds a
// value in memory several times over while it writes it.
const blobPart = 1 << 20

// PutBlob inserts or replaces a named state of another part, with the time and
// the item Seq up to which it holds.
func (tx *Tx) PutBlob(ctx context.Context, name string, at time.Time, seq int64, data []byte) error {
	return tx.SaveBlob(ctx, name, at, seq, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// SaveBlob is PutBlob for a state that save writes, so that it is never in
// memory as a whole.
func (tx *Tx) SaveBlob(ctx context.Context, name string, at time.Time, seq int64, save func(io.Writer) error) error {
	if name == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a blob needs a name")
	}
	if err := tx.DropBlob(ctx, name); err != nil {
		return err
	}
	w := &blobWriter{tx: tx, ctx: ctx, name: name}
	if err := save(w); err != nil {
		return err
	}
	if w.parts > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, "write blob", "INSERT INTO blobs (name, at, seq, data) VALUES (?, ?, ?, ?)", name, ms(at), seq, blob(w.rest))
	return err
}

// blobWriter cuts a state into parts; what fits into one stays in rest.
type blobWriter struct {
	tx    *Tx
	ctx   context.Context // of SaveBlob, which the writer does not outlive
	name  string
	parts int
	rest  []byte
}

// Write implements io.Writer.
func (w *blobWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(w.rest)+len(p) > blobPart {
		room := blobPart - len(w.rest)
		w.rest = append(w.rest, p[:room]...)
		p = p[room:]
		if err := w.flush(); err != nil {
			return n - len(p), err
		}
	}
	w.rest = append(w.rest, p...)
	return n, nil
}

func (w *blobWriter) flush() error {
	_, err := w.tx.exec(w.ctx, "write blob", "INSERT INTO blob_parts (name, part, data) VALUES (?, ?, ?)", w.name, w.parts, blob(w.rest))
	w.parts++
	w.rest = w.rest[:0]
	return err
}

// Blob returns a named state; ok is false when it was never stored.
func (q *queries) Blob(ctx context.Context, name string) (data []byte, seq int64, at time.Time, ok bool, err error) {
	parts, err := list(ctx, q, "read blob", func(r row, part *[]byte) error {
		var whole []byte
		ok = true
		err := r.Scan(&whole, &seq, millis{&at}, part)
		if *part == nil {
			*part = whole
		}
		return err
	}, `SELECT b.data, b.seq, b.at, p.data FROM blobs b LEFT JOIN blob_parts p ON p.name = b.name WHERE b.name = ? ORDER BY p.part`, name)
	if err != nil || !ok {
		return nil, 0, time.Time{}, false, err
	}
	return bytes.Join(parts, nil), seq, at, true, nil
}

// DropBlob removes a named state; one that was never stored is fine.
func (tx *Tx) DropBlob(ctx context.Context, name string) error {
	for _, table := range []string{"blobs", "blob_parts"} {
		if _, err := tx.exec(ctx, "delete blob", "DELETE FROM "+table+" WHERE name = ?", name); err != nil {
			return err
		}
	}
	return nil
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
