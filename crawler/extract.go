package crawler

import (
	"net/url"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	nethtml "golang.org/x/net/html"
)

// Article is the readable part of a page.
type Article struct {
	Title       string
	Text        string // paragraphs separated by one newline
	Author      string
	Image       string
	Canonical   string
	Site        string
	PublishedAt time.Time // zero when the page does not say
}

// Extract reads the article of a page.
func Extract(html []byte, contentType, pageURL string, now time.Time) (*Article, error) {
	text, err := DecodeHTML(html, contentType)
	if err != nil {
		return nil, err
	}
	doc, err := nethtml.Parse(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	u, _ := url.Parse(pageURL)
	prune(doc, 2)
	p := readability.NewParser()
	p.DisableJSONLD = true
	ra, err := p.ParseAndMutate(doc, u)
	if err != nil {
		return nil, err
	}
	if ra.Node == nil {
		return &Article{}, nil
	}
	return &Article{Title: ra.Title(), Text: joinBlocks(trimBlocks(blocksOf(ra.Node), ra.Title()))}, nil
}
