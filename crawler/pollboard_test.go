package crawler

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/board"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func readFixture(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("board/testdata/answers/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// testBoard returns a crawler whose requests for one board go to a handler.
func testBoard(t *testing.T, id string, h http.HandlerFunc) (*Crawler, xuanti.Source) {
	t.Helper()
	srv := crawltest.Server(t, h)
	c := New(Options{
		Fetcher: testFetcher(t, func(o *fetch.Options) { o.MaxBytes = 8 << 20 }), Clock: xuanti.NewManualClock(crawltest.Recorded()),
		Endpoints: map[string]string{id: srv.URL + "/demo"},
	})
	for _, s := range Sources(board.Builtin(), crawltest.Recorded()) {
		if s.ID == id {
			return c, s
		}
	}
	t.Fatalf("no source for board %s", id)
	return nil, xuanti.Source{}
}

func TestPollBoard(t *testing.T) {
	var paths []string
	c, src := testBoard(t, "weibo", func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		if r.Header.Get("Referer") == "" {
			t.Error("the board's headers were not sent")
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(readFixture(t, "weibo.side.json"))
	})
	res := c.Poll(context.Background(), src)
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	st := res.Source.Fetch
	if res.Snapshot == nil || res.Snapshot.Adapter != "side" || len(res.Snapshot.Entries) != 13 || !res.Snapshot.At.Equal(crawltest.Recorded()) {
		t.Fatalf("snapshot %+v", res.Snapshot)
	}
	if len(paths) != 1 || paths[0] != "/demo/ajax/side/hotSearch" {
		t.Errorf("requests %v", paths)
	}
	if st.Adapter != "side" || st.LastItems != 13 || st.LastStatus != 200 || st.Successes != 1 || st.LastError != "" || !st.LastChange.Equal(crawltest.Recorded()) || !st.NextAt.After(crawltest.Recorded()) {
		t.Errorf("state %+v", st)
	}
	// The same list again is a snapshot, but no change.
	changed := st.LastChange
	c.clock.(*xuanti.ManualClock).Advance(src.Interval)
	res = c.Poll(context.Background(), res.Source)
	if res.Err != nil || res.Snapshot == nil || !res.Source.Fetch.LastChange.Equal(changed) || !res.Snapshot.At.After(crawltest.Recorded()) {
		t.Errorf("second poll: %v, %+v", res.Err, res.Source.Fetch)
	}
}

// TestPollBoardFallback: each way in which the first endpoint fails.
func TestPollBoardFallback(t *testing.T) {
	side := readFixture(t, "weibo.side.json")
	for name, fail := range map[string]func(http.ResponseWriter){
		"403": func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) },
		"429": func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"502":       func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
		"410":       func(w http.ResponseWriter) { w.WriteHeader(http.StatusGone) },
		"login":     func(w http.ResponseWriter) { io.WriteString(w, crawltest.LoginHTML) },
		"empty":     func(http.ResponseWriter) {},
		"truncated": func(w http.ResponseWriter) { w.Write(side[:len(side)/2]) },
		"refused":   func(w http.ResponseWriter) { io.WriteString(w, `{"ok":-100,"url":"https://weibo.invalid/login"}`) },
	} {
		t.Run(name, func(t *testing.T) {
			c, src := testBoard(t, "weibo", func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/demo/ajax/") {
					fail(w)
					return
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Write(readFixture(t, "weibo.page.html"))
			})
			res := c.Poll(context.Background(), src)
			if res.Err != nil || res.Snapshot == nil || res.Snapshot.Adapter != "page" || len(res.Snapshot.Entries) != 13 {
				t.Fatalf("%v %+v", res.Err, res.Snapshot)
			}
			if len(res.Warnings) != 1 || !strings.Contains(res.Warnings[0], "board weibo (side)") {
				t.Errorf("warnings %q", res.Warnings)
			}
			if res.Source.Fetch.Adapter != "page" || res.Source.State != xuanti.SourceActive {
				t.Errorf("state %+v", res.Source.Fetch)
			}
		})
	}
}

// TestPollBoardAllFail: the error says what each endpoint answered, and one
// endpoint's 410 does not retire the source.
func TestPollBoardAllFail(t *testing.T) {
	c, src := testBoard(t, "weibo", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/demo/ajax/"):
			w.WriteHeader(http.StatusGone)
		case strings.HasPrefix(r.URL.Path, "/demo/top/"):
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, crawltest.LoginHTML)
		default:
			w.Header().Set("Retry-After", "1200")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	res := c.Poll(context.Background(), src)
	if res.Err == nil || res.Snapshot != nil {
		t.Fatalf("%v %+v", res.Err, res.Snapshot)
	}
	st := res.Source.Fetch
	for _, want := range []string{"（side）：服务器返回 HTTP 410", "（page）：返回的是登录或验证页“登录 - 账号中心”", "（mobile）：服务器返回 HTTP 503"} {
		if !strings.Contains(st.LastError, want) {
			t.Errorf("%q is not in %q", want, st.LastError)
		}
	}
	if res.Source.State != xuanti.SourceActive || st.Failures != 1 || st.NextAt.Sub(crawltest.Recorded()) > 10*time.Minute {
		t.Errorf("state %s %+v", res.Source.State, st)
	}
}

// TestPollBoardHeaders: a cookie goes to the board's own site only.
func TestPollBoardHeaders(t *testing.T) {
	got := map[string]string{}
	c, src := testBoard(t, "douyin", func(w http.ResponseWriter, r *http.Request) {
		got[r.URL.Path] = r.Header.Get("Cookie")
		w.WriteHeader(http.StatusForbidden)
	})
	src.Headers = map[string]string{"Cookie": "s=1"}
	c.Poll(context.Background(), src)
	if len(got) != 2 || got["/demo/aweme/v1/hot/search/list/"] != "" || got["/demo/aweme/v1/web/hot/search/list/"] != "s=1" {
		t.Errorf("cookies %v", got)
	}
}

func TestPollBoardPost(t *testing.T) {
	c, src := testBoard(t, "36kr", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || !strings.Contains(string(body), `"timestamp":1795401000000`) || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %s %s", r.Method, body, r.Header)
		}
		w.Write(readFixture(t, "36kr.hot.json"))
	})
	if res := c.Poll(context.Background(), src); res.Err != nil || len(res.Snapshot.Entries) != 12 {
		t.Errorf("%v %+v", res.Err, res.Snapshot)
	}
}

func TestPollBoardUnknown(t *testing.T) {
	c, src := testBoard(t, "36kr", func(http.ResponseWriter, *http.Request) {})
	src.Board = "nowhere"
	if res := c.Poll(context.Background(), src); xuanti.CodeOf(res.Err) != xuanti.CodeNotFound {
		t.Errorf("%v", res.Err)
	}
}

func TestBuiltinSources(t *testing.T) {
	ids, off := map[string]bool{}, map[string]bool{}
	for _, id := range strings.Fields("baidu-game baidu-movie baidu-teleplay baike-today sina-ent sina-finance sina-sports sina-tech weather") {
		off[id] = true // for accounts of that field; a person turns them on
	}
	for _, s := range Sources(board.Builtin(), crawltest.Recorded()) {
		if ids[s.ID] || s.Name == "" || s.URL == "" || s.Interval <= 0 || s.Weight <= 0 || !s.Builtin || s.State == xuanti.SourceActive == off[s.ID] {
			t.Errorf("source %+v", s)
		}
		ids[s.ID] = true
	}
	for _, id := range strings.Fields("weibo zhihu baidu toutiao douyin bilibili tieba thepaper 36kr ithome juejin sspai wallstreetcn cls hupu qq netease sina woshipm") {
		if !ids[id] {
			t.Errorf("no built-in source %s", id)
		}
	}
}
