package server

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// boardsPage shows all boards side by side.
func (s *Server) boardsPage(c *fiber.Ctx) error {
	list, err := s.Reader.Boards(c.UserContext(), 10)
	if err != nil {
		return err
	}
	p := s.frame(c, "boards", "boards", "各平台榜单", "Boards")
	p.Data = struct{ Boards []engine.BoardView }{list.Items}
	if partial(c) {
		return s.show(c, p, "grid")
	}
	return s.show(c, p, "")
}

type boardData struct {
	B       engine.BoardView
	At      string
	Snap    *engine.BoardSnapshot // the stored one that ?at= names
	History []engine.BoardSnapshot
}

// boardPage shows a board in full, now or as it was.
func (s *Server) boardPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	b, err := s.Reader.Board(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	p := s.frame(c, "board", "boards", b.Name, b.Name)
	d := &boardData{B: b, At: c.Query("at")}
	p.Data = d
	to := p.Now
	if d.At != "" {
		at, err := time.Parse(time.RFC3339, d.At)
		if err != nil {
			return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "时间应为 RFC 3339 格式 (not an RFC 3339 time)", Pointer: "query.at"}
		}
		// The address holds whole seconds, snapshots are stored to the millisecond.
		snaps, err := s.Reader.BoardHistory(ctx, b.ID, at.Add(-time.Hour), at.Add(time.Second), 1)
		if err != nil {
			return err
		}
		if len(snaps.Items) > 0 {
			d.Snap = &snaps.Items[0]
		}
	}
	history, err := s.Reader.BoardHistory(ctx, b.ID, to.Add(-6*time.Hour), to, 40)
	if err != nil {
		return err
	}
	d.History = history.Items
	return s.show(c, p, "")
}
