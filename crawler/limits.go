package crawler

// Limits on what stands in an item, in runes. What is longer is cut.
const (
	maxHeadline    = 300 // of a page or a row of a hot list
	maxTitleRunes  = 500 // of a feed
	maxTextRunes   = 50_000
	maxAuthorRunes = 200
)
