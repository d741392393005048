package crawler

import "time"

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
	return &Article{}, nil
}
