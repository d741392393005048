package engine

import (
	"time"

	"github.com/xuanti/xuanti"
)

// SourceView is a source with how it does.
type SourceView struct {
	ID          string             `json:"id"`
	Kind        xuanti.SourceKind  `json:"kind"`
	Name        string             `json:"name"`
	URL         string             `json:"url"`
	Platform    string             `json:"platform"`
	Board       string             `json:"board,omitempty"`
	AccountID   string             `json:"account_id,omitempty"`
	Group       string             `json:"group"`
	Tags        []string           `json:"tags"`
	HeaderNames []string           `json:"header_names"` // the values are never shown
	Selector    string             `json:"selector,omitempty"`
	Zone        string             `json:"zone,omitempty"` // IANA zone of times without one; "" is decided by the language
	Weight      float64            `json:"weight"`
	Interval    string             `json:"interval"` // Go duration, e.g. "5m0s"
	FullText    bool               `json:"full_text"`
	State       xuanti.SourceState `json:"state"`
	Builtin     bool               `json:"builtin"`

	Health       xuanti.HealthState `json:"health"`
	HealthText   string             `json:"health_text"` // in Chinese words, and
	HealthTextEN string             `json:"health_text_en"`
	HealthSince  *time.Time         `json:"health_since"` // of trouble; null when all is well or it is not known
	Cause        string             `json:"cause"`        // dns, timeout, http_403, feed_html, content, …; "" after a success
	Advice       string             `json:"advice"`       // what to do, "" when nothing
	AdviceEN     string             `json:"advice_en"`

	LastSuccess *time.Time   `json:"last_success"`
	LastChange  *time.Time   `json:"last_change"` // last time it brought something new
	LastAttempt *time.Time   `json:"last_attempt"`
	LastError   string       `json:"last_error"`
	LastStatus  int          `json:"last_status"`
	NextAt      *time.Time   `json:"next_at"`
	NextWhy     string       `json:"next_why"` // why then
	NextWhyEN   string       `json:"next_why_en"`
	Failures    int          `json:"failures"`     // in a row
	Success     float64      `json:"success_rate"` // 0…1 of all attempts
	Items       int64        `json:"items"`
	LastItems   int          `json:"last_items"`
	LastNew     int          `json:"last_new"`
	LatencyMS   int64        `json:"latency_ms"` // of the last answer
	Adapter     string       `json:"adapter"`    // endpoint of a board that answered last
	Fallback    bool         `json:"fallback"`   // and it is not the board's first
	Moved       string       `json:"moved,omitempty"`
	Stats       *SourceStats `json:"stats,omitempty"`
	Hours       []SourceHour `json:"hours,omitempty"` // the last 48 hours, oldest first; in lists and of one source
	Polls       []SourcePoll `json:"polls,omitempty"` // the last ones, newest first; of one source only
}

// SourceStats are the figures of a source's polls. What is not known is null.
type SourceStats struct {
	Polls24h    int      `json:"polls_24h"`
	Success24h  *float64 `json:"success_24h"` // 0…1
	Polls7d     int      `json:"polls_7d"`
	Success7d   *float64 `json:"success_7d"`
	P50MS       *int64   `json:"latency_p50_ms"` // of the last good polls, at most 64
	P95MS       *int64   `json:"latency_p95_ms"`
	New24h      int      `json:"new_24h"`
	NewShare24h *float64 `json:"new_share_24h"`  // new rows of all rows read, 0…1
	NewPerHour  float64  `json:"new_per_hour"`   // in the last hour
	UsualHour   *float64 `json:"usual_per_hour"` // usual for this time of day; null until a day was seen
}

// SourceHour sums up the polls of an hour.
type SourceHour struct {
	At     time.Time `json:"at"`
	Polls  int       `json:"polls"`
	Failed int       `json:"failed"`
	New    int       `json:"new"`
}

// SourcePoll is one poll.
type SourcePoll struct {
	At        time.Time `json:"at"`
	OK        bool      `json:"ok"`
	Status    int       `json:"status"` // HTTP status, 0 when no answer came
	LatencyMS int64     `json:"latency_ms"`
	Rows      int       `json:"rows"` // 0 when the answer had not changed
	New       int       `json:"new"`
}

// SourceQuery selects sources; the list begins with the worst.
type SourceQuery struct {
	Kind, Health, Group, Tag string
	Text                     string // in name, address, group or tags
	Limit                    int    // 0 is all
	Cursor                   string
}

// SourceInput is what a user says of a new source, or of all fields of an old one
// that are to change.
type SourceInput struct {
	Kind      xuanti.SourceKind  `json:"kind,omitempty"`
	Name      string             `json:"name,omitempty"`
	URL       string             `json:"url"`
	Platform  string             `json:"platform,omitempty"`
	AccountID string             `json:"account_id,omitempty"`
	Group     string             `json:"group,omitempty"`
	Tags      []string           `json:"tags,omitempty"`
	Headers   map[string]string  `json:"headers,omitempty"`
	Selector  string             `json:"selector,omitempty"`
	Zone      string             `json:"zone,omitempty"`
	Weight    float64            `json:"weight,omitempty"`
	Interval  string             `json:"interval,omitempty"`
	FullText  bool               `json:"full_text,omitempty"`
	State     xuanti.SourceState `json:"state,omitempty"`
}

// SourceEdit changes some fields of a source: null leaves a field as it is, an
// empty value clears it.
type SourceEdit struct {
	Name      *string             `json:"name,omitempty" maxLength:"100"`
	URL       *string             `json:"url,omitempty" maxLength:"2000"`
	Platform  *string             `json:"platform,omitempty" maxLength:"50"`
	AccountID *string             `json:"account_id,omitempty" maxLength:"200"`
	Group     *string             `json:"group,omitempty" maxLength:"100"`
	Tags      *[]string           `json:"tags,omitempty" maxItems:"50"`
	Headers   *map[string]string  `json:"headers,omitempty"` // replaces all of them
	Selector  *string             `json:"selector,omitempty" maxLength:"500"`
	Zone      *string             `json:"zone,omitempty" maxLength:"100"`
	Weight    *float64            `json:"weight,omitempty"`
	Interval  *string             `json:"interval,omitempty" maxLength:"50"`
	FullText  *bool               `json:"full_text,omitempty"`
	State     *xuanti.SourceState `json:"state,omitempty"` // active or paused
}

// SourcePreview is what a source would bring.
type SourcePreview struct {
	Source     SourceView `json:"source"`
	Detected   string     `json:"detected"`    // feed, page_feed (a page that led to a feed), page, board
	Text       string     `json:"text"`        // in Chinese words what it is and brings, and
	TextEN     string     `json:"text_en"`     //
	ExistingID string     `json:"existing_id"` // the source that reads this address already, or ""
	Items      []ItemView `json:"items"`
	FullShare  float64    `json:"full_share"` // of the items, how many carry their text, 0…1
	Warnings   []string   `json:"warnings"`
	Error      string     `json:"error,omitempty"`
	Others     []FeedLink `json:"others"` // further feeds that the page announces
}

// FeedLink is a feed that a page leads to.
type FeedLink struct {
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
}

// PollOutcome is what trying a source now brought.
type PollOutcome struct {
	OK        bool       `json:"ok"`
	Text      string     `json:"text"` // in Chinese words, and
	TextEN    string     `json:"text_en"`
	Advice    string     `json:"advice"` // what to do, "" when nothing
	AdviceEN  string     `json:"advice_en"`
	Status    int        `json:"status"`
	Rows      int        `json:"rows"` // in the answer; 0 when it had not changed
	New       int        `json:"new"`
	LatencyMS int64      `json:"latency_ms"`
	Items     []ItemView `json:"items"` // the first twenty
	Warnings  []string   `json:"warnings"`
	Source    SourceView `json:"source"`
}

// SourceEventView is something that became of a source.
type SourceEventView struct {
	ID         string                 `json:"id"`
	SourceID   string                 `json:"source_id"`
	SourceName string                 `json:"name"`
	SourceKind xuanti.SourceKind      `json:"source_kind"`
	Kind       xuanti.SourceEventKind `json:"kind"` // failing, stale, gone, recovered, moved
	At         time.Time              `json:"at"`
	Since      time.Time              `json:"since"` // when the trouble began
	Cause      string                 `json:"cause"`
	Text       string                 `json:"text"`
	TextEN     string                 `json:"text_en"`
	Advice     string                 `json:"advice,omitempty"`
	AdviceEN   string                 `json:"advice_en,omitempty"`
}

// SourcesHealth sums up all sources.
type SourcesHealth struct {
	Total    int                       `json:"total"`
	Counts   map[string]int            `json:"counts"`  // by health; every state is there
	ByKind   map[string]map[string]int `json:"by_kind"` // kind → health → sources
	Text     string                    `json:"text"`    // one line for a chat group, and
	TextEN   string                    `json:"text_en"`
	Problems []SourceProblem           `json:"problems"` // worst first, at most fifty
	Groups   []Facet                   `json:"groups"`
	Tags     []Facet                   `json:"tags"`
	AsOf     time.Time                 `json:"as_of"`
}

// SourceProblem is a source that needs a look.
type SourceProblem struct {
	ID       string             `json:"id"`
	Name     string             `json:"name"`
	Kind     xuanti.SourceKind  `json:"kind"`
	Health   xuanti.HealthState `json:"health"`
	Since    *time.Time         `json:"since"`
	Text     string             `json:"text"`
	TextEN   string             `json:"text_en"`
	Advice   string             `json:"advice"`
	AdviceEN string             `json:"advice_en"`
}

// SourceAlerts says where it is told that sources fail and recover.
type SourceAlerts struct {
	Channels []string `json:"channels" maxItems:"50"` // ids; empty tells nobody
}
