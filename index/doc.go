// Package index finds items by their words, as they are written and as they
// are meant, newest or best first.
//
// The way of a document. [Bleve.Index] sorts documents into partitions by the
// month of their time (partition.go) and hands them to Bleve in batches, each
// on disk when the call returns (write.go). On all cores the text is folded
// once (nlp.Fold), cut into words and, beside that, into pairs of neighbouring
// Han characters and whole Latin words, called grams (fields.go, grams.go).
// Words find what is meant; grams find what no dictionary holds. Each is filed
// by the zone it stands in: title, lead (the first 120 characters, where news
// says what it is about), rest, and what is frequent in the rest. Names in
// titles are also filed by their pinyin (pinyin.go). A document's new version
// removes the old one from whatever partition it was in.
//
// The way of a query. [ParseQuery] reads the query language (lex.go, parse.go,
// sequence.go) into an [Expr] (ast.go). A search compiles it once (plan.go,
// text.go): words become groups that must be present and features that are
// scored, widened by [Synonyms]. Then every segment of every partition that the
// time filters leave looks the features up (leaf.go, presence.go), finds what
// matches (eval.go, bag.go), counts facets (facets.go), and scores (score.go)
// the matches that can still reach the page (rank.go), whose last place the
// segments share; search.go and candidates.go join them. If nothing is found,
// the same query is answered more loosely, step by step, and Result.Relaxed says
// how. Fresh documents rise as far as the intent wants it (intent.go).
// [Snippet] marks the hits in the text as published (snippet.go), explain.go
// says what a score is made of.
//
// Why not Bleve's own query tree: its term score multiplies by the square of
// the inverse document frequency, its BM25 takes distinct terms per document
// for the average length, its disjunctions halve whatever misses one clause,
// it decodes a frequency and a length for every posting, and an alias searches
// on goroutines where a damaged file ends the process. Bleve keeps what it is
// good at: segments, merging, durability, dictionaries, posting lists. A list
// is read as the bitmap it is stored as; times, lengths, platforms and sources
// of a segment are held in memory, 15 bytes a document (columns.go), read beside
// the searches when a segment is new (warm.go). Stored are
// ids and, for phrases, the characters of titles; texts live in the store.
//
// Partitions are months (Asia/Shanghai), everything before 2010 is "0000-00".
// A month is small enough to drop, to rebuild and to scan, and a year needs
// twelve, each with three goroutines and few files; days would need 365. Months
// that are over are merged into one segment by [Bleve.Compact], the running one
// into few, since each segment is looked up in by itself; old data goes
// by [Bleve.DropBefore]. The folder is DIR/[Format]; another version of the
// fields gets another folder, which the engine fills from the store by itself.
package index
