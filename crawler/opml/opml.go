package opml

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/plain"
)

const (
	maxBytes = 8 << 20
	maxFeeds = 20_000
	maxDepth = 32
	maxTags  = 20
	maxShown = 200 // runes of an address that was passed over
)

// Feed is one subscription of an OPML list.
type Feed struct {
	Title   string
	URL     string // of the feed; absolute http or https
	HTMLURL string // of the site, may be empty
	Group   string // titles of the enclosing outlines, joined by "/"
	Tags    []string
}

// List is what an OPML file holds.
type List struct {
	Feeds    []Feed // in order, each address once
	Skipped  []Skipped
	Repeated int // outlines whose address stands in the list before
}

// Skipped is an outline that is meant for a feed and was passed over.
type Skipped struct {
	Line  int // of the file, from 1
	Title string
	URL   string // as written; "" when it has none
	Why   string // for people: Chinese, with English beside it
}

// Parse reads the subscriptions of an OPML list. Most lists in the wild are not
// well-formed XML, so this is a tolerant reader of outline tags: bare
// ampersands, attributes in any case, missing end tags and any charset are
// fine. Feeds whose address is none of http(s), or missing, are passed over and
// named. It fails with CodeInvalid for input without an outline, and with
// CodeLimited over 8 MiB or 20,000 feeds.
func Parse(r io.Reader) (*List, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "the OPML list could not be read")
	}
	if len(body) > maxBytes {
		return nil, xuanti.Errorf(xuanti.CodeLimited, "the OPML list is larger than %d MiB", maxBytes>>20)
	}
	text, err := charset.DecodeXML(body, "")
	if err != nil {
		return nil, err
	}
	o := reader{seen: make(map[string]bool), line: 1}
	if n := bytes.Count(body, []byte("\n")) - bytes.Count(text, []byte("\n")); n > 0 {
		o.line += n // of the XML declaration
	}
	z := nethtml.NewTokenizer(bytes.NewReader(text))
	z.SetMaxBuf(1 << 20)
	for {
		kind := z.Next()
		lines := bytes.Count(z.Raw(), []byte("\n"))
		switch kind {
		case nethtml.ErrorToken:
			if !o.outline && !o.root {
				return nil, xuanti.Errorf(xuanti.CodeInvalid, "this is no OPML list: it has no outline")
			}
			return &o.list, nil
		case nethtml.StartTagToken:
			o.start(z, false)
		case nethtml.SelfClosingTagToken:
			o.start(z, true)
		case nethtml.EndTagToken:
			if name, _ := z.TagName(); string(name) == "outline" && len(o.open) > 0 {
				o.open = o.open[:len(o.open)-1]
			}
		}
		o.line += lines
		if len(o.list.Feeds)+len(o.list.Skipped) > maxFeeds {
			return nil, xuanti.Errorf(xuanti.CodeLimited, "the OPML list has more than %d feeds", maxFeeds)
		}
	}
}

type reader struct {
	list          List
	line          int // on which the tag begins
	seen          map[string]bool
	open          []outline
	root, outline bool
}

type outline struct {
	title string
	feed  bool
}

func (o *reader) start(z *nethtml.Tokenizer, closed bool) {
	z.NextIsNotRawText() // an unclosed title must not swallow the list
	name, more := z.TagName()
	switch string(name) {
	case "opml":
		o.root = true
		return
	case "outline":
		o.outline = true
	default:
		return
	}
	var f Feed
	text, kind, asked, plainURL := "", "", "", ""
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		value := strings.TrimSpace(string(v))
		switch strings.ToLower(strings.ReplaceAll(string(k), "_", "")) {
		case "xmlurl", "feedurl":
			asked = value
		case "url":
			plainURL = value
		case "htmlurl":
			f.HTMLURL, _ = feedURL(value) // a site is nice to have
		case "title":
			f.Title = value
		case "text":
			text = value
		case "type":
			kind = strings.ToLower(value)
		case "category":
			f.Tags = tagsOf(value)
		}
	}
	if asked == "" && (kind == "rss" || kind == "atom" || kind == "link") && strings.Contains(plainURL, "://") {
		asked = plainURL
	}
	f.Title = plain.Title(plain.First(f.Title, text), 300)
	why := ""
	if asked != "" || closed && (kind == "rss" || kind == "atom") { // an open one without address is a folder
		f.URL, why = feedURL(asked)
	}
	// A feed outline that nobody closed ends where the next begins.
	if n := len(o.open); n > 0 && o.open[n-1].feed {
		o.open = o.open[:n-1]
	}
	switch {
	case why != "":
		o.list.Skipped = append(o.list.Skipped, Skipped{Line: o.line, Title: f.Title, URL: plain.Clip(plain.Line(asked), maxShown), Why: why})
	case f.URL != "" && o.seen[f.URL]:
		o.list.Repeated++
	case f.URL != "":
		o.seen[f.URL] = true
		f.Group = o.group()
		o.list.Feeds = append(o.list.Feeds, f)
	}
	if !closed && len(o.open) < maxDepth {
		o.open = append(o.open, outline{title: f.Title, feed: asked != ""})
	}
}

func (o *reader) group() string {
	var names []string
	for _, g := range o.open {
		if g.title != "" && !g.feed {
			names = append(names, strings.ReplaceAll(g.title, "/", "／"))
		}
	}
	return strings.Join(names, "/")
}

// tagsOf reads the category attribute: names separated by commas, paths of
// names with slashes in front.
func tagsOf(s string) []string {
	var out []string
	for name := range strings.SplitSeq(s, ",") {
		name = plain.Clip(plain.Title(strings.Trim(strings.TrimSpace(name), "/"), 50), 50)
		if name != "" && len(out) < maxTags && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// feedURL accepts http addresses and the feed: scheme of old browsers; why says
// for people what is wrong with any other.
func feedURL(s string) (feed, why string) {
	if s == "" {
		return "", "没有地址 (no address)"
	}
	s = strings.TrimPrefix(s, "feed:")
	if strings.HasPrefix(s, "//") {
		s = "http:" + s
	}
	u, err := address.Target(s)
	if err == nil {
		return u.String(), ""
	}
	if scheme, _, ok := strings.Cut(s, ":"); ok && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return "", "不是 http 或 https 地址 (not an http or https address)"
	}
	return "", "不是可以请求的网址 (no address that can be requested)"
}

// document is the written form.
type document struct {
	XMLName xml.Name     `xml:"opml"`
	Version string       `xml:"version,attr"`
	Title   string       `xml:"head>title"`
	Body    []outlineXML `xml:"body>outline"`
}

type outlineXML struct {
	Text    string       `xml:"text,attr"`
	Title   string       `xml:"title,attr,omitempty"`
	Type    string       `xml:"type,attr,omitempty"`
	XMLURL  string       `xml:"xmlUrl,attr,omitempty"`
	HTMLURL string       `xml:"htmlUrl,attr,omitempty"`
	Tags    string       `xml:"category,attr,omitempty"`
	Outline []outlineXML `xml:"outline,omitempty"`
}

// joinTags writes tags as one attribute; a comma would part a tag in two.
func joinTags(tags []string) string {
	out := make([]string, len(tags))
	for i, t := range tags {
		out[i] = strings.ReplaceAll(t, ",", "，")
	}
	return strings.Join(out, ",")
}

// Write writes an OPML 2.0 list; feeds of one group become one outline,
// groups in the order of their first feed, tags the category attribute.
// Parse reads it back.
func Write(w io.Writer, title string, feeds []Feed) error {
	doc := document{Version: "2.0", Title: title}
	for _, f := range feeds {
		level := &doc.Body
		for name := range strings.SplitSeq(f.Group, "/") {
			if name == "" {
				continue
			}
			i := slices.IndexFunc(*level, func(o outlineXML) bool { return o.XMLURL == "" && o.Text == name })
			if i < 0 {
				*level = append(*level, outlineXML{Text: name, Title: name})
				i = len(*level) - 1
			}
			level = &(*level)[i].Outline
		}
		text := plain.First(f.Title, f.URL)
		*level = append(*level, outlineXML{Text: text, Title: text, Type: "rss", XMLURL: f.URL, HTMLURL: f.HTMLURL, Tags: joinTags(f.Tags)})
	}
	buf := bufio.NewWriter(w)
	if _, err := buf.WriteString(xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(buf)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	if _, err := buf.WriteString("\n"); err != nil {
		return err
	}
	return buf.Flush()
}
