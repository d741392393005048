package engine

import (
	"context"
	"io"
	"time"

	"github.com/xuanti/xuanti"
)

// TopicQuery selects topics or events. The zero value is the hot list now.
type TopicQuery struct {
	State    xuanti.State
	Platform string
	Text     string // substring of the title or a key term
	Sort     string // heat (default), new, rising, spread
	Limit    int    // default 20, at most 100
	Cursor   string
}

// ItemQuery selects items, newest first.
type ItemQuery struct {
	Kind, Platform, SourceID, AccountID, EventID string
	Since, Until                                 time.Time
	Limit                                        int
	Cursor                                       string
}

// SearchQuery is a full-text search.
type SearchQuery struct {
	Text               string
	Since, Until       time.Time
	Kind               string
	Platforms, Sources []string
	Sort               string // relevance (default) or newest
	Limit              int
	Cursor             string
	Flat               bool // do not collapse by event
	Explain            bool // say what each hit scored for
}

// PostQuery selects benchmark posts.
type PostQuery struct {
	AccountID, Group, Verdict string
	Sort                      string // z (default), recent
	Limit                     int
	Cursor                    string
}

// Reader answers every question of the API, the pages and the bots. All answers
// are as of Now(). Errors are *xuanti.Error.
type Reader interface {
	Now() time.Time
	Status(ctx context.Context) Status
	Topics(ctx context.Context, q TopicQuery) (Page[TopicView], error)
	Topic(ctx context.Context, id string) (TopicDetail, error)
	Events(ctx context.Context, q TopicQuery) (Page[EventView], error)
	Event(ctx context.Context, id string) (EventDetail, error)
	Terms(ctx context.Context, limit int) (Page[TermView], error)
	BurstRule() BurstRule
	Words(ctx context.Context, status string, limit int, cursor string) (Page[WordView], error)
	Scorecard(ctx context.Context, date string) (ScorecardView, error)                     // date YYYY-MM-DD; "" is the newest
	Regroupings(ctx context.Context, eventID string, limit int) (Page[RegroupView], error) // eventID "" for all; newest first
	Boards(ctx context.Context, entries int) (Page[BoardView], error)
	Board(ctx context.Context, id string) (BoardView, error)
	BoardHistory(ctx context.Context, id string, from, to time.Time, limit int) (Page[BoardSnapshot], error)
	Items(ctx context.Context, q ItemQuery) (Page[ItemView], error)
	Item(ctx context.Context, id string) (ItemView, error)
	Search(ctx context.Context, q SearchQuery) (SearchView, error)
	Profiles(ctx context.Context) (Page[ProfileView], error)
	Profile(ctx context.Context, id string) (ProfileView, error)
	Suggestions(ctx context.Context, profileID, status string, limit int) (Page[SuggestionView], error)
	Accounts(ctx context.Context, group string) (Page[AccountView], error)
	Account(ctx context.Context, id string) (AccountView, error)
	Posts(ctx context.Context, q PostQuery) (Page[PostView], error)
	Post(ctx context.Context, itemID string) (PostDetail, error)
	Followers(ctx context.Context, accountID string) (Page[MetricView], error)
	Subscriptions(ctx context.Context) (Page[SubscriptionView], error)
	Subscription(ctx context.Context, id string) (SubscriptionView, error)
	Matches(ctx context.Context, subscriptionID string, limit int, cursor string) (Page[MatchView], error)
	DryRun(ctx context.Context, in SubscriptionInput, days int) (DryRun, error)
	SubscriptionFeed(ctx context.Context, token, baseURL string, w io.Writer) error // RSS 2.0
	Channels(ctx context.Context) (Page[ChannelView], error)
	Deliveries(ctx context.Context, subscriptionID, state string, limit int, cursor string) (Page[DeliveryView], error)
	Digest(ctx context.Context, date, profileID, format, baseURL string) (body []byte, contentType string, err error) // format json md txt; date YYYY-MM-DD or "today"
	Sources(ctx context.Context, q SourceQuery) (Page[SourceView], error)                                             // worst first
	Source(ctx context.Context, id string) (SourceView, error)
	SourcesHealth(ctx context.Context) (SourcesHealth, error)
	SourceEvents(ctx context.Context, sourceID, kind string, limit int, cursor string) (Page[SourceEventView], error) // newest first; "" is all sources
	SourceAlerts(ctx context.Context) (SourceAlerts, error)
	Imports(ctx context.Context, limit int) (Page[ImportView], error)
	ImportReport(ctx context.Context, id string) (ImportView, error)
	PreviewImport(ctx context.Context, id string, plan ImportPlan) (ImportPreview, error)
	Export(ctx context.Context, kind string, q ExportQuery, w io.Writer) (contentType, name string, err error) // kinds: sources.opml sources.json sources.yaml items.jsonl topics.csv suggestions.csv metrics.csv
	DemoPage(path string) (html string, ok bool)                                                               // pages of the demo web
	Platforms() map[string]string                                                                              // id → Chinese name
}

// ExportQuery narrows an export.
type ExportQuery struct {
	ProfileID    string
	Since, Until time.Time
	Limit        int
}

// Writer changes things. In an as-of view every call fails with CodeConflict.
// Errors are *xuanti.Error; invalid input carries a Pointer.
type Writer interface {
	PutSource(ctx context.Context, id string, in SourceInput) (SourceView, error) // id "" creates
	EditSource(ctx context.Context, id string, in SourceEdit) (SourceView, error)
	DeleteSource(ctx context.Context, id string) error
	RestoreSource(ctx context.Context, id string) (SourceView, error) // undoes a deletion, for a day
	PollSource(ctx context.Context, id string) (PollOutcome, error)   // try now
	PreviewSource(ctx context.Context, url string) (SourcePreview, error)
	PutSourceAlerts(ctx context.Context, in SourceAlerts) (SourceAlerts, error)
	PutAccount(ctx context.Context, id string, in AccountInput) (AccountView, error)
	DeleteAccount(ctx context.Context, id string) error
	PutProfile(ctx context.Context, id string, in ProfileInput) (ProfileView, error)
	DeleteProfile(ctx context.Context, id string) error
	Decide(ctx context.Context, suggestionID, profileID string, status xuanti.SuggestionStatus, reason, note string) (SuggestionView, error)
	PutSubscription(ctx context.Context, id string, in SubscriptionInput) (SubscriptionView, error)
	DeleteSubscription(ctx context.Context, id string) error
	PutChannel(ctx context.Context, id string, in ChannelInput) (ChannelView, error)
	DeleteChannel(ctx context.Context, id string) error
	TestChannel(ctx context.Context, id string) (DeliveryView, error)
	RetryDelivery(ctx context.Context, id string) (DeliveryView, error)
	// DecideWord accepts or rejects a discovered word; the other two statuses
	// take such a decision back.
	DecideWord(ctx context.Context, text string, status xuanti.WordStatus) (WordView, error)
	Import(ctx context.Context, kind, name string, r io.Reader) (ImportView, error) // kinds: opml sources items
	MergeEvents(ctx context.Context, from, into, by string) (RegroupView, error)
	SplitEvent(ctx context.Context, id string, items []string, by string) (RegroupView, error)
	PinEvent(ctx context.Context, id string, on bool, by string) (RegroupView, error)
	PinTopic(ctx context.Context, id string, on bool, by string) (RegroupView, error)
	MergeTopics(ctx context.Context, from, into, by string) (RegroupView, error)
	SplitTopic(ctx context.Context, id string, events []string, by string) (RegroupView, error)
	UndoRegroup(ctx context.Context, id string) (RegroupView, error) // CodeConflict when undone before
	UploadImport(ctx context.Context, name string, r io.Reader, plan ImportPlan) (ImportPreview, error)
	CommitImport(ctx context.Context, id string, plan ImportPlan, dry bool, progress func(ImportView)) (ImportView, error)
	ImportMetrics(ctx context.Context, name string, r io.Reader, plan ImportPlan, dry bool, progress func(ImportView)) (ImportPreview, ImportView, error)
	UndoImport(ctx context.Context, id string) (ImportView, error)
	PushMetrics(ctx context.Context, key string, in MetricsInput) (MetricsResult, error) // key: idempotency key or ""
	CreateToken(ctx context.Context, name string, scopes []string, ttl time.Duration) (TokenView, error)
	DeleteToken(ctx context.Context, id string) error
	Tokens(ctx context.Context) (Page[TokenView], error)
	Authenticate(ctx context.Context, secret string) (xuanti.Token, error) // CodeUnauthorized
}

// Stream gives changes as they happen.
type Stream interface {
	// Subscribe returns the changes after the given id (0: only new ones), and
	// a function that ends the subscription. The channel is closed when the
	// engine stops. gone is true when changes after that id are no longer held.
	Subscribe(after uint64) (changes <-chan Change, gone bool, cancel func())
}
