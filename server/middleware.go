package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"golang.org/x/text/language"

	"github.com/xuanti/xuanti"
)

const (
	langCookie  = "xt_lang"
	themeCookie = "xt_theme"
	pageCSP     = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	// Pages of the demo web are ours, but imitate foreign pages: no scripts.
	demoCSP = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
)

// middleware installs what every request passes, in this order.
func (s *Server) middleware() {
	panics := recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: func(c *fiber.Ctx, v any) {
		s.Log.Error("handler panicked", slog.String("path", c.Path()), slog.Any("value", v), slog.String("stack", stack()))
	}})
	s.app.Use(panics, s.describe, s.record, panics, s.headers, s.checkHost, s.identify, s.throttle, s.checkSite, s.deadline)
	s.app.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed, Next: streamed}))
}

// streamed tells whether a path answers with a body that is made while it is
// sent, or one that is compressed already.
func streamed(c *fiber.Ctx) bool {
	p := c.Path()
	return strings.HasPrefix(p, streamPath) || strings.HasPrefix(p, "/api/v1/exports/") || p == "/metrics"
}

// describe gives the request an id, a language and a parent context.
func (s *Server) describe(c *fiber.Ctx) error {
	id := c.Get(fiber.HeaderXRequestID)
	if !plainID(id) {
		var raw [8]byte
		_, _ = rand.Read(raw[:])
		id = hex.EncodeToString(raw[:])
	}
	c.Set(fiber.HeaderXRequestID, id)
	r := request{id: id, lang: s.language(c), path: c.Path(), origin: s.origin(c)}
	c.SetUserContext(context.WithValue(s.base, requestKey, r))
	return c.Next()
}

func plainID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' && r != '_' && r != '.' {
			return false
		}
	}
	return true
}

// language is zh or en: for pages what the reader chose, Chinese first; for
// programs what Accept-Language says.
func (s *Server) language(c *fiber.Ctx) string {
	switch c.Cookies(langCookie) {
	case "zh":
		return "zh"
	case "en":
		return "en"
	}
	accept := c.Get(fiber.HeaderAcceptLanguage)
	if accept == "" || !strings.HasPrefix(c.Path(), "/api/") {
		return "zh"
	}
	_, i := language.MatchStrings(language.NewMatcher([]language.Tag{language.Chinese, language.English}), accept)
	if i == 1 {
		return "en"
	}
	return "zh"
}

// origin is this server's address as links in feeds should name it.
func (s *Server) origin(c *fiber.Ctx) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	return c.Protocol() + "://" + string(c.Request().Host())
}

// record handles errors, then writes one log line and counts the request.
func (s *Server) record(c *fiber.Ctx) error {
	start := time.Now() // a duration for people, no decision hangs on it
	if err := c.Next(); err != nil {
		if err := s.fail(c, err); err != nil {
			return err
		}
	}
	took := time.Since(start)
	status := c.Response().StatusCode()
	s.metrics.observe(c.Method(), routeOf(c), status, took)
	level := slog.LevelDebug
	if c.Method() != fiber.MethodGet {
		level = slog.LevelInfo
	}
	s.Log.LogAttrs(c.UserContext(), level, "request",
		slog.String("method", c.Method()), slog.String("path", logPath(c.Path())), slog.Int("status", status),
		slog.Duration("took", took), slog.String("request_id", requestOf(c.UserContext()).id),
		slog.String("who", principalOf(c.UserContext()).name))
	return nil
}

// logPath hides the secret in a private feed's path.
func logPath(p string) string {
	if strings.HasPrefix(p, "/feeds/") {
		return "/feeds/…"
	}
	return p
}

// routeOf is the pattern of the matched route, so that metrics do not grow
// with ids in paths.
func routeOf(c *fiber.Ctx) string {
	if r := c.Route(); r != nil && c.Response().StatusCode() != fiber.StatusNotFound {
		return r.Path
	}
	return "other"
}

func (s *Server) headers(c *fiber.Ctx) error {
	csp := pageCSP
	if strings.HasPrefix(c.Path(), "/demo/") {
		csp = demoCSP
	}
	for _, h := range [][2]string{
		{fiber.HeaderContentSecurityPolicy, csp},
		{fiber.HeaderXContentTypeOptions, "nosniff"},
		{fiber.HeaderReferrerPolicy, "same-origin"},
		{fiber.HeaderXFrameOptions, "DENY"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{fiber.HeaderPermissionsPolicy, "camera=(), microphone=(), geolocation=()"},
	} {
		c.Set(h[0], h[1])
	}
	if strings.HasPrefix(s.BaseURL, "https://") {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
	return c.Next()
}

// checkHost refuses foreign host names on a loopback listener (DNS rebinding).
func (s *Server) checkHost(c *fiber.Ctx) error {
	if !s.Loopback {
		return c.Next()
	}
	host := string(c.Request().Host()) // not c.Hostname(): no forwarded header here
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if isLoopbackHost(host) || s.baseHost != "" && strings.EqualFold(host, s.baseHost) {
		return c.Next()
	}
	return fiber.NewError(fiber.StatusMisdirectedRequest, "这个地址不属于本服务；请用 127.0.0.1 或配置 base_url (unknown host name)")
}

// throttle limits each client on a public address. One person on loopback
// cannot be an attack.
func (s *Server) throttle(c *fiber.Ctx) error {
	if s.Loopback {
		return c.Next()
	}
	key := c.IP()
	if p := principalOf(c.UserContext()); p.name != "" {
		key = "token:" + p.name
	}
	if !s.requests.allow(key) {
		c.Set(fiber.HeaderRetryAfter, "1")
		return xuanti.Errorf(xuanti.CodeLimited, "请求过于频繁，请稍后再试 (too many requests)")
	}
	return c.Next()
}

// checkSite refuses changes that a page of another site sends with the
// reader's browser. Requests with a bearer token are exempt: a foreign page
// cannot add one.
func (s *Server) checkSite(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	if c.Get(fiber.HeaderAuthorization) != "" {
		return c.Next()
	}
	refused := fiber.NewError(fiber.StatusForbidden, "拒绝来自其他网站的请求 (cross-site request refused)")
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return c.Next()
	case "":
	default:
		return refused
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		// No browser sends a POST without either header, so this is a program;
		// with a session cookie it has no business here.
		if principalOf(c.UserContext()).cookie {
			return refused
		}
		return c.Next()
	}
	u, err := url.Parse(origin)
	if err == nil && u.Host != "" && (u.Host == string(c.Request().Host()) || origin == s.baseOrigin()) {
		return c.Next()
	}
	return refused
}

func (s *Server) baseOrigin() string {
	u, err := url.Parse(s.BaseURL)
	if err != nil || s.BaseURL == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// deadline bounds the work for a request. A client that leaves is invisible
// below fasthttp, so every query carries its own end.
func (s *Server) deadline(c *fiber.Ctx) error {
	if strings.HasPrefix(c.Path(), streamPath) || strings.HasPrefix(c.Path(), "/api/v1/exports/") {
		return c.Next()
	}
	limit := s.RequestTimeout
	if strings.HasPrefix(c.Path(), "/api/v1/imports") || strings.HasPrefix(c.Path(), "/sources/import") {
		limit = s.ExportTimeout
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), limit)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}
