package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
)

type contextKey int

const (
	principalKey contextKey = iota
	requestKey
)

// request is what handlers below huma may need of the HTTP request.
type request struct {
	id     string
	lang   string // zh or en
	path   string
	origin string // scheme://host of this server as the client sees it
}

func principalOf(ctx context.Context) principal {
	p, _ := ctx.Value(principalKey).(principal)
	return p
}

func requestOf(ctx context.Context) request {
	r, _ := ctx.Value(requestKey).(request)
	return r
}

// identify finds out who asks. Wrong credentials are an error even where
// anonymous requests are allowed: a client should learn that its token is dead.
func (s *Server) identify(c *fiber.Ctx) error {
	p := principal{scopes: s.Anonymous}
	header := c.Get(fiber.HeaderAuthorization)
	cookie := c.Cookies(sessionCookie)
	switch {
	case header != "":
		scheme, secret, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return s.unauthorized(c, "只接受 Authorization: Bearer 令牌 (only bearer tokens are accepted)")
		}
		var err error
		if p, err = s.login(c, strings.TrimSpace(secret)); err != nil {
			return err
		}
	case cookie != "":
		secret, ok := s.sessions.secret(cookie)
		if !ok {
			s.dropCookie(c)
			break
		}
		q, err := s.check(c.UserContext(), secret)
		if err != nil {
			s.sessions.end(cookie)
			s.dropCookie(c)
			break
		}
		p, p.cookie = q, true
	}
	c.SetUserContext(context.WithValue(c.UserContext(), principalKey, p))
	return c.Next()
}

// unguessable is the length from which no guessing finds a token; those that
// the engine makes are longer.
const unguessable = 32

// login checks a token that a client sent, and slows down guessing: after too
// many wrong ones from an address only those are looked at that were let in from
// there before, and those too long to be guessed. So nobody is locked out by
// what others send from the same address.
func (s *Server) login(c *fiber.Ctx, secret string) (principal, error) {
	ip := c.IP()
	if s.logins.exhausted(ip) && len(secret) < unguessable && !s.guests.has(ip, secret) {
		return principal{}, s.tooMany(c)
	}
	p, err := s.check(c.UserContext(), secret)
	if err == nil {
		s.guests.add(ip, secret)
		return p, nil
	}
	if xuanti.CodeOf(err) != xuanti.CodeUnauthorized {
		return principal{}, err
	}
	if !s.logins.allow(ip) {
		return principal{}, s.tooMany(c)
	}
	return principal{}, s.unauthorized(c, "令牌无效或已过期 (the token is invalid or has expired)")
}

func (s *Server) tooMany(c *fiber.Ctx) error {
	c.Set(fiber.HeaderRetryAfter, "5")
	return xuanti.Errorf(xuanti.CodeLimited, "尝试次数过多，请稍后再试 (too many failed attempts)")
}

// check turns a token into a principal.
func (s *Server) check(ctx context.Context, secret string) (principal, error) {
	if s.AdminToken != "" {
		// Equal lengths, so that the comparison tells nothing about the token.
		a, b := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(s.AdminToken))
		if subtle.ConstantTimeCompare(a[:], b[:]) == 1 {
			return principal{name: "admin", scopes: []string{ScopeAdmin}}, nil
		}
	}
	if secret == "" || len(secret) > 512 {
		return principal{}, xuanti.Errorf(xuanti.CodeUnauthorized, "no token")
	}
	t, err := s.Writer.Authenticate(ctx, secret)
	if err != nil {
		return principal{}, err
	}
	return principal{name: t.Name, scopes: t.Scopes}, nil
}

func (s *Server) unauthorized(c *fiber.Ctx, message string) error {
	c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="xuanti", error="invalid_token"`)
	return xuanti.Errorf(xuanti.CodeUnauthorized, "%s", message)
}

// need refuses a principal without a scope. A request without credentials gets
// 401, one with too few gets 403.
func need(ctx context.Context, scope string) error {
	p := principalOf(ctx)
	if p.may(scope) {
		return nil
	}
	if p.name == "" {
		return xuanti.Errorf(xuanti.CodeUnauthorized, "需要登录或令牌，权限 %s (a token with scope %s is needed)", scope, scope)
	}
	return xuanti.Errorf(xuanti.CodeForbidden, "令牌缺少权限 %s (the token lacks scope %s)", scope, scope)
}

// require guards plain handlers.
func (s *Server) require(scope string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := need(c.UserContext(), scope); err != nil {
			return err
		}
		return c.Next()
	}
}

func isLoopbackHost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}
