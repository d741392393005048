package server

import (
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

func TestSourcesOverTheAPI(t *testing.T) {
	s, f := open(t)
	l := decode[engine.Page[engine.SourceView]](t, ask(t, s, "GET", "/api/v1/sources?health=failing&kind=board", ""))
	if len(l.Items) != 1 || l.Items[0].ID != "36kr" {
		t.Errorf("filtered list %+v", l.Items)
	}
	l = decode[engine.Page[engine.SourceView]](t, ask(t, s, "GET", "/api/v1/sources?limit=3", ""))
	if len(l.Items) != 3 || l.NextCursor == "" {
		t.Errorf("a page of %d, next %q", len(l.Items), l.NextCursor)
	}
	h := decode[engine.SourcesHealth](t, ask(t, s, "GET", "/api/v1/sources/health", ""))
	if h.Total != 7 || h.Counts["failing"] != 1 {
		t.Errorf("health %+v", h)
	}
	for _, path := range []string{"/api/v1/sources/events", "/api/v1/sources/36kr/events?kind=failing"} {
		p := decode[engine.Page[engine.SourceEventView]](t, ask(t, s, "GET", path, ""))
		if len(p.Items) != 1 || p.Items[0].Kind != xuanti.SourceFailing || p.Items[0].SourceName == "" {
			t.Errorf("%s: %+v", path, p.Items)
		}
	}
	o := decode[engine.PollOutcome](t, ask(t, s, "POST", "/api/v1/sources/36kr/poll", ""))
	if o.OK || o.Status != 503 || o.Advice == "" || o.Source.ID != "36kr" {
		t.Errorf("outcome %+v", o)
	}
	a := ask(t, s, "PATCH", "/api/v1/sources/src8", `{"group":"","tags":["晨报"],"headers":{"Cookie":"sid=1"},"state":"paused"}`)
	v := decode[engine.SourceView](t, a)
	if a.status != 200 || v.Group != "" || len(v.Tags) != 1 || v.State != xuanti.SourcePaused || v.Name != "青禾日报" || strings.Contains(a.body, "sid=1") {
		t.Errorf("edited %d %s", a.status, a.body)
	}
	if a := ask(t, s, "PATCH", "/api/v1/sources/src8", `{"interval":"soon"}`); a.status != 422 || !strings.Contains(a.body, "/interval") {
		t.Errorf("bad interval: %d %s", a.status, a.body)
	}
	if a := ask(t, s, "PATCH", "/api/v1/sources/src8", `{"colour":"red"}`); a.status != 422 {
		t.Errorf("unknown field: %d", a.status)
	}
	if a := ask(t, s, "PUT", "/api/v1/sources/alerts", `{"channels":["ch1"]}`); a.status != 200 || len(f.told) != 1 {
		t.Errorf("alerts %d %s", a.status, a.body)
	}
	if got := decode[engine.SourceAlerts](t, ask(t, s, "GET", "/api/v1/sources/alerts", "")); len(got.Channels) != 1 {
		t.Errorf("alerts read back %+v", got)
	}
	if a := ask(t, s, "PUT", "/api/v1/sources/alerts", `{"channels":["none"]}`); a.status != 422 {
		t.Errorf("unknown channel: %d", a.status)
	}
}

func TestSourcesPageSpeaksBothLanguages(t *testing.T) {
	s, _ := open(t)
	for path, want := range map[string][]string{
		"/sources":              {"立即重试", "编辑", `aria-label="48 小时：抓取 12 次，失败 2 次，新增 9 条"`, "最近动态", "失效时通知", "JSON"},
		"/sources?group=内置&q=青": {"青禾日报"},
		"/sources/36kr":         {"最近的抓取", "动态", "请求头", "不能删除", "对方返回 503"},
	} {
		a := ask(t, s, "GET", path, "")
		for _, w := range want {
			if a.status != 200 || !strings.Contains(a.body, w) {
				t.Errorf("%s: %d lacks %s", path, a.status, w)
			}
		}
		if a := ask(t, s, "GET", path, "", "Cookie", "xt_lang=en"); strings.Contains(a.body, "立即重试") {
			t.Errorf("%s: Chinese on the English page", path)
		}
	}
}
