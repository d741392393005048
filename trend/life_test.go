package trend

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func TestFusedHeatGrowsWithPlaceAndBoards(t *testing.T) {
	now := boardStart
	one := func(rank int) []Presence { return []Presence{{Board: "weibo", Rank: rank, Size: 50, Heat: -1}} }
	for r := 1; r < 50; r++ {
		if FusedHeat(one(r), now) <= FusedHeat(one(r+1), now) {
			t.Errorf("rank %d is not hotter than rank %d", r, r+1)
		}
	}
	var list []Presence
	last := 0.0
	for i, board := range []string{"weibo", "zhihu", "bilibili", "thepaper", "tieba", "baidu", "sogou", "toutiao", "douyin"} {
		list = append(list, Presence{Board: board, Rank: 20, Size: 50, Heat: -1})
		h := FusedHeat(list, now)
		if h <= last || h > 100 {
			t.Errorf("%d boards: %.2f after %.2f", i+1, h, last)
		}
		last = h
	}
	if FusedHeat(nil, now) != 0 {
		t.Error("nothing is warm")
	}
	kinless := FusedHeat([]Presence{{Board: "baidu", Rank: 1, Heat: -1}, {Board: "zhihu", Rank: 1, Heat: -1}}, now)
	same := FusedHeat([]Presence{{Board: "baidu", Rank: 1, Heat: -1}, {Board: "sogou", Rank: 1, Heat: -1}}, now)
	if same >= kinless {
		t.Errorf("two boards of one wording count %.1f, two strangers %.1f", same, kinless)
	}
	hot := FusedHeat([]Presence{{Board: "weibo", Rank: 5, Heat: 0.95}}, now)
	cold := FusedHeat([]Presence{{Board: "weibo", Rank: 5, Heat: 0.05}}, now)
	if hot <= cold {
		t.Error("the platform's own heat counts for nothing")
	}
	long := FusedHeat([]Presence{{Board: "weibo", Rank: 5, Heat: -1, Since: now.Add(-5 * time.Hour)}}, now)
	if long <= FusedHeat([]Presence{{Board: "weibo", Rank: 5, Heat: -1, Since: now}}, now) {
		t.Error("dwelling counts for nothing")
	}
	if a, b := FusedHeat([]Presence{{Board: "weibo", Rank: 0, Heat: -1}}, now), FusedHeat(one(1), now); a != b {
		t.Errorf("a place without a number is %.2f, the first %.2f", a, b)
	}
}

func TestEventStateBySituation(t *testing.T) {
	now := boardStart.Add(24 * time.Hour)
	ago := func(h float64) time.Time { return now.Add(-time.Duration(h * float64(time.Hour))) }
	point := func(s xuanti.State, heat float64) xuanti.EventPoint { return xuanti.EventPoint{State: s, Heat: heat} }
	for name, c := range map[string]struct {
		prev xuanti.EventPoint
		in   LifeInput
		want xuanti.State
	}{
		"just seen":                       {point("", 0), LifeInput{FirstAt: now, Heat: 20, PeakHeat: 20, PeakAt: now, Listed: 1, Grow: -1, Stay: -1}, xuanti.StateNew},
		"just seen and about to grow":     {point("", 0), LifeInput{FirstAt: now, Heat: 20, PeakHeat: 20, PeakAt: now, Listed: 1, Grow: 0.3, Stay: 0.8, Lift: 2}, xuanti.StateRising},
		"everything grows in the morning": {point(xuanti.StatePeak, 40), LifeInput{FirstAt: ago(5), StateSince: ago(2), Heat: 40, PeakHeat: 40, PeakAt: ago(1), Listed: 2, Grow: 0.5, Stay: 0.9, Lift: 1}, xuanti.StatePeak},
		"more boards by the hour":         {point(xuanti.StateNew, 30), LifeInput{FirstAt: ago(1), StateSince: ago(1), Heat: 45, PeakHeat: 45, PeakAt: now, Listed: 3, Grow: 0.2, Stay: 0.9, Lift: 1}, xuanti.StateRising},
		"high and steady":                 {point(xuanti.StateRising, 70), LifeInput{FirstAt: ago(4), StateSince: ago(2), Heat: 70, PeakHeat: 72, PeakAt: ago(1), Listed: 4, Grow: 0.1, Stay: 0.9, Lift: 0.8}, xuanti.StatePeak},
		"losing boards":                   {point(xuanti.StatePeak, 50), LifeInput{FirstAt: ago(8), StateSince: ago(3), Heat: 45, PeakHeat: 80, PeakAt: ago(3), Listed: 2, Grow: 0.1, Stay: 0.6, Lift: 0.5}, xuanti.StateFalling},
		"about to leave":                  {point(xuanti.StatePeak, 30), LifeInput{FirstAt: ago(8), StateSince: ago(3), Heat: 30, PeakHeat: 32, PeakAt: ago(3), Listed: 1, Grow: 0.05, Stay: 0.1, Lift: 0.5}, xuanti.StateFalling},
		"gone":                            {point(xuanti.StateFalling, 5), LifeInput{FirstAt: ago(20), StateSince: ago(0.1), PeakHeat: 60, PeakAt: ago(10), Grow: -1, Stay: -1}, xuanti.StateQuiet},
		"only written about":              {point(xuanti.StateNew, 8), LifeInput{FirstAt: ago(3), StateSince: ago(3), Heat: 8, PeakHeat: 8, PeakAt: ago(2), Writers: 1, Grow: -1, Stay: -1}, xuanti.StateFalling},
		"returns after a day":             {point(xuanti.StateQuiet, 0), LifeInput{FirstAt: ago(30), StateSince: ago(12), Heat: 25, PeakHeat: 60, PeakAt: ago(25), Listed: 1, Grow: 0.2, Stay: 0.7, Lift: 1}, xuanti.StateBack},
	} {
		c.in.Now = now
		if got := EventState(c.prev, c.in); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A state is held for twenty minutes, however the figures flicker; leaving and
// returning are told at once.
func TestEventStateDoesNotFlicker(t *testing.T) {
	prev := xuanti.EventPoint{State: xuanti.StateRising, Heat: 50}
	first, since, changes := boardStart, boardStart.Add(2*time.Hour), 0
	for m := range 60 {
		now := since.Add(time.Duration(m) * time.Minute)
		in := LifeInput{Now: now, FirstAt: first, StateSince: since, Heat: 50, PeakHeat: 50, PeakAt: since, Listed: 2, Grow: 0.2, Stay: 0.8, Lift: 1}
		if m%2 == 0 {
			in.Lift = 1.6
		}
		if s := EventState(prev, in); s != prev.State {
			if m < 20 {
				t.Fatalf("changed to %s after %d minutes", s, m)
			}
			changes++
			prev.State, since = s, now
			break
		}
	}
	if changes != 1 {
		t.Errorf("%d changes, want one after the time of holding", changes)
	}
	now := since.Add(time.Minute)
	if s := EventState(prev, LifeInput{Now: now, FirstAt: first, StateSince: since, PeakHeat: 50, PeakAt: since}); s != xuanti.StateQuiet {
		t.Errorf("left every board, but is %s", s)
	}
}
