package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/plain"
)

// jsonFeed is JSON Feed 1.0 and 1.1 with the extensions that bridges write.
// Fields whose type varies in the wild are read raw.
type jsonFeed struct {
	Version     string            `json:"version"`
	Title       string            `json:"title"`
	HomePageURL string            `json:"home_page_url"`
	FeedURL     string            `json:"feed_url"`
	Description string            `json:"description"`
	Author      json.RawMessage   `json:"author"`
	Authors     []json.RawMessage `json:"authors"`
	Items       []json.RawMessage `json:"items"`
}

type jsonItem struct {
	ID            json.RawMessage            `json:"id"` // a string by the rules, often a number
	URL           string                     `json:"url"`
	ExternalURL   string                     `json:"external_url"`
	Title         string                     `json:"title"`
	ContentHTML   string                     `json:"content_html"`
	ContentText   string                     `json:"content_text"`
	Summary       string                     `json:"summary"`
	Image         string                     `json:"image"`
	BannerImage   string                     `json:"banner_image"`
	DatePublished string                     `json:"date_published"`
	DateModified  string                     `json:"date_modified"`
	Author        json.RawMessage            `json:"author"`
	Authors       []json.RawMessage          `json:"authors"`
	Extra         map[string]json.RawMessage `json:"_extra"`
}

// parseJSON reads a JSON Feed. Other JSON is refused: an API answer must not
// pass for an empty feed.
func (b *builder) parseJSON(text []byte) (*Feed, error) {
	var head jsonFeed
	if text[0] == '[' {
		return nil, &Error{Kind: KindAPI, Message: "a JSON list came instead of a feed"}
	}
	err := json.Unmarshal(text, &head)
	repaired := false
	if err != nil {
		if fixed := closeJSON(text); fixed != nil && json.Unmarshal(fixed, &head) == nil {
			err, repaired = nil, true
		}
	}
	isFeed := strings.Contains(head.Version, "jsonfeed.org")
	switch {
	case err != nil && !bytes.Contains(text[:min(len(text), 2000)], []byte("jsonfeed.org")):
		return nil, &Error{Kind: KindAPI, Message: "this is JSON, but no JSON Feed", Err: err}
	case err != nil:
		return nil, &Error{Kind: KindBroken, Message: "the JSON Feed is damaged", Err: err}
	case !isFeed && (head.Title == "" || head.Items == nil):
		return nil, &Error{Kind: KindAPI, Message: "this is JSON, but no JSON Feed"}
	}
	f := &Feed{Title: plain.Title(head.Title, plain.MaxTitle), Link: b.resolve(head.HomePageURL), Description: plain.HTML(head.Description, 1000), Repaired: repaired}
	b.rebase(f.Link)
	author := jsonAuthors(head.Authors, head.Author)
	for i, raw := range head.Items {
		if i >= MaxItems {
			f.Dropped += len(head.Items) - i
			break
		}
		var it jsonItem
		if err := json.Unmarshal(raw, &it); err != nil && it.Title == "" && it.URL == "" {
			f.Dropped++
			continue
		}
		item := b.jsonItem(it)
		if item.Author == "" {
			item.Author = author
		}
		b.add(f, item)
	}
	b.finish(f)
	return f, nil
}

func (b *builder) jsonItem(j jsonItem) xuanti.Item {
	it := xuanti.Item{
		ExtID: plain.Clip(looseText(j.ID), 500),
		URL:   b.resolve(plain.First(j.URL, j.ExternalURL)),
		Title: plain.Title(j.Title, plain.MaxTitle),
	}
	picture := ""
	it.Text, picture = plain.HTMLImage(j.ContentHTML, plain.MaxText)
	if it.Text == "" {
		it.Text = plain.Lines(plain.First(j.ContentText, j.Summary), plain.MaxText)
	}
	if it.URL == "" && isHTTP(it.ExtID) {
		it.URL = b.resolve(it.ExtID)
	}
	it.Image = b.resolve(plain.First(j.Image, j.BannerImage, picture))
	it.PublishedAt = b.published([]string{j.DatePublished, j.DateModified})
	it.Author = jsonAuthors(j.Authors, j.Author)
	var c countSet
	for _, name := range slices.Sorted(maps.Keys(j.Extra)) {
		c.add(name, looseText(j.Extra[name]))
	}
	it.Counts = c.sorted()
	return it
}

// jsonAuthors joins the names of version 1.1 and the one of version 1.0.
func jsonAuthors(list []json.RawMessage, single json.RawMessage) string {
	var names []string
	for _, a := range append(list, single) {
		if n := jsonAuthor(a); n != "" && len(names) < 5 {
			names = append(names, n)
		}
	}
	return plain.Title(strings.Join(names, ", "), plain.MaxAuthor)
}

// jsonAuthor reads {"name": …} and, from careless writers, a bare string.
func jsonAuthor(raw json.RawMessage) string {
	var a struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(raw, &a) == nil && a.Name != "" {
		return a.Name
	}
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// looseText reads a string or number as text; anything else is "".
func looseText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return strings.TrimSpace(s)
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// closeJSON ends a JSON Feed that was cut off after its last complete item;
// nil when there is none.
func closeJSON(text []byte) []byte {
	dec := json.NewDecoder(bytes.NewReader(text))
	depth, inItems, cut := 0, false, int64(0)
	for {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		switch t := tok.(type) {
		case json.Delim:
			switch t {
			case '{', '[':
				depth++
			default:
				depth--
			}
			if inItems && t == '}' && depth == 2 {
				cut = dec.InputOffset()
			}
		case string:
			if depth == 1 {
				inItems = t == "items"
			}
		}
	}
	if cut == 0 {
		return nil
	}
	return fmt.Appendf(nil, "%s]}", text[:cut])
}
