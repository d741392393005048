package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti/engine"
)

// shownRegroupings is how many decisions about an event its page lists.
const shownRegroupings = 10

// mergeForm makes an event or topic part of another, named by id or by the
// address of its page.
func mergeForm(merge func(ctx context.Context, from, into, by string) (engine.RegroupView, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		into := strings.TrimSpace(c.FormValue("into"))
		into, _, _ = strings.Cut(into, "?")
		into = into[strings.LastIndexByte(into, '/')+1:]
		ctx := c.UserContext()
		v, err := merge(ctx, c.Params("id"), into, principalOf(ctx).name)
		return regrouped(c, v, err)
	}
}

// splitForm makes the ticked members an event or topic of their own.
func splitForm(split func(ctx context.Context, id string, members []string, by string) (engine.RegroupView, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		var members []string
		for _, v := range c.Request().PostArgs().PeekMulti("item") {
			members = append(members, string(v))
		}
		ctx := c.UserContext()
		v, err := split(ctx, c.Params("id"), members, principalOf(ctx).name)
		return regrouped(c, v, err)
	}
}

// pinForm fixes what an event or topic is, or lets it go.
func pinForm(pin func(ctx context.Context, id string, on bool, by string) (engine.RegroupView, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		v, err := pin(ctx, c.Params("id"), c.FormValue("pinned") == "true", principalOf(ctx).name)
		return regrouped(c, v, err)
	}
}

func (s *Server) undoForm(c *fiber.Ctx) error {
	ctx := c.UserContext()
	v, err := s.Writer.UndoRegroup(ctx, c.Params("id"))
	return regrouped(c, v, err)
}

// regrouped goes back to the page of what was decided on.
func regrouped(c *fiber.Ctx, v engine.RegroupView, err error) error {
	if err != nil {
		return err
	}
	page := "/events/"
	if v.Kind.OfTopics() {
		page = "/topics/"
	}
	return c.Redirect(page+v.EventID+"?done=saved#regroup", http.StatusSeeOther)
}
