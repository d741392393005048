package trend

import (
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
	Listed     int // boards that list it now
	Writers    int // sources that wrote about it in the last hours
	BestRank   int
	Grow       float64 // probability of growth; <0 unknown
	Stay       float64 // probability to be listed in 3 h; <0 unknown
	Lift       float64 // Grow over the mean of its snapshot; 0 unknown
}

const (
	freshFor    = 45 * time.Minute // an event is new for so long, unless it already moves
	absence     = 6 * time.Hour    // away from every board for so long makes a return
	holdFor     = 20 * time.Minute // a state is kept at least so long, against flicker
	fadesAfter  = time.Hour        // on no board and without growth for so long is past its peak
	risingLift  = 1.5
	steadyShare = 0.85
	fallenShare = 0.7
)

// EventState decides the state of an event from lift, not from raw velocity, so
// that a morning on which everything grows does not paint everything rising.
// prev is the last point of its curve; a state is held for twenty minutes
// unless the event leaves or returns.
func EventState(prev xuanti.EventPoint, in LifeInput) xuanti.State {
	next := decideState(prev, in)
	if next == prev.State || prev.State == "" || prev.State == xuanti.StateQuiet || next == xuanti.StateQuiet || next == xuanti.StateBack {
		return next
	}
	if !in.StateSince.IsZero() && in.Now.Sub(in.StateSince) < holdFor {
		return prev.State
	}
	return next
}

func decideState(prev xuanti.EventPoint, in LifeInput) xuanti.State {
	if in.Listed == 0 && in.Writers == 0 {
		return xuanti.StateQuiet
	}
	if prev.State == xuanti.StateQuiet && prev.Heat == 0 && in.Now.Sub(in.FirstAt) > absence && in.Listed > 0 {
		return xuanti.StateBack
	}
	if prev.State == xuanti.StateBack && in.Now.Sub(in.StateSince) < 2*time.Hour && in.Heat >= fallenShare*prev.Heat {
		return xuanti.StateBack
	}
	change := in.Heat - prev.Heat
	atPeak := in.Heat >= steadyShare*in.PeakHeat
	switch {
	case in.Heat < fallenShare*in.PeakHeat && in.Now.Sub(in.PeakAt) > 30*time.Minute && change <= 2:
		return xuanti.StateFalling
	case in.Stay >= 0 && in.Stay < 0.25 && in.Now.Sub(in.FirstAt) > time.Hour && change <= 0:
		return xuanti.StateFalling
	case in.Listed == 0 && in.Now.Sub(in.PeakAt) > fadesAfter && change <= 0:
		return xuanti.StateFalling
	case in.Lift >= risingLift && (atPeak || change >= 1), change >= 5 && in.Now.Sub(in.FirstAt) > 10*time.Minute:
		return xuanti.StateRising
	case in.Now.Sub(in.FirstAt) <= freshFor:
		return xuanti.StateNew
	case atPeak && in.Heat >= 30:
		return xuanti.StatePeak
	case prev.State == xuanti.StateRising && atPeak:
		return xuanti.StatePeak
	case in.Heat < steadyShare*in.PeakHeat && change <= 0:
		return xuanti.StateFalling
	}
	return xuanti.StatePeak
}
