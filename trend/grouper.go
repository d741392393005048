package trend

import (
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Doc is one analysed item on its way to an event.
type Doc struct {
	ItemID   string
	Key      string
	At       time.Time // when this engine saw it
	Platform string
	Source   string
	A        *nlp.Analysis
}

// Assignment is where a document belongs, and why.
type Assignment struct {
	EventID    string
	TopicID    string
	NewEvent   bool
	NewTopic   bool
	Score      float64          // probability that the join is right; 1 for a founding item
	Why        []xuanti.Feature // Points add up to the log-odds of Score, bias included
	Title      string           // the event's most representative title now
	TopicTitle string
	Terms      []string // key terms of the event, best first, at most 12
}

// Merge says that From now lives on as Into.
type Merge struct {
	From, Into string
	Topic      bool // a merge of topics, not of events
}

// GrouperOptions tune a [Grouper]. The zero value works.
type GrouperOptions struct {
	IDF       func(string) float64 // inverse document frequency of a word; nil uses the shipped background
	Hold      time.Duration        // an event without news is closed after this; 0 means 72 h
	TopicHold time.Duration        // a topic without news is closed after this; 0 means 14 days
}

// Grouper is the streaming two-level grouping. It is not safe for concurrent use.
type Grouper struct{ opts GrouperOptions }

// NewGrouper returns an empty grouper.
func NewGrouper(opts GrouperOptions) *Grouper { return &Grouper{opts: opts} }

// Add decides the event and the topic of d.
func (g *Grouper) Add(d Doc) Assignment { return Assignment{} }

// AddCopy counts d as spread of an event: it never changes what the event is about.
func (g *Grouper) AddCopy(d Doc, eventID string) {}

// Restore replays a stored decision.
func (g *Grouper) Restore(d Doc, eventID, topicID string) {}

// Merge makes event or topic `from` part of `into`.
func (g *Grouper) Merge(from, into string) error { return nil }

// Maintain merges events that turned out to be one, links topics, and closes what is quiet.
func (g *Grouper) Maintain(now time.Time) []Merge { return nil }

// Snapshot returns the whole state.
func (g *Grouper) Snapshot() ([]byte, error) { return nil, nil }

// Load replaces the state with a snapshot.
func (g *Grouper) Load(data []byte) error { return nil }

// Len returns the number of open events and topics.
func (g *Grouper) Len() (events, topics int) { return 0, 0 }
