package server

import (
	"context"
	"net/http"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

type tokenInput struct {
	Body struct {
		Name   string   `json:"name" minLength:"1" maxLength:"100"`
		Scopes []string `json:"scopes" minItems:"1" maxItems:"4" doc:"read, metrics:write, write, admin"`
		TTL    string   `json:"ttl,omitempty" maxLength:"20" example:"720h" doc:"Go duration; empty never expires"`
	}
}

func (s *Server) apiTokens() {
	const tag = "Server 服务"
	handle(s, route{method: http.MethodGet, path: "/status", id: "get-status", summary: "What this server is and how it is", tag: tag},
		func(ctx context.Context, _ *noInput) (engine.Status, error) { return s.status(ctx), nil })
	handle(s, route{method: http.MethodGet, path: "/tokens", id: "list-tokens", summary: "API tokens", tag: tag, scope: ScopeAdmin},
		func(ctx context.Context, _ *noInput) (engine.Page[engine.TokenView], error) {
			return page(s.Writer.Tokens(ctx))
		})
	create(s, route{path: "/tokens", id: "create-token", summary: "Make a token; its secret is only in this answer", tag: tag, scope: ScopeAdmin},
		func(ctx context.Context, in *tokenInput) (engine.TokenView, string, error) {
			var ttl time.Duration
			if in.Body.TTL != "" {
				var err error
				if ttl, err = time.ParseDuration(in.Body.TTL); err != nil || ttl <= 0 {
					return engine.TokenView{}, "", &xuanti.Error{Code: xuanti.CodeInvalid, Message: "ttl 应为正的时长，如 720h (not a positive duration)", Pointer: "/ttl"}
				}
			}
			for _, scope := range in.Body.Scopes {
				if !validScope(scope) {
					return engine.TokenView{}, "", &xuanti.Error{Code: xuanti.CodeInvalid, Message: "权限只有 read、metrics:write、write、admin (unknown scope)", Pointer: "/scopes"}
				}
			}
			v, err := s.Writer.CreateToken(ctx, in.Body.Name, in.Body.Scopes, ttl)
			return v, "/api/v1/tokens", err
		})
	remove(s, route{path: "/tokens/{id}", id: "delete-token", summary: "Delete a token", tag: tag, scope: ScopeAdmin}, s.Writer.DeleteToken)
}

// status is the engine's status with the version of this program.
func (s *Server) status(ctx context.Context) engine.Status {
	st := s.Reader.Status(ctx)
	if st.Version == "" {
		st.Version = s.Version
	}
	return st
}
