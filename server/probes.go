package server

import (
	"bytes"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
)

// healthz says that the process answers.
func (s *Server) healthz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(fiber.Map{"status": "ok"})
}

// readyz says whether the server does its job; 503 with the reasons if not. It
// tells nothing that a stranger may not know.
func (s *Server) readyz(c *fiber.Ctx) error {
	st := s.Reader.Status(c.UserContext())
	c.Set(fiber.HeaderCacheControl, "no-store")
	word := "ready"
	if !st.Ready {
		word = "not ready"
		c.Status(fiber.StatusServiceUnavailable)
	}
	return c.JSON(fiber.Map{"status": word, "checks": st.Checks})
}

// feed is the private RSS feed of a subscription. The token in its path is its
// only credential, since feed readers send no headers.
func (s *Server) feed(c *fiber.Ctx) error {
	token, ok := strings.CutSuffix(c.Params("token"), ".xml")
	if !ok || token == "" {
		return xuanti.Errorf(xuanti.CodeNotFound, "没有这个订阅源 (no such feed)")
	}
	var b bytes.Buffer
	if err := s.Reader.SubscriptionFeed(c.UserContext(), token, requestOf(c.UserContext()).origin, &b); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/rss+xml; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "private, max-age=60")
	tag := tagOf(b.Bytes())
	c.Set(fiber.HeaderETag, tag)
	if matches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	return c.Send(b.Bytes())
}

// demo shows pages of the demo web, so that its links work in a browser. The
// demo web knows its paths without the /demo in front.
func (s *Server) demo(c *fiber.Ctx) error {
	path, err := url.PathUnescape(c.Params("*"))
	html, ok := "", false
	if err == nil {
		html, ok = s.Reader.DemoPage("/" + path)
	}
	if !ok {
		return xuanti.Errorf(xuanti.CodeNotFound, "没有这个演示页面 (no such demo page)")
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	return c.SendString(html)
}

// stack is the stack of a panicking handler.
func stack() string { return string(debug.Stack()) }
