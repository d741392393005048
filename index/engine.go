package index

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Doc is what an engine knows about an item: enough to find it. The text
// itself stays in the store.
type Doc struct {
	ID       string // item id, unique over all partitions; at most 200 bytes
	Title    string // as published; normalised by the engine
	Text     string // as published; may be empty
	Source   string // source id
	Platform string
	Account  string // account id or ""
	Kind     xuanti.ItemKind
	At       time.Time // decides the partition and the time filters

	// Analysis, if the caller has it already, saves segmenting Title and Text
	// again. It must come from the same two texts.
	Analysis *nlp.Analysis
}

// Engine is a full-text index over items. [Bleve] is the embedded one; every
// implementation passes the suite of package indextest.
//
// Implementations are safe for concurrent use. A document that Index has
// accepted survives a crash of the process and is found by the next Search.
type Engine interface {
	// Index adds documents, replacing older ones of the same id, also when
	// their time has moved them to another partition. When it returns nil,
	// all of them are durable. On an error some of them may be: calling it
	// again with the same documents is always right.
	Index(ctx context.Context, docs []Doc) error
	// Delete removes documents by id; unknown ids are ignored.
	Delete(ctx context.Context, ids []string) error
	// Search answers a query. The error is a *xuanti.Error with CodeInvalid
	// for a query that cannot be understood, with Pointer "char N", and with
	// CodeUnavailable when the context or the engine's own limit ended it.
	Search(ctx context.Context, q Query) (Result, error)
	// DropBefore removes whole partitions that hold only documents older than
	// t. Documents near t may stay until their partition is old enough.
	DropBefore(ctx context.Context, t time.Time) error
	// Compact merges the partitions that ended before t, and what is small of the
	// others, which makes them smaller and faster to search. It is worth a call a night: what is compact
	// already costs nothing. Searching and writing go on meanwhile, and a crash
	// loses nothing. The end of ctx ends it early, with CodeUnavailable.
	Compact(ctx context.Context, t time.Time) error
	// Stats counts what is stored.
	Stats(ctx context.Context) (Stats, error)
	// Healthy returns nil, or why part of the index does not work: a
	// background failure such as a full disk, or a corrupt partition. Search
	// still answers from the rest.
	Healthy() error
	// Close waits for what is under way and releases the index. It may be
	// called more than once; later calls of the other methods fail.
	Close() error
}

// The orders of a result.
const (
	SortRelevance = "relevance" // best match first; the default
	SortNewest    = "newest"    // newest At first
)

// Query is a search. The zero value matches everything.
type Query struct {
	Text      string    // query language, see ParseQuery
	Since     time.Time // inclusive; zero is open
	Until     time.Time // exclusive; zero is open
	Kinds     []xuanti.ItemKind
	Platforms []string
	Sources   []string
	Accounts  []string
	Sort      string // SortRelevance ("" too) or SortNewest
	Limit     int    // 1…1000; 0 is 20
	Offset    int    // 0…10000
	Facets    bool   // fill Platforms, Sources and Days of the result
	Explain   bool   // fill Why of the hits
	Intent    string // IntentNews, IntentNow or IntentArchive, unless the words say another; "" is IntentNews
	// IDs gives the ids that people know by a name: source:, platform: and
	// account: in Text match them too. Nil knows no names.
	IDs func(field, name string) ([]string, error)
	// Now is the clock of the caller: it gives last: its meaning and lets fresh
	// documents rise under SortRelevance, as far as the intent wants it, unless a
	// filter asks for another time than now. A zero Now switches both off: last:
	// is then an error.
	Now time.Time
}

// Result is an answer.
type Result struct {
	Total     int // matching documents
	Hits      []Hit
	Platforms map[string]int // facets; nil unless asked for
	Sources   map[string]int
	Days      map[string]int // days in Asia/Shanghai, "2026-01-02"
	Took      time.Duration
	Relaxed   string // "", or how the query was loosened because nothing matches it as it stands
	Intent    string // by which freshness counted
}

// How a query was loosened.
const (
	RelaxedFewer = "fewer" // some of the words are enough
	RelaxedAlike = "alike" // any word or pair of characters is enough, a phrase counts by its words
)

// Hit is a found document. Score is comparable within one answer only; it is
// 0 under SortNewest.
type Hit struct {
	ID    string
	Score float64
	At    time.Time
	Why   []Reason // largest part first; nil unless asked for
}

// Reason is one part of a score: what of the query a document holds.
type Reason struct {
	Term   string
	Kind   string  // "word", "pair" of characters, "synonym", "pinyin"; "coverage" and "fresh" are factors
	Zone   string  // "title", "lead", "text" or "lead+text"; "" for factors
	Points float64 // added up; of a factor what it multiplies by
}

// Stats says how much is stored.
type Stats struct {
	Docs       int64
	Bytes      int64 // on disk
	Partitions []PartitionStats
}

// PartitionStats is the share of one partition.
type PartitionStats struct {
	Name  string // "2026-01"
	Docs  int64
	Bytes int64
}
