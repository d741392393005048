package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
)

// Problem is an RFC 9457 problem: the one shape of all API errors.
type Problem struct {
	Type      string         `json:"type" doc:"Identifies the kind of problem" example:"about:blank"`
	Title     string         `json:"title" doc:"Short summary in Chinese, or in English if Accept-Language prefers it"`
	Status    int            `json:"status" doc:"HTTP status"`
	Code      string         `json:"code" doc:"Stable code: invalid not_found conflict unauthorized forbidden limited unavailable locked corrupt internal"`
	Detail    string         `json:"detail" doc:"What happened and what to do"`
	Instance  string         `json:"instance" doc:"Path of the request"`
	RequestID string         `json:"request_id" doc:"Names the request in the log"`
	Errors    []ProblemPlace `json:"errors,omitempty" doc:"Places in the request that are wrong"`
}

// ProblemPlace is one wrong place in a request.
type ProblemPlace struct {
	Pointer string `json:"pointer" doc:"JSON pointer into the body, or the name of a parameter"`
	Detail  string `json:"detail"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// statusOf maps an error code to its one HTTP status.
func statusOf(code xuanti.Code) int {
	switch code {
	case xuanti.CodeInvalid:
		return http.StatusUnprocessableEntity
	case xuanti.CodeNotFound:
		return http.StatusNotFound
	case xuanti.CodeConflict:
		return http.StatusConflict
	case xuanti.CodeUnauthorized:
		return http.StatusUnauthorized
	case xuanti.CodeForbidden:
		return http.StatusForbidden
	case xuanti.CodeLimited:
		return http.StatusTooManyRequests
	case xuanti.CodeUnavailable, xuanti.CodeLocked:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// codeOf maps an HTTP status that a library chose to our codes.
func codeOf(status int) xuanti.Code {
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return xuanti.CodeNotFound
	case http.StatusConflict:
		return xuanti.CodeConflict
	case http.StatusUnauthorized:
		return xuanti.CodeUnauthorized
	case http.StatusForbidden, http.StatusMisdirectedRequest:
		return xuanti.CodeForbidden
	case http.StatusTooManyRequests, http.StatusRequestEntityTooLarge:
		return xuanti.CodeLimited
	case http.StatusServiceUnavailable, http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return xuanti.CodeUnavailable
	}
	if status >= 400 && status < 500 {
		return xuanti.CodeInvalid
	}
	return xuanti.CodeInternal
}

func titleOf(code xuanti.Code, lang string) string {
	zh, en := "内部错误", "Internal error"
	switch code {
	case xuanti.CodeInvalid:
		zh, en = "请求有误", "Invalid request"
	case xuanti.CodeNotFound:
		zh, en = "没有找到", "Not found"
	case xuanti.CodeConflict:
		zh, en = "现在不能这样改", "Conflict"
	case xuanti.CodeUnauthorized:
		zh, en = "需要登录", "Not authenticated"
	case xuanti.CodeForbidden:
		zh, en = "没有权限", "Forbidden"
	case xuanti.CodeLimited:
		zh, en = "太多或太大", "Too many or too large"
	case xuanti.CodeUnavailable, xuanti.CodeLocked:
		zh, en = "暂时不可用", "Temporarily unavailable"
	case xuanti.CodeCorrupt:
		zh, en = "数据损坏", "Stored data is damaged"
	}
	if lang == "en" {
		return en
	}
	return zh
}

// problem turns any error into a Problem. Causes that users must not see are
// logged here and nowhere else.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	r := requestOf(ctx)
	code, status, detail, pointer := xuanti.CodeInternal, 0, "", ""
	var xe *xuanti.Error
	var fe *fiber.Error
	var se huma.StatusError
	switch {
	case errors.As(err, &xe):
		code, detail, pointer = xe.Code, xe.Message, xe.Pointer
		if errors.Is(err, context.DeadlineExceeded) && code == xuanti.CodeInternal {
			code, detail = xuanti.CodeUnavailable, "处理超时 (the request took too long)"
		}
	case errors.As(err, &fe):
		status, code, detail = fe.Code, codeOf(fe.Code), fe.Message
	case errors.As(err, &se):
		status, code, detail = se.GetStatus(), codeOf(se.GetStatus()), se.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		code, detail = xuanti.CodeUnavailable, "处理超时 (the request took too long)"
	}
	if status == 0 {
		status = statusOf(code)
	}
	if status >= 500 {
		s.Log.ErrorContext(ctx, "request failed", slog.String("request_id", r.id), slog.String("path", r.path), slog.Any("error", err))
	}
	if detail == "" {
		detail = titleOf(code, r.lang)
	}
	p = &Problem{
		Type: "about:blank", Title: titleOf(code, r.lang), Status: status, Code: string(code),
		Detail: detail, Instance: r.path, RequestID: r.id,
	}
	if pointer != "" {
		p.Errors = []ProblemPlace{{Pointer: pointer, Detail: detail}}
	}
	return p
}

// fromModel turns huma's own errors (validation, unreadable bodies) into a
// Problem. It is a response transformer of the API.
func (s *Server) fromModel(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	r := requestOf(ctx.Context())
	code := codeOf(m.Status)
	p := &Problem{
		Type: "about:blank", Title: titleOf(code, r.lang), Status: m.Status, Code: string(code),
		Detail: m.Detail, Instance: r.path, RequestID: r.id,
	}
	for _, e := range m.Errors {
		if e == nil {
			continue
		}
		p.Errors = append(p.Errors, ProblemPlace{Pointer: pointerOf(e.Location), Detail: e.Message})
	}
	return p, nil
}

// pointerOf turns a location such as body.items[3].tags into a JSON pointer.
// Locations outside the body (query.limit) stay as they are.
func pointerOf(location string) string {
	rest, ok := strings.CutPrefix(location, "body")
	if !ok {
		return location
	}
	rest = strings.NewReplacer("~", "~0", "/", "~1", "[", "/", "]", "", ".", "/").Replace(rest)
	if rest != "" && !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	return rest
}

// fail is fiber's error handler: a problem for programs, a page for people.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	p := s.problem(c.UserContext(), err)
	if p.Instance == "" {
		p.Instance = c.Path()
	}
	if p.Status == http.StatusRequestEntityTooLarge {
		closeLate(c)
	}
	if s.wantsPage(c) {
		return s.errorPage(c, p)
	}
	body, merr := json.Marshal(p)
	if merr != nil {
		return merr
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Status(p.Status).Set(fiber.HeaderContentType, problemType)
	return c.Send(body)
}

// wantsPage tells whether an error should be shown as HTML.
func (s *Server) wantsPage(c *fiber.Ctx) bool {
	path := c.Path()
	if strings.HasPrefix(path, "/api/") || path == "/openapi.json" || path == "/metrics" || strings.HasPrefix(path, "/feeds/") {
		return false
	}
	return strings.Contains(c.Get(fiber.HeaderAccept), "text/html") || c.Get("HX-Request") != ""
}
