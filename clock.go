package xuanti

import (
	"sync/atomic"
	"time"
)

// Clock tells the time. Replays and as-of views run on the clock of the rows,
// so no package but cmd may call time.Now for a decision.
type Clock interface {
	Now() time.Time
}

// SystemClock is the wall clock in UTC.
type SystemClock struct{}

// Now returns the wall-clock time in UTC.
func (SystemClock) Now() time.Time { return time.Now().UTC() }

// ManualClock stands still until it is set. It is safe for concurrent use.
type ManualClock struct{ ms atomic.Int64 }

// NewManualClock returns a clock that shows t.
func NewManualClock(t time.Time) *ManualClock {
	c := &ManualClock{}
	c.Set(t)
	return c
}

// Now returns the time last set.
func (c *ManualClock) Now() time.Time { return FromMillis(c.ms.Load()) }

// Set moves the clock to t, forwards or backwards.
func (c *ManualClock) Set(t time.Time) { c.ms.Store(t.UnixMilli()) }

// Advance moves the clock forward by d.
func (c *ManualClock) Advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// FromMillis converts Unix milliseconds, the stored form, to UTC. Zero stands
// for "unknown" and gives the zero time.
func FromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Millis converts a time to its stored form; the zero time gives 0.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Shanghai is the zone of every Chinese platform (UTC+8, no daylight saving).
var Shanghai = time.FixedZone("Asia/Shanghai", 8*3600)
