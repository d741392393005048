package feed

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/dom"
)

// Limits on one feed.
const (
	MaxBytes = 8 << 20
	MaxItems = 2000
)

// Feed is a parsed feed. Items carry ExtID, URL, Key, Kind, Title, Text,
// Author, Image, PublishedAt, SeenAt and Counts; source, platform and id are
// the caller's to fill.
type Feed struct {
	Title       string
	Link        string
	Description string
	TTL         time.Duration // the feed's own wish, 0 if it has none
	SkipHours   uint32        // bit h: not to be polled from h:00 to h+1:00 GMT
	SkipDays    uint8         // bit d: not to be polled on that time.Weekday, GMT
	Items       []xuanti.Item
	Dropped     int // items of which nothing is said, or over the limit
	Repaired    bool
}

// Parse reads RSS 0.9x to 2.0, RDF, Atom, CDF and JSON Feed. Before a
// library sees the bytes, charset, entities and structure are mended; a
// truncated document yields its complete items. Relative links are resolved
// against the feed's own site, else baseURL. Times without zone are in zone;
// nil is Asia/Shanghai for a feed that holds Chinese characters, UTC for any
// other. Dates after now become now, unreadable ones too. The input may have
// 8 MiB and brings at most 2000 items. What is no feed at all (a web page, an
// API answer, nothing) is an *Error that says what it is.
func Parse(body []byte, contentType, baseURL string, zone *time.Location, now time.Time) (feed *Feed, err error) {
	if len(body) > MaxBytes {
		return nil, &Error{Kind: KindTooLarge, Message: fmt.Sprintf("the feed is larger than %d MiB", MaxBytes>>20)}
	}
	defer func() {
		// The parsing library has met most input, not all of it.
		if p := recover(); p != nil {
			feed, err = nil, &Error{Kind: KindBroken, Message: "the feed cannot be read", Err: fmt.Errorf("parser panic: %v", p)}
		}
	}()
	text, err := charset.DecodeXML(body, contentType)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return nil, &Error{Kind: KindEmpty, Message: "the answer is empty"}
	}
	if zone == nil {
		zone = zoneOf(text)
	}
	b := newBuilder(baseURL, zone, now)
	if text[0] == '{' || text[0] == '[' {
		return b.parseJSON(text)
	}
	m := mendXML(text, b.zone, now)
	switch root := rootName(m.text); root {
	case "rss", "rdf", "feed":
		return b.parseXML(m, root)
	case "channel":
		if bytes.Contains(bytes.ToLower(m.text[:min(len(m.text), 200)]), []byte("<channel")) && !bytes.Contains(m.text, []byte("<link>")) {
			return b.parseCDF(m.text)
		}
		m.text = append(append([]byte("<rss version=\"2.0\">"), m.text...), "</rss>"...)
		return b.parseXML(m, "rss")
	case "":
		return nil, notFeed(text)
	default:
		if inner := innerFeed(m.text); inner != nil {
			return b.parseXML(mended{text: inner, depth: m.depth}, rootName(inner))
		}
		return nil, notFeed(text)
	}
}

// escapedHan matches Chinese characters that are written as references of XML
// or escapes of JSON.
var escapedHan = regexp.MustCompile(`\\u[4-9][0-9a-fA-F]{3}|&#(?:x[4-9][0-9a-fA-F]{3}|2\d{4}|3\d{4}|40\d{3});`)

// zoneOf decides how a feed means times without zone when its source does not
// say: as China's when it holds Chinese characters. That is the one place
// where the default is decided.
func zoneOf(text []byte) *time.Location {
	head := text[:min(len(text), 64<<10)]
	for _, c := range head {
		if c >= 0xe4 && c <= 0xe9 { // how U+4E00 to U+9FFF begin
			return xuanti.Shanghai
		}
	}
	if (bytes.Contains(head, []byte("&#")) || bytes.Contains(head, []byte(`\u`))) && escapedHan.Match(head) {
		return xuanti.Shanghai
	}
	return time.UTC
}

// rootName is the lower-case local name of the first element.
func rootName(doc []byte) string {
	for i := 0; i < len(doc); {
		n := bytes.IndexByte(doc[i:], '<')
		if n < 0 {
			return ""
		}
		i += n
		if n = tagEnd(doc[i:]); n > 0 && i+1 < len(doc) && isNameStart(doc[i+1]) {
			return localName(tagName(doc[i : i+n]))
		}
		i++
	}
	return ""
}

// innerFeed finds a feed inside another document, such as the XML viewer page
// of a browser that somebody saved.
func innerFeed(doc []byte) []byte {
	for _, open := range []string{"<rss ", "<rss>", "<rdf:RDF", "<feed "} {
		if i := bytes.Index(doc, []byte(open)); i >= 0 {
			return doc[i:]
		}
	}
	return nil
}

// notFeed says what a body is instead of a feed.
func notFeed(text []byte) *Error {
	head := strings.ToLower(string(text[:min(len(text), 64<<10)]))
	switch {
	case dom.IsChallenge(text):
		return &Error{Kind: KindChallenge, Message: "a bot guard answered with its challenge page instead of a feed"}
	case strings.Contains(head, `type="password"`) || strings.Contains(head, "type='password'") || strings.Contains(head, "type=password"):
		return &Error{Kind: KindLogin, Message: "a login page came instead of a feed"}
	case strings.Contains(head, "<html") || strings.Contains(head, "<!doctype html") || strings.Contains(head, "<body"):
		return &Error{Kind: KindHTML, Message: "a web page came instead of a feed"}
	}
	return &Error{Kind: KindUnknown, Message: "this is no RSS, Atom, RDF, CDF or JSON Feed"}
}
