package feed

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"github.com/xuanti/xuanti/crawler/plain"
)

// document is a feed as gofeed read it: the common form, and beside it the
// form of its own kind, which knows more.
type document struct {
	*gofeed.Feed
	rss  *rss.Feed  // nil for Atom
	atom *atom.Feed // nil for RSS and RDF
}

// readXML lets gofeed read a document with the given root. Its parsers for the
// kinds are used by themselves: the parser in front of them looks for a first
// picture by building a whole HTML tree of every text.
func readXML(text []byte, root string) (document, error) {
	if root == "feed" {
		a, err := (&atom.Parser{}).Parse(bytes.NewReader(text))
		if err != nil {
			return document{}, err
		}
		common, err := (&gofeed.DefaultAtomTranslator{}).Translate(a)
		if err != nil {
			return document{}, err
		}
		common.Link = htmlAlternate(a.Links, common.Link)
		for i, e := range a.Entries {
			common.Items[i].Link = htmlAlternate(e.Links, common.Items[i].Link)
		}
		return document{Feed: common, atom: a}, nil
	}
	r, err := (&rss.Parser{}).Parse(bytes.NewReader(text))
	if err != nil {
		return document{}, err
	}
	common, err := (&gofeed.DefaultRSSTranslator{DisableContentImageScan: true}).Translate(r)
	return document{Feed: common, rss: r}, err
}

// htmlAlternate chooses among the alternates of an entry the first that is a page;
// gofeed's choice, the first of any kind, is left where none is.
func htmlAlternate(links []*atom.Link, chosen string) string {
	for _, l := range links {
		if l.Rel == "alternate" && l.Href != "" && (l.Type == "" || strings.Contains(strings.ToLower(l.Type), "html")) {
			return l.Href
		}
	}
	return chosen
}

// parseXML lets gofeed read the mended document and repairs it when that
// fails or finds nothing in a document that has items.
func (b *builder) parseXML(m mended, root string) (*Feed, error) {
	var doc document
	err := errDeep
	if m.depth <= maxDepth {
		doc, err = readXML(m.text, root)
	}
	repaired := false
	if err != nil || suspicious(doc.Feed, m.text) {
		again, err2 := readXML(repairXML(m.text), root)
		switch {
		case err2 == nil:
			doc, repaired = again, true
		case err != nil:
			return nil, &Error{Kind: KindBroken, Message: "the feed is damaged beyond repair", Err: err}
		}
	}
	f := b.build(doc)
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
func (b *builder) build(d document) *Feed {
	description := d.Description
	if description == "" && d.ITunesExt != nil {
		description = d.ITunesExt.Subtitle
	}
	f := &Feed{
		Title:       plain.Title(d.Title, plain.MaxTitle),
		Description: plain.HTML(description, 1000),
		TTL:         ttlOf(d),
	}
	f.SkipHours, f.SkipDays = skipsOf(d.rss)
	f.Link = b.resolve(d.Link)
	b.rebase(f.Link)
	for i, it := range d.Items {
		if i >= MaxItems {
			f.Dropped += len(d.Items) - i
			break
		}
		if it == nil {
			continue
		}
		if d.atom != nil {
			inherit(it, d.Feed, d.atom.Entries[i])
		}
		b.add(f, b.item(it, d.rss == nil || isPermalink(d.rss.Items[i].GUID)))
	}
	b.finish(f)
	return f
}

// inherit gives an entry without author that of its source, else its feed's
// (RFC 4287, 4.2.1).
func inherit(it *gofeed.Item, feed *gofeed.Feed, entry *atom.Entry) {
	if len(it.Authors) > 0 {
		return
	}
	it.Authors = feed.Authors
	if entry.Source != nil {
		for _, a := range entry.Source.Authors {
			it.Authors = []*gofeed.Person{{Name: a.Name, Email: a.Email}}
		}
	}
}

// isPermalink reports whether a guid may stand for a missing link.
func isPermalink(g *rss.GUID) bool {
	return g == nil || !strings.EqualFold(strings.TrimSpace(g.IsPermalink), "false")
}

// ttlOf reads RSS ttl (minutes) or the syndication module's period. Both are
// wishes of the publisher, bounded to a day.
func ttlOf(d document) time.Duration {
	if d.rss != nil {
		if n, err := strconv.Atoi(strings.TrimSpace(d.rss.TTL)); err == nil && n > 0 {
			return time.Duration(min(n, 1440)) * time.Minute
		}
	}
	sy := d.Extensions["sy"]
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

// What a feed that skips every hour, or every day, says. It is no wish.
const (
	AllHours = 1<<24 - 1
	AllDays  = 1<<7 - 1
)

// skipsOf reads RSS skipHours (0 to 23, some write 24 for 0) and skipDays. A
// feed that would never be polled has no wish.
func skipsOf(r *rss.Feed) (hours uint32, days uint8) {
	if r == nil {
		return 0, 0
	}
	for _, s := range r.SkipHours {
		if h, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && h >= 0 && h <= 24 {
			hours |= 1 << (h % 24)
		}
	}
	for _, s := range r.SkipDays {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(s), d.String()) {
				days |= 1 << d
			}
		}
	}
	if hours == AllHours {
		hours = 0
	}
	if days == AllDays {
		days = 0
	}
	return hours, days
}
