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

const deliveryCols = `id, dedupe_key, subscription_id, channel_id, match_id, event_id, type, payload, state, attempts, next_at,
	lease_until, last_code, last_error, created_at, done_at`

func scanDelivery(r row, d *xuanti.Delivery) error {
	return r.Scan(&d.ID, &d.DedupeKey, &d.SubscriptionID, &d.ChannelID, &d.MatchID, &d.EventID, &d.Type, &d.Payload, &d.State,
		&d.Attempts, millis{&d.NextAt}, millis{&d.LeaseUntil}, &d.LastCode, &d.LastError, millis{&d.CreatedAt}, millis{&d.DoneAt})
}

// PutDelivery puts a message into the outbox and returns false when its
// DedupeKey is there already.
func (tx *Tx) PutDelivery(ctx context.Context, d xuanti.Delivery) (inserted bool, err error) {
	if d.ID == "" || d.DedupeKey == "" {
		return false, xuanti.Errorf(xuanti.CodeInvalid, "a delivery needs an id and a dedupe key")
	}
	n, err := tx.insert(ctx, countDeliveries, `INSERT INTO deliveries (`+deliveryCols+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dedupe_key) DO NOTHING`,
		d.ID, d.DedupeKey, d.SubscriptionID, d.ChannelID, d.MatchID, d.EventID, d.Type, blob(d.Payload),
		string(cmp.Or(d.State, xuanti.DeliveryPending)), d.Attempts, ms(d.NextAt), ms(d.LeaseUntil), d.LastCode, d.LastError,
		ms(d.CreatedAt), ms(d.DoneAt))
	return n == 1, err
}

// Deliveries returns a page of the outbox, newest first, and the cursor of the
// next page.
func (q *queries) Deliveries(ctx context.Context, f DeliveryFilter) ([]xuanti.Delivery, string, error) {
	var w where
	for _, c := range []struct{ col, value string }{
		{"subscription_id", f.SubscriptionID}, {"channel_id", f.ChannelID}, {"state", string(f.State)},
	} {
		if c.value != "" {
			w.add(c.col+" = ?", c.value)
		}
	}
	return page(ctx, q, "list deliveries", "SELECT "+deliveryCols+" FROM deliveries", "created_at", w, f.Cursor, f.Limit, scanDelivery,
		func(d *xuanti.Delivery) cursor { return cursor{at: ms(d.CreatedAt), id: d.ID} })
}

// Delivery returns one delivery, or CodeNotFound.
func (q *queries) Delivery(ctx context.Context, id string) (xuanti.Delivery, error) {
	return one(ctx, q, "delivery", id, scanDelivery, "SELECT "+deliveryCols+" FROM deliveries WHERE id = ?", id)
}

// LeaseDeliveries takes up to n pending deliveries that are due at now and that
// nobody has on lease, longest due first, and leases them until now+ttl.
// FinishDelivery ends a lease; otherwise it ends by itself, so that what a
// crashed process was sending is sent again.
func (s *Store) LeaseDeliveries(ctx context.Context, now time.Time, n int, ttl time.Duration) ([]xuanti.Delivery, error) {
	if n <= 0 {
		return nil, nil
	}
	var out []xuanti.Delivery
	err := s.Update(ctx, func(tx *Tx) error {
		var err error
		out, err = list(ctx, &tx.queries, "lease deliveries", scanDelivery, `UPDATE deliveries SET lease_until = ?
			WHERE id IN (SELECT id FROM deliveries WHERE state = 'pending' AND next_at <= ? AND lease_until <= ?
				ORDER BY next_at, id LIMIT ?`+tx.d.skipLocked+`) RETURNING `+deliveryCols,
			ms(now.Add(ttl)), ms(now), ms(now), n)
		return err
	})
	slices.SortFunc(out, func(a, b xuanti.Delivery) int {
		return cmp.Or(a.NextAt.Compare(b.NextAt), strings.Compare(a.ID, b.ID))
	})
	return out, err
}

// FinishDelivery records the outcome of an attempt and ends the lease. A
// delivery left pending is due again at its NextAt. One that was acknowledged
// stays so: an attempt that outlived its lease cannot undo it. CodeNotFound when
// it is not stored.
func (s *Store) FinishDelivery(ctx context.Context, d xuanti.Delivery) error {
	return s.Update(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, "finish delivery", `UPDATE deliveries SET state = ?, attempts = ?, next_at = ?, lease_until = 0,
				last_code = ?, last_error = ?, done_at = ? WHERE id = ? AND state <> 'delivered'`,
			string(d.State), d.Attempts, ms(d.NextAt), d.LastCode, d.LastError, ms(d.DoneAt), d.ID)
		if err != nil || n == 1 {
			return err
		}
		if _, err := tx.Delivery(ctx, d.ID); err != nil {
			return fmt.Errorf("finish delivery: %w", err)
		}
		return nil
	})
}

// NextDelivery returns when the next pending delivery may be leased; a time in
// the past, or the zero time, means now. It returns false when none waits.
func (q *queries) NextDelivery(ctx context.Context) (time.Time, bool, error) {
	return q.earliest(ctx, "find the next delivery", `SELECT MIN(CASE WHEN lease_until > next_at THEN lease_until ELSE next_at END)
		FROM deliveries WHERE state = 'pending'`)
}
