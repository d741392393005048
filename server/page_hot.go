package server

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

type hotData struct {
	Q            engine.TopicQuery
	List         engine.Page[engine.TopicView]
	Base         int // rank of the first row
	Next         string
	Filtered     bool
	Terms        []engine.TermView
	States       []xuanti.State
	Sorts        []choice
	PlatformList []choice
}

// hotPage is the front page: what is hot now.
func (s *Server) hotPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p := s.frame(c, "hot", "hot", "现在热点", "Hot now")
	d := &hotData{
		Q: engine.TopicQuery{
			State: xuanti.State(c.Query("state")), Platform: c.Query("platform"), Text: c.Query("q"), Sort: c.Query("sort", "heat"), Limit: 30, Cursor: c.Query("cursor"),
		},
		Base:   max(1, min(c.QueryInt("n", 1), 100_000)),
		States: []xuanti.State{xuanti.StateNew, xuanti.StateRising, xuanti.StatePeak, xuanti.StateFalling, xuanti.StateBack},
		Sorts: []choice{
			{Value: "heat", Label: pick(p.Lang, "最热", "Hottest")}, {Value: "rising", Label: pick(p.Lang, "升得快", "Rising")},
			{Value: "new", Label: pick(p.Lang, "最新", "Newest")}, {Value: "spread", Label: pick(p.Lang, "跨平台", "Widest")},
		},
	}
	p.Data = d
	d.Filtered = d.Q.State != "" || d.Q.Platform != "" || d.Q.Text != ""
	var err error
	if d.List, err = s.Reader.Topics(ctx, d.Q); err != nil {
		return err
	}
	d.Next = cursorLink(c, d.List.NextCursor, "n", strconv.Itoa(d.Base+len(d.List.Items)))
	if partial(c) {
		return s.show(c, p, "list")
	}
	terms, err := s.Reader.Terms(ctx, 12)
	if err != nil {
		return err
	}
	boards, err := s.Reader.Boards(ctx, 1)
	if err != nil {
		return err
	}
	d.Terms, d.PlatformList = terms.Items, s.platformChoices(boards.Items)
	return s.show(c, p, "")
}
