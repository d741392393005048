package store

import (
	"context"
	"fmt"

	"github.com/xuanti/xuanti"
)

const regroupCols = "id, at, kind, made_by, event_id, other_id, items, topic_id, pinned, undone_at"

func scanRegrouping(r row, g *xuanti.Regrouping) error {
	return r.Scan(&g.ID, millis{&g.At}, &g.Kind, &g.By, &g.EventID, &g.OtherID, jsonText{&g.Items}, &g.TopicID, &g.Pinned, millis{&g.UndoneAt})
}

// Regroupings returns what people decided about an event, or about all when
// eventID is empty, newest first.
func (q *queries) Regroupings(ctx context.Context, eventID string, limit int) ([]xuanti.Regrouping, error) {
	var w where
	if eventID != "" {
		w.add("(event_id = ? OR other_id = ?)", eventID, eventID)
	}
	return list(ctx, q, "list regroupings", scanRegrouping, "SELECT "+regroupCols+" FROM regroupings"+w.String()+
		" ORDER BY at DESC, id DESC LIMIT ?", append(w.args, most(limit))...)
}

// Regrouping returns one decision, or CodeNotFound.
func (q *queries) Regrouping(ctx context.Context, id string) (xuanti.Regrouping, error) {
	return one(ctx, q, "regrouping", id, scanRegrouping, "SELECT "+regroupCols+" FROM regroupings WHERE id = ?", id)
}

// PutRegrouping inserts or replaces a decision.
func (tx *Tx) PutRegrouping(ctx context.Context, g xuanti.Regrouping) error {
	if g.ID == "" || g.EventID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a regrouping needs an id and an event")
	}
	_, err := tx.exec(ctx, "write regrouping", `INSERT INTO regroupings (`+regroupCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at, kind = excluded.kind, made_by = excluded.made_by,
			event_id = excluded.event_id, other_id = excluded.other_id, items = excluded.items, topic_id = excluded.topic_id, pinned = excluded.pinned,
			undone_at = excluded.undone_at`,
		g.ID, ms(g.At), string(g.Kind), g.By, g.EventID, g.OtherID, strs(g.Items), g.TopicID, flag(g.Pinned), ms(g.UndoneAt))
	return err
}

// SplitEvent files items of event from under the event part, which it writes;
// part may be one that was merged before and lives again. The counts of both
// are brought up to date; points and matches stay where they were recorded.
func (tx *Tx) SplitEvent(ctx context.Context, from string, part xuanti.Event, items []string) error {
	if from == part.ID || len(items) == 0 {
		return xuanti.Errorf(xuanti.CodeInvalid, "nothing to split off the event %q", from)
	}
	source, err := tx.Event(ctx, from)
	if err != nil {
		return fmt.Errorf("split event: %w", err)
	}
	part.RedirectTo = ""
	for _, id := range items {
		for _, st := range []string{
			"UPDATE items SET event_id = ? WHERE id = ? AND event_id = ?",
			"UPDATE memberships SET event_id = ? WHERE item_id = ? AND event_id = ?",
		} {
			if _, err := tx.exec(ctx, "split event", st, part.ID, id, source.ID); err != nil {
				return err
			}
		}
	}
	for _, e := range []*xuanti.Event{&source, &part} {
		if err := tx.countMembers(ctx, e); err != nil {
			return err
		}
		if err := tx.PutEvent(ctx, *e); err != nil {
			return err
		}
	}
	return tx.recountTopic(ctx, source.TopicID)
}

// recountTopic sets the number of a topic's events, if it is stored.
func (tx *Tx) recountTopic(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, "recount topic", `UPDATE topics SET events = (SELECT COUNT(*) FROM events WHERE topic_id = topics.id AND redirect_to = '')
		WHERE id = ?`, id)
	return err
}

// SplitTopic files events of topic from under the topic part, which it writes;
// part may be one that was merged before and lives again. The counts of both
// are brought up to date.
func (tx *Tx) SplitTopic(ctx context.Context, from string, part xuanti.Topic, events []string) error {
	if from == part.ID || len(events) == 0 {
		return xuanti.Errorf(xuanti.CodeInvalid, "nothing to split off the topic %q", from)
	}
	source, err := tx.Topic(ctx, from)
	if err != nil {
		return fmt.Errorf("split topic: %w", err)
	}
	part.RedirectTo = ""
	if err := tx.PutTopic(ctx, part); err != nil {
		return err
	}
	for _, id := range events {
		if _, err := tx.exec(ctx, "split topic", "UPDATE events SET topic_id = ? WHERE id = ? AND topic_id = ?", part.ID, id, source.ID); err != nil {
			return err
		}
	}
	if err := tx.recountTopic(ctx, part.ID); err != nil {
		return err
	}
	return tx.recountTopic(ctx, source.ID)
}
