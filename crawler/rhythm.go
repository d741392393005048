package crawler

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/feed"
)

// What a rhythm believes before it has seen anything, and how fast it forgets.
const (
	weekHours  = 168
	rhythmKeep = 0.85 // share of a week's counts that is left a week later
	priorRate  = 0.25 // items an hour of a source that nobody has watched
	priorItems = 2.0  // items that the more general rate counts for in each more special one
	rhythmPast = 4 * 7 * 24 * time.Hour
)

// rhythm is when a source publishes: decayed counts by the hour of the week
// (Asia/Shanghai) and by five minutes of the hour. Rates are gamma-Poisson
// estimates: what is known of an hour of the week is shrunk to that hour of all
// days, this to the rate of the source with the daily curve of all sources.
type rhythm struct {
	since, at time.Time          // watched from, until; zero: never
	hours     [weekHours]float64 // items, decayed to the week of at
	fives     [12]float64        // the same by five minutes of the hour
	list      int                // the longest list of items that the source has shown
	wishes    wishes             // of the feed, when it was last read
}

// mondayZero is a Monday, 00:00 in Shanghai; weeks are counted from it.
var mondayZero = time.Date(2001, 1, 1, 0, 0, 0, 0, xuanti.Shanghai)

// weekOf splits a time into the week, the hour of the week and the part of the
// hour that has passed.
func weekOf(t time.Time) (week int, hour int, part float64) {
	d := t.Sub(mondayZero)
	if d < 0 {
		d = 0
	}
	h := int(d / time.Hour)
	return h / weekHours, h % weekHours, float64(d%time.Hour) / float64(time.Hour)
}

// observe takes in that the source was watched until now and published at the
// given times; times before what was watched already, and after now, are moved
// inside. The first look starts at the oldest item shown.
func (r *rhythm) observe(now time.Time, items []time.Time) {
	if r.since.IsZero() {
		r.since = now
		for _, t := range items {
			if t.Before(r.since) && now.Sub(t) <= rhythmPast {
				r.since = t
			}
		}
		r.at = r.since
	}
	if !now.After(r.at) {
		now = r.at
	}
	from := r.at
	r.forget(now)
	week, _, _ := weekOf(now)
	for _, t := range items {
		if t.Before(from) {
			if r.since.Equal(from) {
				continue // beyond the past that counts
			}
			t = from
		}
		if t.After(now) {
			t = now
		}
		w, h, part := weekOf(t)
		v := math.Pow(rhythmKeep, float64(week-w))
		r.hours[h] += v
		r.fives[int(part*12)] += v
	}
	r.at = now
}

// forget decays the counts to the week of now.
func (r *rhythm) forget(now time.Time) {
	was, _, _ := weekOf(r.at)
	week, _, _ := weekOf(now)
	if week == was {
		return
	}
	keep := math.Pow(rhythmKeep, float64(week-was))
	for h := range r.hours {
		r.hours[h] *= keep
	}
	for i := range r.fives {
		r.fives[i] *= keep
	}
}

// exposure is how many hours, decayed like the counts, each hour of the week
// was watched.
func (r *rhythm) exposure() (e [weekHours]float64) {
	if r.since.IsZero() {
		return e
	}
	w0, h0, p0 := weekOf(r.since)
	w1, h1, p1 := weekOf(r.at)
	// All weeks from the first to the last in full …
	full := (1 - math.Pow(rhythmKeep, float64(w1-w0+1))) / (1 - rhythmKeep)
	first := math.Pow(rhythmKeep, float64(w1-w0))
	for h := range e {
		e[h] = full
		// … less what lies before the first look and after the last.
		switch {
		case h < h0:
			e[h] -= first
		case h == h0:
			e[h] -= first * p0
		}
		switch {
		case h > h1:
			e[h]--
		case h == h1:
			e[h] -= 1 - p1
		}
		e[h] = max(e[h], 0)
	}
	return e
}

// rates are items an hour that each hour of the week brings.
func (r *rhythm) rates(prior *daily) (out [weekHours]float64) {
	e := r.exposure()
	var items, hours float64
	var dayItems, dayHours [24]float64
	for h := range e {
		items += r.hours[h]
		hours += e[h] * prior.week[h]
		dayItems[h%24] += r.hours[h]
		dayHours[h%24] += e[h]
	}
	mean := (items + 1) / (hours + 1/priorRate)
	var day [24]float64
	for d := range day {
		day[d] = shrunk(dayItems[d], dayHours[d], mean*prior.day[d])
	}
	for h := range out {
		out[h] = shrunk(r.hours[h], e[h], day[h%24]*prior.week[h]/prior.day[h%24])
	}
	return out
}

// shrunk is the mean of a gamma-Poisson rate whose prior says `mean` with the
// weight of priorItems items.
func shrunk(items, hours, mean float64) float64 {
	return (items + priorItems) / (hours + priorItems/mean)
}

// minutes is by how much each five minutes of an hour differ from the hour.
func (r *rhythm) minutes() (out [12]float64) {
	sum := 0.0
	for _, v := range r.fives {
		sum += v
	}
	for i, v := range r.fives {
		out[i] = (v + priorItems) / (sum + 12*priorItems) * 12
	}
	return out
}

const rhythmVersion = 1

// encode writes the rhythm compactly: counts in 1/32, most of them in a byte.
func (r *rhythm) encode() []byte {
	b := make([]byte, 0, 256)
	b = append(b, rhythmVersion)
	b = binary.AppendVarint(b, xuanti.Millis(r.since))
	b = binary.AppendVarint(b, xuanti.Millis(r.at))
	for _, v := range []uint64{uint64(max(r.list, 0)), uint64(max(r.wishes.ttl, 0) / time.Second), uint64(r.wishes.hours), uint64(r.wishes.days)} {
		b = binary.AppendUvarint(b, v)
	}
	put := func(v float64) { b = binary.AppendUvarint(b, uint64(math.Round(v*32))) }
	for _, v := range r.hours {
		put(v)
	}
	for _, v := range r.fives {
		put(v)
	}
	return b
}

// decodeRhythm reads what encode wrote. Anything else is an empty rhythm: it
// is learned again.
func decodeRhythm(b []byte) *rhythm {
	r := new(rhythm)
	if len(b) == 0 || b[0] != rhythmVersion {
		return r
	}
	b = b[1:]
	ok := true
	number := func(v int64, n int) int64 {
		if n <= 0 {
			ok = false
			return 0
		}
		b = b[n:]
		return v
	}
	r.since = xuanti.FromMillis(number(binary.Varint(b)))
	r.at = xuanti.FromMillis(number(binary.Varint(b)))
	get := func() uint64 {
		v, n := binary.Uvarint(b)
		number(0, n)
		return v
	}
	r.list = int(min(get(), feed.MaxItems))
	r.wishes.ttl = time.Duration(min(get(), uint64(maxWait/time.Second))) * time.Second
	r.wishes.hours, r.wishes.days = uint32(get()&feed.AllHours), uint8(get()&feed.AllDays)
	if r.wishes.hours == feed.AllHours || r.wishes.days == feed.AllDays {
		return new(rhythm)
	}
	value := func() float64 { return float64(min(get(), 1<<40)) / 32 }
	for h := range r.hours {
		r.hours[h] = value()
	}
	for i := range r.fives {
		r.fives[i] = value()
	}
	if !ok || r.at.Before(r.since) {
		return new(rhythm)
	}
	return r
}

// daily is the curve of the week that all sources share, with mean 1. It is
// what a source is believed to do until it shows its own.
type daily struct {
	week [weekHours]float64
	day  [24]float64
}

// newDaily makes the curve from items by hour of the week; little of it is
// nearly flat.
func newDaily(items *[weekHours]float64) *daily {
	d := new(daily)
	const weight = 2 // items an hour that the flat curve counts for
	sum := 0.0
	for _, v := range items {
		sum += v
	}
	mean := sum/weekHours + weight
	for h, v := range items {
		d.week[h] = (v + weight) / mean
		d.day[h%24] += d.week[h] / 7
	}
	return d
}
