package store

import (
	"log/slog"
	"time"

	"github.com/xuanti/xuanti"
)

// Options say where the data lives.
type Options struct {
	Dir string       // data folder, created with mode 0700 when missing
	Log *slog.Logger // nil discards
}

// SourceFilter selects sources; empty fields select all.
type SourceFilter struct {
	Kind      xuanti.SourceKind
	State     xuanti.SourceState
	Platform  string
	AccountID string
	Group     string
}

// ItemFilter selects a page of items, newest SeenAt first. Empty fields select all.
type ItemFilter struct {
	Kinds     []xuanti.ItemKind
	Platforms []string
	SourceIDs []string
	AccountID string
	EventID   string
	Since     time.Time // SeenAt at or after
	Until     time.Time // SeenAt at or before
	Limit     int
	Cursor    string
}

// FingerprintRow is the stored form of an item's fingerprints.
type FingerprintRow struct {
	ItemID string
	At     time.Time
	Runes  int    // length of the folded text
	Data   []byte // the encoded fingerprint, opaque here
}

// SnapshotRow is a board snapshot without its entries.
type SnapshotRow struct {
	Board    string
	SourceID string
	Adapter  string
	At       time.Time
	Entries  int
	Dropped  int
}

// BoardRow is one row of a board with what is needed to show it.
type BoardRow struct {
	xuanti.Observation
	Title     string
	URL       string
	EventID   string
	FirstSeen time.Time // first time on this board
}

// ObservationFilter selects observations; at least one of Board, ItemIDs and
// EventID should be given.
type ObservationFilter struct {
	Board   string
	ItemIDs []string
	EventID string
	From    time.Time
	To      time.Time
	Limit   int // the newest that many
}

// EventFilter selects events by newest LastAt. Redirected events are left out
// unless they are named in IDs.
type EventFilter struct {
	IDs     []string
	TopicID string
	Since   time.Time // LastAt at or after
	Until   time.Time // LastAt at or before
	Limit   int
}

// EventRow is an event with its point at the time asked for.
type EventRow struct {
	xuanti.Event
	Point xuanti.EventPoint
}

// WordFilter selects discovered words by status and text; what is empty selects
// all.
type WordFilter struct {
	Status []xuanti.WordStatus
	Text   string
	Limit  int
}

// MatchFilter selects a page of matches, newest first.
type MatchFilter struct {
	SubscriptionID string
	EventID        string
	Since          time.Time
	Until          time.Time
	Limit          int
	Cursor         string
}

// DeliveryFilter selects a page of deliveries, newest first.
type DeliveryFilter struct {
	SubscriptionID string
	ChannelID      string
	State          xuanti.DeliveryState
	Limit          int
	Cursor         string
}

// PruneOptions say what to drop; a zero time keeps everything of its kind.
// Observations of boards, and the items they name, are never dropped.
type PruneOptions struct {
	ItemsBefore        time.Time     // articles and posts seen before, unless a board listed them
	PostsBefore        time.Time     // of benchmark accounts, when that is earlier; zero is ItemsBefore
	FingerprintsBefore time.Time     // fingerprints taken before
	PointsBefore       time.Time     // event points older than this are thinned
	PointsEvery        time.Duration // to the last one of each such period; default one hour
	BurstsBefore       time.Time     // bursts that ended before
	DeliveriesBefore   time.Time     // finished deliveries created before
	MatchesBefore      time.Time     // matches made before
	DigestsBefore      time.Time     // digests made before
	ScoresBefore       time.Time     // scores of forecasts written before
	SourceEventsBefore time.Time     // events of sources before
}

// Stats counts rows and bytes.
type Stats struct {
	Sources       int64
	Items         int64
	Fingerprints  int64
	Snapshots     int64
	Observations  int64
	Events        int64 // redirected ones included
	EventPoints   int64
	Topics        int64
	Memberships   int64
	Metrics       int64
	Accounts      int64
	Profiles      int64
	Subscriptions int64
	Matches       int64
	Deliveries    int64
	Pending       int64 // deliveries still in the outbox
	MaxSeq        int64
	NewestItem    time.Time // SeenAt
	Bytes         int64     // database file and its write-ahead log
}
