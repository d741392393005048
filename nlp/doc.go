// Package nlp understands Chinese text well enough for a newsroom: it
// normalises, segments once, and derives everything else (keywords, entities,
// numbers, fingerprints, new words) from that one segmentation.
//
// The way of a text: [Fold] (NFKC, traditional to simplified, lower case) →
// [Analyzer.Segment] (gse's shortest path over the embedded dictionary, then
// numbers, dates and names put together) → [Analyzer.Analyze] → [Analysis],
// which search, grouping, bursts and alerts all share.
//
// Beside it: [Fingerprint] and [NearIndex] find copies and rewrites,
// [Conflict] refuses pairs that only look alike, and [Discovery] learns the
// words that no dictionary holds from the stream of titles.
//
// Dictionaries are embedded (see dict/NOTICE.md); an [Analyzer] is safe for
// concurrent use and swaps its dictionary atomically when words are added.
package nlp
