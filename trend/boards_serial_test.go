package trend

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// seen shows numbers to a fresh memory: one every three hours, each given two
// hours before, but for every fourth, which came at once.
func seen(hours int, number func(at time.Time) uint64) (*serials, time.Time) {
	s := &serials{}
	at := boardStart
	for i := 0; i <= hours; i += 3 {
		at = boardStart.Add(time.Duration(i) * time.Hour)
		given := at.Add(-2 * time.Hour)
		if i/3%4 == 3 {
			given = at
		}
		s.add(at, number(given))
	}
	return s, at
}

func TestSerialAge(t *testing.T) {
	seconds := func(at time.Time) uint64 { return uint64(at.Unix()) << 32 }
	millis := func(at time.Time) uint64 { return uint64(at.UnixMilli()-1_500_000_000_000) << 14 }
	counter := func(at time.Time) uint64 { return 31_000_000 + uint64(at.Sub(boardStart).Minutes()+500)*4 }
	for _, c := range []struct {
		name   string
		number func(time.Time) uint64
		slack  float64 // hours
	}{{"seconds", seconds, 0.1}, {"milliseconds", millis, 0.1}, {"counter", counter, 3}} {
		s, at := seen(96, c.number)
		d := s.dating(at)
		for _, want := range []float64{4, 10, 23.5, 30} {
			given := at.Add(-time.Duration(want * float64(time.Hour)))
			h, ok := d.age(c.number(given))
			if !ok || math.Abs(h-want) > c.slack {
				t.Errorf("%s: %.2f h (%v), want %.1f", c.name, h, ok, want)
			}
		}
		if h, ok := d.age(c.number(at.Add(time.Hour))); ok {
			t.Errorf("%s: a number higher than any has an age of %.2f h", c.name, h)
		}
	}
}

// One absurd number among those of a board does not touch its dating; when the
// platform numbers anew, the dating follows.
func TestSerialPassesOverAnAbsurdNumber(t *testing.T) {
	for _, c := range []struct {
		name        string
		from, until int // hours in which the absurd one is listed
		alone       bool
	}{{"later", 40, 45, false}, {"from the start", 0, 5, false}, {"before all others", 0, 5, true}} {
		x := NewBoards(BoardsOptions{})
		observe := func(hour int, number func(hour int) int) {
			var rows []EntryRef
			row := func(n int) { rows = append(rows, post(len(rows)+1, fmt.Sprintf("第%d号消息", n), n)) }
			if hour >= c.from && hour <= c.until {
				row(math.MaxInt64)
			}
			for given := hour; given > hour-12 && !(c.alone && hour == 0); given-- {
				row(number(given))
			}
			x.Observe("x", boardStart.Add(time.Duration(hour)*time.Hour), rows, nil)
		}
		number := func(hour int) int { return 1_000_000 + 600*hour }
		const last = 60
		for hour := range last + 1 {
			observe(hour, number)
		}
		b := x.board("x")
		if _, mean, _, ok := b.Serials.pace(); !ok || math.Abs(mean-600) > 30 {
			t.Errorf("%s: %.3g numbers an hour (%v), want 600", c.name, mean, ok)
		}
		d := b.Serials.dating(b.At)
		if h, ok := d.age(uint64(number(last - 7))); !ok || math.Abs(h-7) > 3 {
			t.Errorf("%s: the age of a post is %.1f h (%v), want 7", c.name, h, ok)
		}
		anew := func(hour int) int {
			if hour > last {
				return 8_000_000_000_000 + 600*hour
			}
			return number(hour)
		}
		observe(last+1, anew)
		observe(last+2, anew)
		d = b.Serials.dating(b.At)
		if h, ok := d.age(uint64(anew(last + 2))); !ok || h > 1 {
			t.Errorf("%s: the age of a post under new numbers is %.1f h (%v), want 0", c.name, h, ok)
		}
	}
}

// What could not be told from a number of a post is forgotten in time.
func TestSerialForgetsAnAbsurdNumber(t *testing.T) {
	s, at := seen(48, func(at time.Time) uint64 { return uint64(at.Unix()) })
	s.add(at.Add(time.Hour), math.MaxUint64/2)
	later := at.Add(serialAge)
	for h := range 48 {
		now := later.Add(time.Duration(h+2) * time.Hour)
		s.add(now, uint64(now.Unix()))
	}
	low, mean, _, ok := s.pace()
	if !ok || low <= 0 || math.Abs(mean-3600) > 36 {
		t.Errorf("%v, %v numbers an hour", ok, mean)
	}
}

// As long as the pace of a platform is unknown, a number is as old as the first
// sight of it or of a higher one.
func TestSerialAgeOfNewBoard(t *testing.T) {
	s, at := seen(9, func(at time.Time) uint64 { return uint64(at.Unix()) })
	d := s.dating(at)
	if h, ok := d.age(uint64(boardStart.Add(2 * time.Hour).Unix())); !ok || h != 3 {
		t.Errorf("%.2f h (%v), want 3: the next number was seen at the sixth hour of nine", h, ok)
	}
	d = (&serials{}).dating(at)
	if _, ok := d.age(1); ok {
		t.Error("nothing was seen, and still an age")
	}
}

// A board that drops posts a day after they were given shows by those that left
// which are due next.
func TestSerialDue(t *testing.T) {
	x := NewBoards(BoardsOptions{})
	number := func(hour int) int { return 1_000_000 + 600*hour }
	list := func(now int) (rows []EntryRef) {
		for hour := now; hour > now-24; hour -= 2 {
			given := hour - hour%2
			rows = append(rows, EntryRef{ItemID: fmt.Sprint(given), EventID: fmt.Sprint(given), Entry: xuanti.Entry{
				Rank: len(rows) + 1, Title: fmt.Sprintf("第%d号消息", given), URL: fmt.Sprintf("https://a.example.cn/p/%d", number(given)),
			}})
		}
		// The oldest lead the list, so that they leave from its top ten.
		for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
			rows[i], rows[j] = rows[j], rows[i]
			rows[i].Entry.Rank, rows[j].Entry.Rank = i+1, j+1
		}
		return rows
	}
	last := 80
	for hour := 30; hour <= last; hour++ {
		x.Observe("x", boardStart.Add(time.Duration(hour)*time.Hour), list(hour), nil)
	}
	b := x.board("x")
	q := b.Serials.queue(b.Order, b.Tracks, b.At, b.Serials.exits(b.At))
	for i := range q {
		// The number before the last that left counts, two hours older.
		if want := 2 * float64(i+2); math.Abs(q[i].due-want) > 0.5 {
			t.Errorf("place %d is due %.2f hours after those that left, want %.0f", i+1, q[i].due, want)
		}
		if i > 0 && (q[i].hours >= q[i-1].hours || q[i].place <= q[i-1].place || q[i].left >= q[i-1].left) {
			t.Errorf("place %d is not younger than the one above: %+v", i+1, q)
		}
		if q[i].older != float64(i) {
			t.Errorf("place %d: %.0f are older", i+1, q[i].older)
		}
		if left := 24 - 2*float64(i+1); math.Abs(q[i].left+24-left) > 3.5 {
			t.Errorf("place %d is %.1f hours past the age at which posts leave", i+1, q[i].left)
		}
	}
	b.Serials.Gone = nil
	if q = b.Serials.queue(b.Order, b.Tracks, b.At, b.Serials.exits(b.At)); q[0].due != dueUnknown || q[0].left != leftUnknown {
		t.Errorf("%+v though nothing left", q[0])
	}
}
