// Package nlp understands Chinese text well enough for a newsroom: it
// normalises, segments once, and derives everything else (terms, entities,
// numbers, fingerprints, new words) from that one segmentation.
//
// The way of a text: [Fold] (NFKC, traditional to simplified, lower case) →
// [Analyzer.Segment] (the shortest path over gse's dictionary, see [path], then
// numbers, dates and names put together, gse's HMM for what is left) → [Analyzer.Analyze] → [Analysis],
// which search, grouping, bursts and alerts all share.
//
// Beside it: [Fingerprint] and [NearIndex] find copies and rewrites,
// [Conflict] refuses pairs that only look alike, and [Discovery] learns the
// words that no dictionary holds from the stream of titles.
//
// The dictionary is embedded (see dict/NOTICE.md) and loaded once; words that
// were discovered or accepted lie beside it ([lexicon]), so that taking them in
// or out costs next to nothing. An [Analyzer] is safe for concurrent use.
package nlp
