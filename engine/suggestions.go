package engine

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/suggest"
)

const (
	candidateEvents  = 160
	candidateMembers = 40
)

// rankedView is the ranking for a profile as of a time.
type rankedView struct {
	stamp
	all []xuanti.Suggestion
}

// Suggestions implements Reader: what the profile should write next, best
// first; with a status, what was decided earlier.
func (e *Engine) Suggestions(ctx context.Context, profileID, status string, limit int) (Page[SuggestionView], error) {
	page := Page[SuggestionView]{Items: []SuggestionView{}, AsOf: e.Now()}
	p, err := e.store.Profile(ctx, profileID)
	if err != nil {
		return page, err
	}
	if status != "" && status != string(xuanti.SuggestionOpen) {
		decided, err := e.store.Decisions(ctx, p.ID, page.AsOf)
		if err != nil {
			return page, err
		}
		for _, d := range decided {
			if string(d.Status) != status || len(page.Items) == clampLimit(limit) {
				continue
			}
			var v SuggestionView
			if err := json.Unmarshal(d.Snapshot, &v); err != nil {
				return page, xuanti.Wrap(xuanti.CodeCorrupt, err, "a stored suggestion cannot be read")
			}
			v.Status, v.Reason = d.Status, d.Reason
			page.Items = append(page.Items, v)
		}
		return page, nil
	}
	all, err := e.rank(ctx, p)
	if err != nil {
		return page, err
	}
	for _, s := range all {
		if len(page.Items) == clampLimit(limit) {
			break
		}
		page.Items = append(page.Items, e.suggestionView(s))
	}
	return page, nil
}

func (e *Engine) suggestionView(s xuanti.Suggestion) SuggestionView {
	v := SuggestionView{ID: s.ID, ProfileID: s.ProfileID, EventID: s.EventID, TopicID: s.TopicID, Title: s.Title, State: s.State, StateLabel: stateLabel(s.State),
		Score: s.Score, Probability: s.Probability, Contributions: slices.Clone(list(s.Contributions)), Evidence: e.linked(s.Evidence), Risks: list(s.Risks), Angles: slices.Clone(list(s.Angles)),
		Peers: e.linked(s.Peers), Status: s.Status, Explore: s.Explore, At: s.At}
	for i := range v.Contributions {
		v.Contributions[i].Evidence = e.linked(v.Contributions[i].Evidence)
	}
	for i := range v.Angles {
		v.Angles[i].UsedBy, v.Angles[i].Support = list(v.Angles[i].UsedBy), list(v.Angles[i].Support)
	}
	return v
}

// linked is evidence with addresses that open. The rows given stay as they are:
// a ranking is kept for later readers.
func (e *Engine) linked(rows []xuanti.Evidence) []xuanti.Evidence {
	out := slices.Clone(list(rows))
	for i := range out {
		out[i].URL = e.link(out[i].URL)
	}
	return out
}

// rank ranks the active events for a profile.
func (e *Engine) rank(ctx context.Context, p xuanti.Profile) ([]xuanti.Suggestion, error) {
	e.cache.mu.Lock()
	r := e.cache.ranked[p.ID]
	e.cache.mu.Unlock()
	if r != nil && e.fresh(r.stamp) {
		return r.all, nil
	}
	st := e.stamp()
	cands, err := e.candidates(ctx, p)
	if err != nil {
		return nil, err
	}
	own, err := e.store.OwnPosts(ctx, p.ID, ownPostsUsed)
	if err != nil {
		return nil, err
	}
	decided, err := e.store.Decisions(ctx, p.ID, st.at)
	if err != nil {
		return nil, err
	}
	all := e.ranker.Rank(p, own, decided, cands, st.at, 50)
	e.cache.mu.Lock()
	if e.cache.ranked == nil {
		e.cache.ranked = map[string]*rankedView{}
	}
	e.cache.ranked[p.ID] = &rankedView{stamp: st, all: all}
	e.cache.mu.Unlock()
	return all, nil
}

// candidates gathers what the ranker needs to know of the active events.
func (e *Engine) candidates(ctx context.Context, p xuanti.Profile) ([]suggest.Candidate, error) {
	h, err := e.hotNow(ctx)
	if err != nil {
		return nil, err
	}
	peers, err := e.peerPosts(ctx)
	if err != nil {
		return nil, err
	}
	inGroup := map[string]bool{}
	for _, g := range p.Peers {
		inGroup[g] = true
	}
	live := make([]*EventView, 0, candidateEvents)
	hot := 0
	for i := range h.events {
		v := &h.events[i]
		if v.Heat <= 0 {
			continue
		}
		if hot < candidateEvents || mentions(p.Keywords, v.Title, v.Terms) {
			live = append(live, v)
			hot++
		}
	}
	out := make([]suggest.Candidate, 0, len(live))
	for i, v := range live {
		items, _, err := e.store.Items(ctx, store.ItemFilter{EventID: v.ID, Until: h.at, Limit: candidateMembers})
		if err != nil {
			return nil, err
		}
		c := suggest.Candidate{
			Event: xuanti.Event{ID: v.ID, TopicID: v.TopicID, Title: v.Title, FirstAt: v.FirstAt, LastAt: v.LastAt, Items: v.Items, Copies: v.Copies,
				Platforms: v.Platforms, Terms: v.Terms, State: v.State, StateSince: v.StateSince, Heat: v.Heat, PeakHeat: v.PeakHeat},
			Topic: xuanti.Topic{ID: v.TopicID, Title: v.Title}, Members: items,
			HeatPercentile: 1 - float64(i)/float64(max(1, len(live))),
			Point: xuanti.EventPoint{EventID: v.ID, At: h.at, Heat: v.Heat, State: v.State, Platforms: len(v.Presences), Items: v.Items + v.Copies,
				Grow: orUnknown(v.Odds.Grow), Stay: orUnknown(v.Odds.Stay), Top10: orUnknown(v.Odds.Top10), Spread: orUnknown(v.Odds.Spread)},
		}
		if v.Odds.Lift != nil {
			c.Point.Lift = *v.Odds.Lift
		}
		for _, pr := range v.Presences {
			c.Presences = append(c.Presences, suggest.Presence{Board: pr.Board, Name: pr.BoardName, Rank: pr.Rank, Title: pr.Title, URL: pr.URL, ItemID: pr.ItemID, At: pr.At, Since: pr.Since})
		}
		for _, pp := range peers.byEvent[v.ID] {
			if len(inGroup) == 0 || inGroup[pp.Account.Group] {
				c.Peers = append(c.Peers, pp)
			}
		}
		out = append(out, c)
	}
	return out, e.recall(ctx, out)
}

func mentions(keywords []string, title string, terms []string) bool {
	for _, k := range keywords {
		if saysText(k, title, terms) {
			return true
		}
	}
	return false
}

func orUnknown(p *float64) float64 {
	if p == nil {
		return -1
	}
	return *p
}

// Decide implements Writer. The decision is kept with the suggestion as it was
// offered; its event is not offered to the profile again.
func (e *Engine) Decide(ctx context.Context, suggestionID, profileID string, status xuanti.SuggestionStatus, reason, note string) (SuggestionView, error) {
	if err := e.writable(); err != nil {
		return SuggestionView{}, err
	}
	switch status {
	case xuanti.SuggestionAccepted, xuanti.SuggestionDone:
	case xuanti.SuggestionDismissed:
		switch reason {
		case "irrelevant", "written", "late", "risky", "other":
		default:
			return SuggestionView{}, invalid("/reason", "请选择原因：irrelevant 不相关、written 写过了、late 太晚、risky 有风险、other 其他")
		}
	default:
		return SuggestionView{}, invalid("/status", "状态只能是 accepted、dismissed 或 done")
	}
	p, err := e.store.Profile(ctx, profileID)
	if err != nil {
		return SuggestionView{}, err
	}
	now := e.Now()
	v, err := e.offered(ctx, p, suggestionID, now)
	if err != nil {
		return SuggestionView{}, err
	}
	v.Status, v.Reason = status, reason
	snap, err := json.Marshal(v)
	if err != nil {
		return SuggestionView{}, xuanti.Wrap(xuanti.CodeInternal, err, "the suggestion cannot be stored")
	}
	d := xuanti.Decision{SuggestionID: v.ID, ProfileID: p.ID, EventID: v.EventID, Status: status, Reason: reason, Note: nlp.Shorten(note, 500), At: now, Snapshot: snap}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutDecision(ctx, d) }); err != nil {
		return SuggestionView{}, err
	}
	e.cache.mu.Lock()
	delete(e.cache.ranked, p.ID)
	e.cache.mu.Unlock()
	e.publish(now, "suggestion.updated", map[string]any{"suggestion_id": v.ID, "profile_id": p.ID, "status": status})
	return v, nil
}

// offered finds a suggestion among those offered now, or decided before.
func (e *Engine) offered(ctx context.Context, p xuanti.Profile, id string, now time.Time) (SuggestionView, error) {
	all, err := e.rank(ctx, p)
	if err != nil {
		return SuggestionView{}, err
	}
	for _, s := range all {
		if s.ID == id {
			return e.suggestionView(s), nil
		}
	}
	decided, err := e.store.Decisions(ctx, p.ID, now)
	if err != nil {
		return SuggestionView{}, err
	}
	for _, d := range decided {
		if d.SuggestionID == id {
			var v SuggestionView
			if err := json.Unmarshal(d.Snapshot, &v); err != nil {
				return v, xuanti.Wrap(xuanti.CodeCorrupt, err, "a stored suggestion cannot be read")
			}
			return v, nil
		}
	}
	return SuggestionView{}, xuanti.Errorf(xuanti.CodeNotFound, "没有编号为 %s 的建议，它可能已经过时 (no such suggestion)", id)
}
