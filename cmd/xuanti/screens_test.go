//go:build browser

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// pagesToSee are all pages by name.
func pagesToSee(t *testing.T, b *browser) [][2]string {
	t.Helper()
	b.open(t, "/")
	topic := look[string](t, b, `document.querySelector('.hotrow h2 a').getAttribute('href')`)
	b.open(t, topic)
	event := look[string](t, b, `document.querySelector('.evrow a')?.getAttribute('href') || '/'`)
	return [][2]string{
		{"hot", "/"}, {"topic", topic}, {"event", event}, {"suggestions", "/suggestions"}, {"search", "/search"}, {"results", "/search?q=" + url.QueryEscape("青糯")},
		{"wrong", "/search?q=" + url.QueryEscape(wrongQuery)}, {"boards", "/boards"}, {"board", "/boards/weibo"}, {"terms", "/terms"},
		{"accounts", "/accounts"}, {"account", "/accounts/bv-acheng"}, {"subscriptions", "/subscriptions"}, {"new-subscription", "/subscriptions/new"},
		{"subscription", "/subscriptions/demo-sub-weather"}, {"digest", "/digest/today"}, {"sources", "/sources"}, {"source", "/sources/weibo"}, {"profiles", "/profiles"},
		{"profile", "/profiles/demo-tech"}, {"status", "/status"}, {"scorecard", "/scorecard"}, {"docs", "/docs"},
	}
}

// linksOpen follows every link of every page once: all stay on this server,
// platforms' addresses on its demo web, and open.
func linksOpen(t *testing.T, b *browser) {
	from := map[string]string{}
	for _, p := range pagesToSee(t, b) {
		b.open(t, p[1])
		for _, href := range look[[]string](t, b, `[...document.querySelectorAll('main a[href], footer a[href], .menu a[href]')].map(a => a.href.split('#')[0])`) {
			if _, ok := from[href]; !ok {
				from[href] = p[1]
			}
		}
	}
	web := 0
	for href, where := range from {
		if !strings.HasPrefix(href, b.url+"/") {
			t.Errorf("%s links to %s", where, href)
			continue
		}
		if strings.HasPrefix(href, b.url+"/demo/") {
			web++
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, href, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK && !strings.Contains(href, url.QueryEscape(wrongQuery)) {
			t.Errorf("%s links to %s: %s", where, href, resp.Status)
		}
	}
	if web < 50 {
		t.Errorf("only %d links to the demo web", web)
	}
	t.Logf("%d links open, %d of them pages of the demo web", len(from), web)
}

// screens looks at every page on a phone and a desktop, light and dark.
func screens(t *testing.T, b *browser) {
	list := pagesToSee(t, b)
	ground := map[string]string{}
	for _, s := range []struct {
		name          string
		width, height int64
	}{{"desktop", 1280, 900}, {"phone", 390, 844}} {
		for _, scheme := range []string{"light", "dark"} {
			b.screen(t, s.width, s.height, scheme)
			for _, p := range list {
				b.open(t, p[1])
				if p[0] == "topic" {
					b.wait(t, "the chart is drawn", inkOn("heat")+` > 100`)
				}
				if w := look[int64](t, b, `document.documentElement.scrollWidth`); w > s.width {
					t.Errorf("%s is %d pixels wide on a %s", p[1], w, s.name)
				}
				b.shot(t, p[0]+"-"+s.name+"-"+scheme)
			}
			ground[scheme] = look[string](t, b, `getComputedStyle(document.body).backgroundColor`)
		}
	}
	if ground["light"] == ground["dark"] {
		t.Errorf("light and dark look the same: %v", ground)
	}
	// Without the system's choice the reader's counts.
	b.screen(t, 1280, 900, "light")
	b.open(t, "/")
	b.click(t, ".side [data-theme-toggle]")
	b.wait(t, "the reader's choice of colours", fmt.Sprintf(`getComputedStyle(document.body).backgroundColor === %q`, ground["dark"]))
}

// metrics are gathered from the server and the engine without a clash.
func metrics(t *testing.T, b *browser) {
	b.open(t, "/metrics")
	text := b.texts(t, "body")[0]
	for _, name := range []string{"xuanti_http_requests_total", "xuanti_ready 1", "xuanti_items_total", "xuanti_index_lag_items", `xuanti_sources{health="ok",kind="board"}`, `xuanti_source_polls_total{kind="board",outcome="ok"}`} {
		if !strings.Contains(text, name) {
			t.Errorf("/metrics lacks %s: %.300s", name, text)
		}
	}
}
