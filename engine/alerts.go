package engine

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/alert"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

// alertAge is how old a publication may be and still be news to a subscriber:
// the first poll of a feed brings its whole past.
const alertAge = 24 * time.Hour

// subscribers is the compiled set of subscriptions. It is replaced as a whole
// when one of them changes. Guarded by Engine.mu.
type subscribers struct {
	matcher  *alert.Matcher
	byID     map[string]xuanti.Subscription
	channels map[string]xuanti.Channel
	today    map[string]int // alerts of the day by subscription
	day      string
}

// alerts is what a batch fires; it is written in the batch's transaction.
type alerts struct {
	matches    []xuanti.Match
	deliveries []xuanti.Delivery
}

func (a *alerts) write(ctx context.Context, tx *store.Tx) error {
	for _, m := range a.matches {
		if _, err := tx.PutMatch(ctx, m); err != nil {
			return err
		}
	}
	for _, d := range a.deliveries {
		if _, err := tx.PutDelivery(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// changeSubscribers writes what changes subscriptions or channels, and tells the
// matcher before anything else happens.
func (e *Engine) changeSubscribers(ctx context.Context, write func(*store.Tx) error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.store.Update(ctx, write); err != nil {
		return err
	}
	return e.loadSubscribers(ctx)
}

// loadSubscribers compiles all active subscriptions.
func (e *Engine) loadSubscribers(ctx context.Context) error {
	subs, err := e.store.Subscriptions(ctx, true)
	if err != nil {
		return err
	}
	m, err := alert.NewMatcher(e.nlp, subs)
	if err != nil { // one broken rule must not silence the others
		e.log.Error("a stored subscription does not compile and is left out", "error", err)
	}
	next := subscribers{matcher: m, byID: map[string]xuanti.Subscription{}, channels: map[string]xuanti.Channel{}, today: map[string]int{}}
	for _, s := range subs {
		next.byID[s.ID] = s
	}
	channels, err := e.store.Channels(ctx)
	if err != nil {
		return err
	}
	for _, c := range channels {
		next.channels[c.ID] = c
	}
	e.subs = next
	return nil
}

// match tests a new item against the subscriptions.
func (e *Engine) match(ctx context.Context, c *change, it *xuanti.Item, a *nlp.Analysis, l *liveEvent) error {
	if len(e.subs.byID) == 0 {
		return nil
	}
	for _, h := range e.subs.matcher.Match(alert.Doc{Item: *it, A: a}) {
		if h.Suppressed {
			continue
		}
		l.subs[h.SubscriptionID] = struct{}{}
		if err := e.fire(ctx, c, h.SubscriptionID, l, it, h.Terms); err != nil {
			return err
		}
	}
	return nil
}

// escalate asks again for events that changed and matched before.
func (e *Engine) escalate(ctx context.Context, c *change) error {
	for _, id := range c.order {
		l := c.events[id]
		for _, s := range slices.Sorted(maps.Keys(l.subs)) {
			if err := e.fire(ctx, c, s, l, nil, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// fire decides whether a subscription is told about an event now, and puts the
// match and its deliveries into the batch.
func (e *Engine) fire(ctx context.Context, c *change, subID string, l *liveEvent, it *xuanti.Item, terms []string) error {
	sub, ok := e.subs.byID[subID]
	if !ok {
		return nil
	}
	hist, _, err := e.store.Matches(ctx, store.MatchFilter{SubscriptionID: subID, EventID: l.ev.ID, Limit: 50})
	if err != nil {
		return err
	}
	for _, m := range c.alerts.matches {
		if m.SubscriptionID == subID && m.EventID == l.ev.ID {
			hist = append(hist, m)
		}
	}
	if it == nil && len(hist) == 0 && sub.Rule.MinHeat == 0 {
		return nil
	}
	point := l.point
	point.Heat = l.ev.Heat
	today, err := e.firedToday(ctx, c.at, subID)
	if err != nil {
		return err
	}
	stage, yes := alert.Decide(sub, hist, today, alert.EventFacts{
		Event: l.ev, Point: point, RefutedAt: l.refutAt, OfficialAt: l.officAt,
	}, c.at)
	if stage == "" {
		return nil
	}
	m := xuanti.Match{
		ID: xuanti.NewID(c.at, "match", subID, l.ev.ID, string(stage)), SubscriptionID: subID, EventID: l.ev.ID, Stage: stage, At: c.at,
		Terms: terms, Heat: l.ev.Heat, Platforms: len(l.ev.Platforms), Title: l.ev.Title,
	}
	switch {
	case it != nil:
		m.ItemID, m.URL, m.Title = it.ID, it.URL, it.Title
	case len(hist) > 0:
		m.ItemID, m.URL, m.Terms = hist[0].ItemID, hist[0].URL, hist[0].Terms
	}
	c.alerts.matches = append(c.alerts.matches, m)
	e.subs.today[subID]++
	c.say(c.at, "subscription.matched", e.matchView(m))
	if !yes { // the day's limit is reached: the private feed still has it
		return nil
	}
	if !c.live || it != nil && !isNews(it) {
		return nil
	}
	for _, id := range sub.ChannelIDs {
		ch, ok := e.subs.channels[id]
		if !ok || !ch.Active {
			continue
		}
		c.alerts.deliveries = append(c.alerts.deliveries, alert.NewDelivery(sub, ch, e.opened(m, e.baseURL()), l.ev, c.at, e.baseURL()))
	}
	return nil
}

// firedToday counts the alerts of a subscription since midnight in Shanghai.
func (e *Engine) firedToday(ctx context.Context, at time.Time, subID string) (int, error) {
	local := at.In(xuanti.Shanghai)
	if day := local.Format(time.DateOnly); day != e.subs.day {
		e.subs.day, e.subs.today = day, map[string]int{}
	}
	if n, ok := e.subs.today[subID]; ok {
		return n, nil
	}
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, xuanti.Shanghai)
	past, _, err := e.store.Matches(ctx, store.MatchFilter{SubscriptionID: subID, Since: midnight, Limit: 1000})
	if err == nil {
		e.subs.today[subID] = len(past)
	}
	return len(past), err
}

// failuresMost is how many permanent failures in a row switch a channel off.
const failuresMost = 5

// channelFailed is told of a permanent failure; the channel's state shows it.
func (e *Engine) channelFailed(ctx context.Context, ch xuanti.Channel, reason string) error {
	return e.noteChannel(ctx, ch.ID, func(now *xuanti.Channel) {
		now.Failures++
		now.LastError = reason
		now.Active = now.Active && ch.Active && now.Failures < failuresMost
	})
}

// channelWorks is told that a channel with earlier failures took a message.
func (e *Engine) channelWorks(ctx context.Context, ch xuanti.Channel) error {
	return e.noteChannel(ctx, ch.ID, func(now *xuanti.Channel) { now.Failures, now.LastError = 0, "" })
}

// noteChannel notes how a channel does. Its row is read anew: while a message
// was on its way somebody may have edited the channel, or deleted it.
func (e *Engine) noteChannel(ctx context.Context, id string, note func(*xuanti.Channel)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var ch xuanti.Channel
	err := e.store.Update(ctx, func(tx *store.Tx) (err error) {
		if ch, err = tx.Channel(ctx, id); err != nil {
			return err
		}
		note(&ch)
		return tx.PutChannel(ctx, ch)
	})
	if xuanti.CodeOf(err) == xuanti.CodeNotFound {
		return nil
	}
	if err == nil {
		e.subs.channels[id] = ch
	}
	return err
}

// opened gives a match whose address opens from outside as well.
func (e *Engine) opened(m xuanti.Match, baseURL string) xuanti.Match {
	if m.URL = e.link(m.URL); strings.HasPrefix(m.URL, "/") {
		m.URL = baseURL + m.URL
	}
	return m
}

func (e *Engine) baseURL() string {
	if e.cfg.BaseURL != "" {
		return e.cfg.BaseURL
	}
	return "http://" + e.cfg.Listen
}
