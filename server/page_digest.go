package server

import (
	"fmt"
	"html/template"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

type digestData struct {
	Date, Prev, Next string
	Profile          string
	Profiles         []engine.ProfileView
	Body             template.HTML
	Formats          []string
}

// digestPage shows the digest of a day, the same text that bots get.
func (s *Server) digestPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p := s.frame(c, "digest", "digest", "日报", "Digest")
	today := p.Now.In(xuanti.Shanghai).Format(time.DateOnly)
	date := c.Params("date")
	if date == "today" {
		date = today
	}
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "日期应为 YYYY-MM-DD 或 today (not a date)", Pointer: "path.date"}
	}
	d := &digestData{Date: date, Profile: c.Query("profile"), Prev: day.AddDate(0, 0, -1).Format(time.DateOnly), Formats: []string{"md", "txt", "json"}}
	if date < today {
		d.Next = day.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	asked := date
	if date == today {
		asked = "today"
	}
	body, _, err := s.Reader.Digest(ctx, asked, d.Profile, "md", requestOf(ctx).origin)
	if err != nil {
		return err
	}
	profiles, err := s.Reader.Profiles(ctx)
	if err != nil {
		return err
	}
	d.Body, d.Profiles = ui.Markdown(string(body)), profiles.Items
	p.Data = d
	return s.show(c, p, "")
}

// importNotice sums up an import in one line.
func importNotice(lang string, v engine.ImportView) string {
	return fmt.Sprintf(pick(lang, "导入完成：共 %d 行，新增 %d，跳过 %d，有误 %d", "Imported: %d rows, %d added, %d skipped, %d wrong"), v.Rows, v.Added, v.Skipped, max(v.Wrong, len(v.Errors)))
}
