package engine

import (
	"context"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/alert"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

// Channels implements Reader.
func (e *Engine) Channels(ctx context.Context) (Page[ChannelView], error) {
	all, err := e.store.Channels(ctx)
	if err != nil {
		return Page[ChannelView]{}, err
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].CreatedAt.Before(all[j].CreatedAt) })
	p := Page[ChannelView]{Items: []ChannelView{}, AsOf: e.Now()}
	for _, c := range all {
		p.Items = append(p.Items, channelView(c))
	}
	return p, nil
}

func channelView(c xuanti.Channel) ChannelView {
	return ChannelView{ID: c.ID, Kind: c.Kind, Name: c.Name, URL: c.URL, Active: c.Active, Failures: c.Failures, LastError: c.LastError, CreatedAt: c.CreatedAt}
}

// PutChannel implements Writer. The secret is in the answer when it is made
// here, and never again.
func (e *Engine) PutChannel(ctx context.Context, id string, in ChannelInput) (ChannelView, error) {
	if err := e.writable(); err != nil {
		return ChannelView{}, err
	}
	now := e.Now()
	c := xuanti.Channel{Kind: "webhook", Active: true, CreatedAt: now}
	if id != "" {
		var err error
		if c, err = e.store.Channel(ctx, id); err != nil {
			return ChannelView{}, err
		}
	}
	if in.Kind != "" && in.Kind != "webhook" {
		return ChannelView{}, invalid("/kind", "目前支持的渠道是 webhook (unknown kind of channel)")
	}
	if err := webAddress("/url", in.URL); err != nil {
		return ChannelView{}, err
	}
	if in.URL != c.URL {
		if err := e.deliverable(in.URL); err != nil {
			return ChannelView{}, err
		}
	}
	c.Name, c.URL = nlp.Shorten(in.Name, 100), in.URL
	if c.Name == "" {
		c.Name = "Webhook"
	}
	if in.Active != nil {
		c.Active = *in.Active
		if c.Active {
			c.Failures, c.LastError = 0, ""
		}
	}
	secret := ""
	switch {
	case in.Secret != "":
		if err := alert.CheckSecret(in.Secret); err != nil {
			return ChannelView{}, err
		}
		c.Secret = in.Secret
	case c.Secret == "":
		secret = alert.NewSecret()
		c.Secret = secret
	}
	if c.ID == "" {
		c.ID = xuanti.NewID(now, "channel", randomToken(8))
	}
	err := e.changeSubscribers(ctx, func(tx *store.Tx) error { return tx.PutChannel(ctx, c) })
	v := channelView(c)
	v.Secret = secret
	return v, err
}

// deliverable refuses a channel that the dialler would refuse for good.
func (e *Engine) deliverable(raw string) error {
	u, err := address.Target(raw)
	if err != nil || fetch.Refuses(e.allow, u) == nil {
		return nil
	}
	return invalid("/url", u.Host+" 是内网或保留地址，不会发送；确要发到这里，请在配置 crawler.allow_private 里列出它 (a private or reserved address: list it in crawler.allow_private to send there)")
}

// DeleteChannel implements Writer.
func (e *Engine) DeleteChannel(ctx context.Context, id string) error {
	if err := e.writable(); err != nil {
		return err
	}
	if _, err := e.store.Channel(ctx, id); err != nil {
		return err
	}
	return e.changeSubscribers(ctx, func(tx *store.Tx) error { return tx.DeleteChannel(ctx, id) })
}

// TestChannel implements Writer: a test message goes through the outbox like
// any other.
func (e *Engine) TestChannel(ctx context.Context, id string) (DeliveryView, error) {
	if err := e.writable(); err != nil {
		return DeliveryView{}, err
	}
	c, err := e.store.Channel(ctx, id)
	if err != nil {
		return DeliveryView{}, err
	}
	d := alert.NewTest(c, e.Now(), e.baseURL())
	if err := e.store.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.PutDelivery(ctx, d)
		return err
	}); err != nil {
		return DeliveryView{}, err
	}
	e.wakeMail()
	return deliveryView(d), nil
}

func deliveryView(d xuanti.Delivery) DeliveryView {
	return DeliveryView{ID: d.ID, SubscriptionID: d.SubscriptionID, ChannelID: d.ChannelID, EventID: d.EventID, Type: d.Type, Title: alert.PayloadTitle(d.Payload), State: d.State,
		Attempts: d.Attempts, NextAt: d.NextAt, LastCode: d.LastCode, LastError: d.LastError, CreatedAt: d.CreatedAt, DoneAt: dated(d.DoneAt)}
}

// Deliveries implements Reader.
func (e *Engine) Deliveries(ctx context.Context, subscriptionID, state string, limit int, cursor string) (Page[DeliveryView], error) {
	ds, next, err := e.store.Deliveries(ctx, store.DeliveryFilter{SubscriptionID: subscriptionID, State: xuanti.DeliveryState(state), Limit: clampLimit(limit), Cursor: cursor})
	if err != nil {
		return Page[DeliveryView]{}, err
	}
	p := Page[DeliveryView]{Items: []DeliveryView{}, NextCursor: next, AsOf: e.Now()}
	for _, d := range ds {
		p.Items = append(p.Items, deliveryView(d))
	}
	return p, nil
}

// RetryDelivery implements Writer: a failed delivery is tried again now.
func (e *Engine) RetryDelivery(ctx context.Context, id string) (DeliveryView, error) {
	if err := e.writable(); err != nil {
		return DeliveryView{}, err
	}
	d, err := e.store.Delivery(ctx, id)
	if err != nil {
		return DeliveryView{}, err
	}
	if d.State == xuanti.DeliveryDelivered {
		return DeliveryView{}, xuanti.Errorf(xuanti.CodeConflict, "这条消息已经送达 (already delivered)")
	}
	d.State, d.NextAt, d.LeaseUntil, d.DoneAt, d.Attempts = xuanti.DeliveryPending, e.Now(), time.Time{}, time.Time{}, 0
	if err := e.store.FinishDelivery(ctx, d); err != nil {
		return DeliveryView{}, err
	}
	e.wakeMail()
	return deliveryView(d), nil
}
