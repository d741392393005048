package store

import (
	"context"
	"fmt"
	"time"

	"github.com/xuanti/xuanti"
)

const (
	eventCols = `e.id, e.topic_id, e.title, e.first_at, e.last_at, e.items, e.copies, e.platforms, e.terms, e.state,
	e.state_since, e.heat, e.peak_heat, e.peak_at, e.redirect_to, e.pinned`
	// maxHops ends a chain of merges; MergeEvents keeps them one hop long.
	maxHops = 16
)

// eventDest lists where the columns of eventCols go.
func eventDest(e *xuanti.Event) []any {
	return []any{
		&e.ID, &e.TopicID, &e.Title, millis{&e.FirstAt}, millis{&e.LastAt}, &e.Items, &e.Copies,
		texts{&e.Platforms}, texts{&e.Terms}, &e.State, millis{&e.StateSince}, &e.Heat, &e.PeakHeat,
		millis{&e.PeakAt}, &e.RedirectTo, &e.Pinned,
	}
}

func scanEvent(r row, e *xuanti.Event) error { return r.Scan(eventDest(e)...) }

// storedEvent reads an event without following its redirect.
func (q *queries) storedEvent(ctx context.Context, id string) (xuanti.Event, error) {
	return one(ctx, q, "event", id, scanEvent, "SELECT "+eventCols+" FROM events e WHERE e.id = ?", id)
}

// Event returns an event, or the one that it was merged into; CodeNotFound when
// there is none.
func (q *queries) Event(ctx context.Context, id string) (xuanti.Event, error) {
	for range maxHops {
		e, err := q.storedEvent(ctx, id)
		if err != nil || e.RedirectTo == "" {
			return e, err
		}
		id = e.RedirectTo
	}
	return xuanti.Event{}, xuanti.Errorf(xuanti.CodeCorrupt, "the event %q redirects in a circle", id)
}

// Events returns events by newest LastAt. Redirected events are left out unless
// IDs names them; then they are returned as stored.
func (q *queries) Events(ctx context.Context, f EventFilter) ([]xuanti.Event, error) {
	var w where
	if len(f.IDs) > 0 {
		w.add("e.id"+q.d.in, strs(f.IDs))
	} else {
		w.add("e.redirect_to = ''")
	}
	if f.TopicID != "" {
		w.add("e.topic_id = ?", f.TopicID)
	}
	if !f.Since.IsZero() || !f.Until.IsZero() {
		lo, hi := bounds(f.Since, f.Until)
		w.add("e.last_at >= ? AND e.last_at <= ?", lo, hi)
	}
	return list(ctx, q, "list events", scanEvent, "SELECT "+eventCols+" FROM events e"+w.String()+
		" ORDER BY e.last_at DESC, e.id LIMIT ?", append(w.args, most(f.Limit))...)
}

// PutEvent inserts or replaces an event.
func (tx *Tx) PutEvent(ctx context.Context, e xuanti.Event) error {
	if e.ID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "an event needs an id")
	}
	if e.RedirectTo == e.ID {
		return xuanti.Errorf(xuanti.CodeInvalid, "the event %q cannot redirect to itself", e.ID)
	}
	args := []any{
		e.TopicID, e.Title, ms(e.FirstAt), ms(e.LastAt), e.Items, e.Copies, strs(e.Platforms), strs(e.Terms),
		string(e.State), ms(e.StateSince), e.Heat, e.PeakHeat, ms(e.PeakAt), e.RedirectTo, flag(e.Pinned), e.ID,
	}
	// An event is written many times and inserted once.
	n, err := tx.exec(ctx, "write event", `UPDATE events SET topic_id = ?, title = ?, first_at = ?, last_at = ?, items = ?,
		copies = ?, platforms = ?, terms = ?, state = ?, state_since = ?, heat = ?, peak_heat = ?, peak_at = ?,
		redirect_to = ?, pinned = ? WHERE id = ?`, args...)
	if err != nil || n > 0 {
		return err
	}
	if _, err := tx.insert(ctx, countEvents, `INSERT INTO events (topic_id, title, first_at, last_at, items, copies, platforms,
			terms, state, state_since, heat, peak_heat, peak_at, redirect_to, pinned, id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, args...); err != nil {
		return err
	}
	return tx.refreshPoint(ctx, e.ID)
}

// MergeEvents makes from a redirect to into, which takes over its members,
// matches (so that nobody is told of it again) and decisions. The counts,
// platforms, times and peak of into are brought up to date; points stay under
// the event for which they were recorded. Either id may be one that was merged
// before; merging twice changes nothing.
func (tx *Tx) MergeEvents(ctx context.Context, from, into string, at time.Time) error {
	if from == into {
		return xuanti.Errorf(xuanti.CodeInvalid, "the event %q cannot be merged with itself", into)
	}
	target, err := tx.Event(ctx, into)
	if err != nil {
		return fmt.Errorf("merge events: %w", err)
	}
	source, err := tx.Event(ctx, from)
	if err != nil {
		return fmt.Errorf("merge events: %w", err)
	}
	if target.ID == source.ID {
		return nil // merged before
	}
	for _, st := range []string{
		"UPDATE events SET redirect_to = ? WHERE redirect_to = ? AND redirect_to <> ''",
		"UPDATE items SET event_id = ? WHERE event_id = ? AND event_id <> ''",
		"UPDATE memberships SET event_id = ? WHERE event_id = ?",
		"UPDATE decisions SET event_id = ? WHERE event_id = ?",
	} {
		if _, err := tx.exec(ctx, "merge events", st, target.ID, source.ID); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, "merge events", `UPDATE matches SET event_id = ? WHERE event_id = ? AND NOT EXISTS (
			SELECT 1 FROM matches m WHERE m.subscription_id = matches.subscription_id AND m.stage = matches.stage AND m.event_id = ?)`,
		target.ID, source.ID, target.ID); err != nil {
		return err
	}
	target.FirstAt = earlier(target.FirstAt, source.FirstAt)
	target.LastAt = later(target.LastAt, source.LastAt)
	for _, p := range source.Platforms {
		target.Platforms = addOnce(target.Platforms, p)
	}
	if source.PeakHeat > target.PeakHeat {
		target.PeakHeat, target.PeakAt = source.PeakHeat, source.PeakAt
	}
	target.Pinned = target.Pinned || source.Pinned
	if err := tx.countMembers(ctx, &target); err != nil {
		return err
	}
	if err := tx.PutEvent(ctx, target); err != nil {
		return err
	}
	source.RedirectTo = target.ID
	source.LastAt = later(source.LastAt, at)
	return tx.PutEvent(ctx, source)
}

// countMembers sets Items and Copies from the memberships, unless it has none.
func (tx *Tx) countMembers(ctx context.Context, e *xuanti.Event) error {
	var items, copies int
	err := tx.db.QueryRowContext(ctx, `SELECT COUNT(CASE WHEN i.relation = '' THEN 1 END), COUNT(CASE WHEN i.relation <> '' THEN 1 END)
		FROM memberships m JOIN items i ON i.id = m.item_id WHERE m.event_id = ?`, e.ID).Scan(&items, &copies)
	if err != nil {
		return tx.wrap("count members", err)
	}
	if items+copies > 0 {
		e.Items, e.Copies = items, copies
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func addOnce(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
