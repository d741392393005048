package server

import (
	"github.com/gofiber/fiber/v2"
)

func (s *Server) errorPage(c *fiber.Ctx, p *Problem) error {
	c.Status(p.Status).Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return c.SendString(p.Title + "\n" + p.Detail + "\n")
}
