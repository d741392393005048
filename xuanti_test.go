package xuanti

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func TestNewIDIsAULIDOfTimeAndKey(t *testing.T) {
	at := time.UnixMilli(1469918176385)
	a, b := NewID(at, "item", "k"), NewID(at, "item", "k")
	if a != b || len(a) != 26 {
		t.Fatalf("%s %s", a, b)
	}
	if !strings.HasPrefix(a, "01ARYZ6S41") { // the time part of the ULID specification's example
		t.Errorf("time part of %s", a)
	}
	if NewID(at, "item", "k2") == a || NewID(at, "itemk") == a || NewID(at, "item", "k", "") == a {
		t.Error("other keys must give other ids")
	}
	if NewID(at.Add(time.Millisecond), "item", "k") <= a {
		t.Error("ids must sort by time")
	}
}

func TestErrorKeepsItsCauseToItself(t *testing.T) {
	err := fmt.Errorf("read feed: %w", Wrap(CodeUnavailable, io.ErrUnexpectedEOF, "the feed broke off"))
	if CodeOf(err) != CodeUnavailable || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v", err)
	}
	if CodeOf(io.EOF) != CodeInternal || CodeOf(nil) != "" || Wrap(CodeInvalid, nil, "x") != nil {
		t.Error("codes of plain and nil errors")
	}
	if e := (&Error{Code: CodeInvalid, Message: "bad", Pointer: "a.yaml:3"}); e.Error() != "a.yaml:3: bad" {
		t.Error(e.Error())
	}
}

func TestHealth(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	base := Source{State: SourceActive, Interval: 10 * time.Minute}
	f := func(want HealthState, change func(*Source)) {
		t.Helper()
		s := base
		change(&s)
		if got := s.Health(now); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	f(HealthNew, func(*Source) {})
	f(HealthOK, func(s *Source) { s.Fetch.LastAttempt, s.Fetch.LastSuccess = now, now })
	f(HealthFailing, func(s *Source) {
		s.Fetch.LastAttempt, s.Fetch.LastSuccess, s.Fetch.LastError = now, now.Add(-15*time.Minute), "HTTP 500"
	})
	f(HealthStale, func(s *Source) { s.Fetch.LastAttempt, s.Fetch.LastSuccess = now, now.Add(-41*time.Minute) })
	f(HealthPaused, func(s *Source) { s.State = SourcePaused })
	f(HealthGone, func(s *Source) { s.State = SourceGone })
}

func TestMillis(t *testing.T) {
	if !FromMillis(0).IsZero() || Millis(time.Time{}) != 0 {
		t.Error("zero is unknown")
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC)
	if !FromMillis(Millis(at)).Equal(at) {
		t.Error("round trip")
	}
	c := NewManualClock(at)
	c.Advance(time.Hour)
	if !c.Now().Equal(at.Add(time.Hour)) {
		t.Error("clock")
	}
}
