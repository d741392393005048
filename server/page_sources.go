package server

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

type sourcesData struct {
	List         []engine.SourceView
	Health, Kind string
	Healths      []choice
	Kinds        []choice
	Imports      []engine.ImportView
	URL          string
	Preview      *engine.SourcePreview
	PreviewError string
}

// sourcesPage shows where everything comes from and how that goes.
func (s *Server) sourcesPage(c *fiber.Ctx) error { return s.sources(c, &sourcesData{}, "", "") }

func (s *Server) sources(c *fiber.Ctx, d *sourcesData, notice, failure string) error {
	ctx := c.UserContext()
	p := s.frame(c, "sources", "sources", "来源", "Sources")
	p.Data, p.Error = d, failure
	if notice != "" {
		p.Notice = notice
	}
	d.Health, d.Kind = c.Query("health"), c.Query("kind")
	all, err := s.Reader.Sources(ctx, d.Kind, "")
	if err != nil {
		return err
	}
	counts := map[xuanti.HealthState]int{}
	for _, v := range all.Items {
		counts[v.Health]++
		if d.Health == "" || string(v.Health) == d.Health {
			d.List = append(d.List, v)
		}
	}
	if partial(c) {
		return s.show(c, p, "list")
	}
	d.Healths = []choice{{Label: pick(p.Lang, "全部", "All"), Count: len(all.Items)}}
	for _, h := range []xuanti.HealthState{xuanti.HealthOK, xuanti.HealthFailing, xuanti.HealthStale, xuanti.HealthNew, xuanti.HealthPaused, xuanti.HealthGone} {
		if counts[h] > 0 || string(h) == d.Health {
			d.Healths = append(d.Healths, choice{Value: string(h), Label: ui.HealthWord(p.Lang, h), Count: counts[h]})
		}
	}
	d.Kinds = []choice{
		{Label: pick(p.Lang, "全部", "All")}, {Value: "board", Label: pick(p.Lang, "热榜", "Boards")},
		{Value: "feed", Label: pick(p.Lang, "订阅源", "Feeds")}, {Value: "page", Label: pick(p.Lang, "网页", "Pages")},
	}
	imports, err := s.Reader.Imports(ctx, 3)
	if err != nil {
		return err
	}
	d.Imports = imports.Items
	if failure != "" {
		c.Status(http.StatusUnprocessableEntity)
	}
	return s.show(c, p, "")
}

// sourcePreview shows what an address would bring.
func (s *Server) sourcePreview(c *fiber.Ctx) error {
	d := &sourcesData{URL: strings.TrimSpace(c.FormValue("url"))}
	v, err := s.Writer.PreviewSource(c.UserContext(), d.URL)
	switch {
	case err == nil:
		d.Preview = &v
	case invalid(err) || xuanti.CodeOf(err) == xuanti.CodeNotFound:
		d.PreviewError = s.message(c, err)
	default:
		return err
	}
	if !partial(c) {
		return s.sources(c, d, "", "")
	}
	p := s.frame(c, "sources", "sources", "来源", "Sources")
	p.Data = d
	return s.show(c, p, "preview")
}

// sourceForm adds a source.
func (s *Server) sourceForm(c *fiber.Ctx) error {
	in := engine.SourceInput{URL: strings.TrimSpace(c.FormValue("url")), Name: c.FormValue("name"), Group: c.FormValue("group"), Kind: xuanti.SourceKind(c.FormValue("kind"))}
	if _, err := s.Writer.PutSource(c.UserContext(), "", in); err != nil {
		if invalid(err) {
			return s.sources(c, &sourcesData{URL: in.URL}, "", s.message(c, err))
		}
		return err
	}
	return c.Redirect("/sources?done=added", http.StatusSeeOther)
}

// sourceAct polls, pauses or resumes a source and answers with its row.
func (s *Server) sourceAct(c *fiber.Ctx) error {
	ctx, id := c.UserContext(), c.Params("id")
	var v engine.SourceView
	var err error
	switch path := c.Path(); {
	case strings.HasSuffix(path, "/poll"):
		v, err = s.Writer.PollSource(ctx, id)
	case strings.HasSuffix(path, "/pause"):
		v, err = s.setSourceState(c, id, xuanti.SourcePaused)
	default:
		v, err = s.setSourceState(c, id, xuanti.SourceActive)
	}
	if err != nil {
		return err
	}
	if !partial(c) {
		return c.Redirect("/sources?done=saved", http.StatusSeeOther)
	}
	return s.showRow(c, s.frame(c, "sources", "sources", "来源", "Sources"), "source", v)
}

// setSourceState changes only the state of a source. Headers are not part of
// the view; an input without headers leaves them as they are.
func (s *Server) setSourceState(c *fiber.Ctx, id string, state xuanti.SourceState) (engine.SourceView, error) {
	v, err := s.Reader.Source(c.UserContext(), id)
	if err != nil {
		return v, err
	}
	return s.Writer.PutSource(c.UserContext(), id, engine.SourceInput{
		Kind: v.Kind, Name: v.Name, URL: v.URL, Platform: v.Platform, AccountID: v.AccountID, Group: v.Group, Tags: v.Tags,
		Selector: v.Selector, Weight: v.Weight, Interval: v.Interval, FullText: v.FullText, State: state,
	})
}

// opmlForm takes in a list of feeds.
func (s *Server) opmlForm(c *fiber.Ctx) error {
	name, body, err := upload(c)
	if err != nil {
		return s.sources(c, &sourcesData{}, "", s.message(c, err))
	}
	defer func() { _ = body.Close() }() // an upload in memory or a temporary file, read to its end
	v, err := s.Writer.Import(c.UserContext(), "opml", name, body)
	if err != nil {
		if invalid(err) {
			return s.sources(c, &sourcesData{}, "", s.message(c, err))
		}
		return err
	}
	lang := requestOf(c.UserContext()).lang
	return s.sources(c, &sourcesData{}, importNotice(lang, v), "")
}
