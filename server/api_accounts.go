package server

import (
	"context"
	"net/http"

	"github.com/xuanti/xuanti/engine"
)

type accountInput struct {
	Body engine.AccountInput
}

type accountChange struct {
	IDInput
	Body engine.AccountInput
}

// PostsInput selects benchmark posts. Like [Paging] it is exported only because
// huma does not look into embedded types that are not.
type PostsInput struct {
	Paging
	Group   string `query:"group" maxLength:"100"`
	Verdict string `query:"verdict" enum:"viral,strong,usual,weak,unknown"`
	Sort    string `query:"sort" enum:"z,recent" default:"z"`
}

func (s *Server) apiAccounts() {
	const tag = "Benchmark accounts 对标账号"
	handle(s, route{method: http.MethodGet, path: "/accounts", id: "list-accounts", summary: "Benchmark accounts", tag: tag},
		func(ctx context.Context, in *struct {
			Group string `query:"group" maxLength:"100"`
		}) (engine.Page[engine.AccountView], error) {
			return page(s.Reader.Accounts(ctx, in.Group))
		})
	create(s, route{path: "/accounts", id: "create-account", summary: "Watch an account", tag: tag},
		func(ctx context.Context, in *accountInput) (engine.AccountView, string, error) {
			v, err := s.Writer.PutAccount(ctx, "", in.Body)
			return v, "/api/v1/accounts/" + v.ID, err
		})
	handle(s, route{method: http.MethodGet, path: "/accounts/{id}", id: "get-account", summary: "An account", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.AccountView, error) {
			return s.Reader.Account(ctx, in.ID)
		})
	handle(s, route{method: http.MethodPut, path: "/accounts/{id}", id: "put-account", summary: "Change an account", tag: tag},
		func(ctx context.Context, in *accountChange) (engine.AccountView, error) {
			return s.Writer.PutAccount(ctx, in.ID, in.Body)
		})
	remove(s, route{path: "/accounts/{id}", id: "delete-account", summary: "Stop watching an account", tag: tag}, s.Writer.DeleteAccount)
	handle(s, route{method: http.MethodGet, path: "/accounts/{id}/posts", id: "list-account-posts", summary: "Posts of an account against its own baseline", tag: tag,
		description: "Counts that a platform does not print are null, never 0."},
		func(ctx context.Context, in *struct {
			IDInput
			PostsInput
		}) (engine.Page[engine.PostView], error) {
			return page(s.Reader.Posts(ctx, engine.PostQuery{
				AccountID: in.ID, Group: in.Group, Verdict: in.Verdict, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor,
			}))
		})
	handle(s, route{method: http.MethodGet, path: "/benchmark-posts", id: "list-benchmark-posts", summary: "Posts of all benchmark accounts 对标爆款", tag: tag},
		func(ctx context.Context, in *PostsInput) (engine.Page[engine.PostView], error) {
			return page(s.Reader.Posts(ctx, engine.PostQuery{
				Group: in.Group, Verdict: in.Verdict, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor,
			}))
		})
}
