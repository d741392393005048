package xuanti

import "time"

// SourceKind says how a source is read.
type SourceKind string

// The kinds of source.
const (
	SourceFeed  SourceKind = "feed"  // RSS, Atom, RDF, JSON Feed
	SourceBoard SourceKind = "board" // a platform hot list (热榜)
	SourcePage  SourceKind = "page"  // an HTML page that lists articles
)

// PlatformNews is the platform of media that stand on no platform. Every source
// of it is a voice of its own; the sources of any other platform are one.
const PlatformNews = "news"

// SourceState is what the operator or the server decided about a source.
type SourceState string

// The states of a source.
const (
	SourceActive SourceState = "active"
	SourcePaused SourceState = "paused" // by the operator
	SourceGone   SourceState = "gone"   // the server said 410; paused until a person looks
)

// Source is something that is polled for items or board snapshots.
type Source struct {
	ID        string // ULID; built-in sources use their board or feed name
	Kind      SourceKind
	Name      string // shown to users
	URL       string // feed or page address; for boards informational
	Platform  string // "weibo", …; PlatformNews for media, each a voice of its own
	Board     string // board adapter id when Kind is board
	AccountID string // benchmark account whose posts this source carries, or ""
	Group     string
	Tags      []string
	Headers   map[string]string // extra request headers, only ever sent to the URL's host
	Selector  string            // CSS selector of article links when Kind is page; "" finds the main list
	Zone      string            // IANA zone of times without one; "" is Asia/Shanghai, and UTC for feeds that hold no Chinese
	Weight    float64           // trust 0…2, 1 is neutral
	Interval  time.Duration     // wanted poll interval; the schedule of feeds and pages varies around it
	FullText  bool              // fetch each article page and extract its text
	State     SourceState
	Builtin   bool
	CreatedAt time.Time
	Fetch     FetchState
}

// FetchState is what polling a source has shown so far.
type FetchState struct {
	NextAt       time.Time
	LeaseUntil   time.Time
	LeaseOwner   string
	ETag         string
	LastModified string
	BodyHash     string // of the last accepted body, equal means not modified; of a board, the states of its endpoints
	LastAttempt  time.Time
	LastSuccess  time.Time // last 200 or 304 that parsed
	LastChange   time.Time // last success that brought something new
	LastStatus   int       // HTTP status, 0 when no answer came
	LastError    string    // in words, "" after a success
	Failures     int       // consecutive
	Attempts     int64
	Successes    int64
	Items        int64 // new items in total
	LastItems    int   // rows in the last successful answer
	LastNew      int   // new items in the last successful answer
	Latency      time.Duration
	Adapter      string    // board adapter that answered last (fallbacks differ)
	Moved        string    // permanent redirect target seen, and
	MovedCount   int       // how often in a row
	NotBefore    time.Time // the server asked to be left alone until then (Retry-After, max-age, ttl, skipHours); zero if it did not
	Why          string    // in words why NextAt is when it is: Chinese, a line break, English
	Rhythm       []byte    // when the source publishes, as the crawler has learned it; nobody else reads it
	FailingSince time.Time // the first of the failures in a row; zero after a success
	Cause        string    // what went wrong as a code, e.g. dns, http_403; "" after a success
	QuietSince   time.Time // answers, but has brought nothing new since then, far longer than usual; zero when not
	Slow         bool      // its answers take unusually long
}

// HealthState sums up a source for people.
type HealthState string

// The health states.
const (
	HealthNew     HealthState = "new"     // never polled
	HealthOK      HealthState = "ok"      // last poll succeeded in time
	HealthSlow    HealthState = "slow"    // works, but answers slowly
	HealthMoved   HealthState = "moved"   // works, but the server says that it lives elsewhere for good
	HealthFailing HealthState = "failing" // last poll failed
	HealthStale   HealthState = "stale"   // polls are overdue, or it answers but has brought nothing new far too long
	HealthPaused  HealthState = "paused"
	HealthGone    HealthState = "gone"
)

// Patience is how long after its last success a source may still be taken for
// live: three intervals, wanted or planned, and ten minutes.
func (s *Source) Patience() time.Duration {
	every := s.Interval
	if planned := s.Fetch.NextAt.Sub(s.Fetch.LastSuccess); s.Fetch.Failures == 0 && planned > every {
		every = planned
	}
	return 3*every + 10*time.Minute
}

// Health derives the state of the source at a time. A source is stale when its
// last success is longer ago than its Patience, or when it answers without
// anything new for far longer than it usually does: what it says is then never
// shown as live.
func (s *Source) Health(now time.Time) HealthState {
	f := &s.Fetch
	switch {
	case s.State == SourcePaused:
		return HealthPaused
	case s.State == SourceGone:
		return HealthGone
	case f.LastAttempt.IsZero():
		return HealthNew
	case f.LastError != "":
		return HealthFailing
	case s.Overdue(now), !f.QuietSince.IsZero():
		return HealthStale
	case f.Slow:
		return HealthSlow
	case f.MovedCount > 0:
		return HealthMoved
	}
	return HealthOK
}

// Overdue reports whether nobody has read the source for so long that its last
// answer says nothing about now.
func (s *Source) Overdue(now time.Time) bool {
	return s.Fetch.LastSuccess.IsZero() || now.Sub(s.Fetch.LastSuccess) > s.Patience()
}
