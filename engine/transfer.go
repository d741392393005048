package engine

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/opml"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

const (
	importErrors = 100
	exportMax    = 1_000_000
	bom          = "\ufeff"
)

// Import implements Writer: OPML lists of feeds, lists of sources as JSON or
// YAML, or items as JSON lines.
func (e *Engine) Import(ctx context.Context, kind, name string, r io.Reader) (ImportView, error) {
	if err := e.writable(); err != nil {
		return ImportView{}, err
	}
	now := e.Now()
	im := xuanti.Import{ID: xuanti.NewID(now, "import", kind, name), Kind: kind, Name: nlp.Shorten(name, 200), At: now, State: xuanti.ImportDone}
	var err error
	switch kind {
	case "opml":
		err = e.importOPML(ctx, r, &im, now)
	case "sources":
		err = e.importSources(ctx, r, &im, now)
	case "items":
		err = e.importItems(ctx, r, &im)
	default:
		err = invalid("kind", "可以导入 opml、sources、items 或 metrics (unknown kind of import)")
	}
	if err != nil {
		return ImportView{}, err
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutImport(ctx, im) }); err != nil {
		return ImportView{}, err
	}
	v := importView(im)
	e.publish(now, "import.finished", v)
	return v, nil
}

// NoteImport keeps the record of rows that came in through Replay, as Import
// does for what it reads itself.
func (e *Engine) NoteImport(ctx context.Context, name string, p ReplayProgress) error {
	now := e.Now()
	return e.store.Update(ctx, func(tx *store.Tx) error {
		return tx.PutImport(ctx, xuanti.Import{ID: xuanti.NewID(now, "import", "items", name), Kind: "items", Name: nlp.Shorten(name, 200), At: now,
			State: xuanti.ImportDone, Rows: int(p.Rows + p.Bad), Added: int(p.Items), Skipped: int(p.Known + p.Bad)})
	})
}

func importView(im xuanti.Import) ImportView {
	return ImportView{ID: im.ID, Kind: im.Kind, Name: im.Name, At: im.At, State: im.State, AccountID: im.AccountID, Rows: im.Rows, Next: im.Next,
		Added: im.Added, Created: im.Created, Skipped: im.Skipped, Wrong: im.Wrong, Errors: list(im.Errors)}
}

func (e *Engine) importOPML(ctx context.Context, r io.Reader, im *xuanti.Import, now time.Time) error {
	outlines, err := opml.Parse(r)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	all, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return err
	}
	for i := range all {
		have[all[i].URL] = true
	}
	im.Rows = len(outlines.Feeds) + len(outlines.Skipped) + outlines.Repeated
	im.Skipped = len(outlines.Skipped) + outlines.Repeated
	im.Wrong = len(outlines.Skipped)
	for _, s := range outlines.Skipped[:min(len(outlines.Skipped), importErrors)] {
		im.Errors = append(im.Errors, xuanti.ImportError{Row: s.Line, Message: strings.TrimSpace(s.Title+" "+s.URL) + "：" + s.Why})
	}
	var add []xuanti.Source
	for _, f := range outlines.Feeds {
		if have[f.URL] {
			im.Skipped++
			continue
		}
		have[f.URL] = true
		title := f.Title
		if title == "" {
			title = f.URL
		}
		add = append(add, xuanti.Source{ID: xuanti.NewID(now, "source", f.URL), Kind: xuanti.SourceFeed, Name: title, URL: f.URL, Platform: xuanti.PlatformNews, Group: f.Group, Tags: words(f.Tags),
			Weight: 1, Interval: 30 * time.Minute, State: xuanti.SourceActive, CreatedAt: now})
		im.Added++
	}
	if err := e.EnsureSources(ctx, add); err != nil {
		return err
	}
	e.wake()
	return nil
}

func (e *Engine) importItems(ctx context.Context, r io.Reader, im *xuanti.Import) error {
	bad := func(_ string, line int, err error) {
		im.Rows++
		im.Skipped++
		if len(im.Errors) < importErrors {
			im.Errors = append(im.Errors, xuanti.ImportError{Row: line, Message: err.Error()})
		}
	}
	p, err := e.Replay(ctx, ReplayOptions{Files: []string{"-"}, Stdin: r, Bad: bad})
	if err != nil {
		return err
	}
	im.Rows += int(p.Rows)
	im.Added, im.Skipped = int(p.Items), im.Skipped+int(p.Known)
	return nil
}

// Imports implements Reader.
func (e *Engine) Imports(ctx context.Context, limit int) (Page[ImportView], error) {
	all, err := e.store.Imports(ctx, clampLimit(limit))
	if err != nil {
		return Page[ImportView]{}, err
	}
	p := Page[ImportView]{Items: []ImportView{}, AsOf: e.Now()}
	for _, im := range all {
		p.Items = append(p.Items, importView(im))
	}
	return p, nil
}

// ImportReport implements Reader.
func (e *Engine) ImportReport(ctx context.Context, id string) (ImportView, error) {
	im, err := e.store.Import(ctx, id)
	return importView(im), err
}

// Export implements Reader.
func (e *Engine) Export(ctx context.Context, kind string, q ExportQuery, w io.Writer) (string, string, error) {
	switch kind {
	case "sources.opml":
		return "text/x-opml; charset=utf-8", kind, e.exportOPML(ctx, w)
	case "sources.json", "sources.yaml":
		asYAML := kind == "sources.yaml"
		ct := "application/json"
		if asYAML {
			ct = "application/yaml"
		}
		return ct, kind, e.exportSources(ctx, asYAML, w)
	case "items.jsonl":
		return "application/jsonl; charset=utf-8", kind, e.exportItems(ctx, q, w)
	case "topics.csv":
		return "text/csv; charset=utf-8", kind, e.exportTopics(ctx, q, w)
	case "suggestions.csv":
		return "text/csv; charset=utf-8", kind, e.exportSuggestions(ctx, q, w)
	case "metrics.csv":
		return "text/csv; charset=utf-8", kind, e.exportMetrics(ctx, q, w)
	}
	return "", "", xuanti.Errorf(xuanti.CodeNotFound, "没有名为 %s 的导出；有 sources.opml、sources.json、sources.yaml、items.jsonl、topics.csv、suggestions.csv、metrics.csv (no such export)", kind)
}

func (e *Engine) exportOPML(ctx context.Context, w io.Writer) error {
	all, err := e.store.Sources(ctx, store.SourceFilter{Kind: xuanti.SourceFeed})
	if err != nil {
		return err
	}
	var feeds []opml.Feed
	for _, s := range all {
		if s.Board != "" { // news flashes of a board: no feed that others could read
			continue
		}
		feeds = append(feeds, opml.Feed{Title: s.Name, URL: s.URL, Group: s.Group, Tags: s.Tags})
	}
	return opml.Write(w, "选题 Xuanti", feeds)
}

// itemRow is the exported form of an item; importing it gives the item back.
type itemRow struct {
	TS          time.Time       `json:"ts"`
	Kind        xuanti.ItemKind `json:"kind"`
	Platform    string          `json:"platform"`
	Source      string          `json:"source"`
	ID          string          `json:"id,omitempty"`
	Title       string          `json:"title"`
	Text        string          `json:"text,omitempty"`
	URL         string          `json:"url,omitempty"`
	Author      string          `json:"author,omitempty"`
	PublishedAt time.Time       `json:"published_at"`
	EventID     string          `json:"event_id,omitempty"`
}

func (e *Engine) exportItems(ctx context.Context, q ExportQuery, w io.Writer) error {
	now := e.Now()
	if q.Until.IsZero() || q.Until.After(now) {
		q.Until = now
	}
	if q.Limit <= 0 || q.Limit > exportMax {
		q.Limit = exportMax
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var seq int64
	n := 0
	for {
		items, err := e.store.ItemsAfter(ctx, seq, 500)
		if err != nil || len(items) == 0 {
			return err
		}
		for i := range items {
			it := &items[i]
			seq = it.Seq
			if it.SeenAt.Before(q.Since) || it.SeenAt.After(q.Until) {
				continue
			}
			if n == q.Limit {
				return nil
			}
			n++
			row := itemRow{TS: it.SeenAt, Kind: it.Kind, Platform: it.Platform, Source: it.SourceID, ID: it.ExtID, Title: it.Title, Text: it.Text, URL: it.URL,
				Author: it.Author, PublishedAt: it.PublishedAt, EventID: it.EventID}
			if err := enc.Encode(row); err != nil {
				return fmt.Errorf("write item %s: %w", it.ID, err)
			}
		}
	}
}

// spreadsheet writes CSV that Excel opens rightly: UTF-8 with a mark, CRLF, and no
// cell that Excel would take for a formula.
type spreadsheet struct{ w *csv.Writer }

func newSpreadsheet(w io.Writer) (*spreadsheet, error) {
	if _, err := io.WriteString(w, bom); err != nil {
		return nil, fmt.Errorf("write sheet: %w", err)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return &spreadsheet{c}, nil
}

func (s *spreadsheet) row(cells ...string) error {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) && !isNumber(c) {
			cells[i] = "'" + c
		}
	}
	return s.w.Write(cells)
}

func (s *spreadsheet) end() error {
	s.w.Flush()
	return s.w.Error()
}

func isNumber(s string) bool {
	var f float64
	n, err := fmt.Sscanf(s+"|", "%g|", &f)
	return err == nil && n == 1
}

func local(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(xuanti.Shanghai).Format("2006-01-02 15:04")
}

func (e *Engine) exportTopics(ctx context.Context, q ExportQuery, w io.Writer) error {
	h, err := e.hotNow(ctx)
	if err != nil {
		return err
	}
	s, err := newSpreadsheet(w)
	if err != nil {
		return err
	}
	if err := s.row("话题", "状态", "热度", "1小时变化", "在榜", "平台", "事件数", "内容数", "转载数", "首次出现", "最近更新", "关键词", "理由", "链接", "编号"); err != nil {
		return err
	}
	for i, t := range h.topics {
		if t.Heat <= 0 || q.Limit > 0 && i >= q.Limit {
			break
		}
		var on []string
		for _, p := range t.Presences {
			on = append(on, fmt.Sprintf("%s%d", p.BoardName, p.Rank))
		}
		if err := s.row(t.Title, t.StateLabel, fmt.Sprintf("%.1f", t.Heat), fmt.Sprintf("%+.1f", t.HeatHour), strings.Join(on, " "), strings.Join(t.Platforms, " "),
			strconv.Itoa(t.EventCount), strconv.Itoa(t.Items), strconv.Itoa(t.Copies), local(t.FirstAt), local(t.LastAt), strings.Join(t.Terms, " "), strings.Join(t.Why, "；"), e.outside(t.URL), t.ID); err != nil {
			return err
		}
	}
	return s.end()
}

func (e *Engine) exportSuggestions(ctx context.Context, q ExportQuery, w io.Writer) error {
	if q.ProfileID == "" {
		return invalid("profile", "请指明账号：?profile=编号 (profile is needed)")
	}
	p, err := e.Suggestions(ctx, q.ProfileID, "", 100)
	if err != nil {
		return err
	}
	s, err := newSpreadsheet(w)
	if err != nil {
		return err
	}
	if err := s.row("选题", "状态", "得分（对数几率）", "概率", "理由", "角度", "风险", "同行已发", "证据", "编号"); err != nil {
		return err
	}
	for _, v := range p.Items {
		var why, angles, risks, links []string
		for _, c := range v.Contributions {
			why = append(why, fmt.Sprintf("%s %+.2f：%s", c.Label, c.Points, c.Why))
		}
		for _, a := range v.Angles {
			angles = append(angles, a.Title)
		}
		for _, r := range v.Risks {
			risks = append(risks, r.Label)
		}
		for _, ev := range v.Evidence {
			if ev.URL != "" {
				links = append(links, ev.URL)
			}
		}
		if err := s.row(v.Title, v.StateLabel, fmt.Sprintf("%.2f", v.Score), fmt.Sprintf("%.2f", v.Probability), strings.Join(why, "；"), strings.Join(angles, "；"),
			strings.Join(risks, " "), strconv.Itoa(len(v.Peers)), strings.Join(links, " "), v.ID); err != nil {
			return err
		}
	}
	return s.end()
}
