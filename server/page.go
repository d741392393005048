package server

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

// choice is an option of a filter or form.
type choice struct {
	Value, Label string
	Count        int
}

// pages mounts what people look at.
func (s *Server) pages() {
	read, write := s.require(ScopeRead), s.require(ScopeWrite)
	get := func(path string, h fiber.Handler) { s.app.Get(path, read, h) }
	post := func(path string, h fiber.Handler) { s.app.Post(path, write, h) }

	s.app.Get("/static/:name", s.static)
	s.app.Get("/favicon.ico", func(c *fiber.Ctx) error { return c.Redirect(s.ui.AssetPath("icon.svg")) })
	s.app.Get("/robots.txt", func(c *fiber.Ctx) error { return c.SendString("User-agent: *\nDisallow: /\n") })
	s.app.Get("/login", s.loginPage)
	s.app.Post("/login", s.loginForm)
	s.app.Post("/logout", s.logoutForm)
	s.app.Post("/prefs", s.prefs)
	s.app.Get("/docs", s.docsPage)

	get("/", s.hotPage)
	get("/topics/:id", s.topicPage)
	get("/events/:id", s.eventPage)
	post("/events/:id/merge", mergeForm(s.Writer.MergeEvents))
	post("/events/:id/split", splitForm(s.Writer.SplitEvent))
	post("/topics/:id/merge", mergeForm(s.Writer.MergeTopics))
	post("/topics/:id/split", splitForm(s.Writer.SplitTopic))
	post("/events/:id/pin", pinForm(s.Writer.PinEvent))
	post("/topics/:id/pin", pinForm(s.Writer.PinTopic))
	post("/regroupings/:id/undo", s.undoForm)
	get("/suggestions", s.suggestionsPage)
	post("/suggestions/:id/decision", s.decideForm)
	get("/search", s.searchPage)
	get("/boards", s.boardsPage)
	get("/boards/:id", s.boardPage)
	get("/terms", s.termsPage)
	get("/scorecard", s.scorecardPage)
	post("/words/decide", s.wordForm)
	get("/accounts", s.accountsPage)
	post("/accounts", s.accountForm)
	post("/accounts/import", s.metricsForm)
	get("/accounts/import/:id", s.importPage)
	post("/accounts/import/:id", s.importForm)
	get("/accounts/:id", s.accountPage)
	post("/accounts/:id", s.accountForm)
	get("/posts/:id", s.postPage)
	post("/accounts/:id/delete", s.removeThen("/accounts", s.Writer.DeleteAccount))
	get("/subscriptions", s.subscriptionsPage)
	post("/subscriptions", s.subscriptionForm)
	get("/subscriptions/new", s.subscriptionPage)
	s.app.Post("/subscriptions/preview", read, s.dryRunForm)
	get("/subscriptions/:id", s.subscriptionPage)
	post("/subscriptions/:id", s.subscriptionForm)
	post("/subscriptions/:id/delete", s.removeThen("/subscriptions", s.Writer.DeleteSubscription))
	post("/channels", s.channelForm)
	post("/channels/:id/test", s.channelTest)
	post("/channels/:id/delete", s.removeThen("/subscriptions#channels", s.Writer.DeleteChannel))
	post("/deliveries/:id/retry", s.retryForm)
	get("/sources", s.sourcesPage)
	post("/sources", s.sourceForm)
	post("/sources/preview", s.sourcePreview)
	post("/sources/import", s.sourcesImportForm)
	post("/sources/alerts", s.sourceAlertsForm)
	get("/sources/:id", s.sourcePage)
	post("/sources/:id", s.sourceEditForm)
	post("/sources/:id/poll", s.sourceAct)
	post("/sources/:id/pause", s.sourceAct)
	post("/sources/:id/resume", s.sourceAct)
	post("/sources/:id/delete", s.sourceDelete)
	post("/sources/:id/restore", s.sourceRestore)
	get("/digest/:date", s.digestPage)
	get("/profiles", s.profilesPage)
	post("/profiles", s.profileForm)
	get("/profiles/new", s.profilePage)
	get("/profiles/:id", s.profilePage)
	post("/profiles/:id", s.profileForm)
	post("/profiles/:id/delete", s.removeThen("/profiles", s.Writer.DeleteProfile))
	get("/status", func(c *fiber.Ctx) error {
		return s.show(c, s.frame(c, "status", "", "运行状态", "Status"), "")
	})
}

// frame fills what all pages share.
func (s *Server) frame(c *fiber.Ctx, name, nav, zh, en string) *ui.Page {
	p := principalOf(c.UserContext())
	theme := c.Cookies(themeCookie)
	if theme != "light" && theme != "dark" {
		theme = ""
	}
	st := s.status(c.UserContext())
	r := requestOf(c.UserContext())
	page := &ui.Page{
		Lang: r.lang, Theme: theme, Name: name, Nav: nav, Title: zh, Path: c.OriginalURL(), Now: s.Reader.Now(), Status: st,
		Who: p.name, Session: p.cookie, CanWrite: p.may(ScopeWrite) && !st.ReadOnly, MustLogin: !p.may(ScopeRead), Platforms: s.Reader.Platforms(),
	}
	if r.lang == "en" {
		page.Title = en
	}
	if st.ReadOnly && !st.AsOf.IsZero() {
		page.Now = st.AsOf
	}
	switch c.Query("done") {
	case "saved":
		page.Notice = pick(r.lang, "已保存", "Saved")
	case "deleted":
		page.Notice = pick(r.lang, "已删除", "Deleted")
	case "restored":
		page.Notice = pick(r.lang, "已恢复", "Restored")
	case "added":
		page.Notice = pick(r.lang, "已添加", "Added")
	case "retry":
		page.Notice = pick(r.lang, "已重新排队", "Queued again")
	}
	return page
}

// show sends a page, or only a block of it.
func (s *Server) show(c *fiber.Ctx, p *ui.Page, block string) error {
	body, err := s.ui.Render(p, block)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Append(fiber.HeaderVary, "HX-Request", fiber.HeaderCookie)
	return c.Send(body)
}

// partial tells whether htmx wants a fragment.
func partial(c *fiber.Ctx) bool { return c.Get("HX-Request") == "true" }

func pick(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

// static serves embedded files under names that never change their content.
func (s *Server) static(c *fiber.Ctx) error {
	body, kind, ok := s.ui.Asset(c.Params("name"))
	if !ok {
		return fiber.NewError(fiber.StatusNotFound, "没有这个文件 (no such file)")
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	return c.Send(body)
}

// removeThen deletes the thing named in the path and goes back to a list.
func (s *Server) removeThen(back string, remove deleter) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := remove(c.UserContext(), c.Params("id")); err != nil {
			return err
		}
		path, anchor, _ := strings.Cut(back, "#")
		if anchor != "" {
			anchor = "#" + anchor
		}
		return c.Redirect(path+"?done=deleted"+anchor, http.StatusSeeOther)
	}
}

// prefs stores the reader's language and colours.
func (s *Server) prefs(c *fiber.Ctx) error {
	set := func(name, value string) {
		c.Cookie(&fiber.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: fiber.CookieSameSiteStrictMode, Secure: s.secure(c)})
	}
	switch c.FormValue("lang") {
	case "zh", "en":
		set(langCookie, c.FormValue("lang"))
	}
	switch c.FormValue("theme") {
	case "light", "dark":
		set(themeCookie, c.FormValue("theme"))
	case "toggle": // without scripts the system's choice is unknown: start dark
		next := "dark"
		if c.Cookies(themeCookie) == "dark" {
			next = "light"
		}
		set(themeCookie, next)
	}
	return c.Redirect(localPath(c.FormValue("back")), http.StatusSeeOther)
}

// localPath keeps a way back on this server: a path, never another site.
func localPath(back string) string {
	u, err := url.Parse(back)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(back, "\\\r\n") {
		return "/"
	}
	return u.RequestURI()
}

// errorPage shows a problem to a person. A refused anonymous reader is sent to
// the login page.
func (s *Server) errorPage(c *fiber.Ctx, p *Problem) error {
	if p.Status == http.StatusUnauthorized && c.Method() == fiber.MethodGet && !partial(c) && c.Path() != "/login" && s.canLogin() {
		return c.Redirect("/login?back="+url.QueryEscape(c.OriginalURL()), http.StatusSeeOther)
	}
	page := s.frame(c, "error", "", p.Title, p.Title)
	page.Data = p
	block := ""
	if partial(c) {
		block = "alert"
	}
	body, err := s.ui.Render(page, block)
	if err != nil {
		s.Log.Error("error page failed", slog.Any("error", err))
		return c.Status(p.Status).SendString(p.Title + "\n" + p.Detail + "\n")
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Status(p.Status).Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	return c.Send(body)
}

// message is the text of an error for a form.
func (s *Server) message(c *fiber.Ctx, err error) string {
	return s.problem(c.UserContext(), err).Detail
}

// invalid tells whether an error is about what the reader typed, so that the
// form is shown again.
func invalid(err error) bool {
	switch xuanti.CodeOf(err) {
	case xuanti.CodeInvalid, xuanti.CodeConflict, xuanti.CodeUnavailable, xuanti.CodeLimited:
		return true
	}
	return false
}

// words splits what people type: commas of both widths, semicolons, lines.
func words(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；\n\r\t", r) }) {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// linesOf splits by line only.
func linesOf(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// formValues returns all values of a repeated form field.
func formValues(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Context().PostArgs().PeekMulti(name) {
		out = append(out, string(v))
	}
	if f, err := c.MultipartForm(); err == nil {
		out = append(out, f.Value[name]...)
	}
	return out
}

// cursorLink is the address of the next page, "" on the last one.
func cursorLink(c *fiber.Ctx, next string, more ...string) string {
	if next == "" {
		return ""
	}
	v := url.Values{}
	for key, value := range c.Context().QueryArgs().All() {
		v.Add(string(key), string(value))
	}
	v.Del("done")
	v.Set("cursor", next)
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return "?" + v.Encode()
}

// platformChoices are the platforms that a list offers as a filter.
func (s *Server) platformChoices(views []engine.BoardView) []choice {
	names := s.Reader.Platforms()
	var out []choice
	seen := map[string]bool{}
	for _, b := range views {
		if !seen[b.Platform] {
			seen[b.Platform] = true
			label := names[b.Platform]
			if label == "" {
				label = b.Name
			}
			out = append(out, choice{Value: b.Platform, Label: label})
		}
	}
	return out
}
