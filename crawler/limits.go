package crawler

// Limits on what comes from outside. They bound memory and time for one
// document; what is over a text limit is cut, what is over a count is dropped.
const (
	maxURL         = 8 << 10 // bytes of an address
	maxTitleRunes  = 500
	maxTextRunes   = 50_000
	maxAuthorRunes = 200
	maxFeedBytes   = 8 << 20
	maxFeedItems   = 2000
	maxDecode      = 32 << 20
)
