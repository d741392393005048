package engine

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/alert"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/crawler/board"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/demo"
	"github.com/xuanti/xuanti/index"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/suggest"
)

// activeWindow is how long an event stays open for new members. Nothing in the
// engine's memory is older, so its cost does not grow with history.
const activeWindow = 72 * time.Hour

// Options say what an engine works on.
type Options struct {
	Config  config.Config
	Clock   xuanti.Clock // nil is the system clock
	At      time.Time    // not zero: show everything as of then, change nothing
	Demo    *demo.World  // not nil: the demo web is the only source
	Log     *slog.Logger // nil discards
	Version string
}

// Engine is the way of an item and of a board. It implements Reader, Writer
// and Stream. Open one with Open, run its background work with Run.
type Engine struct {
	*hub
	cfg     config.Config
	clock   xuanti.Clock
	log     *slog.Logger
	at      time.Time
	demo    *demo.World
	version string
	started time.Time

	store   *store.Store
	index   index.Engine
	nlp     *nlp.Analyzer
	ranker  *suggest.Ranker
	fetcher *fetch.Fetcher
	allow   []netip.Prefix // private networks that may be reached
	crawler *crawler.Crawler
	boards  *board.Set
	sched   *crawler.Scheduler
	mailman *alert.Deliverer

	mu      sync.Mutex // guards the state below and serialises every change to the store
	state   state
	subs    subscribers
	commits atomic.Uint64 // counted: caches are keyed by them

	cache   cache
	indexer *indexer
	sources sourceNames
	trash   sync.Mutex // serialises changes to the list of deleted sources
	intake  intake
	planner *crawler.Planner
	compact chan time.Time // nights, to compact what was over by then
	pulse   *pulseFigures
}

// Open opens the data folder and brings back the state of the last run. It
// fails at once with CodeLocked when another process owns the folder.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if o.Clock == nil {
		o.Clock = xuanti.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if !o.At.IsZero() {
		o.Clock = xuanti.NewManualClock(o.At)
	}
	e := &Engine{
		cfg: o.Config, clock: o.Clock, log: o.Log, at: o.At, demo: o.Demo, version: o.Version, started: time.Now().UTC(),
		pulse: newPulseFigures(), compact: make(chan time.Time, 1),
	}
	e.loadBoards()
	e.hub = newHub(uint64(e.started.UnixMilli()))
	var err error
	if e.store, err = store.Open(ctx, store.Options{Dir: o.Config.Data, Log: o.Log}); err != nil {
		return nil, err
	}
	if err := e.open(ctx); err != nil {
		return nil, closeAfter(e.store, err)
	}
	return e, nil
}

func (e *Engine) open(ctx context.Context) error {
	words, err := e.acceptedWords(ctx)
	if err != nil {
		return err
	}
	if e.nlp, err = nlp.New(nlp.Options{Words: words, Log: e.log}); err != nil {
		return fmt.Errorf("load the dictionary: %w", err)
	}
	e.ranker = suggest.NewRanker(e.nlp)
	var g errgroup.Group
	var idx *index.Bleve
	g.Go(func() (err error) {
		synonyms, err := e.synonyms()
		if err != nil {
			return err
		}
		idx, err = index.OpenBleve(filepath.Join(e.cfg.Data, "index"), e.nlp, index.Options{Log: e.log, Synonyms: synonyms})
		return err
	})
	err = e.recover(ctx)
	if ierr := g.Wait(); ierr != nil {
		return cmp.Or(err, ierr)
	}
	e.index = idx
	if err != nil {
		return closeAfter(e.index, err)
	}
	if e.indexer, err = newIndexer(ctx, e); err != nil {
		return closeAfter(e.index, err)
	}
	if err := e.loadSubscribers(ctx); err != nil {
		return closeAfter(e.index, err)
	}
	return nil
}

// Live connects the engine to the network: the fetcher, the scheduler and the
// outbox. It must be called before Run, and not in an as-of view. endpoints
// redirects boards to another address (the demo web).
func (e *Engine) Live(ctx context.Context, endpoints map[string]string) error {
	if err := e.store.ReleaseLeases(ctx); err != nil {
		return err
	}
	o, err := FetchOptions(e.cfg)
	if err != nil {
		return err
	}
	if e.demo != nil {
		o.AllowPrivate = append(o.AllowPrivate, loopback...)
		o.HostGap = -1 // the demo web is our own and runs ten times as fast
	}
	o.Clock, o.Log = e.clock, e.log
	e.allow = o.AllowPrivate
	e.fetcher = fetch.New(o)
	e.planner = crawler.NewPlanner(crawler.PlanOptions{PerHour: float64(e.cfg.Crawler.RequestsPerHour), HostGap: o.HostGap})
	if err := e.plan(ctx); err != nil {
		return err
	}
	e.crawler = crawler.New(crawler.Options{Fetcher: e.fetcher, Clock: e.clock, Log: e.log, Boards: e.boards, Endpoints: endpoints, Seen: e.store.SeenKeys, Planner: e.planner})
	e.sched = crawler.NewScheduler(crawler.SchedulerOptions{
		Queue: e.store, Crawler: e.crawler, Sink: e.take, Workers: e.cfg.Crawler.Workers, Clock: e.clock, Log: e.log, Owner: e.owner(), MaxIdle: e.maxIdle(),
		PerHost: e.cfg.Crawler.PerHost, HostGap: o.HostGap,
	})
	e.mailman = alert.NewDeliverer(alert.DelivererOptions{
		Outbox: e.store, Senders: map[string]alert.Channel{"webhook": alert.NewWebhook(e.webhookClient(), xuanti.SystemClock{})},
		Clock: e.clock, Log: e.log, Attempts: e.cfg.Alert.Attempts, OnPermanent: e.channelFailed, OnDelivered: e.channelWorks,
	})
	return nil
}

// FetchOptions are the manners of a fetcher as configured.
func FetchOptions(cfg config.Config) (fetch.Options, error) {
	allow, err := cfg.PrivatePrefixes()
	if err != nil {
		return fetch.Options{}, err
	}
	c := cfg.Crawler
	return fetch.Options{
		UserAgent: c.UserAgent, Timeout: c.Timeout, MaxBytes: c.MaxBytes, PerHost: c.PerHost, HostGap: c.HostGap,
		AllowPrivate: allow, Proxy: c.Proxy,
	}, nil
}

// maxIdle is how long the scheduler may sleep on the wall clock; the demo's
// clock runs fast, so its next minute comes sooner.
func (e *Engine) maxIdle() time.Duration {
	if e.demo != nil {
		return time.Second
	}
	return 30 * time.Second
}

// Run does the background work until ctx ends: polling, indexing, delivering
// and the work of every minute. It returns when all of it has stopped.
func (e *Engine) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return e.indexer.run(ctx, indexGather) })
	g.Go(func() error { return e.compactNights(ctx) })
	if e.at.IsZero() && e.sched != nil {
		g.Go(func() error { return e.sched.Run(ctx) })
		g.Go(func() error { return e.mailman.Run(ctx) })
		g.Go(func() error { return e.everyMinute(ctx) })
	}
	return g.Wait()
}

// Close writes the state down and closes the store and the index. Run must
// have returned.
func (e *Engine) Close() error {
	e.hub.close()
	var first error
	keep := func(op string, err error) {
		if err != nil && first == nil {
			first = fmt.Errorf("%s: %w", op, err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if e.at.IsZero() {
		e.mu.Lock()
		keep("save state", e.saveState(ctx))
		e.mu.Unlock()
		if e.indexer.lag() <= indexQueue { // a rebuild goes on at the next start
			keep("index the rest", e.indexer.drain(ctx))
		}
	}
	keep("close index", e.index.Close())
	keep("close store", e.store.Close())
	return first
}

// Now is the engine's time: the clock's, or the moment of an as-of view.
func (e *Engine) Now() time.Time { return e.clock.Now().UTC() }

func (e *Engine) writable() error {
	if !e.at.IsZero() {
		return xuanti.Errorf(xuanti.CodeConflict, "这是 %s 的回看视图，不能修改 (read-only as-of view)", e.at.In(xuanti.Shanghai).Format("2006-01-02 15:04"))
	}
	return nil
}

// webhookClient sends alerts through the same guard as fetching: no private
// address unless the configuration allows it.
func (e *Engine) webhookClient() *http.Client {
	return fetch.SafeClient(e.cfg.Alert.Timeout, e.allow)
}
