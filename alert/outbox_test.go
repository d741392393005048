package alert

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

// memory is an outbox that honours leases as the store does.
type memory struct {
	mu       sync.Mutex
	rows     map[string]*xuanti.Delivery
	channels map[string]xuanti.Channel
}

func newMemory(channels ...string) *memory {
	m := &memory{rows: map[string]*xuanti.Delivery{}, channels: map[string]xuanti.Channel{}}
	for _, id := range channels {
		m.channels[id] = xuanti.Channel{ID: id, Kind: "fake", Active: true}
	}
	return m
}

func (m *memory) add(channel string, n int, at time.Time) {
	for i := range n {
		id := fmt.Sprintf("%s-%03d", channel, i)
		m.rows[id] = &xuanti.Delivery{ID: id, ChannelID: channel, State: xuanti.DeliveryPending, NextAt: at}
	}
}

func (m *memory) LeaseDeliveries(ctx context.Context, now time.Time, n int, ttl time.Duration) ([]xuanti.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var due []*xuanti.Delivery
	for _, d := range m.rows {
		if d.State == xuanti.DeliveryPending && !d.NextAt.After(now) && !d.LeaseUntil.After(now) {
			due = append(due, d)
		}
	}
	slices.SortFunc(due, func(a, b *xuanti.Delivery) int {
		if c := a.NextAt.Compare(b.NextAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	var out []xuanti.Delivery
	for _, d := range due[:min(n, len(due))] {
		d.LeaseUntil = now.Add(ttl)
		out = append(out, *d)
	}
	return out, nil
}

func (m *memory) FinishDelivery(_ context.Context, d xuanti.Delivery) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	d.LeaseUntil = time.Time{}
	*m.rows[d.ID] = d
	return nil
}

func (m *memory) NextDelivery(context.Context) (time.Time, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var next time.Time
	found := false
	for _, d := range m.rows {
		at := d.NextAt
		if d.LeaseUntil.After(at) {
			at = d.LeaseUntil
		}
		if d.State == xuanti.DeliveryPending && (!found || at.Before(next)) {
			next, found = at, true
		}
	}
	return next, found, nil
}

func (m *memory) Channel(_ context.Context, id string) (xuanti.Channel, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.channels[id]
	if !ok {
		return c, xuanti.Errorf(xuanti.CodeNotFound, "no channel %s", id)
	}
	return c, nil
}

func (m *memory) get(id string) xuanti.Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *m.rows[id]
}

func (m *memory) count(state xuanti.DeliveryState, channel string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, d := range m.rows {
		if d.State == state && d.ChannelID == channel {
			n++
		}
	}
	return n
}

// pass lets the time of a synctest bubble go on: it costs nothing.
func pass(d time.Duration) { <-time.After(d) }
