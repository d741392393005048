package server

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti/engine"
)

// shownRegroupings is how many decisions about an event its page lists.
const shownRegroupings = 10

// mergeForm makes an event part of another, named by id or by the address of
// its page.
func (s *Server) mergeForm(c *fiber.Ctx) error {
	into := strings.TrimSpace(c.FormValue("into"))
	into, _, _ = strings.Cut(into, "?")
	into = into[strings.LastIndexByte(into, '/')+1:]
	ctx := c.UserContext()
	v, err := s.Writer.MergeEvents(ctx, c.Params("id"), into, principalOf(ctx).name)
	return regrouped(c, v, err)
}

// splitForm makes the ticked members an event of their own.
func (s *Server) splitForm(c *fiber.Ctx) error {
	var items []string
	for _, v := range c.Request().PostArgs().PeekMulti("item") {
		items = append(items, string(v))
	}
	ctx := c.UserContext()
	v, err := s.Writer.SplitEvent(ctx, c.Params("id"), items, principalOf(ctx).name)
	return regrouped(c, v, err)
}

func (s *Server) pinForm(c *fiber.Ctx) error {
	ctx := c.UserContext()
	v, err := s.Writer.PinEvent(ctx, c.Params("id"), c.FormValue("pinned") == "true", principalOf(ctx).name)
	return regrouped(c, v, err)
}

func (s *Server) undoForm(c *fiber.Ctx) error {
	ctx := c.UserContext()
	v, err := s.Writer.UndoRegroup(ctx, c.Params("id"), principalOf(ctx).name)
	return regrouped(c, v, err)
}

// regrouped goes back to the page of the event that was decided on.
func regrouped(c *fiber.Ctx, v engine.RegroupView, err error) error {
	if err != nil {
		return err
	}
	return c.Redirect("/events/"+v.EventID+"?done=saved#regroup", http.StatusSeeOther)
}
