// Package crawler gathers: it polls feeds, hot lists (热榜) and pages and gives
// back items and board snapshots. It knows no trends and keeps no state of its
// own beyond politeness. Here is decided what is polled and when; how it is asked
// for and read is known by the rooms below, which do not know this package.
//
// The way data takes:
//
//	Scheduler  leases due sources from the Queue, runs Crawler.Poll on a
//	           bounded pool of workers and hands every Result to the Sink
//	Crawler    Poll: feed, board or page; fills the next Fetch state
//	Planner    when a source is polled next: its learned week (rhythm), the
//	           budget, the wishes of feed and server
//	Detect     what an address is, and the feeds of a page
//
// The rooms:
//
//	fetch    one polite HTTP exchange: guard, robots.txt, hosts, limits
//	board    hot lists as data: their files, how they are asked and read
//	feed     RSS, Atom, RDF, CDF and JSON Feed to items
//	article  the article of a page
//	opml     lists of subscriptions
//	sheet    counts out of the files of back offices
//	health   how a source does, and in which words
//
// and the ground they stand on: charset (bytes to text), plain (printed values), dom
// (pages), address (addresses and keys).
//
// Nothing here trusts what comes from outside: every body, list, string and
// wait has a limit, and bad input costs one source one poll.
package crawler
