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
// show; Words gives the Chinese form.
type FeedError struct {
	Kind    FeedErrorKind
	Message string
	Err     error
}

// Error implements error.
func (e *FeedError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *FeedError) Unwrap() error { return e.Err }

// Words says in Chinese what the body is instead, for the people who look after a
// source.
func (e *FeedError) Words() string {
	switch e.Kind {
	case FeedEmpty:
		return "响应内容为空"
	case FeedTooLarge:
		return "订阅源超过大小上限"
	case FeedHTML:
		return "返回的是网页，不是订阅源"
	case FeedLogin:
		return "返回的是登录页，不是订阅源"
	case FeedChallenge:
		return "返回的是人机验证页，不是订阅源"
	case FeedAPI:
		return "返回的是接口数据，不是订阅源"
	case FeedBroken:
		return "订阅源内容损坏，无法修复"
	}
	return "不是可识别的订阅源"
}
