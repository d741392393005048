package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// importMetrics takes in what a back office exported.
func (a *app) importMetrics() *cobra.Command {
	var plan engine.ImportPlan
	var columns, observed string
	var dry bool
	cmd := &cobra.Command{
		Use: "metrics FILE", Short: "导入后台导出的数据表 (counts of posts, CSV or XLSX)", Args: cobra.ExactArgs(1),
		Long: "Reads the exports of the back offices of 公众号, 小红书 and 抖音, and any other table with --map.\n" +
			"Rows that are wrong are named with their line; the rest is taken. Exit status 3 when there were any.\n" +
			"An import that was cut off is continued with import resume ID and taken back with import undo ID.",
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if plan.Map, err = engine.ParseColumnMap(columns); err != nil {
				return err
			}
			if observed != "" {
				at, err := parseAt(observed)
				if err != nil {
					return err
				}
				plan.ObservedAt = &at
			}
			return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				f, err := os.Open(args[0])
				if err != nil {
					return xuanti.Wrap(xuanti.CodeInvalid, err, "file "+args[0]+" cannot be read")
				}
				p, v, err := e.ImportMetrics(cmd.Context(), filepath.Base(args[0]), f, plan, dry, importProgress(cmd.ErrOrStderr()))
				if cerr := f.Close(); err == nil {
					err = cerr
				}
				showPlan(cmd.OutOrStdout(), p)
				if err != nil {
					return err
				}
				return showImport(cmd, v, dry)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&plan.AccountID, "account", "", "id of the account whose posts the file lists, unless a column says it")
	f.StringVar(&plan.Preset, "preset", "", "wechat, xiaohongshu, douyin or generic; found by the header when empty")
	f.StringVar(&columns, "map", "", "column=field,… with headers or letters; field - leaves a column out")
	f.StringVar(&observed, "observed-at", "", "when the counts were read, unless a column says it; now when empty")
	f.StringVar(&plan.Zone, "zone", "", "IANA zone of times without one; Asia/Shanghai when empty")
	f.BoolVar(&dry, "dry-run", false, "check everything, write nothing")
	return cmd
}

// showPlan prints how the file is understood.
func showPlan(w io.Writer, p engine.ImportPreview) {
	for _, n := range p.Notes {
		fmt.Fprintln(w, n)
	}
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	for _, c := range p.Columns {
		field := c.Field
		if field == "" {
			field = "(not read)"
		}
		fmt.Fprintf(t, "%s\t%s\t→ %s\t%s\n", c.Letter, c.Header, field, c.Note)
	}
	_ = t.Flush() // the terminal or a buffer
}

// importProgress reports how far an import has come; what is reported is
// written down.
func importProgress(w io.Writer) func(engine.ImportView) {
	return func(v engine.ImportView) { fmt.Fprintf(w, "import %s: %d/%d rows\n", v.ID, v.Next, v.Rows) }
}

func showImport(cmd *cobra.Command, v engine.ImportView, dry bool) error {
	for _, p := range v.Errors {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s:%d%s: %s\n", v.Name, p.Row, p.Column, p.Message)
	}
	if more := v.Wrong - len(v.Errors); more > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "… %d more\n", more)
	}
	what := "import " + v.ID
	if dry {
		what = "dry run"
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s  rows %d  counts %d  new posts %d  skipped %d  problems %d\n", what, v.Rows, v.Added, v.Created, v.Skipped, v.Wrong)
	if v.Wrong > 0 {
		return exitCode(3)
	}
	return nil
}

func (a *app) importList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "导入记录 (imports, newest first)", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			p, err := e.Imports(cmd.Context(), 100)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 2, 4, 2, ' ', 0)
			for _, v := range p.Items {
				rows := strconv.Itoa(v.Rows)
				if v.Kind == "metrics" { // these can be cut off and continued
					rows = fmt.Sprintf("%d/%d", v.Next, v.Rows)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s rows\t%d added\t%d skipped\t%s\n", v.ID, v.Kind, v.State, v.At.In(xuanti.Shanghai).Format(time.DateTime), rows, v.Added, v.Skipped, strings.TrimSpace(v.Name))
			}
			return w.Flush()
		})
	}}
}

func (a *app) importResume() *cobra.Command {
	return &cobra.Command{Use: "resume ID", Short: "继续被打断的导入 (continue an import that was cut off)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			v, err := e.CommitImport(cmd.Context(), args[0], engine.ImportPlan{}, false, importProgress(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			return showImport(cmd, v, false)
		})
	}}
}

func (a *app) importUndo() *cobra.Command {
	return &cobra.Command{Use: "undo ID", Short: "撤销一次数据导入 (take out what an import of metrics brought)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			v, err := e.UndoImport(cmd.Context(), args[0])
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "import %s  undone\n", v.ID)
			}
			return err
		})
	}}
}
