package engine

import (
	"context"
	"slices"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/trend"
)

// dividedTopic is a topic that a person divided: what the store has to move.
type dividedTopic struct {
	from   string
	part   xuanti.Topic
	events []string
}

// maxTopicTitles bounds the titles of an event that are read again when its
// topic is divided.
const maxTopicTitles = 12

// MergeTopics implements Writer: from becomes part of into, with all its events.
func (e *Engine) MergeTopics(ctx context.Context, from, into, by string) (RegroupView, error) {
	return e.regroup(ctx, func(c *change) error {
		b, err := e.openTopic(ctx, into)
		if err != nil {
			return err
		}
		a, err := e.openTopic(ctx, from)
		if err != nil {
			return err
		}
		if a.ID == b.ID {
			return invalid("/into", "两个话题是同一个 (one and the same topic)")
		}
		events, err := e.eventsOf(ctx, a.ID)
		if err != nil {
			return err
		}
		c.regroup = &xuanti.Regrouping{Kind: xuanti.RegroupMergeTopics, By: by, EventID: b.ID, OtherID: a.ID, Items: eventIDs(events), Pinned: e.state.grouper.Pinned(b.ID)}
		return e.mergeTopicsByHand(c, a.ID, b.ID, true)
	})
}

// SplitTopic implements Writer: events of the topic become a topic of their own.
// Both are left alone by the two-hourly round from then on.
func (e *Engine) SplitTopic(ctx context.Context, id string, events []string, by string) (RegroupView, error) {
	return e.regroup(ctx, func(c *change) error {
		t, err := e.openTopic(ctx, id)
		if err != nil {
			return err
		}
		p, err := e.topicParts(ctx, t.ID, events)
		if err != nil {
			return err
		}
		c.regroup = &xuanti.Regrouping{Kind: xuanti.RegroupSplitTopic, By: by, EventID: t.ID, Items: eventIDs(p.move), Pinned: e.state.grouper.Pinned(t.ID)}
		c.regroup.OtherID = xuanti.NewID(c.at, "topic", "split", p.move[0].ID)
		return e.splitTopicByHand(ctx, c, t.ID, c.regroup.OtherID, p, true)
	})
}

// PinTopic implements Writer: a pinned topic is not merged by the two-hourly round.
func (e *Engine) PinTopic(ctx context.Context, id string, on bool, by string) (RegroupView, error) {
	return e.regroup(ctx, func(c *change) error {
		t, err := e.openTopic(ctx, id)
		if err != nil {
			return err
		}
		c.regroup = &xuanti.Regrouping{Kind: xuanti.RegroupUnpinTopic, By: by, EventID: t.ID, Pinned: e.state.grouper.Pinned(t.ID)}
		if on {
			c.regroup.Kind = xuanti.RegroupPinTopic
		}
		return e.pinTopic(c, t.ID, on)
	})
}

func (e *Engine) pinTopic(c *change, id string, on bool) error {
	if err := e.state.grouper.Pin(id, on); err != nil {
		return err
	}
	c.pins[id] = on
	return nil
}

// undoTopics takes a decision about topics back. Events that came since stay
// where they are.
func (e *Engine) undoTopics(ctx context.Context, c *change, r *xuanti.Regrouping) error {
	t, err := e.openTopic(ctx, r.EventID)
	if err != nil {
		return err
	}
	switch r.Kind {
	case xuanti.RegroupPinTopic, xuanti.RegroupUnpinTopic:
		c.regroup = r
		return e.pinTopic(c, t.ID, r.Pinned)
	case xuanti.RegroupMergeTopics:
		p, err := e.topicParts(ctx, t.ID, r.Items)
		if err != nil {
			return err
		}
		c.regroup = r
		return e.splitTopicByHand(ctx, c, t.ID, r.OtherID, p, r.Pinned)
	}
	other, err := e.openTopic(ctx, r.OtherID)
	if err != nil {
		return err
	}
	if other.ID == t.ID {
		return xuanti.Errorf(xuanti.CodeConflict, "两个话题已经重新合在一起 (already one topic again)")
	}
	c.regroup = r
	return e.mergeTopicsByHand(c, other.ID, t.ID, r.Pinned)
}

// maxReopened bounds the events that bring a topic back that was closed.
const maxReopened = 40

// openTopic returns a topic, redirects followed; one that was closed is brought
// back with its newest events.
func (e *Engine) openTopic(ctx context.Context, id string) (xuanti.Topic, error) {
	t, err := e.store.Topic(ctx, id)
	if err != nil || e.state.grouper.Open(t.ID) {
		return t, err
	}
	events, err := e.eventsOf(ctx, t.ID)
	if err != nil {
		return t, err
	}
	for _, ev := range events[max(0, len(events)-maxReopened):] {
		if _, err := e.reopen(ctx, ev.ID); err != nil && xuanti.CodeOf(err) != xuanti.CodeConflict {
			return t, err
		}
	}
	if !e.state.grouper.Open(t.ID) {
		return t, xuanti.Errorf(xuanti.CodeConflict, "话题 %s 的内容已经清理，不能再改 (its members are no longer stored)", t.ID)
	}
	return t, e.state.grouper.Pin(t.ID, t.Pinned)
}

// eventsOf lists the events of a topic by their beginning.
func (e *Engine) eventsOf(ctx context.Context, topicID string) ([]xuanti.Event, error) {
	evs, err := e.store.Events(ctx, store.EventFilter{TopicID: topicID, Limit: maxRegrouped})
	evs = slices.DeleteFunc(evs, func(ev xuanti.Event) bool { return ev.RedirectTo != "" })
	slices.SortFunc(evs, func(a, b xuanti.Event) int { return a.FirstAt.Compare(b.FirstAt) })
	return evs, err
}

func eventIDs(evs []xuanti.Event) []string {
	out := make([]string, len(evs))
	for i := range evs {
		out[i] = evs[i].ID
	}
	return out
}

// topicPart are the events of a topic on the two sides of a split.
type topicPart struct{ stay, move []xuanti.Event }

func (e *Engine) topicParts(ctx context.Context, id string, events []string) (topicPart, error) {
	all, err := e.eventsOf(ctx, id)
	if err != nil {
		return topicPart{}, err
	}
	var p topicPart
	for _, ev := range all {
		if slices.Contains(events, ev.ID) {
			p.move = append(p.move, ev)
		} else {
			p.stay = append(p.stay, ev)
		}
	}
	if len(p.move) == 0 {
		return p, invalid("/events", "没有可以拆出的事件 (none of the events belongs to the topic)")
	}
	if len(p.stay) == 0 {
		return p, invalid("/events", "至少要留下一个事件 (at least one event must stay)")
	}
	return p, nil
}

// titlesOf analyses the newest titles of events.
func (e *Engine) titlesOf(ctx context.Context, evs []xuanti.Event) ([]trend.Doc, error) {
	var out []trend.Doc
	for _, ev := range evs {
		members, err := e.membersOf(ctx, ev.ID)
		if err != nil {
			return nil, err
		}
		docs := e.docsOf(members)
		out = append(out, docs[max(0, len(docs)-maxTopicTitles):]...)
	}
	return out, nil
}

func (e *Engine) mergeTopicsByHand(c *change, from, into string, pinned bool) error {
	g := e.state.grouper
	if err := g.Merge(from, into); err != nil {
		return err
	}
	c.merges = append(c.merges, trend.Merge{From: from, Into: into, Topic: true})
	e.mergeLiveTopics(from, into)
	return e.pinTopic(c, into, pinned)
}

// mergeLiveTopics files the live events of one topic under another.
func (e *Engine) mergeLiveTopics(from, into string) {
	for _, l := range e.state.events {
		if l.ev.TopicID == from {
			l.ev.TopicID, l.dirty = into, true
		}
	}
}

func (e *Engine) splitTopicByHand(ctx context.Context, c *change, from, into string, p topicPart, pinned bool) error {
	stay, err := e.titlesOf(ctx, p.stay)
	if err != nil {
		return err
	}
	move, err := e.titlesOf(ctx, p.move)
	if err != nil {
		return err
	}
	g := e.state.grouper
	moved := eventIDs(p.move)
	if err := g.SplitTopic(from, into, moved, stay, move); err != nil {
		return err
	}
	part := xuanti.Topic{ID: into, Title: p.move[0].Title, FirstAt: p.move[0].FirstAt}
	for _, ev := range p.move {
		if ev.LastAt.After(part.LastAt) {
			part.LastAt = ev.LastAt
		}
		if l := e.state.events[ev.ID]; l != nil {
			l.ev.TopicID, l.dirty = into, true
		}
	}
	c.divided = &dividedTopic{from: from, part: part, events: moved}
	if err := e.pinTopic(c, into, pinned); err != nil {
		return err
	}
	return e.pinTopic(c, from, pinned)
}

// leaveTopic makes the topic that an event leaves part of the one that the event
// goes to when it told of nothing else: its address must lead somewhere.
func (e *Engine) leaveTopic(ctx context.Context, c *change, ev *xuanti.Event, into string) error {
	left := ev.TopicID
	if left == into {
		return nil
	}
	events, err := e.eventsOf(ctx, left)
	if err != nil || slices.ContainsFunc(events, func(o xuanti.Event) bool { return o.ID != ev.ID }) {
		return err
	}
	if g := e.state.grouper; g.Open(left) && g.Open(into) {
		if err := g.Merge(left, into); err != nil {
			return err
		}
	}
	c.merges = append(c.merges, trend.Merge{From: left, Into: into, Topic: true})
	return nil
}

// returnToTopic files event id, which p.move of l has just become again, under
// the topic that it was of before it was merged into l.
func (e *Engine) returnToTopic(ctx context.Context, c *change, l *liveEvent, id string, p parts, topic string) error {
	from, g, part := l.ev.TopicID, e.state.grouper, e.state.events[id]
	if topic == "" || topic == from {
		return nil
	}
	t, err := e.store.Topic(ctx, topic)
	switch {
	case err != nil:
		return err
	case t.ID == from: // it had become part of the topic of l
		others, err := e.eventsOf(ctx, from)
		if err != nil {
			return err
		}
		stay, err := e.titlesOf(ctx, slices.DeleteFunc(others, func(o xuanti.Event) bool { return o.ID == l.ev.ID }))
		if err != nil {
			return err
		}
		if err := g.SplitTopic(from, topic, []string{id}, append(stay, e.docsOf(p.stay)...), e.docsOf(p.move)); err != nil {
			return err
		}
		t = xuanti.Topic{ID: topic, Title: part.ev.Title, FirstAt: part.ev.FirstAt, LastAt: part.ev.LastAt}
		if err := e.pinTopic(c, topic, false); err != nil {
			return err
		}
	default:
		if t, err = e.openTopic(ctx, t.ID); err != nil {
			return err
		}
		if err := g.Move(id, t.ID); err != nil {
			return err
		}
	}
	part.ev.TopicID, part.dirty = t.ID, true
	c.divided = &dividedTopic{from: from, part: t, events: []string{id}}
	return nil
}
