package engine

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
)

const townFile = `id: town
name: 小城热榜
home: %[1]s/
interval: 7m
bounds: {min: 5, han: 0.5}
endpoints:
  - adapter: api
    url: %[1]s/api
    format: json
    items: list
    fields: {title: word, url: "/s?q={word | query}", heat: hot, label: tag}
`

// townEngine is an engine whose data folder describes boards of its own.
func townEngine(t *testing.T, files map[string]string) (*Engine, *xuanti.ManualClock) {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(BoardFolder(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(BoardFolder(dir), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return reopen(t, dir)
}

// reopen opens a data folder as serve does, with loopback allowed.
func reopen(t *testing.T, dir string) (*Engine, *xuanti.ManualClock) {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Crawler.AllowPrivate, cfg.Crawler.HostGap = dir, []string{"127.0.0.0/8"}, time.Millisecond
	clock := xuanti.NewManualClock(noon)
	e, err := Open(t.Context(), Options{Config: cfg, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.EnsureSources(t.Context(), e.UserBoards()); err != nil {
		t.Fatal(err)
	}
	if err := e.Live(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return e, clock
}

// TestStaleBoardIsNeverLive: through engine and API, a board of the user's own
// that fails keeps its last list, says so in words and is not live, neither by
// itself nor beside a topic; it recovers with the next good answer.
func TestStaleBoardIsNeverLive(t *testing.T) {
	refuse := false
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if refuse {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		var rows []string
		for i, word := range []string{"渡口大桥今晨合龙", "老茶馆搬进地铁站", "菜场开了夜校", "河滩露营地限流", "邮局恢复手写信服务", "少年宫舞台翻新"} {
			rows = append(rows, fmt.Sprintf(`{"word":%q,"hot":"%d.5万","tag":"热"}`, word, 90-i))
		}
		fmt.Fprintf(w, `{"list":[%s]}`, strings.Join(rows, ","))
	}))
	defer srv.Close()
	e, clock := townEngine(t, map[string]string{"town.yaml": fmt.Sprintf(townFile, srv.URL), "broken.yaml": "id: broken\n"})
	defer shut(t, e)
	ctx := context.Background()
	check := func(what string, stale bool) BoardView {
		t.Helper()
		b, err := e.Board(ctx, "town")
		if err != nil {
			t.Fatal(err)
		}
		if b.Stale != stale || len(b.Entries) != 6 || b.Name != "小城热榜" || *b.Entries[0].Heat != 905000 {
			t.Errorf("%s: stale %v, %d entries of %q, error %q", what, b.Stale, len(b.Entries), b.Name, b.LastError)
		}
		hot, err := e.Topics(ctx, TopicQuery{Limit: 50})
		if err != nil || len(hot.Items) == 0 {
			t.Fatalf("%s: %d topics, %v", what, len(hot.Items), err)
		}
		for _, topic := range hot.Items {
			for _, p := range topic.Presences {
				if p.Stale != stale {
					t.Errorf("%s: %q on %s: stale %v", what, topic.Title, p.Board, p.Stale)
				}
			}
		}
		return b
	}
	poll := func() {
		t.Helper()
		if _, err := e.PollSource(ctx, "town"); err != nil {
			t.Fatal(err)
		}
		e.commits.Add(1) // views are kept for a second of the wall clock
		e.cache.dropHot()
	}
	poll()
	first := check("good", false).At
	clock.Advance(7 * time.Minute)
	refuse = true
	poll()
	b := check("refused", true)
	if !b.At.Equal(first) || b.Health != xuanti.HealthFailing || !strings.Contains(b.LastError, "拒绝访问") || !strings.Contains(b.LastError, "403 Forbidden") {
		t.Errorf("refused: at %s, health %s, error %q", b.At, b.Health, b.LastError)
	}
	clock.Advance(7 * time.Minute)
	refuse = false
	poll()
	if b := check("recovered", false); b.LastError != "" || !b.At.After(first) {
		t.Errorf("recovered: at %s, error %q", b.At, b.LastError)
	}
}

// TestUserBoardsAreSources: a file of the data folder is a source, rules over
// a built-in board of its name, and gives it back when it is gone.
func TestUserBoardsAreSources(t *testing.T) {
	own := strings.Replace(fmt.Sprintf(townFile, "https://town.example"), "id: town", "id: weibo", 1)
	e, _ := townEngine(t, map[string]string{"town.yaml": fmt.Sprintf(townFile, "https://town.example"), "mine.yaml": own, "broken.yaml": "id: broken\nname: x\nhome: ftp://x\n"})
	dir := e.cfg.Data
	if len(e.boards.Problems) != 1 || !strings.Contains(e.boards.Problems[0].Error(), "broken.yaml:3: home") {
		t.Errorf("problems %v", e.boards.Problems)
	}
	source := func(id string) SourceView {
		t.Helper()
		if err := e.EnsureSources(t.Context(), e.OwnSources()); err != nil {
			t.Fatal(err)
		}
		v, err := e.Source(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, id := range []string{"town", "weibo"} {
		if v := source(id); v.Name != "小城热榜" || v.Builtin || v.Interval != "7m0s" || v.Kind != xuanti.SourceBoard || v.State != xuanti.SourceActive {
			t.Errorf("source %s: %+v", id, v)
		}
	}
	if v := source("zhihu"); !v.Builtin {
		t.Errorf("another board was touched: %+v", v)
	}
	shut(t, e)
	if err := os.Remove(filepath.Join(BoardFolder(dir), "mine.yaml")); err != nil {
		t.Fatal(err)
	}
	e, _ = reopen(t, dir)
	defer shut(t, e)
	if v := source("weibo"); v.Name != "微博热搜" || !v.Builtin || v.Interval != "3m0s" {
		t.Errorf("the built-in board came not back: %+v", v)
	}
	if v := source("town"); v.Builtin {
		t.Errorf("town: %+v", v)
	}
}
