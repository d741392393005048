package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti/engine"
)

type accountsData struct {
	List      []engine.AccountView
	Groups    []string
	Group     string
	Posts     []engine.PostView
	Form      engine.AccountInput
	FormError bool
	Imports   []engine.ImportView // of counts, newest first
}

// accountsPage shows the benchmark accounts and their best posts.
func (s *Server) accountsPage(c *fiber.Ctx) error { return s.accounts(c, &accountsData{}, "") }

func (s *Server) accounts(c *fiber.Ctx, d *accountsData, failure string) error {
	ctx := c.UserContext()
	p := s.frame(c, "accounts", "accounts", "对标账号", "Benchmark accounts")
	p.Data, p.Error = d, failure
	d.Group = c.Query("group")
	all, err := s.Reader.Accounts(ctx, "")
	if err != nil {
		return err
	}
	for _, a := range all.Items {
		if a.Group != "" && !slices.Contains(d.Groups, a.Group) {
			d.Groups = append(d.Groups, a.Group)
		}
		if d.Group == "" || a.Group == d.Group {
			d.List = append(d.List, a)
		}
	}
	slices.Sort(d.Groups)
	posts, err := s.Reader.Posts(ctx, engine.PostQuery{Group: d.Group, Sort: "z", Limit: 10})
	if err != nil {
		return err
	}
	d.Posts = posts.Items
	imports, err := s.Reader.Imports(ctx, 50)
	if err != nil {
		return err
	}
	for _, im := range imports.Items {
		if im.Kind == "metrics" && len(d.Imports) < 5 {
			d.Imports = append(d.Imports, im)
		}
	}
	if failure != "" {
		c.Status(http.StatusUnprocessableEntity)
	}
	return s.show(c, p, "")
}

// accountForm adds or changes an account.
func (s *Server) accountForm(c *fiber.Ctx) error {
	in := engine.AccountInput{
		Platform: c.FormValue("platform"), Name: c.FormValue("name"), Handle: c.FormValue("handle"),
		URL: c.FormValue("url"), Group: c.FormValue("group"), FeedURL: c.FormValue("feed_url"), Note: c.FormValue("note"),
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(c.FormValue("followers")), 10, 64); err == nil { // empty: unknown, or unchanged
		in.Followers = &n
	}
	id := c.Params("id")
	v, err := s.Writer.PutAccount(c.UserContext(), id, in)
	if id != "" && err != nil && invalid(err) {
		return s.account(c, s.message(c, err))
	}
	if id != "" && err == nil {
		return c.Redirect("/accounts/"+v.ID+"?done=saved", http.StatusSeeOther)
	}
	if err != nil {
		if invalid(err) {
			return s.accounts(c, &accountsData{Form: in, FormError: true}, s.message(c, err))
		}
		return err
	}
	return c.Redirect("/accounts/"+v.ID+"?done=added", http.StatusSeeOther)
}

type accountData struct {
	A        engine.AccountView
	Curve    []engine.MetricView // followers over time
	Sources  []engine.SourceView
	Posts    []engine.PostView
	Next     string
	Verdict  string
	Sort     string
	Verdicts []choice
}

// accountPage shows an account's posts against its own baseline.
func (s *Server) accountPage(c *fiber.Ctx) error { return s.account(c, "") }

func (s *Server) account(c *fiber.Ctx, failure string) error {
	ctx := c.UserContext()
	a, err := s.Reader.Account(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	p := s.frame(c, "account", "accounts", a.Name, a.Name)
	d := &accountData{A: a, Verdict: c.Query("verdict"), Sort: c.Query("sort"), Verdicts: []choice{
		{Label: pick(p.Lang, "全部", "All")}, {Value: "viral", Label: pick(p.Lang, "爆款", "Viral")}, {Value: "strong", Label: pick(p.Lang, "高于平常", "Strong")},
		{Value: "usual", Label: pick(p.Lang, "正常", "Usual")}, {Value: "weak", Label: pick(p.Lang, "低于平常", "Weak")}, {Value: "unknown", Label: pick(p.Lang, "无数据", "Unknown")},
	}}
	p.Data, p.Error = d, failure
	followers, err := s.Reader.Followers(ctx, a.ID)
	if err != nil {
		return err
	}
	d.Curve = followers.Items
	for _, id := range a.Sources {
		src, err := s.Reader.Source(ctx, id)
		if err != nil {
			return err
		}
		d.Sources = append(d.Sources, src)
	}
	posts, err := s.Reader.Posts(ctx, engine.PostQuery{AccountID: a.ID, Verdict: d.Verdict, Sort: d.Sort, Limit: 30, Cursor: c.Query("cursor")})
	if err != nil {
		return err
	}
	for i := range posts.Items {
		posts.Items[i].Account = "" // the whole page is about it
	}
	d.Posts, d.Next = posts.Items, cursorLink(c, posts.NextCursor)
	if failure != "" {
		c.Status(http.StatusUnprocessableEntity)
	}
	return s.show(c, p, "")
}
