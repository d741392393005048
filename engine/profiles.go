package engine

import (
	"context"
	"encoding/json"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/suggest"
)

const (
	candidateEvents  = 160
	candidateMembers = 40
	ownPostsUsed     = 500
	defaultProduce   = 3 * time.Hour
)

// Profiles implements Reader.
func (e *Engine) Profiles(ctx context.Context) (Page[ProfileView], error) {
	all, err := e.store.Profiles(ctx)
	if err != nil {
		return Page[ProfileView]{}, err
	}
	p := Page[ProfileView]{Items: []ProfileView{}, AsOf: e.Now()}
	for _, pr := range all {
		v, err := e.profileView(ctx, pr)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, v)
	}
	return p, nil
}

// Profile implements Reader.
func (e *Engine) Profile(ctx context.Context, id string) (ProfileView, error) {
	p, err := e.store.Profile(ctx, id)
	if err != nil {
		return ProfileView{}, err
	}
	return e.profileView(ctx, p)
}

func (e *Engine) profileView(ctx context.Context, p xuanti.Profile) (ProfileView, error) {
	own, err := e.store.OwnPosts(ctx, p.ID, ownPostsUsed)
	if err != nil {
		return ProfileView{}, err
	}
	w := p.Weights
	if w == nil {
		w = map[string]float64{}
	}
	return ProfileView{ID: p.ID, Name: p.Name, Platform: p.Platform, Keywords: list(p.Keywords), Exclude: list(p.Exclude), Peers: list(p.Peers),
		FeedURL: p.FeedURL, Production: p.Production.String(), Weights: w, OwnPosts: len(own)}, nil
}

// PutProfile implements Writer.
func (e *Engine) PutProfile(ctx context.Context, id string, in ProfileInput) (ProfileView, error) {
	if err := e.writable(); err != nil {
		return ProfileView{}, err
	}
	now := e.Now()
	p := xuanti.Profile{ID: id, CreatedAt: now}
	if id == "" {
		p.ID = xuanti.NewID(now, "profile", in.Name)
	} else {
		old, err := e.store.Profile(ctx, id)
		if err != nil {
			return ProfileView{}, err
		}
		p.CreatedAt = old.CreatedAt
	}
	p.Name, p.Platform, p.Keywords, p.Exclude, p.Peers = strings.TrimSpace(in.Name), in.Platform, words(in.Keywords), words(in.Exclude), words(in.Peers)
	p.FeedURL, p.Weights, p.UpdatedAt = strings.TrimSpace(in.FeedURL), in.Weights, now
	if p.Name == "" {
		return ProfileView{}, invalid("/name", "请给这个号起个名字 (name is empty)")
	}
	if len(p.Keywords) == 0 && len(in.OwnPosts) == 0 && p.FeedURL == "" {
		return ProfileView{}, invalid("/keywords", "至少要有一个领域关键词，或粘贴几条自己写过的标题 (no keywords and no own posts)")
	}
	if len(p.Keywords) > 200 || len(p.Exclude) > 200 || len(in.OwnPosts) > 1000 {
		return ProfileView{}, invalid("/keywords", "关键词、排除词各不超过 200 个，标题不超过 1000 条 (too many)")
	}
	for k, w := range p.Weights {
		if w < -10 || w > 10 {
			return ProfileView{}, invalid("/weights/"+k, "权重要在 -10 到 10 之间 (weight out of range)")
		}
	}
	var err error
	if p.Production, err = duration("/production", in.Production, defaultProduce, 10*time.Minute, 14*24*time.Hour); err != nil {
		return ProfileView{}, err
	}
	own := ownPosts(p.ID, in.OwnPosts, now)
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.PutProfile(ctx, p); err != nil {
			return err
		}
		_, err := tx.PutOwnPosts(ctx, own)
		return err
	})
	if err != nil {
		return ProfileView{}, err
	}
	if p.FeedURL != "" {
		if err := e.EnsureSources(ctx, []xuanti.Source{ownSource(p, now)}); err != nil {
			return ProfileView{}, err
		}
	}
	e.commits.Add(1)
	return e.profileView(ctx, p)
}

// ownPosts makes own posts of pasted titles.
func ownPosts(profile string, titles []string, now time.Time) []xuanti.OwnPost {
	var out []xuanti.OwnPost
	for _, t := range titles {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, xuanti.OwnPost{ProfileID: profile, Key: t, Title: t, At: now})
		}
	}
	return out
}

// ownSourceGroup marks the feed of a profile's own posts.
const ownSourceGroup = "own:"

func ownSource(p xuanti.Profile, now time.Time) xuanti.Source {
	return xuanti.Source{ID: xuanti.NewID(p.CreatedAt, "own", p.ID, p.FeedURL), Kind: xuanti.SourceFeed, Name: p.Name + "（自己的文章）", URL: p.FeedURL,
		Platform: "own", Group: ownSourceGroup + p.ID, Weight: 1, Interval: time.Hour, State: xuanti.SourceActive, CreatedAt: now}
}

func words(in []string) []string {
	var out []string
	have := map[string]bool{}
	for _, w := range in {
		if w = strings.TrimSpace(w); w != "" && !have[w] {
			have[w] = true
			out = append(out, w)
		}
	}
	return out
}

func invalid(pointer, message string) error {
	return &xuanti.Error{Code: xuanti.CodeInvalid, Message: message, Pointer: pointer}
}

// duration parses an optional Go duration within bounds.
func duration(pointer, s string, def, least, most time.Duration) (time.Duration, error) {
	if s == "" {
		return def, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, invalid(pointer, "时长要写成 30m、3h 这样 (not a duration)")
	}
	if d < least || d > most {
		return 0, invalid(pointer, "时长要在 "+least.String()+" 到 "+most.String()+" 之间 (duration out of range)")
	}
	return d, nil
}

// DeleteProfile implements Writer.
func (e *Engine) DeleteProfile(ctx context.Context, id string) error {
	if err := e.writable(); err != nil {
		return err
	}
	if _, err := e.store.Profile(ctx, id); err != nil {
		return err
	}
	return e.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteProfile(ctx, id) })
}

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
	return out, nil
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

// peerView holds the posts of all benchmark accounts with their scores.
type peerView struct {
	stamp
	posts    []suggest.PeerPost
	byEvent  map[string][]suggest.PeerPost
	accounts map[string]xuanti.Account
	metrics  map[string][]xuanti.Metric
}

const (
	peerSpan  = 180 * 24 * time.Hour
	peerPosts = 200
)

// peerPosts scores the posts of every benchmark account against its own
// baseline.
func (e *Engine) peerPosts(ctx context.Context) (*peerView, error) {
	e.cache.mu.Lock()
	v := e.cache.peers
	e.cache.mu.Unlock()
	if v != nil && e.fresh(v.stamp) {
		return v, nil
	}
	v = &peerView{stamp: e.stamp(), byEvent: map[string][]suggest.PeerPost{}, accounts: map[string]xuanti.Account{}, metrics: map[string][]xuanti.Metric{}}
	accounts, err := e.store.Accounts(ctx, "")
	if err != nil {
		return nil, err
	}
	byAccount := map[string][]suggest.Post{}
	groups := map[string][]suggest.Post{}
	for _, a := range accounts {
		v.accounts[a.ID] = a
		items, err := e.store.AccountPosts(ctx, a.ID, v.at, peerPosts)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(items))
		for i := range items {
			ids[i] = items[i].ID
		}
		ms, err := e.store.Metrics(ctx, ids, v.at)
		if err != nil {
			return nil, err
		}
		for _, m := range ms {
			v.metrics[m.ItemID] = append(v.metrics[m.ItemID], m)
		}
		for i := range items {
			if v.at.Sub(items[i].PublishedAt) > peerSpan {
				continue
			}
			post := suggest.Post{Item: items[i], Metrics: v.metrics[items[i].ID]}
			byAccount[a.ID] = append(byAccount[a.ID], post)
			groups[a.Platform+"\x00"+a.Group] = append(groups[a.Platform+"\x00"+a.Group], post)
		}
	}
	for _, a := range accounts {
		posts := byAccount[a.ID]
		scores := map[string]xuanti.PostScore{}
		for _, s := range suggest.ScorePosts(posts, groups[a.Platform+"\x00"+a.Group], v.at) {
			scores[s.ItemID] = s
		}
		for _, p := range posts {
			pp := suggest.PeerPost{Item: p.Item, Account: a, Score: scores[p.Item.ID]}
			v.posts = append(v.posts, pp)
			if p.Item.EventID != "" {
				v.byEvent[p.Item.EventID] = append(v.byEvent[p.Item.EventID], pp)
			}
		}
	}
	sort.SliceStable(v.posts, func(i, j int) bool { return v.posts[i].Item.PublishedAt.After(v.posts[j].Item.PublishedAt) })
	e.cache.mu.Lock()
	e.cache.peers = v
	e.cache.mu.Unlock()
	return v, nil
}
