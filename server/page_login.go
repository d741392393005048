package server

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// setCookie stores a session at the reader's browser.
func (s *Server) setCookie(c *fiber.Ctx, id string) {
	c.Cookie(&fiber.Cookie{
		Name: sessionCookie, Value: id, Path: "/", MaxAge: int(sessionTTL / time.Second),
		HTTPOnly: true, SameSite: fiber.CookieSameSiteStrictMode, Secure: s.secure(c),
	})
}

func (s *Server) dropCookie(c *fiber.Ctx) {
	c.Cookie(&fiber.Cookie{
		Name: sessionCookie, Path: "/", MaxAge: -1, Expires: time.Unix(1, 0),
		HTTPOnly: true, SameSite: fiber.CookieSameSiteStrictMode, Secure: s.secure(c),
	})
}

func (s *Server) secure(c *fiber.Ctx) bool {
	return c.Secure() || strings.HasPrefix(s.BaseURL, "https://")
}
