package engine

import (
	"time"

	"github.com/xuanti/xuanti"
)

// Page is one page of a list. NextCursor is empty on the last page.
type Page[T any] struct {
	Items      []T       `json:"items"`
	NextCursor string    `json:"next_cursor"`
	AsOf       time.Time `json:"as_of"`
}

// Presence is a topic or event on one board now.
type Presence struct {
	Board     string    `json:"board"`
	BoardName string    `json:"board_name"`
	Platform  string    `json:"platform"`
	Rank      int       `json:"rank"`
	PrevRank  int       `json:"prev_rank"` // 0: was not listed in the snapshot before
	BestRank  int       `json:"best_rank"` // in this stay; 0: unknown
	Heat      *int64    `json:"heat"`      // the platform's own figure, null when it prints none
	Label     string    `json:"label"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	ItemID    string    `json:"item_id"`
	Since     time.Time `json:"since"`
	At        time.Time `json:"at"`    // of the snapshot
	Stale     bool      `json:"stale"` // that snapshot is older than it should be: not live
}

// CurvePoint is fused heat (0…100) at a time.
type CurvePoint struct {
	At    time.Time    `json:"at"`
	Heat  float64      `json:"heat"`
	State xuanti.State `json:"state"`
}

// Odds are the probabilities shown beside a topic; null when unknown.
type Odds struct {
	Grow   *float64 `json:"grow"`   // a board's own figure for it, or its rank where there is none, is a fifth better in 3 h
	Stay   *float64 `json:"stay"`   // a board still lists it in 3 h
	Top10  *float64 `json:"top10"`  // a board lists it in the top ten in 3 h
	Spread *float64 `json:"spread"` // reaches three platforms within 6 h
	Lift   *float64 `json:"lift"`   // grow over the mean grow of its snapshot
}

// EventView is one happening as shown to users.
type EventView struct {
	ID         string        `json:"id"`
	TopicID    string        `json:"topic_id"`
	Title      string        `json:"title"`
	State      xuanti.State  `json:"state"`
	StateLabel string        `json:"state_label"` // in Chinese
	StateSince time.Time     `json:"state_since"`
	Heat       float64       `json:"heat"`        // 0…100
	HeatHour   float64       `json:"heat_change"` // against one hour ago
	PeakHeat   float64       `json:"peak_heat"`
	PeakAt     *time.Time    `json:"peak_at"`
	Odds       Odds          `json:"odds"`
	Platforms  []string      `json:"platforms"`
	Presences  []Presence    `json:"presences"`
	Items      int           `json:"items"`
	Copies     int           `json:"copies"`
	FirstAt    time.Time     `json:"first_at"`
	LastAt     time.Time     `json:"last_at"`
	Terms      []string      `json:"terms"`
	Curve      []CurvePoint  `json:"curve"`
	Why        []string      `json:"why"`    // Chinese sentences with the numbers
	WhyEN      []string      `json:"why_en"` // the same in English
	Risks      []xuanti.Risk `json:"risks"`
	Pinned     bool          `json:"pinned" doc:"A person decided what it is"`
	URL        string        `json:"url"`
}

// TopicView is a topic with its hottest event's state, as a row of the hot list.
type TopicView struct {
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	State      xuanti.State  `json:"state"`
	StateLabel string        `json:"state_label"`
	StateSince time.Time     `json:"state_since"`
	Heat       float64       `json:"heat"`        // 0…100, fused over boards
	HeatHour   float64       `json:"heat_change"` // against one hour ago
	Odds       Odds          `json:"odds"`
	Platforms  []string      `json:"platforms"`
	Presences  []Presence    `json:"presences"`
	EventCount int           `json:"event_count"`
	Items      int           `json:"items"`
	Copies     int           `json:"copies"`
	FirstAt    time.Time     `json:"first_at"`
	LastAt     time.Time     `json:"last_at"`
	Terms      []string      `json:"terms"`
	Curve      []CurvePoint  `json:"curve"` // the last 24 hours
	Why        []string      `json:"why"`
	WhyEN      []string      `json:"why_en"`
	Risks      []xuanti.Risk `json:"risks"`
	EventID    string        `json:"event_id"` // the hottest event
	URL        string        `json:"url"`
}

// TopicDetail is a topic with its events and their trajectories.
type TopicDetail struct {
	TopicView
	Events       []EventView  `json:"events"`
	Pinned       bool         `json:"pinned" doc:"A person decided what it is"`
	Outlook      *OutlookView `json:"outlook,omitempty"`
	Trajectories []Trajectory `json:"trajectories"`
	Members      []MemberView `json:"members"`
	AsOf         time.Time    `json:"as_of"`
}

// EventDetail is an event with its members and trajectories.
type EventDetail struct {
	EventView
	Outlook      *OutlookView `json:"outlook,omitempty"`
	Trajectories []Trajectory `json:"trajectories"`
	Members      []MemberView `json:"members"`
	AsOf         time.Time    `json:"as_of"`
}

// Trajectory is the way of one title on one board.
type Trajectory struct {
	Board     string            `json:"board"`
	BoardName string            `json:"board_name"`
	ItemID    string            `json:"item_id"`
	Title     string            `json:"title"`
	Points    []TrajectoryPoint `json:"points"`
}

// TrajectoryPoint is one observation.
type TrajectoryPoint struct {
	At    time.Time `json:"at"`
	Rank  int       `json:"rank"`
	Heat  *int64    `json:"heat"`
	Label string    `json:"label,omitempty"`
}

// MemberView is an item of an event and the reason why it belongs there.
type MemberView struct {
	Item  ItemView         `json:"item"`
	Score float64          `json:"score"` // probability of the scorer
	By    string           `json:"by"`
	Why   []xuanti.Feature `json:"why"`
}

// CountView is a printed count.
type CountView struct {
	Name    string `json:"name"`
	Value   int64  `json:"value"`
	AtLeast bool   `json:"at_least"`
}

// ItemView is an item as shown to users: an excerpt, never the full text.
type ItemView struct {
	ID          string          `json:"id"`
	Kind        xuanti.ItemKind `json:"kind"`
	Title       string          `json:"title"`
	Excerpt     string          `json:"excerpt"`
	URL         string          `json:"url"`
	Platform    string          `json:"platform"`
	SourceID    string          `json:"source_id"`
	SourceName  string          `json:"source_name"`
	AccountID   string          `json:"account_id,omitempty"`
	Author      string          `json:"author"`
	Image       string          `json:"image,omitempty"`
	PublishedAt time.Time       `json:"published_at"`
	SeenAt      time.Time       `json:"seen_at"`
	EventID     string          `json:"event_id"`
	Relation    xuanti.Relation `json:"relation,omitempty"`
	CopyOf      string          `json:"copy_of,omitempty"`
	Counts      []CountView     `json:"counts"`
}

// Fragment is a piece of text; Hit pieces are highlighted.
type Fragment struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

// SearchHit is one result; further members of its event are counted in More.
type SearchHit struct {
	Item       ItemView     `json:"item"`
	Score      float64      `json:"score"`
	Title      []Fragment   `json:"title"`
	Snippet    []Fragment   `json:"snippet"`
	EventTitle string       `json:"event_title,omitempty"`
	EventState xuanti.State `json:"event_state,omitempty"`
	More       int          `json:"more"`
	Why        []HitReason  `json:"why,omitempty"` // what the score is made of, if asked for
}

// HitReason is one part of a hit's score.
type HitReason struct {
	Term   string  `json:"term"`   // as it is looked up
	Kind   string  `json:"kind"`   // word, pair, synonym, pinyin; coverage and fresh are factors
	Zone   string  `json:"zone"`   // title, lead, text, lead+text; "" for factors
	Points float64 `json:"points"` // added up; of a factor what it multiplies by
}

// NameView is a source or an account whose name a query spells.
type NameView struct {
	Kind string `json:"kind"` // source, account
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Facet is a value with its number of results.
type Facet struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

// SearchView is the answer to a search.
type SearchView struct {
	Items      []SearchHit `json:"items"`
	NextCursor string      `json:"next_cursor"`
	Total      int         `json:"total"`
	Relaxed    bool        `json:"relaxed"`     // nothing matched the query as it stands; looser results are shown
	RelaxedHow string      `json:"relaxed_how"` // "", "fewer": some of the words were enough, "alike": any word or pair of characters was
	Intent     string      `json:"intent"`      // news, now or archive: how much freshness counted
	Names      []NameView  `json:"names"`       // sources and accounts that the query names, by characters, pinyin or initials
	Platforms  []Facet     `json:"platforms"`
	Sources    []Facet     `json:"sources"`
	Days       []Facet     `json:"days"`
	TookMillis float64     `json:"took_ms"`
	AsOf       time.Time   `json:"as_of"`
}

// TermView is a trending word and the numbers that made it.
type TermView struct {
	Term     string    `json:"term"`
	Count    float64   `json:"count"`    // distinct (story, source) pairs in the window
	Expected float64   `json:"expected"` // by the term's own rhythm
	Ratio    float64   `json:"ratio"`
	Score    float64   `json:"score"` // −log10 of the Poisson tail probability
	Sources  int       `json:"sources"`
	Window   string    `json:"window"` // "3h"
	Since    time.Time `json:"since"`
	At       time.Time `json:"at"`
	Titles   []string  `json:"titles"`
	EventIDs []string  `json:"event_ids"`
	NewWord  bool      `json:"new_word"`
	Also     []string  `json:"also"` // weaker words of the same events
}

// WordView is a discovered word.
type WordView struct {
	Text    string            `json:"text"`
	Status  xuanti.WordStatus `json:"status"`
	Was     xuanti.WordStatus `json:"was,omitempty"` // before the decision that this answers
	Score   float64           `json:"score"`
	Count   int               `json:"count"`
	Sources int               `json:"sources"`
	FirstAt time.Time         `json:"first_at"`
	Samples []string          `json:"samples"`
}

// RegroupView is what a person decided about the grouping of events.
type RegroupView struct {
	ID       string             `json:"id"`
	At       time.Time          `json:"at"`
	Kind     xuanti.RegroupKind `json:"kind" enum:"merge,split,pin,unpin,merge_topics,split_topic,pin_topic,unpin_topic"`
	By       string             `json:"by,omitempty"`
	EventID  string             `json:"event_id" doc:"The event, or the topic where the kind names one"`
	OtherID  string             `json:"other_id,omitempty" doc:"The event or topic merged away or split off"`
	Items    []string           `json:"items" doc:"The members that moved: items of an event, events of a topic"`
	UndoneAt *time.Time         `json:"undone_at,omitempty"`
}

// BoardView is a board's newest snapshot.
type BoardView struct {
	ID        string             `json:"id"`
	Name      string             `json:"name"`
	Platform  string             `json:"platform"`
	At        time.Time          `json:"at"`    // of the snapshot
	Stale     bool               `json:"stale"` // older than it should be: not live
	Health    xuanti.HealthState `json:"health"`
	LastError string             `json:"last_error"`
	Adapter   string             `json:"adapter"`
	Entries   []BoardEntry       `json:"entries"`
}

// BoardEntry is one row of a board.
type BoardEntry struct {
	Rank       int          `json:"rank"`
	PrevRank   int          `json:"prev_rank"`
	Title      string       `json:"title"`
	URL        string       `json:"url"`
	Heat       *int64       `json:"heat"`
	Label      string       `json:"label"`
	ItemID     string       `json:"item_id"`
	EventID    string       `json:"event_id"`
	TopicID    string       `json:"topic_id"`
	State      xuanti.State `json:"state"`
	StateLabel string       `json:"state_label"`
	Stay       *float64     `json:"stay"`  // still listed in 3 h
	Top10      *float64     `json:"top10"` // in the top ten in 3 h
	Since      time.Time    `json:"since"`
}

// BoardSnapshot is one stored snapshot in a board's history.
type BoardSnapshot struct {
	Board   string       `json:"board"`
	At      time.Time    `json:"at"`
	Adapter string       `json:"adapter"`
	Count   int          `json:"count"`
	Entries []BoardEntry `json:"entries"`
}

// TokenView is an API token; Secret is only in the answer to its creation.
type TokenView struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scopes    []string   `json:"scopes"`
	Secret    string     `json:"secret,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at"`
	LastUsed  *time.Time `json:"last_used"`
}

// ImportView reports a file that was taken in.
type ImportView struct {
	ID        string               `json:"id"`
	Kind      string               `json:"kind"`
	Name      string               `json:"name"`
	At        time.Time            `json:"at"`
	State     xuanti.ImportState   `json:"state" doc:"preview running done undone; a running one that nobody runs was cut off and can be continued or undone"`
	AccountID string               `json:"account_id"`
	Rows      int                  `json:"rows"`
	Next      int                  `json:"next" doc:"Rows dealt with so far"`
	Added     int                  `json:"added" doc:"Sources, items or counts that were not known"`
	Created   int                  `json:"created" doc:"Posts that were not known"`
	Skipped   int                  `json:"skipped" doc:"Rows of which nothing was taken"`
	Wrong     int                  `json:"wrong" doc:"Problems in all"`
	Errors    []xuanti.ImportError `json:"errors" doc:"The first hundred problems"`
}

// Status says what this server is and how it is.
type Status struct {
	Ready     bool              `json:"ready"`
	Demo      bool              `json:"demo"`
	ReadOnly  bool              `json:"read_only"` // an as-of view: --at
	AsOf      time.Time         `json:"as_of"`
	Version   string            `json:"version"`
	Checks    map[string]string `json:"checks"` // name → "ok" or what is wrong
	Items     int64             `json:"items"`
	Events    int64             `json:"events"`
	Sources   int               `json:"sources"`
	Failing   int               `json:"failing"`
	Outbox    int               `json:"outbox"`
	IndexLag  int64             `json:"index_lag"` // items stored but not yet searchable
	StartedAt time.Time         `json:"started_at"`
}

// Change is something that happened, for the event stream.
type Change struct {
	ID   uint64    `json:"id"`
	Type string    `json:"type"` // topic.new topic.rising topic.falling event.regrouped subscription.matched board.updated suggestion.updated source.failing source.stale source.gone source.recovered source.moved import.finished term.bursting
	At   time.Time `json:"at"`
	Data any       `json:"data"`
}
