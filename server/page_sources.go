package server

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

// sourcesShown is how many sources a page lists.
const sourcesShown = 100

type sourcesData struct {
	List         []engine.SourceView
	Query        engine.SourceQuery
	Next         string // of the list
	Undo         string // source that was just deleted
	Health       engine.SourcesHealth
	Tally        []choice
	Kinds        []choice
	Imports      []engine.ImportView
	Events       []engine.SourceEventView
	Channels     []engine.ChannelView
	Alerts       engine.SourceAlerts
	URL          string
	Preview      *engine.SourcePreview
	PreviewError string
}

// sourceRow is a source in the list, perhaps with what trying it brought.
type sourceRow struct {
	engine.SourceView
	Outcome *engine.PollOutcome
}

// Row makes a row of a source for the list.
func (d *sourcesData) Row(v engine.SourceView) sourceRow { return sourceRow{SourceView: v} }

// sourcesPage shows where everything comes from and how that goes.
func (s *Server) sourcesPage(c *fiber.Ctx) error { return s.sources(c, &sourcesData{}, "", "") }

func (s *Server) sources(c *fiber.Ctx, d *sourcesData, notice, failure string) error {
	ctx := c.UserContext()
	p := s.frame(c, "sources", "sources", "来源", "Sources")
	p.Data, p.Error = d, failure
	if notice != "" {
		p.Notice = notice
	}
	d.Query = engine.SourceQuery{Health: c.Query("health"), Kind: c.Query("kind"), Group: c.Query("group"), Tag: c.Query("tag"), Text: c.Query("q"), Limit: sourcesShown, Cursor: c.Query("cursor")}
	found, err := s.Reader.Sources(ctx, d.Query)
	if err != nil {
		return err
	}
	d.List, d.Next = found.Items, cursorLink(c, found.NextCursor)
	if c.Query("done") == "deleted" {
		d.Undo = c.Query("undo")
	}
	if partial(c) {
		return s.show(c, p, "list")
	}
	if d.Health, err = s.Reader.SourcesHealth(ctx); err != nil {
		return err
	}
	d.Tally = []choice{{Label: pick(p.Lang, "全部", "All"), Count: d.Health.Total}}
	for _, h := range []xuanti.HealthState{xuanti.HealthOK, xuanti.HealthSlow, xuanti.HealthMoved, xuanti.HealthStale, xuanti.HealthFailing, xuanti.HealthGone, xuanti.HealthNew, xuanti.HealthPaused} {
		always := h == xuanti.HealthOK || h == xuanti.HealthStale || h == xuanti.HealthFailing
		if n := d.Health.Counts[string(h)]; n > 0 || always || string(h) == d.Query.Health {
			d.Tally = append(d.Tally, choice{Value: string(h), Label: ui.HealthWord(p.Lang, h), Count: n})
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
	events, err := s.Reader.SourceEvents(ctx, "", "", 8, "")
	if err != nil {
		return err
	}
	channels, err := s.Reader.Channels(ctx)
	if err != nil {
		return err
	}
	if d.Alerts, err = s.Reader.SourceAlerts(ctx); err != nil {
		return err
	}
	d.Imports, d.Events, d.Channels = imports.Items, events.Items, channels.Items
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
	h, err := s.Reader.SourcesHealth(c.UserContext())
	if err != nil {
		return err
	}
	d.Health = h
	p := s.frame(c, "sources", "sources", "来源", "Sources")
	p.Data = d
	return s.show(c, p, "preview")
}

// sourceForm adds a source.
func (s *Server) sourceForm(c *fiber.Ctx) error {
	in := engine.SourceInput{URL: strings.TrimSpace(c.FormValue("url")), Name: c.FormValue("name"), Group: c.FormValue("group"), Tags: words(c.FormValue("tags")),
		Interval: c.FormValue("interval"), FullText: c.FormValue("full_text") != "", Kind: xuanti.SourceKind(c.FormValue("kind"))}
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
	var row sourceRow
	var err error
	state := xuanti.SourceActive
	switch path := c.Path(); {
	case strings.HasSuffix(path, "/poll"):
		var out engine.PollOutcome
		if out, err = s.Writer.PollSource(ctx, id); err == nil {
			row = sourceRow{out.Source, &out}
		}
	case strings.HasSuffix(path, "/pause"):
		state = xuanti.SourcePaused
		fallthrough
	default:
		row.SourceView, err = s.Writer.EditSource(ctx, id, engine.SourceEdit{State: &state})
	}
	if err != nil {
		return err
	}
	if !partial(c) {
		if row.Outcome != nil {
			return s.source(c, row, "", "")
		}
		return c.Redirect("/sources/"+id+"?done=saved", http.StatusSeeOther)
	}
	return s.showRow(c, s.frame(c, "sources", "sources", "来源", "Sources"), "source", row)
}

// sourceDelete deletes a source and shows the list with a way back.
func (s *Server) sourceDelete(c *fiber.Ctx) error {
	id := c.Params("id")
	if err := s.Writer.DeleteSource(c.UserContext(), id); err != nil {
		return err
	}
	return c.Redirect("/sources?done=deleted&undo="+url.QueryEscape(id), http.StatusSeeOther)
}

// sourceRestore takes a deletion back.
func (s *Server) sourceRestore(c *fiber.Ctx) error {
	v, err := s.Writer.RestoreSource(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return c.Redirect("/sources/"+url.PathEscape(v.ID)+"?done=restored", http.StatusSeeOther)
}

type sourceData struct {
	Row     sourceRow
	Events  []engine.SourceEventView
	Headers string // as typed when the form was refused
	Groups  []engine.Facet
}

// sourcePage shows one source: how it does, its polls and events, and the form
// that changes it.
func (s *Server) sourcePage(c *fiber.Ctx) error {
	v, err := s.Reader.Source(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return s.source(c, sourceRow{SourceView: v}, "", "")
}

func (s *Server) source(c *fiber.Ctx, row sourceRow, headers, failure string) error {
	ctx := c.UserContext()
	p := s.frame(c, "source", "sources", row.Name, row.Name)
	p.Error = failure
	events, err := s.Reader.SourceEvents(ctx, row.ID, "", 20, "")
	if err != nil {
		return err
	}
	h, err := s.Reader.SourcesHealth(ctx)
	if err != nil {
		return err
	}
	p.Data = &sourceData{Row: row, Events: events.Items, Headers: headers, Groups: h.Groups}
	if failure != "" {
		c.Status(http.StatusUnprocessableEntity)
	}
	return s.show(c, p, "")
}

// sourceEditForm changes a source. Headers are replaced only when some are
// typed or their removal is asked for: their values are never shown.
func (s *Server) sourceEditForm(c *fiber.Ctx) error {
	ctx, id := c.UserContext(), c.Params("id")
	field := func(name string) *string {
		v := strings.TrimSpace(c.FormValue(name))
		return &v
	}
	tags, full := words(c.FormValue("tags")), c.FormValue("full_text") != ""
	in := engine.SourceEdit{Name: field("name"), Group: field("group"), Tags: &tags, Interval: field("interval"), Zone: field("zone"), Selector: field("selector"), FullText: &full}
	if url := field("url"); *url != "" {
		in.URL = url
	}
	typed := c.FormValue("headers")
	if headers := headerLines(typed); len(headers) > 0 || c.FormValue("drop_headers") != "" {
		in.Headers = &headers
	}
	if _, err := s.Writer.EditSource(ctx, id, in); err != nil {
		if !invalid(err) {
			return err
		}
		v, rerr := s.Reader.Source(ctx, id)
		if rerr != nil {
			return rerr
		}
		return s.source(c, sourceRow{SourceView: v}, typed, s.message(c, err))
	}
	return c.Redirect("/sources/"+id+"?done=saved", http.StatusSeeOther)
}

// headerLines reads "Name: value" lines. A line without a colon becomes a name
// that is refused later, with its place named.
func headerLines(text string) map[string]string {
	out := map[string]string{}
	for _, line := range linesOf(text) {
		name, value, _ := strings.Cut(line, ":")
		out[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return out
}

// sourceAlertsForm chooses who is told that sources fail.
func (s *Server) sourceAlertsForm(c *fiber.Ctx) error {
	if _, err := s.Writer.PutSourceAlerts(c.UserContext(), engine.SourceAlerts{Channels: formValues(c, "channel")}); err != nil {
		if invalid(err) {
			return s.sources(c, &sourcesData{}, "", s.message(c, err))
		}
		return err
	}
	return c.Redirect("/sources?done=saved", http.StatusSeeOther)
}

// sourcesImportForm takes in a list of feeds (OPML) or of sources (JSON, YAML).
func (s *Server) sourcesImportForm(c *fiber.Ctx) error {
	name, body, err := upload(c)
	if err != nil {
		return s.sources(c, &sourcesData{}, "", s.message(c, err))
	}
	defer func() { _ = body.Close() }() // an upload in memory or a temporary file, read to its end
	kind := "opml"
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".yaml", ".yml":
		kind = "sources"
	}
	v, err := s.Writer.Import(c.UserContext(), kind, name, body)
	if err != nil {
		if invalid(err) {
			return s.sources(c, &sourcesData{}, "", s.message(c, err))
		}
		return err
	}
	lang := requestOf(c.UserContext()).lang
	return s.sources(c, &sourcesData{}, importNotice(lang, v), "")
}
