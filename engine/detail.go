package engine

import (
	"context"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

const (
	detailMembers = 200
	detailEvents  = 50
	detailSpan    = 14 * 24 * time.Hour
)

// Event implements Reader.
func (e *Engine) Event(ctx context.Context, id string) (EventDetail, error) {
	h, err := e.hotNow(ctx)
	if err != nil {
		return EventDetail{}, err
	}
	v, err := e.eventByID(ctx, h, id)
	if err != nil {
		return EventDetail{}, err
	}
	d := EventDetail{EventView: v, AsOf: h.at, Outlook: e.outlook(v.Presences)}
	if d.Members, err = e.members(ctx, []string{v.ID}, h.at); err != nil {
		return d, err
	}
	d.Risks = e.risksOf(v.Title, v.Terms, d.Members)
	d.Trajectories, err = e.trajectories(ctx, []string{v.ID}, h.at)
	return d, err
}

// eventByID gives the view of any event, on the hot list or not.
func (e *Engine) eventByID(ctx context.Context, h *hotView, id string) (EventView, error) {
	if i, ok := h.byID[id]; ok {
		return h.events[i], nil
	}
	ev, err := e.store.Event(ctx, id)
	if err != nil {
		return EventView{}, err
	}
	if i, ok := h.byID[ev.ID]; ok {
		return h.events[i], nil
	}
	if ev.FirstAt.After(h.at) {
		return EventView{}, xuanti.Errorf(xuanti.CodeNotFound, "事件 %s 在这个时间还没有出现 (event not seen yet)", id)
	}
	points, err := e.store.EventPoints(ctx, []string{ev.ID}, ev.FirstAt.Add(-time.Minute), h.at)
	if err != nil {
		return EventView{}, err
	}
	row := store.EventRow{Event: ev, Point: xuanti.EventPoint{EventID: ev.ID, At: ev.LastAt, State: xuanti.StateQuiet, Grow: -1, Stay: -1, Top10: -1, Spread: -1}}
	var curve []CurvePoint
	for _, p := range points {
		curve = append(curve, CurvePoint{At: p.At, Heat: p.Heat, State: p.State})
		row.Point = p
	}
	if h.at.Sub(row.Point.At) > hotWindow {
		row.Point.State, row.Point.Heat = xuanti.StateQuiet, 0
	}
	return e.eventView(row, nil, curve, h.at), nil
}

// Topic implements Reader.
func (e *Engine) Topic(ctx context.Context, id string) (TopicDetail, error) {
	h, err := e.hotNow(ctx)
	if err != nil {
		return TopicDetail{}, err
	}
	t, err := e.store.Topic(ctx, id)
	if err != nil {
		return TopicDetail{}, err
	}
	evs, err := e.store.Events(ctx, store.EventFilter{TopicID: t.ID, Limit: detailEvents})
	if err != nil {
		return TopicDetail{}, err
	}
	d := TopicDetail{Pinned: t.Pinned, AsOf: h.at}
	var ids []string
	for _, ev := range evs {
		if ev.RedirectTo != "" || ev.FirstAt.After(h.at) {
			continue
		}
		v, err := e.eventByID(ctx, h, ev.ID)
		if err != nil {
			return d, err
		}
		d.Events = append(d.Events, v)
		ids = append(ids, ev.ID)
	}
	if len(d.Events) == 0 {
		return d, xuanti.Errorf(xuanti.CodeNotFound, "话题 %s 在这个时间还没有出现 (topic not seen yet)", id)
	}
	d.TopicView = topicView(d.Events, h.at)
	d.Outlook = e.outlook(d.Presences)
	if d.Members, err = e.members(ctx, ids, h.at); err != nil {
		return d, err
	}
	d.Risks = e.risksOf(d.Title, d.Terms, d.Members)
	d.Trajectories, err = e.trajectories(ctx, ids, h.at)
	return d, err
}

// members lists the items of events as of a time, newest first.
func (e *Engine) members(ctx context.Context, events []string, at time.Time) ([]MemberView, error) {
	var all []xuanti.Membership
	for _, id := range events {
		ms, err := e.store.Memberships(ctx, id, at)
		if err != nil {
			return nil, err
		}
		all = append(all, ms...)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].At.After(all[j].At) })
	if len(all) > detailMembers {
		all = all[:detailMembers]
	}
	ids := make([]string, len(all))
	for i, m := range all {
		ids[i] = m.ItemID
	}
	views, err := e.itemViews(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]MemberView, 0, len(all))
	for _, m := range all {
		if v, ok := views[m.ItemID]; ok {
			out = append(out, MemberView{Item: v, Score: m.Score, By: m.By, Why: list(m.Why)})
		}
	}
	return out, nil
}

// trajectories gives the ways of an event's titles on the boards.
func (e *Engine) trajectories(ctx context.Context, events []string, at time.Time) ([]Trajectory, error) {
	byKey := map[string]*Trajectory{}
	var order []string
	var items []string
	for _, id := range events {
		obs, err := e.store.Observations(ctx, store.ObservationFilter{EventID: id, From: at.Add(-detailSpan), To: at, Limit: 20_000})
		if err != nil {
			return nil, err
		}
		for _, o := range obs {
			k := o.Board + "\x00" + o.ItemID
			t := byKey[k]
			if t == nil {
				t = &Trajectory{Board: o.Board, BoardName: e.boardName(o.Board), ItemID: o.ItemID}
				byKey[k] = t
				order = append(order, k)
				items = append(items, o.ItemID)
			}
			t.Points = append(t.Points, TrajectoryPoint{At: o.At, Rank: o.Rank, Heat: o.Heat, Label: o.Label})
		}
	}
	found, err := e.store.ItemsByID(ctx, items)
	if err != nil {
		return nil, err
	}
	titles := map[string]string{}
	for _, it := range found {
		titles[it.ID] = it.Title
	}
	sort.Strings(order)
	out := make([]Trajectory, 0, len(order))
	for _, k := range order {
		t := byKey[k]
		t.Title = titles[t.ItemID]
		sort.Slice(t.Points, func(i, j int) bool { return t.Points[i].At.Before(t.Points[j].At) })
		out = append(out, *t)
	}
	return out, nil
}
