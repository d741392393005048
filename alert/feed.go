package alert

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

type rssDoc struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Self        atomLink  `xml:"atom:link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Built       string    `xml:"lastBuildDate"`
	TTL         int       `xml:"ttl"`
	Items       []rssItem `xml:"item"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	Title       string  `xml:"title"`
	Link        string  `xml:"link"`
	GUID        rssGUID `xml:"guid"`
	PubDate     string  `xml:"pubDate"`
	Category    string  `xml:"category"`
	Description string  `xml:"description"`
}

type rssGUID struct {
	Permalink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

// rfc1123 is the RSS date with a numeric zone.
const rfc1123 = "Mon, 02 Jan 2006 15:04:05 -0700"

// RenderFeed writes a subscription's alerts as RSS 2.0. Only titles, links and
// times go out, never the text of others.
func RenderFeed(w io.Writer, sub xuanti.Subscription, matches []xuanti.Match, selfURL, baseURL string, now time.Time) error {
	doc := rssDoc{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: rssChannel{
		Title: "选题订阅：" + sub.Name, Link: baseURL + "/subscriptions", Self: atomLink{selfURL, "self", "application/rss+xml"},
		Description: "命中的事件，每个事件只提醒一次，升级时再提醒。", Language: "zh-cn", Built: now.In(xuanti.Shanghai).Format(rfc1123), TTL: 10,
	}}
	for _, m := range matches {
		link := m.URL
		if strings.HasPrefix(link, "/") {
			link = baseURL + link
		}
		if link == "" {
			link = baseURL + "/events/" + m.EventID
		}
		doc.Channel.Items = append(doc.Channel.Items, rssItem{
			Title: m.Title, Link: link, GUID: rssGUID{false, m.ID}, PubDate: m.At.In(xuanti.Shanghai).Format(rfc1123), Category: string(m.Stage),
			Description: fmt.Sprintf("命中：%s。热度 %.0f，%d 个平台。事件：%s/events/%s", strings.Join(m.Terms, "、"), m.Heat, m.Platforms, baseURL, m.EventID),
		})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	return nil
}
