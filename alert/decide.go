package alert

import (
	"time"

	"github.com/xuanti/xuanti"
)

// Bounds of what counts as growth worth a second message.
const (
	spreadPlatforms = 3
	doubleFloor     = 20 // heat below this doubles too easily to be worth a message
)

// What a subscription is given that says nothing else.
const (
	DefaultCooldown = 6 * time.Hour
	DefaultDailyCap = 30
)

// EventFacts are what an alert decision looks at.
type EventFacts struct {
	Event xuanti.Event
	Point xuanti.EventPoint
	// When a refutation and when an authoritative source joined the event; zero
	// is never. What was there before the first alert was told with it and is
	// no news.
	RefutedAt, OfficialAt time.Time
}

// Decide says whether a subscription is told about an event now, and at which
// stage. hist are the matches of this subscription and event so far; today is
// the number of alerts this subscription got since midnight in Shanghai.
//
// The first match fires once, as soon as the event has the wanted heat. After
// that each escalation fires once, the strongest first (spread, doubled,
// rising, official), no sooner than the cool-down after the last alert. A
// refutation may not wait: it knows no cool-down, no daily cap and no least
// heat.
//
// A stage together with false means that only the daily cap is in the way: the
// match belongs in the feed of the subscription, and no channel is told.
func Decide(sub xuanti.Subscription, hist []xuanti.Match, today int, f EventFacts, now time.Time) (xuanti.Stage, bool) {
	if !sub.Active {
		return "", false
	}
	warm := sub.Rule.MinHeat <= 0 || f.Point.Heat >= sub.Rule.MinHeat
	free := today < limit(sub)
	if len(hist) == 0 {
		if !warm {
			return "", false
		}
		return xuanti.StageFirst, free
	}
	if !sub.Escalate {
		return "", false
	}
	done := map[xuanti.Stage]bool{}
	begin, last := hist[0], hist[0]
	for _, m := range hist {
		done[m.Stage] = true
		if m.At.Before(begin.At) {
			begin = m
		}
		if m.At.After(last.At) {
			last = m
		}
	}
	if !done[xuanti.StageRefuted] && f.RefutedAt.After(begin.At) {
		return xuanti.StageRefuted, true
	}
	if !warm || now.Sub(last.At) < cooldown(sub) {
		return "", false
	}
	switch {
	case !done[xuanti.StageSpread] && f.Point.Platforms >= spreadPlatforms && last.Platforms < spreadPlatforms:
		return xuanti.StageSpread, free
	case !done[xuanti.StageDoubled] && f.Point.Heat >= doubleFloor && f.Point.Heat >= 2*last.Heat:
		return xuanti.StageDoubled, free
	case !done[xuanti.StageRising] && f.Point.State == xuanti.StateRising && f.Event.StateSince.After(last.At):
		return xuanti.StageRising, free
	case !done[xuanti.StageOfficial] && f.OfficialAt.After(begin.At):
		return xuanti.StageOfficial, free
	}
	return "", false
}

func limit(sub xuanti.Subscription) int {
	if sub.DailyCap <= 0 {
		return DefaultDailyCap
	}
	return sub.DailyCap
}

func cooldown(sub xuanti.Subscription) time.Duration {
	if sub.Cooldown <= 0 {
		return DefaultCooldown
	}
	return sub.Cooldown
}

// sendAt is when a delivery may leave: now, or at the end of the quiet hours
// (in Asia/Shanghai), which may lie on the next day. Hours that are not two
// different times of day are no quiet hours.
func sendAt(sub xuanti.Subscription, now time.Time) time.Time {
	from, err1 := time.Parse("15:04", sub.QuietFrom)
	to, err2 := time.Parse("15:04", sub.QuietTo)
	if err1 != nil || err2 != nil {
		return now
	}
	local := now.In(xuanti.Shanghai)
	minute := local.Hour()*60 + local.Minute()
	a, b := from.Hour()*60+from.Minute(), to.Hour()*60+to.Minute()
	quiet := a <= minute && minute < b
	if a > b {
		quiet = minute >= a || minute < b
	}
	if !quiet {
		return now
	}
	end := time.Date(local.Year(), local.Month(), local.Day(), to.Hour(), to.Minute(), 0, 0, xuanti.Shanghai)
	if !end.After(local) {
		end = end.AddDate(0, 0, 1)
	}
	return end.UTC()
}
