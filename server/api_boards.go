package server

import (
	"context"
	"net/http"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

func (s *Server) apiBoards() {
	const tag = "Boards 榜单"
	handle(s, route{method: http.MethodGet, path: "/boards", id: "list-boards", summary: "All boards with their newest entries 热榜", tag: tag},
		func(ctx context.Context, in *struct {
			Entries int `query:"entries" default:"10" minimum:"1" maximum:"100" doc:"Entries of each board"`
		}) (engine.Page[engine.BoardView], error) {
			return page(s.Reader.Boards(ctx, in.Entries))
		})
	handle(s, route{method: http.MethodGet, path: "/boards/{id}", id: "get-board", summary: "A board's newest snapshot", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.BoardView, error) { return s.Reader.Board(ctx, in.ID) })
	handle(s, route{method: http.MethodGet, path: "/boards/{id}/history", id: "get-board-history", summary: "Stored snapshots of a board, newest first", tag: tag,
		description: "Without from, the six hours before to; without to, until now."},
		func(ctx context.Context, in *struct {
			IDInput
			LimitInput
			From time.Time `query:"from"`
			To   time.Time `query:"to"`
		}) (engine.Page[engine.BoardSnapshot], error) {
			to := in.To
			if to.IsZero() {
				to = s.Reader.Now()
			}
			from := in.From
			if from.IsZero() {
				from = to.Add(-6 * time.Hour)
			}
			if from.After(to) {
				return engine.Page[engine.BoardSnapshot]{}, &xuanti.Error{
					Code: xuanti.CodeInvalid, Message: "from 晚于 to (from is after to)", Pointer: "query.from",
				}
			}
			return page(s.Reader.BoardHistory(ctx, in.ID, from, to, in.Limit))
		})
}
