package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

const (
	sourceFileBytes = 5 << 20
	sourceFileRows  = 20_000
)

// sourceFile is a list of sources as it is taken out and in, as JSON or YAML.
// Request headers may hold secrets and are left out.
type sourceFile struct {
	Version int         `json:"version" yaml:"version"`
	Sources []sourceRow `json:"sources" yaml:"sources"`
}

type sourceRow struct {
	ID       string             `json:"id,omitempty" yaml:"id,omitempty"`
	Kind     xuanti.SourceKind  `json:"kind" yaml:"kind"`
	Name     string             `json:"name" yaml:"name"`
	URL      string             `json:"url" yaml:"url"`
	Board    string             `json:"board,omitempty" yaml:"board,omitempty"`
	Platform string             `json:"platform,omitempty" yaml:"platform,omitempty"`
	Group    string             `json:"group,omitempty" yaml:"group,omitempty"`
	Tags     []string           `json:"tags,omitempty" yaml:"tags,omitempty"`
	Selector string             `json:"selector,omitempty" yaml:"selector,omitempty"`
	Zone     string             `json:"zone,omitempty" yaml:"zone,omitempty"`
	Weight   *float64           `json:"weight,omitempty" yaml:"weight,omitempty"`
	Interval string             `json:"interval,omitempty" yaml:"interval,omitempty"`
	FullText bool               `json:"full_text,omitempty" yaml:"full_text,omitempty"`
	State    xuanti.SourceState `json:"state,omitempty" yaml:"state,omitempty"`
}

// edit is the row as a change of all that it can say.
func (r *sourceRow) edit() SourceEdit {
	c := SourceEdit{Name: &r.Name, Group: &r.Group, Tags: &r.Tags, Selector: &r.Selector, Zone: &r.Zone, FullText: &r.FullText, Weight: r.Weight}
	if r.Kind != xuanti.SourceBoard {
		c.URL = &r.URL
	}
	if r.Platform != "" {
		c.Platform = &r.Platform
	}
	if r.Interval != "" {
		c.Interval = &r.Interval
	}
	if r.State == xuanti.SourceActive || r.State == xuanti.SourcePaused {
		c.State = &r.State
	}
	return c
}

func (e *Engine) exportSources(ctx context.Context, asYAML bool, w io.Writer) error {
	all, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return err
	}
	file := sourceFile{Version: 1, Sources: []sourceRow{}}
	for i := range all {
		s := &all[i]
		r := sourceRow{Kind: s.Kind, Name: s.Name, URL: s.URL, Board: s.Board, Platform: s.Platform, Group: s.Group, Tags: s.Tags, Selector: s.Selector, Zone: s.Zone,
			Weight: &s.Weight, Interval: s.Interval.String(), FullText: s.FullText, State: s.State}
		if s.Builtin || s.Kind == xuanti.SourceBoard {
			r.ID = s.ID
		}
		file.Sources = append(file.Sources, r)
	}
	// Ids differ between installations; the order of the file must not.
	slices.SortFunc(file.Sources, func(a, b sourceRow) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Name, b.Name), strings.Compare(a.URL, b.URL))
	})
	if asYAML {
		enc := yaml.NewEncoder(w)
		enc.SetIndent(2)
		if err := enc.Encode(file); err != nil {
			return fmt.Errorf("write sources: %w", err)
		}
		return enc.Close()
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(file)
}

// parseSources reads a list of sources. JSON is YAML, so one parser does for
// both; it bounds what aliases may expand to.
func parseSources(r io.Reader) ([]sourceRow, error) {
	b, err := io.ReadAll(io.LimitReader(r, sourceFileBytes+1))
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "文件无法读取 (unreadable file)")
	}
	if len(b) > sourceFileBytes {
		return nil, invalid("/file", "文件超过 5 MB (the file is too large)")
	}
	var file sourceFile
	if err := yaml.Unmarshal(b, &file); err != nil {
		var rows []sourceRow // a bare list will do
		if yaml.Unmarshal(b, &rows) != nil {
			return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "不是来源列表：应为 xuanti 导出的 JSON 或 YAML (not a list of sources)")
		}
		file.Sources = rows
	}
	switch {
	case len(file.Sources) == 0:
		return nil, invalid("/sources", "文件里没有来源 (no sources in the file)")
	case len(file.Sources) > sourceFileRows:
		return nil, invalid("/sources", "来源太多，最多 20000 个 (too many sources)")
	}
	return file.Sources, nil
}

// importSources takes a list of sources in: new ones are added, those that
// exist (by id, or by kind and address) get the settings of the file. Rows that
// are wrong are named; the rest is taken.
func (e *Engine) importSources(ctx context.Context, r io.Reader, im *xuanti.Import, now time.Time) error {
	rows, err := parseSources(r)
	if err != nil {
		return err
	}
	all, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return err
	}
	byID, byURL := map[string]*xuanti.Source{}, map[string]*xuanti.Source{}
	for i := range all {
		byID[all[i].ID] = &all[i]
		byURL[string(all[i].Kind)+" "+all[i].URL] = &all[i]
	}
	for i := range rows {
		row := &rows[i]
		im.Rows++
		old := byID[row.ID]
		if old == nil || old.Kind != row.Kind {
			old = byURL[string(row.Kind)+" "+row.URL]
		}
		s := xuanti.Source{Kind: row.Kind, URL: row.URL, Weight: 1, Interval: 30 * time.Minute, State: xuanti.SourceActive, CreatedAt: now}
		if old != nil {
			s = *old
		}
		err := e.fromRow(ctx, &s, row, old == nil)
		if err == nil && old == nil {
			s.ID = xuanti.NewID(now, "source", string(s.Kind), s.URL)
			err = e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(ctx, s) })
			byURL[string(s.Kind)+" "+s.URL] = &s
		} else if err == nil {
			before := *old
			err = e.store.Update(ctx, func(tx *store.Tx) error { return saveEdited(ctx, tx, &before, s) })
		}
		switch {
		case err == nil:
			im.Added++
		case ctx.Err() != nil:
			return err
		default:
			im.Skipped++
			if len(im.Errors) < importErrors {
				im.Errors = append(im.Errors, xuanti.ImportError{Row: i + 1, Message: err.Error()})
			}
		}
	}
	e.sources.forget()
	e.wake()
	return nil
}

// fromRow checks a row and brings a source in line with it.
func (e *Engine) fromRow(ctx context.Context, s *xuanti.Source, row *sourceRow, add bool) error {
	switch row.Kind {
	case xuanti.SourceFeed, xuanti.SourcePage:
	case xuanti.SourceBoard:
		if add {
			return invalid("id", "没有编号为 "+row.ID+" 的热榜 (no such board)")
		}
	default:
		return invalid("kind", "类型只能是 feed、page 或 board (unknown kind)")
	}
	return e.change(ctx, s, row.edit())
}
