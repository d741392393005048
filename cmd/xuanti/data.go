package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/index"
	"github.com/xuanti/xuanti/server/ui"
)

// with opens the engine without sources, does the work and closes it.
func (a *app) with(ctx context.Context, o engine.Options, w io.Writer, work func(*engine.Engine) error) (err error) {
	cfg, err := a.offline()
	if err != nil {
		return err
	}
	cfg.LimitMemory()
	o.Config, o.Version = cfg, build()
	o.Log = logger(w, cfg.Log)
	e, err := engine.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := e.Close(); err == nil {
			err = cerr
		}
	}()
	return work(e)
}

// existing is with for commands that ask or decide about what is there: a folder
// without data is a slip of the pen, and is not made.
func (a *app) existing(ctx context.Context, o engine.Options, w io.Writer, work func(*engine.Engine) error) error {
	cfg, err := a.offline()
	if err != nil {
		return err
	}
	if err := holdsData(cfg.Data); err != nil {
		return err
	}
	return a.with(ctx, o, w, work)
}

// holdsData refuses a folder without a database.
func holdsData(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "xuanti.db")); err != nil {
		return xuanti.Errorf(xuanti.CodeInvalid, "%s 里还没有数据 (%s holds no data yet; fill it with `xuanti replay FILE --data %s`, or name another with --data)", dir, dir, dir)
	}
	return nil
}

// replayRows takes files through the engine while it indexes, and reports
// malformed rows on standard error; they make the exit status 3.
func replayRows(ctx context.Context, e *engine.Engine, o engine.ReplayOptions, errw io.Writer) (engine.ReplayProgress, error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var runErr error
	wg.Go(func() { runErr = e.Run(ctx) })
	o.Progress = progress(errw)
	o.Bad = func(name string, line int, problem error) {
		fmt.Fprintf(errw, "\n%s:%d: %v (row skipped)\n", name, line, problem)
	}
	p, err := e.Replay(ctx, o)
	cancel()
	wg.Wait()
	fmt.Fprintln(errw)
	if err == nil {
		err = runErr
	}
	return p, err
}

func (a *app) replay() *cobra.Command {
	return &cobra.Command{
		Use: "replay FILE...", Short: "按原来的时间回放存档 (replay archived rows with their own clock)", Args: cobra.MinimumNArgs(1),
		Long: "Rows are JSON lines, plain or gzip: board rows {ts, platform, rank, title, url, heat} and articles {id, ts, source, title, text, url}.\n" +
			"Files are merged in time order. The same input gives the same output; its SHA-256 is printed at the end.",
		RunE: func(cmd *cobra.Command, files []string) error {
			clock := xuanti.NewManualClock(time.Now())
			return a.with(cmd.Context(), engine.Options{Clock: clock}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				p, err := replayRows(cmd.Context(), e, engine.ReplayOptions{Files: files, Stdin: cmd.InOrStdin(), Compact: true}, cmd.ErrOrStderr())
				if err != nil {
					return err
				}
				sum, err := e.Fingerprint(cmd.Context())
				if err != nil {
					return err
				}
				st := e.Status(cmd.Context())
				fmt.Fprintf(cmd.OutOrStdout(), "rows %d  items %d  known %d  copies %d  snapshots %d  events %d  malformed %d\nsha256 %s\n", p.Rows, p.Items, p.Known, p.Copies, p.Snapshots, st.Events, p.Bad, sum)
				if p.Bad > 0 {
					return exitCode(3)
				}
				return nil
			})
		},
	}
}

func (a *app) importCmd() *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use: "import FILE...", Short: "导入 OPML、内容或数据 (import OPML lists, items as JSON lines, or counts of posts)", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				bad := int64(0)
				var rows []string
				for _, f := range files {
					if kind == "items" || kind == "" && filepath.Ext(f) != ".opml" && filepath.Ext(f) != ".xml" {
						rows = append(rows, f)
						continue
					}
					v, err := importFile(cmd.Context(), e, "opml", f)
					if err != nil {
						return err
					}
					fmt.Fprintf(cmd.OutOrStdout(), "%s: %d rows, %d added, %d skipped\n", f, v.Rows, v.Added, v.Skipped)
					for _, p := range v.Errors {
						bad++
						fmt.Fprintf(cmd.ErrOrStderr(), "%s: row %d: %s\n", f, p.Row, p.Message)
					}
				}
				if len(rows) > 0 {
					p, err := replayRows(cmd.Context(), e, engine.ReplayOptions{Files: rows, Stdin: cmd.InOrStdin()}, cmd.ErrOrStderr())
					if err != nil {
						return err
					}
					if err := e.NoteImport(cmd.Context(), strings.Join(rows, " "), p); err != nil {
						return err
					}
					bad += p.Bad
					fmt.Fprintf(cmd.OutOrStdout(), "rows %d  items %d  known %d  copies %d  malformed %d  %.0f items/s\n", p.Rows, p.Items, p.Known, p.Copies, p.Bad, float64(p.Rows)/p.Elapsed.Seconds())
				}
				if bad > 0 {
					return exitCode(3)
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "opml or items; found from the file's name when empty")
	cmd.AddCommand(a.importMetrics(), a.importList(), a.importResume(), a.importUndo())
	return cmd
}

func importFile(ctx context.Context, e *engine.Engine, kind, name string) (v engine.ImportView, err error) {
	f, err := os.Open(name)
	if err != nil {
		return v, xuanti.Wrap(xuanti.CodeInvalid, err, "file "+name+" cannot be read")
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	return e.Import(ctx, kind, filepath.Base(name), f)
}

func (a *app) export() *cobra.Command {
	var profile, out string
	cmd := &cobra.Command{
		Use: "export NAME", Short: "导出 (export sources.opml, items.jsonl, topics.csv, suggestions.csv, metrics.csv)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.existing(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) (err error) {
				w := cmd.OutOrStdout()
				if out != "" && out != "-" {
					f, ferr := os.Create(out)
					if ferr != nil {
						return xuanti.Wrap(xuanti.CodeUnavailable, ferr, "file "+out+" cannot be written")
					}
					defer func() {
						if cerr := f.Close(); err == nil {
							err = cerr
						}
					}()
					w = f
				}
				_, _, err = e.Export(cmd.Context(), args[0], engine.ExportQuery{ProfileID: profile}, w)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&profile, "profile", "", "profile id, for suggestions.csv")
	cmd.Flags().StringVarP(&out, "output", "o", "-", "file to write")
	return cmd
}

func (a *app) search() *cobra.Command {
	var limit int
	var at string
	var explain bool
	cmd := &cobra.Command{
		Use: "search QUERY", Short: "全文搜索 (search everything)", Args: cobra.ExactArgs(1),
		Long: `全文搜索，结果按事件归并 (search everything; results collapse by event)。

  地铁 停运              两个词都要有 (both words)
  "早高峰停运"           原样短语 (exact phrase)
  地铁 OR 公交   -招聘   其一，排除 (either, without)
  title: source: platform: account: kind:   只看某个字段，来源和账号可写名称 (fields; names or ids)
  after:2026-01-02 before:2026-01-05 last:3d   时间 (time)`,
		RunE: func(cmd *cobra.Command, args []string) error {
			when, err := parseAt(at)
			if err != nil {
				return err
			}
			return a.existing(cmd.Context(), engine.Options{At: when}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				v, err := e.Search(cmd.Context(), engine.SearchQuery{Text: args[0], Limit: limit, Explain: explain})
				if err != nil {
					return err
				}
				w := cmd.OutOrStdout()
				fmt.Fprintf(w, "%d results, %.1f ms\n", v.Total, v.TookMillis)
				switch v.RelaxedHow {
				case index.RelaxedFewer:
					fmt.Fprintln(w, "没有包含这些词的结果，以下只含其中一部分 (nothing holds these words together; these hold some of them)")
				case index.RelaxedAlike:
					fmt.Fprintln(w, "没有相符的结果，以下是字词相近的 (nothing matches; these share words or characters)")
				}
				for _, h := range v.Items {
					fmt.Fprintf(w, "%s  %-10s  ", h.Item.SeenAt.In(xuanti.Shanghai).Format("01-02 15:04"), h.Item.Platform)
					for _, f := range h.Title {
						if f.Hit {
							fmt.Fprintf(w, "[%s]", f.Text)
						} else {
							fmt.Fprint(w, f.Text)
						}
					}
					if h.More > 0 {
						fmt.Fprintf(w, "  (+%d)", h.More)
					}
					fmt.Fprintf(w, "\n    %s\n", h.Item.URL)
					for _, r := range h.Why {
						fmt.Fprintf(w, "    %6.2f  %s\n", r.Points, ui.ReasonWord("zh", r.Kind, r.Term, r.Zone))
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 10, "number of results")
	cmd.Flags().BoolVar(&explain, "explain", false, "say what each result scored for")
	cmd.Flags().StringVar(&at, "at", "", "as of a time")
	return cmd
}

func (a *app) digest() *cobra.Command {
	var profile, format, at string
	cmd := &cobra.Command{
		Use: "digest [DATE]", Short: "日报 (the daily digest)", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			date := "today"
			if len(args) > 0 {
				date = args[0]
			}
			when, err := parseAt(at)
			if err != nil {
				return err
			}
			return a.existing(cmd.Context(), engine.Options{At: when}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				body, _, err := e.Digest(cmd.Context(), date, profile, format, "http://"+config.Default().Listen)
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(body)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&profile, "profile", "", "profile id, adds its suggestions")
	cmd.Flags().StringVar(&format, "format", "md", "md, txt or json")
	cmd.Flags().StringVar(&at, "at", "", "as of a time")
	return cmd
}
