package fetch

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxHosts bounds the memory of hostLimits; idle hosts are forgotten first.
const maxHosts = 2048

// hostLimits keeps requests to one host few and apart: a semaphore and a gap
// between starts. Waiting obeys the caller's context.
type hostLimits struct {
	perHost int
	gap     time.Duration

	mu    sync.Mutex
	hosts map[string]*hostState
}

type hostState struct {
	sem   chan struct{}
	pace  *rate.Limiter // nil without a gap
	users int           // requests waiting or running; guarded by hostLimits.mu
}

func newHostLimits(perHost int, gap time.Duration) *hostLimits {
	return &hostLimits{perHost: perHost, gap: gap, hosts: make(map[string]*hostState)}
}

// acquire waits for the host's turn and returns what ends it.
func (l *hostLimits) acquire(ctx context.Context, host string) (release func(), err error) {
	h := l.join(host)
	select {
	case h.sem <- struct{}{}:
	case <-ctx.Done():
		l.leave(h)
		return nil, ctx.Err()
	}
	if h.pace != nil {
		if err := h.pace.Wait(ctx); err != nil {
			<-h.sem
			l.leave(h)
			return nil, err
		}
	}
	return func() {
		<-h.sem
		l.leave(h)
	}, nil
}

// slow widens the gap to a host, as its robots.txt asks; up to ten seconds.
func (l *hostLimits) slow(host string, delay time.Duration) {
	if l.gap < 0 || delay <= l.gap {
		return
	}
	h := l.join(host)
	h.pace.SetLimit(rate.Every(min(delay, 10*time.Second)))
	l.leave(h)
}

func (l *hostLimits) join(host string) *hostState {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.hosts[host]
	if h == nil {
		if len(l.hosts) >= maxHosts {
			l.forgetIdle()
		}
		h = &hostState{sem: make(chan struct{}, l.perHost)}
		if l.gap > 0 {
			h.pace = rate.NewLimiter(rate.Every(l.gap), 1)
		}
		l.hosts[host] = h
	}
	h.users++
	return h
}

func (l *hostLimits) leave(h *hostState) {
	l.mu.Lock()
	h.users--
	l.mu.Unlock()
}

// forgetIdle drops hosts that nobody uses and whose gap has passed.
func (l *hostLimits) forgetIdle() {
	for name, h := range l.hosts {
		if h.users == 0 && (h.pace == nil || h.pace.Tokens() >= 1) {
			delete(l.hosts, name)
		}
	}
}
