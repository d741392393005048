package crawler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/board"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/health"
	"github.com/xuanti/xuanti/crawler/plain"
)

// maxErrorText bounds what is kept of an error, in runes: a board may have to
// say what each of several endpoints answered.
const maxErrorText = 800

// Options holds what a Crawler works with.
type Options struct {
	Fetcher   *fetch.Fetcher    // default: fetch.New with default manners
	Clock     xuanti.Clock      // default the system clock
	Log       *slog.Logger      // default discards
	Boards    *board.Set        // default the built-in ones
	Endpoints map[string]string // board id or host → base URL that replaces it (the demo web)
	// Seen tells which item keys are known already, so that full text is only
	// fetched for new items; nil means none is.
	Seen func(ctx context.Context, keys []string) (map[string]string, error)
	// Planner decides when feeds and pages are polled next; default one that
	// spends what their wanted intervals add up to.
	Planner *Planner
}

// Result is what one poll of a source brought.
type Result struct {
	Source   xuanti.Source // with the next Fetch state filled in
	Items    []xuanti.Item // without ID, Seq and EventID; known ones are among them
	Snapshot *xuanti.Snapshot
	Warnings []string   // what went wrong beside the main thing
	Err      error      // why the poll brought nothing
	Others   []FeedLink // of a detection: further feeds that the page announces
	// MovedFrom is the address that was polled when Source.URL is a new one,
	// taken over after the same permanent redirect was seen often enough.
	MovedFrom string

	fresh     []time.Time // when the new items were published
	wishes    *wishes     // of a feed that was read, on how often it is polled
	answered  bool        // by a feed, and
	permanent string      // where permanent redirects led to on the way
}

// Crawler polls sources. It is safe for concurrent use.
type Crawler struct {
	boards    *board.Set
	fetcher   *fetch.Fetcher
	clock     xuanti.Clock
	log       *slog.Logger
	endpoints map[string]string
	seen      func(ctx context.Context, keys []string) (map[string]string, error)
	planner   *Planner
	network   network
}

// New returns a Crawler.
func New(o Options) *Crawler {
	if o.Clock == nil {
		o.Clock = xuanti.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Fetcher == nil {
		o.Fetcher = fetch.New(fetch.Options{Clock: o.Clock, Log: o.Log})
	}
	if o.Planner == nil {
		o.Planner = NewPlanner(PlanOptions{})
	}
	if o.Boards == nil {
		o.Boards = board.Builtin()
	}
	return &Crawler{boards: o.Boards, fetcher: o.Fetcher, clock: o.Clock, log: o.Log, endpoints: o.Endpoints, seen: o.Seen, planner: o.Planner}
}

// health.Poll reads one source once, by its kind. It never panics and always returns
// the source with its next Fetch state: success or failure, when to come back,
// 410 turned into SourceGone. A source that has not changed is a success
// without items. Lease fields are cleared.
func (c *Crawler) Poll(ctx context.Context, src xuanti.Source) Result {
	before := src.Fetch
	src.Fetch.NextAt = time.Time{} // what the kinds set is a "not before"
	src.Fetch.LastStatus = 0
	src.Fetch.LastAttempt = c.clock.Now()
	res := c.dispatch(ctx, src)
	c.settle(&res, before)
	return res
}

// dispatch reads by kind and turns a panic into an error.
func (c *Crawler) dispatch(ctx context.Context, src xuanti.Source) (res Result) {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("a poll panicked", "source", src.ID, "kind", string(src.Kind), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			res = Result{Source: src, Err: xuanti.Wrap(xuanti.CodeInternal, fmt.Errorf("panic: %v", p), "程序内部错误，已记录日志")}
		}
	}()
	switch {
	case src.Kind == xuanti.SourceBoard || src.Kind == xuanti.SourceFeed && src.Board != "":
		return c.pollBoard(ctx, src)
	case src.Kind == xuanti.SourceFeed:
		return c.pollFeed(ctx, src)
	case src.Kind == xuanti.SourcePage:
		return c.pollPage(ctx, src)
	}
	return Result{Source: src, Err: xuanti.Errorf(xuanti.CodeInvalid, "未知的来源类型 %q", src.Kind)}
}

// settle writes what every kind has in common into the Fetch state. It counts
// from the state before the poll, whatever the kinds did to these fields.
func (c *Crawler) settle(res *Result, before xuanti.FetchState) {
	now := c.clock.Now()
	st := &res.Source.Fetch
	st.LeaseUntil, st.LeaseOwner = time.Time{}, ""
	st.LastAttempt = now
	st.Attempts = before.Attempts + 1
	asked := st.NextAt // what the server wishes, set by the kinds
	c.network.note(&res.Source, res.Err)
	if res.Err == nil {
		st.LastSuccess = now
		st.Successes = before.Successes + 1
		st.Failures = 0
		st.LastError = ""
		if res.answered {
			c.countMoves(res, now.Sub(before.LastAttempt))
		}
		st.NextAt, st.Why = c.planner.after(res, before.LastAttempt, now)
		c.obey(st, asked)
		return
	}
	var fe *fetch.Error
	if errors.As(res.Err, &fe) {
		st.LastStatus = fe.Status
		if t := now.Add(min(fe.RetryAfter, 24*time.Hour)); t.After(asked) {
			asked = t
		}
		if fe.Status == http.StatusGone && res.Source.Board == "" {
			res.Source.State = xuanti.SourceGone
		}
	}
	st.LastError = plain.Clip(health.Words(res.Err), maxErrorText)
	if c.network.down() {
		// Says nothing about the source: it comes again soon after the network
		// does, with the others spread around it.
		st.Failures = max(before.Failures, 1)
		wait := jitter(outageRetry, outageJitter, res.Source.ID, int(st.Attempts%1000))
		st.NextAt, st.Why = now.Add(wait), why(waitWords(wait)+"后重试：本机网络似乎中断", "tried again in "+waitWordsEN(wait)+": our own network seems to be down")
		return
	}
	st.Failures = before.Failures + 1
	wait := afterFailure(&res.Source)
	st.NextAt, st.Why = now.Add(wait), why(fmt.Sprintf("%s后重试：连续失败 %d 次，逐次拉长", waitWords(wait), st.Failures),
		fmt.Sprintf("tried again in %s: failed %d times in a row, a longer wait each time", waitWordsEN(wait), st.Failures))
	if res.Source.State == xuanti.SourceGone {
		st.Why = why("不再抓取：服务器说它已永久下线（410）", "no longer polled: the server says that it is gone for good (410)")
	}
	c.obey(st, asked)
}

// obey moves the next poll to when the server wants it, if that is later.
func (c *Crawler) obey(st *xuanti.FetchState, asked time.Time) {
	st.NotBefore = asked
	if asked.After(st.NextAt) {
		st.NextAt = asked
		wait := asked.Sub(st.LastAttempt)
		st.Why = why(waitWords(wait)+"后：服务器要求到那时再来（Retry-After 或缓存期）", "in "+waitWordsEN(wait)+": the server asked for it (Retry-After or cache time)")
	}
}

// endpoint replaces the origin of an address when another server stands in
// for it.
func (c *Crawler) endpoint(rawURL string) string {
	if len(c.endpoints) == 0 {
		return rawURL
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return rawURL
	}
	return rebase(rawURL, c.endpoints[strings.ToLower(u.Host)])
}

// rebase replaces scheme and host of an address; the path of the base, if any,
// goes in front. A base that is none leaves the address as it is.
func rebase(rawURL, base string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return rawURL
	}
	root, err := url.Parse(base)
	if err != nil || root.Host == "" {
		return rawURL
	}
	u.Scheme, u.Host = root.Scheme, root.Host
	u.Path = strings.TrimSuffix(root.Path, "/") + u.Path
	return u.String()
}

// baseOf is the address that relative links of an answer start from: where the
// redirects led, unless another server stood in for the source.
func (c *Crawler) baseOf(resp *fetch.Response, asked string) string {
	if len(c.endpoints) > 0 || resp.URL == "" {
		return asked
	}
	return resp.URL
}

// zone is the location of the times that a source prints without one; nil
// leaves it to what the source holds.
func (c *Crawler) zone(src *xuanti.Source) (*time.Location, error) {
	switch src.Zone {
	case "":
		return nil, nil
	case "Asia/Shanghai":
		return xuanti.Shanghai, nil // one value, whatever the machine's own data says
	}
	loc, err := time.LoadLocation(src.Zone)
	if err != nil {
		return nil, fmt.Errorf("zone %q is unknown and ignored: %w", src.Zone, err)
	}
	return loc, nil
}
