package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// online runs work on an engine that may fetch.
func (a *app) online(cmd *cobra.Command, work func(ctx context.Context, e *engine.Engine, w io.Writer) error) error {
	return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
		if err := e.Live(cmd.Context(), nil); err != nil {
			return err
		}
		return work(cmd.Context(), e, cmd.OutOrStdout())
	})
}

func (a *app) source() *cobra.Command {
	cmd := &cobra.Command{Use: "source", Short: "来源 (sources: list, show, events, test, add, edit, pause, resume, try, rm, import, export)"}
	cmd.AddCommand(a.sourceList(), a.sourceShow(), a.sourceEvents(), a.sourceTest(), a.sourceAdd(), a.sourceEdit(),
		a.sourceState("pause", "暂停 (pause)", xuanti.SourcePaused), a.sourceState("resume", "恢复 (resume)", xuanti.SourceActive),
		a.sourceTry(), a.sourceRemove(), a.sourceRestore(), a.sourceImport(), a.sourceExport())
	return cmd
}

func (a *app) sourceList() *cobra.Command {
	var q engine.SourceQuery
	var asJSON bool
	cmd := &cobra.Command{Use: "list", Short: "来源和健康状况，最差的在前 (list with health, the worst first)", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			p, err := e.Sources(cmd.Context(), q)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), p.Items)
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 2, 4, 2, ' ', 0)
			for _, s := range p.Items {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.ID, s.Kind, s.Health, s.Name, s.HealthText)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			h, err := e.SourcesHealth(cmd.Context())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.ErrOrStderr(), h.Text)
			return err
		})
	}}
	f := cmd.Flags()
	f.StringVar(&q.Health, "health", "", "ok, slow, moved, stale, failing, gone, new or paused")
	f.StringVar(&q.Kind, "kind", "", "feed, board or page")
	f.StringVar(&q.Group, "group", "", "only this group")
	f.StringVar(&q.Tag, "tag", "", "only with this tag")
	f.StringVar(&q.Text, "find", "", "text in name, address, group or tags")
	f.BoolVar(&asJSON, "json", false, "everything, as JSON")
	return cmd
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func (a *app) sourceShow() *cobra.Command {
	return &cobra.Command{Use: "show ID", Short: "一个来源的全部情况 (everything about one)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			v, err := e.Source(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printJSON(cmd.OutOrStdout(), v)
		})
	}}
}

func (a *app) sourceEvents() *cobra.Command {
	return &cobra.Command{Use: "events [ID]", Short: "失效与恢复的记录 (when sources failed and recovered)", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			id := ""
			if len(args) > 0 {
				id = args[0]
			}
			p, err := e.SourceEvents(cmd.Context(), id, "", 100, "")
			if err != nil {
				return err
			}
			for _, ev := range p.Items {
				fmt.Fprintf(cmd.OutOrStdout(), "%s  %-9s  %s  %s\n", ev.At.In(xuanti.Shanghai).Format("2006-01-02 15:04"), ev.Kind, ev.SourceName, ev.Text)
			}
			return nil
		})
	}}
}

func (a *app) sourceAdd() *cobra.Command {
	var in engine.SourceInput
	cmd := &cobra.Command{Use: "add URL", Short: "添加来源，类型自动识别 (add a feed or page; the kind is found out)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.online(cmd, func(ctx context.Context, e *engine.Engine, w io.Writer) error {
			in.URL = args[0]
			v, err := e.PutSource(ctx, "", in)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(w, "%s  %s  %s  %s\n", v.ID, v.Kind, v.Name, v.URL)
			return err
		})
	}}
	f := cmd.Flags()
	f.StringVar(&in.Name, "name", "", "name shown to users")
	f.StringVar(&in.Group, "group", "", "group")
	f.StringSliceVar(&in.Tags, "tag", nil, "tag, may be repeated")
	f.StringVar(&in.Interval, "interval", "", "wanted interval, e.g. 10m")
	f.StringVar(&in.Zone, "zone", "", "zone of times without one")
	f.BoolVar(&in.FullText, "full-text", false, "open each article for its full text")
	return cmd
}

func (a *app) sourceEdit() *cobra.Command {
	var name, url, group, interval, zone, selector string
	var tags, headers []string
	var full bool
	var weight float64
	cmd := &cobra.Command{Use: "edit ID", Short: "修改来源，只改给出的项 (change what is given)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		var in engine.SourceEdit
		set := func(flag string, field **string, v *string) {
			if cmd.Flags().Changed(flag) {
				*field = v
			}
		}
		set("name", &in.Name, &name)
		set("url", &in.URL, &url)
		set("group", &in.Group, &group)
		set("interval", &in.Interval, &interval)
		set("zone", &in.Zone, &zone)
		set("selector", &in.Selector, &selector)
		if cmd.Flags().Changed("tag") {
			in.Tags = &tags
		}
		if cmd.Flags().Changed("full-text") {
			in.FullText = &full
		}
		if cmd.Flags().Changed("weight") {
			in.Weight = &weight
		}
		if cmd.Flags().Changed("header") {
			h := map[string]string{}
			for _, line := range headers {
				k, v, _ := strings.Cut(line, ":") // a name alone is refused by the engine when it is none
				if k = strings.TrimSpace(k); k != "" {
					h[k] = strings.TrimSpace(v)
				}
			}
			in.Headers = &h
		}
		if in == (engine.SourceEdit{}) {
			return xuanti.Errorf(xuanti.CodeInvalid, "没有要改的项；可用的项见 --help (nothing to change)")
		}
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			v, err := e.EditSource(cmd.Context(), args[0], in)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %s  %s  %s  %s\n", v.ID, v.Kind, v.Name, v.URL, v.Group, v.Interval)
			return err
		})
	}}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "name shown to users")
	f.StringVar(&url, "url", "", "address")
	f.StringVar(&group, "group", "", "group; empty clears it")
	f.StringSliceVar(&tags, "tag", nil, "tags that replace the present ones")
	f.StringVar(&interval, "interval", "", "wanted interval, e.g. 10m")
	f.StringVar(&zone, "zone", "", "zone of times without one")
	f.StringVar(&selector, "selector", "", "CSS selector of article links, for pages")
	f.StringArrayVar(&headers, "header", nil, `"Name: value", may be repeated; replaces the present ones`)
	f.Float64Var(&weight, "weight", 1, "trust from 0 to 2")
	f.BoolVar(&full, "full-text", false, "open each article for its full text")
	return cmd
}

func (a *app) sourceState(use, short string, state xuanti.SourceState) *cobra.Command {
	return &cobra.Command{Use: use + " ID...", Short: short, Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			for _, id := range args {
				v, err := e.EditSource(cmd.Context(), id, engine.SourceEdit{State: &state})
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %s\n", v.ID, v.State, v.Name)
			}
			return nil
		})
	}}
}

func (a *app) sourceTry() *cobra.Command {
	return &cobra.Command{Use: "try ID", Short: "立即抓取并保存，失败时说明原因 (poll now; says why it fails)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.online(cmd, func(ctx context.Context, e *engine.Engine, w io.Writer) error {
			out, err := e.PollSource(ctx, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s：%s  (%d ms", out.Source.Name, out.Text, out.LatencyMS)
			if out.Status > 0 {
				fmt.Fprintf(w, ", HTTP %d", out.Status)
			}
			fmt.Fprintln(w, ")")
			for _, it := range out.Items {
				fmt.Fprintf(w, "  %s\n", it.Title)
			}
			if !out.OK {
				if out.Advice != "" {
					fmt.Fprintln(w, out.Advice)
				}
				return exitCode(3)
			}
			return nil
		})
	}}
}

func (a *app) sourceRemove() *cobra.Command {
	return &cobra.Command{Use: "rm ID...", Aliases: []string{"delete"}, Short: "删除来源，内容保留 (delete; its items stay)", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			for _, id := range args {
				if err := e.DeleteSource(cmd.Context(), id); err != nil {
					return err
				}
			}
			return nil
		})
	}}
}

func (a *app) sourceRestore() *cobra.Command {
	return &cobra.Command{Use: "restore ID", Short: "恢复一天之内删除的来源 (undo a deletion of the last day)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			_, err := e.RestoreSource(cmd.Context(), args[0])
			return err
		})
	}}
}

func (a *app) sourceImport() *cobra.Command {
	return &cobra.Command{Use: "import FILE...", Short: "导入 OPML、JSON 或 YAML (import OPML, JSON or YAML)", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, files []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			bad := 0
			for _, f := range files {
				kind := "opml"
				switch strings.ToLower(filepath.Ext(f)) {
				case ".json", ".yaml", ".yml":
					kind = "sources"
				}
				v, err := importFile(cmd.Context(), e, kind, f)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %d rows, %d added or changed, %d skipped\n", f, v.Rows, v.Added, v.Skipped)
				for _, p := range v.Errors {
					bad++
					fmt.Fprintf(cmd.ErrOrStderr(), "%s: row %d: %s\n", f, p.Row, p.Message)
				}
			}
			if bad > 0 {
				return exitCode(3)
			}
			return nil
		})
	}}
}

func (a *app) sourceExport() *cobra.Command {
	return &cobra.Command{Use: "export [FILE]", Short: "导出，格式看扩展名：opml、json、yaml (export; the format follows the extension)", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) (err error) {
			name, w := "sources.yaml", cmd.OutOrStdout()
			if len(args) > 0 {
				switch ext := strings.ToLower(filepath.Ext(args[0])); ext {
				case ".opml", ".json", ".yaml":
					name = "sources" + ext
				case ".yml":
				default:
					return xuanti.Errorf(xuanti.CodeInvalid, "扩展名应为 opml、json 或 yaml (unknown extension)")
				}
				f, ferr := os.Create(args[0])
				if ferr != nil {
					return xuanti.Wrap(xuanti.CodeUnavailable, ferr, "file "+args[0]+" cannot be written")
				}
				defer func() {
					if cerr := f.Close(); err == nil {
						err = cerr
					}
				}()
				w = f
			}
			_, _, err = e.Export(cmd.Context(), name, engine.ExportQuery{}, w)
			return err
		})
	}}
}
