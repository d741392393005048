package store

import (
	"context"
	"fmt"
	"time"

	"github.com/xuanti/xuanti"
)

const membershipCols = "item_id, event_id, at, score, made_by, why"

func scanMembership(r row, m *xuanti.Membership) error {
	return r.Scan(&m.ItemID, &m.EventID, millis{&m.At}, &m.Score, &m.By, jsonText{&m.Why})
}

// Memberships returns who belonged to an event at or before a time, in order of
// joining.
func (q *queries) Memberships(ctx context.Context, eventID string, until time.Time) ([]xuanti.Membership, error) {
	_, to := bounds(time.Time{}, until)
	return list(ctx, q, "list members", scanMembership, "SELECT "+membershipCols+
		" FROM memberships WHERE event_id = ? AND at <= ? ORDER BY at, item_id", eventID, to)
}

// Membership returns where an item belongs and why, or CodeNotFound.
func (q *queries) Membership(ctx context.Context, itemID string) (xuanti.Membership, error) {
	return one(ctx, q, "membership of the item", itemID, scanMembership, "SELECT "+membershipCols+" FROM memberships WHERE item_id = ?", itemID)
}

// PutMembership files an item under an event, replacing an earlier decision, and
// sets the item's EventID. CodeNotFound when the item is not stored.
func (tx *Tx) PutMembership(ctx context.Context, m xuanti.Membership) error {
	why := "[]"
	if len(m.Why) > 0 {
		var err error
		if why, err = encode(m.Why); err != nil {
			return fmt.Errorf("write membership: %w", err)
		}
	}
	if err := tx.SetItemEvent(ctx, m.ItemID, m.EventID); err != nil {
		return err
	}
	args := []any{m.EventID, ms(m.At), m.Score, m.By, why, m.ItemID}
	n, err := tx.insert(ctx, countMemberships, `INSERT INTO memberships (event_id, at, score, made_by, why, item_id)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (item_id) DO NOTHING`, args...)
	if err != nil || n == 1 {
		return err
	}
	_, err = tx.exec(ctx, "write membership", "UPDATE memberships SET event_id = ?, at = ?, score = ?, made_by = ?, why = ? WHERE item_id = ?", args...)
	return err
}
