package crawler

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/board"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func builtinBoard(t *testing.T, id string) *board.Board {
	t.Helper()
	b, err := board.Builtin().Board(id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pollAfter advances the clock and polls, giving which endpoints were asked.
func pollAfter(c *Crawler, p *platform, d time.Duration, src xuanti.Source) (Result, []string) {
	c.clock.(*xuanti.ManualClock).Advance(d)
	p.since()
	res := c.Poll(context.Background(), src)
	return res, p.since()
}

func wantAsked(t *testing.T, what string, got []string, want string) {
	t.Helper()
	if g := strings.Join(got, " "); g != want {
		t.Errorf("%s: asked %q, want %q", what, g, want)
	}
}

// TestFailingEndpointRests: an endpoint that keeps failing while another
// answers is asked ever more rarely, and comes back once it works.
func TestFailingEndpointRests(t *testing.T) {
	p, c, src := stand(t, builtinBoard(t, "weibo"))
	p.fails("side", failures[7].answer)
	res, asked := pollAfter(c, p, 0, src)
	wantAsked(t, "first failure", asked, "side page")
	res, asked = pollAfter(c, p, 3*time.Minute, res.Source)
	wantAsked(t, "second failure", asked, "side page")
	res, asked = pollAfter(c, p, time.Minute, res.Source)
	wantAsked(t, "resting", asked, "page")
	res, asked = pollAfter(c, p, 2*time.Minute, res.Source)
	wantAsked(t, "third failure", asked, "side page")
	res, asked = pollAfter(c, p, 4*time.Minute, res.Source)
	wantAsked(t, "resting twice as long", asked, "page")
	p.works()
	res, asked = pollAfter(c, p, 2*time.Minute, res.Source)
	wantAsked(t, "recovered", asked, "side")
	if res.Source.Fetch.Adapter != "side" || len(res.Warnings) != 0 {
		t.Errorf("adapter %s, warnings %q", res.Source.Fetch.Adapter, res.Warnings)
	}
	// When all fail, those at rest are asked too rather than nobody.
	for _, a := range p.board.Adapters {
		p.fails(a, failures[7].answer)
	}
	for range 3 {
		res, asked = pollAfter(c, p, time.Minute, res.Source)
		wantAsked(t, "all failing", asked, "side page mobile")
	}
	if res.Err == nil {
		t.Error("no error although all failed")
	}
}

// TestRetryAfterIsObeyed: an endpoint whose server asks for time is not asked
// before, whatever the others do.
func TestRetryAfterIsObeyed(t *testing.T) {
	p, c, src := stand(t, builtinBoard(t, "zhihu"))
	wait := func(seconds string) func(http.ResponseWriter, crawltest.BoardAnswer) {
		return func(w http.ResponseWriter, _ crawltest.BoardAnswer) {
			w.Header().Set("Retry-After", seconds)
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}
	p.fails("web", wait("1200"))
	res, asked := pollAfter(c, p, 0, src)
	wantAsked(t, "first", asked, "web app")
	res, asked = pollAfter(c, p, 19*time.Minute, res.Source)
	wantAsked(t, "within the time", asked, "app")
	if !strings.Contains(strings.Join(res.Warnings, ""), "the server asked not to be asked before 10:50") {
		t.Errorf("warnings %q", res.Warnings)
	}
	p.fails("app", wait("600"))
	res, asked = pollAfter(c, p, 30*time.Second, res.Source)
	wantAsked(t, "the fallback too", asked, "app")
	if got, want := res.Source.Fetch.NextAt, crawltest.Recorded().Add(20*time.Minute); got.Before(want) {
		t.Errorf("next poll %s, want not before %s", got, want)
	}
	p.works()
	_, asked = pollAfter(c, p, time.Minute, res.Source)
	wantAsked(t, "after the time", asked, "web")
}

// TestFrozenListIsNoLiveData: a cache that serves the same list for days with
// status 200 counts as failed, the fallback takes over, and a list that moves
// again is taken again.
func TestFrozenListIsNoLiveData(t *testing.T) {
	p, c, src := stand(t, builtinBoard(t, "zhihu"))
	web := p.answers["web"]
	res, _ := pollAfter(c, p, 0, src)
	res, _ = pollAfter(c, p, 47*time.Hour, res.Source)
	if res.Err != nil || res.Source.Fetch.Adapter != "web" || !res.Source.Fetch.LastChange.Equal(crawltest.Recorded()) {
		t.Fatalf("within two days: %v by %s, change %s", res.Err, res.Source.Fetch.Adapter, res.Source.Fetch.LastChange)
	}
	for range 4 { // the frozen answer must not pass again because the other list came between
		res, _ = pollAfter(c, p, 2*time.Hour, res.Source)
		if res.Err != nil || res.Source.Fetch.Adapter != "app" || !strings.Contains(strings.Join(res.Warnings, ""), "has not changed for") {
			t.Fatalf("frozen: %v by %s, warnings %q", res.Err, res.Source.Fetch.Adapter, res.Warnings)
		}
	}
	p.fails("app", failures[7].answer)
	res, _ = pollAfter(c, p, 2*time.Hour, res.Source)
	if res.Err == nil || !strings.Contains(res.Source.Fetch.LastError, "小时一字未变") {
		t.Errorf("frozen, and no fallback: %v", res.Err)
	}
	moved := web
	moved.Body = []byte(strings.Replace(string(web.Body), "万热度", "5 万热度", 1))
	p.mu.Lock()
	p.answers["web"] = moved
	p.mu.Unlock()
	res, _ = pollAfter(c, p, 2*time.Hour, res.Source)
	if res.Err != nil || res.Source.Fetch.Adapter != "web" {
		t.Errorf("moving again: %v by %s", res.Err, res.Source.Fetch.Adapter)
	}
}
