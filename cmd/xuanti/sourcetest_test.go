package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const townBoard = `id: town
name: 小城热榜
home: %[1]s/
endpoints:
  - adapter: api
    url: %[1]s/api
    format: json
    items: data.list
    fields: {title: word, url: "/s?q={word | query}", heat: hot, label: tag}
    skip:
      - {on: ad, is: ["1"]}
  - adapter: page
    url: %[1]s/page
    format: html
    items: li
    fields: {title: a, url: a@href, heat: span}
`

// town answers as a platform with an API, a page, a feed and a list of articles.
func town(t *testing.T, api http.HandlerFunc) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/api", api)
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<html><body><ul>")
		for i := range 6 {
			fmt.Fprintf(w, `<li><a href="/s?q=%d">第%d条街坊新闻</a><span>%d.5万</span></li>`, i, i+1, 9-i)
		}
		fmt.Fprint(w, "</ul></body></html>")
	})
	mux.HandleFunc("/feed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		io.WriteString(w, `<?xml version="1.0"?><rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>小城日报</title><link>https://town.example/</link><item><title>渡口修好了</title><link>https://town.example/1</link><slash:comments>42</slash:comments></item></channel></rss>`)
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

func townList(w http.ResponseWriter, _ *http.Request) {
	var rows []string
	for i := range 7 {
		rows = append(rows, fmt.Sprintf(`{"word":"小城第%d件事","hot":"%d万","tag":"热"}`, i+1, 90-i))
	}
	rows = append(rows, `{"word":"药店促销","hot":"1万","ad":1}`, `{"word":"小城第1件事","hot":"1万"}`)
	fmt.Fprintf(w, `{"data":{"list":[%s]}}`, strings.Join(rows, ","))
}

// sourceTestRun runs the command in this process, loopback allowed, and gives
// what it printed.
func sourceTestRun(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	file := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(file, []byte("crawler: {allow_private: [127.0.0.0/8], host_gap: 1ms}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := root()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(append([]string{"source", "test", "--config", file, "--data", filepath.Join(dir, "data")}, args...))
	err := cmd.ExecuteContext(context.Background())
	return out.String(), err
}

func wantText(t *testing.T, out string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(out, p) {
			t.Errorf("%q is not in:\n%s", p, out)
		}
	}
}

func wantStatus(t *testing.T, err error, want int) {
	t.Helper()
	var code exitCode
	switch {
	case err == nil && want == 0:
	case errors.As(err, &code) && int(code) == want:
	case err != nil && !errors.As(err, &code) && status(err) == want:
	default:
		t.Errorf("error %v, want exit status %d", err, want)
	}
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSourceTestBoardFile(t *testing.T) {
	dir := t.TempDir()
	srv := town(t, townList)
	file := writeFile(t, filepath.Join(dir, "town.yaml"), fmt.Sprintf(townBoard, srv.URL))
	out, err := sourceTestRun(t, dir, file, "--rows", "2")
	wantStatus(t, err, 0)
	wantText(t, out, "小城热榜", "HTTP 200", "找到 found 9 行 rows：7 条有效 accepted", "2 条丢弃 rejected（1 推广 promoted，1 重复 repeated）",
		"900,000  [热] 小城第1件事", "还有 5 行 more", "#8    推广 promoted  药店促销", "#9    重复 repeated",
		"端点 endpoint  page", "95,000  第1条街坊新闻", "结论 verdict：✓ 由 api 提供")
}

func TestSourceTestFallbackAndFailure(t *testing.T) {
	dir := t.TempDir()
	refuse := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }
	srv := town(t, refuse)
	file := writeFile(t, filepath.Join(dir, "town.yaml"), fmt.Sprintf(townBoard, srv.URL))
	out, err := sourceTestRun(t, dir, file)
	wantStatus(t, err, 0)
	wantText(t, out, "✗ 未通过 not accepted: 小城热榜（api）：服务器返回 HTTP 403（拒绝访问） (the server answered 403 Forbidden)", "由 page 提供", "a fallback")
	out, err = sourceTestRun(t, dir, file, "--adapter", "api")
	wantStatus(t, err, 1)
	wantText(t, out, "没有一个端点可用", "no endpoint works")
	_, err = sourceTestRun(t, dir, file, "--adapter", "nosuch")
	wantStatus(t, err, 2)
}

func TestSourceTestSavedAnswer(t *testing.T) {
	dir := t.TempDir()
	file := writeFile(t, filepath.Join(dir, "town.yaml"), fmt.Sprintf(townBoard, "https://town.example"))
	var rows []string
	for i := range 6 {
		rows = append(rows, fmt.Sprintf(`{"word":"小城第%d件事","hot":%d}`, i, 100-i))
	}
	saved := writeFile(t, filepath.Join(dir, "saved.json"), `{"data":{"list":[`+strings.Join(rows, ",")+`]}}`)
	out, err := sourceTestRun(t, dir, saved, "--board", file)
	wantStatus(t, err, 0)
	wantText(t, out, "6 条有效 accepted", "https://town.example/s?q=")
	short := writeFile(t, filepath.Join(dir, "short.json"), `{"data":{"list":[`+rows[0]+`]}}`)
	out, err = sourceTestRun(t, dir, short, "--board", file, "--adapter", "api")
	wantStatus(t, err, 1)
	wantText(t, out, "只有 1 条有效，至少应有 5 条 (only 1 rows, expected at least 5)")
	out, err = sourceTestRun(t, dir, saved)
	wantStatus(t, err, 1)
	wantText(t, out, "--board")
}

// TestSourceTestDataFolder: boards of the data folder are known by their id, a
// broken one is named with file and line and costs no other.
func TestSourceTestDataFolder(t *testing.T) {
	dir := t.TempDir()
	srv := town(t, townList)
	writeFile(t, filepath.Join(dir, "data", "boards", "town.yaml"), fmt.Sprintf(townBoard, srv.URL))
	writeFile(t, filepath.Join(dir, "data", "boards", "broken.yaml"), "id: broken\nname: 坏的\nhome: https://x.example\ncolour: red\n")
	writeFile(t, filepath.Join(dir, "data", "boards", "weibo.yaml"), strings.Replace(fmt.Sprintf(townBoard, srv.URL), "id: town", "id: weibo", 1))
	out, err := sourceTestRun(t, dir, "town")
	wantStatus(t, err, 0)
	wantText(t, out, filepath.Join("boards", "broken.yaml")+":4: unknown key: colour", "小城热榜")
	out, err = sourceTestRun(t, dir, "weibo")
	wantStatus(t, err, 0)
	wantText(t, out, "replaces the built-in board")
	_, err = sourceTestRun(t, dir, "broken")
	wantStatus(t, err, 2)
	_, err = sourceTestRun(t, dir, "nosuch")
	wantStatus(t, err, 2)
}

func TestSourceTestAddress(t *testing.T) {
	dir := t.TempDir()
	srv := town(t, townList)
	out, err := sourceTestRun(t, dir, srv.URL+"/feed")
	wantStatus(t, err, 0)
	wantText(t, out, "订阅源 feed  小城日报", "渡口修好了", "HTTP 200", "1 条 items", "counts: comment 42")
	file := writeFile(t, filepath.Join(dir, "town.yaml"), fmt.Sprintf(townBoard, srv.URL))
	out, err = sourceTestRun(t, dir, srv.URL+"/api", "--board", file)
	wantStatus(t, err, 0)
	wantText(t, out, "7 条有效 accepted")
	out, err = sourceTestRun(t, dir, srv.URL+"/gone")
	wantStatus(t, err, 1)
	wantText(t, out, "HTTP 404", "✗ 失败 failed")
	out, err = sourceTestRun(t, dir, "http://10.1.2.3/x")
	wantStatus(t, err, 1)
	wantText(t, out, "内网", "crawler.allow_private")
}

// The address of a single article is no source, but what was read is shown.
func TestSourceTestArticle(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/a/7.html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<html><head><title>渡口修好了 - 小城日报</title><meta property="article:published_time" content="2026-03-02T08:00:00+08:00"></head><body><h1>渡口修好了</h1>`)
		for i := range 24 {
			fmt.Fprintf(w, "<p>第%d段：停了两个冬天的渡船昨天早上又开了，头一班坐了三十来人，多半是去对岸赶集的，船家说今年不涨价。</p>", i+1)
		}
		fmt.Fprint(w, "</body></html>")
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	out, err := sourceTestRun(t, t.TempDir(), srv.URL+"/a/7.html")
	wantStatus(t, err, 1)
	wantText(t, out, "文章页 article  渡口修好了", "2026-03-02", "第1段：停了两个冬天的渡船", "第20段", "还有 4 行", "这是单篇文章", "✗ 失败 failed")
	if strings.Contains(out, "第21段") {
		t.Errorf("more lines than --rows: %s", out)
	}
}

func TestSourceTestSavedFeed(t *testing.T) {
	dir := t.TempDir()
	feed := writeFile(t, filepath.Join(dir, "f.xml"), `<?xml version="1.0"?><rss version="2.0"><channel><title>小城日报</title><item><title>渡口修好了</title><link>https://town.example/1</link></item></channel></rss>`)
	out, err := sourceTestRun(t, dir, feed)
	wantStatus(t, err, 0)
	wantText(t, out, "订阅源 feed  小城日报", "渡口修好了")
	opml := writeFile(t, filepath.Join(dir, "l.opml"), `<opml version="2.0"><body><outline text="小城日报" xmlUrl="https://town.example/feed"/></body></opml>`)
	out, err = sourceTestRun(t, dir, opml)
	wantStatus(t, err, 0)
	wantText(t, out, "1 个订阅源", "https://town.example/feed")
}
