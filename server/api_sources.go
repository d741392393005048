package server

import (
	"context"
	"net/http"

	"github.com/xuanti/xuanti/engine"
)

type sourceInput struct {
	Body engine.SourceInput
}

type sourceChange struct {
	IDInput
	Body engine.SourceInput
}

func (s *Server) apiSources() {
	const tag = "Sources 来源"
	handle(s, route{method: http.MethodGet, path: "/sources", id: "list-sources", summary: "Sources with their health", tag: tag},
		func(ctx context.Context, in *struct {
			Kind   string `query:"kind" enum:"feed,board,page"`
			Health string `query:"health" enum:"new,ok,failing,stale,paused,gone"`
		}) (engine.Page[engine.SourceView], error) {
			return page(s.Reader.Sources(ctx, in.Kind, in.Health))
		})
	create(s, route{path: "/sources", id: "create-source", summary: "Add a source by address", tag: tag},
		func(ctx context.Context, in *sourceInput) (engine.SourceView, string, error) {
			v, err := s.Writer.PutSource(ctx, "", in.Body)
			return v, "/api/v1/sources/" + v.ID, err
		})
	handle(s, route{method: http.MethodPost, path: "/sources/preview", id: "preview-source", summary: "What an address would bring; nothing is saved", tag: tag},
		func(ctx context.Context, in *struct {
			Body struct {
				URL string `json:"url" minLength:"1" maxLength:"2000"`
			}
		}) (engine.SourcePreview, error) {
			return s.Writer.PreviewSource(ctx, in.Body.URL)
		})
	handle(s, route{method: http.MethodGet, path: "/sources/{id}", id: "get-source", summary: "A source", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.SourceView, error) { return s.Reader.Source(ctx, in.ID) })
	handle(s, route{method: http.MethodPut, path: "/sources/{id}", id: "put-source", summary: "Change a source; state pauses or resumes it", tag: tag},
		func(ctx context.Context, in *sourceChange) (engine.SourceView, error) {
			return s.Writer.PutSource(ctx, in.ID, in.Body)
		})
	remove(s, route{path: "/sources/{id}", id: "delete-source", summary: "Delete a source; its items stay", tag: tag}, s.Writer.DeleteSource)
	handle(s, route{method: http.MethodPost, path: "/sources/{id}/poll", id: "poll-source", summary: "Fetch now", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.SourceView, error) {
			return s.Writer.PollSource(ctx, in.ID)
		})
}
