package store

import (
	"context"
	"fmt"
	"time"

	"github.com/xuanti/xuanti"
)

const topicCols = "id, title, first_at, last_at, events, redirect_to, pinned"

func scanTopic(r row, t *xuanti.Topic) error {
	return r.Scan(&t.ID, &t.Title, millis{&t.FirstAt}, millis{&t.LastAt}, &t.Events, &t.RedirectTo, &t.Pinned)
}

func (q *queries) storedTopic(ctx context.Context, id string) (xuanti.Topic, error) {
	return one(ctx, q, "topic", id, scanTopic, "SELECT "+topicCols+" FROM topics WHERE id = ?", id)
}

// Topic returns a topic, or the one that it was merged into; CodeNotFound when
// there is none.
func (q *queries) Topic(ctx context.Context, id string) (xuanti.Topic, error) {
	for range maxHops {
		t, err := q.storedTopic(ctx, id)
		if err != nil || t.RedirectTo == "" {
			return t, err
		}
		id = t.RedirectTo
	}
	return xuanti.Topic{}, xuanti.Errorf(xuanti.CodeCorrupt, "the topic %q redirects in a circle", id)
}

// Topics returns topics in the given order as stored, redirects not followed;
// ids that are not stored are skipped.
func (q *queries) Topics(ctx context.Context, ids []string) ([]xuanti.Topic, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := list(ctx, q, "read topics", scanTopic, "SELECT "+topicCols+" FROM topics WHERE id"+q.d.in, strs(ids))
	return inOrder(ids, found, func(t *xuanti.Topic) string { return t.ID }), err
}

// PutTopic inserts or replaces a topic.
func (tx *Tx) PutTopic(ctx context.Context, t xuanti.Topic) error {
	if t.ID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a topic needs an id")
	}
	if t.RedirectTo == t.ID {
		return xuanti.Errorf(xuanti.CodeInvalid, "the topic %q cannot redirect to itself", t.ID)
	}
	args := []any{t.Title, ms(t.FirstAt), ms(t.LastAt), t.Events, t.RedirectTo, t.Pinned, t.ID}
	n, err := tx.exec(ctx, "write topic", "UPDATE topics SET title = ?, first_at = ?, last_at = ?, events = ?, redirect_to = ?, pinned = ? WHERE id = ?", args...)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.insert(ctx, countTopics, "INSERT INTO topics (title, first_at, last_at, events, redirect_to, pinned, id) VALUES (?, ?, ?, ?, ?, ?, ?)", args...)
	return err
}

// PinnedTopics returns the topics that a person fixed and that were told of
// since a time, by id.
func (q *queries) PinnedTopics(ctx context.Context, since time.Time) ([]xuanti.Topic, error) {
	return list(ctx, q, "read pinned topics", scanTopic, "SELECT "+topicCols+" FROM topics WHERE pinned <> 0 AND redirect_to = '' AND last_at >= ? ORDER BY id", ms(since))
}

// PinTopic notes whether a person fixed what a topic is; CodeNotFound when it
// is not stored.
func (tx *Tx) PinTopic(ctx context.Context, id string, on bool) error {
	n, err := tx.exec(ctx, "pin topic", "UPDATE topics SET pinned = ? WHERE id = ?", on, id)
	if err == nil && n == 0 {
		return xuanti.Errorf(xuanti.CodeNotFound, "no topic %q", id)
	}
	return err
}

// MergeTopics makes from a redirect to into, which takes over its events. The
// count and times of into are brought up to date.
func (tx *Tx) MergeTopics(ctx context.Context, from, into string, at time.Time) error {
	if from == into {
		return xuanti.Errorf(xuanti.CodeInvalid, "the topic %q cannot be merged with itself", into)
	}
	target, err := tx.Topic(ctx, into)
	if err != nil {
		return fmt.Errorf("merge topics: %w", err)
	}
	source, err := tx.Topic(ctx, from)
	if err != nil {
		return fmt.Errorf("merge topics: %w", err)
	}
	if target.ID == source.ID {
		return nil // merged before
	}
	for _, st := range []string{
		"UPDATE topics SET redirect_to = ? WHERE redirect_to = ? AND redirect_to <> ''",
		"UPDATE events SET topic_id = ? WHERE topic_id = ?",
	} {
		if _, err := tx.exec(ctx, "merge topics", st, target.ID, source.ID); err != nil {
			return err
		}
	}
	var events int
	if err := tx.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM events WHERE topic_id = ? AND redirect_to = ''", target.ID).Scan(&events); err != nil {
		return tx.wrap("merge topics", err)
	}
	if events > 0 {
		target.Events = events
	}
	target.FirstAt = earlier(target.FirstAt, source.FirstAt)
	target.LastAt = later(target.LastAt, source.LastAt)
	if err := tx.PutTopic(ctx, target); err != nil {
		return err
	}
	source.RedirectTo = target.ID
	source.LastAt = later(source.LastAt, at)
	return tx.PutTopic(ctx, source)
}
