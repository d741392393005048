package alert

import (
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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

// StageLabel says in Chinese why an alert fired.
func StageLabel(s xuanti.Stage) string {
	switch s {
	case xuanti.StageFirst:
		return "首次命中"
	case xuanti.StageRising:
		return "开始上升"
	case xuanti.StageDoubled:
		return "热度翻倍"
	case xuanti.StageSpread:
		return "扩散到三个平台"
	case xuanti.StageRefuted:
		return "出现辟谣"
	case xuanti.StageOfficial:
		return "权威来源跟进"
	}
	return string(s)
}

// RenderFeed writes a subscription's alerts as RSS 2.0. Only titles, links and
// times go out, never the text of others. Titles are plain text; the
// description is HTML, as readers take it to be, and what others wrote is
// escaped in it.
func RenderFeed(w io.Writer, sub xuanti.Subscription, matches []xuanti.Match, selfURL, baseURL string, now time.Time) error {
	doc := rssDoc{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: rssChannel{
		Title: "选题订阅：" + oneLine(sub.Name), Link: baseURL + "/subscriptions", Self: atomLink{selfURL, "self", "application/rss+xml"},
		Description: "命中的事件，每个事件只提醒一次，升级时再提醒。", Language: "zh-cn", Built: now.In(xuanti.Shanghai).Format(rfc1123), TTL: 10,
	}}
	for _, m := range matches {
		link := address(m.URL, baseURL)
		if link == "" {
			link = baseURL + "/events/" + m.EventID
		}
		doc.Channel.Items = append(doc.Channel.Items, rssItem{
			Title: oneLine(m.Title), Link: link, GUID: rssGUID{false, m.ID}, PubDate: m.At.In(xuanti.Shanghai).Format(rfc1123), Category: string(m.Stage),
			Description: describe(m, baseURL),
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

func describe(m xuanti.Match, baseURL string) string {
	var parts []string
	if l := StageLabel(m.Stage); l != "" {
		parts = append(parts, l)
	}
	if len(m.Terms) > 0 {
		parts = append(parts, "命中："+html.EscapeString(oneLine(strings.Join(m.Terms, "、"))))
	}
	event := html.EscapeString(baseURL + "/events/" + m.EventID)
	parts = append(parts, fmt.Sprintf("热度 %.0f，%d 个平台", m.Heat, m.Platforms), `事件：<a href="`+event+`">`+event+"</a>")
	return strings.Join(parts, "。")
}

// oneLine puts a text of others on one line, without control characters and
// broken bytes.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf) || r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
