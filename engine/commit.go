package engine

import (
	"context"
	"maps"
	"slices"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// commit writes the change in one transaction.
func (e *Engine) commit(ctx context.Context, c *change) error {
	err := e.store.Update(ctx, func(tx *store.Tx) error {
		for _, write := range []func(context.Context, *store.Tx) error{c.writeItems, c.writeEvents, c.writeGroups, c.writeFigures, c.writeAlso} {
			if err := write(ctx, tx); err != nil {
				return err
			}
		}
		if err := e.writeRegrouping(ctx, tx, c); err != nil {
			return err
		}
		return c.alerts.write(ctx, tx)
	})
	if err != nil {
		return err
	}
	for i := range c.items {
		e.state.seq = max(e.state.seq, c.items[i].Seq)
	}
	for _, l := range c.events {
		if l.unsaved() {
			l.dirty, l.saved = false, l.ev.LastAt
		}
	}
	return nil
}

// putAll writes a list until one of it fails.
func putAll[T any](ctx context.Context, list []T, put func(context.Context, T) error) error {
	for _, x := range list {
		if err := put(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) writeItems(ctx context.Context, tx *store.Tx) error {
	for i := range c.items {
		if _, err := tx.InsertItem(ctx, &c.items[i]); err != nil {
			return err
		}
	}
	if _, err := tx.PutOwnPosts(ctx, c.own); err != nil {
		return err
	}
	return putAll(ctx, c.prints, tx.PutFingerprint)
}

// writeEvents writes topics, their events, and the members of these.
func (c *change) writeEvents(ctx context.Context, tx *store.Tx) error {
	for _, id := range slices.Sorted(maps.Keys(c.topics)) {
		if err := putTopic(ctx, tx, id, c.topics[id]); err != nil {
			return err
		}
	}
	for _, id := range c.order {
		if l := c.events[id]; l.unsaved() {
			if err := tx.PutEvent(ctx, l.ev); err != nil {
				return err
			}
		}
	}
	return putAll(ctx, c.members, tx.PutMembership)
}

// writeGroups writes what was divided, joined and fixed.
func (c *change) writeGroups(ctx context.Context, tx *store.Tx) error {
	for _, sp := range c.splits {
		if err := tx.SplitEvent(ctx, sp.from, sp.part.ev, sp.items); err != nil {
			return err
		}
	}
	for _, m := range c.merges {
		merge := tx.MergeEvents
		if m.Topic {
			merge = tx.MergeTopics
		}
		if err := merge(ctx, m.From, m.Into, c.at); err != nil {
			return err
		}
	}
	if d := c.divided; d != nil {
		if err := tx.SplitTopic(ctx, d.from, d.part, d.events); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.pins)) {
		if err := tx.PinTopic(ctx, id, c.pins[id]); err != nil {
			return err
		}
	}
	return nil
}

// writeFigures writes board snapshots, curves, counts and bursts.
func (c *change) writeFigures(ctx context.Context, tx *store.Tx) error {
	for i, sn := range c.snaps {
		if err := tx.AddSnapshot(ctx, sn, c.seen[i]); err != nil {
			return err
		}
	}
	if err := tx.AddEventPoints(ctx, c.points); err != nil {
		return err
	}
	if err := tx.AddMetrics(ctx, c.metrics); err != nil {
		return err
	}
	return putAll(ctx, c.bursts, tx.PutBurst)
}

// writeAlso writes what the batch brought of its own.
func (c *change) writeAlso(ctx context.Context, tx *store.Tx) error {
	if c.also == nil {
		return nil
	}
	fresh := map[string]int{}
	for i := range c.items {
		fresh[c.items[i].SourceID]++
	}
	return c.also(ctx, tx, fresh)
}

// unsaved reports whether an event's row is worth writing: most events of a
// snapshot only stay where they are.
func (l *liveEvent) unsaved() bool { return l.dirty || l.ev.LastAt.Sub(l.saved) > pointEvery/2 }

// putTopic adds what this batch learned to a topic that may exist already.
func putTopic(ctx context.Context, tx *store.Tx, id string, t xuanti.Topic) error {
	old, err := tx.Topic(ctx, id)
	if err == nil && old.ID == id {
		t.FirstAt = old.FirstAt
		t.Events += old.Events
		t.Pinned = old.Pinned
		if old.LastAt.After(t.LastAt) {
			t.LastAt = old.LastAt
		}
	} else if err != nil && xuanti.CodeOf(err) != xuanti.CodeNotFound {
		return err
	}
	return tx.PutTopic(ctx, t)
}
