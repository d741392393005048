package health

import (
	"math"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
)

const (
	keptPolls  = 64       // polls remembered one by one
	keptHours  = 7*24 + 1 // hours remembered, the running one included
	usualHalf  = 14.0     // days after which an hour counts half for what is usual
	usualLeast = 24.0     // hours that must have been seen before anything is usual

	quietLeast    = 3 * time.Hour  // nothing is quiet before
	quietUnknown  = 12 * time.Hour // for a board of which nothing usual is known yet
	quietExpected = 7.0            // changes that should have come: none comes by chance once in a thousand (e⁻⁷, Poisson)
	quietPolls    = 5              // polls that found nothing
	quietGap      = 1.5            // times the longest quiet spell of late

	// Of a source that seldom brings anything: so many quiet spells were seen, and
	// this one is so many times the longest, at least some days. The longest of
	// five is about 2.3 times the mean, so 3 times that comes by chance once in a
	// thousand (e⁻⁶·⁹, Poisson).
	quietGaps = 5
	quietRare = 3.0
	quietDays = 4 * 24 * time.Hour

	slowAfter = 5 * time.Second // the median answer of a slow source
	slowPolls = 9               // over so many polls
)

// Poll is one poll as the pulse of a source remembers it.
type Poll struct {
	At      time.Time
	OK      bool
	Status  int // HTTP status, 0 when no answer came
	Latency time.Duration
	Rows    int  // in the answer; 0 when it had not changed
	New     int  // rows never seen before
	Changed bool // the answer differs from the one before: new items, or another order of a board
}

// Hour sums up the polls of an hour.
type Hour struct {
	Start                             time.Time
	Polls, Failed, Rows, New, Changes int
}

// usual is what an hour of the day (UTC) usually brings, as decayed sums.
type usual struct{ hours, items, changes float64 }

// Pulse is what polling one source has shown over time. Its size is bounded:
// the last polls one by one, hours for a week, and what is usual for each hour
// of the day. The zero value is a source never polled. It is not safe for
// concurrent use.
type Pulse struct {
	Polls []Poll // oldest first
	Hours []Hour // oldest first; hours without a poll are missing
	Alarm Alarm

	usual   [24]usual
	folded  time.Time     // hours before are part of usual
	changed time.Time     // last poll that brought something new
	idle    int           // successful polls since then
	gap     time.Duration // longest quiet spell of late
	gaps    int           // quiet spells seen so far
	watched time.Duration // since the last change, without the times in which polls failed
}

// Observe adds a poll. Polls must come in the order of their time; one that
// lies before the last is counted with it.
func (p *Pulse) Observe(x Poll) {
	if n := len(p.Polls); n > 0 && x.At.Before(p.Polls[n-1].At) {
		x.At = p.Polls[n-1].At
	}
	var last time.Time
	good := false
	if n := len(p.Polls); n > 0 {
		last, good = p.Polls[n-1].At, p.Polls[n-1].OK
	}
	p.Polls = append(p.Polls, x)
	if n := len(p.Polls) - keptPolls; n > 0 {
		p.Polls = slices.Delete(p.Polls, 0, n)
	}
	start := x.At.Truncate(time.Hour)
	if n := len(p.Hours); n == 0 || !p.Hours[n-1].Start.Equal(start) {
		p.Hours = append(p.Hours, Hour{Start: start})
	}
	h := &p.Hours[len(p.Hours)-1]
	h.Polls++
	h.Rows += x.Rows
	h.New += x.New
	switch {
	case !x.OK:
		h.Failed++
	case x.Changed:
		h.Changes++
		p.change(x.At)
	default:
		p.idle++
		if good {
			p.watched += x.At.Sub(last)
		}
	}
	oldest := start.Add(-(keptHours - 1) * time.Hour)
	p.Hours = slices.DeleteFunc(p.Hours, func(h Hour) bool { return h.Start.Before(oldest) })
}

// change takes the full hours that have passed into what is usual. It does so
// only when something new came, so that a source that fell silent is measured
// against its time before.
func (p *Pulse) change(at time.Time) {
	hour := at.Truncate(time.Hour)
	if p.folded.IsZero() {
		p.folded = hour.Add(time.Hour) // the first hour is not a full one
	}
	decay := math.Exp2(-1 / usualHalf) // an hour of the day comes once a day
	for _, h := range p.Hours {
		if h.Start.Before(p.folded) || !h.Start.Before(hour) || h.Polls == h.Failed {
			continue
		}
		u := &p.usual[h.Start.UTC().Hour()]
		u.hours = u.hours*decay + 1
		u.items = u.items*decay + float64(h.New)
		u.changes = u.changes*decay + float64(h.Changes)
	}
	if hour.After(p.folded) {
		p.folded = hour
	}
	if !p.changed.IsZero() {
		gap := at.Sub(p.changed)
		p.gap = max(gap, time.Duration(float64(p.gap)*math.Exp2(-gap.Hours()/24/usualHalf)))
		p.gaps++
	}
	p.changed, p.idle, p.watched = at, 0, 0
}

// rate is what an hour of the day usually brings, leaning on the whole day as
// long as the hour was seen seldom. ok is false before a day was seen.
func (p *Pulse) rate(hour int) (items, changes float64, ok bool) {
	var all usual
	for _, u := range p.usual {
		all.hours, all.items, all.changes = all.hours+u.hours, all.items+u.items, all.changes+u.changes
	}
	if all.hours < usualLeast {
		return 0, 0, false
	}
	const lean = 2 // hours
	u := p.usual[hour]
	n := u.hours + lean
	return (u.items + lean*all.items/all.hours) / n, (u.changes + lean*all.changes/all.hours) / n, true
}

// Quiet tells since when a source answers without bringing anything new for
// far longer than it usually does; the zero time when it does not. One that
// brings less than about one change a day has no usual hours: it is measured by
// its own longest quiet spell.
func (p *Pulse) Quiet(kind xuanti.SourceKind, now time.Time) time.Time {
	since := now.Sub(p.changed)
	if p.changed.IsZero() || p.idle < quietPolls || since < quietLeast {
		return time.Time{}
	}
	expected, known := 0.0, false
	for _, h := range p.Hours {
		end := h.Start.Add(time.Hour)
		if h.Polls == h.Failed || !end.After(p.changed) {
			continue
		}
		from, to := h.Start, end
		if from.Before(p.changed) {
			from = p.changed
		}
		if to.After(now) {
			to = now
		}
		_, changes, ok := p.rate(h.Start.UTC().Hour())
		known = known || ok
		expected += changes * to.Sub(from).Hours()
	}
	rare := time.Duration(quietRare * float64(p.gap))
	switch {
	case known && expected >= quietExpected && since >= time.Duration(quietGap*float64(p.gap)),
		!known && kind == xuanti.SourceBoard && since >= quietUnknown,
		p.gaps >= quietGaps && p.watched >= max(rare, quietDays):
		return p.changed
	}
	return time.Time{}
}

// Slow reports whether the median of the last answers took five seconds or
// more.
func (p *Pulse) Slow() bool {
	last := p.latencies(slowPolls)
	return len(last) >= slowPolls/2+1 && last[len(last)/2] >= slowAfter
}

// latencies are those of the last n good polls, sorted.
func (p *Pulse) latencies(n int) []time.Duration {
	var out []time.Duration
	for i := len(p.Polls) - 1; i >= 0 && len(out) < n; i-- {
		if p.Polls[i].OK {
			out = append(out, p.Polls[i].Latency)
		}
	}
	slices.Sort(out)
	return out
}

// PulseStats are figures of a pulse at a time.
type PulseStats struct {
	Polls24h, Failed24h int
	Polls7d, Failed7d   int
	New24h, Rows24h     int           // rows that were new, of all rows read
	P50, P95            time.Duration // of the last good polls, at most 64
	NewHour             float64       // items of the last sixty minutes; the hours' parts are taken to be even
	UsualHour           float64       // items usual for this hour
	UsualKnown          bool
}

// Stats sums a pulse up.
func (p *Pulse) Stats(now time.Time) PulseStats {
	var s PulseStats
	hour := now.Truncate(time.Hour)
	part := now.Sub(hour).Hours()
	for _, h := range p.Hours {
		age := hour.Sub(h.Start)
		if age < 0 || age >= 7*24*time.Hour {
			continue
		}
		s.Polls7d, s.Failed7d = s.Polls7d+h.Polls, s.Failed7d+h.Failed
		if age < 24*time.Hour {
			s.Polls24h, s.Failed24h = s.Polls24h+h.Polls, s.Failed24h+h.Failed
			s.New24h, s.Rows24h = s.New24h+h.New, s.Rows24h+h.Rows
		}
		switch age {
		case 0:
			s.NewHour += float64(h.New)
		case time.Hour:
			s.NewHour += float64(h.New) * (1 - part)
		}
	}
	if l := p.latencies(keptPolls); len(l) > 0 {
		s.P50, s.P95 = l[(len(l)-1)/2], l[(len(l)-1)*95/100]
	}
	here, _, ok := p.rate(hour.UTC().Hour())
	before, _, _ := p.rate(hour.Add(-time.Hour).UTC().Hour())
	s.UsualHour, s.UsualKnown = here*part+before*(1-part), ok
	return s
}
