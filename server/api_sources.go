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

type sourceEdit struct {
	IDInput
	Body engine.SourceEdit
}

// sourceList selects sources. Its limit is larger than that of other lists:
// who looks after sources wants to see all of them.
type sourceList struct {
	Kind   string `query:"kind" enum:"feed,board,page"`
	Health string `query:"health" enum:"new,ok,slow,moved,failing,stale,paused,gone"`
	Group  string `query:"group" maxLength:"100"`
	Tag    string `query:"tag" maxLength:"100"`
	Text   string `query:"q" maxLength:"200" doc:"In name, address, group or tags"`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"How many at most"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before"`
}

func (s *Server) apiSources() {
	const tag = "Sources 来源"
	handle(s, route{method: http.MethodGet, path: "/sources", id: "list-sources", summary: "Sources with their health, the worst first", tag: tag},
		func(ctx context.Context, in *sourceList) (engine.Page[engine.SourceView], error) {
			return page(s.Reader.Sources(ctx, engine.SourceQuery{Kind: in.Kind, Health: in.Health, Group: in.Group, Tag: in.Tag, Text: in.Text, Limit: in.Limit, Cursor: in.Cursor}))
		})
	create(s, route{path: "/sources", id: "create-source", summary: "Add a source by address; without kind it is found out", tag: tag},
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
	handle(s, route{method: http.MethodGet, path: "/sources/health", id: "get-sources-health", summary: "All sources in one answer: counts, one line of text, problems with advice", tag: tag},
		func(ctx context.Context, _ *noInput) (engine.SourcesHealth, error) {
			return s.Reader.SourcesHealth(ctx)
		})
	handle(s, route{method: http.MethodGet, path: "/sources/events", id: "list-all-source-events", summary: "What became of sources: failing, stale, gone, recovered, moved; newest first", tag: tag},
		func(ctx context.Context, in *sourceEvents) (engine.Page[engine.SourceEventView], error) {
			return page(s.Reader.SourceEvents(ctx, "", in.Kind, in.Limit, in.Cursor))
		})
	handle(s, route{method: http.MethodGet, path: "/sources/alerts", id: "get-source-alerts", summary: "Channels that are told when sources fail and recover", tag: tag},
		func(ctx context.Context, _ *noInput) (engine.SourceAlerts, error) { return s.Reader.SourceAlerts(ctx) })
	handle(s, route{method: http.MethodPut, path: "/sources/alerts", id: "put-source-alerts", summary: "Choose these channels", tag: tag,
		description: "A source is reported once when it has failed three times in a row (or twice over an hour), went stale or gone, and once when it works again; all that happens within two minutes is one message, and one source is not reported again for six hours."},
		func(ctx context.Context, in *struct{ Body engine.SourceAlerts }) (engine.SourceAlerts, error) {
			return s.Writer.PutSourceAlerts(ctx, in.Body)
		})
	handle(s, route{method: http.MethodGet, path: "/sources/{id}", id: "get-source", summary: "A source with its last polls", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.SourceView, error) { return s.Reader.Source(ctx, in.ID) })
	handle(s, route{method: http.MethodGet, path: "/sources/{id}/events", id: "list-source-events", summary: "What became of a source, newest first", tag: tag},
		func(ctx context.Context, in *struct {
			IDInput
			SourceEventQuery
		}) (engine.Page[engine.SourceEventView], error) {
			return page(s.Reader.SourceEvents(ctx, in.ID, in.Kind, in.Limit, in.Cursor))
		})
	handle(s, route{method: http.MethodPut, path: "/sources/{id}", id: "put-source", summary: "Change a source; what is empty stays", tag: tag},
		func(ctx context.Context, in *sourceChange) (engine.SourceView, error) {
			return s.Writer.PutSource(ctx, in.ID, in.Body)
		})
	handle(s, route{method: http.MethodPatch, path: "/sources/{id}", id: "edit-source", summary: "Change some fields; state pauses or resumes", tag: tag},
		func(ctx context.Context, in *sourceEdit) (engine.SourceView, error) {
			return s.Writer.EditSource(ctx, in.ID, in.Body)
		})
	remove(s, route{path: "/sources/{id}", id: "delete-source", summary: "Delete a source; its items stay, and for a day it can be restored", tag: tag}, s.Writer.DeleteSource)
	handle(s, route{method: http.MethodPost, path: "/sources/{id}/restore", id: "restore-source", summary: "Undo the deletion of a source, for a day", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.SourceView, error) {
			return s.Writer.RestoreSource(ctx, in.ID)
		})
	handle(s, route{method: http.MethodPost, path: "/sources/{id}/poll", id: "poll-source", summary: "Try now: what it brings, or in words why it fails", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.PollOutcome, error) {
			return s.Writer.PollSource(ctx, in.ID)
		})
}

// SourceEventQuery selects events. It is exported because huma skips embedded
// types that are not.
type SourceEventQuery struct {
	Paging
	Kind string `query:"kind" enum:"failing,stale,gone,recovered,moved"`
}

type sourceEvents struct{ SourceEventQuery }
