package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// exportTypes are the files that can be taken out.
func exportTypes() map[string]string {
	return map[string]string{
		"sources.opml":    "text/x-opml; charset=utf-8",
		"sources.json":    "application/json",
		"sources.yaml":    "application/yaml",
		"items.jsonl":     "application/x-ndjson; charset=utf-8",
		"topics.csv":      "text/csv; charset=utf-8",
		"suggestions.csv": "text/csv; charset=utf-8",
		"metrics.csv":     "text/csv; charset=utf-8",
	}
}

// apiFiles describes and mounts imports, exports and digests. Their bodies are
// files, so they are plain handlers; only their description goes through huma.
func (s *Server) apiFiles() {
	const tag = "Files 导入导出与日报"
	handle(s, route{method: http.MethodGet, path: "/imports", id: "list-imports", summary: "Files that were taken in", tag: tag},
		func(ctx context.Context, in *LimitInput) (engine.Page[engine.ImportView], error) {
			return page(s.Reader.Imports(ctx, in.Limit))
		})
	schemas := s.api.OpenAPI().Components.Schemas
	// By value: the document keeps a pointer to each operation.
	describe := func(op huma.Operation) { s.api.OpenAPI().AddOperation(&op) }
	binary := &huma.Schema{Type: "string", Format: "binary"}

	op := s.operation(route{method: http.MethodPost, path: "/imports", id: "create-import", summary: "Take in a file", tag: tag,
		description: "Either multipart/form-data with a field file, or the file as the body. Rows that are wrong are named in errors; the rest is taken. " +
			"metrics are CSV or XLSX files of back offices; POST /imports/preview shows first how such a file would be read."})
	op.Parameters = []*huma.Param{
		{Name: "kind", In: "query", Required: true, Schema: &huma.Schema{Type: "string", Enum: []any{"opml", "sources", "items", "metrics"}}},
		{Name: "name", In: "query", Description: "Name of the file", Schema: &huma.Schema{Type: "string"}},
	}
	op.Parameters = append(op.Parameters, planParams()...)
	op.Parameters = append(op.Parameters, &huma.Param{Name: "dry_run", In: "query", Description: "metrics: check everything, write nothing", Schema: &huma.Schema{Type: "boolean"}})
	op.RequestBody = fileBody()
	op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: schemas.Schema(importGoType, true, "ImportView")},
	}}
	describe(op)
	s.app.Post("/api/v1/imports", s.require(ScopeWrite), described(op), s.importFile)

	op = s.operation(route{method: http.MethodGet, path: "/exports/{name}", id: "get-export", summary: "A file to take out", tag: tag})
	names := []any{}
	types := exportTypes()
	op.Responses["200"] = &huma.Response{Description: "The file", Content: map[string]*huma.MediaType{}}
	for name, ct := range types {
		names = append(names, name)
		op.Responses["200"].Content[strings.TrimSuffix(ct, "; charset=utf-8")] = &huma.MediaType{Schema: binary}
	}
	slices.SortFunc(names, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	when, one := &huma.Schema{Type: "string", Format: "date-time"}, 1.0
	op.Parameters = []*huma.Param{
		{Name: "name", In: "path", Required: true, Schema: &huma.Schema{Type: "string", Enum: names}},
		{Name: "profile", In: "query", Description: "Profile id, for suggestions.csv", Schema: &huma.Schema{Type: "string"}},
		{Name: "since", In: "query", Schema: when},
		{Name: "until", In: "query", Schema: when},
		{Name: "limit", In: "query", Description: "Rows at most", Schema: &huma.Schema{Type: "integer", Minimum: &one}},
	}
	describe(op)
	s.app.Get("/api/v1/exports/:name", s.require(ScopeRead), described(op), s.export)

	op = s.operation(route{method: http.MethodGet, path: "/digests/{date}", id: "get-digest", summary: "Daily digest 日报", tag: tag,
		description: "date is YYYY-MM-DD or today, with .json, .md or .txt; without an extension the Accept header chooses, JSON first."})
	op.Parameters = []*huma.Param{
		{Name: "date", In: "path", Required: true, Example: "today.md", Schema: &huma.Schema{Type: "string"}},
		{Name: "profile", In: "query", Description: "Profile id; empty is the general digest", Schema: &huma.Schema{Type: "string"}},
	}
	text := &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	op.Responses["200"] = &huma.Response{Description: "The digest", Content: map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Type: "object"}}, "text/markdown": text, "text/plain": text,
	}}
	describe(op)
	s.app.Get("/api/v1/digests/:date", s.require(ScopeRead), described(op), s.digest)

	op = s.operation(route{method: http.MethodGet, path: "/stream", id: "get-stream", summary: "Server-sent events of what changes", tag: "Server 服务",
		description: "Each event has id, event (its type) and data (JSON with id, type, at, data). Last-Event-ID resumes; event: reset says that older changes are gone and lists should be read anew. A comment every 15 s keeps the connection."})
	op.Parameters = []*huma.Param{
		{Name: "types", In: "query", Description: "Only these types, comma separated, e.g. topic.*,term.bursting", Schema: &huma.Schema{Type: "string"}},
		{Name: "after", In: "query", Description: "Like Last-Event-ID, for clients that cannot set it", Schema: &huma.Schema{Type: "string"}},
		{Name: "Last-Event-ID", In: "header", Schema: &huma.Schema{Type: "string"}},
	}
	op.Responses["200"] = &huma.Response{Description: "Events", Content: map[string]*huma.MediaType{"text/event-stream": text}}
	describe(op)
}

// described refuses query parameters that an operation does not describe, as
// huma does for the handlers that it calls itself.
func described(op huma.Operation) fiber.Handler {
	return func(c *fiber.Ctx) error {
		for _, name := range slices.Sorted(maps.Keys(c.Queries())) {
			if !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == name }) {
				return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "没有这个参数 (unknown query parameter)", Pointer: "query." + name}
			}
		}
		return c.Next()
	}
}

func (s *Server) importFile(c *fiber.Ctx) error {
	kind := c.Query("kind")
	if !slices.Contains([]string{"opml", "sources", "items", "metrics"}, kind) {
		return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "kind 应为 opml、sources、items 或 metrics (unknown kind)", Pointer: "query.kind"}
	}
	dry, err := strconv.ParseBool(c.Query("dry_run", "false"))
	if err != nil || dry && kind != "metrics" { // to write after all would be worse than to refuse
		return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "dry_run 应为 true 或 false，而且只用于 metrics (a boolean, for metrics only)", Pointer: "query.dry_run"}
	}
	name, body, err := upload(c)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // an upload in memory or a temporary file, read to its end
	var v engine.ImportView
	if kind == "metrics" {
		v, err = s.importMetrics(c, c.Query("name", name), body, dry)
	} else {
		v, err = s.Writer.Import(c.UserContext(), kind, c.Query("name", name), body)
	}
	if err != nil {
		return err
	}
	if v.Errors == nil {
		v.Errors = []xuanti.ImportError{}
	}
	return c.JSON(v)
}

// upload returns the file of a multipart form, or the body itself.
func upload(c *fiber.Ctx) (name string, body io.ReadCloser, err error) {
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		if len(c.Body()) == 0 {
			return "", nil, xuanti.Errorf(xuanti.CodeInvalid, "没有收到文件 (the body is empty)")
		}
		return "upload", io.NopCloser(bytes.NewReader(c.Body())), nil
	}
	head, err := c.FormFile("file")
	if err != nil {
		return "", nil, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "表单里没有文件 (no field file in the form)", Pointer: "/file"}
	}
	var f multipart.File
	if f, err = head.Open(); err != nil {
		return "", nil, xuanti.Wrap(xuanti.CodeInvalid, err, "文件无法读取 (unreadable upload)")
	}
	return head.Filename, f, nil
}

// export streams a file. An error before the first byte is an ordinary problem;
// later ones can only cut the connection.
func (s *Server) export(c *fiber.Ctx) error {
	name := c.Params("name")
	ct, ok := exportTypes()[name]
	if !ok {
		return xuanti.Errorf(xuanti.CodeNotFound, "没有这种导出 (no such export)")
	}
	q := engine.ExportQuery{ProfileID: c.Query("profile")}
	var err error
	if n := c.Query("limit"); n != "" {
		if q.Limit, err = strconv.Atoi(n); err != nil || q.Limit < 1 {
			return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "limit 应为正整数 (not a positive number)", Pointer: "query.limit"}
		}
	}
	if q.Since, err = queryTime(c, "since"); err != nil {
		return err
	}
	if q.Until, err = queryTime(c, "until"); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), s.ExportTimeout)
	r, w := io.Pipe()
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		_, _, err := s.Reader.Export(ctx, name, q, w)
		w.CloseWithError(err) // nil becomes io.EOF
	}()
	in := bufio.NewReaderSize(r, 64<<10)
	if _, err := in.Peek(1); err != nil && !errors.Is(err, io.EOF) {
		cancel()
		return err
	}
	c.Set(fiber.HeaderContentType, ct)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Context().SetBodyStream(&exportBody{Reader: in, end: func() { cancel(); _ = r.Close() }}, -1)
	return nil
}

// exportBody ends the exporting goroutine when the client has read it all or
// has left: fasthttp closes a body stream in both cases.
type exportBody struct {
	io.Reader
	end func()
}

// Close implements io.Closer.
func (b *exportBody) Close() error {
	b.end()
	return nil
}

func queryTime(c *fiber.Ctx, name string) (time.Time, error) {
	v := c.Query(name)
	if v == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return t, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "时间应为 RFC 3339 格式 (not an RFC 3339 time)", Pointer: "query." + name}
	}
	return t.UTC(), nil
}

func (s *Server) digest(c *fiber.Ctx) error {
	date, format := splitDigest(c.Params("date"), c.Get(fiber.HeaderAccept))
	body, ct, err := s.Reader.Digest(c.UserContext(), date, c.Query("profile"), format, requestOf(c.UserContext()).origin)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, ct)
	c.Set(fiber.HeaderVary, fiber.HeaderAccept)
	return c.Send(body)
}

// splitDigest separates "today.md" and falls back on the Accept header.
func splitDigest(name, accept string) (date, format string) {
	for _, ext := range []string{"json", "md", "txt"} {
		if d, ok := strings.CutSuffix(name, "."+ext); ok {
			return d, ext
		}
	}
	switch {
	case strings.Contains(accept, "json"):
		return name, "json"
	case strings.Contains(accept, "markdown"):
		return name, "md"
	case strings.Contains(accept, "text/plain"):
		return name, "txt"
	}
	return name, "json"
}
