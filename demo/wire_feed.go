package demo

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/xuanti/xuanti"
)

// feedRows is how many items a feed lists.
const feedRows = 30

// feedItem is what a feed prints of an article or a post.
type feedItem struct {
	id, url, title, text, author string
	at                           time.Time
	counts                       []xuanti.Count
}

// feed is a feed at an instant, newest item first.
type feed struct {
	title, link string
	form        feedForm
	items       []feedItem
}

// outletFeed returns an outlet's articles up to t.
func (w *World) outletFeed(o *outlet, t time.Time) feed {
	f := feed{title: o.feedTitle(), link: "http://" + Host + "/", form: o.form}
	n := w.cycleAt(t)
	for _, c := range []*cycle{w.cycle(n), w.cycle(n - 1)} {
		if c == nil {
			continue
		}
		for i := len(c.articles) - 1; i >= 0 && len(f.items) < feedRows; i-- {
			if a := c.articles[i]; a.outlet == o && !a.at.After(t) {
				f.items = append(f.items, feedItem{a.id, a.url(), a.title, a.text(), a.author, a.at, a.counts(t)})
			}
		}
	}
	return f
}

// accountFeed returns an account's posts up to t.
func (w *World) accountFeed(c *creator, t time.Time) feed {
	f := feed{title: c.feedTitle(), link: c.url(), form: c.form}
	n := w.cycleAt(t)
	for _, cy := range []*cycle{w.cycle(n), w.cycle(n - 1)} {
		if cy == nil {
			continue
		}
		for i := len(cy.posts) - 1; i >= 0 && len(f.items) < feedRows; i-- {
			if p := cy.posts[i]; p.creator == c && !p.at.After(t) {
				f.items = append(f.items, feedItem{p.id, p.url(), p.title, p.text, c.name, p.at, p.counts(t)})
			}
		}
	}
	return f
}

// bytes prints the feed in its form.
func (f *feed) bytes() ([]byte, string) {
	switch f.form {
	case formAtom:
		return []byte(f.atom()), "application/atom+xml; charset=utf-8"
	case formJSON:
		return f.json(), "application/feed+json; charset=utf-8"
	case formGBK:
		return toGBK(strings.Replace(f.rss(), `encoding="UTF-8"`, `encoding="GB2312"`, 1)), "text/xml"
	}
	return []byte(f.rss()), "application/rss+xml; charset=utf-8"
}

func (f *feed) rss() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>%s</title><link>%s</link><description>演示数据 Demo data</description><ttl>15</ttl>
`, html.EscapeString(f.title), f.link)
	for i := range f.items {
		it := &f.items[i]
		date := it.at.In(xuanti.Shanghai).Format(time.RFC1123Z)
		if f.form == formZone {
			date = it.at.In(xuanti.Shanghai).Format("2006-01-02 15:04:05")
		}
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><guid isPermaLink=\"false\">%s</guid><author>%s</author><pubDate>%s</pubDate>",
			html.EscapeString(it.title), it.url, it.id, html.EscapeString(it.author), date)
		if f.form == formPartial {
			fmt.Fprintf(&b, "<description>%s</description></item>\n", html.EscapeString(shorten(it.text, 60)))
			continue
		}
		fmt.Fprintf(&b, "<description>%s</description><content:encoded><![CDATA[%s]]></content:encoded></item>\n",
			html.EscapeString(shorten(it.text, 60)), paragraphsHTML(it.text))
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

func (f *feed) atom() string {
	var b strings.Builder
	updated := time.Unix(0, 0).UTC()
	if len(f.items) > 0 {
		updated = f.items[0].at
	}
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:rsshub="http://rsshub.app/xml/schemas"><title>%s</title><id>%s</id><link href="%s"/><updated>%s</updated>
`, html.EscapeString(f.title), f.link, f.link, updated.UTC().Format(time.RFC3339))
	for i := range f.items {
		it := &f.items[i]
		at := it.at.UTC().Format(time.RFC3339)
		fmt.Fprintf(&b, `<entry><title>%s</title><id>%s</id><link href="%s"/><author><name>%s</name></author><published>%s</published><updated>%s</updated><content type="html">%s</content>`,
			html.EscapeString(it.title), it.id, it.url, html.EscapeString(it.author), at, at, html.EscapeString(paragraphsHTML(it.text)))
		for _, c := range it.counts {
			if name := map[string]string{"like": "upvotes", "comment": "comments"}[c.Name]; name != "" {
				fmt.Fprintf(&b, "<rsshub:%[1]s>%[2]s</rsshub:%[1]s>", name, printCount(c))
			}
		}
		b.WriteString("</entry>\n")
	}
	b.WriteString("</feed>\n")
	return b.String()
}

func (f *feed) json() []byte {
	items := list{}
	for i := range f.items {
		it := &f.items[i]
		o := obj{"id": it.id, "url": it.url, "title": it.title, "content_html": paragraphsHTML(it.text),
			"date_published": it.at.In(xuanti.Shanghai).Format(time.RFC3339), "authors": list{obj{"name": it.author}}}
		if len(it.counts) > 0 {
			extra := obj{}
			for _, c := range it.counts {
				if c.AtLeast {
					extra[c.Name] = printCount(c)
				} else {
					extra[c.Name] = c.Value
				}
			}
			o["_extra"] = extra
		}
		items = append(items, o)
	}
	b, err := json.Marshal(obj{"version": "https://jsonfeed.org/version/1.1", "title": f.title, "home_page_url": f.link, "items": items})
	if err != nil {
		panic(err) // only maps, lists, strings and numbers are printed
	}
	return b
}

// printCount prints a count as the platforms do: 9821, 1.2万, 10万+.
func printCount(c xuanti.Count) string {
	switch {
	case c.AtLeast:
		return strconv.FormatInt(c.Value/10000, 10) + "万+"
	case c.Value >= 10000 && c.Value%1000 == 0:
		return strconv.FormatFloat(float64(c.Value)/10000, 'f', -1, 64) + "万"
	}
	return strconv.FormatInt(c.Value, 10)
}

func paragraphsHTML(text string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(text, "\n\n") {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>")
	}
	return b.String()
}

// toGBK encodes a text; what GBK lacks becomes a character reference.
func toGBK(s string) []byte {
	out, err := encoding.HTMLEscapeUnsupported(simplifiedchinese.GBK.NewEncoder()).String(s)
	if err != nil {
		return []byte(s)
	}
	return []byte(out)
}

// listPage prints the articles of an outlet as an HTML page in GBK, with the
// navigation and the side column that such pages have.
func (f *feed) listPage(name string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>%s</title></head><body>
<div class="nav"><a href="/">首页</a><a href="/about">关于我们</a><a href="/contact">联系方式</a></div>
<p class="demo">%s</p><h1>%s 最新</h1><ul class="news-list">
`, html.EscapeString(f.title), notice, html.EscapeString(name))
	for i := range f.items {
		it := &f.items[i]
		path := it.url
		if u, err := url.Parse(it.url); err == nil {
			path = u.Path
		}
		fmt.Fprintf(&b, `<li><a href="%s">%s</a><span class="date">%s</span></li>`+"\n", path, html.EscapeString(it.title), it.at.In(xuanti.Shanghai).Format("2006-01-02 15:04"))
	}
	b.WriteString(`</ul><div class="side"><h3>热门专题</h3><a href="/topic/1">周末去处</a><a href="/topic/2">小城味道</a></div></body></html>` + "\n")
	return toGBK(b.String())
}
