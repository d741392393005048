package health

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/feed"
	"github.com/xuanti/xuanti/crawler/fetch"
)

// patient is a source whose polls a test makes up.
type patient struct {
	p   Pulse
	src xuanti.Source
	now time.Time
}

func (x *patient) poll(after time.Duration, ok bool) (xuanti.SourceEvent, bool) {
	x.now = x.now.Add(after)
	f := &x.src.Fetch
	if ok {
		f.LastError, f.Cause, f.Failures, f.FailingSince = "", "", 0, time.Time{}
	} else {
		f.LastError, f.Cause = "服务器出错", "http_500"
		if f.Failures++; f.Failures == 1 {
			f.FailingSince = x.now
		}
	}
	return x.p.Judge(&x.src, x.now)
}

func newPatient() *patient {
	return &patient{src: xuanti.Source{ID: "s", State: xuanti.SourceActive}, now: pulseStart}
}

func TestAlarmSaysItOnce(t *testing.T) {
	x := newPatient()
	var said []xuanti.SourceEvent
	for _, ok := range []bool{true, false, true, false, false, true, false, false, false, false, false, true, false, true, true, true} {
		if ev, is := x.poll(10*time.Minute, ok); is {
			said = append(said, ev)
		}
	}
	if len(said) != 2 || said[0].Kind != xuanti.SourceFailing || said[1].Kind != xuanti.SourceRecovered {
		t.Fatalf("said %+v", said)
	}
	if !said[0].Since.Equal(pulseStart.Add(70*time.Minute)) || !said[0].At.Equal(pulseStart.Add(90*time.Minute)) || said[0].Cause != "http_500" {
		t.Errorf("failing %+v", said[0])
	}
	if !said[1].Since.Equal(said[0].Since) || !said[1].At.Equal(pulseStart.Add(150*time.Minute)) {
		t.Errorf("recovered %+v", said[1])
	}
	if !said[0].Due.Equal(said[0].At.Add(alarmSettle)) || said[1].Due.Before(said[0].Due) {
		t.Errorf("told at %v and %v", said[0].Due, said[1].Due)
	}
}

func TestAlarmSlowFailures(t *testing.T) {
	x := newPatient()
	x.poll(time.Hour, false)
	if ev, ok := x.poll(61*time.Minute, false); !ok || ev.Kind != xuanti.SourceFailing {
		t.Error("two failures over an hour should be enough")
	}
}

func TestAFlappingSourceIsToldOncePerSixHours(t *testing.T) {
	x := newPatient()
	var dues []time.Time
	for range 4 {
		for _, ok := range []bool{false, false, false, true, true} {
			if ev, is := x.poll(10*time.Minute, ok); is && ev.Kind == xuanti.SourceFailing {
				dues = append(dues, ev.Due)
			}
		}
	}
	if len(dues) != 4 {
		t.Fatalf("%d events", len(dues))
	}
	for i := 1; i < len(dues); i++ {
		if dues[i].Sub(dues[i-1]) < alarmCalm {
			t.Errorf("told again after %v", dues[i].Sub(dues[i-1]))
		}
	}
}

func TestAlarmGoneAndStale(t *testing.T) {
	x := newPatient()
	x.src.State = xuanti.SourceGone
	if ev, ok := x.poll(0, false); !ok || ev.Kind != xuanti.SourceWentGone {
		t.Errorf("gone: %v %v", ev.Kind, ok)
	}
	if _, ok := x.poll(time.Hour, false); ok {
		t.Error("gone twice")
	}
	y := newPatient()
	y.src.Fetch.QuietSince = pulseStart.Add(-9 * time.Hour)
	ev, ok := y.poll(0, true)
	if !ok || ev.Kind != xuanti.SourceStale || !ev.Since.Equal(y.src.Fetch.QuietSince) {
		t.Errorf("stale: %+v %v", ev, ok)
	}
	if _, ok := y.poll(time.Hour, true); ok {
		t.Error("stale twice")
	}
	y.src.Fetch.QuietSince = time.Time{}
	if ev, ok := y.poll(time.Hour, true); !ok || ev.Kind != xuanti.SourceRecovered {
		t.Errorf("fresh again: %v %v", ev.Kind, ok)
	}
}

func TestCauses(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		cause  string
		word   string // of the advice
	}{
		{nil, 200, "", ""},
		{&fetch.Error{Kind: fetch.KindStatus, Status: 403}, 403, "http_403", "请求头"},
		{&fetch.Error{Kind: fetch.KindStatus, Status: 429}, 429, "http_429", "间隔"},
		{&fetch.Error{Kind: fetch.KindStatus, Status: 502}, 502, "http_502", "自行恢复"},
		{&fetch.Error{Kind: fetch.KindDNS}, 0, "dns", "DNS"},
		{&fetch.Error{Kind: fetch.KindBlocked}, 0, "blocked", "allow_private"},
		{&feed.Error{Kind: feed.KindLogin}, 200, "feed_login", "浏览器"},
		{errors.New("no endpoint"), 503, "http_503", "自行恢复"},
		{errors.New("no rows"), 200, "content", "选择器"},
	} {
		cause := Cause(c.err, c.status)
		if cause != c.cause {
			t.Errorf("%v: %q", c.err, cause)
		}
		if c.err == nil {
			continue
		}
		zh, en := Advice(cause, xuanti.SourcePage)
		if !strings.Contains(zh, c.word) || en == "" || CauseText(cause) == "" {
			t.Errorf("%s: advice %q / %q, text %q", cause, zh, en, CauseText(cause))
		}
	}
	for _, k := range []fetch.Kind{fetch.KindInvalid, fetch.KindDNS, fetch.KindRefused, fetch.KindTimeout, fetch.KindTLS, fetch.KindBlocked, fetch.KindTooLarge, fetch.KindRedirect, fetch.KindRobots, fetch.KindDecode} {
		if zh, _ := Advice(string(k), xuanti.SourceFeed); strings.Contains(zh, "版面") {
			t.Errorf("%s has no advice of its own", k)
		}
	}
}
