package xuanti

import "time"

// SourceEventKind says what became of a source.
type SourceEventKind string

// The kinds of source event.
const (
	SourceFailing   SourceEventKind = "failing"   // failed several times in a row
	SourceStale     SourceEventKind = "stale"     // answers, but brings nothing new far longer than usual
	SourceWentGone  SourceEventKind = "gone"      // the server said 410
	SourceRecovered SourceEventKind = "recovered" // brings what it should again
	SourceMoved     SourceEventKind = "moved"     // its address was updated after a lasting redirect
)

// SourceEvent is a change in how a source does that a person may want to know.
// A single failed poll is none.
type SourceEvent struct {
	ID       string
	SourceID string
	At       time.Time // when it was noticed
	Kind     SourceEventKind
	Since    time.Time // when the trouble began; for a recovery, of the trouble that is over
	Cause    string    // as FetchState.Cause
	Detail   string    // in Chinese words: the error, or the new address
	Due      time.Time // when the operator is to be told; zero when not or no longer
}
