package xuanti

import "time"

// State is where an event, topic or board entry stands in its life.
type State string

// The life-cycle states.
const (
	StateNew     State = "new"     // 新: appeared within the hour
	StateRising  State = "rising"  // 升: hotter than an hour ago
	StatePeak    State = "peak"    // 高位: near its highest and steady
	StateFalling State = "falling" // 落: past its peak, and not hotter than an hour ago
	StateBack    State = "back"    // 回归: returned after an absence of six hours or more
	StateQuiet   State = "quiet"   // 平静: not on any board now, nothing new
)

// Event is one happening, as told by any number of items on any platform. Its
// id never changes; merged events keep a redirect.
type Event struct {
	ID         string
	TopicID    string
	Title      string // the most representative member title
	FirstAt    time.Time
	LastAt     time.Time // newest member or observation
	Items      int       // members without copies
	Copies     int       // exact copies and rewrites: spread
	Platforms  []string  // distinct, in order of arrival
	Terms      []string  // key terms, best first, at most 12
	State      State
	StateSince time.Time
	Heat       float64 // fused heat now, 0…100
	PeakHeat   float64
	PeakAt     time.Time
	RedirectTo string // event this one was merged into
	Pinned     bool   // grouped by hand: later arrivals respect it
}

// Topic is the wider story that events belong to.
type Topic struct {
	ID         string
	Title      string
	FirstAt    time.Time
	LastAt     time.Time
	Events     int
	RedirectTo string
	Pinned     bool // grouped by hand: later arrivals respect it
}

// EventPoint is the heat and state of an event at a time, appended whenever
// they change.
type EventPoint struct {
	EventID   string
	At        time.Time
	Heat      float64 // 0…100
	State     State
	Platforms int     // platforms that list it at this time
	Items     int     // members so far, copies included
	Grow      float64 // probability that a board's own figure for it (or its rank) is a fifth better in 3 h; <0 unknown
	Stay      float64 // probability that a board still lists it in 3 h; <0 unknown
	Top10     float64 // probability that a board lists it in the top ten in 3 h; <0 unknown
	Spread    float64 // probability that it reaches 3 platforms within 6 h; <0 unknown
	Lift      float64 // Grow divided by the mean Grow of the same snapshot; 0 unknown
}

// Feature is one named piece of evidence for a decision of a scorer.
// Points is its signed contribution in log-odds.
type Feature struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Weight float64 `json:"weight"`
	Points float64 `json:"points"`
}

// Membership says that an item belongs to an event, and why.
type Membership struct {
	ItemID  string
	EventID string
	At      time.Time
	Score   float64 // probability of the scorer, 1 for the founding item
	By      string  // "scorer", "copy", "person"
	Why     []Feature
}

// Burst is a trending term with the numbers that made it.
type Burst struct {
	Term      string
	StartedAt time.Time
	At        time.Time // of these numbers
	EndedAt   time.Time // zero while it lasts
	Window    time.Duration
	Count     float64  // distinct (story, source) pairs in the window
	Expected  float64  // by the term's own rhythm
	Score     float64  // −log10 of the Poisson tail probability
	Sources   int      // distinct platforms or owners
	Titles    []string // samples, at most five
	EventIDs  []string
	NewWord   bool // not in the dictionary
}

// Ratio is Count over Expected.
func (b *Burst) Ratio() float64 { return b.Count / max(b.Expected, 1e-9) }

// WordStatus is what is decided about a discovered word.
type WordStatus string

// The states of a discovered word.
const (
	WordProposed WordStatus = "proposed"
	WordAuto     WordStatus = "auto"     // accepted by its evidence
	WordAccepted WordStatus = "accepted" // by a person
	WordRejected WordStatus = "rejected" // by a person; never proposed again
)

// Word is a word that no dictionary holds, with its evidence.
type Word struct {
	Text     string
	Status   WordStatus
	Score    float64 // cohesion (bits) times boundary freedom (bits)
	Count    int     // distinct stories
	Sources  int
	FirstAt  time.Time
	LastAt   time.Time
	Samples  []string
	Decided  time.Time
	Category string
}
