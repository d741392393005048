package trend

import (
	"math"
	"time"

	"github.com/xuanti/xuanti"
)

// LifeInput is what the state of an event is decided from.
type LifeInput struct {
	Now        time.Time
	FirstAt    time.Time
	StateSince time.Time
	Heat       float64 // 0…100, now
	PeakHeat   float64
	PeakAt     time.Time
	Change     float64 // of heat within the last hour, as it is shown; all of it for an event that had none then
	Grown      float64 // of heat since the event was first seen, if that was within the hour; else Change
	Listed     int     // boards that list it now
	Writers    int     // sources that wrote about it in the last hours
	Stay       float64 // probability to be listed in 3 h; <0 unknown
	Lift       float64 // probability of growth over the mean of its snapshot; 0 unknown
}

const (
	freshFor    = time.Hour        // an event is new for so long, unless it already moves
	absence     = 6 * time.Hour    // away from every board for so long makes a return
	backFor     = 2 * time.Hour    // a return is told for so long
	holdFor     = 20 * time.Minute // a state that is not wrong is kept at least so long, against flicker
	fadesAfter  = time.Hour        // on no board and without growth for so long is past its peak
	risingLift  = 1.5
	leavingStay = 0.25
	steadyShare = 0.85 // of the highest heat: as high as it was
	fallenShare = 0.7  // of the highest heat: no longer high

	// Changes of heat within an hour.
	flatChange = 0.5 // less is shown as no change
	hintChange = 1.0 // so much counts when the forecast says the same
	moveChange = 3.0 // so much counts by itself
	muchChange = 5.0 // so much ends a state that says otherwise at once
)

// EventState decides the state of an event from the forecast of its rows and
// from the change of its heat, which stands beside the state wherever it is
// shown: what rises has gained, what falls has not. The forecast speaks through
// lift, not raw velocity, so that a morning on which everything grows does not
// paint everything rising. Entering a state takes more than staying in it, and
// a state that still agrees with the change is held for twenty minutes unless
// the event leaves or returns. prev is the last point of its curve.
func EventState(prev xuanti.EventPoint, in LifeInput) xuanti.State {
	next := decideState(prev.State, in)
	if next == prev.State || prev.State == "" || prev.State == xuanti.StateQuiet || next == xuanti.StateQuiet || next == xuanti.StateBack {
		return next
	}
	if !in.StateSince.IsZero() && in.Now.Sub(in.StateSince) < holdFor && StateAgrees(prev.State, in.Change) {
		return prev.State
	}
	return next
}

// StateAgrees says whether a state may stand beside a change of heat within
// the last hour.
func StateAgrees(s xuanti.State, change float64) bool {
	switch s {
	case xuanti.StateRising, xuanti.StateNew:
		return change >= flatChange
	case xuanti.StateFalling:
		return change < flatChange
	case xuanti.StatePeak:
		return math.Abs(change) < muchChange
	case xuanti.StateBack:
		return change > -moveChange
	}
	return true
}

// StateOfChange is the state that a change of heat within an hour speaks for
// when nothing else is known.
func StateOfChange(change float64) xuanti.State {
	switch {
	case change >= moveChange:
		return xuanti.StateRising
	case change <= -moveChange:
		return xuanti.StateFalling
	}
	return xuanti.StatePeak
}

func decideState(was xuanti.State, in LifeInput) xuanti.State {
	age := in.Now.Sub(in.FirstAt)
	likely := in.Lift >= risingLift
	switch {
	case in.Listed == 0 && in.Writers == 0:
		return xuanti.StateQuiet
	case was == xuanti.StateQuiet && in.Listed > 0 && age > absence && in.Now.Sub(in.StateSince) >= absence:
		return xuanti.StateBack
	case was == xuanti.StateBack && in.Now.Sub(in.StateSince) < backFor && StateAgrees(was, in.Change):
		return xuanti.StateBack
	case age < freshFor && in.Change >= flatChange:
		if in.Grown >= moveChange || in.Grown > -flatChange && (likely || was == xuanti.StateRising) {
			return xuanti.StateRising
		}
		return xuanti.StateNew
	case in.Change >= moveChange || in.Change >= hintChange && likely:
		return xuanti.StateRising
	case in.Change <= -moveChange || in.Change <= -hintChange && in.Stay >= 0 && in.Stay < leavingStay:
		return xuanti.StateFalling
	case in.Listed == 0 && in.Now.Sub(in.PeakAt) > fadesAfter && in.Change < flatChange:
		return xuanti.StateFalling
	}
	return settled(was, in)
}

// settled is the state of an event whose heat hardly moves: it keeps its
// direction while the change has the sign of it, and is high or past its peak
// by how far from its highest it stands.
func settled(was xuanti.State, in LifeInput) xuanti.State {
	high, low := in.Heat >= steadyShare*in.PeakHeat, in.Heat < fallenShare*in.PeakHeat
	switch {
	case was == xuanti.StateRising && in.Change >= flatChange:
		return xuanti.StateRising
	case was == xuanti.StateFalling && in.Change < flatChange && !high:
		return xuanti.StateFalling
	case low && in.Change >= flatChange:
		return xuanti.StateRising
	case low:
		return xuanti.StateFalling
	}
	return xuanti.StatePeak
}
