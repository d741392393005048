package crawler

import "time"

// wishes are what a feed says about how often it wants to be polled.
type wishes struct {
	ttl   time.Duration
	hours uint32 // as Feed.skipHours
	days  uint8  // as Feed.skipDays
}

// apply moves a poll that was planned at now to when the feed wants it, and
// says so; "" when it agrees.
func (w wishes) apply(now, next time.Time) (at time.Time, zh, en string) {
	if at := now.Add(min(w.ttl, maxWait)); at.After(next) {
		next, zh, en = at, "订阅源自己要求的间隔（ttl 或 updatePeriod）", "the feed asks for this interval (ttl or updatePeriod)"
	}
	t := next.UTC()
	for w.skips(t) { // at most a week: some hour of some day is open
		t = t.Truncate(time.Hour).Add(time.Hour)
	}
	if !t.Equal(next) {
		next, zh, en = t, "订阅源要求避开这些时段（skipHours、skipDays）", "the feed asks to be left alone before (skipHours, skipDays)"
	}
	return next, zh, en
}

func (w wishes) skips(t time.Time) bool {
	return w.hours&(1<<t.Hour()) != 0 || w.days&(1<<t.Weekday()) != 0
}
