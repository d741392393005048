package health

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

var pulseStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// beats feeds polls every so often until a time; news tells how many rows a
// poll finds for the first time.
func beats(p *Pulse, from, to time.Time, every time.Duration, news func(at time.Time) int) {
	for at := from; at.Before(to); at = at.Add(every) {
		n := news(at)
		p.Observe(Poll{At: at, OK: true, Status: 200, Latency: 120 * time.Millisecond, Rows: 20, New: n, Changed: n > 0})
	}
}

// daytime is a source that writes two items an hour from 8 to 20 in UTC.
func daytime(at time.Time) int {
	if h := at.Hour(); h >= 8 && h < 20 && at.Minute() < 30 {
		return 2
	}
	return 0
}

func TestPulseIsBounded(t *testing.T) {
	var p Pulse
	beats(&p, pulseStart, pulseStart.AddDate(0, 2, 0), 10*time.Minute, daytime)
	if len(p.Polls) != keptPolls || len(p.Hours) != keptHours {
		t.Errorf("%d polls, %d hours", len(p.Polls), len(p.Hours))
	}
	if n := len(p.Encode()); n > 4000 {
		t.Errorf("%d bytes", n)
	}
}

func TestPulseStats(t *testing.T) {
	var p Pulse
	end := pulseStart.AddDate(0, 0, 6).Add(12*time.Hour + 30*time.Minute)
	beats(&p, pulseStart, end, 30*time.Minute, daytime)
	for i := range 6 { // six of the polls of the last day fail
		p.Observe(Poll{At: end.Add(time.Duration(i) * time.Minute), Status: 503})
	}
	s := p.Stats(end.Add(6 * time.Minute))
	if s.Polls24h-s.Failed24h != 47 || s.Failed24h != 6 || s.Polls7d != 313+6 || s.Failed7d != 6 {
		t.Errorf("polls %+v", s)
	}
	if s.P50 != 120*time.Millisecond || s.P95 != 120*time.Millisecond {
		t.Errorf("latency %v %v", s.P50, s.P95)
	}
	if s.New24h != 24 || s.Rows24h != 47*20 {
		t.Errorf("new %d of %d", s.New24h, s.Rows24h)
	}
	if !s.UsualKnown || s.UsualHour < 1.5 || s.UsualHour > 2.1 {
		t.Errorf("usual at noon: %v %v", s.UsualHour, s.UsualKnown)
	}
	if night := p.Stats(end.Add(14 * time.Hour)); night.UsualHour > .5 {
		t.Errorf("usual at two in the morning: %v", night.UsualHour)
	}
	if (&Pulse{}).Stats(end).UsualKnown {
		t.Error("something is usual of a source never read")
	}
}

func TestQuietNeedsMoreThanANight(t *testing.T) {
	var p Pulse
	noon := pulseStart.AddDate(0, 0, 7).Add(12 * time.Hour)
	beats(&p, pulseStart, noon, 30*time.Minute, daytime)
	never := func(time.Time) int { return 0 }
	var at time.Time
	for at = noon; p.Quiet(xuanti.SourceFeed, at).IsZero() && at.Before(noon.AddDate(0, 0, 3)); at = at.Add(30 * time.Minute) {
		beats(&p, at, at.Add(time.Minute), time.Hour, never)
	}
	// Twelve silent hours of each night are usual: the silence must outlast them.
	if after := at.Sub(noon); after < 18*time.Hour || after > 30*time.Hour {
		t.Errorf("called quiet after %v", after)
	}
	beats(&p, at, at.Add(24*time.Hour), 30*time.Minute, never)
	if p.Quiet(xuanti.SourceFeed, at.Add(24*time.Hour)).IsZero() {
		t.Error("no longer quiet although still nothing came")
	}
	p.Observe(Poll{At: at.Add(25 * time.Hour), OK: true, Rows: 20, New: 1, Changed: true})
	if q := p.Quiet(xuanti.SourceFeed, at.Add(25*time.Hour)); !q.IsZero() {
		t.Errorf("quiet since %v although something came", q)
	}
}

func TestRareSourcesAreQuietLate(t *testing.T) {
	var p Pulse
	weekly := func(at time.Time) int {
		if at.Weekday() == time.Wednesday && at.Hour() == 9 {
			return 1
		}
		return 0
	}
	beats(&p, pulseStart, pulseStart.AddDate(0, 0, 49), time.Hour, weekly)
	end := pulseStart.AddDate(0, 0, 54)
	beats(&p, pulseStart.AddDate(0, 0, 49), end, time.Hour, func(time.Time) int { return 0 })
	if q := p.Quiet(xuanti.SourceFeed, end); !q.IsZero() {
		t.Errorf("a weekly source is quiet since %v", q)
	}
	var called time.Time
	for at := end; called.IsZero() && at.Before(end.AddDate(0, 0, 60)); at = at.Add(6 * time.Hour) {
		p.Observe(Poll{At: at, OK: true, Rows: 10})
		again, err := Decode(p.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if p = *again; !p.Quiet(xuanti.SourceFeed, at).IsZero() {
			called = at
		}
	}
	if silent := called.Sub(p.Quiet(xuanti.SourceFeed, called)); silent < 20*24*time.Hour || silent > 23*24*time.Hour {
		t.Errorf("a weekly source is called quiet after %v, want three weeks", silent)
	}
	var seldom Pulse // two quiet spells say nothing yet
	beats(&seldom, pulseStart, pulseStart.AddDate(0, 0, 21), time.Hour, weekly)
	beats(&seldom, pulseStart.AddDate(0, 0, 21), pulseStart.AddDate(0, 0, 90), 6*time.Hour, func(time.Time) int { return 0 })
	if q := seldom.Quiet(xuanti.SourceFeed, pulseStart.AddDate(0, 0, 90)); !q.IsZero() {
		t.Errorf("quiet since %v after two spells", q)
	}
}

// Time in which polls failed is no silence of the source.
func TestOutagesAreNotSilence(t *testing.T) {
	var p Pulse
	daily := func(at time.Time) int {
		if at.Hour() == 9 {
			return 1
		}
		return 0
	}
	end := pulseStart.AddDate(0, 0, 14)
	beats(&p, pulseStart, end, 3*time.Hour, daily)
	for at := end; at.Before(end.AddDate(0, 0, 20)); at = at.Add(6 * time.Hour) {
		p.Observe(Poll{At: at})
	}
	for i := range 6 {
		p.Observe(Poll{At: end.AddDate(0, 0, 20).Add(time.Duration(i) * time.Hour), OK: true, Rows: 10})
	}
	if q := p.Quiet(xuanti.SourceFeed, end.AddDate(0, 0, 21)); !q.IsZero() {
		t.Errorf("quiet since %v after an outage of twenty days", q)
	}
}

func TestFailuresAreNotQuiet(t *testing.T) {
	var p Pulse
	end := pulseStart.AddDate(0, 0, 7)
	always := func(time.Time) int { return 1 }
	beats(&p, pulseStart, end, 10*time.Minute, always)
	for at := end; at.Before(end.Add(10 * time.Hour)); at = at.Add(10 * time.Minute) {
		p.Observe(Poll{At: at, Status: 500})
	}
	beats(&p, end.Add(10*time.Hour), end.Add(10*time.Hour+30*time.Minute), 10*time.Minute, func(time.Time) int { return 0 })
	if q := p.Quiet(xuanti.SourceFeed, end.Add(11*time.Hour)); !q.IsZero() {
		t.Error("hours without an answer count as silence")
	}
}

func TestAFrozenBoardIsQuietOnItsFirstDay(t *testing.T) {
	var p Pulse
	p.Observe(Poll{At: pulseStart, OK: true, Rows: 50, New: 50, Changed: true})
	beats(&p, pulseStart.Add(5*time.Minute), pulseStart.Add(13*time.Hour), 5*time.Minute, func(time.Time) int { return 0 })
	if p.Quiet(xuanti.SourceBoard, pulseStart.Add(11*time.Hour)).IsZero() == p.Quiet(xuanti.SourceBoard, pulseStart.Add(13*time.Hour)).IsZero() {
		t.Error("a board that never changed should be called quiet after twelve hours")
	}
	if !p.Quiet(xuanti.SourceFeed, pulseStart.Add(13*time.Hour)).IsZero() {
		t.Error("of a feed nothing is known on the first day")
	}
}

func TestSlow(t *testing.T) {
	var p Pulse
	for i := range 9 {
		p.Observe(Poll{At: pulseStart.Add(time.Duration(i) * time.Minute), OK: true, Latency: time.Duration(i) * 1400 * time.Millisecond})
	}
	if !p.Slow() {
		t.Error("a median of 5.6 s is slow")
	}
	for i := range 6 {
		p.Observe(Poll{At: pulseStart.Add(time.Hour + time.Duration(i)*time.Minute), OK: true, Latency: time.Second})
	}
	if p.Slow() {
		t.Error("it answers in a second by now")
	}
}

func TestPulseRoundTrip(t *testing.T) {
	var p Pulse
	beats(&p, pulseStart, pulseStart.AddDate(0, 0, 3), 20*time.Minute, daytime)
	p.Alarm = Alarm{Kind: xuanti.SourceStale, Since: pulseStart, Good: 2, Told: pulseStart.Add(time.Hour)}
	b := p.Encode()
	q, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(q.Encode(), b) || !reflect.DeepEqual(q.Polls, p.Polls) || !reflect.DeepEqual(q.Hours, p.Hours) || q.Alarm != p.Alarm || !q.changed.Equal(p.changed) {
		t.Error("what was read differs from what was written")
	}
	for n := 1; n < len(b); n += 7 {
		if _, err := Decode(b[:n]); err == nil {
			t.Errorf("half of a pulse (%d bytes) was taken for a whole one", n)
		}
	}
}

func FuzzDecodePulse(f *testing.F) {
	var p Pulse
	beats(&p, pulseStart, pulseStart.Add(30*time.Hour), 20*time.Minute, daytime)
	f.Add(p.Encode())
	f.Add([]byte{version})
	f.Add([]byte{0, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Decode(b)
		if err != nil {
			return
		}
		now := pulseStart.Add(40 * time.Hour)
		p.Observe(Poll{At: now, OK: true, New: 1, Changed: true})
		p.Quiet(xuanti.SourceFeed, now)
		p.Stats(now)
		if len(p.Polls) > keptPolls || len(p.Hours) > keptHours {
			t.Errorf("%d polls, %d hours", len(p.Polls), len(p.Hours))
		}
	})
}

func BenchmarkPulse(b *testing.B) {
	var p Pulse
	beats(&p, pulseStart, pulseStart.AddDate(0, 0, 8), 5*time.Minute, daytime)
	data := p.Encode()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for i := range b.N {
		q, err := Decode(data)
		if err != nil {
			b.Fatal(err)
		}
		q.Observe(Poll{At: pulseStart.AddDate(0, 0, 8).Add(time.Duration(i) * time.Second), OK: true, Rows: 20})
		_ = q.Encode()
	}
}
