package crawler

// FeedErrorKind says why a body is no feed.
type FeedErrorKind string

// The kinds of feed error.
const (
	FeedEmpty     FeedErrorKind = "empty"     // nothing in it
	FeedTooLarge  FeedErrorKind = "too_large" // over 8 MiB
	FeedHTML      FeedErrorKind = "html"      // a web page
	FeedLogin     FeedErrorKind = "login"     // a page that asks to log in
	FeedChallenge FeedErrorKind = "challenge" // the page of a bot guard
	FeedAPI       FeedErrorKind = "api"       // JSON, but no JSON Feed
	FeedUnknown   FeedErrorKind = "unknown"   // text or XML of another kind
	FeedBroken    FeedErrorKind = "broken"    // a feed beyond repair
)

// FeedError says why a body could not be read as a feed. Its text is safe to
// show; ErrorText gives the Chinese form.
type FeedError struct {
	Kind    FeedErrorKind
	Message string
	Err     error
}

// Error implements error.
func (e *FeedError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *FeedError) Unwrap() error { return e.Err }
