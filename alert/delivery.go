package alert

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

// schedule is the wait before attempt n+1 (Standard Webhooks 1.0).
var schedule = [...]time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

const (
	leaseFor   = 3 * time.Minute
	leaseSpare = time.Minute // a send starts only while this much of its lease is left
	leaseBatch = 16
	laneDepth  = leaseBatch
	briefWait  = time.Second      // until a full lane is tried again
	busyWait   = 15 * time.Second // and one whose receiver takes its time
	idleMost   = 30 * time.Second
	idleLeast  = 50 * time.Millisecond
)

// DelivererOptions are what a Deliverer works with.
type DelivererOptions struct {
	Outbox   Outbox
	Senders  map[string]Channel // by kind of channel
	Clock    xuanti.Clock
	Log      *slog.Logger
	Attempts int // after which a delivery fails; default 10
	// Grace is how long a message on its way may go on after Run was told to
	// stop, so that its answer is not lost; default 3 s.
	Grace time.Duration
	// OnPermanent is told when a channel refuses for good or a message runs
	// out of attempts; may be nil. The channel comes as it was before, but is
	// no longer Active when the other side said that it is gone.
	OnPermanent func(ctx context.Context, ch xuanti.Channel, reason string) error
	// OnDelivered is told when a channel with earlier failures took a message;
	// may be nil.
	OnDelivered func(ctx context.Context, ch xuanti.Channel) error
}

// Deliverer empties the outbox. Each channel has a lane of its own, so that a
// slow receiver holds up nobody else.
type Deliverer struct {
	o    DelivererOptions
	wake chan struct{}

	running sync.WaitGroup // lanes
	mu      sync.Mutex
	lanes   map[string]*lane
	pauses  map[string]time.Time // by channel: it asked to be left alone until then
}

// lane is the queue of one channel while it has work.
type lane struct {
	queue []xuanti.Delivery
	since time.Time // the first of the queue is being sent
}

// next is when a full lane is worth another try.
func (l *lane) next(now time.Time) time.Time {
	if now.Sub(l.since) > briefWait {
		return now.Add(busyWait)
	}
	return now.Add(briefWait)
}

// NewDeliverer makes a deliverer; Run does the work.
func NewDeliverer(o DelivererOptions) *Deliverer {
	if o.Attempts <= 0 {
		o.Attempts = len(schedule) + 1
	}
	if o.Grace <= 0 {
		o.Grace = 3 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Deliverer{o: o, wake: make(chan struct{}, 1), lanes: map[string]*lane{}, pauses: map[string]time.Time{}}
}

// Wake makes Run look at the outbox now.
func (d *Deliverer) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends, then waits for what is on its way, at most for
// the grace time. What was leased and not sent is due again at once.
func (d *Deliverer) Run(ctx context.Context) error {
	defer d.running.Wait()
	broken := false
	for ctx.Err() == nil {
		n, err := d.dispatch(ctx)
		if err != nil && ctx.Err() == nil && !broken {
			d.o.Log.Error("the outbox cannot be read", "error", err)
		}
		broken = err != nil
		if n > 0 && err == nil {
			continue
		}
		t := time.NewTimer(d.idle(ctx))
		select {
		case <-ctx.Done():
		case <-d.wake:
		case <-t.C:
		}
		t.Stop()
	}
	return nil
}

// Once leases one batch, sends it and waits for the answers. It returns how
// many deliveries were leased.
func (d *Deliverer) Once(ctx context.Context) (int, error) {
	n, err := d.dispatch(ctx)
	d.running.Wait()
	return n, err
}

// idle is how long nothing is due.
func (d *Deliverer) idle(ctx context.Context) time.Duration {
	at, ok, err := d.o.Outbox.NextDelivery(ctx)
	if err != nil || !ok {
		return time.Second
	}
	return min(max(at.Sub(d.o.Clock.Now()), idleLeast), idleMost)
}

// dispatch leases one batch and puts it into the lanes. What does not fit goes
// back, due a little later, so that it is not in the way of other channels.
func (d *Deliverer) dispatch(ctx context.Context) (int, error) {
	batch, err := d.o.Outbox.LeaseDeliveries(ctx, d.o.Clock.Now(), leaseBatch, leaseFor)
	if err != nil {
		return 0, err
	}
	for _, x := range batch {
		if at, ok := d.enter(ctx, x); !ok {
			d.putBack(ctx, x, at)
		}
	}
	return len(batch), nil
}

// enter queues a delivery in its channel's lane and starts the lane if it
// rests. When the lane is full it says when to come again.
func (d *Deliverer) enter(ctx context.Context, x xuanti.Delivery) (again time.Time, ok bool) {
	now := d.o.Clock.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lanes[x.ChannelID]
	if l != nil {
		if len(l.queue) >= laneDepth {
			return l.next(now), false
		}
		l.queue = append(l.queue, x)
		return now, true
	}
	l = &lane{queue: []xuanti.Delivery{x}, since: now}
	d.lanes[x.ChannelID] = l
	d.running.Go(func() { d.drain(ctx, x.ChannelID, l) })
	return now, true
}

// drain sends what a lane holds, one after the other, and ends the lane.
func (d *Deliverer) drain(ctx context.Context, channel string, l *lane) {
	for {
		d.mu.Lock()
		if len(l.queue) == 0 {
			delete(d.lanes, channel)
			d.mu.Unlock()
			d.Wake()
			return
		}
		x, now := l.queue[0], d.o.Clock.Now()
		l.since = now
		d.mu.Unlock()
		switch {
		case ctx.Err() != nil:
			d.putBack(ctx, x, x.NextAt)
		case now.Before(d.pause(channel)):
			d.putBack(ctx, x, d.pause(channel))
		case !x.LeaseUntil.IsZero() && x.LeaseUntil.Sub(now) < leaseSpare:
			d.putBack(ctx, x, now)
		default:
			wait, err := d.deliver(ctx, x)
			if err != nil {
				d.o.Log.Error("a delivery could not be recorded", "delivery", x.ID, "error", err)
			}
			if wait > 0 {
				d.mu.Lock()
				d.pauses[channel] = d.o.Clock.Now().Add(wait)
				d.mu.Unlock()
			}
		}
		d.mu.Lock()
		l.queue = l.queue[1:]
		d.mu.Unlock()
	}
}

// pause is until when a channel is left alone, the zero time when it is not.
func (d *Deliverer) pause(channel string) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	until := d.pauses[channel]
	if !until.After(d.o.Clock.Now()) {
		delete(d.pauses, channel)
	}
	return until
}

// putBack ends a lease without an attempt.
func (d *Deliverer) putBack(ctx context.Context, x xuanti.Delivery, at time.Time) {
	x.NextAt, x.LeaseUntil = at, time.Time{}
	if err := d.o.Outbox.FinishDelivery(context.WithoutCancel(ctx), x); err != nil {
		d.o.Log.Error("a delivery could not be put back", "delivery", x.ID, "error", err)
	}
}

// deliver makes one attempt and records it. It returns how long the channel
// wants to be left alone.
func (d *Deliverer) deliver(ctx context.Context, x xuanti.Delivery) (time.Duration, error) {
	// The grace: a message on its way is not cut off by the end of ctx.
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(d.o.Grace)
		defer t.Stop()
		select {
		case <-t.C:
			cancel()
		case <-sending.Done():
		}
	})
	defer stop()

	ch, err := d.o.Outbox.Channel(sending, x.ChannelID)
	if err != nil && xuanti.CodeOf(err) != xuanti.CodeNotFound {
		d.putBack(ctx, x, d.o.Clock.Now().Add(busyWait))
		return 0, err
	}
	r, theirs := d.send(sending, ch, err != nil, x)
	if sending.Err() != nil && r.Outcome != Delivered {
		return 0, nil // cut off: whether it arrived is unknown, so the lease runs out and the same id is sent again
	}
	now := d.o.Clock.Now()
	x.Attempts++
	x.LeaseUntil = time.Time{}
	x.LastCode, x.LastError = r.Code, r.Message
	switch {
	case r.Outcome == Delivered:
		x.State, x.DoneAt, x.LastError = xuanti.DeliveryDelivered, now, ""
	case r.Outcome == Permanent, r.Outcome == Gone, x.Attempts >= d.o.Attempts:
		x.State, x.DoneAt = xuanti.DeliveryFailed, now
	default:
		x.NextAt = now.Add(wait(x, r))
	}
	// The message is out: record it even while the program is stopping.
	after := context.WithoutCancel(ctx)
	if err := d.o.Outbox.FinishDelivery(after, x); err != nil {
		return 0, err
	}
	pause := time.Duration(0)
	if r.Outcome == Limited || r.Outcome == Transient && r.RetryAfter > 0 {
		pause = max(min(r.RetryAfter, 24*time.Hour), schedule[0])
	}
	return pause, d.report(after, ch, theirs, x, r)
}

// send makes the attempt; theirs is false when the answer is ours and says
// nothing about the receiver.
func (d *Deliverer) send(ctx context.Context, ch xuanti.Channel, deleted bool, x xuanti.Delivery) (r Receipt, theirs bool) {
	sender := d.o.Senders[ch.Kind]
	switch {
	case deleted:
		return Receipt{Outcome: Permanent, Message: "渠道已删除 (channel deleted)"}, false
	case sender == nil:
		return Receipt{Outcome: Permanent, Message: "不支持的渠道类型 " + ch.Kind}, false
	case !ch.Active && x.Type != testType:
		return Receipt{Outcome: Permanent, Message: "渠道已停用，启用后可以重发 (channel switched off)"}, false
	}
	return sender.Send(ctx, ch, x), true
}

// report tells the owner what the answer means for the channel.
func (d *Deliverer) report(ctx context.Context, ch xuanti.Channel, theirs bool, x xuanti.Delivery, r Receipt) error {
	switch {
	case !theirs:
		return nil
	case x.State == xuanti.DeliveryFailed && d.o.OnPermanent != nil:
		if r.Outcome == Gone {
			ch.Active = false
		}
		return d.o.OnPermanent(ctx, ch, r.Message)
	case x.State == xuanti.DeliveryDelivered && ch.Failures > 0 && d.o.OnDelivered != nil:
		return d.o.OnDelivered(ctx, ch)
	}
	return nil
}

// wait is the pause before the next attempt, spread by a tenth so that a
// receiver that comes back is not met by everything at once.
func wait(x xuanti.Delivery, r Receipt) time.Duration {
	w := schedule[min(max(x.Attempts, 1), len(schedule))-1]
	w = max(w, min(r.RetryAfter, 24*time.Hour))
	spread := 0
	for _, c := range []byte(x.ID) {
		spread = (spread*31 + int(c)) % 1000
	}
	return w + w*time.Duration(spread)/10_000
}
