// Package feed turns the bytes of a feed into items: RSS 0.9x to 2.0, RDF, Atom,
// CDF and JSON Feed, as found and not as specified. It fetches nothing; what is no
// feed is an [Error] that says what it is.
//
// The way data takes through [Parse]:
//
//	charset  bytes of any encoding to clean UTF-8
//	mend     one pass over the document: entities, damaged tags, names that
//	         parsers do not know (normal)
//	xml      gofeed reads it; when it cannot, repair closes what is open, and what
//	         is whole is kept. cdf and json read the other two
//	item     an entry to an item: address, text, author, picture, time, counts
//
// [Feed.Prune] then drops what says nothing.
package feed
