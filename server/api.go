package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti/engine"
)

const apiDescription = `What Chinese platforms and media talk about, what is taking off, and what an account should write next.

Lists answer ` + "`{items, next_cursor, as_of}`" + `; pass next_cursor back as cursor. Times are RFC 3339.
Errors are RFC 9457 problems. GET answers carry a weak ETag that leaves out as_of.
On a loopback address without an admin token everything is open; elsewhere send ` + "`Authorization: Bearer xt_…`" + `.
Scopes: read (every GET), metrics:write (pushing counts), write (changes), admin (tokens).`

// routes mounts everything that has an address.
func (s *Server) routes() {
	s.app.Use("/api/", etag)
	cfg := huma.DefaultConfig("Xuanti 选题", s.apiVersion())
	cfg.Info.Description = apiDescription
	cfg.DocsPath, cfg.SchemasPath, cfg.OpenAPIPath = "", "", "" // our own, offline
	cfg.CreateHooks = nil                                       // no $schema fields in bodies
	cfg.RejectUnknownQueryParameters = true
	cfg.Transformers = append(cfg.Transformers, s.fromModel)
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "Token made with xuanti token, or the admin token"},
	}
	s.api = humafiber.New(s.app, cfg)
	s.api.UseMiddleware(s.authorize)
	s.apiTopics()
	s.apiSuggest()
	s.apiSearch()
	s.apiBoards()
	s.apiAccounts()
	s.apiSubscriptions()
	s.apiChannels()
	s.apiSources()
	s.apiFiles()
	s.apiMetrics()
	s.apiTokens()
	s.plainRoutes()
}

// apiVersion is the version of the API, not of the program: the document stays
// the same between builds.
func (s *Server) apiVersion() string { return "1.0.0" }

// authorize checks the scope of an operation before its input is looked at.
func (s *Server) authorize(ctx huma.Context, next func(huma.Context)) {
	scope, _ := ctx.Operation().Metadata["scope"].(string)
	if err := need(ctx.Context(), scope); err != nil {
		p := s.problem(ctx.Context(), err)
		if p.Status == http.StatusUnauthorized {
			ctx.SetHeader(fiber.HeaderWWWAuthenticate, `Bearer realm="xuanti", scope="`+scope+`"`)
		}
		_ = huma.WriteErr(s.api, ctx, p.Status, p.Detail)
		return
	}
	next(ctx)
}

// reply is the answer of an operation.
type reply[T any] struct {
	Location string `header:"Location" doc:"Address of what was created"`
	Body     T
}

// route says where an operation lives.
type route struct {
	method, path, id, summary, tag string
	scope                          string // default: read for GET, write otherwise
	status                         int    // default 200
	description                    string
}

func (s *Server) operation(r route) huma.Operation {
	if r.scope == "" {
		r.scope = ScopeWrite
		if r.method == http.MethodGet {
			r.scope = ScopeRead
		}
	}
	schema := s.api.OpenAPI().Components.Schemas
	return huma.Operation{
		OperationID: r.id, Method: r.method, Path: "/api/v1" + r.path, Summary: r.summary,
		Description: r.description, Tags: []string{r.tag}, DefaultStatus: r.status,
		Metadata: map[string]any{"scope": r.scope},
		Security: []map[string][]string{{"bearer": {r.scope}}},
		Responses: map[string]*huma.Response{"default": {
			Description: "Problem",
			Content:     map[string]*huma.MediaType{problemType: {Schema: problemSchema(schema)}},
		}},
		MaxBodyBytes: int64(s.BodyLimit),
	}
}

// handle registers an operation that answers with a body.
func handle[I, T any](s *Server, r route, fn func(ctx context.Context, in *I) (T, error)) {
	huma.Register(s.api, s.operation(r), func(ctx context.Context, in *I) (*reply[T], error) {
		v, err := fn(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &reply[T]{Body: v}, nil
	})
}

// create registers an operation that makes something: 201 with its address.
func create[I, T any](s *Server, r route, fn func(ctx context.Context, in *I) (v T, location string, err error)) {
	r.method, r.status = http.MethodPost, http.StatusCreated
	huma.Register(s.api, s.operation(r), func(ctx context.Context, in *I) (*reply[T], error) {
		v, location, err := fn(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &reply[T]{Body: v, Location: location}, nil
	})
}

// deleter removes the thing with an id.
type deleter func(ctx context.Context, id string) error

// remove registers an operation that deletes something: 204.
func remove(s *Server, r route, fn deleter) {
	r.method, r.status = http.MethodDelete, http.StatusNoContent
	huma.Register(s.api, s.operation(r), func(ctx context.Context, in *IDInput) (*struct{}, error) {
		if err := fn(ctx, in.ID); err != nil {
			return nil, s.problem(ctx, err)
		}
		return nil, nil
	})
}

// IDInput names one thing.
type IDInput struct {
	ID string `path:"id" maxLength:"200"`
}

// noInput is for operations without parameters.
type noInput struct{}

// Paging is the part of a list request that all lists share. It is exported
// because huma skips embedded types that are not.
type Paging struct {
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"How many at most"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before"`
}

// page makes sure that an empty list is [] and never null.
func page[T any](p engine.Page[T], err error) (engine.Page[T], error) {
	if p.Items == nil {
		p.Items = []T{}
	}
	return p, err
}

func problemSchema(r huma.Registry) *huma.Schema {
	return r.Schema(problemGoType, true, "Problem")
}

// buildSpec renders the OpenAPI document and what its page shows once, after all routes
// are known.
func (s *Server) buildSpec() error {
	doc := s.api.OpenAPI()
	delete(doc.Components.Schemas.Map(), "ErrorModel") // replaced by Problem
	delete(doc.Components.Schemas.Map(), "ErrorDetail")
	raw, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	s.spec, s.docs = out.Bytes(), buildDocs(doc)
	return nil
}

func (s *Server) plainRoutes() {
	s.app.Get("/openapi.json", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, "application/json")
		return c.Send(s.spec)
	})
	s.app.Get(streamPath, s.require(ScopeRead), s.stream)
	s.app.Get("/healthz", s.healthz)
	s.app.Get("/readyz", s.readyz)
	s.app.Get("/metrics", s.require(ScopeRead), s.metricsHandler())
	s.app.Get("/feeds/:token", s.feed)
	s.pages()
	s.app.Get("/demo/*", s.require(ScopeRead), s.demo)
	s.app.Use(nowhere)
}

// nowhere answers what no route takes: 405 and the methods that an address has,
// or 404.
func nowhere(c *fiber.Ctx) error {
	path := strings.ToValidUTF8(c.Path(), "?")
	var methods []string
	for _, r := range c.App().GetRoutes(true) {
		if !slices.Contains(methods, r.Method) && fiber.RoutePatternMatch(c.Path(), r.Path) {
			methods = append(methods, r.Method)
		}
	}
	if len(methods) == 0 {
		return fiber.NewError(fiber.StatusNotFound, "没有这个地址 (no such address): "+path)
	}
	c.Set(fiber.HeaderAllow, strings.Join(methods, ", "))
	return fiber.NewError(fiber.StatusMethodNotAllowed, fmt.Sprintf("%s 不接受 %s，只接受 %s (method not allowed)", path, c.Method(), strings.Join(methods, ", ")))
}
