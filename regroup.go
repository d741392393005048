package xuanti

import "time"

// RegroupKind is what a person did to the grouping of events.
type RegroupKind string

// The kinds of a [Regrouping].
const (
	RegroupMerge RegroupKind = "merge" // Other became part of Event
	RegroupSplit RegroupKind = "split" // Items of Event became the event Other
	RegroupPin   RegroupKind = "pin"   // Event is neither merged nor split by the hourly round
	RegroupUnpin RegroupKind = "unpin"
)

// Regrouping is a person's decision about what belongs together. Later arrivals
// respect it; it can be taken back.
type Regrouping struct {
	ID       string
	At       time.Time
	Kind     RegroupKind
	By       string // who decided; empty when nobody was logged in
	EventID  string
	OtherID  string    // the event merged away or split off
	Items    []string  // the members that moved
	Pinned   bool      // whether Event was pinned before
	UndoneAt time.Time // zero while it stands
}
