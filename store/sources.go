package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

const sourceCols = `id, kind, name, url, platform, board, account_id, group_name, tags, headers, selector, zone,
	weight, poll_interval, full_text, state, builtin, created_at, next_at, lease_until, lease_owner, etag,
	last_modified, body_hash, last_attempt, last_success, last_change, last_status, last_error, failures,
	attempts, successes, items, last_items, last_new, latency, adapter, moved, moved_count`

func scanSource(r row, s *xuanti.Source) error {
	f := &s.Fetch
	return r.Scan(&s.ID, &s.Kind, &s.Name, &s.URL, &s.Platform, &s.Board, &s.AccountID, &s.Group,
		jsonText{&s.Tags}, jsonText{&s.Headers}, &s.Selector, &s.Zone, &s.Weight, span{&s.Interval}, &s.FullText,
		&s.State, &s.Builtin, millis{&s.CreatedAt}, millis{&f.NextAt}, millis{&f.LeaseUntil}, &f.LeaseOwner, &f.ETag,
		&f.LastModified, &f.BodyHash, millis{&f.LastAttempt}, millis{&f.LastSuccess}, millis{&f.LastChange},
		&f.LastStatus, &f.LastError, &f.Failures, &f.Attempts, &f.Successes, &f.Items, &f.LastItems, &f.LastNew,
		span{&f.Latency}, &f.Adapter, &f.Moved, &f.MovedCount)
}

// Sources returns the sources that the filter selects, by id.
func (q *queries) Sources(ctx context.Context, f SourceFilter) ([]xuanti.Source, error) {
	var w where
	for _, c := range []struct{ col, value string }{
		{"kind", string(f.Kind)}, {"state", string(f.State)}, {"platform", f.Platform},
		{"account_id", f.AccountID}, {"group_name", f.Group},
	} {
		if c.value != "" {
			w.add(c.col+" = ?", c.value)
		}
	}
	return list(ctx, q, "list sources", scanSource, "SELECT "+sourceCols+" FROM sources"+w.String()+" ORDER BY id", w.args...)
}

// Source returns one source, or CodeNotFound.
func (q *queries) Source(ctx context.Context, id string) (xuanti.Source, error) {
	return one(ctx, q, "source", id, scanSource, "SELECT "+sourceCols+" FROM sources WHERE id = ?", id)
}

// NextDue returns when the next active source may be leased; a time in the past,
// or the zero time, means now. It returns false when no source is active.
func (q *queries) NextDue(ctx context.Context) (time.Time, bool, error) {
	return q.earliest(ctx, "find the next due source", `SELECT MIN(CASE WHEN lease_until > next_at THEN lease_until ELSE next_at END)
		FROM sources WHERE state = 'active'`)
}

// earliest reads one time that may be NULL.
func (q *queries) earliest(ctx context.Context, op, query string) (time.Time, bool, error) {
	var at *int64
	if err := q.db.QueryRowContext(ctx, query).Scan(&at); err != nil {
		return time.Time{}, false, q.wrap(op, err)
	}
	if at == nil {
		return time.Time{}, false, nil
	}
	return xuanti.FromMillis(*at), true, nil
}

// LeaseSources takes up to n active sources that are due at now and that nobody
// has on lease, longest due first, and leases them to owner until now+ttl.
// PutFetchState with a zero LeaseUntil gives a lease back; otherwise it ends by
// itself, so that the sources of a crashed owner are polled again.
func (s *Store) LeaseSources(ctx context.Context, owner string, now time.Time, n int, ttl time.Duration) ([]xuanti.Source, error) {
	var out []xuanti.Source
	if n <= 0 {
		return nil, nil
	}
	err := s.Update(ctx, func(tx *Tx) error {
		var err error
		out, err = list(ctx, &tx.queries, "lease sources", scanSource, `UPDATE sources SET lease_until = ?, lease_owner = ?
			WHERE id IN (SELECT id FROM sources WHERE state = 'active' AND next_at <= ? AND lease_until <= ?
				ORDER BY next_at, id LIMIT ?`+tx.d.skipLocked+`) RETURNING `+sourceCols,
			ms(now.Add(ttl)), owner, ms(now), ms(now), n)
		return err
	})
	// RETURNING promises no order.
	slices.SortFunc(out, func(a, b xuanti.Source) int {
		return cmp.Or(a.Fetch.NextAt.Compare(b.Fetch.NextAt), strings.Compare(a.ID, b.ID))
	})
	return out, err
}

// PutSource inserts or replaces a source, all but its Fetch state. A new source
// is due at once.
func (tx *Tx) PutSource(ctx context.Context, s xuanti.Source) error {
	if s.ID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a source needs an id")
	}
	headers := "{}"
	if len(s.Headers) > 0 {
		var err error
		if headers, err = encode(s.Headers); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, "write source", `INSERT INTO sources (id, kind, name, url, platform, board, account_id, group_name,
			tags, headers, selector, zone, weight, poll_interval, full_text, state, builtin, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, url = excluded.url,
			platform = excluded.platform, board = excluded.board, account_id = excluded.account_id,
			group_name = excluded.group_name, tags = excluded.tags, headers = excluded.headers,
			selector = excluded.selector, zone = excluded.zone, weight = excluded.weight,
			poll_interval = excluded.poll_interval, full_text = excluded.full_text, state = excluded.state,
			builtin = excluded.builtin, created_at = excluded.created_at`,
		s.ID, string(s.Kind), s.Name, s.URL, s.Platform, s.Board, s.AccountID, s.Group, strs(s.Tags), headers,
		s.Selector, s.Zone, s.Weight, s.Interval.Milliseconds(), flag(s.FullText), string(s.State), flag(s.Builtin), ms(s.CreatedAt))
	return err
}

// PutFetchState replaces what polling has shown of a source, its lease included.
func (tx *Tx) PutFetchState(ctx context.Context, id string, f xuanti.FetchState) error {
	n, err := tx.exec(ctx, "write fetch state", `UPDATE sources SET next_at = ?, lease_until = ?, lease_owner = ?, etag = ?,
			last_modified = ?, body_hash = ?, last_attempt = ?, last_success = ?, last_change = ?, last_status = ?,
			last_error = ?, failures = ?, attempts = ?, successes = ?, items = ?, last_items = ?, last_new = ?,
			latency = ?, adapter = ?, moved = ?, moved_count = ? WHERE id = ?`,
		ms(f.NextAt), ms(f.LeaseUntil), f.LeaseOwner, f.ETag, f.LastModified, f.BodyHash, ms(f.LastAttempt),
		ms(f.LastSuccess), ms(f.LastChange), f.LastStatus, f.LastError, f.Failures, f.Attempts, f.Successes, f.Items,
		f.LastItems, f.LastNew, f.Latency.Milliseconds(), f.Adapter, f.Moved, f.MovedCount, id)
	if err == nil && n == 0 {
		err = fmt.Errorf("write fetch state: %w", notFound("source", id))
	}
	return err
}

// DeleteSource removes a source; its items stay. CodeNotFound when there is none.
func (tx *Tx) DeleteSource(ctx context.Context, id string) error {
	return tx.deleteOne(ctx, "source", "DELETE FROM sources WHERE id = ?", id)
}

// deleteOne runs a DELETE that must hit a row.
func (tx *Tx) deleteOne(ctx context.Context, what, query, id string) error {
	n, err := tx.exec(ctx, "delete "+what, query, id)
	if err == nil && n == 0 {
		err = fmt.Errorf("delete %s: %w", what, notFound(what, id))
	}
	return err
}
