package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

type importData struct {
	Im       engine.ImportView
	Preview  *engine.ImportPreview // while the file waits
	Accounts []engine.AccountView
	Presets  []choice
	Observed string // as a form field has it, Beijing time
	Dry      *engine.ImportView
}

const formTime = "2006-01-02T15:04"

// metricsForm takes an uploaded file and shows how it would be read.
func (s *Server) metricsForm(c *fiber.Ctx) error {
	name, body, err := upload(c)
	if err != nil {
		return s.accounts(c, &accountsData{}, s.message(c, err))
	}
	defer func() { _ = body.Close() }() // an upload in memory or a temporary file, read to its end
	v, err := s.Writer.UploadImport(c.UserContext(), name, body, engine.ImportPlan{})
	if err != nil {
		if invalid(err) {
			return s.accounts(c, &accountsData{}, s.message(c, err))
		}
		return err
	}
	return c.Redirect("/accounts/import/"+v.Import.ID+"?account="+url.QueryEscape(c.FormValue("account")), http.StatusSeeOther)
}

// importPage shows an import: a file that waits, or what came of it.
func (s *Server) importPage(c *fiber.Ctx) error {
	return s.importing(c, engine.ImportPlan{AccountID: c.Query("account")}, nil, "")
}

func (s *Server) importing(c *fiber.Ctx, plan engine.ImportPlan, dry *engine.ImportView, failure string) error {
	ctx := c.UserContext()
	im, err := s.Reader.ImportReport(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	p := s.frame(c, "import", "accounts", "导入数据", "Import counts")
	d := &importData{Im: im, Dry: dry}
	p.Data, p.Error = d, failure
	if im.State == xuanti.ImportPreview {
		v, err := s.Reader.PreviewImport(ctx, im.ID, plan)
		switch {
		case err == nil:
			d.Preview = &v
		case invalid(err):
			p.Error = s.message(c, err)
		default:
			return err
		}
		d.Presets = []choice{{Value: "auto", Label: pick(p.Lang, "自动识别", "find by the header")}, {Value: "wechat", Label: pick(p.Lang, "公众号后台", "WeChat")},
			{Value: "xiaohongshu", Label: pick(p.Lang, "小红书", "Xiaohongshu")}, {Value: "douyin", Label: pick(p.Lang, "抖音", "Douyin")}, {Value: "generic", Label: pick(p.Lang, "其他表格", "any other table")}}
		at := p.Now
		if plan.ObservedAt != nil {
			at = *plan.ObservedAt
		}
		d.Observed = at.In(xuanti.Shanghai).Format(formTime)
	}
	accounts, err := s.Reader.Accounts(ctx, "")
	if err != nil {
		return err
	}
	d.Accounts = accounts.Items
	if p.Error != "" {
		c.Status(http.StatusUnprocessableEntity)
	}
	return s.show(c, p, "")
}

// importForm reads the file another way, tries, imports, continues or undoes.
func (s *Server) importForm(c *fiber.Ctx) error {
	ctx, id, act := c.UserContext(), c.Params("id"), c.FormValue("act")
	plan, err := formPlan(c)
	if err != nil {
		return s.importing(c, plan, nil, s.message(c, err))
	}
	switch act {
	case "commit", "dry":
		v, err := s.Writer.CommitImport(ctx, id, plan, act == "dry", nil)
		if err != nil {
			if invalid(err) {
				return s.importing(c, plan, nil, s.message(c, err))
			}
			return err
		}
		if act == "dry" {
			return s.importing(c, plan, &v, "")
		}
	case "undo":
		v, err := s.Writer.UndoImport(ctx, id)
		if err != nil {
			return err
		}
		if v.Next == 0 { // it only waited, and is forgotten
			return c.Redirect("/accounts?done=deleted", http.StatusSeeOther)
		}
	default:
		return s.importing(c, plan, nil, "")
	}
	return c.Redirect("/accounts/import/"+id, http.StatusSeeOther)
}

// formPlan reads how the file is read from the form. Columns come as c-A, c-B …
func formPlan(c *fiber.Ctx) (engine.ImportPlan, error) {
	plan := engine.ImportPlan{AccountID: c.FormValue("account"), Preset: c.FormValue("preset"), Map: map[string]string{}}
	// Another preset has other words: what the columns were before says nothing.
	if c.FormValue("was") == plan.Preset || c.FormValue("act") != "preview" {
		for key, value := range c.Context().PostArgs().All() {
			if letter, ok := strings.CutPrefix(string(key), "c-"); ok && len(value) > 0 {
				plan.Map["#"+letter] = string(value)
			}
		}
	}
	if at := c.FormValue("observed_at"); at != "" {
		t, err := time.ParseInLocation(formTime, at, xuanti.Shanghai)
		if err != nil {
			return plan, &xuanti.Error{Code: xuanti.CodeInvalid, Message: fmt.Sprintf("「%s」不是时间 (not a time)", at), Pointer: "/observed_at"}
		}
		t = t.UTC()
		plan.ObservedAt = &t
	}
	return plan, nil
}

// postPage shows a post against its account's baseline, and its counts over time.
func (s *Server) postPage(c *fiber.Ctx) error {
	v, err := s.Reader.Post(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	p := s.frame(c, "post", "accounts", v.Item.Title, v.Item.Title)
	p.Data = v
	return s.show(c, p, "")
}
