package store

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

const pointCols = "event_id, at, heat, state, platforms, items, grow, stay, spread, lift"

// pointDest lists where the columns of a point go, the event's id left out.
func pointDest(p *xuanti.EventPoint) []any {
	return []any{millis{&p.At}, &p.Heat, &p.State, &p.Platforms, &p.Items, &p.Grow, &p.Stay, &p.Spread, &p.Lift}
}

// AddEventPoints appends points; one of the same event and time is replaced.
func (tx *Tx) AddEventPoints(ctx context.Context, points []xuanti.EventPoint) error {
	for i := range points {
		p := &points[i]
		if p.EventID == "" || p.At.IsZero() {
			return xuanti.Errorf(xuanti.CodeInvalid, "an event point needs an event and a time")
		}
		values := []any{p.Heat, string(p.State), p.Platforms, p.Items, p.Grow, p.Stay, p.Spread, p.Lift, p.EventID, ms(p.At)}
		n, err := tx.insert(ctx, countPoints, `INSERT INTO event_points (heat, state, platforms, items, grow, stay, spread, lift, event_id, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id, at) DO NOTHING`, values...)
		if err != nil {
			return err
		}
		if n == 0 {
			if _, err := tx.exec(ctx, "write event point", `UPDATE event_points SET heat = ?, state = ?, platforms = ?, items = ?,
				grow = ?, stay = ?, spread = ?, lift = ? WHERE event_id = ? AND at = ?`, values...); err != nil {
				return err
			}
		}
		// Keep the copy of the newest point; an event that is not stored yet
		// gets it from PutEvent.
		if _, err := tx.exec(ctx, "write event point", `UPDATE events SET p_heat = ?, p_state = ?, p_platforms = ?, p_items = ?,
			p_grow = ?, p_stay = ?, p_spread = ?, p_lift = ?, p_at = ? WHERE id = ? AND p_at <= ?`,
			append(values[:8:8], ms(p.At), p.EventID, ms(p.At))...); err != nil {
			return err
		}
	}
	return nil
}

// refreshPoint copies the newest point of an event to its row.
func (tx *Tx) refreshPoint(ctx context.Context, eventID string) error {
	_, err := tx.exec(ctx, "write event point", `UPDATE events SET (p_at, p_heat, p_state, p_platforms, p_items, p_grow, p_stay, p_spread, p_lift) =
			(SELECT at, heat, state, platforms, items, grow, stay, spread, lift FROM event_points
				WHERE event_id = events.id ORDER BY at DESC LIMIT 1)
		WHERE id = ? AND EXISTS (SELECT 1 FROM event_points WHERE event_id = events.id)`, eventID)
	return err
}

// EventPoints returns the points of events between two times, by event and time.
func (q *queries) EventPoints(ctx context.Context, eventIDs []string, from, to time.Time) ([]xuanti.EventPoint, error) {
	if len(eventIDs) == 0 {
		return nil, nil
	}
	lo, hi := bounds(from, to)
	return list(ctx, q, "read event points", func(r row, p *xuanti.EventPoint) error {
		return r.Scan(append([]any{&p.EventID}, pointDest(p)...)...)
	}, "SELECT "+pointCols+" FROM event_points WHERE event_id"+q.d.in+" AND at >= ? AND at <= ? ORDER BY event_id, at",
		strs(eventIDs), lo, hi)
}

// EventsAt returns what was hot at a time: every event whose newest point at or
// before at is younger than window, with that point, hottest first. Merged
// events are left out. Everything but the Point is as stored now.
//
// An event without a point after at, that is every event when at is now, is
// found by the copy of its newest point in one index range. For a time in the
// past the other events are found by their points in the window, so the cost
// grows with the window, never with the history on either side of it.
func (q *queries) EventsAt(ctx context.Context, at time.Time, window time.Duration, limit int) ([]EventRow, error) {
	lo, hi := ms(at.Add(-window)), ms(at)
	var past bool
	err := q.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM events WHERE p_at > ?)", hi).Scan(&past)
	if err != nil {
		return nil, q.wrap("list hot events", err)
	}
	if !past {
		return q.eventsNow(ctx, lo, hi, limit)
	}
	return q.eventsPast(ctx, lo, hi, limit)
}

func (q *queries) eventsNow(ctx context.Context, lo, hi int64, limit int) ([]EventRow, error) {
	return list(ctx, q, "list hot events", scanEventRow, "SELECT "+eventCols+`,
			e.p_at, e.p_heat, e.p_state, e.p_platforms, e.p_items, e.p_grow, e.p_stay, e.p_spread, e.p_lift
		FROM (SELECT id AS hot_id, p_heat AS hot_heat FROM events WHERE p_at > ? AND p_at <= ? AND redirect_to = ''
			ORDER BY p_heat DESC, id LIMIT ?) h
		JOIN events e ON e.id = h.hot_id ORDER BY h.hot_heat DESC, h.hot_id`, lo, hi, most(limit))
}

func (q *queries) eventsPast(ctx context.Context, lo, hi int64, limit int) ([]EventRow, error) {
	return list(ctx, q, "list hot events", scanEventRow, "SELECT "+eventCols+`,
			p.at, p.heat, p.state, p.platforms, p.items, p.grow, p.stay, p.spread, p.lift
		FROM (SELECT event_id, MAX(at) AS at FROM event_points WHERE at > ? AND at <= ? GROUP BY event_id) n
		JOIN event_points p ON p.event_id = n.event_id AND p.at = n.at
		JOIN events e ON e.id = n.event_id
		WHERE e.redirect_to = '' ORDER BY p.heat DESC, e.id LIMIT ?`, lo, hi, most(limit))
}

func scanEventRow(r row, e *EventRow) error {
	err := r.Scan(append(eventDest(&e.Event), pointDest(&e.Point)...)...)
	e.Point.EventID = e.ID
	return err
}
