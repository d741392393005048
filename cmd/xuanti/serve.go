package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/demo"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server"
)

// demoSpeed is how many minutes of the demo's story pass in one.
const demoSpeed = 10

// demoPast is how much of the story lies before the start.
const demoPast = 14 * 24 * time.Hour

func (a *app) serve() *cobra.Command {
	var withDemo bool
	var at string
	cmd := &cobra.Command{
		Use: "serve", Short: "运行服务 (run the server)", Args: cobra.NoArgs,
		Long: "运行服务：抓取、分析、API 和页面。\n\n" +
			"  xuanti serve                 数据放在 ./xuanti-data，监听 127.0.0.1:8080，内置来源开启\n" +
			"  xuanti serve --demo          用演示数据运行，不需要网络\n" +
			"  xuanti serve --at 2026-01-31T08:00:00+08:00   回看当时的页面，来源关闭",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			if err := cfg.Validate(); err != nil {
				return err
			}
			when, err := parseAt(at)
			if err != nil {
				return err
			}
			if withDemo && !when.IsZero() {
				return xuanti.Errorf(xuanti.CodeInvalid, "--demo and --at do not go together")
			}
			s := &session{cfg: cfg, out: cmd.ErrOrStderr(), at: when, demo: withDemo}
			return s.run(cmd.Context())
		},
	}
	a.flag(cmd, "listen", "listen", "address to listen on")
	a.flag(cmd, "base-url", "base_url", "address under which others reach this server")
	cmd.Flags().BoolVar(&withDemo, "demo", false, "演示：内置的演示网络，14 天历史，一分钟当十分钟 (demo data, works offline)")
	cmd.Flags().StringVar(&at, "at", "", "回看：显示这个时间的页面 (show the pages as of a time, RFC 3339)")
	return cmd
}

func parseAt(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, xuanti.Shanghai); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, xuanti.Errorf(xuanti.CodeInvalid, "--at: %q is not a time like 2026-01-31T08:00:00+08:00", s)
}

// session is one run of the server. Start order: data folder and engine, past
// of the demo, listener, background work, API. Stop order: the reverse.
type session struct {
	cfg   config.Config
	out   io.Writer
	at    time.Time
	demo  bool
	world *demo.World
	web   *demo.Server
	clock xuanti.Clock
}

func (s *session) run(ctx context.Context) (err error) {
	log := logger(s.out, s.cfg.Log)
	s.cfg.LimitMemory()
	if s.demo {
		drop, err := s.prepareDemo(ctx)
		if err != nil {
			return err
		}
		defer drop()
	} else if !s.at.IsZero() {
		if err := holdsData(s.cfg.Data); err != nil {
			return err
		}
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "cannot listen on "+s.cfg.Listen+"; is another program using it? Choose another with --listen")
	}
	defer func() {
		if cerr := ln.Close(); cerr != nil && !errors.Is(cerr, net.ErrClosed) && err == nil {
			err = cerr
		}
	}()
	e, err := engine.Open(ctx, engine.Options{Config: s.cfg, Clock: s.clock, At: s.at, Demo: s.world, Log: log, Version: build()})
	if err != nil {
		return err
	}
	defer func() {
		if cerr := e.Close(); err == nil {
			err = cerr
		}
	}()
	endpoints, err := s.begin(ctx, e)
	if err != nil {
		return err
	}
	if s.at.IsZero() {
		if err := e.Live(ctx, endpoints); err != nil {
			return err
		}
	}
	srv, err := server.New(server.Options{
		Reader: e, Writer: e, Stream: e, Log: log, AdminToken: s.cfg.AdminToken.Reveal(), Loopback: s.cfg.Loopback(), BaseURL: s.cfg.BaseURL, Version: build(),
		Gatherer: e.Metrics(),
	})
	if err != nil {
		return err
	}
	s.greet(ln)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return e.Run(ctx) })
	g.Go(func() error { return srv.Listen(ctx, ln) })
	g.Go(func() error { giveBack(ctx); return nil })
	return g.Wait()
}

// begin gives the engine its sources.
func (s *session) begin(ctx context.Context, e *engine.Engine) (map[string]string, error) {
	switch {
	case s.demo:
		now := s.clock.Now()
		fmt.Fprintln(s.out, "演示数据：正在回放过去 14 天 (demo data: replaying the past 14 days)")
		if err := e.SeedDemo(ctx, s.world, s.world.Zero(), now, progress(s.out)); err != nil {
			return nil, err
		}
		fmt.Fprintln(s.out)
		var err error
		if s.web, err = demo.Serve(ctx, s.world, s.clock); err != nil {
			return nil, err
		}
		return s.world.Endpoints(s.web.URL()), e.EnsureSources(ctx, s.world.Sources(s.web.URL()))
	case s.at.IsZero() && s.cfg.Sources.Builtin:
		return nil, e.EnsureSources(ctx, e.OwnSources())
	case s.at.IsZero():
		return nil, e.EnsureSources(ctx, e.UserBoards())
	}
	return nil, nil
}

func (s *session) greet(ln net.Listener) {
	url := "http://" + ln.Addr().String()
	if a, ok := ln.Addr().(*net.TCPAddr); ok && a.IP.IsUnspecified() { // no browser opens [::]
		url = fmt.Sprintf("http://localhost:%d", a.Port)
	}
	switch {
	case s.demo:
		fmt.Fprintf(s.out, "演示数据，不是真实热点。打开 %s\nDemo data, not real news. Open %s\n", url, url)
	case !s.at.IsZero():
		fmt.Fprintf(s.out, "回看 %s，来源关闭。打开 %s (as-of view)\n", s.at.In(xuanti.Shanghai).Format("2006-01-02 15:04"), url)
	default:
		fmt.Fprintf(s.out, "选题已启动，打开 %s (open in a browser)\n", url)
	}
}

// prepareDemo makes the demo's world and its clock. Without --data its folder
// is temporary; with --data the demo goes on where it stopped.
func (s *session) prepareDemo(ctx context.Context) (drop func(), err error) {
	drop = func() {}
	start := time.Now().UTC()
	if s.cfg.Data == config.Default().Data {
		dir, err := os.MkdirTemp("", "xuanti-demo-")
		if err != nil {
			return drop, xuanti.Wrap(xuanti.CodeUnavailable, err, "no temporary folder for the demo")
		}
		s.cfg.Data = dir
		drop = func() {
			s.closeWeb()
			if err := os.RemoveAll(dir); err != nil {
				fmt.Fprintln(s.out, "xuanti: the demo's folder could not be removed:", err)
			}
		}
	} else {
		drop = s.closeWeb
		born, seen, err := engine.DemoTimes(ctx, s.cfg.Data)
		if err != nil {
			return drop, err
		}
		if !born.IsZero() {
			start = seen
			s.world, err = demo.NewWorld(demo.Options{Seed: 1, Start: born, Speed: demoSpeed})
			if err != nil {
				return drop, err
			}
		}
	}
	if s.world == nil {
		if s.world, err = demo.NewWorld(demo.Options{Seed: 1, Start: start.Add(-demoPast), Speed: demoSpeed}); err != nil {
			return drop, err
		}
	}
	s.clock = newFastClock(start, demoSpeed)
	return drop, nil
}

func (s *session) closeWeb() {
	if s.web == nil {
		return
	}
	if err := s.web.Close(); err != nil {
		fmt.Fprintln(s.out, "xuanti: the demo web did not stop cleanly:", err)
	}
}

// fastClock runs a number of times as fast as the wall clock.
type fastClock struct {
	start, wall time.Time
	speed       time.Duration
}

func newFastClock(start time.Time, speed time.Duration) fastClock {
	return fastClock{start: start, wall: time.Now(), speed: speed}
}

// Now implements xuanti.Clock.
func (c fastClock) Now() time.Time { return c.start.Add(time.Since(c.wall) * c.speed).UTC() }
