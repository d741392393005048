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

// EventFacts are what an alert decision looks at.
type EventFacts struct {
	Event    xuanti.Event
	Point    xuanti.EventPoint
	Refuted  bool // a refutation joined the event
	Official bool // an authoritative source joined the event
}

// Decide says whether a subscription is told about an event now, and at which
// stage. hist are the matches of this subscription and event so far; today is
// the number of alerts this subscription got since midnight. The first match
// fires once; each escalation fires once, no sooner than the cool-down after
// the last alert, except a refutation, which may not wait.
func Decide(sub xuanti.Subscription, hist []xuanti.Match, today int, f EventFacts, now time.Time) (xuanti.Stage, bool) {
	if !sub.Active {
		return "", false
	}
	if sub.Rule.MinHeat > 0 && f.Point.Heat < sub.Rule.MinHeat {
		return "", false
	}
	if len(hist) == 0 {
		return xuanti.StageFirst, today < limit(sub)
	}
	if !sub.Escalate {
		return "", false
	}
	done := map[xuanti.Stage]bool{}
	var last xuanti.Match
	had := false // state at the first alert was already known
	for _, m := range hist {
		done[m.Stage] = true
		if !had || m.At.After(last.At) {
			last, had = m, true
		}
	}
	if f.Refuted && !done[xuanti.StageRefuted] {
		return xuanti.StageRefuted, true
	}
	cool := sub.Cooldown
	if cool <= 0 {
		cool = 6 * time.Hour
	}
	if now.Sub(last.At) < cool || today >= limit(sub) {
		return "", false
	}
	switch {
	case !done[xuanti.StageSpread] && f.Point.Platforms >= spreadPlatforms && last.Platforms < spreadPlatforms:
		return xuanti.StageSpread, true
	case !done[xuanti.StageDoubled] && f.Point.Heat >= doubleFloor && f.Point.Heat >= 2*last.Heat:
		return xuanti.StageDoubled, true
	case !done[xuanti.StageRising] && f.Point.State == xuanti.StateRising && f.Event.StateSince.After(last.At):
		return xuanti.StageRising, true
	case !done[xuanti.StageOfficial] && f.Official:
		return xuanti.StageOfficial, true
	}
	return "", false
}

func limit(sub xuanti.Subscription) int {
	if sub.DailyCap <= 0 {
		return 30
	}
	return sub.DailyCap
}

// sendAt is when a delivery may leave: now, or at the end of the quiet hours
// (in Asia/Shanghai).
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
