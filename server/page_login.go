package server

import (
	"net/http"
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

// canLogin tells whether logging in could give more than asking anonymously.
func (s *Server) canLogin() bool { return !(principal{scopes: s.Anonymous}).may(ScopeAdmin) }

type loginData struct{ Back string }

func (s *Server) loginPage(c *fiber.Ctx) error { return s.showLogin(c, c.Query("back"), "") }

func (s *Server) showLogin(c *fiber.Ctx, back, failure string) error {
	p := s.frame(c, "login", "", "登录", "Log in")
	p.Data, p.Error = loginData{Back: back}, failure
	return s.show(c, p, "")
}

// loginForm turns a token into a session.
func (s *Server) loginForm(c *fiber.Ctx) error {
	secret := strings.TrimSpace(c.FormValue("token"))
	if _, err := s.login(c, secret); err != nil {
		p := s.problem(c.UserContext(), err)
		c.Status(p.Status)
		return s.showLogin(c, c.FormValue("back"), p.Detail)
	}
	if old := c.Cookies(sessionCookie); old != "" {
		s.sessions.end(old)
	}
	s.setCookie(c, s.sessions.start(secret))
	return c.Redirect(localPath(c.FormValue("back")), http.StatusSeeOther)
}

// logoutForm ends the session.
func (s *Server) logoutForm(c *fiber.Ctx) error {
	s.sessions.end(c.Cookies(sessionCookie))
	s.dropCookie(c)
	return c.Redirect("/login", http.StatusSeeOther)
}
