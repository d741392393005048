package crawler

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"

	"github.com/xuanti/xuanti"
)

// Feed is a parsed feed. Items carry ExtID, URL, Key, Kind, Title, Text,
// Author, Image, PublishedAt, SeenAt and Counts; source, platform and id are
// the caller's to fill.
type Feed struct {
	Title       string
	Link        string
	Description string
	TTL         time.Duration // the feed's own wish, 0 if it has none
	skipHours   uint32        // bit h: not to be polled from h:00 to h+1:00 GMT
	skipDays    uint8         // bit d: not to be polled on that time.Weekday, GMT
	Items       []xuanti.Item
	Dropped     int // items without anything to show, or over the limit
	Repaired    bool
}

// ParseFeed reads RSS 0.9x to 2.0, RDF, Atom, CDF and JSON Feed. Before a
// library sees the bytes, charset, entities and structure are mended; a
// truncated document yields its complete items. Relative links are resolved
// against the feed's own site, else baseURL; times without zone are in zone (nil: Asia/Shanghai); dates
// after now become now, unreadable ones too. The input may have 8 MiB and
// brings at most 2000 items. What is no feed at all (a web page, an API
// answer, nothing) is a *FeedError that says what it is.
func ParseFeed(body []byte, contentType, baseURL string, zone *time.Location, now time.Time) (feed *Feed, err error) {
	if len(body) > maxFeedBytes {
		return nil, &FeedError{Kind: FeedTooLarge, Message: fmt.Sprintf("the feed is larger than %d MiB", maxFeedBytes>>20)}
	}
	defer func() {
		// The parsing library has met most input, not all of it.
		if p := recover(); p != nil {
			feed, err = nil, &FeedError{Kind: FeedBroken, Message: "the feed cannot be read", Err: fmt.Errorf("parser panic: %v", p)}
		}
	}()
	text, err := DecodeXML(body, contentType)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return nil, &FeedError{Kind: FeedEmpty, Message: "the answer is empty"}
	}
	b := newFeedBuilder(baseURL, zone, now)
	if text[0] == '{' || text[0] == '[' {
		return b.parseJSON(text)
	}
	m := mendXML(text)
	switch root := rootName(m.text); root {
	case "rss", "rdf", "feed":
		return b.parseXML(m)
	case "channel":
		if bytes.Contains(bytes.ToLower(m.text[:min(len(m.text), 200)]), []byte("<channel")) && !bytes.Contains(m.text, []byte("<link>")) {
			return b.parseCDF(m.text)
		}
		m.text = append(append([]byte("<rss version=\"2.0\">"), m.text...), "</rss>"...)
		return b.parseXML(m)
	case "":
		return nil, notFeed(text)
	default:
		if inner := innerFeed(m.text); inner != nil {
			return b.parseXML(mended{text: inner, depth: m.depth})
		}
		return nil, notFeed(text)
	}
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
func notFeed(text []byte) *FeedError {
	head := strings.ToLower(string(text[:min(len(text), 64<<10)]))
	switch {
	case isChallenge(nil, text):
		return &FeedError{Kind: FeedChallenge, Message: "a bot guard answered with its challenge page instead of a feed"}
	case strings.Contains(head, `type="password"`) || strings.Contains(head, "type='password'") || strings.Contains(head, "type=password"):
		return &FeedError{Kind: FeedLogin, Message: "a login page came instead of a feed"}
	case strings.Contains(head, "<html") || strings.Contains(head, "<!doctype html") || strings.Contains(head, "<body"):
		return &FeedError{Kind: FeedHTML, Message: "a web page came instead of a feed"}
	}
	return &FeedError{Kind: FeedUnknown, Message: "this is no RSS, Atom, RDF, CDF or JSON Feed"}
}

// parseXML lets gofeed read the mended document and repairs it when that
// fails or finds nothing in a document that has items.
func (b *feedBuilder) parseXML(m mended) (*Feed, error) {
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true
	var parsed *gofeed.Feed
	err := errDeep
	if m.depth <= maxDepth {
		parsed, err = parser.Parse(bytes.NewReader(m.text))
	}
	repaired := false
	if err != nil || suspicious(parsed, m.text) {
		first := parsed
		fixed := repairXML(m.text)
		again, err2 := parser.Parse(bytes.NewReader(fixed))
		switch {
		case err2 == nil:
			parsed, repaired = again, true
		case first == nil:
			return nil, &FeedError{Kind: FeedBroken, Message: "the feed is damaged beyond repair", Err: err}
		}
	}
	f := b.build(parsed)
	f.Repaired = repaired
	return f, nil
}

var errDeep = fmt.Errorf("elements nest deeper than %d", maxDepth)

// suspicious reports a result that the document does not deserve: nothing
// found in it, or titles that swallowed their siblings because nobody closed
// them.
func suspicious(p *gofeed.Feed, doc []byte) bool {
	if len(p.Items) == 0 {
		return hasItems(doc) || p.Title == ""
	}
	for _, it := range p.Items {
		if it != nil && it.Link == "" && strings.Contains(it.Title, "<link") {
			return true
		}
	}
	return false
}

func hasItems(doc []byte) bool {
	return bytes.Contains(doc, []byte("<item")) || bytes.Contains(doc, []byte("<entry"))
}

// build turns gofeed's form into ours.
func (b *feedBuilder) build(p *gofeed.Feed) *Feed {
	f := &Feed{
		Title:       htmlTitle(p.Title, maxTitleRunes),
		Description: htmlText(p.Description, 1000),
		TTL:         ttlOf(p),
	}
	f.skipHours, f.skipDays = skipsOf(p)
	f.Link = b.resolve(p.Link)
	b.rebase(f.Link)
	for i, it := range p.Items {
		if i >= maxFeedItems {
			f.Dropped += len(p.Items) - i
			break
		}
		if it != nil {
			b.add(f, b.item(it))
		}
	}
	b.finish(f)
	return f
}

// ttlOf reads RSS ttl (minutes) or the syndication module's period. Both are
// wishes of the publisher, bounded to a day.
func ttlOf(p *gofeed.Feed) time.Duration {
	if r, ok := p.OriginalFeed().(*rss.Feed); ok && r != nil {
		if n, err := strconv.Atoi(strings.TrimSpace(r.TTL)); err == nil && n > 0 {
			return min(time.Duration(min(n, 1440))*time.Minute, 24*time.Hour)
		}
	}
	sy := p.Extensions["sy"]
	if len(sy["updatePeriod"]) == 0 {
		return 0
	}
	period := map[string]time.Duration{"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour}[strings.ToLower(strings.TrimSpace(sy["updatePeriod"][0].Value))]
	if len(sy["updateFrequency"]) > 0 {
		if n, err := strconv.Atoi(strings.TrimSpace(sy["updateFrequency"][0].Value)); err == nil && n > 1 {
			period /= time.Duration(n)
		}
	}
	return min(period, 24*time.Hour)
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}
