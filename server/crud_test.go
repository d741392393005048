package server

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/xuanti/xuanti/engine"
)

func TestCreateChangeDelete(t *testing.T) {
	s, _ := open(t)
	for _, c := range []struct{ path, body, changed string }{
		{"profiles", `{"name":"新账号","keywords":["咖啡"]}`, `{"name":"改名","keywords":["茶"]}`},
		{"accounts", `{"platform":"weibo","name":"某号"}`, `{"platform":"weibo","name":"改名"}`},
		{"subscriptions", `{"name":"咖啡","rule":{"any":["咖啡"]}}`, `{"name":"改名","rule":{"any":["茶"]}}`},
		{"channels", `{"name":"群","url":"https://hook.example"}`, `{"name":"改名","url":"https://hook.example"}`},
		{"sources", `{"url":"https://news.example/feed"}`, `{"url":"https://news.example/feed","name":"改名","state":"paused"}`},
	} {
		a := ask(t, s, "POST", "/api/v1/"+c.path, c.body)
		where := a.header.Get("Location")
		if a.status != 201 || !strings.HasPrefix(where, "/api/v1/"+c.path+"/") {
			t.Errorf("%s: create %d %q %s", c.path, a.status, where, a.body)
			continue
		}
		if a := ask(t, s, "GET", where, ""); a.status != 200 || strings.Contains(a.body, "whsec_") {
			t.Errorf("%s: get %d %s", c.path, a.status, a.body)
		}
		if a := ask(t, s, "PUT", where, c.changed); a.status != 200 || !strings.Contains(a.body, "改名") {
			t.Errorf("%s: put %d %s", c.path, a.status, a.body)
		}
		if a := ask(t, s, "DELETE", where, ""); a.status != 204 || a.body != "" {
			t.Errorf("%s: delete %d %s", c.path, a.status, a.body)
		}
		if a := ask(t, s, "GET", where, ""); a.status != 404 {
			t.Errorf("%s: still there: %d", c.path, a.status)
		}
	}
}

func TestSecretIsShownOnce(t *testing.T) {
	s, _ := open(t)
	made := decode[engine.ChannelView](t, ask(t, s, "POST", "/api/v1/channels", `{"name":"群","url":"https://hook.example"}`))
	if made.Secret == "" {
		t.Error("no secret at creation")
	}
	if a := ask(t, s, "GET", "/api/v1/channels", ""); strings.Contains(a.body, made.Secret) {
		t.Error("the list shows the secret")
	}
}

func TestDecisionAndDryRun(t *testing.T) {
	s, f := open(t)
	a := ask(t, s, "POST", "/api/v1/suggestions/sug1/decision", `{"profile_id":"city","status":"dismissed","reason":"late","note":"赶不上"}`)
	if v := decode[engine.SuggestionView](t, a); a.status != 200 || v.Status != "dismissed" || f.suggestions[0].Reason != "late" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := ask(t, s, "POST", "/api/v1/suggestions/sug1/decision", `{"profile_id":"city","status":"maybe"}`); a.status != 422 {
		t.Errorf("unknown status: %d", a.status)
	}
	d := decode[engine.DryRun](t, ask(t, s, "POST", "/api/v1/subscriptions/dry-run?days=14", `{"name":"x","rule":{"any":["地铁"]}}`))
	if d.Days != 14 || d.Alerts != 3 {
		t.Errorf("dry run %+v", d)
	}
	sum := 0.0
	l := decode[engine.Page[engine.SuggestionView]](t, ask(t, s, "GET", "/api/v1/suggestions?profile=city", ""))
	for _, c := range l.Items[0].Contributions {
		sum += c.Points
	}
	if diff := sum - l.Items[0].Score; diff > 1e-9 || diff < -1e-9 {
		t.Errorf("contributions %f, score %f", sum, l.Items[0].Score)
	}
}

func TestMissingCountsStayNull(t *testing.T) {
	s, _ := open(t)
	a := ask(t, s, "GET", "/api/v1/accounts/acc3/posts", "")
	if a.status != 200 || !strings.Contains(a.body, `"actual":null`) {
		t.Errorf("%d %.300s", a.status, a.body)
	}
}

func TestImport(t *testing.T) {
	s, _ := open(t)
	raw := decode[engine.ImportView](t, ask(t, s, "POST", "/api/v1/imports?kind=items&name=a.jsonl", "x\ny"))
	if raw.Rows != 2 || raw.Name != "a.jsonl" || raw.Errors == nil {
		t.Errorf("raw %+v", raw)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "feeds.opml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("<opml/>")); err != nil {
		t.Fatal(err)
	}
	w.Close()
	r := httptest.NewRequest("POST", "/api/v1/imports?kind=opml", &body)
	r.Host = "localhost"
	r.Header.Set("Content-Type", w.FormDataContentType())
	resp, err := s.App().Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("multipart: %d", resp.StatusCode)
	}
	if a := ask(t, s, "POST", "/api/v1/imports?kind=opml", ""); a.status != 422 {
		t.Errorf("empty: %d", a.status)
	}
}

func TestExports(t *testing.T) {
	s, f := open(t)
	a := ask(t, s, "GET", "/api/v1/exports/items.jsonl", "")
	if a.status != 200 || strings.Count(a.body, "\n") != len(f.items) || !strings.Contains(a.header.Get("Content-Disposition"), "items.jsonl") {
		t.Errorf("items: %d, %d rows", a.status, strings.Count(a.body, "\n"))
	}
	if a := ask(t, s, "GET", "/api/v1/exports/topics.csv", ""); !strings.HasPrefix(a.body, "\ufeff") {
		t.Errorf("csv %q", a.body)
	}
	for path, status := range map[string]int{"suggestions.csv": 422, "passwords.txt": 404, "items.jsonl?since=yesterday": 422, "topics.csv?limit=many": 422, "topics.csv?colour=red": 422} {
		if a := ask(t, s, "GET", "/api/v1/exports/"+path, ""); a.status != status || a.header.Get("Content-Type") != problemType {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestDigestFormats(t *testing.T) {
	s, _ := open(t)
	for _, c := range []struct{ path, accept, kind string }{
		{"today.json", "", "application/json"}, {"today.md", "application/json", "text/markdown"}, {"today.txt", "", "text/plain"},
		{"today", "text/markdown", "text/markdown"}, {"today", "text/plain", "text/plain"}, {"2026-11-23", "*/*", "application/json"},
	} {
		a := ask(t, s, "GET", "/api/v1/digests/"+c.path, "", "Accept", c.accept)
		if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), c.kind) {
			t.Errorf("%s (%s): %d %s", c.path, c.accept, a.status, a.header.Get("Content-Type"))
		}
	}
	if a := ask(t, s, "GET", "/api/v1/digests/tomorrow.md", ""); a.status != 422 {
		t.Errorf("bad date: %d", a.status)
	}
}

func TestProbesFeedsAndDemo(t *testing.T) {
	s, f := open(t)
	if a := ask(t, s, "GET", "/healthz", ""); a.status != 200 {
		t.Errorf("healthz %d", a.status)
	}
	if a := ask(t, s, "GET", "/readyz", ""); a.status != 200 {
		t.Errorf("readyz %d", a.status)
	}
	f.ready = false
	if a := ask(t, s, "GET", "/readyz", ""); a.status != 503 || !strings.Contains(a.body, "索引正在重建") {
		t.Errorf("not ready: %d %s", a.status, a.body)
	}
	a := ask(t, s, "GET", "/feeds/k3v9f2m7q8t1.xml", "")
	if a.status != 200 || !strings.Contains(a.body, "<rss") || !strings.Contains(a.body, "http://127.0.0.1:8080") {
		t.Errorf("feed: %d %s", a.status, a.body)
	}
	if b := ask(t, s, "GET", "/feeds/k3v9f2m7q8t1.xml", "", "If-None-Match", a.header.Get("ETag")); b.status != 304 {
		t.Errorf("feed again: %d", b.status)
	}
	for _, path := range []string{"/feeds/wrong.xml", "/feeds/k3v9f2m7q8t1", "/demo/none"} {
		if a := ask(t, s, "GET", path, ""); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := ask(t, s, "GET", "/demo/u/"+url.PathEscape("青禾观察"), ""); a.status != 200 || strings.Contains(a.header.Get("Content-Security-Policy"), "script-src") {
		t.Errorf("demo: %d", a.status)
	}
	m := ask(t, s, "GET", "/metrics", "")
	for _, name := range []string{"xuanti_http_requests_total", "xuanti_ready 1", `route="/api/v1/digests/:date"`} {
		if name == `route="/api/v1/digests/:date"` {
			ask(t, s, "GET", "/api/v1/digests/today", "")
			m = ask(t, s, "GET", "/metrics", "")
		}
		if !strings.Contains(m.body, name) {
			t.Errorf("metrics lack %s", name)
		}
	}
}
