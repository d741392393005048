package crawler

import (
	"math"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

const (
	shortestWait = 2 * time.Minute
	longestWait  = 24 * time.Hour
	solveEvery   = 10 * time.Minute
	reckonEvery  = 6 * time.Hour   // how much a quiet source costs is reckoned anew
	boardFast    = 5 * time.Minute // of a board with a bursting event
	boostTime    = time.Hour       // that a source is polled faster for a bursting event, and
	boostFactor  = 3               // how many times as often
	listShare    = 0.5             // of the list that may be new at a poll, so that none is missed
	planStep     = 5 * time.Minute
	planJitter   = 0.05
)

// PlanOptions say how many requests a Planner may spend.
type PlanOptions struct {
	// PerHour is the number of polls an hour, on average over a week, of all
	// feeds and pages together; 0 spends what their wanted intervals add up to.
	PerHour float64
	HostGap time.Duration // between two requests to one host: sources that share one wait for each other
}

// Planner decides when a source is polled next. It minimises the mean delay of
// items for a number of requests: by the square-root law, the interval is
// proportional to 1/√(weight · rate), with the rate of the hours to come. It is
// safe for concurrent use.
//
// The rule: poll when the delays of the items expected since the last poll add
// up to the price of a request, which is the same for all sources (the
// part-period balancing of lot sizes). At an even rate λ this is the interval
// √(2·price/λ), the square-root law; where the rate changes from hour to hour
// the polls follow it. The price is solved for so that the budget is kept.
type Planner struct {
	opts PlanOptions

	mu      sync.Mutex
	sources map[string]planned
	hosts   map[string]int
	week    [weekHours]float64 // items of all sources by hour of the week; none counts for more than one a day
	weekAt  time.Time
	curve   *daily
	price   float64 // of a request, in items · hours
	solved  time.Time
	count   int // sources when it was solved
	boosted map[string]time.Time
}

// planned is what the price depends on.
type planned struct {
	host      string
	root      float64   // polls an hour · √(2 · price): as good as the same at any price
	low, high float64   // polls an hour
	wanted    float64   // polls an hour, by the interval
	at        time.Time // of the last poll
	reckoned  time.Time
}

// NewPlanner returns a Planner that knows no source.
func NewPlanner(o PlanOptions) *Planner {
	return &Planner{opts: o, sources: map[string]planned{}, hosts: map[string]int{}, boosted: map[string]time.Time{}, curve: newDaily(new([weekHours]float64))}
}

// Load takes in what is known of sources, at the start.
func (p *Planner) Load(sources []xuanti.Source, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range 2 { // the first time without a price
		p.week = [weekHours]float64{}
		for i := range sources {
			src := &sources[i]
			if src.State != xuanti.SourceActive || src.Kind == xuanti.SourceBoard {
				continue
			}
			r := decodeRhythm(src.Fetch.Rhythm)
			share := p.share(r)
			for h, v := range r.hours {
				p.week[h] += v * share
			}
			ru := p.ruleOf(src, r)
			p.note(src, &ru, now)
		}
		p.weekAt = now
		p.solve(now)
	}
}

// share is the weight of a source's items in the common curve.
func (p *Planner) share(r *rhythm) float64 {
	items, hours := 0.0, 0.0
	for h, e := range r.exposure() {
		items += r.hours[h]
		hours += e
	}
	return 1 / (1 + 24*items/max(hours, 1))
}

// Boost makes sources be polled faster for an hour from now: they speak of an
// event that is bursting. It returns those that were not polled faster already.
func (p *Planner) Boost(ids []string, now time.Time) (added []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range ids {
		if !now.Before(p.boosted[id]) {
			added = append(added, id)
		}
		p.boosted[id] = now.Add(boostTime)
	}
	return added
}

// Plan learns from a poll at now that showed new items, published at the given
// times, in a list of the given length, and returns when to poll next, with
// the reason in words. It updates the source's Rhythm.
func (p *Planner) Plan(src *xuanti.Source, now time.Time, items []time.Time, list int) (next time.Time, why string) {
	return p.plan(src, now, items, list, nil)
}

func (p *Planner) plan(src *xuanti.Source, now time.Time, items []time.Time, list int, w *wishes) (time.Time, string) {
	r := decodeRhythm(src.Fetch.Rhythm)
	if w != nil {
		r.wishes = *w
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r.observe(now, items)
	r.list = max(r.list, list)
	src.Fetch.Rhythm = r.encode()
	p.learn(r, items, now)
	ru := p.ruleOf(src, r)
	if old, known := p.sources[src.ID]; !known || len(items) > 0 || now.Sub(old.reckoned) > reckonEvery || now.Before(old.reckoned) {
		p.note(src, &ru, now)
	} else {
		old.at = now
		p.sources[src.ID] = old
	}
	if now.Sub(p.solved) >= solveEvery || now.Before(p.solved) || len(p.sources) > p.count+p.count/20 {
		p.solve(now)
		ru.target = p.price / itemWeight(src)
	}
	next, reason := p.next(src, r, &ru, now)
	next, zh, en := r.wishes.apply(now, next)
	if zh != "" {
		reason = why(waitWords(next.Sub(now))+"后："+zh, "in "+waitWordsEN(next.Sub(now))+": "+en)
	}
	return next, reason
}

// after plans the next poll of a source of any kind after a success. Items
// without a time of their own came at some time since the last poll.
func (p *Planner) after(res *Result, last, now time.Time) (time.Time, string) {
	src := &res.Source
	if src.Kind == xuanti.SourceBoard {
		return p.board(src, now)
	}
	undated := 0
	for _, t := range res.fresh {
		if !t.Before(now) {
			undated++
		}
	}
	items, n := make([]time.Time, 0, len(res.fresh)), 0
	for _, t := range res.fresh {
		if !t.Before(now) {
			if last.IsZero() || !last.Before(now) {
				continue // nothing is known of when they came
			}
			n++
			t = last.Add(time.Duration(float64(now.Sub(last)) * (float64(n) - 0.5) / float64(undated)))
		}
		items = append(items, t)
	}
	return p.plan(src, now, items, src.Fetch.LastItems, res.wishes)
}

// board is when a board is read again: at its own even pace, for a trajectory
// needs points at even distances, and faster while an event on it bursts.
func (p *Planner) board(src *xuanti.Source, now time.Time) (time.Time, string) {
	every, zh, en := interval(src), "榜单按固定节奏", "boards have an even pace"
	p.mu.Lock()
	boosted := now.Before(p.boosted[src.ID])
	p.mu.Unlock()
	if boosted && every > boardFast {
		every, zh, en = boardFast, "榜上有突发事件，加快", "faster while an event on it bursts"
	}
	return now.Add(jitter(every, waitJitter, src.ID, int(src.Fetch.Attempts%1000))), why(waitWords(every)+"一次："+zh, "every "+waitWordsEN(every)+": "+en)
}

// learn adds items to the curve of all sources.
func (p *Planner) learn(r *rhythm, items []time.Time, now time.Time) {
	was, _, _ := weekOf(p.weekAt)
	week, _, _ := weekOf(now)
	if keep := math.Pow(rhythmKeep, float64(week-was)); week > was && !p.weekAt.IsZero() {
		for h := range p.week {
			p.week[h] *= keep
		}
	}
	if now.After(p.weekAt) {
		p.weekAt = now
	}
	if len(items) == 0 {
		return
	}
	share := p.share(r)
	for _, t := range items {
		_, h, _ := weekOf(t)
		p.week[h] += share
	}
}

// note remembers what the price depends on.
func (p *Planner) note(src *xuanti.Source, ru *pollRule, now time.Time) {
	old, known := p.sources[src.ID]
	host := hostOf(src)
	if known && old.host != host {
		p.leaveHost(old.host)
	}
	if !known || old.host != host {
		p.hosts[host]++
	}
	root := 0.0
	if p.price > 0 {
		root = ru.perHour() * math.Sqrt(2*p.price)
	} else {
		for _, v := range ru.rates {
			root += math.Sqrt(itemWeight(src)*v) / weekHours
		}
	}
	p.sources[src.ID] = planned{
		host: host, root: root, low: 1 / ru.longest.Hours(), high: 1 / ru.shortest.Hours(), wanted: 1 / interval(src).Hours(), at: now, reckoned: now,
	}
}

func (p *Planner) leaveHost(host string) {
	if p.hosts[host]--; p.hosts[host] <= 0 {
		delete(p.hosts, host)
	}
}

// itemWeight is how much an item of a source counts: by its trust, and by the
// square of how often it is wanted, so that an interval half as long as
// another halves the wait.
func itemWeight(src *xuanti.Source) float64 {
	w := src.Weight
	if w <= 0 {
		w = 0.1
	}
	f := float64(defaultInterval) / float64(interval(src))
	return w * f * f
}

// bounds are the shortest and longest wait of a source: they surround the
// wanted interval, and leave a host that many sources share in peace.
func (p *Planner) bounds(src *xuanti.Source) (shortest, longest time.Duration) {
	d := interval(src)
	shortest = min(max(shortestWait, d/12), d)
	if n := p.hosts[hostOf(src)]; p.opts.HostGap > 0 && n > 1 {
		shortest = max(shortest, 2*p.opts.HostGap*time.Duration(n))
	}
	return shortest, max(shortest, min(longestWait, 48*d))
}

// solve finds the price at which all sources together spend the budget, and
// renews the common curve.
func (p *Planner) solve(now time.Time) {
	p.solved = now
	p.curve = newDaily(&p.week)
	for id, until := range p.boosted {
		if until.Before(now) {
			delete(p.boosted, id)
		}
	}
	budget := 0.0
	for id, s := range p.sources {
		if now.Sub(s.at) > 2*longestWait { // paused, deleted or failing for days
			p.leaveHost(s.host)
			delete(p.sources, id)
			continue
		}
		budget += s.wanted
	}
	p.count = len(p.sources)
	if p.opts.PerHour > 0 {
		budget = p.opts.PerHour
	}
	low, high := -30.0, 30.0 // log price
	for range 50 {
		mid := (low + high) / 2
		f := 1 / math.Sqrt(2*math.Exp(mid))
		sum := 0.0
		for _, s := range p.sources {
			sum += min(max(s.root*f, s.low), s.high)
		}
		if sum > budget {
			low = mid
		} else {
			high = mid
		}
	}
	// Sums over a map differ in their last digits; schedules must not.
	p.price = math.Exp(math.Round((low+high)/2*1e6) / 1e6)
}

// next applies the rule from now on.
func (p *Planner) next(src *xuanti.Source, r *rhythm, ru *pollRule, now time.Time) (time.Time, string) {
	boosted := now.Before(p.boosted[src.ID])
	if boosted {
		ru.target /= boostFactor * boostFactor
	}
	_, h, part := weekOf(now)
	hours, reason := ru.wait(float64(h) + part)
	wait := time.Duration(hours * float64(time.Hour))
	wait = max(ru.shortest, jitter(wait, planJitter, src.ID, int(src.Fetch.Attempts%1000)))
	return now.Add(wait), planWords(wait, r, reason, boosted, ru.rates)
}

// pollRule is what decides the times of a source's polls.
type pollRule struct {
	rates             *[weekHours]float64 // items an hour
	minutes           *[12]float64
	target            float64 // delay of the waiting items that is worth a request, in hours
	limit             float64 // items that may wait without any being lost
	shortest, longest time.Duration
}

func (p *Planner) ruleOf(src *xuanti.Source, r *rhythm) pollRule {
	rates, minutes := r.rates(p.curve), r.minutes()
	ru := pollRule{rates: &rates, minutes: &minutes, target: p.price / itemWeight(src), limit: math.Inf(1)}
	ru.shortest, ru.longest = p.bounds(src)
	if r.list > 0 {
		ru.limit = listShare * float64(r.list)
	}
	return ru
}

// wait is in how many hours to poll again after a poll at a time of the week,
// in hours since Monday.
func (ru *pollRule) wait(at float64) (hours float64, why planReason) {
	longest := ru.longest.Hours()
	pending, delay := 0.0, 0.0
	for hours < longest {
		five := int((at+hours)*12 + 1e-6)
		step := min(float64(five+1)/12-(at+hours), longest-hours)
		rate := ru.rates[five/12%weekHours] * ru.minutes[five%12]
		if s, why := reach(pending, ru.target-delay, rate, ru.limit); s <= step {
			if hours += s; hours < ru.shortest.Hours() {
				return ru.shortest.Hours(), byShortest
			}
			return hours, why
		}
		delay += (pending + rate*step/2) * step
		pending += rate * step
		hours += step
	}
	return longest, byLongest
}

// perHour is how many polls an hour the rule comes to over a week.
func (ru *pollRule) perHour() float64 {
	n, at := 0.0, 0.0
	for at < weekHours {
		wait, _ := ru.wait(at)
		at += wait
		n++
	}
	return n / at
}

// reach is in how many hours the rule or the length of the list asks for a
// poll, when items come at an even rate from now on. pending items wait
// already, and left is how much delay may still add up.
func reach(pending, left, rate, limit float64) (hours float64, why planReason) {
	switch {
	case left <= 0:
		return 0, byRate
	case pending >= limit:
		return 0, byList
	}
	hours = 2 * left / (pending + math.Sqrt(pending*pending+2*rate*left))
	if full := (limit - pending) / rate; full < hours {
		return full, byList
	}
	return hours, byRate
}
