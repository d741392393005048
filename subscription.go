package xuanti

import "time"

// MatchMode says how a keyword relates to word boundaries.
type MatchMode string

// The match modes.
const (
	MatchDefault  MatchMode = "default"  // nested in a longer word matches, crossing a boundary does not
	MatchExact    MatchMode = "exact"    // only whole words
	MatchContains MatchMode = "contains" // any substring
)

// Rule is what a subscription looks for in the title and text of an item.
type Rule struct {
	All       []string  `json:"all,omitempty"` // every one must occur
	Any       []string  `json:"any,omitempty"` // at least one, if any is given
	Not       []string  `json:"not,omitempty"` // none may occur
	Regex     []string  `json:"regex,omitempty"`
	Mode      MatchMode `json:"mode,omitempty"`
	TitleOnly bool      `json:"title_only,omitempty"`
	Sources   []string  `json:"sources,omitempty"`
	Platforms []string  `json:"platforms,omitempty"`
	Accounts  []string  `json:"accounts,omitempty"`
	MinHeat   float64   `json:"min_heat,omitempty"` // 0…100; of the event
}

// Subscription tells someone about events that match a rule.
type Subscription struct {
	ID         string
	Name       string
	Rule       Rule
	ChannelIDs []string
	FeedToken  string // unguessable path part of its private RSS feed
	Active     bool
	Escalate   bool          // also tell when the event grows
	Cooldown   time.Duration // between two alerts on one event; default 6 h
	DailyCap   int           // alerts a day, the rest goes to the feed only; default 30
	QuietFrom  string        // "23:00" in Asia/Shanghai; held until QuietTo
	QuietTo    string
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Channel is a place where alerts go.
type Channel struct {
	ID        string
	Kind      string // webhook
	Name      string
	URL       string
	Secret    string // whsec_…; never shown again after creation
	Active    bool
	Failures  int // permanent failures in a row
	LastError string
	CreatedAt time.Time
}

// Stage is the reason why an alert fires for an event.
type Stage string

// The stages of an event at which a subscription may fire, in order.
const (
	StageFirst    Stage = "first"    // the event matched for the first time
	StageRising   Stage = "rising"   // its state turned to rising
	StageDoubled  Stage = "doubled"  // its heat doubled since the last alert
	StageSpread   Stage = "spread"   // three platforms or more
	StageRefuted  Stage = "refuted"  // 辟谣: a refutation joined it
	StageOfficial Stage = "official" // the first authoritative source joined
)

// Match is a subscription meeting an event at a stage. There is at most one
// for each (subscription, event, stage).
type Match struct {
	ID             string
	SubscriptionID string
	EventID        string
	ItemID         string // the member that matched
	Stage          Stage
	At             time.Time
	Terms          []string // what matched
	Heat           float64
	Platforms      int
	Title          string
	URL            string
}

// DeliveryState is the progress of a delivery.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryPending   DeliveryState = "pending"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryFailed    DeliveryState = "failed"    // permanently, or out of attempts
	DeliveryUncertain DeliveryState = "uncertain" // sent, but the answer was lost and may not be repeated
)

// Delivery is one message to one channel, waiting in the outbox until it is
// acknowledged. DedupeKey is unique.
type Delivery struct {
	ID             string // also the webhook-id, the same for all attempts
	DedupeKey      string
	SubscriptionID string
	ChannelID      string
	MatchID        string
	EventID        string
	Type           string // dotted event type, e.g. subscription.matched
	Payload        []byte // JSON
	State          DeliveryState
	Attempts       int
	NextAt         time.Time
	LeaseUntil     time.Time
	LastCode       int
	LastError      string
	CreatedAt      time.Time
	DoneAt         time.Time
}

// Token is an API credential; only the hash of its secret is stored.
type Token struct {
	ID        string
	Name      string
	Hash      string // hex SHA-256 of the secret
	Scopes    []string
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	LastUsed  time.Time
}

// ImportState says how far an import has come.
type ImportState string

// The states of an import.
const (
	ImportPreview ImportState = "preview" // uploaded, nothing taken yet
	ImportRunning ImportState = "running" // begun; it can be continued or undone
	ImportDone    ImportState = "done"
	ImportUndone  ImportState = "undone"
)

// Import records a file that was taken in.
type Import struct {
	ID        string
	Kind      string // opml, items, metrics
	Name      string
	At        time.Time
	State     ImportState
	AccountID string // metrics: whose posts the file lists
	Options   string // metrics: how the file is read, JSON of the engine's
	Hash      string // metrics: of the file, hex SHA-256
	Next      int    // metrics: rows that were dealt with so far
	Rows      int
	Added     int // sources, items, or counts
	Created   int // metrics: posts that were not known before
	Skipped   int
	Wrong     int           // problems in all
	Errors    []ImportError // the first hundred
}

// ImportError names a row that was not taken.
type ImportError struct {
	Row     int    `json:"row"` // line of the file, from 1
	Column  string `json:"column,omitempty"`
	Message string `json:"message"`
}
