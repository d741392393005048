package xuanti

import "time"

// ItemKind says what an item is.
type ItemKind string

// The kinds of item.
const (
	ItemArticle ItemKind = "article" // news or blog text from a feed or page
	ItemPost    ItemKind = "post"    // a post of a benchmark account
	ItemEntry   ItemKind = "entry"   // a title first seen on a board
)

// Relation says how an item repeats an older one.
type Relation string

// The relations to an older item.
const (
	RelationNone    Relation = ""
	RelationCopy    Relation = "copy"    // same text: counted as spread, not as news
	RelationRewrite Relation = "rewrite" // largely the same text
)

// Item is one thing that was published: an article, a post, or a title on a
// board. Title and Text are as published, in clean plain text; every analysis
// works on their normalised form.
type Item struct {
	ID          string
	Seq         int64 // order of arrival in this store, from 1; set by the store
	SourceID    string
	Platform    string
	AccountID   string
	Kind        ItemKind
	ExtID       string // the platform's own id, if any
	URL         string // where a person reads it
	Key         string // canonical key under which it is filed; unique per item
	Title       string
	Text        string // body, or the feed's summary; may be empty
	Author      string
	Image       string
	PublishedAt time.Time // clamped to SeenAt when it lies in the future; SeenAt when unknown
	SeenAt      time.Time // first seen by this engine
	Relation    Relation
	CopyOf      string // item id when Relation is not none
	EventID     string
	Counts      []Count // as delivered with this sighting; stored as Metric rows
}

// Count is a number that a platform prints beside a post. A count that is not
// printed is absent, never zero.
type Count struct {
	Name    string // see CountUnit
	Value   int64
	AtLeast bool // "10万+" is stored as 100000 with AtLeast
}

// Metric is a Count of an item at a time, with its provenance.
type Metric struct {
	ItemID     string
	At         time.Time
	Count      Count
	Provenance string // feed, board, api, import:ID, demo
}

// Entry is one row of a board snapshot.
type Entry struct {
	Rank  int // from 1, after promoted and pinned rows are dropped
	Title string
	URL   string
	Heat  *int64 // the platform's own figure; nil when it prints none
	Label string // 新 热 爆 … as printed
	ExtID string
	Text  string // excerpt, if the board prints one
}

// Snapshot is a board at an instant.
type Snapshot struct {
	SourceID string
	Board    string // board id, e.g. "weibo"
	Platform string
	At       time.Time
	Entries  []Entry // ordered by rank
	Adapter  string  // which endpoint answered
	Dropped  int     // promoted, pinned and malformed rows left out
}

// Observation is one item on one board at one time; they are kept for ever.
type Observation struct {
	Board  string
	ItemID string
	At     time.Time
	Rank   int
	Heat   *int64
	Label  string
}
