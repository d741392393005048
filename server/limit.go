package server

import (
	"crypto/sha256"
	"sync"

	"golang.org/x/time/rate"

	"github.com/xuanti/xuanti"
)

// limiter holds one token bucket per key. It forgets everything when it holds
// too many keys: an attacker with thousands of addresses gains a fresh bucket,
// but never our memory.
type limiter struct {
	clock xuanti.Clock
	rate  rate.Limit
	burst int

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

const maxBuckets = 8192

// newLimiter allows perSecond events of a key on average and burst at once.
func newLimiter(clock xuanti.Clock, perSecond float64, burst int) *limiter {
	return &limiter{clock: clock, rate: rate.Limit(perSecond), burst: burst, buckets: map[string]*rate.Limiter{}}
}

func (l *limiter) bucket(key string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[key]
	if b == nil {
		if len(l.buckets) >= maxBuckets {
			clear(l.buckets)
		}
		b = rate.NewLimiter(l.rate, l.burst)
		l.buckets[key] = b
	}
	return b
}

// allow takes one from the bucket of key.
func (l *limiter) allow(key string) bool { return l.bucket(key).AllowN(l.clock.Now(), 1) }

// exhausted tells whether the bucket of key is empty, without taking from it.
func (l *limiter) exhausted(key string) bool { return l.bucket(key).TokensAt(l.clock.Now()) < 1 }

// guests remembers which tokens were let in from which addresses, as hashes. It
// forgets everything when it holds too many, as limiter does.
type guests struct {
	mu   sync.Mutex
	seen map[[sha256.Size]byte]struct{}
}

func guest(address, secret string) [sha256.Size]byte {
	return sha256.Sum256([]byte(address + " " + secret))
}

func (g *guests) add(address, secret string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seen == nil || len(g.seen) >= maxBuckets {
		g.seen = map[[sha256.Size]byte]struct{}{}
	}
	g.seen[guest(address, secret)] = struct{}{}
}

func (g *guests) has(address, secret string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, ok := g.seen[guest(address, secret)]
	return ok
}
