package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/article"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/plain"
)

const (
	maxFullText  = 20 // pages fetched for one poll
	maxPageBytes = 4 << 20
	maxPageFails = 3 // in a row; then the site is left alone
)

// fullText fetches the pages of new items and replaces the feed's summary by
// the article's text when that is longer. It obeys robots.txt and stops when
// the site asks to slow down. What fails is a warning: the item stays as the
// feed told it.
func (c *Crawler) fullText(ctx context.Context, items []*xuanti.Item) []string {
	var warnings []string
	fails, tried := 0, 0
	for _, it := range items {
		if it.URL == "" {
			continue
		}
		if tried == maxFullText || fails == maxPageFails || ctx.Err() != nil {
			break
		}
		tried++
		err := c.readArticle(ctx, it)
		if err == nil {
			fails = 0
			continue
		}
		warnings = append(warnings, fmt.Sprintf("full text of one item: %v", err))
		var fe *fetch.Error
		if errors.As(err, &fe) {
			if fe.Kind == fetch.KindRobots {
				continue // says nothing about the next page
			}
			if fe.Status == http.StatusTooManyRequests || fe.Status == http.StatusForbidden || fe.Status == http.StatusServiceUnavailable {
				break
			}
		}
		fails++
	}
	return warnings
}

// readArticle fetches and extracts one page into its item.
func (c *Crawler) readArticle(ctx context.Context, it *xuanti.Item) error {
	read := func(address string) (*article.Article, error) {
		resp, err := c.fetcher.Do(ctx, fetch.Request{
			URL:      c.endpoint(address),
			Header:   map[string]string{"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"},
			MaxBytes: maxPageBytes,
			Robots:   true,
		})
		if err != nil {
			return nil, err
		}
		return article.Extract(resp.Body, resp.Header.Get("Content-Type"), address, c.clock.Now())
	}
	art, err := read(it.URL)
	if err != nil {
		return err
	}
	further := article.Join(art, read)
	if utf8.RuneCountInString(art.Text) > utf8.RuneCountInString(it.Text) {
		it.Text = plain.Clip(art.Text, plain.MaxText)
	}
	if it.Title == "" {
		it.Title = plain.Clip(art.Title, plain.MaxTitle)
	}
	if it.Author == "" {
		it.Author = plain.Clip(art.Author, plain.MaxAuthor)
	}
	if it.Image == "" {
		it.Image = art.Image
	}
	// SeenAt stands for an unknown time; the page may know it.
	if it.PublishedAt.Equal(it.SeenAt) && !art.PublishedAt.IsZero() && art.PublishedAt.Before(it.SeenAt) {
		it.PublishedAt = art.PublishedAt.UTC()
	}
	return further
}
