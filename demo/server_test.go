package demo

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/xuanti/xuanti"
)

// serve starts a server at the noon of day fourteen.
func serve(t *testing.T) (*World, *Server, *xuanti.ManualClock) {
	t.Helper()
	w := shared(t)
	clock := xuanti.NewManualClock(w.Zero().Add(14*24*time.Hour + 12*time.Hour))
	s, err := Serve(t.Context(), w, clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, s, clock
}

func request(t *testing.T, method, url string, header map[string]string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

// at walks a decoded JSON document by keys and indices.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

func TestBoardsSpeakTheRealShapes(t *testing.T) {
	w, s, clock := serve(t)
	for _, c := range []struct {
		method, path, board string
		list                []any // where the rows are
		title               []any // the title in a row
		extra               int   // pinned and sold rows among them
	}{
		{"GET", "/ajax/side/hotSearch", "weibo", []any{"data", "realtime"}, []any{"word"}, 1},
		{"GET", "/api/container/getIndex?containerid=1", "weibo", []any{"data", "cards", 0, "card_group"}, []any{"desc"}, 2},
		{"GET", "/api/v3/feed/topstory/hot-list-web?limit=50", "zhihu", []any{"data"}, []any{"target", "title_area", "text"}, 0},
		{"GET", "/topstory/hot-lists/total?limit=50", "zhihu", []any{"data"}, []any{"target", "title"}, 0},
		{"GET", "/board?tab=realtime", "baidu", []any{"data", "cards", 0, "content", 0, "content"}, []any{"word"}, 1},
		{"GET", "/hot-event/hot-board/?origin=toutiao_pc", "toutiao", []any{"data"}, []any{"Title"}, 0},
		{"GET", "/aweme/v1/hot/search/list/", "douyin", []any{"data", "word_list"}, []any{"word"}, 2},
		{"GET", "/main/hotword?limit=50", "bilibili", []any{"list"}, []any{"show_name"}, 1},
		{"GET", "/x/v2/search/trending/ranking", "bilibili", []any{"data", "list"}, []any{"show_name"}, 1},
		{"GET", "/hottopic/browse/topicList", "tieba", []any{"data", "bang_topic", "topic_list"}, []any{"topic_name"}, 0},
		{"GET", "/contentapi/wwwIndex/rightSidebar", "thepaper", []any{"data", "hotNews"}, []any{"name"}, 0},
		{"POST", "/api/mis/nav/home/nav/rank/hot", "36kr", []any{"data", "hotRankList"}, []any{"templateMaterial", "widgetTitle"}, 0},
		{"GET", "/content_api/v1/content/article_rank?type=hot", "juejin", []any{"data"}, []any{"content", "title"}, 0},
		{"GET", "/api/v1/article/tag/page/get?limit=40", "sspai", []any{"data"}, []any{"title"}, 0},
	} {
		t.Run(c.path, func(t *testing.T) {
			calm(w, clock, c.method+" "+strings.SplitN(c.path, "?", 2)[0])
			_, body := request(t, c.method, s.URL()+c.path, nil)
			if _, after, ok := strings.Cut(string(body), "<!--s-data:"); ok {
				body = []byte(strings.SplitN(after, "-->", 2)[0])
			}
			var doc any
			if err := json.Unmarshal(body, &doc); err != nil {
				t.Fatalf("%v in %.200s", err, body)
			}
			rows, _ := at(doc, c.list...).([]any)
			want, _ := w.Snapshot(c.board, clock.Now())
			if len(rows) != len(want.Entries)+c.extra {
				t.Fatalf("%d rows, the board has %d and %d others", len(rows), len(want.Entries), c.extra)
			}
			found := map[string]bool{}
			for _, r := range rows {
				title, _ := at(r, c.title...).(string)
				found[title] = true
			}
			for _, e := range want.Entries {
				if !found[e.Title] {
					t.Errorf("%q is not printed", e.Title)
				}
			}
		})
	}
}

// calm moves the clock to a time at which an endpoint is undisturbed.
func calm(w *World, clock *xuanti.ManualClock, pattern string) {
	for w.faultAt(pattern, clock.Now()) != faultNone || w.faultAt(pattern+"{$}", clock.Now()) != faultNone {
		clock.Advance(faultWindow)
	}
}

func TestHTMLBoards(t *testing.T) {
	w, s, clock := serve(t)
	calm(w, clock, "GET /rankm/")
	_, body := request(t, "GET", s.URL()+"/rankm/", nil)
	snap, _ := w.Snapshot("ithome", clock.Now())
	if n := strings.Count(string(body), `class="rank-box"`); n != 2 || !strings.Contains(string(body), snap.Entries[0].Title) {
		t.Errorf("%d boxes in %.300s", n, body)
	}
	calm(w, clock, "GET /top/summary")
	_, body = request(t, "GET", s.URL()+"/top/summary?cate=realtimehot", nil)
	snap, _ = w.Snapshot("weibo", clock.Now())
	if n := strings.Count(string(body), "<tr>"); n != len(snap.Entries)+2 {
		t.Errorf("%d table rows for %d entries", n, len(snap.Entries))
	}
}

func TestFeeds(t *testing.T) {
	w, s, clock := serve(t)
	for _, src := range w.Sources(s.URL()) {
		if src.Kind != xuanti.SourceFeed {
			continue
		}
		t.Run(src.ID, func(t *testing.T) {
			path := strings.TrimPrefix(src.URL, "http://"+Host)
			for w.faultAt("/feed/"+src.ID+".xml", clock.Now()) != faultNone || w.faultAt(path, clock.Now()) != faultNone {
				clock.Advance(faultWindow)
			}
			resp, body := request(t, "GET", s.URL()+path, nil)
			switch src.ID {
			case "saidao":
				if resp.StatusCode != http.StatusFound {
					t.Errorf("status %d, want 302", resp.StatusCode)
				}
				return
			case "jiangan":
				if resp.StatusCode != http.StatusMovedPermanently {
					t.Errorf("status %d, want 301", resp.StatusCode)
				}
				return
			}
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("status %d", resp.StatusCode)
			}
			if !strings.Contains(string(body), "演示") {
				t.Error("the feed does not say that it is demo data")
			}
			checkFeed(t, body)
			again, _ := request(t, "GET", s.URL()+path, map[string]string{"If-None-Match": resp.Header.Get("ETag")})
			if again.StatusCode != http.StatusNotModified {
				t.Errorf("status %d for a known ETag, want 304", again.StatusCode)
			}
		})
	}
}

func checkFeed(t *testing.T, body []byte) {
	t.Helper()
	if body[0] == '{' {
		var doc struct {
			Items []struct{ Title, URL string } `json:"items"`
		}
		if err := json.Unmarshal(body, &doc); err != nil || len(doc.Items) < 10 || doc.Items[0].URL == "" {
			t.Errorf("%v, %d items", err, len(doc.Items))
		}
		return
	}
	var doc struct {
		Items   []struct{} `xml:"channel>item"`
		Entries []struct{} `xml:"entry"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil || len(doc.Items)+len(doc.Entries) < 10 {
		t.Errorf("%v, %d items", err, len(doc.Items)+len(doc.Entries))
	}
}

func TestGBKDecodes(t *testing.T) {
	w, s, clock := serve(t)
	for w.faultAt("/feed/jiangan.xml", clock.Now()) != faultNone {
		clock.Advance(faultWindow)
	}
	_, body := request(t, "GET", s.URL()+"/feed/jiangan.xml", nil)
	text, err := simplifiedchinese.GBK.NewDecoder().Bytes(body)
	if err != nil || !strings.Contains(string(text), "江岸都市报") || strings.Contains(string(body), "江岸都市报") {
		t.Errorf("the feed is not GBK: %v", err)
	}
	_, body = request(t, "GET", s.URL()+"/list/lingnan", nil)
	text, err = simplifiedchinese.GBK.NewDecoder().Bytes(body)
	if err != nil || strings.Count(string(text), "<li>") != feedRows {
		t.Fatalf("%v, %d links", err, strings.Count(string(text), "<li>"))
	}
	_, path, _ := strings.Cut(string(text), `<li><a href="`)
	path, _, _ = strings.Cut(path, `"`)
	_, body = request(t, "GET", s.URL()+path, nil)
	if text, err = simplifiedchinese.GBK.NewDecoder().Bytes(body); err != nil || !strings.Contains(string(text), "演示数据 Demo data") {
		t.Errorf("article %s: %v", path, err)
	}
}

func TestEveryAddressOpens(t *testing.T) {
	w, s, clock := serve(t)
	for _, id := range w.Boards() {
		snap, _ := w.Snapshot(id, clock.Now())
		for _, e := range snap.Entries {
			path, ok := w.Local(e.URL)
			if !ok {
				t.Errorf("%s: %s leads nowhere", id, e.URL)
				continue
			}
			page, ok := w.Page(path)
			if !ok || !strings.Contains(page, "演示数据 Demo data") || !strings.Contains(page, e.Title) && !strings.ContainsAny(e.Title, `&"'<>`) {
				t.Errorf("%s: page of %q is wrong", id, e.Title)
			}
		}
	}
	for _, a := range w.Accounts() {
		if path, ok := w.Local(a.URL); !ok {
			t.Errorf("%s leads nowhere", path)
		}
	}
	resp, _ := request(t, "GET", s.URL()+"/a/none", nil)
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("status %d for an unknown article", resp.StatusCode)
	}
	if _, ok := w.Local("https://example.com/"); ok {
		t.Error("a foreign address leads into the demo")
	}
}

// Now and then an endpoint fails, most of the time it does not.
func TestFaultsAreRareAndRepeatable(t *testing.T) {
	w := shared(t)
	kinds := map[fault]int{}
	for i := range 3000 {
		now := w.Zero().Add(time.Duration(i) * faultWindow)
		f := w.faultAt("GET /rankm/{$}", now)
		if f != w.faultAt("GET /rankm/{$}", now.Add(time.Second)) {
			t.Fatal("a disturbance changed within its window")
		}
		kinds[f]++
	}
	if kinds[faultServer] == 0 || kinds[faultEmpty] == 0 || kinds[faultLogin] == 0 || kinds[faultNone] < 2850 {
		t.Errorf("faults %v", kinds)
	}
}

func TestServerStopsWithItsContext(t *testing.T) {
	w := shared(t)
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Serve(ctx, w, xuanti.NewManualClock(w.Zero()))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	s.wait.Wait()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error("the second Close failed:", err)
	}
}
