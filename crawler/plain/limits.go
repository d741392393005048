package plain

// Limits on what stands in an item, in runes. What is longer is cut.
const (
	MaxHeadline = 300 // of a page or a row of a hot list
	MaxTitle    = 500 // of a feed
	MaxText     = 50_000
	MaxAuthor   = 200
)
