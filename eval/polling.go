package eval

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler"
)

// PollingOptions set up the comparison of poll schedules.
type PollingOptions struct {
	Every  time.Duration // the fixed interval whose number of requests ours may spend; default 30 min
	List   int           // items that a feed shows; older ones are gone; default 30
	Warmup time.Duration // at the start of each source, not measured; default 7 days
	// Sweeps says that the times are those of sweeps over all sources, as in an
	// archive of hourly snapshots: items are spread over the time since the
	// sweep before, each by a hash of its place.
	Sweeps bool
}

// pollingResult is one schedule's answer. Delays are in seconds, from an
// item's time to the first poll after it, lost items included.
type pollingResult struct {
	Policy   string  `json:"policy"`
	Sources  int     `json:"sources"`
	Requests int     `json:"requests"`
	PerHour  float64 `json:"requests_per_hour"`
	Items    int     `json:"items"`
	Mean     float64 `json:"mean_delay_s"`
	Median   float64 `json:"median_delay_s"`
	P95      float64 `json:"p95_delay_s"`
	Lost     int     `json:"lost"`
	Certain  int     `json:"lost_whatever_the_schedule"` // more items at one instant than the list shows
	Setting  string  `json:"setting"`
	LessThan float64 `json:"mean_delay_less,omitempty"` // of ours: 1 − mean/mean of the fixed interval
	LessMini float64 `json:"mean_delay_less_than_miniflux,omitempty"`
}

// Polling replays the times at which sources published, {"source","ts"} rows in
// any order, and compares three schedules at equal numbers of requests: a fixed
// interval, Miniflux's entry frequency and the crawler's own Planner, which is
// the code that schedules a live instance. A schedule knows what its polls
// have shown so far and nothing else. Sources exist from their first row to
// their last.
func (e *Env) Polling(ctx context.Context, o PollingOptions, file string) (Report, error) {
	if o.Every <= 0 {
		o.Every = 30 * time.Minute
	}
	if o.List <= 0 {
		o.List = 30
	}
	if o.Warmup <= 0 {
		o.Warmup = 7 * 24 * time.Hour
	}
	times := map[string][]time.Time{}
	return e.each(ctx, file, func(_ *answers, line []byte) error {
		if blank(line) {
			return nil
		}
		var r struct {
			TS       string `json:"ts"`
			Source   string `json:"source"`
			Platform string `json:"platform"`
		}
		if err := decode(line, &r); err != nil {
			return err
		}
		if r.TS == "" {
			return nil // a row without a time says nothing about when
		}
		at, err := time.Parse(time.RFC3339, r.TS)
		name := cmp.Or(r.Source, r.Platform)
		switch {
		case err != nil:
			return badf("ts %.40q is not an RFC 3339 time", r.TS)
		case name == "":
			return badf("no source")
		}
		times[name] = append(times[name], at)
		return nil
	}, func(out *answers) error {
		w := newPollWorld(times, o)
		if len(w.feeds) == 0 {
			return nil
		}
		ours := w.run("ours", w.planner())
		fixed := w.equal(ours.Requests, func(x float64) pollPolicy { return fixedInterval(time.Duration(x * float64(time.Hour))) }, 1.0/60, 24*30, "fixed")
		mini := w.equal(ours.Requests, func(x float64) pollPolicy { return &entryFrequency{factor: 1 / x} }, 1e-4, 1e4, "miniflux")
		ours.LessThan, ours.LessMini = round(1-ours.Mean/fixed.Mean), round(1-ours.Mean/mini.Mean)
		for _, r := range []pollingResult{fixed, mini, ours} {
			if err := out.write(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// pollFeed is a source with the times at which it published.
type pollFeed struct {
	name  string
	items []time.Time // in order
	from  time.Time   // measured from
	end   time.Time
}

// pollWorld is what the schedules are tried on.
type pollWorld struct {
	o     PollingOptions
	feeds []pollFeed
	hours float64 // measured, over all feeds
	items int     // measured
	lost  int     // of them, whatever the schedule
}

// pollPolicy decides when a feed is polled next. fresh are the times of the
// items that this poll showed for the first time, list how many it showed.
type pollPolicy interface {
	next(feed int, now time.Time, fresh []time.Time, list int) time.Time
	setting() string
}

func newPollWorld(times map[string][]time.Time, o PollingOptions) *pollWorld {
	w := &pollWorld{o: o}
	var sweeps []time.Time
	if o.Sweeps {
		for _, list := range times {
			sweeps = append(sweeps, list...)
		}
		slices.SortFunc(sweeps, time.Time.Compare)
		sweeps = slices.CompactFunc(sweeps, time.Time.Equal)
	}
	for name, list := range times {
		slices.SortFunc(list, time.Time.Compare)
		f := pollFeed{name: name, items: list}
		if o.Sweeps {
			f.items = spreadSweeps(name, list, sweeps)
		}
		f.from, f.end = f.items[0].Add(o.Warmup), f.items[len(f.items)-1]
		if !f.end.After(f.from) {
			continue
		}
		for i, t := range f.items {
			if !t.After(f.from) {
				continue
			}
			w.items++
			if next := i + o.List; next < len(f.items) && f.items[next].Equal(t) {
				w.lost++
			}
		}
		w.hours += f.end.Sub(f.from).Hours()
		w.feeds = append(w.feeds, f)
	}
	slices.SortFunc(w.feeds, func(a, b pollFeed) int { return cmp.Compare(a.name, b.name) })
	return w
}

// spreadSweeps gives each item a time between its sweep and the one before.
func spreadSweeps(name string, list, sweeps []time.Time) []time.Time {
	out := make([]time.Time, len(list))
	for i, t := range list {
		k, _ := slices.BinarySearchFunc(sweeps, t, time.Time.Compare)
		if k == 0 {
			out[i] = t
			continue
		}
		out[i] = t.Add(-time.Duration(unit(name, i) * float64(t.Sub(sweeps[k-1]))))
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// unit is a number from 0 to 1 that depends on its arguments only.
func unit(name string, n int) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash takes everything
	_, _ = h.Write([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	x := h.Sum64()
	x ^= x >> 31
	x *= 0x9e3779b97f4a7c15
	return float64(x>>11) / (1 << 53)
}

// due is a feed's place in the order of polls.
type due struct {
	at   time.Time
	feed int
	seen int // items shown or lost so far
}

type dueHeap []due

func (h dueHeap) Len() int { return len(h) }
func (h dueHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].feed < h[j].feed
}
func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)   { *h = append(*h, x.(due)) }
func (h *dueHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// run polls every feed from its first item until its last was shown.
func (w *pollWorld) run(name string, p pollPolicy) pollingResult {
	r := pollingResult{Policy: name, Sources: len(w.feeds), Items: w.items, Certain: w.lost}
	h := make(dueHeap, 0, len(w.feeds))
	for i, f := range w.feeds {
		h = append(h, due{at: f.items[0], feed: i})
	}
	heap.Init(&h)
	delays := make([]float64, 0, w.items)
	for len(h) > 0 {
		d := heap.Pop(&h).(due)
		f := &w.feeds[d.feed]
		if d.at.After(f.from) && !d.at.After(f.end) {
			r.Requests++
		}
		upTo := d.seen
		for upTo < len(f.items) && !f.items[upTo].After(d.at) {
			upTo++
		}
		first := max(d.seen, upTo-w.o.List)
		for _, t := range f.items[d.seen:first] {
			if t.After(f.from) {
				r.Lost++
			}
		}
		// A lost item was as late as this poll, at the least; a schedule that
		// loses the oldest of a list must not look fast for it.
		for _, t := range f.items[d.seen:upTo] {
			if t.After(f.from) {
				delays = append(delays, d.at.Sub(t).Seconds())
			}
		}
		d.seen = upTo
		if upTo == len(f.items) {
			continue
		}
		d.at = p.next(d.feed, d.at, f.items[first:upTo], min(upTo, w.o.List))
		heap.Push(&h, d)
	}
	slices.Sort(delays)
	sum := 0.0
	for _, s := range delays {
		sum += s
	}
	if n := len(delays); n > 0 {
		r.Mean, r.Median, r.P95 = round(sum/float64(n)), round(delays[n/2]), round(delays[n*95/100])
	}
	r.PerHour = round(float64(r.Requests) / w.hours * float64(len(w.feeds)))
	r.Setting = p.setting()
	return r
}

// equal finds the setting between low and high at which a policy spends as
// many requests as another did; more is spent at smaller settings.
func (w *pollWorld) equal(requests int, policy func(float64) pollPolicy, low, high float64, name string) pollingResult {
	best := pollingResult{}
	for range 24 {
		mid := math.Sqrt(low * high)
		r := w.run(name, policy(mid))
		if best.Policy == "" || abs(r.Requests-requests) < abs(best.Requests-requests) {
			best = r
		}
		switch {
		case r.Requests > requests:
			low = mid
		case r.Requests < requests:
			high = mid
		default:
			return r
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// fixedInterval polls every feed at the same interval, each with its own phase.
type fixedInterval time.Duration

func (f fixedInterval) next(feed int, now time.Time, _ []time.Time, _ int) time.Time {
	return now.Add(time.Duration(f))
}

func (f fixedInterval) setting() string {
	return "every " + time.Duration(f).Round(time.Second).String()
}

// entryFrequency is Miniflux's schedule of that name, as its documentation
// describes it: a week divided by the entries published in the last week times
// a factor, at least 5 minutes and at most a day; a feed without entries waits
// the longest time.
type entryFrequency struct {
	factor float64
	week   map[int][]time.Time // shown items of the last week, by feed
}

func (m *entryFrequency) next(feed int, now time.Time, fresh []time.Time, _ int) time.Time {
	if m.week == nil {
		m.week = map[int][]time.Time{}
	}
	const week = 7 * 24 * time.Hour
	kept := append(m.week[feed], fresh...)
	for len(kept) > 0 && now.Sub(kept[0]) > week {
		kept = kept[1:]
	}
	m.week[feed] = kept
	wait := 24 * time.Hour
	if len(kept) > 0 {
		wait = time.Duration(min(float64(week)/(float64(len(kept))*m.factor), float64(wait)))
	}
	return now.Add(max(wait, 5*time.Minute))
}

func (m *entryFrequency) setting() string {
	return fmt.Sprintf("factor %.4g", m.factor)
}

// planned is the crawler's own schedule.
type planned struct {
	o       PollingOptions
	planner *crawler.Planner
	sources []xuanti.Source
}

func (w *pollWorld) planner() *planned {
	p := &planned{o: w.o, planner: crawler.NewPlanner(crawler.PlanOptions{})}
	for _, f := range w.feeds {
		p.sources = append(p.sources, xuanti.Source{ID: f.name, Kind: xuanti.SourceFeed, Weight: 1, Interval: w.o.Every, State: xuanti.SourceActive})
	}
	return p
}

func (p *planned) next(feed int, now time.Time, fresh []time.Time, list int) time.Time {
	src := &p.sources[feed]
	src.Fetch.Attempts++
	at, _ := p.planner.Plan(src, now, fresh, list)
	return at
}

func (p *planned) setting() string { return "budget of every " + p.o.Every.String() }
