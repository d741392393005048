package alert

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai

func TestDecide(t *testing.T) {
	sub := xuanti.Subscription{Active: true, Escalate: true, Cooldown: 6 * time.Hour, DailyCap: 3}
	warm := sub
	warm.Rule.MinHeat = 40
	plain := sub
	plain.Escalate = false
	off := sub
	off.Active = false
	at := func(h float64) time.Time { return noon.Add(time.Duration(h * float64(time.Hour))) }
	told := func(stage xuanti.Stage, hours, heat float64, platforms int) xuanti.Match {
		return xuanti.Match{Stage: stage, At: at(hours), Heat: heat, Platforms: platforms}
	}
	one := []xuanti.Match{told(xuanti.StageFirst, 0, 20, 1)}
	facts := func(heat float64, platforms int, state xuanti.State, since float64) EventFacts {
		return EventFacts{Event: xuanti.Event{StateSince: at(since)}, Point: xuanti.EventPoint{Heat: heat, Platforms: platforms, State: state}}
	}
	refuted := func(f EventFacts) EventFacts { f.RefutedAt = at(0.05); return f }
	official := func(f EventFacts, since time.Time) EventFacts { f.OfficialAt = since; return f }
	for _, c := range []struct {
		name  string
		sub   xuanti.Subscription
		hist  []xuanti.Match
		today int
		f     EventFacts
		hours float64
		stage xuanti.Stage
		fire  bool
	}{
		{"first", sub, nil, 0, facts(5, 1, xuanti.StateNew, 0), 0, xuanti.StageFirst, true},
		{"once only", sub, one, 1, facts(20, 1, xuanti.StateNew, 0), 1, "", false},
		{"switched off", off, nil, 0, facts(5, 1, xuanti.StateNew, 0), 0, "", false},
		{"too cold", warm, nil, 0, facts(39.9, 1, xuanti.StateNew, 0), 0, "", false},
		{"least heat reached later is the first", warm, nil, 0, facts(40, 2, xuanti.StateRising, 0), 3, xuanti.StageFirst, true},
		{"cap holds the first back for the feed", sub, nil, 3, facts(5, 1, xuanti.StateNew, 0), 0, xuanti.StageFirst, false},
		{"cool-down", sub, one, 1, facts(80, 5, xuanti.StateRising, 1), 5.9, "", false},
		{"strongest escalation first", sub, one, 1, facts(80, 5, xuanti.StateRising, 1), 6, xuanti.StageSpread, true},
		{"then the next, after another cool-down", sub, append(one[:1:1], told(xuanti.StageSpread, 6, 30, 5)), 2, facts(80, 5, xuanti.StateRising, 1), 12, xuanti.StageDoubled, true},
		{"cool-down counts from the last alert", sub, append(one[:1:1], told(xuanti.StageSpread, 6, 30, 5)), 2, facts(80, 5, xuanti.StateRising, 1), 11, "", false},
		{"history in any order", sub, []xuanti.Match{told(xuanti.StageSpread, 6, 30, 5), one[0]}, 2, facts(80, 5, xuanti.StateRising, 1), 11, "", false},
		{"rising since the last alert", sub, one, 1, facts(30, 2, xuanti.StateRising, 1), 7, xuanti.StageRising, true},
		{"rising before it is old news", sub, one, 1, facts(30, 2, xuanti.StateRising, -1), 7, "", false},
		{"small heat doubles too easily", sub, []xuanti.Match{told(xuanti.StageFirst, 0, 4, 1)}, 1, facts(15, 2, xuanti.StatePeak, 0), 7, "", false},
		{"was on three platforms at the first alert", sub, []xuanti.Match{told(xuanti.StageFirst, 0, 50, 4)}, 1, facts(60, 6, xuanti.StatePeak, 0), 7, "", false},
		{"official joins", sub, one, 1, official(facts(30, 2, xuanti.StatePeak, 0), at(2)), 7, xuanti.StageOfficial, true},
		{"official from the start", sub, one, 1, official(facts(30, 2, xuanti.StatePeak, 0), at(-2)), 7, "", false},
		{"no escalation wanted", plain, one, 1, refuted(facts(80, 5, xuanti.StateRising, 1)), 7, "", false},
		{"refuted at once", sub, one, 1, refuted(facts(20, 1, xuanti.StateNew, 0)), 0.1, xuanti.StageRefuted, true},
		{"refuted beyond cap and heat", warm, one, 99, refuted(facts(3, 1, xuanti.StateQuiet, 0)), 0.1, xuanti.StageRefuted, true},
		{"refuted once", sub, append(one[:1:1], told(xuanti.StageRefuted, 1, 20, 1)), 2, refuted(facts(20, 1, xuanti.StateNew, 0)), 2, "", false},
		{"escalation over the cap goes to the feed", sub, one, 3, facts(80, 5, xuanti.StateRising, 1), 7, xuanti.StageSpread, false},
		{"clock went back", sub, one, 1, facts(80, 5, xuanti.StateRising, 1), -3, "", false},
	} {
		stage, fire := Decide(c.sub, c.hist, c.today, c.f, at(c.hours))
		if stage != c.stage || fire != c.fire {
			t.Errorf("%s: %q %v, want %q %v", c.name, stage, fire, c.stage, c.fire)
		}
	}
}

// A life of an event, minute by minute: each stage at most once, never closer
// than the cool-down but for the refutation.
func TestDecideOverALife(t *testing.T) {
	sub := xuanti.Subscription{Active: true, Escalate: true}
	var hist []xuanti.Match
	seen := map[xuanti.Stage]int{}
	for m := range 72 * 60 {
		now := noon.Add(time.Duration(m) * time.Minute)
		f := EventFacts{Event: xuanti.Event{StateSince: noon.Add(time.Hour)}, Point: xuanti.EventPoint{Heat: min(100, 10+float64(m)/20), Platforms: 1 + m/120, State: xuanti.StateRising}}
		if m > 100 {
			f.OfficialAt = noon.Add(100 * time.Minute)
		}
		if m > 600 {
			f.RefutedAt = noon.Add(600 * time.Minute)
		}
		stage, fire := Decide(sub, hist, 0, f, now)
		if !fire {
			continue
		}
		if n := len(hist); n > 0 && stage != xuanti.StageRefuted && now.Sub(hist[n-1].At) < 6*time.Hour {
			t.Errorf("%s after %v", stage, now.Sub(hist[n-1].At))
		}
		hist = append(hist, xuanti.Match{Stage: stage, At: now, Heat: f.Point.Heat, Platforms: f.Point.Platforms})
		seen[stage]++
	}
	for _, s := range []xuanti.Stage{xuanti.StageFirst, xuanti.StageSpread, xuanti.StageRefuted, xuanti.StageOfficial} {
		if seen[s] != 1 {
			t.Errorf("%s fired %d times", s, seen[s])
		}
	}
	if hist[0].Stage != xuanti.StageFirst {
		t.Errorf("begins with %s", hist[0].Stage)
	}
}

func TestQuietHours(t *testing.T) {
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", s, xuanti.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, c := range []struct{ from, to, now, want string }{
		{"23:00", "07:30", "2026-11-23 22:59", "2026-11-23 22:59"},
		{"23:00", "07:30", "2026-11-23 23:00", "2026-11-24 07:30"},
		{"23:00", "07:30", "2026-12-31 23:59", "2027-01-01 07:30"},
		{"23:00", "07:30", "2026-11-24 00:00", "2026-11-24 07:30"},
		{"23:00", "07:30", "2026-11-24 07:29", "2026-11-24 07:30"},
		{"23:00", "07:30", "2026-11-24 07:30", "2026-11-24 07:30"},
		{"12:00", "14:00", "2026-11-24 13:00", "2026-11-24 14:00"},
		{"12:00", "14:00", "2026-11-24 14:00", "2026-11-24 14:00"},
		{"22:00", "00:00", "2026-11-24 23:00", "2026-11-25 00:00"},
		{"09:00", "09:00", "2026-11-24 09:00", "2026-11-24 09:00"},
		{"", "", "2026-11-24 03:00", "2026-11-24 03:00"},
		{"25:00", "07:00", "2026-11-24 03:00", "2026-11-24 03:00"},
	} {
		sub := xuanti.Subscription{QuietFrom: c.from, QuietTo: c.to}
		if got := sendAt(sub, at(c.now).UTC()); !got.Equal(at(c.want)) {
			t.Errorf("%s to %s, now %s: %s, want %s", c.from, c.to, c.now, got.In(xuanti.Shanghai), c.want)
		}
	}
}
