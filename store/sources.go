package store

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

const sourceCols = `id, kind, name, url, platform, board, account_id, group_name, tags, headers, selector, zone,
	weight, poll_interval, full_text, state, builtin, created_at, next_at, lease_until, lease_owner, etag,
	last_modified, body_hash, last_attempt, last_success, last_change, last_status, last_error, failures,
	attempts, successes, items, last_items, last_new, latency, adapter, moved, moved_count, not_before, why, rhythm,
	failing_since, cause, quiet_since, slow`

func scanSource(r row, s *xuanti.Source) error {
	f := &s.Fetch
	return r.Scan(&s.ID, &s.Kind, &s.Name, &s.URL, &s.Platform, &s.Board, &s.AccountID, &s.Group,
		jsonText{&s.Tags}, jsonText{&s.Headers}, &s.Selector, &s.Zone, &s.Weight, span{&s.Interval}, &s.FullText,
		&s.State, &s.Builtin, millis{&s.CreatedAt}, millis{&f.NextAt}, millis{&f.LeaseUntil}, &f.LeaseOwner, &f.ETag,
		&f.LastModified, &f.BodyHash, millis{&f.LastAttempt}, millis{&f.LastSuccess}, millis{&f.LastChange},
		&f.LastStatus, &f.LastError, &f.Failures, &f.Attempts, &f.Successes, &f.Items, &f.LastItems, &f.LastNew,
		span{&f.Latency}, &f.Adapter, &f.Moved, &f.MovedCount,
		millis{&f.NotBefore}, &f.Why, &f.Rhythm, millis{&f.FailingSince}, &f.Cause, millis{&f.QuietSince}, &f.Slow)
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

// SourcesByID returns the named sources that exist.
func (q *queries) SourcesByID(ctx context.Context, ids []string) (map[string]xuanti.Source, error) {
	all, err := list(ctx, q, "read sources", scanSource, "SELECT "+sourceCols+" FROM sources WHERE id"+q.d.in, strs(ids))
	if err != nil {
		return nil, err
	}
	byID := make(map[string]xuanti.Source, len(all))
	for _, s := range all {
		byID[s.ID] = s
	}
	return byID, nil
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
// Sources on one of the hosts in busy are left for later.
// PutFetchState with a zero LeaseUntil gives a lease back; otherwise it ends by
// itself, so that the sources of a crashed owner are polled again.
func (s *Store) LeaseSources(ctx context.Context, owner string, now time.Time, n int, ttl time.Duration, busy []string) ([]xuanti.Source, error) {
	var out []xuanti.Source
	if n <= 0 {
		return nil, nil
	}
	args := []any{ms(now.Add(ttl)), owner, ms(now), ms(now)}
	free := ""
	if len(busy) > 0 {
		free = " AND host NOT" + s.d.in
		args = append(args, strs(busy))
	}
	err := s.Update(ctx, func(tx *Tx) error {
		var err error
		out, err = list(ctx, &tx.queries, "lease sources", scanSource, `UPDATE sources SET lease_until = ?, lease_owner = ?
			WHERE id IN (SELECT id FROM sources WHERE state = 'active' AND next_at <= ? AND lease_until <= ?`+free+`
				ORDER BY next_at, id LIMIT ?`+tx.d.skipLocked+`) RETURNING `+sourceCols, append(args, n)...)
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
			tags, headers, selector, zone, weight, poll_interval, full_text, state, builtin, created_at, host)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, url = excluded.url,
			platform = excluded.platform, board = excluded.board, account_id = excluded.account_id,
			group_name = excluded.group_name, tags = excluded.tags, headers = excluded.headers,
			selector = excluded.selector, zone = excluded.zone, weight = excluded.weight,
			poll_interval = excluded.poll_interval, full_text = excluded.full_text, state = excluded.state,
			builtin = excluded.builtin, created_at = excluded.created_at, host = excluded.host`,
		s.ID, string(s.Kind), s.Name, s.URL, s.Platform, s.Board, s.AccountID, s.Group, strs(s.Tags), headers,
		s.Selector, s.Zone, s.Weight, s.Interval.Milliseconds(), flag(s.FullText), string(s.State), flag(s.Builtin), ms(s.CreatedAt),
		hostOf(s.URL))
	return err
}

// hostOf is the host of an address in lower case, with its port if it names one;
// "" when there is none. Leases ask for it.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// PutFetchState replaces what polling has shown of a source, its lease included.
func (tx *Tx) PutFetchState(ctx context.Context, id string, f xuanti.FetchState) error {
	n, err := tx.exec(ctx, "write fetch state", `UPDATE sources SET next_at = ?, lease_until = ?, lease_owner = ?, etag = ?,
			last_modified = ?, body_hash = ?, last_attempt = ?, last_success = ?, last_change = ?, last_status = ?,
			last_error = ?, failures = ?, attempts = ?, successes = ?, items = ?, last_items = ?, last_new = ?,
			latency = ?, adapter = ?, moved = ?, moved_count = ?, not_before = ?,
			why = ?, rhythm = ?, failing_since = ?, cause = ?, quiet_since = ?, slow = ? WHERE id = ?`,
		ms(f.NextAt), ms(f.LeaseUntil), f.LeaseOwner, f.ETag, f.LastModified, f.BodyHash, ms(f.LastAttempt),
		ms(f.LastSuccess), ms(f.LastChange), f.LastStatus, f.LastError, f.Failures, f.Attempts, f.Successes, f.Items,
		f.LastItems, f.LastNew, f.Latency.Milliseconds(), f.Adapter, f.Moved, f.MovedCount,
		ms(f.NotBefore), f.Why, blob(f.Rhythm), ms(f.FailingSince), f.Cause, ms(f.QuietSince), flag(f.Slow), id)
	if err == nil && n == 0 {
		err = fmt.Errorf("write fetch state: %w", notFound("source", id))
	}
	return err
}

// HastenSources moves the next poll of the named active sources forward to at,
// or to when their server allows it, and says why. Sources that are due sooner,
// that fail or that are being polled keep their time.
func (tx *Tx) HastenSources(ctx context.Context, ids []string, at time.Time, why string) error {
	_, err := tx.exec(ctx, "hasten sources", `UPDATE sources SET why = ?,
			next_at = CASE WHEN not_before > ? THEN not_before ELSE ? END
		WHERE id`+tx.d.in+` AND state = 'active' AND failures = 0 AND lease_until = 0 AND next_at > ? AND not_before < next_at`,
		why, ms(at), ms(at), strs(ids), ms(at))
	return err
}

// SpreadSources gives active sources that should have been polled before late
// new times, one gap after the other from now on, boards first and then the
// longest due. Sources that were never polled are left as they are. It returns
// how many were moved.
func (s *Store) SpreadSources(ctx context.Context, late, now time.Time, gap time.Duration, why string) (moved int, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		ids, err := list(ctx, &tx.queries, "find overdue sources", scanValue[string], `SELECT id FROM sources
			WHERE state = 'active' AND next_at > 0 AND next_at < ? ORDER BY CASE WHEN kind = 'board' THEN 0 ELSE 1 END, next_at, id`, ms(late))
		if err != nil {
			return err
		}
		for i, id := range ids {
			if _, err := tx.exec(ctx, "spread sources", "UPDATE sources SET next_at = ?, why = ? WHERE id = ?",
				ms(now.Add(time.Duration(i)*gap)), why, id); err != nil {
				return err
			}
		}
		moved = len(ids)
		return nil
	})
	return moved, err
}

// DeleteSource removes a source with its history of polls and events; its items
// stay. CodeNotFound when there is none.
func (tx *Tx) DeleteSource(ctx context.Context, id string) error {
	for _, table := range []string{"source_pulses", "source_events"} {
		if _, err := tx.exec(ctx, "delete source", "DELETE FROM "+table+" WHERE source_id = ?", id); err != nil {
			return err
		}
	}
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
