package server

import (
	"context"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti/engine"
)

type metricsInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"The same key gives the same answer for a day, and with another batch 422"`
	Body engine.MetricsInput
}

type planInput struct {
	IDInput
	Body engine.ImportPlan
}

type commitInput struct {
	IDInput
	Body   engine.ImportPlan
	DryRun bool `query:"dry_run" doc:"Check everything, write nothing"`
}

// apiMetrics mounts counts over time: read, pushed, and taken from files.
func (s *Server) apiMetrics() {
	const tag = "Benchmark accounts 对标账号"
	handle(s, route{method: http.MethodPost, path: "/metrics", id: "push-metrics", summary: "Push counts of posts and followers", tag: tag, scope: ScopeMetrics,
		description: "Up to 1000 observations. The same observation (post, count, observed_at) twice changes nothing. Rows that are wrong are named in errors, the rest is taken."},
		func(ctx context.Context, in *metricsInput) (engine.MetricsResult, error) {
			return s.Writer.PushMetrics(ctx, in.Key, in.Body)
		})
	handle(s, route{method: http.MethodGet, path: "/accounts/{id}/followers", id: "list-account-followers", summary: "Followers over time", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.Page[engine.MetricView], error) {
			return page(s.Reader.Followers(ctx, in.ID))
		})
	handle(s, route{method: http.MethodGet, path: "/benchmark-posts/{id}", id: "get-benchmark-post", summary: "A post with its counts over time", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.PostDetail, error) {
			return s.Reader.Post(ctx, in.ID)
		})
	const files = "Files 导入导出与日报"
	handle(s, route{method: http.MethodGet, path: "/imports/{id}", id: "get-import", summary: "How far an import has come", tag: files},
		func(ctx context.Context, in *IDInput) (engine.ImportView, error) {
			return s.Reader.ImportReport(ctx, in.ID)
		})
	handle(s, route{method: http.MethodPost, path: "/imports/{id}/preview", id: "preview-import", summary: "An uploaded file read in another way", tag: files},
		func(ctx context.Context, in *planInput) (engine.ImportPreview, error) {
			return s.Reader.PreviewImport(ctx, in.ID, in.Body)
		})
	handle(s, route{method: http.MethodPost, path: "/imports/{id}/commit", id: "commit-import", summary: "Import an uploaded file, or continue an import", tag: files,
		description: "Rows are written in batches, each all or nothing. An import that was cut off goes on where it stopped, read as it was begun."},
		func(ctx context.Context, in *commitInput) (engine.ImportView, error) {
			return s.Writer.CommitImport(ctx, in.ID, in.Body, in.DryRun, nil)
		})
	handle(s, route{method: http.MethodPost, path: "/imports/{id}/undo", id: "undo-import", summary: "Take out what an import of metrics brought", tag: files,
		description: "Its counts and followers, and the posts that only it knows. Posts that became part of an event stay, without its counts."},
		func(ctx context.Context, in *IDInput) (engine.ImportView, error) {
			return s.Writer.UndoImport(ctx, in.ID)
		})

	op := s.operation(route{method: http.MethodPost, path: "/imports/preview", id: "upload-import", summary: "Upload a file of counts and see how it would be read", tag: files,
		description: "CSV or XLSX up to 20 MB, kept for a day. Nothing is imported before /imports/{id}/commit."})
	op.Parameters = append([]*huma.Param{{Name: "name", In: "query", Description: "Name of the file", Schema: &huma.Schema{Type: "string"}}}, planParams()...)
	op.RequestBody = fileBody()
	op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[engine.ImportPreview](), true, "ImportPreview")},
	}}
	s.api.OpenAPI().AddOperation(&op)
	s.app.Post("/api/v1/imports/preview", s.require(ScopeWrite), described(op), func(c *fiber.Ctx) error {
		v, err := s.uploadMetrics(c)
		if err != nil {
			return err
		}
		return c.JSON(v)
	})
}

// fileBody describes a file as the body or as a field of a form.
func fileBody() *huma.RequestBody {
	binary := &huma.Schema{Type: "string", Format: "binary"}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: binary},
		"multipart/form-data": {Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"file": binary},
			Required: []string{"file"}}},
	}}
}

// planParams describe how a file of counts is read.
func planParams() []*huma.Param {
	text := func(name, description string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: description, Schema: &huma.Schema{Type: "string"}}
	}
	preset := text("preset", "metrics: the back office that wrote the file; found by the header when missing")
	preset.Schema.Enum = []any{"auto", "generic", "wechat", "xiaohongshu", "douyin"}
	at := text("observed_at", "metrics: when the counts were read; now when missing")
	at.Schema.Format = "date-time"
	return []*huma.Param{text("account", "metrics: id of the account whose posts the file lists"), preset,
		text("map", "metrics: column=field,… with headers or letters; - leaves a column out"), at, text("zone", "metrics: IANA zone of times without one")}
}

// planOf reads how a file of counts is read from the address.
func planOf(c *fiber.Ctx) (engine.ImportPlan, error) {
	plan := engine.ImportPlan{AccountID: c.Query("account"), Preset: c.Query("preset"), Zone: c.Query("zone")}
	var err error
	if plan.Map, err = engine.ParseColumnMap(c.Query("map")); err != nil {
		return plan, err
	}
	at, err := queryTime(c, "observed_at")
	if !at.IsZero() {
		plan.ObservedAt = &at
	}
	return plan, err
}

func (s *Server) uploadMetrics(c *fiber.Ctx) (engine.ImportPreview, error) {
	plan, err := planOf(c)
	if err != nil {
		return engine.ImportPreview{}, err
	}
	name, body, err := upload(c)
	if err != nil {
		return engine.ImportPreview{}, err
	}
	defer func() { _ = body.Close() }() // an upload in memory or a temporary file, read to its end
	return s.Writer.UploadImport(c.UserContext(), c.Query("name", name), body, plan)
}

// importMetrics takes a file of counts in at once.
func (s *Server) importMetrics(c *fiber.Ctx, name string, body io.Reader, dry bool) (engine.ImportView, error) {
	plan, err := planOf(c)
	if err != nil {
		return engine.ImportView{}, err
	}
	_, v, err := s.Writer.ImportMetrics(c.UserContext(), name, body, plan, dry, nil)
	return v, err
}
