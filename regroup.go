package xuanti

import "time"

// RegroupKind is what a person did to the grouping.
type RegroupKind string

// The kinds of a [Regrouping].
const (
	RegroupMerge RegroupKind = "merge" // Other became part of Event
	RegroupSplit RegroupKind = "split" // Items of Event became the event Other
	RegroupPin   RegroupKind = "pin"   // Event is neither merged nor split by the two-hourly round
	RegroupUnpin RegroupKind = "unpin"

	RegroupMergeTopics RegroupKind = "merge_topics" // the topic Other became part of the topic Event
	RegroupSplitTopic  RegroupKind = "split_topic"  // the events Items of the topic Event became the topic Other
	RegroupPinTopic    RegroupKind = "pin_topic"    // the topic Event is not merged by the two-hourly round
	RegroupUnpinTopic  RegroupKind = "unpin_topic"
)

// OfTopics says whether a decision is about topics, not about events.
func (k RegroupKind) OfTopics() bool {
	switch k {
	case RegroupMergeTopics, RegroupSplitTopic, RegroupPinTopic, RegroupUnpinTopic:
		return true
	}
	return false
}

// Regrouping is a person's decision about what belongs together. Later arrivals
// respect it; it can be taken back.
type Regrouping struct {
	ID       string
	At       time.Time
	Kind     RegroupKind
	By       string    // who decided; empty when nobody was logged in
	EventID  string    // or the topic, see OfTopics
	OtherID  string    // the event or topic merged away or split off
	Items    []string  // the members that moved: items of an event, events of a topic
	TopicID  string    // of OtherID before a merge of events that are of two topics; else empty
	Pinned   bool      // whether EventID was pinned before
	UndoneAt time.Time // zero while it stands
}
