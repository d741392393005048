package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/crawler/board"
	"github.com/xuanti/xuanti/demo"
	"github.com/xuanti/xuanti/store"
)

const (
	// sweepWebEnv makes the test binary serve feeds and boards instead, so that
	// the processor time of the server is not counted with the crawler's.
	sweepWebEnv = "XUANTI_SWEEP_WEB"
	sweepFeeds  = 10_000
	sweepHosts  = 2_500 // addresses in 127.0.0.0/8
	sweepBoards = 50
	sweepItems  = 3 // new items of a feed
	sweepTimes  = 10
)

// sweepWeb is where the other process listens.
type sweepWeb struct {
	Port      int
	Endpoints map[string]string
}

// serveSweeps serves feeds on every loopback address, with validators, and the
// demo's boards; it says where and ends with its standard input.
func serveSweeps() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w, err := demo.NewWorld(demo.Options{Seed: 1, Start: noon})
	if err != nil {
		return err
	}
	boards, err := demo.Serve(ctx, w, xuanti.NewManualClock(w.Zero().Add(20*time.Hour)))
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(l, http.HandlerFunc(sweepFeed)) }()
	if err := json.NewEncoder(os.Stdout).Encode(sweepWeb{Port: l.Addr().(*net.TCPAddr).Port, Endpoints: w.Endpoints(boards.URL())}); err != nil {
		return err
	}
	_, err = bufio.NewReader(os.Stdin).ReadByte()
	if err != nil && err.Error() != "EOF" {
		return err
	}
	return boards.Close()
}

func sweepFeed(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, "/feed/")
	tag := `"` + id + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	n, _ := strconv.Atoi(id)
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>河湾 %s</title><link>https://f%s.example/</link>`, id, id)
	for i := range sweepItems {
		k := n*sweepItems + i
		fmt.Fprintf(w, `<item><title>%s第%d号%s在%s开工</title><link>https://f%s.example/%d</link><description>%s</description></item>`,
			pickOf(k, "清渠", "云台", "白石", "长岭", "松湖", "东篱"), k, pickOf(k/6, "水厂", "桥梁", "学校", "展馆", "公园", "码头", "车站"), pickOf(k/42, "北岸", "南山", "西城", "新港"), id, k,
			strings.Repeat("施工方表示，工程按计划推进，预计明年入汛之前完成主体部分。", 4))
	}
	fmt.Fprint(w, "</channel></rss>")
}

func pickOf(n int, from ...string) string { return from[n%len(from)] }

// startSweepWeb runs the server process.
func startSweepWeb(b *testing.B) sweepWeb {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), sweepWebEnv+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	var web sweepWeb
	if err := json.NewDecoder(out).Decode(&web); err != nil {
		b.Fatal(err)
	}
	return web
}

// BenchmarkSweep polls 10,000 feeds and 50 boards through the scheduler, the
// engine and the store: once with everything new, then ten times with every
// feed answering 304. The server is a process of its own; CPU is this one's.
func BenchmarkSweep(b *testing.B) {
	for b.Loop() {
		sweepOnce(b)
	}
}

func sweepOnce(b *testing.B) {
	defer asProgram(b)()
	web := startSweepWeb(b)
	ctx := b.Context()
	cfg := config.Default()
	cfg.Data = b.TempDir()
	cfg.Crawler.AllowPrivate = []string{"127.0.0.0/8"}
	cfg.Crawler.HostGap = -1
	e, err := Open(ctx, Options{Config: cfg})
	if err != nil {
		b.Fatal(err)
	}
	if err := e.EnsureSources(ctx, sweepSources(web)); err != nil {
		b.Fatal(err)
	}
	if err := e.Live(ctx, web.Endpoints); err != nil {
		b.Fatal(err)
	}
	var left atomic.Int64
	swept := make(chan struct{}, 1)
	e.sched = crawler.NewScheduler(crawler.SchedulerOptions{
		Queue: e.store, Crawler: e.crawler, Workers: cfg.Crawler.Workers, PerHost: cfg.Crawler.PerHost, Owner: e.owner(),
		Sink: func(ctx context.Context, r crawler.Result) error {
			if r.Err != nil {
				b.Errorf("%s: %v", r.Source.ID, r.Err)
			}
			err := e.take(ctx, r)
			if left.Add(-1) == 0 {
				swept <- struct{}{}
			}
			return err
		},
	})
	run, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	left.Store(sweepFeeds + sweepBoards)
	first := use()
	go func() { ended <- e.Run(run) }()
	<-swept
	fresh := use().since(first)
	b.Logf("before the first poll: resident %.0f MB, %d goroutines, %d files", first.rssMB, first.goroutines, first.files)
	b.Logf("everything new: %s, %d items", sweepUse(fresh), sweepFeeds*sweepItems)
	before := use()
	var total usage
	for n := range sweepTimes {
		if err := dueAgain(ctx, e); err != nil {
			b.Fatal(err)
		}
		left.Store(sweepFeeds + sweepBoards)
		start := use()
		e.wake()
		<-swept
		u := use().since(start)
		b.Logf("all 304, sweep %d: %s", n+1, sweepUse(u))
		total.wall += u.wall
		total.cpu += u.cpu
	}
	after := use()
	polls := float64(sweepFeeds + sweepBoards)
	b.ReportMetric(polls/fresh.wall.Seconds(), "new-polls/s")
	b.ReportMetric(fresh.cpu.Seconds(), "new-cpu-s")
	b.ReportMetric(sweepTimes*polls/total.wall.Seconds(), "304-polls/s")
	b.ReportMetric(total.cpu.Seconds()/sweepTimes, "304-cpu-s/sweep")
	b.ReportMetric(after.peakMB, "peak-MB")
	b.ReportMetric(float64(after.goroutines-before.goroutines), "goroutines-grown")
	b.ReportMetric(float64(after.files-before.files), "files-grown")
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
}

func sweepSources(web sweepWeb) []xuanti.Source {
	var all []xuanti.Source
	for i := range sweepFeeds {
		h := i % sweepHosts
		all = append(all, xuanti.Source{ID: fmt.Sprintf("feed-%05d", i), Kind: xuanti.SourceFeed, Platform: "news", Weight: 1, Interval: 30 * time.Minute,
			Name: fmt.Sprint("河湾 ", i), URL: fmt.Sprintf("http://127.1.%d.%d:%d/feed/%d", h/250, 1+h%250, web.Port, i)})
	}
	var known []*board.Board
	for _, bd := range board.Builtin().All() {
		if _, ok := web.Endpoints[bd.ID]; ok {
			known = append(known, bd)
		}
	}
	for i := range sweepBoards {
		bd := known[i%len(known)]
		all = append(all, xuanti.Source{ID: fmt.Sprintf("board-%02d", i), Kind: xuanti.SourceBoard, Platform: bd.Platform, Board: bd.ID, Weight: 1,
			Name: bd.Name, URL: bd.HomeURL, Interval: 5 * time.Minute})
	}
	return all
}

// dueAgain makes every source due.
func dueAgain(ctx context.Context, e *Engine) error {
	all, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return err
	}
	return e.store.Update(ctx, func(tx *store.Tx) error {
		for _, s := range all {
			s.Fetch.NextAt = time.Time{}
			if err := tx.PutFetchState(ctx, s.ID, s.Fetch); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweepUse says what a sweep has used.
func sweepUse(u usage) string {
	return fmt.Sprintf("%.1f s, %.0f polls/s, %.1f CPU s, %s, %d goroutines, %d files",
		u.wall.Seconds(), (sweepFeeds+sweepBoards)/u.wall.Seconds(), u.cpu.Seconds(), u.memory(), u.goroutines, u.files)
}
