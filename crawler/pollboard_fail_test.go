package crawler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/board"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

// failures are the ways in which platforms refuse. Each answers one request in
// place of the list; want is what the words for people say of it, in each
// language.
var failures = []struct {
	name   string
	answer func(w http.ResponseWriter, f crawltest.BoardAnswer)
	zh, en string // "" for any
}{
	{"empty list", func(w http.ResponseWriter, f crawltest.BoardAnswer) { reply(w, f.ContentType, f.Emptied()) }, "", ""},
	{"login page", func(w http.ResponseWriter, _ crawltest.BoardAnswer) {
		reply(w, "text/html; charset=utf-8", crawltest.LoginHTML)
	}, "登录或验证页", "login or verification page"},
	{"changed nesting", func(w http.ResponseWriter, f crawltest.BoardAnswer) { reply(w, f.ContentType, renested(f)) }, "", ""},
	{"truncated", func(w http.ResponseWriter, f crawltest.BoardAnswer) {
		reply(w, f.ContentType, string(f.Body[:len(f.Body)*3/5]))
	}, "被截断", "cut off after"},
	{"HTML instead", func(w http.ResponseWriter, _ crawltest.BoardAnswer) {
		reply(w, "text/html", "<!DOCTYPE html><html><head><title>系统维护中</title></head><body><p>稍后再来</p></body></html>")
	}, "系统维护中", "系统维护中"},
	{"refusal in JSON", func(w http.ResponseWriter, _ crawltest.BoardAnswer) {
		reply(w, "application/json", `{"code":-352,"message":"risk control","data":null}`)
	}, "", ""},
	{"nothing", func(w http.ResponseWriter, f crawltest.BoardAnswer) { reply(w, f.ContentType, "") }, "响应内容为空", "the answer is empty"},
	{"403", func(w http.ResponseWriter, _ crawltest.BoardAnswer) { w.WriteHeader(http.StatusForbidden) }, "HTTP 403（拒绝访问）", "403 Forbidden"},
	{"429", func(w http.ResponseWriter, _ crawltest.BoardAnswer) { w.WriteHeader(http.StatusTooManyRequests) }, "HTTP 429（请求过于频繁）", "429 Too Many Requests"},
	{"500", func(w http.ResponseWriter, _ crawltest.BoardAnswer) { w.WriteHeader(http.StatusInternalServerError) }, "HTTP 500（服务器出错）", "500 Internal Server Error"},
	{"503", func(w http.ResponseWriter, _ crawltest.BoardAnswer) { w.WriteHeader(http.StatusServiceUnavailable) }, "HTTP 503（服务器出错）", "503 Service Unavailable"},
	{"broken connection", func(w http.ResponseWriter, f crawltest.BoardAnswer) {
		w.Header().Set("Content-Length", "100000")
		reply(w, f.ContentType, string(f.Body[:min(len(f.Body), 500)]))
		panic(http.ErrAbortHandler)
	}, "连接被拒绝或中断", "the connection was refused or broke"},
}

func reply(w http.ResponseWriter, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	_, _ = io.WriteString(w, body)
}

// renested wraps the answer in one more level, as platforms do overnight.
func renested(f crawltest.BoardAnswer) string {
	switch {
	case strings.HasSuffix(f.File, ".json"):
		return `{"result":{"payload":` + string(f.Body) + `}}`
	case strings.Contains(string(f.Body), "{"):
		return strings.Replace(string(f.Body), "{", `{"result":{"payload":{`, 1) + "}}"
	}
	return `<!DOCTYPE html><html><head><title>榜单</title></head><body><div data-page="` + strings.ReplaceAll(string(f.Body), `"`, "&quot;") + `"></div></body></html>`
}

// platform stands in for every endpoint of a board: it answers with the
// fixtures, those that fail as told. Records of ids are served one by one.
type platform struct {
	board   *board.Board
	mu      sync.Mutex                       // guards the rest
	answers map[string]crawltest.BoardAnswer // by adapter
	fail    map[string]func(http.ResponseWriter, crawltest.BoardAnswer)
	asked   []string
}

// fails makes the named endpoint answer so from now on.
func (p *platform) fails(adapter string, answer func(http.ResponseWriter, crawltest.BoardAnswer)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fail[adapter] = answer
}

// works lets all endpoints answer with their lists again.
func (p *platform) works() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.fail)
}

// since gives which endpoints were asked since the last call.
func (p *platform) since() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

// told gives how an endpoint is to answer, and remembers that it was asked.
func (p *platform) told(adapter string) (crawltest.BoardAnswer, func(http.ResponseWriter, crawltest.BoardAnswer)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, adapter)
	return p.answers[adapter], p.fail[adapter]
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	base := "http://" + r.Host
	for _, adapter := range p.board.Adapters {
		asked := requestOf(p.board, adapter)
		if strings.Contains(r.URL.Path, "/v0/item/") && listsIDs(asked) {
			p.record(w, r, adapter)
			return
		}
		if rebase(asked.String(), base+"/"+asked.Host) != base+r.URL.RequestURI() {
			continue
		}
		f, fail := p.told(adapter)
		switch {
		case fail != nil:
			fail(w, f)
		case listsIDs(asked):
			reply(w, f.ContentType, p.ids(adapter))
		default:
			reply(w, f.ContentType, string(f.Body))
		}
		return
	}
	http.Error(w, "no endpoint has the address "+r.URL.String(), http.StatusNotFound)
}

// requestOf is the address that an endpoint asks.
func requestOf(b *board.Board, adapter string) *url.URL {
	req, _ := b.Request(adapter, crawltest.Recorded())
	u, err := url.Parse(req.URL)
	if err != nil {
		panic(err)
	}
	return u
}

// listsIDs reports the endpoints that only list the ids of their records.
func listsIDs(asked *url.URL) bool { return strings.HasSuffix(asked.Path, "stories.json") }

func (p *platform) docs(adapter string) []any {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []any
	if err := crawltest.DecodeJSON(p.answers[adapter].Body, &list); err != nil {
		panic(err)
	}
	return list
}

func (p *platform) ids(adapter string) string {
	var ids []string
	for i := range p.docs(adapter) {
		ids = append(ids, fmt.Sprint(i))
	}
	return "[" + strings.Join(ids, ",") + "]"
}

func (p *platform) record(w http.ResponseWriter, r *http.Request, adapter string) {
	var i int
	if _, err := fmt.Sscanf(path.Base(r.URL.Path), "%d.json", &i); err != nil || i < 0 || i >= len(p.docs(adapter)) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	reply(w, "application/json", crawltest.JSONText(p.docs(adapter)[i]))
}

// stand serves a board on loopback and gives its crawler and source.
func stand(t *testing.T, b *board.Board) (*platform, *Crawler, xuanti.Source) {
	t.Helper()
	p := &platform{board: b, answers: map[string]crawltest.BoardAnswer{}, fail: map[string]func(http.ResponseWriter, crawltest.BoardAnswer){}}
	for _, f := range crawltest.BoardAnswers(t, "board") {
		if f.Board == b.ID && p.answers[f.Adapter].Body == nil {
			p.answers[f.Adapter] = f
		}
	}
	srv := crawltest.Server(t, p.ServeHTTP)
	hosts := map[string]string{}
	for _, adapter := range b.Adapters {
		host := requestOf(b, adapter).Host
		hosts[host] = srv.URL + "/" + host
	}
	c := New(Options{
		Fetcher: testFetcher(t, func(o *fetch.Options) { o.MaxBytes = 8 << 20 }), Clock: xuanti.NewManualClock(crawltest.Recorded()),
		Endpoints: hosts,
	})
	for _, s := range Sources(board.Builtin(), crawltest.Recorded()) {
		if s.ID == b.ID {
			return p, c, s
		}
	}
	t.Fatalf("no source for board %s", b.ID)
	return nil, nil, xuanti.Source{}
}

func rowsOf(res Result) int {
	if res.Snapshot != nil {
		return len(res.Snapshot.Entries)
	}
	return len(res.Items)
}

// minRowsOf is how many rows the board's list must have.
func minRowsOf(b *board.Board) int {
	return b.Read(b.Adapters[0], nil, "", crawltest.Recorded()).MinRows
}

// TestEveryAdapterSurvivesEveryFailure polls every built-in adapter against
// every failure: with a fallback the board goes on and names what failed;
// alone it fails in words, keeps its source active and what it knew before.
func TestEveryAdapterSurvivesEveryFailure(t *testing.T) {
	for _, b := range board.Builtin().All() {
		t.Run(b.ID, func(t *testing.T) {
			p, c, src := stand(t, b)
			first := c.Poll(context.Background(), src)
			if first.Err != nil || rowsOf(first) < minRowsOf(b) || first.Source.Fetch.Adapter != b.Adapters[0] {
				t.Fatalf("the healthy board: %v, %d rows by %q", first.Err, rowsOf(first), first.Source.Fetch.Adapter)
			}
			for i, adapter := range b.Adapters {
				for _, f := range failures {
					p.works()
					for _, before := range b.Adapters[:i] { // so that this one is asked
						p.fails(before, failures[7].answer)
					}
					p.fails(adapter, f.answer)
					res := c.Poll(context.Background(), first.Source)
					if i+1 < len(b.Adapters) {
						checkFallback(t, b, i, f.name, res)
					} else {
						checkFailed(t, b, adapter, f.name, f.zh, f.en, first, res)
					}
				}
			}
		})
	}
}

func checkFallback(t *testing.T, b *board.Board, i int, name string, res Result) {
	t.Helper()
	next := b.Adapters[i+1]
	if res.Err != nil || rowsOf(res) < minRowsOf(b) || res.Source.Fetch.Adapter != next || res.Source.Fetch.LastError != "" {
		t.Errorf("%s, %s: %v, %d rows by %q, want %s to take over", b.Adapters[i], name, res.Err, rowsOf(res), res.Source.Fetch.Adapter, next)
		return
	}
	said := strings.Join(res.Warnings, "\n")
	if !strings.Contains(said, "（"+b.Adapters[i]+"）：") {
		t.Errorf("%s, %s: the warnings %q do not name it", b.Adapters[i], name, said)
	}
}

func checkFailed(t *testing.T, b *board.Board, adapter, name, zh, en string, first, res Result) {
	t.Helper()
	st := res.Source.Fetch
	if res.Err == nil || rowsOf(res) != 0 {
		t.Errorf("%s, %s: no error, %d rows", adapter, name, rowsOf(res))
		return
	}
	if !strings.Contains(st.LastError, "（"+adapter+"）：") || !strings.Contains(st.LastError, zh) || !strings.Contains(st.LastError, en) || !plain.HasHan(st.LastError) {
		t.Errorf("%s, %s: the words %q do not say %q and %q", adapter, name, st.LastError, zh, en)
	}
	if strings.Contains(st.LastError, "http://") {
		t.Errorf("%s, %s: the words %q hold an address", adapter, name, st.LastError)
	}
	was := first.Source.Fetch
	if !st.LastSuccess.Equal(was.LastSuccess) || !st.LastChange.Equal(was.LastChange) || st.Failures != 1 || res.Source.State != first.Source.State {
		t.Errorf("%s, %s: state %s, last success %s, change %s, %d failures", adapter, name, res.Source.State, st.LastSuccess, st.LastChange, st.Failures)
	}
	if res.Source.State == xuanti.SourceActive && res.Source.Health(crawltest.Recorded().Add(time.Second)) != xuanti.HealthFailing {
		t.Errorf("%s, %s: health %s", adapter, name, res.Source.Health(crawltest.Recorded()))
	}
	if b.Adapters[0] == adapter && st.LastStatus == 0 && name != "broken connection" {
		t.Errorf("%s, %s: no status", adapter, name)
	}
}
