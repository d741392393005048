package alert

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xuanti/xuanti"
)

// bubble is the fake clock of testing/synctest.
type bubble struct{}

func (bubble) Now() time.Time { return time.Now().UTC() }

// sender answers as told and notes when it was asked.
type sender struct {
	mu     sync.Mutex
	asked  map[string][]time.Time // by delivery
	answer func(ctx context.Context, ch xuanti.Channel, d xuanti.Delivery, attempt int) Receipt
}

func (s *sender) Send(ctx context.Context, ch xuanti.Channel, d xuanti.Delivery) Receipt {
	s.mu.Lock()
	if s.asked == nil {
		s.asked = map[string][]time.Time{}
	}
	s.asked[d.ID] = append(s.asked[d.ID], time.Now())
	n := len(s.asked[d.ID])
	s.mu.Unlock()
	return s.answer(ctx, ch, d, n)
}

func (s *sender) times(id string) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked[id])
}

func ok(context.Context, xuanti.Channel, xuanti.Delivery, int) Receipt {
	return Receipt{Outcome: Delivered, Code: 200}
}

// start runs a deliverer until the returned function is called.
func start(t *testing.T, o DelivererOptions, s *sender) (*Deliverer, func()) {
	t.Helper()
	o.Senders, o.Clock = map[string]Channel{"fake": s}, bubble{}
	d := NewDeliverer(o)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := d.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return d, func() { cancel(); wg.Wait() }
}

func TestDeliversAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("a", "b")
		m.add("a", 400, time.Now())
		m.add("b", 3, time.Now())
		s := &sender{answer: ok}
		_, stop := start(t, DelivererOptions{Outbox: m}, s)
		pass(time.Minute)
		stop()
		for id := range m.rows {
			if d := m.get(id); d.State != xuanti.DeliveryDelivered || d.Attempts != 1 || d.DoneAt.IsZero() || len(s.times(id)) != 1 {
				t.Errorf("%+v, sent %d times", d, len(s.times(id)))
			}
		}
	})
}

func TestRetrySchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("a")
		m.add("a", 1, time.Now())
		var told []string
		s := &sender{answer: func(context.Context, xuanti.Channel, xuanti.Delivery, int) Receipt {
			return Receipt{Outcome: Transient, Code: 503, Message: "HTTP 503"}
		}}
		_, stop := start(t, DelivererOptions{Outbox: m, OnPermanent: func(_ context.Context, ch xuanti.Channel, why string) error {
			told = append(told, ch.ID+" "+why)
			return nil
		}}, s)
		pass(5 * 24 * time.Hour)
		stop()
		at := s.times("a-000")
		if len(at) != 10 {
			t.Fatalf("%d attempts", len(at))
		}
		for i, want := range schedule {
			gap := at[i+1].Sub(at[i])
			if gap < want || gap > want+want/10+idleMost {
				t.Errorf("attempt %d comes %v after the last, want about %v", i+2, gap, want)
			}
		}
		if d := m.get("a-000"); d.State != xuanti.DeliveryFailed || d.Attempts != 10 || d.LastCode != 503 || d.LastError != "HTTP 503" {
			t.Errorf("%+v", d)
		}
		if !slices.Equal(told, []string{"a HTTP 503"}) {
			t.Errorf("told %q", told)
		}
	})
}

func TestSlowChannelHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("slow", "z-quick")
		begin := time.Now()
		m.add("slow", 60, begin)
		m.add("z-quick", 5, begin.Add(time.Second))
		s := &sender{answer: func(ctx context.Context, ch xuanti.Channel, _ xuanti.Delivery, _ int) Receipt {
			if ch.ID == "slow" {
				select {
				case <-time.After(30 * time.Second):
				case <-ctx.Done():
				}
			}
			return Receipt{Outcome: Delivered, Code: 200}
		}}
		_, stop := start(t, DelivererOptions{Outbox: m}, s)
		pass(5 * time.Second)
		if n := m.count(xuanti.DeliveryDelivered, "z-quick"); n != 5 {
			t.Errorf("%d of 5 left while the other channel is slow", n)
		}
		pass(time.Hour)
		stop()
		for id := range m.rows {
			if d := m.get(id); d.State != xuanti.DeliveryDelivered || len(s.times(id)) != 1 {
				t.Errorf("%s is %s and was sent %d times", id, d.State, len(s.times(id)))
			}
		}
	})
}

func TestLimitedChannelIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("a")
		begin := time.Now()
		m.add("a", 12, begin)
		s := &sender{answer: func(_ context.Context, _ xuanti.Channel, d xuanti.Delivery, n int) Receipt {
			if d.ID == "a-001" && n == 1 {
				return Receipt{Outcome: Limited, Code: 429, RetryAfter: 10 * time.Minute}
			}
			return Receipt{Outcome: Delivered, Code: 200}
		}}
		_, stop := start(t, DelivererOptions{Outbox: m}, s)
		pass(time.Hour)
		stop()
		for id := range m.rows {
			at := s.times(id)
			last := at[len(at)-1].Sub(begin)
			if id == "a-000" && last > time.Second || id != "a-000" && last < 10*time.Minute {
				t.Errorf("%s was sent after %v", id, last)
			}
			if d := m.get(id); d.State != xuanti.DeliveryDelivered || id != "a-001" && d.Attempts != 1 {
				t.Errorf("%+v", d)
			}
		}
	})
}

func TestStopInFlight(t *testing.T) {
	for _, c := range []struct {
		name  string
		takes time.Duration
		state xuanti.DeliveryState
		sent  int // the second delivery, never
	}{
		{"the answer comes within the grace", 2 * time.Second, xuanti.DeliveryDelivered, 1},
		{"cut off", time.Minute, xuanti.DeliveryPending, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory("a")
				m.add("a", 3, time.Now())
				s := &sender{answer: func(ctx context.Context, _ xuanti.Channel, _ xuanti.Delivery, _ int) Receipt {
					select {
					case <-time.After(c.takes):
						return Receipt{Outcome: Delivered, Code: 200}
					case <-ctx.Done():
						return Receipt{Outcome: Transient, Message: "cut off"}
					}
				}}
				_, stop := start(t, DelivererOptions{Outbox: m}, s)
				pass(time.Second)
				before := time.Now()
				stop()
				if took := time.Since(before); took > 4*time.Second {
					t.Errorf("stopping took %v", took)
				}
				d := m.get("a-000")
				if d.State != c.state || len(s.times("a-000")) != c.sent {
					t.Errorf("%+v, sent %d times", d, len(s.times("a-000")))
				}
				if c.state == xuanti.DeliveryPending && (d.Attempts != 0 || d.LeaseUntil.IsZero()) {
					t.Errorf("a send that was cut off is not left to its lease: %+v", d)
				}
				for _, id := range []string{"a-001", "a-002"} {
					if d := m.get(id); d.State != xuanti.DeliveryPending || !d.LeaseUntil.IsZero() || d.Attempts != 0 || len(s.times(id)) != 0 {
						t.Errorf("what waited is not due again at once: %+v", d)
					}
				}
				// The next start takes it from there; the id stays the same.
				s.answer = ok
				_, stop = start(t, DelivererOptions{Outbox: m}, s)
				pass(10 * time.Minute)
				stop()
				for id := range m.rows {
					if d := m.get(id); d.State != xuanti.DeliveryDelivered {
						t.Errorf("%+v", d)
					}
				}
			})
		})
	}
}

func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("perm", "gone", "off", "odd", "well")
		m.channels["off"] = xuanti.Channel{ID: "off", Kind: "fake"}
		m.channels["odd"] = xuanti.Channel{ID: "odd", Kind: "pigeon", Active: true}
		m.channels["well"] = xuanti.Channel{ID: "well", Kind: "fake", Active: true, Failures: 3}
		for _, id := range []string{"perm", "gone", "off", "odd", "well", "deleted"} {
			m.add(id, 1, time.Now())
		}
		m.rows["off-test"] = &xuanti.Delivery{ID: "off-test", ChannelID: "off", State: xuanti.DeliveryPending, Type: testType}
		var mu sync.Mutex
		refused, recovered := map[string]bool{}, []string{}
		s := &sender{answer: func(_ context.Context, ch xuanti.Channel, _ xuanti.Delivery, _ int) Receipt {
			switch ch.ID {
			case "perm":
				return Receipt{Outcome: Permanent, Code: 400, Message: "HTTP 400"}
			case "gone":
				return Receipt{Outcome: Gone, Code: 410, Message: "410"}
			}
			return Receipt{Outcome: Delivered, Code: 200}
		}}
		_, stop := start(t, DelivererOptions{Outbox: m,
			OnPermanent: func(_ context.Context, ch xuanti.Channel, _ string) error {
				mu.Lock()
				defer mu.Unlock()
				refused[ch.ID] = ch.Active
				return nil
			},
			OnDelivered: func(_ context.Context, ch xuanti.Channel) error {
				mu.Lock()
				defer mu.Unlock()
				recovered = append(recovered, ch.ID)
				return nil
			}}, s)
		pass(time.Minute)
		stop()
		for _, id := range []string{"perm", "gone", "off", "odd", "deleted"} {
			if d := m.get(id + "-000"); d.State != xuanti.DeliveryFailed || d.LastError == "" || d.Attempts != 1 {
				t.Errorf("%+v", d)
			}
		}
		if active, told := refused["perm"]; !told || !active {
			t.Error("a refused message switches the channel off, or nobody is told")
		}
		if active, told := refused["gone"]; !told || active {
			t.Error("410 leaves the channel on")
		}
		if len(refused) != 2 {
			t.Errorf("told of %v: what is our own doing is no failure of the channel", refused)
		}
		if d := m.get("off-test"); d.State != xuanti.DeliveryDelivered {
			t.Errorf("a test to a channel that is off: %+v", d)
		}
		if !slices.Equal(recovered, []string{"well"}) {
			t.Errorf("recovered %v", recovered)
		}
	})
}

func TestWakeIsPrompt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory("a")
		s := &sender{answer: ok}
		m.add("a", 1, time.Now().Add(10*time.Hour))
		d, stop := start(t, DelivererOptions{Outbox: m}, s)
		pass(time.Second)
		m.mu.Lock()
		m.rows["now"] = &xuanti.Delivery{ID: "now", ChannelID: "a", State: xuanti.DeliveryPending, NextAt: time.Now()}
		m.mu.Unlock()
		d.Wake()
		synctest.Wait()
		if len(s.times("now")) != 1 {
			t.Error("woken, and nothing was sent")
		}
		stop()
	})
}

func TestOnce(t *testing.T) {
	m := newMemory("a")
	m.add("a", 3, noon)
	s := &sender{answer: ok}
	d := NewDeliverer(DelivererOptions{Outbox: m, Senders: map[string]Channel{"fake": s}, Clock: xuanti.NewManualClock(noon)})
	if n, err := d.Once(t.Context()); n != 3 || err != nil || m.count(xuanti.DeliveryDelivered, "a") != 3 {
		t.Errorf("%d %v", n, err)
	}
	if n, err := d.Once(t.Context()); n != 0 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}
