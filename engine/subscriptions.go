package engine

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/alert"
	"github.com/xuanti/xuanti/store"
)

const feedRows = 100

// Subscriptions implements Reader.
func (e *Engine) Subscriptions(ctx context.Context) (Page[SubscriptionView], error) {
	all, err := e.store.Subscriptions(ctx, false)
	if err != nil {
		return Page[SubscriptionView]{}, err
	}
	p := Page[SubscriptionView]{Items: []SubscriptionView{}, AsOf: e.Now()}
	for _, s := range all {
		v, err := e.subscriptionView(ctx, s)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, v)
	}
	return p, nil
}

// Subscription implements Reader.
func (e *Engine) Subscription(ctx context.Context, id string) (SubscriptionView, error) {
	s, err := e.store.Subscription(ctx, id)
	if err != nil {
		return SubscriptionView{}, err
	}
	return e.subscriptionView(ctx, s)
}

func (e *Engine) subscriptionView(ctx context.Context, s xuanti.Subscription) (SubscriptionView, error) {
	now := e.Now()
	v := SubscriptionView{ID: s.ID, Name: s.Name, Rule: s.Rule, Channels: list(s.ChannelIDs), FeedPath: "/feeds/" + s.FeedToken + ".xml", Active: s.Active,
		Escalate: s.Escalate, Cooldown: s.Cooldown.String(), DailyCap: s.DailyCap, QuietFrom: s.QuietFrom, QuietTo: s.QuietTo, CreatedAt: s.CreatedAt}
	ms, _, err := e.store.Matches(ctx, store.MatchFilter{SubscriptionID: s.ID, Since: now.AddDate(0, 0, -7), Until: now, Limit: 1000})
	if err != nil {
		return v, err
	}
	v.Matches = len(ms)
	if len(ms) > 0 {
		v.LastMatch = &ms[0].At
	}
	return v, nil
}

// subscription makes a subscription of what a user said, and checks its rule.
func (e *Engine) subscription(in SubscriptionInput, old xuanti.Subscription) (xuanti.Subscription, error) {
	s := old
	s.Name, s.Rule, s.ChannelIDs = in.Name, in.Rule, words(in.Channels)
	s.QuietFrom, s.QuietTo, s.DailyCap = in.QuietFrom, in.QuietTo, in.DailyCap
	if in.Active != nil {
		s.Active = *in.Active
	}
	if in.Escalate != nil {
		s.Escalate = *in.Escalate
	}
	if s.DailyCap == 0 {
		s.DailyCap = alert.DefaultDailyCap
	}
	if s.DailyCap < 1 || s.DailyCap > 1000 {
		return s, invalid("/daily_cap", "每日上限要在 1 到 1000 之间 (daily_cap out of range)")
	}
	var err error
	if s.Cooldown, err = duration("/cooldown", in.Cooldown, alert.DefaultCooldown, time.Minute, 30*24*time.Hour); err != nil {
		return s, err
	}
	if (s.QuietFrom == "") != (s.QuietTo == "") {
		return s, invalid("/quiet_from", "免打扰要同时填开始和结束时间 (quiet hours need both ends)")
	}
	for _, q := range []struct{ p, v string }{{"/quiet_from", s.QuietFrom}, {"/quiet_to", s.QuietTo}} {
		if _, err := time.Parse("15:04", q.v); q.v != "" && err != nil {
			return s, invalid(q.p, "时间要写成 23:00 这样 (not a time of day)")
		}
	}
	if _, err := alert.Compile(s); err != nil {
		return s, err
	}
	return s, nil
}

// PutSubscription implements Writer.
func (e *Engine) PutSubscription(ctx context.Context, id string, in SubscriptionInput) (SubscriptionView, error) {
	if err := e.writable(); err != nil {
		return SubscriptionView{}, err
	}
	now := e.Now()
	old := xuanti.Subscription{Active: true, Escalate: true, CreatedAt: now}
	if id != "" {
		var err error
		if old, err = e.store.Subscription(ctx, id); err != nil {
			return SubscriptionView{}, err
		}
	}
	s, err := e.subscription(in, old)
	if err != nil {
		return SubscriptionView{}, err
	}
	if s.Name == "" {
		return SubscriptionView{}, invalid("/name", "请给订阅起个名字 (name is empty)")
	}
	for i, c := range s.ChannelIDs {
		if _, err := e.store.Channel(ctx, c); err != nil {
			return SubscriptionView{}, invalid("/channels/"+strconv.Itoa(i), "没有编号为 "+c+" 的渠道 (no such channel)")
		}
	}
	if s.ID == "" {
		token := randomToken(20)
		s.ID, s.FeedToken = xuanti.NewID(now, "subscription", token), token
	}
	s.UpdatedAt = now
	if err := e.changeSubscribers(ctx, func(tx *store.Tx) error { return tx.PutSubscription(ctx, s) }); err != nil {
		return SubscriptionView{}, err
	}
	return e.subscriptionView(ctx, s)
}

// DeleteSubscription implements Writer.
func (e *Engine) DeleteSubscription(ctx context.Context, id string) error {
	if err := e.writable(); err != nil {
		return err
	}
	if _, err := e.store.Subscription(ctx, id); err != nil {
		return err
	}
	return e.changeSubscribers(ctx, func(tx *store.Tx) error { return tx.DeleteSubscription(ctx, id) })
}

func (e *Engine) matchView(m xuanti.Match) MatchView {
	return MatchView{ID: m.ID, SubscriptionID: m.SubscriptionID, EventID: m.EventID, ItemID: m.ItemID, Stage: m.Stage, StageLabel: alert.StageLabel(m.Stage), At: m.At,
		Terms: list(m.Terms), Title: m.Title, URL: e.link(m.URL), Heat: round1(m.Heat), Platforms: m.Platforms}
}

// Matches implements Reader.
func (e *Engine) Matches(ctx context.Context, subscriptionID string, limit int, cursor string) (Page[MatchView], error) {
	if _, err := e.store.Subscription(ctx, subscriptionID); err != nil {
		return Page[MatchView]{}, err
	}
	now := e.Now()
	ms, next, err := e.store.Matches(ctx, store.MatchFilter{SubscriptionID: subscriptionID, Until: now, Limit: clampLimit(limit), Cursor: cursor})
	if err != nil {
		return Page[MatchView]{}, err
	}
	p := Page[MatchView]{Items: []MatchView{}, NextCursor: next, AsOf: now}
	for _, m := range ms {
		p.Items = append(p.Items, e.matchView(m))
	}
	return p, nil
}

// SubscriptionFeed implements Reader.
func (e *Engine) SubscriptionFeed(ctx context.Context, token, baseURL string, w io.Writer) error {
	s, err := e.store.SubscriptionByFeedToken(ctx, token)
	if err != nil {
		return err
	}
	now := e.Now()
	ms, _, err := e.store.Matches(ctx, store.MatchFilter{SubscriptionID: s.ID, Until: now, Limit: feedRows})
	if err != nil {
		return err
	}
	for i := range ms {
		ms[i] = e.opened(ms[i], baseURL)
	}
	return alert.RenderFeed(w, s, ms, baseURL+"/feeds/"+token+".xml", baseURL, now)
}

func (e *Engine) wakeMail() {
	if e.mailman != nil {
		e.mailman.Wake()
	}
}

func (e *Engine) wake() {
	if e.sched != nil {
		e.sched.Wake()
	}
}
