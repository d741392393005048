package crawler

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// monday is a Monday, midnight in Shanghai.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, xuanti.Shanghai)

func planSource(id string) *xuanti.Source {
	return &xuanti.Source{ID: id, Kind: xuanti.SourceFeed, URL: "https://" + id + ".example/feed", Weight: 1, Interval: 30 * time.Minute, State: xuanti.SourceActive}
}

// live polls sources whose items come at fixed times for some days and counts
// the polls of the last of them, by source.
func live(p *Planner, days int, sources []*xuanti.Source, items func(src, hour int) []time.Duration) map[string][]time.Time {
	next, seen := make([]time.Time, len(sources)), make([]time.Time, len(sources))
	for i := range next {
		next[i], seen[i] = monday, monday
	}
	polls := map[string][]time.Time{}
	for now := monday; now.Before(monday.AddDate(0, 0, days)); {
		i := 0
		for k := range next {
			if next[k].Before(next[i]) {
				i = k
			}
		}
		now = next[i]
		var fresh []time.Time
		for h := int(seen[i].Sub(monday).Hours()); h <= int(now.Sub(monday).Hours()); h++ {
			for _, d := range items(i, h) {
				if t := monday.Add(time.Duration(h)*time.Hour + d); t.After(seen[i]) && !t.After(now) {
					fresh = append(fresh, t)
				}
			}
		}
		seen[i] = now
		sources[i].Fetch.Attempts++
		next[i], _ = p.Plan(sources[i], now, fresh, 40)
		if now.After(monday.AddDate(0, 0, days-7)) {
			polls[sources[i].ID] = append(polls[sources[i].ID], now)
		}
	}
	return polls
}

// scattered is n items somewhere in an hour.
func scattered(n, hour int) (out []time.Duration) {
	for i := range n {
		out = append(out, jitter(30*time.Minute, 1, "item", hour*100+i))
	}
	slices.Sort(out)
	return out
}

func TestPlanSquareRootLaw(t *testing.T) {
	p := NewPlanner(PlanOptions{PerHour: 12})
	sources := []*xuanti.Source{planSource("slow"), planSource("fast")}
	polls := live(p, 21, sources, func(src, hour int) []time.Duration {
		if src == 1 {
			return scattered(16, hour)
		}
		return scattered(1, hour)
	})
	slow, fast := float64(len(polls["slow"])), float64(len(polls["fast"]))
	if ratio := fast / slow; ratio < 3.4 || ratio > 4.6 {
		t.Errorf("sixteen times the items are polled %.2f times as often, want about 4", ratio)
	}
	if perHour := (slow + fast) / weekHours; math.Abs(perHour-12) > 1 {
		t.Errorf("%.2f requests an hour of a budget of 12", perHour)
	}
}

func TestPlanFollowsTheWeek(t *testing.T) {
	// Items only on working days from 9 to 11, in the first minutes of the hour.
	p := NewPlanner(PlanOptions{PerHour: 1})
	src := planSource("office")
	polls := live(p, 35, []*xuanti.Source{src}, func(_, hour int) []time.Duration {
		if h := hour % 24; hour/24%7 < 5 && h >= 9 && h < 11 {
			return []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}
		}
		return nil
	})
	busy, weekend, soon := 0, 0, 0
	for _, at := range polls["office"] {
		_, h, part := weekOf(at)
		switch {
		case h/24 >= 5:
			weekend++
		case h%24 >= 9 && h%24 < 11:
			busy++
			if part > 0.05 && part < 0.3 {
				soon++
			}
		}
	}
	// Ten of the week's 168 hours are busy, 48 are weekend.
	if ratio := float64(busy) / 10 / (float64(weekend) / 48); ratio < 4 {
		t.Errorf("a busy hour gets %.1f times the polls of a weekend's", ratio)
	}
	if soon*3 < busy { // a quarter would be chance
		t.Errorf("%d of %d polls come right after the items", soon, busy)
	}
}

func TestPlanLosesNothing(t *testing.T) {
	// A tiny budget and a short list: the list decides.
	p := NewPlanner(PlanOptions{PerHour: 0.01})
	src := planSource("short")
	next, why := monday, ""
	for i := range 200 {
		now := next
		src.Fetch.Attempts = int64(i)
		var items []time.Time
		for k := range 10 { // ten items an hour, whenever it looks
			items = append(items, now.Add(-time.Duration(k)*6*time.Minute))
		}
		next, why = p.Plan(src, now, items, 10)
	}
	if wait := next.Sub(src.Fetch.LastAttempt); src.Fetch.Rhythm == nil || wait == 0 {
		t.Fatal("nothing was learned")
	}
	r := decodeRhythm(src.Fetch.Rhythm)
	if r.list != 10 || !strings.Contains(why, "列表只有 10 条") {
		t.Errorf("list %d, %s", r.list, why)
	}
}

func TestPlanBounds(t *testing.T) {
	p := NewPlanner(PlanOptions{PerHour: 1e6, HostGap: time.Second})
	src := planSource("a")
	if next, why := p.Plan(src, monday, nil, 20); next.Sub(monday) < shortestWait || next.Sub(monday) > 4*time.Minute || !strings.Contains(why, "最短间隔") {
		t.Errorf("plenty: in %s, %s", next.Sub(monday), why)
	}
	poor := NewPlanner(PlanOptions{PerHour: 0.001})
	if next, why := poor.Plan(src, monday.Add(time.Hour), nil, 20); next.Sub(monday) > longestWait*11/10 || next.Sub(monday) < 12*time.Hour {
		t.Errorf("poor: in %s, %s", next.Sub(monday), why)
	}
	// Two hundred feeds of one host cannot all be polled every two minutes.
	for i := range 200 {
		s := planSource(fmt.Sprintf("h%d", i))
		s.URL = fmt.Sprintf("https://hub.example/%d", i)
		next, _ := p.Plan(s, monday, nil, 20)
		if i == 199 && next.Sub(monday) < 6*time.Minute {
			t.Errorf("the 200th feed of a host comes in %s", next.Sub(monday))
		}
	}
	// A board keeps its pace.
	board := &xuanti.Source{ID: "b", Kind: xuanti.SourceBoard, Interval: 10 * time.Minute}
	next, why := p.board(board, monday)
	if d := next.Sub(monday); d < 9*time.Minute || d > 11*time.Minute || why != "10 分钟一次：榜单按固定节奏\nevery 10 min: boards have an even pace" {
		t.Errorf("board in %s: %s", d, why)
	}
}

func TestPlanBoost(t *testing.T) {
	p := NewPlanner(PlanOptions{})
	a, b := planSource("a"), planSource("b")
	p.Load([]xuanti.Source{*a, *b}, monday)
	calm, _ := p.Plan(a, monday, nil, 20)
	if added := p.Boost([]string{"a", "board"}, monday); !slices.Equal(added, []string{"a", "board"}) {
		t.Errorf("boosted %v", added)
	}
	if again := p.Boost([]string{"a"}, monday.Add(time.Minute)); len(again) != 0 {
		t.Errorf("boosted twice: %v", again)
	}
	fast, why := p.Plan(a, monday, nil, 20)
	if ratio := float64(calm.Sub(monday)) / float64(fast.Sub(monday)); ratio < 2.5 || ratio > 3.5 || !strings.Contains(why, "突发") {
		t.Errorf("boosted %.2f times, %s", ratio, why)
	}
	board := &xuanti.Source{ID: "board", Kind: xuanti.SourceBoard, Interval: 20 * time.Minute}
	if next, why := p.board(board, monday); next.Sub(monday) > 6*time.Minute || !strings.Contains(why, "突发") {
		t.Errorf("a board with a burst in %s: %s", next.Sub(monday), why)
	}
	if next, why := p.Plan(a, monday.Add(2*time.Hour), nil, 20); next.Sub(monday) < 2*time.Hour+20*time.Minute || strings.Contains(why, "突发") {
		t.Errorf("the boost does not end: %s", why)
	}
}

func TestPlanIsDeterministic(t *testing.T) {
	run := func() string {
		p := NewPlanner(PlanOptions{PerHour: 3})
		var sources []*xuanti.Source
		for i := range 6 {
			sources = append(sources, planSource(fmt.Sprint(i)))
		}
		return fmt.Sprint(live(p, 8, sources, func(src, hour int) []time.Duration { return scattered(1+(src+hour)%3, hour) }))
	}
	if first, second := run(), run(); first != second {
		t.Error("the same past gives two schedules")
	}
}

func TestPlanWishes(t *testing.T) {
	now := time.Date(2026, 3, 6, 21, 30, 0, 0, time.UTC) // a Friday
	weekend := wishes{days: 1<<time.Saturday | 1<<time.Sunday}
	for name, tt := range map[string]struct {
		w    wishes
		next time.Time
		want time.Time
	}{
		"none":       {wishes{}, now.Add(time.Minute), now.Add(time.Minute)},
		"ttl":        {wishes{ttl: 3 * time.Hour}, now.Add(time.Minute), now.Add(3 * time.Hour)},
		"short ttl":  {wishes{ttl: time.Minute}, now.Add(time.Hour), now.Add(time.Hour)},
		"long ttl":   {wishes{ttl: 100 * time.Hour}, now.Add(time.Hour), now.Add(24 * time.Hour)},
		"hours":      {wishes{hours: 1<<21 | 1<<22}, now.Add(time.Minute), time.Date(2026, 3, 6, 23, 0, 0, 0, time.UTC)},
		"over night": {wishes{hours: 1<<23 | 1}, now.Add(2 * time.Hour), time.Date(2026, 3, 7, 1, 0, 0, 0, time.UTC)},
		"weekend":    {weekend, now.Add(3 * time.Hour), time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)},
	} {
		got, why, en := tt.w.apply(now, tt.next)
		if !got.Equal(tt.want) || (why == "") != tt.next.Equal(tt.want) || (en == "") != (why == "") {
			t.Errorf("%s: %s, want %s (%s)", name, got, tt.want, why)
		}
	}
}

func TestPlanKeepsWishesOver304(t *testing.T) {
	p, src := NewPlanner(PlanOptions{}), planSource("a")
	first, _ := p.plan(src, monday, nil, 20, &wishes{ttl: 5 * time.Hour})
	second, why := p.plan(src, first, nil, 20, nil) // not modified: nothing was parsed
	if second.Sub(first) != 5*time.Hour || !strings.Contains(why, "ttl") {
		t.Errorf("after a 304 in %s: %s", second.Sub(first), why)
	}
}

func TestRhythmFirstLook(t *testing.T) {
	// The list of a first poll tells the rate of the days before.
	r := new(rhythm)
	var items []time.Time
	for i := range 48 {
		items = append(items, monday.Add(-time.Duration(i)*time.Hour))
	}
	items = append(items, monday.AddDate(-2, 0, 0)) // a pinned one of old
	r.observe(monday, items)
	sum := 0.0
	for _, v := range r.rates(newDaily(new([weekHours]float64))) {
		sum += v / weekHours
	}
	if sum < 0.8 || sum > 1.2 {
		t.Errorf("%.2f items an hour, want 1", sum)
	}
}

func TestRhythmExposure(t *testing.T) {
	r := new(rhythm)
	r.observe(monday.Add(90*time.Minute), nil)
	r.observe(monday.Add(3*time.Hour), nil)
	e := r.exposure()
	if fmt.Sprintf("%.6f", e[:4]) != "[0.000000 0.500000 1.000000 0.000000]" {
		t.Errorf("after an hour and a half: %v", e[:4])
	}
	r.observe(monday.AddDate(0, 0, 14), nil)
	e = r.exposure()
	want := rhythmKeep*rhythmKeep + rhythmKeep // of the two weeks before
	if math.Abs(e[5]-want) > 1e-9 || math.Abs(e[0]-rhythmKeep) > 1e-9 {
		t.Errorf("after two weeks: %v %v, want %v", e[0], e[5], want)
	}
}

func TestRhythmEncoding(t *testing.T) {
	r := new(rhythm)
	r.observe(monday, []time.Time{monday.Add(-5 * time.Hour), monday.Add(-time.Hour)})
	r.list, r.wishes = 30, wishes{ttl: time.Hour, hours: 5, days: 3}
	b := r.encode()
	if got := decodeRhythm(b); !got.since.Equal(r.since) || !got.at.Equal(r.at) || math.Abs(got.hours[167]-r.hours[167]) > 1./64 || math.Abs(got.fives[0]-r.fives[0]) > 1./64 || got.list != 30 || got.wishes != r.wishes {
		t.Errorf("%+v", got)
	}
	if len(b) > 400 {
		t.Errorf("%d bytes", len(b))
	}
	for n := range b { // cut anywhere, it is learned anew
		if got := decodeRhythm(b[:n]); !got.since.IsZero() {
			t.Fatalf("%d of %d bytes are read as a rhythm", n, len(b))
		}
	}
}

func FuzzRhythm(f *testing.F) {
	r := new(rhythm)
	r.observe(monday, []time.Time{monday.Add(-time.Hour)})
	f.Add(r.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		src := planSource("a")
		src.Fetch.Rhythm = b
		next, why := NewPlanner(PlanOptions{}).Plan(src, monday, []time.Time{monday.Add(-time.Minute)}, 20)
		if wait := next.Sub(monday); wait < shortestWait || wait > 8*24*time.Hour || why == "" {
			t.Errorf("next in %s: %s", wait, why)
		}
	})
}

func TestOutage(t *testing.T) {
	var n network
	fail := &fetch.Error{Kind: fetch.KindRefused}
	src := func(i int) *xuanti.Source { return planSource(fmt.Sprint("h", i)) }
	for i := range 100 { // one dead host with many feeds is not our network
		s := src(0)
		s.ID = fmt.Sprint(i)
		n.note(s, fail)
	}
	if n.down() {
		t.Error("one dead host counts as an outage")
	}
	n.note(src(1), &fetch.Error{Kind: fetch.KindStatus, Status: 500}) // somebody answers
	for i := range outagePolls - 1 {
		n.note(src(i), fail)
	}
	if n.down() {
		t.Error("too early")
	}
	n.note(src(99), &fetch.Error{Kind: fetch.KindDNS})
	if !n.down() {
		t.Error("sixteen hosts in a row without a connection are no outage")
	}
	n.note(src(1), nil)
	if n.down() {
		t.Error("an outage outlasts an answer")
	}
}

// TestPollThroughOutage pulls the network from under sixty feeds: they are not
// blamed, and come back soon and spread.
func TestPollThroughOutage(t *testing.T) {
	clock := xuanti.NewManualClock(crawltest.Now())
	c := New(Options{Clock: clock, Fetcher: testFetcher(t, func(o *fetch.Options) { o.Clock = clock })})
	var waits []time.Duration
	for i := range 80 {
		src := planSource(fmt.Sprint("h", i))
		src.URL = fmt.Sprintf("http://127.0.0.%d:1/feed", i+1)
		src.Fetch.LastSuccess = crawltest.Now().Add(-time.Hour)
		res := c.Poll(t.Context(), *src)
		if res.Source.Fetch.LastError == "" || res.Source.Fetch.Failures != 1 {
			t.Fatalf("%+v", res.Source.Fetch)
		}
		if i >= outagePolls {
			waits = append(waits, res.Source.Fetch.NextAt.Sub(crawltest.Now()))
			again := c.Poll(t.Context(), res.Source)
			if again.Source.Fetch.Failures != 1 || !strings.Contains(again.Source.Fetch.Why, "网络") {
				t.Fatalf("the source is blamed: %+v", again.Source.Fetch)
			}
		}
	}
	slices.Sort(waits)
	if waits[0] < time.Minute || waits[len(waits)-1] > 5*time.Minute || waits[len(waits)*3/4]-waits[len(waits)/4] < time.Minute {
		t.Errorf("retries come from %s to %s", waits[0], waits[len(waits)-1])
	}
}

// BenchmarkPlan measures what the schedule costs a poll that brought nothing.
func BenchmarkPlan(b *testing.B) {
	p := NewPlanner(PlanOptions{})
	var sources []xuanti.Source
	for i := range 1000 {
		src := planSource(fmt.Sprint(i))
		var items []time.Time
		for k := range 40 {
			items = append(items, monday.Add(-time.Duration(k*(i%50+1))*20*time.Minute))
		}
		p.Plan(src, monday, items, 40)
		sources = append(sources, *src)
	}
	p.Load(sources, monday)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		p.Plan(&sources[n%1000], monday.Add(time.Duration(n)*time.Second), nil, 40)
	}
}
