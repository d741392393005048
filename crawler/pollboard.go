package crawler

import (
	"context"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/board"
)

// pollBoard asks the board of a source.
func (c *Crawler) pollBoard(ctx context.Context, src xuanti.Source) Result {
	res := Result{Source: src}
	b, err := c.boards.Board(src.Board)
	if err != nil {
		res.Err = err
		return res
	}
	got := c.boardClient().Poll(ctx, b, &res.Source)
	res.Snapshot, res.Items, res.Warnings, res.Err = got.Snapshot, got.Items, got.Warnings, got.Err
	return res
}

// TryEndpoint asks one endpoint of a board once and says what it answered.
// Nothing is remembered.
func (c *Crawler) TryEndpoint(ctx context.Context, b *board.Board, adapter string, src xuanti.Source) board.Attempt {
	return c.boardClient().Try(ctx, b, adapter, src)
}

func (c *Crawler) boardClient() *board.Client {
	return &board.Client{Fetcher: c.fetcher, Clock: c.clock, StandIn: c.standIn}
}

// standIn is the address of a board on the server that stands in for the
// platform, if one does: by board, else by host.
func (c *Crawler) standIn(id, rawURL string) string {
	if base := c.endpoints[id]; base != "" {
		return rebase(rawURL, base)
	}
	return c.endpoint(rawURL)
}
