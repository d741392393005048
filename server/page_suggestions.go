package server

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

type suggestionsData struct {
	Profiles []engine.ProfileView
	Current  string
	Status   string
	Statuses []choice
	Reasons  []choice
	List     engine.Page[engine.SuggestionView]
}

func suggestionChoices(lang string) *suggestionsData {
	return &suggestionsData{
		Statuses: []choice{
			{Value: "open", Label: pick(lang, "待定", "Open")}, {Value: "accepted", Label: pick(lang, "已采纳", "Accepted")},
			{Value: "done", Label: pick(lang, "已写", "Written")}, {Value: "dismissed", Label: pick(lang, "不要", "Dismissed")},
		},
		Reasons: []choice{
			{Value: "irrelevant", Label: pick(lang, "与我无关", "Not my subject")}, {Value: "written", Label: pick(lang, "写过了", "Written already")},
			{Value: "late", Label: pick(lang, "来不及了", "Too late")}, {Value: "risky", Label: pick(lang, "风险太大", "Too risky")}, {Value: "other", Label: pick(lang, "其他", "Other")},
		},
	}
}

// suggestionsPage shows what a profile should write next.
func (s *Server) suggestionsPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p := s.frame(c, "suggestions", "suggestions", "选题建议", "Suggestions")
	d := suggestionChoices(p.Lang)
	p.Data = d
	profiles, err := s.Reader.Profiles(ctx)
	if err != nil {
		return err
	}
	d.Profiles, d.Current, d.Status = profiles.Items, c.Query("profile"), c.Query("status", "open")
	if d.Current == "" && len(d.Profiles) > 0 {
		d.Current = d.Profiles[0].ID
	}
	if d.Current != "" {
		if d.List, err = s.Reader.Suggestions(ctx, d.Current, d.Status, 30); err != nil {
			return err
		}
	}
	return s.show(c, p, "")
}

// decideForm takes a planner's decision and answers with the card.
func (s *Server) decideForm(c *fiber.Ctx) error {
	status, reason, _ := strings.Cut(c.FormValue("status"), ":")
	profile := c.FormValue("profile_id")
	switch xuanti.SuggestionStatus(status) {
	case xuanti.SuggestionOpen, xuanti.SuggestionAccepted, xuanti.SuggestionDismissed, xuanti.SuggestionDone:
	default:
		return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "未知的选择 (unknown decision)", Pointer: "/status"}
	}
	v, err := s.Writer.Decide(c.UserContext(), c.Params("id"), profile, xuanti.SuggestionStatus(status), reason, c.FormValue("note"))
	if err != nil {
		return err
	}
	if !partial(c) {
		return c.Redirect("/suggestions?profile="+url.QueryEscape(profile), http.StatusSeeOther)
	}
	p := s.frame(c, "suggestions", "suggestions", "选题建议", "Suggestions")
	p.Data = suggestionChoices(p.Lang)
	return s.showRow(c, p, "card", v)
}

// showRow sends one row of a list.
func (s *Server) showRow(c *fiber.Ctx, p *ui.Page, block string, v any) error {
	body, err := s.ui.RenderRow(p, block, v)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(body)
}
