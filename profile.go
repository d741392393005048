package xuanti

import "time"

// Profile is an account that writes: what it is about, what it has written and
// how it works.
type Profile struct {
	ID         string
	Name       string
	Platform   string   // where it publishes; may be empty
	Keywords   []string // its domain
	Exclude    []string // never suggest these
	Peers      []string // benchmark account groups it compares itself with; empty is all
	FeedURL    string   // its own posts, may be empty
	Production time.Duration
	Weights    map[string]float64 // overrides of the scorer's weights by feature name
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// OwnPost is something the profile itself has published.
type OwnPost struct {
	ProfileID string
	Key       string
	Title     string
	Text      string
	URL       string
	At        time.Time
}

// Evidence is a row that a person can check.
type Evidence struct {
	Kind     string    `json:"kind"` // item, board, metric, own_post, peer_post, term
	Text     string    `json:"text"`
	URL      string    `json:"url,omitempty"`
	ItemID   string    `json:"item_id,omitempty"`
	Platform string    `json:"platform,omitempty"`
	At       time.Time `json:"at"`
}

// Contribution is one signed part of a suggestion's score:
// Points = Weight × (Value − Baseline), in log-odds.
type Contribution struct {
	Name     string     `json:"name"`
	Label    string     `json:"label"` // in Chinese
	Value    float64    `json:"value"` // 0…1
	Baseline float64    `json:"baseline"`
	Weight   float64    `json:"weight"`
	Points   float64    `json:"points"`
	Why      string     `json:"why"` // one Chinese sentence with the numbers
	Evidence []Evidence `json:"evidence"`
}

// Risk is a hint that a topic needs care, never a verdict.
type Risk struct {
	Rule   string `json:"rule"`
	Label  string `json:"label"`
	Reason string `json:"reason"`
}

// Angle is a way to tell the story, with the peers that used it already.
type Angle struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"` // a headline skeleton filled with facts of the event
	UsedBy  []string `json:"used_by"`
	Support []string `json:"support"` // item ids
}

// SuggestionStatus is what the planner decided.
type SuggestionStatus string

// The states of a suggestion.
const (
	SuggestionOpen      SuggestionStatus = "open"
	SuggestionAccepted  SuggestionStatus = "accepted"
	SuggestionDismissed SuggestionStatus = "dismissed"
	SuggestionDone      SuggestionStatus = "done" // published
)

// Suggestion is an event that a profile should write about, and why. Score is
// in log-odds and equals the bias contribution plus all other Points.
type Suggestion struct {
	ID            string // NewID(event first seen, profile id, event id)
	ProfileID     string
	EventID       string
	TopicID       string
	Title         string
	State         State
	Score         float64
	Probability   float64 // logistic of Score; not calibrated until feedback exists
	Contributions []Contribution
	Evidence      []Evidence
	Risks         []Risk
	Angles        []Angle
	Peers         []Evidence // what peers already published on it
	Status        SuggestionStatus
	Explore       bool // the one slot in ten outside the profile's domain
	At            time.Time
}

// Decision is what a planner did with a suggestion.
type Decision struct {
	SuggestionID string
	ProfileID    string
	EventID      string
	Status       SuggestionStatus
	Reason       string // irrelevant, written, late, risky, other
	Note         string
	At           time.Time
	Snapshot     []byte // JSON of the suggestion as it was offered
}
