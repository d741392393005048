package server

import (
	"context"
	"net/http"
	"time"

	"github.com/xuanti/xuanti/engine"
)

type searchInput struct {
	Paging
	Text      string    `query:"q" required:"true" maxLength:"500" doc:"Query: words, \"phrase\", title: source: platform: account:, AND OR NOT"`
	Since     time.Time `query:"since" doc:"Not before"`
	Until     time.Time `query:"until" doc:"Not after"`
	Kind      string    `query:"kind" enum:"article,post,entry"`
	Platforms []string  `query:"platform" maxItems:"20" doc:"Platform ids, comma separated"`
	Sources   []string  `query:"source" maxItems:"20" doc:"Source ids, comma separated"`
	Sort      string    `query:"sort" enum:"relevance,newest" default:"relevance"`
	Flat      bool      `query:"flat" doc:"Do not collapse results by event"`
	Explain   bool      `query:"explain" doc:"Say what each hit scored for"`
}

type itemsInput struct {
	Paging
	Kind      string    `query:"kind" enum:"article,post,entry"`
	Platform  string    `query:"platform" maxLength:"64"`
	SourceID  string    `query:"source" maxLength:"200"`
	AccountID string    `query:"account" maxLength:"200"`
	EventID   string    `query:"event" maxLength:"200"`
	Since     time.Time `query:"since"`
	Until     time.Time `query:"until"`
}

func (s *Server) apiSearch() {
	const tag = "Search 搜索"
	handle(s, route{method: http.MethodGet, path: "/search", id: "search", summary: "Full-text search, collapsed by event", tag: tag,
		description: "source:, platform: and account: take an id or a name. A malformed query answers 422; errors[0].pointer holds the character where it goes wrong."},
		func(ctx context.Context, in *searchInput) (engine.SearchView, error) {
			v, err := s.Reader.Search(ctx, engine.SearchQuery{
				Text: in.Text, Since: in.Since, Until: in.Until, Kind: in.Kind, Platforms: in.Platforms,
				Sources: in.Sources, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor, Flat: in.Flat, Explain: in.Explain,
			})
			if v.Items == nil {
				v.Items = []engine.SearchHit{}
			}
			return v, err
		})
	handle(s, route{method: http.MethodGet, path: "/items", id: "list-items", summary: "Items, newest first", tag: tag},
		func(ctx context.Context, in *itemsInput) (engine.Page[engine.ItemView], error) {
			return page(s.Reader.Items(ctx, engine.ItemQuery{
				Kind: in.Kind, Platform: in.Platform, SourceID: in.SourceID, AccountID: in.AccountID, EventID: in.EventID,
				Since: in.Since, Until: in.Until, Limit: in.Limit, Cursor: in.Cursor,
			}))
		})
	handle(s, route{method: http.MethodGet, path: "/items/{id}", id: "get-item", summary: "An item", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.ItemView, error) { return s.Reader.Item(ctx, in.ID) })
}
