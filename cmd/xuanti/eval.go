package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/eval"
)

// eval runs one part of the engine over files and prints its answers.
func (a *app) eval() *cobra.Command {
	cmd := &cobra.Command{
		Use: "eval TASK", Short: "在文件上运行引擎的一个部分并输出答案 (run one part over files)",
		Long: "Runs one part of the engine over rows (a file, gzip or plain; - or nothing is standard input) and prints one answer a line.\n" +
			"Malformed rows are reported on standard error and skipped; the exit status is then 3.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	use := map[string]*cobra.Command{}
	for _, t := range eval.Tasks() {
		use[t.Name] = &cobra.Command{Use: t.Name + " [FILE]", Short: t.Usage, Args: cobra.MaximumNArgs(1)}
		cmd.AddCommand(use[t.Name])
	}
	run := func(name string, task func(e *eval.Env, ctx context.Context, arg string) (eval.Report, error)) {
		use[name].RunE = func(cmd *cobra.Command, args []string) error {
			e, err := a.evalEnv(cmd)
			if err != nil {
				return err
			}
			arg := ""
			if len(args) > 0 {
				arg = args[0]
			}
			r, err := task(e, cmd.Context(), arg)
			if err == nil && r.Bad > 0 {
				return exitCode(3)
			}
			return err
		}
	}
	run("segment", (*eval.Env).Segment)
	run("cluster", (*eval.Env).Cluster)
	run("bursts", (*eval.Env).Bursts)
	run("newwords", (*eval.Env).NewWords)
	run("canonical", (*eval.Env).Canonical)
	for name, task := range map[string]func(*eval.Env, context.Context, string) (eval.Report, error){
		"feed": (*eval.Env).Feeds, "feed-expect": (*eval.Env).FeedExpect, "opml": (*eval.Env).OPML, "extract": (*eval.Env).Extract,
	} {
		use[name].Use, use[name].Args = name+" DIR", cobra.ExactArgs(1)
		run(name, task)
	}
	pair := use["pairs"].Flags().String("task", "", "same-event, same-topic or same-item")
	run("pairs", func(e *eval.Env, ctx context.Context, file string) (eval.Report, error) {
		return e.Pairs(ctx, *pair, file)
	})
	from := use["forecast"].Flags().String("from", "", "answer for snapshots at or after this RFC 3339 time")
	run("forecast", func(e *eval.Env, ctx context.Context, file string) (eval.Report, error) {
		var at time.Time
		if *from != "" {
			var err error
			if at, err = time.Parse(time.RFC3339, *from); err != nil {
				return eval.Report{}, xuanti.Errorf(xuanti.CodeInvalid, "--from %q is not a time like 2026-01-02T15:04:05+08:00", *from)
			}
		}
		return e.Forecast(ctx, at, file)
	})
	var poll eval.PollingOptions
	f := use["polling"].Flags()
	f.DurationVar(&poll.Every, "every", 30*time.Minute, "the fixed interval whose number of requests may be spent")
	f.IntVar(&poll.List, "list", 30, "items that a feed shows")
	f.DurationVar(&poll.Warmup, "warmup", 7*24*time.Hour, "time at the start of each source that is not measured")
	f.BoolVar(&poll.Sweeps, "sweeps", false, "times are those of sweeps over all sources; items are spread over the time between")
	run("polling", func(e *eval.Env, ctx context.Context, file string) (eval.Report, error) {
		return e.Polling(ctx, poll, file)
	})
	docs := use["search"].Flags().String("docs", "", `documents {"id","text"} or {"id","title","text"}, one a line`)
	run("search", func(e *eval.Env, ctx context.Context, file string) (eval.Report, error) {
		return e.Search(ctx, *docs, file)
	})
	return cmd
}

// evalEnv connects a task with the command's streams.
func (a *app) evalEnv(cmd *cobra.Command) (*eval.Env, error) {
	cfg, err := a.offline()
	if err != nil {
		return nil, err
	}
	cfg.LimitMemory()
	errw := cmd.ErrOrStderr()
	return &eval.Env{
		Config: cfg, Stdin: cmd.InOrStdin(), Stdout: cmd.OutOrStdout(), Stderr: errw, Clock: xuanti.SystemClock{},
		Log: slog.New(slog.NewTextHandler(errw, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}, nil
}
