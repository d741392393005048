package server

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti/engine"
)

type scorecardData struct {
	engine.ScorecardView
	Head       string // shown for each board
	ByBoard    []engine.ScoreView
	Prev, Next string
}

// scorecardPage shows what was foretold for a day beside what came.
func (s *Server) scorecardPage(c *fiber.Ctx) error {
	p := s.frame(c, "scorecard", "scorecard", "预测成绩单", "Scorecard")
	v, err := s.Reader.Scorecard(c.UserContext(), c.Query("date"))
	if err != nil {
		return err
	}
	d := &scorecardData{ScorecardView: v, Head: c.Query("head", "listed_3h")}
	if !slices.ContainsFunc(v.Heads, func(h engine.ScoreView) bool { return h.Head == d.Head }) {
		d.Head = "listed_3h"
	}
	for _, b := range v.Boards {
		if b.Head == d.Head {
			d.ByBoard = append(d.ByBoard, b)
		}
	}
	if i := slices.Index(v.Days, v.Day); i >= 0 {
		if i > 0 {
			d.Next = v.Days[i-1]
		}
		if i+1 < len(v.Days) {
			d.Prev = v.Days[i+1]
		}
	}
	p.Data = d
	return s.show(c, p, "")
}
