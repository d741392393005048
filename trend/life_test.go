package trend

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func TestFusedHeatGrowsWithPlaceAndBoards(t *testing.T) {
	now := boardStart
	one := func(rank int) []Presence {
		return []Presence{{Platform: "weibo", Rank: rank, Heat: -1, Weight: 1}}
	}
	for r := 1; r < 50; r++ {
		if FusedHeat(one(r), now) <= FusedHeat(one(r+1), now) {
			t.Errorf("rank %d is not hotter than rank %d", r, r+1)
		}
	}
	var list []Presence
	last := 0.0
	for i, board := range []string{"weibo", "zhihu", "bilibili", "thepaper", "tieba", "baidu", "sogou", "toutiao", "douyin"} {
		list = append(list, Presence{Platform: board, Rank: 20, Heat: -1, Weight: 1})
		h := FusedHeat(list, now)
		if h <= last || h > 100 {
			t.Errorf("%d boards: %.2f after %.2f", i+1, h, last)
		}
		last = h
	}
	if FusedHeat(nil, now) != 0 {
		t.Error("nothing is warm")
	}
	kinless := FusedHeat([]Presence{{Platform: "baidu", Rank: 1, Heat: -1, Weight: 1}, {Platform: "zhihu", Rank: 1, Heat: -1, Weight: 1}}, now)
	same := FusedHeat([]Presence{{Platform: "baidu", Rank: 1, Heat: -1, Weight: 1}, {Platform: "sogou", Rank: 1, Heat: -1, Weight: 1}}, now)
	if same >= kinless {
		t.Errorf("two boards of one wording count %.1f, two strangers %.1f", same, kinless)
	}
	if twice := FusedHeat([]Presence{{Platform: "zhihu", Rank: 1, Heat: -1, Weight: 1}, {Platform: "zhihu", Rank: 1, Heat: -1, Weight: 1}}, now); twice != same {
		t.Errorf("two boards of one platform count %.1f, kin %.1f", twice, same)
	}
	hot := FusedHeat([]Presence{{Platform: "weibo", Rank: 5, Heat: 0.95, Weight: 1}}, now)
	cold := FusedHeat([]Presence{{Platform: "weibo", Rank: 5, Heat: 0.05, Weight: 1}}, now)
	if hot <= cold {
		t.Error("the platform's own heat counts for nothing")
	}
	long := FusedHeat([]Presence{{Platform: "weibo", Rank: 5, Heat: -1, Weight: 1, Since: now.Add(-5 * time.Hour)}}, now)
	if long <= FusedHeat([]Presence{{Platform: "weibo", Rank: 5, Heat: -1, Weight: 1, Since: now}}, now) {
		t.Error("dwelling counts for nothing")
	}
	if a, b := FusedHeat([]Presence{{Platform: "weibo", Rank: 0, Heat: -1, Weight: 1}}, now), FusedHeat(one(1), now); a != b {
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
		"just seen":                       {point("", 0), LifeInput{FirstAt: now, Heat: 20, Change: 20, PeakHeat: 20, PeakAt: now, Listed: 1, Stay: -1}, xuanti.StateNew},
		"just seen and about to grow":     {point("", 0), LifeInput{FirstAt: now, Heat: 20, Change: 20, PeakHeat: 20, PeakAt: now, Listed: 1, Stay: 0.8, Lift: 2}, xuanti.StateRising},
		"still new, and growing":          {point(xuanti.StateNew, 20), LifeInput{FirstAt: ago(0.6), StateSince: ago(0.6), Heat: 26, Change: 26, Grown: 6, PeakHeat: 26, PeakAt: now, Listed: 2, Stay: 0.8}, xuanti.StateRising},
		"still new, and no more":          {point(xuanti.StateNew, 20), LifeInput{FirstAt: ago(0.6), StateSince: ago(0.6), Heat: 15, Change: 15, Grown: -5, PeakHeat: 20, PeakAt: ago(0.5), Listed: 1, Stay: 0.8, Lift: 2}, xuanti.StateNew},
		"no longer new, and steady":       {point(xuanti.StateNew, 20), LifeInput{FirstAt: ago(1.1), StateSince: ago(1.1), Heat: 20, Change: 0.2, PeakHeat: 20, PeakAt: ago(1), Listed: 1, Stay: 0.8}, xuanti.StatePeak},
		"everything grows in the morning": {point(xuanti.StatePeak, 40), LifeInput{FirstAt: ago(5), StateSince: ago(2), Heat: 40, Change: 1, PeakHeat: 40, PeakAt: ago(1), Listed: 2, Stay: 0.9, Lift: 1}, xuanti.StatePeak},
		"grows a little, more to come":    {point(xuanti.StatePeak, 40), LifeInput{FirstAt: ago(5), StateSince: ago(2), Heat: 42, Change: 1.5, PeakHeat: 42, PeakAt: ago(1), Listed: 2, Stay: 0.9, Lift: 1.8}, xuanti.StateRising},
		"expected to grow, but does not":  {point(xuanti.StatePeak, 100), LifeInput{FirstAt: ago(5), StateSince: ago(2), Heat: 100, Change: 0, PeakHeat: 100, PeakAt: ago(3), Listed: 5, Stay: 0.9, Lift: 3}, xuanti.StatePeak},
		"rose, and stands at the top":     {point(xuanti.StateRising, 100), LifeInput{FirstAt: ago(5), StateSince: ago(2), Heat: 100, Change: 0, PeakHeat: 100, PeakAt: ago(3), Listed: 5, Stay: 0.9, Lift: 3}, xuanti.StatePeak},
		"rises more slowly":               {point(xuanti.StateRising, 50), LifeInput{FirstAt: ago(5), StateSince: ago(2), Heat: 51, Change: 1.2, PeakHeat: 51, PeakAt: now, Listed: 2, Stay: 0.9, Lift: 1}, xuanti.StateRising},
		"more boards by the hour":         {point(xuanti.StateNew, 30), LifeInput{FirstAt: ago(1.2), StateSince: ago(1), Heat: 45, Change: 15, PeakHeat: 45, PeakAt: now, Listed: 3, Stay: 0.9, Lift: 1}, xuanti.StateRising},
		"far below its peak, and climbs":  {point(xuanti.StateFalling, 30), LifeInput{FirstAt: ago(9), StateSince: ago(3), Heat: 59, Change: 29, PeakHeat: 95, PeakAt: ago(5), Listed: 3, Stay: 0.9, Lift: 0.5}, xuanti.StateRising},
		"high and steady":                 {point(xuanti.StateRising, 70), LifeInput{FirstAt: ago(4), StateSince: ago(2), Heat: 70, Change: -1, PeakHeat: 72, PeakAt: ago(1), Listed: 4, Stay: 0.9, Lift: 0.8}, xuanti.StatePeak},
		"losing boards":                   {point(xuanti.StatePeak, 50), LifeInput{FirstAt: ago(8), StateSince: ago(3), Heat: 45, Change: -5, PeakHeat: 80, PeakAt: ago(3), Listed: 2, Stay: 0.6, Lift: 0.5}, xuanti.StateFalling},
		"past its peak, and steady":       {point(xuanti.StateFalling, 45), LifeInput{FirstAt: ago(8), StateSince: ago(3), Heat: 45, Change: 0, PeakHeat: 80, PeakAt: ago(3), Listed: 2, Stay: 0.6, Lift: 0.5}, xuanti.StateFalling},
		"as high again as it was":         {point(xuanti.StateFalling, 75), LifeInput{FirstAt: ago(8), StateSince: ago(3), Heat: 75, Change: 0.2, PeakHeat: 80, PeakAt: ago(3), Listed: 2, Stay: 0.6, Lift: 0.5}, xuanti.StatePeak},
		"about to leave, and loses":       {point(xuanti.StatePeak, 30), LifeInput{FirstAt: ago(8), StateSince: ago(3), Heat: 30, Change: -1.5, PeakHeat: 32, PeakAt: ago(3), Listed: 1, Stay: 0.1, Lift: 0.5}, xuanti.StateFalling},
		"gone":                            {point(xuanti.StateFalling, 5), LifeInput{FirstAt: ago(20), StateSince: ago(0.1), Change: -5, PeakHeat: 60, PeakAt: ago(10), Stay: -1}, xuanti.StateQuiet},
		"only written about":              {point(xuanti.StateNew, 8), LifeInput{FirstAt: ago(3), StateSince: ago(3), Heat: 8, PeakHeat: 8, PeakAt: ago(2), Writers: 1, Stay: -1}, xuanti.StateFalling},
		"returns after a day":             {point(xuanti.StateQuiet, 0), LifeInput{FirstAt: ago(30), StateSince: ago(12), Heat: 25, Change: 25, PeakHeat: 60, PeakAt: ago(25), Listed: 1, Stay: 0.7, Lift: 1}, xuanti.StateBack},
		"was away for a poll":             {point(xuanti.StateQuiet, 0), LifeInput{FirstAt: ago(30), StateSince: ago(0.3), Heat: 25, Change: -1, PeakHeat: 60, PeakAt: ago(25), Listed: 1, Stay: 0.7, Lift: 1}, xuanti.StateFalling},
		"returned, and loses":             {point(xuanti.StateBack, 25), LifeInput{FirstAt: ago(30), StateSince: ago(1.2), Heat: 20, Change: -5, PeakHeat: 60, PeakAt: ago(25), Listed: 1, Stay: 0.7, Lift: 1}, xuanti.StateFalling},
	} {
		c.in.Now = now
		got := EventState(c.prev, c.in)
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if !StateAgrees(got, c.in.Change) {
			t.Errorf("%s: %s beside a change of %+.1f", name, got, c.in.Change)
		}
	}
}

// Whatever the heat does, the state beside it says the same; and it does not
// change more often than the direction does.
func TestEventStateFollowsTheCurve(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	for walk := range 200 {
		type point struct {
			at   time.Time
			heat float64
		}
		var curve []point
		heat, drift := 5+50*rnd.Float64(), 0.0
		prev := xuanti.EventPoint{}
		var since, peakAt time.Time
		peak, flips, turns := 0.0, 0, 0
		for m := 0; m < 24*60; m += 10 {
			now := boardStart.Add(time.Duration(m) * time.Minute)
			if rnd.IntN(18) == 0 {
				drift = 3 * (rnd.Float64() - 0.5)
				turns++
			}
			heat = clamp(heat+drift+rnd.Float64()-0.5, 1, 100)
			if heat > peak {
				peak, peakAt = heat, now
			}
			curve = append(curve, point{now, heat})
			in := LifeInput{Now: now, FirstAt: boardStart, StateSince: since, Heat: heat, PeakHeat: peak, PeakAt: peakAt, Listed: 2, Stay: rnd.Float64(), Lift: 2 * rnd.Float64()}
			in.Change, in.Grown = heat, heat-curve[0].heat
			if m > 60 {
				in.Change = heat - curve[len(curve)-7].heat
				in.Grown = in.Change
			}
			s := EventState(prev, in)
			if !StateAgrees(s, in.Change) {
				t.Fatalf("walk %d after %d minutes: %s beside %+.1f (heat %.1f of %.1f)", walk, m, s, in.Change, heat, peak)
			}
			if s != prev.State {
				since = now
				flips++
			}
			prev = xuanti.EventPoint{At: now, Heat: heat, State: s}
		}
		if flips > 3*turns+12 {
			t.Errorf("walk %d: %d states for %d turns", walk, flips, turns)
		}
	}
}

// A state is held for twenty minutes, however the figures flicker; leaving and
// returning are told at once, and what would contradict the curve is not held.
func TestEventStateDoesNotFlicker(t *testing.T) {
	prev := xuanti.EventPoint{State: xuanti.StateRising, Heat: 50}
	first, since := boardStart, boardStart.Add(2*time.Hour)
	at := func(m int, change float64) xuanti.State {
		return EventState(prev, LifeInput{Now: since.Add(time.Duration(m) * time.Minute), FirstAt: first, StateSince: since, Heat: 50, PeakHeat: 50, PeakAt: since, Change: change, Listed: 2, Stay: 0.8, Lift: 1})
	}
	prev.State = xuanti.StatePeak
	for _, c := range []struct {
		minute int
		change float64
		want   xuanti.State
	}{{5, 3.5, xuanti.StatePeak}, {19, -3.5, xuanti.StatePeak}, {5, 6, xuanti.StateRising}, {5, -6, xuanti.StateFalling}, {20, 3.5, xuanti.StateRising}, {20, -3.5, xuanti.StateFalling}, {300, 2, xuanti.StatePeak}} {
		if s := at(c.minute, c.change); s != c.want {
			t.Errorf("high, %+.1f after %d minutes: %s, want %s", c.change, c.minute, s, c.want)
		}
	}
	prev.State = xuanti.StateRising
	if s := at(5, -2); s != xuanti.StatePeak {
		t.Errorf("a rise is held while heat falls: %s", s)
	}
	if s := EventState(prev, LifeInput{Now: since.Add(time.Minute), FirstAt: first, StateSince: since, PeakHeat: 50, PeakAt: since}); s != xuanti.StateQuiet {
		t.Errorf("left every board, but is %s", s)
	}
}

func TestStateOfChange(t *testing.T) {
	for change := -20.0; change <= 20; change += 0.25 {
		if s := StateOfChange(change); !StateAgrees(s, change) {
			t.Errorf("%s beside %+.2f", s, change)
		}
	}
}
