package engine

import (
	"context"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/trend"
)

// splitRow is an event that was divided: what the store has to move.
type splitRow struct {
	from  string
	part  *liveEvent
	items []string
}

// maxRegrouped bounds the members of an event that are read again when people
// or the two-hourly round divide it, and that reopen a quiet one.
const maxRegrouped = 400

// MergeEvents implements Writer: from becomes part of into.
func (e *Engine) MergeEvents(ctx context.Context, from, into, by string) (RegroupView, error) {
	return e.regroup(ctx, func(c *change) error {
		b, err := e.reopen(ctx, into)
		if err != nil {
			return err
		}
		a, err := e.reopen(ctx, from)
		if err != nil {
			return err
		}
		if a == b {
			return invalid("/into", "两个事件是同一个 (one and the same event)")
		}
		members, err := e.membersOf(ctx, a.ev.ID)
		if err != nil {
			return err
		}
		c.regroup = &xuanti.Regrouping{Kind: xuanti.RegroupMerge, By: by, EventID: b.ev.ID, OtherID: a.ev.ID, Items: idsOf(members), Pinned: b.ev.Pinned}
		if a.ev.TopicID != b.ev.TopicID {
			c.regroup.TopicID = a.ev.TopicID
		}
		return e.mergeByHand(ctx, c, a, b, true)
	})
}

// SplitEvent implements Writer: items of the event become an event of their
// own; copies go with what they repeat.
func (e *Engine) SplitEvent(ctx context.Context, id string, items []string, by string) (RegroupView, error) {
	return e.regroup(ctx, func(c *change) error {
		l, err := e.reopen(ctx, id)
		if err != nil {
			return err
		}
		part, err := e.partOf(ctx, l, items)
		if err != nil {
			return err
		}
		c.regroup = &xuanti.Regrouping{Kind: xuanti.RegroupSplit, By: by, EventID: l.ev.ID, Items: idsOf(part.move), Pinned: l.ev.Pinned}
		c.regroup.OtherID = xuanti.NewID(c.at, "event", "split", part.move[0].ID)
		return e.splitByHand(c, l, c.regroup.OtherID, part, true)
	})
}

// PinEvent implements Writer: a pinned event is neither merged nor split by the
// two-hourly round, and keeps its title.
func (e *Engine) PinEvent(ctx context.Context, id string, on bool, by string) (RegroupView, error) {
	return e.regroup(ctx, func(c *change) error {
		l, err := e.reopen(ctx, id)
		if err != nil {
			return err
		}
		c.regroup = &xuanti.Regrouping{Kind: xuanti.RegroupUnpin, By: by, EventID: l.ev.ID, Pinned: l.ev.Pinned}
		if on {
			c.regroup.Kind = xuanti.RegroupPin
		}
		return e.pin(c, l, on)
	})
}

// UndoRegroup implements Writer. What joined since stays where it is.
func (e *Engine) UndoRegroup(ctx context.Context, id string) (RegroupView, error) {
	return e.regroup(ctx, func(c *change) error {
		r, err := e.store.Regrouping(ctx, id)
		if err != nil {
			return err
		}
		if !r.UndoneAt.IsZero() {
			return xuanti.Errorf(xuanti.CodeConflict, "已经撤销过了 (undone before)")
		}
		r.UndoneAt = c.at
		if r.Kind.OfTopics() {
			return e.undoTopics(ctx, c, &r)
		}
		l, err := e.reopen(ctx, r.EventID)
		if err != nil {
			return err
		}
		switch r.Kind {
		case xuanti.RegroupMerge:
			part, err := e.partOf(ctx, l, r.Items)
			if err != nil {
				return err
			}
			c.regroup = &r
			if err := e.splitByHand(c, l, r.OtherID, part, r.Pinned); err != nil {
				return err
			}
			return e.returnToTopic(ctx, c, l, r.OtherID, part, r.TopicID)
		case xuanti.RegroupSplit:
			other, err := e.reopen(ctx, r.OtherID)
			if err != nil {
				return err
			}
			if other == l {
				return xuanti.Errorf(xuanti.CodeConflict, "两个事件已经重新合在一起 (already one event again)")
			}
			c.regroup = &r
			return e.mergeByHand(ctx, c, other, l, r.Pinned)
		}
		c.regroup = &r
		return e.pin(c, l, r.Pinned)
	})
}

// Regroupings implements Reader.
func (e *Engine) Regroupings(ctx context.Context, eventID string, limit int) (Page[RegroupView], error) {
	all, err := e.store.Regroupings(ctx, eventID, limit)
	if err != nil {
		return Page[RegroupView]{}, err
	}
	p := Page[RegroupView]{AsOf: e.Now(), Items: []RegroupView{}}
	for _, r := range all {
		if !r.At.After(p.AsOf) {
			p.Items = append(p.Items, regroupView(r))
		}
	}
	return p, nil
}

// regroup runs one decision of a person: decide checks it, sets c.regroup and
// then changes memory; rows and the saved state are written in one transaction.
func (e *Engine) regroup(ctx context.Context, decide func(*change) error) (RegroupView, error) {
	if err := e.writable(); err != nil {
		return RegroupView{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.knowSources(ctx); err != nil { // the weights that admit asks for
		return RegroupView{}, err
	}
	c := newChange(batch{at: e.Now(), live: true})
	err := decide(c)
	if err == nil {
		r := c.regroup
		if r.ID == "" {
			r.ID, r.At = xuanti.NewID(c.at, "regroup", string(r.Kind), r.EventID, r.OtherID), c.at
		}
		c.say(c.at, "event.regrouped", regroupView(*r))
		err = e.commit(ctx, c)
	}
	if err != nil {
		if c.regroup != nil { // memory may know more than the disk
			err = e.forget(ctx, err)
		}
		return RegroupView{}, err
	}
	e.commits.Add(1)
	e.cache.dropHot()
	for _, n := range c.news {
		e.publish(n.At, n.Type, n.Data)
	}
	return regroupView(*c.regroup), nil
}

// reopen returns a live event; one that was closed is read back from the store.
func (e *Engine) reopen(ctx context.Context, id string) (*liveEvent, error) {
	s := &e.state
	ev, err := e.store.Event(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.grouper.Open(ev.ID) && s.events[ev.ID] != nil {
		return s.events[ev.ID], nil
	}
	members, err := e.membersOf(ctx, ev.ID)
	if err != nil {
		return nil, err
	}
	docs := e.docsOf(members)
	if len(docs) == 0 {
		return nil, xuanti.Errorf(xuanti.CodeConflict, "事件 %s 的内容已经清理，不能再改 (its members are no longer stored)", ev.ID)
	}
	if !s.grouper.Open(ev.ID) {
		for _, d := range docs {
			s.grouper.Restore(d, ev.ID, ev.TopicID)
		}
		if err := s.grouper.Pin(ev.ID, ev.Pinned); err != nil {
			return nil, err
		}
	}
	if s.events[ev.ID] == nil {
		s.events[ev.ID] = newLive(ev)
	}
	return s.events[ev.ID], nil
}

// membersOf reads the newest items of an event in the order of their sighting.
func (e *Engine) membersOf(ctx context.Context, id string) ([]xuanti.Item, error) {
	ms, err := e.store.Memberships(ctx, id, time.Time{})
	if err != nil {
		return nil, err
	}
	if len(ms) > maxRegrouped {
		ms = ms[len(ms)-maxRegrouped:]
	}
	ids := make([]string, len(ms))
	for i, m := range ms {
		ids[i] = m.ItemID
	}
	return e.store.ItemsByID(ctx, ids)
}

// docsOf analyses the titles of items that are no copies.
func (e *Engine) docsOf(items []xuanti.Item) []trend.Doc {
	var out []trend.Doc
	for i := range items {
		if it := &items[i]; it.Relation != xuanti.RelationCopy {
			out = append(out, trend.Doc{ItemID: it.ID, Key: it.Key, At: it.SeenAt, Platform: it.Platform, Source: it.SourceID, A: e.nlp.Analyze(it.Title, "")})
		}
	}
	return out
}

func idsOf(items []xuanti.Item) []string {
	out := make([]string, len(items))
	for i := range items {
		out[i] = items[i].ID
	}
	return out
}

// parts are the members of an event on the two sides of a split.
type parts struct{ stay, move []xuanti.Item }

// partOf divides an event's members; copies follow what they repeat.
func (e *Engine) partOf(ctx context.Context, l *liveEvent, items []string) (parts, error) {
	members, err := e.membersOf(ctx, l.ev.ID)
	if err != nil {
		return parts{}, err
	}
	p := divide(members, func(it *xuanti.Item) bool { return slices.Contains(items, it.ID) })
	if len(e.docsOf(p.move)) == 0 {
		return p, invalid("/items", "没有可以拆出的成员 (none of the items is a member that can be split off)")
	}
	if len(e.docsOf(p.stay)) == 0 {
		return p, invalid("/items", "至少要留下一条 (at least one member must stay)")
	}
	return p, nil
}

// divide sorts members by a test on those that are no copies.
func divide(members []xuanti.Item, moves func(*xuanti.Item) bool) parts {
	var p parts
	gone, known := map[string]bool{}, map[string]bool{}
	for i := range members {
		it := &members[i]
		if it.Relation != xuanti.RelationCopy {
			known[it.ID], gone[it.ID] = true, moves(it)
		}
	}
	for i := range members {
		it := &members[i]
		root := it.ID
		if it.Relation == xuanti.RelationCopy {
			root = it.CopyOf
		}
		if gone[root] || !known[root] && moves(it) {
			p.move = append(p.move, *it)
		} else {
			p.stay = append(p.stay, *it)
		}
	}
	return p
}

func (e *Engine) pin(c *change, l *liveEvent, on bool) error {
	if err := e.state.grouper.Pin(l.ev.ID, on); err != nil {
		return err
	}
	l.ev.Pinned, l.dirty = on, true
	c.touch(l)
	return nil
}

func (e *Engine) mergeByHand(ctx context.Context, c *change, from, into *liveEvent, pinned bool) error {
	if err := e.state.grouper.Merge(from.ev.ID, into.ev.ID); err != nil {
		return err
	}
	c.merges = append(c.merges, trend.Merge{From: from.ev.ID, Into: into.ev.ID})
	e.mergeLive(c, from.ev.ID, into.ev.ID)
	if err := e.leaveTopic(ctx, c, &from.ev, into.ev.TopicID); err != nil {
		return err
	}
	return e.pin(c, into, pinned)
}

func (e *Engine) splitByHand(c *change, l *liveEvent, id string, p parts, pinned bool) error {
	if err := e.state.grouper.Split(l.ev.ID, id, e.docsOf(p.stay), e.docsOf(p.move)); err != nil {
		return err
	}
	part := e.splitLive(c, l, id, p)
	for _, side := range []*liveEvent{l, part} {
		if err := e.pin(c, side, pinned); err != nil {
			return err
		}
	}
	return nil
}

// splitLive moves what memory knows of some members to a new event. Whoever was
// told of the whole is not told of the part again.
func (e *Engine) splitLive(c *change, l *liveEvent, id string, p parts) *liveEvent {
	s := &e.state
	part := newLive(xuanti.Event{ID: id, TopicID: l.ev.TopicID, State: xuanti.StateNew, StateSince: c.at, FirstAt: p.move[0].SeenAt, LastAt: p.move[0].SeenAt})
	part.point.At = time.Time{}
	s.events[id] = part
	moved := map[string]bool{}
	l.ev.Platforms, l.ev.Items, l.ev.Copies = nil, 0, 0
	for _, side := range []struct {
		l     *liveEvent
		items []xuanti.Item
	}{{l, p.stay}, {part, p.move}} {
		for i := range side.items {
			it := &side.items[i]
			a := &nlp.Analysis{Title: nlp.Fold(it.Title)}
			side.l.admit(it, a, e.sources.weight(it.SourceID))
			side.l.spell(a.Title, it.Title)
			moved[it.ID] = side.l == part
		}
		title, terms := s.grouper.Describe(side.l.ev.ID)
		if spelled, ok := side.l.spelled[title]; ok {
			title = spelled
		}
		if title != "" && (!side.l.ev.Pinned || side.l == part) {
			side.l.ev.Title = title
		}
		if len(terms) > 0 {
			side.l.ev.Terms = terms
		}
		side.l.dirty = true
		c.touch(side.l)
	}
	for sub := range l.subs {
		part.subs[sub] = struct{}{}
	}
	for board, pr := range l.on {
		if !moved[pr.itemID] {
			continue
		}
		delete(l.on, board)
		part.on[board] = pr
		if bn, ok := s.listed[board]; ok {
			delete(bn.events, l.ev.ID)
			bn.events[id] = struct{}{}
		}
	}
	e.refresh(c, l, c.at)
	e.refresh(c, part, c.at)
	c.splits = append(c.splits, splitRow{from: l.ev.ID, part: part, items: idsOf(p.move)})
	return part
}

// splitDrifted files the members of events that the two-hourly round divided under
// the side that the scorer finds them closer to.
func (e *Engine) splitDrifted(ctx context.Context, c *change, splits []trend.Split) error {
	for _, sp := range splits {
		l := e.state.events[sp.From]
		members, err := e.membersOf(ctx, sp.From)
		if err != nil {
			return err
		}
		docs := map[string]trend.Doc{}
		for _, d := range e.docsOf(members) {
			docs[d.ItemID] = d
		}
		p := divide(members, func(it *xuanti.Item) bool {
			d, ok := docs[it.ID]
			return ok && e.state.grouper.Closer(d, sp.From, sp.Into) == sp.Into
		})
		if l == nil || len(p.stay) == 0 || len(p.move) == 0 {
			if err := e.state.grouper.Merge(sp.Into, sp.From); err != nil {
				return err
			}
			continue
		}
		e.splitLive(c, l, sp.Into, p)
	}
	return nil
}

// writeRegrouping stores the decision of a person. With it, and with what the
// two-hourly round of a live engine changed, go the groups: a restart must not know
// an event again that is part of another. The other parts of the state, of which
// a decision changes nothing, take up what came since they were saved.
func (e *Engine) writeRegrouping(ctx context.Context, tx *store.Tx, c *change) error {
	if c.regroup != nil {
		if err := tx.PutRegrouping(ctx, *c.regroup); err != nil {
			return err
		}
	} else if !c.live || len(c.merges)+len(c.splits) == 0 {
		return nil
	}
	return e.writePart(ctx, tx, e.state.groups())
}

func regroupView(r xuanti.Regrouping) RegroupView {
	return RegroupView{ID: r.ID, At: r.At, Kind: r.Kind, By: r.By, EventID: r.EventID, OtherID: r.OtherID, Items: list(r.Items), UndoneAt: dated(r.UndoneAt)}
}
