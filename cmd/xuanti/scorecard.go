package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

func (a *app) scorecard() *cobra.Command {
	var date, at string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "scorecard", Short: "预测成绩单：我们说的与结果 (what was foretold for a day beside what came)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			when, err := parseAt(at)
			if err != nil {
				return err
			}
			return a.existing(cmd.Context(), engine.Options{At: when}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				v, err := e.Scorecard(cmd.Context(), date)
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(v)
				}
				return printScorecard(cmd.OutOrStdout(), &v)
			})
		},
	}
	cmd.Flags().StringVar(&date, "date", "", "YYYY-MM-DD; the newest without it")
	cmd.Flags().StringVar(&at, "at", "", "as of a time")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON, like /api/v1/scorecard")
	return cmd
}

// printScorecard writes the table of all boards and the boldest claims.
func printScorecard(out io.Writer, v *engine.ScorecardView) error {
	if len(v.Heads) == 0 {
		_, err := fmt.Fprintln(out, "还没有成绩单，第一张在凌晨四点后生成 (no scorecard yet)")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) } // Flush tells the error
	row("%s\n\n", v.Day)
	row("forecast\tn\tsaid\tcame\tBrier\taverage only\torder right\t预测\n")
	for _, s := range v.Heads {
		auc := "—"
		if s.AUC != nil {
			auc = ui.Percent(*s.AUC)
		}
		row("%s\t%d\t%s\t%s\t%.3f\t%.3f\t%s\t%s\n", s.Head, s.N, ui.Percent(s.Said), ui.Percent(s.Came), s.Brier, s.BaseBrier, auc, ui.HeadWord("zh", s.Head))
	}
	row("\n")
	for _, c := range v.Bold {
		mark := "✗"
		if c.Came {
			mark = "✓"
		}
		row("%s %s\t%s #%d\t%s\t%s\n", mark, ui.Percent(c.P), c.BoardName, c.Rank, ui.HeadWord("zh", c.Head), c.Title)
	}
	return w.Flush()
}
