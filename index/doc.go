// Package index finds items by their words, as they are written and as they
// are meant, newest or best first.
//
// The way of a document. [Bleve.Index] sorts documents into partitions by the
// month of their time (partition.go) and hands them to Bleve in batches, each
// on disk when the call returns (write.go). On Bleve's analysis queue the text
// is folded once (nlp.Fold), cut into words and, beside that, into pairs of
// neighbouring Han characters and whole Latin words, called grams (fields.go,
// grams.go). Words find what is meant; grams find what no dictionary holds.
// The first 120 characters of a text are counted three times, since news texts
// say there what they are about. A document's new version removes the old one
// from whatever partition it was in.
//
// The way of a query. [ParseQuery] reads the query language (lex.go, parse.go,
// sequence.go) into an [Expr] (ast.go). A search compiles it once (plan.go):
// words become groups that must be present and features that are scored. Then
// every partition that the time filters leave evaluates it (eval.go, bag.go,
// shard.go) into a set of documents with scores, keeps its best or newest (candidates.go), and
// counts facets (facets.go); search.go joins the partitions. If nothing is
// found, the same query is answered more loosely and Result.Relaxed says so.
// [Snippet] marks the hits in the text as published (snippet.go).
//
// Why not Bleve's own query tree: its term score multiplies by the square of
// the inverse document frequency, its BM25 takes distinct terms per document
// for the average length, its disjunctions halve whatever misses one clause,
// and an alias searches on goroutines where a damaged file ends the process.
// Bleve keeps what it is good at: segments, merging, durability, posting lists,
// doc values. Nothing is stored in it but ids; texts live in the store.
//
// Partitions are months (Asia/Shanghai), everything before 2010 is "0000-00".
// A month is small enough to drop, to rebuild and to scan, and a year needs
// twelve, each with three goroutines and few files; days would need 365. Old
// data goes by [Bleve.DropBefore]. The folder is DIR/v1; another version of the
// fields gets another folder and a rebuild with `xuanti reindex`, which calls
// [Wipe] first.
package index
