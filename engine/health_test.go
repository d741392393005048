package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/store"
)

// site is a web site whose feeds a test breaks and mends.
type site struct {
	*httptest.Server
	status atomic.Int64 // of every answer; 0 is 200
	issue  atomic.Int64 // number of the newest item
}

func newSite(t *testing.T) *site {
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	if code := int(s.status.Load()); code != 0 {
		http.Error(w, "no", code)
		return
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/feed/"):
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>河湾晚报</title><link>%s/</link>`, s.URL)
		for i := range 3 {
			n := s.issue.Load() - int64(i)
			fmt.Fprintf(w, `<item><title>河湾第 %d 号渡口的新船下水 %s</title><link>%s%s/%d</link><guid>%s-%d</guid><description>%s</description></item>`,
				n, r.URL.Path, s.URL, r.URL.Path, n, r.URL.Path, n, strings.Repeat("新船载客一百二十人，票价两元，", 20))
		}
		fmt.Fprint(w, `</channel></rss>`)
	case r.URL.Path == "/announces":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<html><head><title>河湾</title><link rel="alternate" type="application/rss+xml" href="/feed/home"></head><body>河湾晚报</body></html>`)
	case r.URL.Path == "/list/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<html><head><title>河湾公告</title></head><body><ul class="list">`)
		for i := range 8 {
			fmt.Fprintf(w, `<li><a href="/list/2026/03/%02d/notice-%d.html">河湾镇关于第 %d 片滩地整治工程的公告</a> <span>2026-03-%02d</span></li>`, i+1, 100+i, i+1, i+1)
		}
		fmt.Fprint(w, `</ul></body></html>`)
	default:
		http.NotFound(w, r)
	}
}

// online opens an engine that may fetch from loopback.
func online(t *testing.T, dir string, at time.Time) (*Engine, *xuanti.ManualClock) {
	t.Helper()
	cfg := config.Default()
	cfg.Data = dir
	cfg.Crawler.AllowPrivate = []string{"127.0.0.0/8", "::1/128"}
	cfg.Crawler.HostGap = -1
	clock := xuanti.NewManualClock(at)
	e, err := Open(context.Background(), Options{Config: cfg, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Live(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return e, clock
}

func addFeed(t *testing.T, e *Engine, url, name string) SourceView {
	t.Helper()
	v, err := e.PutSource(t.Context(), "", SourceInput{URL: url, Name: name, Kind: xuanti.SourceFeed, Interval: "10m"})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// after moves the clock and polls a source.
func after(t *testing.T, e *Engine, clock *xuanti.ManualClock, d time.Duration, id string) PollOutcome {
	t.Helper()
	clock.Advance(d)
	out, err := e.PollSource(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tick moves the clock and does the work of that minute.
func tick(t *testing.T, e *Engine, clock *xuanti.ManualClock, d time.Duration) {
	t.Helper()
	clock.Advance(d)
	if err := e.Tick(t.Context(), clock.Now(), true); err != nil {
		t.Fatal(err)
	}
}

// messages are the notices in the outbox, oldest first.
func messages(t *testing.T, e *Engine) []xuanti.Delivery {
	t.Helper()
	all, _, err := e.store.Deliveries(t.Context(), store.DeliveryFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []xuanti.Delivery
	for i := len(all) - 1; i >= 0; i-- {
		if strings.HasPrefix(all[i].Type, "source.") {
			out = append(out, all[i])
		}
	}
	return out
}

func operator(t *testing.T, e *Engine) {
	t.Helper()
	ch, err := e.PutChannel(t.Context(), "", ChannelInput{Name: "值班群", URL: "https://hook.example/ops"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.PutSourceAlerts(t.Context(), SourceAlerts{Channels: []string{ch.ID}}); err != nil {
		t.Fatal(err)
	}
}

func TestAChannelThatCannotBeReachedIsRefused(t *testing.T) {
	e, _ := online(t, t.TempDir(), noon)
	defer shut(t, e)
	for address, refused := range map[string]bool{
		"http://10.0.0.8/hook":         true,
		"http://169.254.169.254/":      true,
		"https://203.0.113.9:22/hook":  true,
		"http://127.0.0.1:9/hook":      false, // listed in crawler.allow_private
		"https://hook.example.com/ops": false,
	} {
		_, err := e.PutChannel(t.Context(), "", ChannelInput{URL: address})
		if (xuanti.CodeOf(err) == xuanti.CodeInvalid) != refused {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestASourceFailsAndRecoversAndIsToldOnce(t *testing.T) {
	web, dir := newSite(t), t.TempDir()
	e, clock := online(t, dir, noon)
	operator(t, e)
	src := addFeed(t, e, web.URL+"/feed/a", "河湾晚报")
	changes, _, cancel := e.Subscribe(0)
	defer cancel()
	if out := after(t, e, clock, 0, src.ID); !out.OK || out.New != 3 || len(out.Items) != 3 || out.Source.Health != xuanti.HealthOK {
		t.Fatalf("first poll %+v", out)
	}
	web.status.Store(500)
	began := clock.Now().Add(10 * time.Minute)
	out := after(t, e, clock, 10*time.Minute, src.ID)
	if v := out.Source; out.OK || out.Status != 500 || v.Health != xuanti.HealthFailing || v.Cause != "http_500" || v.HealthSince == nil || !v.HealthSince.Equal(began) ||
		!strings.Contains(out.Text, "500") || !strings.Contains(out.TextEN, "500") || out.Advice == "" || out.AdviceEN == "" || !strings.Contains(v.HealthText, "12:10") {
		t.Errorf("outcome %+v", out)
	}
	after(t, e, clock, 10*time.Minute, src.ID)
	if p, _ := e.SourceEvents(t.Context(), src.ID, "", 0, ""); len(p.Items) != 0 {
		t.Errorf("two failures are events already: %+v", p.Items)
	}
	after(t, e, clock, 10*time.Minute, src.ID)
	p, err := e.SourceEvents(t.Context(), src.ID, "", 0, "")
	if err != nil || len(p.Items) != 1 || p.Items[0].Kind != xuanti.SourceFailing || !p.Items[0].Since.Equal(began) || p.Items[0].Advice == "" || p.Items[0].SourceName != "河湾晚报" {
		t.Fatalf("events %+v %v", p.Items, err)
	}
	tick(t, e, clock, time.Minute)
	if n := len(messages(t, e)); n != 0 {
		t.Errorf("%d messages before it settled", n)
	}
	// A restart between event and message loses neither.
	shut(t, e)
	e, clock = online(t, dir, clock.Now())
	defer func() { shut(t, e) }()
	tick(t, e, clock, 2*time.Minute)
	for range 3 {
		after(t, e, clock, 10*time.Minute, src.ID)
		tick(t, e, clock, time.Minute)
	}
	m := messages(t, e)
	if len(m) != 1 || m[0].Type != "source.failing" || !strings.Contains(string(m[0].Payload), "1 个来源失效：河湾晚报") {
		t.Fatalf("messages %d: %s", len(m), m[0].Payload)
	}
	web.status.Store(0)
	web.issue.Add(1)
	if out := after(t, e, clock, 10*time.Minute, src.ID); out.New != 1 || out.Source.Health != xuanti.HealthOK {
		t.Errorf("recovering %+v", out)
	}
	after(t, e, clock, 10*time.Minute, src.ID)
	for range 3 {
		tick(t, e, clock, 2*time.Minute)
	}
	m = messages(t, e)
	if len(m) != 2 || m[1].Type != "source.recovered" || !strings.Contains(string(m[1].Payload), "已恢复") {
		t.Fatalf("%d messages", len(m))
	}
	v, err := e.Source(t.Context(), src.ID)
	if err != nil || v.Stats == nil || v.Stats.Polls24h != 9 || v.Stats.Success24h == nil || *v.Stats.Success24h < .33 || *v.Stats.Success24h > .34 || len(v.Polls) != 9 || len(v.Hours) < 2 || v.Stats.New24h != 4 {
		t.Errorf("stats %+v of %d polls, %v", v.Stats, len(v.Polls), err)
	}
	var types []string
	for len(changes) > 0 {
		if c, ok := <-changes; ok && strings.HasPrefix(c.Type, "source.") {
			types = append(types, c.Type)
		} else if !ok {
			break
		}
	}
	if strings.Join(types, " ") != "source.failing" { // the stream of the first run
		t.Errorf("stream %v", types)
	}
}

func TestManyFailuresAreOneMessage(t *testing.T) {
	web := newSite(t)
	e, clock := online(t, t.TempDir(), noon)
	defer shut(t, e)
	operator(t, e)
	var ids []string
	for i := range 14 {
		ids = append(ids, addFeed(t, e, fmt.Sprintf("%s/feed/%d", web.URL, i), fmt.Sprintf("河湾 %d 台", i)).ID)
	}
	paused := ids[13]
	web.status.Store(503)
	for range 3 {
		for _, id := range ids {
			after(t, e, clock, time.Second, id)
		}
		clock.Advance(10 * time.Minute)
	}
	state := xuanti.SourcePaused
	if _, err := e.EditSource(t.Context(), paused, SourceEdit{State: &state}); err != nil {
		t.Fatal(err)
	}
	tick(t, e, clock, 3*time.Minute)
	tick(t, e, clock, 3*time.Minute)
	m := messages(t, e)
	if len(m) != 1 {
		t.Fatalf("%d messages", len(m))
	}
	var body struct {
		Data struct {
			Title, Text string
			Sources     []struct{ Name, Advice string }
		}
	}
	if err := json.Unmarshal(m[0].Payload, &body); err != nil {
		t.Fatal(err)
	}
	if d := body.Data; !strings.HasPrefix(d.Title, "13 个来源失效：") || !strings.Contains(d.Text, "本机网络") || !strings.Contains(d.Text, "还有 1 个") || len(d.Sources) != 13 || d.Sources[0].Advice == "" {
		t.Errorf("message %+v", d)
	}
	h, err := e.SourcesHealth(t.Context())
	if err != nil || h.Total != 14 || h.Counts["failing"] != 13 || h.Counts["paused"] != 1 || h.ByKind["feed"]["failing"] != 13 || len(h.Problems) != 13 || !strings.Contains(h.Text, "13 个失效") {
		t.Errorf("health %+v %v", h, err)
	}
	clock.Advance(time.Hour)
	b, _, err := e.Digest(t.Context(), "today", "", "md", "http://x")
	if err != nil || !strings.Contains(string(b), "⚠️ 13 个来源失效或停更") {
		t.Errorf("digest %v: %.300s", err, b)
	}
	if j, _, _ := e.Digest(t.Context(), "today", "", "json", "http://x"); !strings.Contains(string(j), `"notice":"13 个`) {
		t.Error("the JSON digest does not say it")
	}
	figures, err := e.Metrics().Gather()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(figures)
	for _, want := range []string{"xuanti_source_polls_total", `value:"failed"`, "xuanti_source_events_total", `value:"failing"`, "xuanti_sources"} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

func TestASourceThatAnswersButNeverChangesIsStale(t *testing.T) {
	web := newSite(t)
	e, clock := online(t, t.TempDir(), noon)
	defer shut(t, e)
	src := addFeed(t, e, web.URL+"/feed/a", "河湾晚报")
	for range 36 {
		web.issue.Add(1)
		after(t, e, clock, time.Hour, src.ID)
	}
	v, _ := e.Source(t.Context(), src.ID)
	if v.Health != xuanti.HealthOK || v.Stats.UsualHour == nil || *v.Stats.UsualHour < .8 || v.Stats.NewShare24h == nil {
		t.Fatalf("lively: %s %+v", v.HealthText, v.Stats)
	}
	quietFrom := clock.Now()
	for range 14 {
		v = after(t, e, clock, time.Hour, src.ID).Source
	}
	if v.Health != xuanti.HealthStale || v.HealthSince == nil || !v.HealthSince.Equal(quietFrom) || !strings.Contains(v.HealthText, "没有任何变化") || v.Advice == "" || v.HealthTextEN == "" {
		t.Errorf("frozen: %s %s since %v", v.Health, v.HealthText, v.HealthSince)
	}
	p, _ := e.SourceEvents(t.Context(), src.ID, "stale", 0, "")
	if len(p.Items) != 1 {
		t.Errorf("%d events", len(p.Items))
	}
	web.issue.Add(1)
	if v = after(t, e, clock, time.Hour, src.ID).Source; v.Health != xuanti.HealthOK {
		t.Errorf("thawed: %s", v.HealthText)
	}
	if p, _ := e.SourceEvents(t.Context(), src.ID, "recovered", 0, ""); len(p.Items) != 1 {
		t.Error("its recovery is not told")
	}
}

func TestGoneIsSaidAndResumed(t *testing.T) {
	web := newSite(t)
	e, clock := online(t, t.TempDir(), noon)
	defer shut(t, e)
	src := addFeed(t, e, web.URL+"/feed/a", "河湾晚报")
	web.status.Store(410)
	out := after(t, e, clock, time.Minute, src.ID)
	if out.Source.Health != xuanti.HealthGone || out.Source.State != xuanti.SourceGone || !strings.Contains(out.Advice, "删除") {
		t.Errorf("%+v", out)
	}
	p, _ := e.SourceEvents(t.Context(), "", "", 0, "")
	if len(p.Items) != 1 || p.Items[0].Kind != xuanti.SourceWentGone {
		t.Errorf("events %+v", p.Items)
	}
	web.status.Store(0)
	state := xuanti.SourceActive
	v, err := e.EditSource(t.Context(), src.ID, SourceEdit{State: &state})
	if err != nil || v.State != xuanti.SourceActive || v.NextAt != nil {
		t.Errorf("resumed %+v %v", v, err)
	}
	if due, err := e.store.LeaseSources(t.Context(), "t", clock.Now(), 5, time.Minute, nil); err != nil || len(due) != 1 {
		t.Errorf("a resumed source is not due: %d %v", len(due), err)
	}
}
