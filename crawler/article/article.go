package article

import (
	"net/url"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Article is the readable part of a page.
type Article struct {
	Title       string // the headline, without the name of the site
	Text        string // paragraphs separated by one newline
	Author      string
	Image       string    // address of the lead image
	Canonical   string    // the page's own address for itself; "" when it gives none or a wrong one
	Site        string    // name of the publication
	Next        string    // address of the next page of the same article; "" when there is none
	PublishedAt time.Time // in the page's own zone; zero when it does not say
}

// Limits on a page.
const (
	MaxPage = 4 << 20
	maxText = 200_000 // runes
)

// Extract reads the article of a page: charset repair, metadata (JSON-LD, og:,
// the meta elements of Chinese news systems, printed by-lines), and the text by
// readability on a tree from which the surroundings are pruned; when that
// brings little, by the articleBody of the JSON-LD or by text density. Lines
// around the text (editor lines, share prompts, disclaimers, lists of other
// articles) are trimmed.
//
// pageURL may be empty. now decides what a date without year means and which
// dates lie in the future. A page without any text gives an empty Text, not an
// error; errors are of code limited (size) or invalid (no HTML at all).
func Extract(html []byte, contentType, pageURL string, now time.Time) (*Article, error) {
	if len(html) > MaxPage {
		return nil, xuanti.Errorf(xuanti.CodeLimited, "the page has %d bytes, more than %d", len(html), MaxPage)
	}
	text, err := charset.DecodeHTML(html, contentType)
	if err != nil {
		return nil, err
	}
	doc := dom.Parse(text)
	base, err := url.Parse(pageURL)
	if err != nil || base.Host == "" {
		base = nil
	}
	meta := readMeta(doc)
	a := &Article{Site: meta.site(), Image: meta.image(base), Canonical: meta.link(base)}
	head := blocksOf(doc, headLines)
	if base == nil {
		base = meta.address(text) // what it says of itself is better than nothing
	}
	a.Title = meta.pickTitle(base, a.Site, head)
	a.Next = meta.next(base)
	blocks := pageBody(doc, text, meta, a.Title, base)
	a.Author = meta.author(a.Site, base, head)
	a.PublishedAt = meta.published(base, head, a.Title, now)
	a.Text = plain.Clip(joinBlocks(blocks), maxText)
	if a.Text == "" {
		a.Text = plain.Line(meta.first("og:description", "description", "twitter:description"))
	}
	return a, nil
}
