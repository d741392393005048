package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/engine"
)

// app is what the commands share: where the configuration comes from.
type app struct {
	file string
	set  map[string]string
	env  []string
}

func root() *cobra.Command {
	a := &app{set: map[string]string{}, env: os.Environ()}
	cmd := &cobra.Command{
		Use:   "xuanti",
		Short: "选题：热点监测与选题建议 (hot topics and what to write next)",
		Long: "选题 Xuanti 监测各平台热榜、资讯和对标账号，找出正在起势的话题，并说明这个账号下一篇该写什么、为什么。\n" +
			"Xuanti watches boards, feeds and benchmark accounts and says what to write next, with the evidence.",
		SilenceUsage: true, SilenceErrors: true,
	}
	cmd.PersistentFlags().StringVar(&a.file, "config", "", "configuration file (YAML)")
	a.flag(cmd, "data", "data", "data folder")
	a.flag(cmd, "log", "log", "debug, info, warn or error")
	cmd.AddCommand(a.serve(), a.replay(), a.importCmd(), a.export(), a.search(), a.digest(), a.scorecard(), a.source(), a.account(), a.token(), a.words(), a.events(), a.topics(), a.backup(), a.reindex(), a.checkConfig(), a.eval(), healthCheck(), version())
	return cmd
}

// flag binds a flag to a setting.
func (a *app) flag(cmd *cobra.Command, name, key, usage string) {
	cmd.PersistentFlags().Var(setting{a.set, key}, name, usage)
}

// setting is a flag that sets a configuration key.
type setting struct {
	set map[string]string
	key string
}

func (s setting) String() string {
	if s.set == nil {
		return ""
	}
	return s.set[s.key]
}
func (s setting) Set(v string) error { s.set[s.key] = v; return nil }
func (s setting) Type() string       { return "string" }

func (a *app) load() (config.Config, error) { return config.Load(a.file, a.env, a.set) }

// config reads and checks the configuration for commands that work offline:
// what only matters to a server is not their business.
func (a *app) offline() (config.Config, error) {
	cfg, err := a.load()
	if err != nil {
		return cfg, err
	}
	cfg.Listen = config.Default().Listen
	return cfg, cfg.Validate()
}

func logger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l}))
}

// giveBackEvery is how often a server gives free memory back. The collection
// that comes with it takes a tenth of a second of one core.
const giveBackEvery = time.Minute

// giveBack returns free memory to the system until ctx ends. The start and every
// save of the state take much for a moment; left alone, the runtime keeps it for
// a heap that grows by half before the next collection, which an idle server
// does not need.
func giveBack(ctx context.Context) {
	debug.FreeOSMemory()
	t := time.NewTimer(giveBackEvery / 2) // between the minutes, at which the engine works
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			debug.FreeOSMemory()
			t.Reset(giveBackEvery)
		}
	}
}

// build names this build.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	rev, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			rev = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+changes"
		}
	}
	if rev == "" {
		return info.Main.Version
	}
	return rev + dirty
}

func version() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "print the version", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), "xuanti", build())
		return err
	}}
}

// progress prints how far a replay has come: on one line of a terminal, which
// it writes anew, in a log as a line now and then.
func progress(w io.Writer) func(engine.ReplayProgress) {
	const pause = 5 * time.Second // between two lines of a log
	f, file := w.(*os.File)
	before, after := "", "\n"
	if file && isatty.IsTerminal(f.Fd()) {
		before, after = "\r", "    "
	}
	var next time.Duration
	return func(p engine.ReplayProgress) {
		if p.At.IsZero() {
			return // nothing came: a demo that goes on where it stopped
		}
		if before == "" && p.Elapsed < next && !p.Done {
			return
		}
		next = p.Elapsed + pause
		rate := 0.0
		if s := p.Elapsed.Seconds(); s > 0 {
			rate = float64(p.Rows) / s
		}
		fmt.Fprintf(w, "%s%s  %d rows, %d new, %d known, %d copies, %d snapshots, %.0f rows/s, %s%s",
			before, p.At.Format("2006-01-02 15:04"), p.Rows, p.Items, p.Known, p.Copies, p.Snapshots, rate, p.Elapsed.Round(100*time.Millisecond), after)
	}
}

func (a *app) checkConfig() *cobra.Command {
	return &cobra.Command{Use: "check-config", Short: "检查并打印生效的配置 (print the effective configuration)", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		cfg, err := a.load()
		if err != nil {
			return err
		}
		out, err := cfg.YAML()
		if err != nil {
			return err
		}
		if _, err := cmd.OutOrStdout().Write(out); err != nil {
			return err
		}
		return cfg.Validate()
	}}
}
