package store

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

const pointCols = "event_id, at, heat, state, platforms, items, grow, stay, top10, spread, lift"

// pointDest lists where the columns of a point go, the event's id left out.
func pointDest(p *xuanti.EventPoint) []any {
	return []any{millis{&p.At}, &p.Heat, &p.State, &p.Platforms, &p.Items, &p.Grow, &p.Stay, &p.Top10, &p.Spread, &p.Lift}
}

// AddEventPoints appends points; one of the same event and time is replaced.
func (tx *Tx) AddEventPoints(ctx context.Context, points []xuanti.EventPoint) error {
	for i := range points {
		p := &points[i]
		if p.EventID == "" || p.At.IsZero() {
			return xuanti.Errorf(xuanti.CodeInvalid, "an event point needs an event and a time")
		}
		values := []any{p.Heat, string(p.State), p.Platforms, p.Items, p.Grow, p.Stay, p.Top10, p.Spread, p.Lift, p.EventID, ms(p.At)}
		n, err := tx.insert(ctx, countPoints, `INSERT INTO event_points (heat, state, platforms, items, grow, stay, top10, spread, lift, event_id, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id, at) DO NOTHING`, values...)
		if err != nil {
			return err
		}
		if n == 0 {
			if _, err := tx.exec(ctx, "write event point", `UPDATE event_points SET heat = ?, state = ?, platforms = ?, items = ?,
				grow = ?, stay = ?, top10 = ?, spread = ?, lift = ? WHERE event_id = ? AND at = ?`, values...); err != nil {
				return err
			}
		}
		if err := tx.copyPoint(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// copyPoint keeps the times of the oldest and the newest point and the numbers
// of the newest in the event's row. An event that is not stored yet gets them
// from PutEvent.
func (tx *Tx) copyPoint(ctx context.Context, p *xuanti.EventPoint) error {
	at := ms(p.At)
	n, err := tx.exec(ctx, "write event point", `UPDATE events SET p_heat = ?, p_state = ?, p_platforms = ?, p_items = ?,
			p_grow = ?, p_stay = ?, p_top10 = ?, p_spread = ?, p_lift = ?, p_at = ?, p_first = CASE WHEN p_first = 0 THEN ? ELSE p_first END
		WHERE id = ? AND p_at <= ?`,
		p.Heat, string(p.State), p.Platforms, p.Items, p.Grow, p.Stay, p.Top10, p.Spread, p.Lift, at, at, p.EventID, at)
	if err != nil || n == 1 {
		return err
	}
	_, err = tx.exec(ctx, "write event point", "UPDATE events SET p_first = ? WHERE id = ? AND p_first > ?", at, p.EventID, at)
	return err
}

// refreshPoint does the same for an event whose points were stored before it.
func (tx *Tx) refreshPoint(ctx context.Context, eventID string) error {
	_, err := tx.exec(ctx, "write event point", `UPDATE events SET (p_at, p_heat, p_state, p_platforms, p_items, p_grow, p_stay, p_top10, p_spread, p_lift) =
			(SELECT at, heat, state, platforms, items, grow, stay, top10, spread, lift FROM event_points
				WHERE event_id = events.id ORDER BY at DESC LIMIT 1),
			p_first = (SELECT MIN(at) FROM event_points WHERE event_id = events.id)
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
// An event without a point after at, which is every event when at is now, is
// found with its heat in one index range of the copies of the newest points. For
// a time in the past the events that went on after it are added: those whose
// first point lies in the three days before it, and, from an index of their own,
// the few that live longer. So the cost grows with the window and with what was
// alive, not with the history on either side.
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
	return list(ctx, q, "list hot events", eventRowScanner(), "SELECT "+eventCols+`,
			e.p_at, e.p_heat, e.p_state, e.p_platforms, e.p_items, e.p_grow, e.p_stay, e.p_top10, e.p_spread, e.p_lift
		FROM (SELECT id AS hot_id, p_heat AS hot_heat FROM events WHERE p_at > ? AND p_at <= ? AND redirect_to = ''
			ORDER BY p_heat DESC, id LIMIT ?) h
		JOIN events e ON e.id = h.hot_id ORDER BY h.hot_heat DESC, h.hot_id`, lo, hi, most(limit))
}

// longLife is the lifetime, from the first to the newest point, beyond which an
// event is in the index events_long.
const longLife = 259_200_000 // three days in milliseconds

func (q *queries) eventsPast(ctx context.Context, lo, hi int64, limit int) ([]EventRow, error) {
	return list(ctx, q, "list hot events", eventRowScanner(), "SELECT "+eventCols+`,
			p.at, p.heat, p.state, p.platforms, p.items, p.grow, p.stay, p.top10, p.spread, p.lift
		FROM (
			SELECT hot_id, hot_at, hot_heat FROM (
				SELECT id AS hot_id, p_at AS hot_at, p_heat AS hot_heat FROM events
					WHERE p_at > ? AND p_at <= ? AND redirect_to = ''
				UNION ALL
				SELECT n.event_id, n.at, n.heat FROM (
					SELECT id AS live_id FROM events WHERE p_first > ? AND p_first <= ? AND p_at > ?
						AND redirect_to = '' AND p_at - p_first <= 259200000
					UNION ALL
					SELECT id FROM events WHERE p_at > ? AND p_first <= ? AND redirect_to = '' AND p_at - p_first > 259200000
				) live
				JOIN event_points n ON n.event_id = live.live_id AND n.at = (
					SELECT MAX(m.at) FROM event_points m WHERE m.event_id = live.live_id AND m.at <= ?)
				WHERE n.at > ?
			) hot ORDER BY hot_heat DESC, hot_id LIMIT ?) h
		JOIN event_points p ON p.event_id = h.hot_id AND p.at = h.hot_at
		JOIN events e ON e.id = h.hot_id
		ORDER BY h.hot_heat DESC, h.hot_id`,
		lo, hi, hi-longLife, hi, hi, hi, hi, hi, lo, most(limit))
}

// eventRowScanner builds the list of destinations once for all rows of a query.
func eventRowScanner() func(row, *EventRow) error {
	var next EventRow
	dest := append(eventDest(&next.Event), pointDest(&next.Point)...)
	return func(r row, e *EventRow) error {
		next = EventRow{}
		err := r.Scan(dest...)
		next.Point.EventID = next.ID
		*e = next
		return err
	}
}
