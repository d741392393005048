// Package crawler gathers: it reads feeds, hot lists (热榜) and pages and gives
// back items and board snapshots. It knows no trends and keeps no state of its
// own beyond politeness (per-host gaps, robots.txt).
//
// The way data takes:
//
//	Scheduler  leases due sources from the Queue, runs Crawler.Poll on a
//	           bounded pool of workers and hands every Result to the Sink
//	Crawler    Poll: feed, board or page; fills the next Fetch state
//	Fetcher    one polite HTTP exchange: SSRF guard at dial time, robots.txt,
//	           per-host limits, size and time caps, conditional GET
//	charset.DecodeXML, charset.DecodeHTML  bytes of any Chinese charset to clean UTF-8
//	feed.Parse  RSS, Atom, RDF, CDF and JSON Feed, with the mends that real
//	           feeds need
//	Extract    the article of a page: text, title, author, day, further pages
//	address.Canonical, address.Key  the key under which an item is filed
//
// Nothing here trusts what comes from outside: every body, list, string and
// wait has a limit, and bad input costs one source one poll.
package crawler
