package store

import (
	"context"
	"fmt"

	"github.com/xuanti/xuanti"
)

const subscriptionCols = `id, name, rule, channel_ids, feed_token, active, escalate, cooldown, daily_cap, quiet_from, quiet_to,
	created_at, updated_at`

func scanSubscription(r row, s *xuanti.Subscription) error {
	return r.Scan(&s.ID, &s.Name, jsonText{&s.Rule}, jsonText{&s.ChannelIDs}, &s.FeedToken, &s.Active, &s.Escalate,
		span{&s.Cooldown}, &s.DailyCap, &s.QuietFrom, &s.QuietTo, millis{&s.CreatedAt}, millis{&s.UpdatedAt})
}

// Subscriptions returns all subscriptions, or the active ones, oldest first.
func (q *queries) Subscriptions(ctx context.Context, activeOnly bool) ([]xuanti.Subscription, error) {
	var w where
	if activeOnly {
		w.add("active = 1")
	}
	return list(ctx, q, "list subscriptions", scanSubscription, "SELECT "+subscriptionCols+" FROM subscriptions"+w.String()+" ORDER BY created_at, id")
}

// Subscription returns one subscription, or CodeNotFound.
func (q *queries) Subscription(ctx context.Context, id string) (xuanti.Subscription, error) {
	return one(ctx, q, "subscription", id, scanSubscription, "SELECT "+subscriptionCols+" FROM subscriptions WHERE id = ?", id)
}

// SubscriptionByFeedToken returns the subscription whose private feed has this
// token, or CodeNotFound.
func (q *queries) SubscriptionByFeedToken(ctx context.Context, token string) (xuanti.Subscription, error) {
	// The token is a secret, so the message of the error does not repeat it.
	return one(ctx, q, "subscription with the feed token", "…", scanSubscription,
		"SELECT "+subscriptionCols+" FROM subscriptions WHERE feed_token = ? AND feed_token <> ''", token)
}

// PutSubscription inserts or replaces a subscription. CodeConflict when another
// one has its feed token.
func (tx *Tx) PutSubscription(ctx context.Context, s xuanti.Subscription) error {
	if s.ID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a subscription needs an id")
	}
	rule, err := encode(s.Rule)
	if err != nil {
		return fmt.Errorf("write subscription: %w", err)
	}
	_, err = tx.exec(ctx, "write subscription", `INSERT INTO subscriptions (`+subscriptionCols+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, rule = excluded.rule, channel_ids = excluded.channel_ids,
			feed_token = excluded.feed_token, active = excluded.active, escalate = excluded.escalate,
			cooldown = excluded.cooldown, daily_cap = excluded.daily_cap, quiet_from = excluded.quiet_from,
			quiet_to = excluded.quiet_to, created_at = excluded.created_at, updated_at = excluded.updated_at`,
		s.ID, s.Name, rule, strs(s.ChannelIDs), s.FeedToken, flag(s.Active), flag(s.Escalate), s.Cooldown.Milliseconds(),
		s.DailyCap, s.QuietFrom, s.QuietTo, ms(s.CreatedAt), ms(s.UpdatedAt))
	return err
}

// DeleteSubscription removes a subscription and its matches; deliveries that
// wait for it are marked failed. CodeNotFound when there is none.
func (tx *Tx) DeleteSubscription(ctx context.Context, id string) error {
	if err := tx.deleteOne(ctx, "subscription", "DELETE FROM subscriptions WHERE id = ?", id); err != nil {
		return err
	}
	if _, err := tx.remove(ctx, countMatches, "DELETE FROM matches WHERE subscription_id = ?", id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "delete subscription", `UPDATE deliveries SET state = 'failed', lease_until = 0,
		last_error = 'the subscription was deleted' WHERE state = 'pending' AND subscription_id = ?`, id)
	return err
}

const channelCols = "id, kind, name, url, secret, active, failures, last_error, created_at"

func scanChannel(r row, c *xuanti.Channel) error {
	return r.Scan(&c.ID, &c.Kind, &c.Name, &c.URL, &c.Secret, &c.Active, &c.Failures, &c.LastError, millis{&c.CreatedAt})
}

// Channels returns all channels, oldest first.
func (q *queries) Channels(ctx context.Context) ([]xuanti.Channel, error) {
	return list(ctx, q, "list channels", scanChannel, "SELECT "+channelCols+" FROM channels ORDER BY created_at, id")
}

// Channel returns one channel, or CodeNotFound.
func (q *queries) Channel(ctx context.Context, id string) (xuanti.Channel, error) {
	return one(ctx, q, "channel", id, scanChannel, "SELECT "+channelCols+" FROM channels WHERE id = ?", id)
}

// PutChannel inserts or replaces a channel.
func (tx *Tx) PutChannel(ctx context.Context, c xuanti.Channel) error {
	if c.ID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a channel needs an id")
	}
	_, err := tx.exec(ctx, "write channel", `INSERT INTO channels (`+channelCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, url = excluded.url, secret = excluded.secret,
			active = excluded.active, failures = excluded.failures, last_error = excluded.last_error, created_at = excluded.created_at`,
		c.ID, c.Kind, c.Name, c.URL, c.Secret, flag(c.Active), c.Failures, c.LastError, ms(c.CreatedAt))
	return err
}

// DeleteChannel removes a channel; deliveries that wait for it are marked
// failed. CodeNotFound when there is none.
func (tx *Tx) DeleteChannel(ctx context.Context, id string) error {
	if err := tx.deleteOne(ctx, "channel", "DELETE FROM channels WHERE id = ?", id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "delete channel", `UPDATE deliveries SET state = 'failed', lease_until = 0,
		last_error = 'the channel was deleted' WHERE state = 'pending' AND channel_id = ?`, id)
	return err
}

const matchCols = "id, subscription_id, event_id, item_id, stage, at, terms, heat, platforms, title, url"

func scanMatch(r row, m *xuanti.Match) error {
	return r.Scan(&m.ID, &m.SubscriptionID, &m.EventID, &m.ItemID, &m.Stage, millis{&m.At}, jsonText{&m.Terms}, &m.Heat,
		&m.Platforms, &m.Title, &m.URL)
}

// PutMatch adds a match and returns false when the subscription has met the
// event at this stage before.
func (tx *Tx) PutMatch(ctx context.Context, m xuanti.Match) (inserted bool, err error) {
	if m.ID == "" || m.SubscriptionID == "" || m.EventID == "" {
		return false, xuanti.Errorf(xuanti.CodeInvalid, "a match needs an id, a subscription and an event")
	}
	n, err := tx.insert(ctx, countMatches, `INSERT INTO matches (`+matchCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (subscription_id, event_id, stage) DO NOTHING`,
		m.ID, m.SubscriptionID, m.EventID, m.ItemID, string(m.Stage), ms(m.At), strs(m.Terms), m.Heat, m.Platforms, m.Title, m.URL)
	return n == 1, err
}

// Matches returns a page of matches, newest first, and the cursor of the next page.
func (q *queries) Matches(ctx context.Context, f MatchFilter) ([]xuanti.Match, string, error) {
	var w where
	if f.SubscriptionID != "" {
		w.add("subscription_id = ?", f.SubscriptionID)
	}
	if f.EventID != "" {
		w.add("event_id = ?", f.EventID)
	}
	lo, hi := bounds(f.Since, f.Until)
	w.add("at >= ? AND at <= ?", lo, hi)
	return page(ctx, q, "list matches", "SELECT "+matchCols+" FROM matches", "at", w, f.Cursor, f.Limit, scanMatch,
		func(m *xuanti.Match) cursor { return cursor{at: ms(m.At), id: m.ID} })
}
