package server

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

type termsData struct {
	Terms    []engine.TermView
	Rule     engine.BurstRule
	Words    []engine.WordView
	Status   string
	Statuses []choice
	Next     string
}

// termsPage shows trending words and the new words that wait for a decision.
func (s *Server) termsPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p := s.frame(c, "terms", "terms", "热词", "Trending words")
	d := &termsData{Status: c.Query("status", "proposed"), Statuses: []choice{
		{Value: "proposed", Label: pick(p.Lang, "待定", "Proposed")}, {Value: "auto", Label: pick(p.Lang, "自动接受", "Automatic")},
		{Value: "accepted", Label: pick(p.Lang, "已接受", "Accepted")}, {Value: "rejected", Label: pick(p.Lang, "已拒绝", "Rejected")},
	}}
	p.Data = d
	terms, err := s.Reader.Terms(ctx, 50)
	if err != nil {
		return err
	}
	d.Terms, d.Rule = terms.Items, s.Reader.BurstRule()
	if partial(c) {
		return s.show(c, p, "list")
	}
	list, err := s.Reader.Words(ctx, d.Status, 60, c.Query("cursor"))
	if err != nil {
		return err
	}
	d.Words = list.Items
	if d.Next = cursorLink(c, list.NextCursor); d.Next != "" {
		d.Next += "#words"
	}
	return s.show(c, p, "")
}

// wordForm takes the decision about a new word, or takes it back.
func (s *Server) wordForm(c *fiber.Ctx) error {
	status := xuanti.WordStatus(c.FormValue("status"))
	w, err := s.Writer.DecideWord(c.UserContext(), c.FormValue("text"), status)
	if err != nil {
		return err
	}
	if !partial(c) {
		return c.Redirect("/terms?done=saved#words", http.StatusSeeOther)
	}
	return s.showRow(c, s.frame(c, "terms", "terms", "热词", "Trending words"), "word", w)
}
