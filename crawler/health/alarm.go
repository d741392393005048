package health

import (
	"time"

	"github.com/xuanti/xuanti"
)

// When a source counts as failing, and as recovered. A board of five minutes
// is called failing after about half an hour of failures, with the back-off
// between them; a single slip is nobody's business.
const (
	alarmFailures = 3         // in a row, or
	alarmLong     = time.Hour // of at least two
	alarmGood     = 2         // good polls in a row end it
	alarmSettle   = 2 * time.Minute
	alarmCalm     = 6 * time.Hour // one source is not reported more often
)

// Alarm is what was last said about a source, so that it is said once.
type Alarm struct {
	Kind  xuanti.SourceEventKind // failing, stale or gone; "" when all is well
	Since time.Time              // when the trouble began
	Good  int                    // good polls in a row since
	Told  time.Time              // when the operator was last to be told of a trouble
}

// Judge compares how a source does after a poll with what was last said about
// it, and returns the event if it is time to say something else. The event has
// no ID. Due says when the operator is to be told: a little later, so that
// sources that fail together are told together, and not again for the same
// source for six hours.
func (p *Pulse) Judge(src *xuanti.Source, now time.Time) (xuanti.SourceEvent, bool) {
	f, a := &src.Fetch, &p.Alarm
	e := xuanti.SourceEvent{SourceID: src.ID, At: now, Cause: f.Cause, Detail: f.LastError}
	raise := func(kind xuanti.SourceEventKind, since time.Time) (xuanti.SourceEvent, bool) {
		e.Kind, e.Since = kind, since
		e.Due = later(now.Add(alarmSettle), a.Told.Add(alarmCalm))
		*a = Alarm{Kind: kind, Since: since, Told: e.Due}
		return e, true
	}
	if f.LastError != "" {
		a.Good = 0
		long := f.Failures >= 2 && !f.FailingSince.IsZero() && now.Sub(f.FailingSince) >= alarmLong
		switch {
		case src.State == xuanti.SourceGone && a.Kind != xuanti.SourceWentGone:
			return raise(xuanti.SourceWentGone, now)
		case src.State != xuanti.SourceGone && a.Kind != xuanti.SourceFailing && a.Kind != xuanti.SourceWentGone && (f.Failures >= alarmFailures || long):
			return raise(xuanti.SourceFailing, f.FailingSince)
		}
		return e, false
	}
	a.Good++
	switch {
	case !f.QuietSince.IsZero():
		if a.Kind == "" || a.Kind != xuanti.SourceStale && a.Good >= alarmGood {
			return raise(xuanti.SourceStale, f.QuietSince)
		}
	case a.Kind == xuanti.SourceStale, a.Kind != "" && a.Good >= alarmGood:
		e.Kind, e.Since = xuanti.SourceRecovered, a.Since
		e.Due = later(now.Add(alarmSettle), a.Told) // never before the trouble itself was told
		*a = Alarm{Told: a.Told}
		return e, true
	}
	return e, false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
