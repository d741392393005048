package alert

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

// payload is the body of a message, by Standard Webhooks 1.0: thin data and an
// address for more.
type payload struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      payloadData `json:"data"`
}

type payloadData struct {
	SubscriptionID   string       `json:"subscription_id,omitempty"`
	SubscriptionName string       `json:"subscription,omitempty"`
	MatchID          string       `json:"match_id,omitempty"`
	EventID          string       `json:"event_id,omitempty"`
	TopicID          string       `json:"topic_id,omitempty"`
	Stage            xuanti.Stage `json:"stage,omitempty"`
	Title            string       `json:"title"`
	EventTitle       string       `json:"event_title,omitempty"`
	Terms            []string     `json:"terms,omitempty"`
	Heat             float64      `json:"heat"`
	State            xuanti.State `json:"state,omitempty"`
	Platforms        []string     `json:"platforms,omitempty"`
	SourceURL        string       `json:"source_url,omitempty"` // the item that matched
	URL              string       `json:"url,omitempty"`        // the topic's page here
}

// NewDelivery makes the message that tells a channel about a match. Its id and
// its dedupe key follow from the match and the channel alone, so making it
// again after a crash changes nothing.
func NewDelivery(sub xuanti.Subscription, ch xuanti.Channel, m xuanti.Match, ev xuanti.Event, now time.Time, baseURL string) xuanti.Delivery {
	body := payload{Type: "subscription.matched", Timestamp: m.At, Data: payloadData{
		SubscriptionID: sub.ID, SubscriptionName: sub.Name, MatchID: m.ID, EventID: ev.ID, TopicID: ev.TopicID, Stage: m.Stage, Title: m.Title, EventTitle: ev.Title,
		Terms: m.Terms, Heat: m.Heat, State: ev.State, Platforms: ev.Platforms, SourceURL: m.URL, URL: baseURL + "/topics/" + ev.TopicID,
	}}
	return xuanti.Delivery{
		ID: "msg_" + xuanti.NewID(m.At, "delivery", m.ID, ch.ID), DedupeKey: m.ID + "/" + ch.ID, SubscriptionID: sub.ID, ChannelID: ch.ID, MatchID: m.ID, EventID: ev.ID,
		Type: body.Type, Payload: encode(body), State: xuanti.DeliveryPending, NextAt: sendAt(sub, now), CreatedAt: now,
	}
}

// NewTest makes a test message for a channel.
func NewTest(ch xuanti.Channel, now time.Time, baseURL string) xuanti.Delivery {
	body := payload{Type: "webhook.test", Timestamp: now, Data: payloadData{Title: "这是一条测试消息 (test message)", URL: baseURL + "/"}}
	id := xuanti.NewID(now, "test", ch.ID)
	return xuanti.Delivery{ID: "msg_" + id, DedupeKey: "test/" + id, ChannelID: ch.ID, Type: body.Type, Payload: encode(body), State: xuanti.DeliveryPending, NextAt: now, CreatedAt: now}
}

func encode(p payload) []byte {
	b, err := json.Marshal(p)
	if err != nil { // strings, floats and times always encode; NaN is the one exception
		p.Data.Heat = 0
		b, _ = json.Marshal(p)
	}
	return b
}

// PayloadTitle reads the title back from a stored message; "" if there is none.
func PayloadTitle(body []byte) string {
	var p payload
	if json.Unmarshal(body, &p) != nil {
		return ""
	}
	return p.Data.Title
}

// Outbox is where deliveries wait. LeaseDeliveries gives due ones to one
// caller at a time until the lease ends; FinishDelivery records how it went.
type Outbox interface {
	LeaseDeliveries(ctx context.Context, now time.Time, n int, ttl time.Duration) ([]xuanti.Delivery, error)
	FinishDelivery(ctx context.Context, d xuanti.Delivery) error
	NextDelivery(ctx context.Context) (time.Time, bool, error)
	Channel(ctx context.Context, id string) (xuanti.Channel, error)
}

// Outcome classifies what a channel answered.
type Outcome string

// The outcomes of a send.
const (
	Delivered Outcome = "delivered"
	Limited   Outcome = "limited"   // too fast; RetryAfter says how long to wait
	Transient Outcome = "transient" // worth trying again
	Permanent Outcome = "permanent" // will never work as it is
)

// Receipt is the answer of a channel.
type Receipt struct {
	Outcome    Outcome
	Code       int // HTTP status, 0 when there was no answer
	Message    string
	RetryAfter time.Duration
}

// Channel sends one message. Send may be called again with the same delivery
// (at least once): the delivery id is the same in every attempt, so that a
// receiver can drop the second. It is safe for concurrent use, honours ctx and
// never returns an error for what the other side did: that is the Receipt.
type Channel interface {
	Send(ctx context.Context, ch xuanti.Channel, d xuanti.Delivery) Receipt
}

// schedule is the wait before attempt n+1 (Standard Webhooks 1.0).
var schedule = [...]time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

const (
	leaseFor   = 2 * time.Minute
	leaseBatch = 16
	idleMost   = 30 * time.Second
)

// DelivererOptions are what a Deliverer works with.
type DelivererOptions struct {
	Outbox   Outbox
	Senders  map[string]Channel // by kind of channel
	Clock    xuanti.Clock
	Log      *slog.Logger
	Attempts int // after which a delivery fails; default 10
	// OnPermanent is told when a channel refuses for good; may be nil.
	OnPermanent func(ctx context.Context, ch xuanti.Channel, reason string) error
}

// Deliverer empties the outbox.
type Deliverer struct {
	o    DelivererOptions
	wake chan struct{}
}

// NewDeliverer makes a deliverer; Run does the work.
func NewDeliverer(o DelivererOptions) *Deliverer {
	if o.Attempts <= 0 {
		o.Attempts = 10
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Deliverer{o: o, wake: make(chan struct{}, 1)}
}

// Wake makes Run look at the outbox now.
func (d *Deliverer) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. Deliveries in flight are finished or, when that
// is cut off, leased again later.
func (d *Deliverer) Run(ctx context.Context) error {
	for {
		n, err := d.Once(ctx)
		if err != nil && ctx.Err() == nil {
			d.o.Log.Error("the outbox cannot be read", "error", err)
		}
		if n > 0 && err == nil {
			continue
		}
		t := time.NewTimer(d.idle(ctx))
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-d.wake:
		case <-t.C:
		}
		t.Stop()
	}
}

// idle is how long nothing is due.
func (d *Deliverer) idle(ctx context.Context) time.Duration {
	at, ok, err := d.o.Outbox.NextDelivery(ctx)
	if err != nil || !ok {
		return time.Second
	}
	return min(max(at.Sub(d.o.Clock.Now()), 50*time.Millisecond), idleMost)
}

// Once leases one batch and sends it, one goroutine for each channel so that a
// slow receiver holds up nobody else. It returns how many were handled.
func (d *Deliverer) Once(ctx context.Context) (int, error) {
	batch, err := d.o.Outbox.LeaseDeliveries(ctx, d.o.Clock.Now(), leaseBatch, leaseFor)
	if err != nil || len(batch) == 0 {
		return 0, err
	}
	byChannel := map[string][]xuanti.Delivery{}
	for _, x := range batch {
		byChannel[x.ChannelID] = append(byChannel[x.ChannelID], x)
	}
	var wg sync.WaitGroup
	for _, xs := range byChannel {
		wg.Go(func() {
			for _, x := range xs {
				if err := d.deliver(ctx, x); err != nil && ctx.Err() == nil {
					d.o.Log.Error("a delivery could not be recorded", "delivery", x.ID, "error", err)
				}
			}
		})
	}
	wg.Wait()
	return len(batch), nil
}

func (d *Deliverer) deliver(ctx context.Context, x xuanti.Delivery) error {
	ch, err := d.o.Outbox.Channel(ctx, x.ChannelID)
	var r Receipt
	sender := d.o.Senders[ch.Kind]
	switch {
	case xuanti.CodeOf(err) == xuanti.CodeNotFound:
		r = Receipt{Outcome: Permanent, Message: "渠道已删除 (channel deleted)"}
	case err != nil:
		return err
	case sender == nil:
		r = Receipt{Outcome: Permanent, Message: "不支持的渠道类型 " + ch.Kind}
	default:
		r = sender.Send(ctx, ch, x)
	}
	if ctx.Err() != nil && r.Outcome != Delivered {
		return nil // stopping: the lease ends and it is sent again
	}
	now := d.o.Clock.Now()
	x.Attempts++
	x.LeaseUntil = time.Time{}
	x.LastCode, x.LastError = r.Code, r.Message
	switch {
	case r.Outcome == Delivered:
		x.State, x.DoneAt, x.LastError = xuanti.DeliveryDelivered, now, ""
	case r.Outcome == Permanent, x.Attempts >= d.o.Attempts:
		x.State, x.DoneAt = xuanti.DeliveryFailed, now
	default:
		x.NextAt = now.Add(wait(x, r))
	}
	// The message is out: record it even while the program is stopping.
	if err := d.o.Outbox.FinishDelivery(context.WithoutCancel(ctx), x); err != nil {
		return err
	}
	if r.Outcome == Permanent && ch.ID != "" && d.o.OnPermanent != nil {
		return d.o.OnPermanent(ctx, ch, r.Message)
	}
	return nil
}

// wait is the pause before the next attempt, spread by a tenth so that a
// receiver that comes back is not met by everything at once.
func wait(x xuanti.Delivery, r Receipt) time.Duration {
	w := schedule[min(x.Attempts-1, len(schedule)-1)]
	w = max(w, min(r.RetryAfter, 24*time.Hour))
	spread := 0
	for _, c := range []byte(x.ID) {
		spread = (spread*31 + int(c)) % 1000
	}
	return w + w*time.Duration(spread)/10_000
}
