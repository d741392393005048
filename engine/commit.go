package engine

import (
	"context"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// commit writes the change in one transaction.
func (e *Engine) commit(ctx context.Context, c *change) error {
	err := e.store.Update(ctx, func(tx *store.Tx) error {
		for i := range c.items {
			if _, err := tx.InsertItem(ctx, &c.items[i]); err != nil {
				return err
			}
		}
		for _, p := range c.prints {
			if err := tx.PutFingerprint(ctx, p); err != nil {
				return err
			}
		}
		for id, t := range c.topics {
			if err := e.putTopic(ctx, tx, id, t); err != nil {
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
		for _, m := range c.members {
			if err := tx.PutMembership(ctx, m); err != nil {
				return err
			}
		}
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
		for id, on := range c.pins {
			if err := tx.PinTopic(ctx, id, on); err != nil {
				return err
			}
		}
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
		for _, b := range c.bursts {
			if err := tx.PutBurst(ctx, b); err != nil {
				return err
			}
		}
		if c.also != nil {
			fresh := map[string]int{}
			for i := range c.items {
				fresh[c.items[i].SourceID]++
			}
			if err := c.also(ctx, tx, fresh); err != nil {
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

// unsaved reports whether an event's row is worth writing: most events of a
// snapshot only stay where they are.
func (l *liveEvent) unsaved() bool { return l.dirty || l.ev.LastAt.Sub(l.saved) > pointEvery/2 }

// putTopic adds what this batch learned to a topic that may exist already.
func (e *Engine) putTopic(ctx context.Context, tx *store.Tx, id string, t xuanti.Topic) error {
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
