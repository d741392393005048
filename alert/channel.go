package alert

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

// Outbox is where deliveries wait. LeaseDeliveries gives due ones to one
// caller at a time until the lease ends; FinishDelivery records how it went
// and ends the lease: a delivery that is still pending is due again at its
// NextAt. NextDelivery is the earliest time at which something can be leased.
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
	Delivered Outcome = "delivered" // acknowledged
	Limited   Outcome = "limited"   // too fast: the whole channel waits for RetryAfter
	Transient Outcome = "transient" // no answer, or one that may be better next time
	Permanent Outcome = "permanent" // this message will never be taken
	Gone      Outcome = "gone"      // no message will ever be taken: the channel is to be switched off
)

// Receipt is the answer of a channel.
type Receipt struct {
	Outcome    Outcome
	Code       int           // HTTP status, 0 when there was no answer
	Message    string        // in words, for the operator; never holds the address or the secret
	RetryAfter time.Duration // as the other side asks; 0 leaves it to the schedule
}

// Channel sends one message. Send may be called again with the same delivery
// (at least once): the delivery id is the same in every attempt, so that a
// receiver can drop the second. It is safe for concurrent use, honours ctx and
// never returns an error for what the other side did: that is the Receipt.
type Channel interface {
	Send(ctx context.Context, ch xuanti.Channel, d xuanti.Delivery) Receipt
}
