package feed

// Kind says why a body is no feed.
type Kind string

// The kinds of feed error.
const (
	KindEmpty     Kind = "empty"     // nothing in it
	KindTooLarge  Kind = "too_large" // over 8 MiB
	KindHTML      Kind = "html"      // a web page
	KindLogin     Kind = "login"     // a page that asks to log in
	KindChallenge Kind = "challenge" // the page of a bot guard
	KindAPI       Kind = "api"       // JSON, but no JSON Feed
	KindUnknown   Kind = "unknown"   // text or XML of another kind
	KindBroken    Kind = "broken"    // a feed beyond repair
)

// Error says why a body could not be read as a feed. Its text is safe to
// show; Words gives the Chinese form.
type Error struct {
	Kind    Kind
	Message string
	Err     error
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Words says in Chinese what the body is instead, for the people who look after a
// source.
func (e *Error) Words() string {
	switch e.Kind {
	case KindEmpty:
		return "响应内容为空"
	case KindTooLarge:
		return "订阅源超过大小上限"
	case KindHTML:
		return "返回的是网页，不是订阅源"
	case KindLogin:
		return "返回的是登录页，不是订阅源"
	case KindChallenge:
		return "返回的是人机验证页，不是订阅源"
	case KindAPI:
		return "返回的是接口数据，不是订阅源"
	case KindBroken:
		return "订阅源内容损坏，无法修复"
	}
	return "不是可识别的订阅源"
}
