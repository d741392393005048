package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/demo"
	"github.com/xuanti/xuanti/nlp"
)

// demoEngine is an engine with half a day of the demo behind it and the demo web
// before it, at a moment that the test moves.
func demoEngine(t *testing.T) (*Engine, *xuanti.ManualClock) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	w, err := demo.NewWorld(demo.Options{Seed: 7, Start: noon})
	if err != nil {
		t.Fatal(err)
	}
	now := w.Zero().Add(12 * time.Hour)
	clock := xuanti.NewManualClock(now)
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.Crawler.AllowPrivate = []string{"127.0.0.0/8"} // for the webhook's receiver
	e, err := Open(ctx, Options{Config: cfg, Clock: clock, Demo: w})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.SeedDemo(ctx, w, w.Zero(), now, nil); err != nil {
		t.Fatal(err)
	}
	web, err := demo.Serve(ctx, w, clock)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Live(ctx, w.Endpoints(web.URL())); err != nil {
		t.Fatal(err)
	}
	if err := e.EnsureSources(ctx, w.Sources(web.URL())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		shut(t, e)
		if err := web.Close(); err != nil {
			t.Error(err)
		}
	})
	return e, clock
}

// TestDemoThroughEveryDoor crawls the demo web with the real crawler and asks
// the engine everything that the API, the pages and the shell ask.
func TestDemoThroughEveryDoor(t *testing.T) {
	e, clock := demoEngine(t)
	ctx := context.Background()

	t.Run("gather", func(t *testing.T) { demoGather(ctx, t, e, clock) })
	t.Run("hot", func(t *testing.T) { demoHot(ctx, t, e) })
	t.Run("boards", func(t *testing.T) { demoBoards(ctx, t, e) })
	t.Run("accounts", func(t *testing.T) { demoAccounts(ctx, t, e) })
	t.Run("profiles", func(t *testing.T) { demoProfiles(ctx, t, e) })
	t.Run("words", func(t *testing.T) { demoWords(ctx, t, e, clock) })
	t.Run("digest", func(t *testing.T) { demoDigest(ctx, t, e) })
	t.Run("tokens", func(t *testing.T) { demoTokens(ctx, t, e) })
	t.Run("webhook", func(t *testing.T) { demoWebhook(ctx, t, e, clock) })
	t.Run("reindex", func(t *testing.T) { demoReindex(ctx, t, e) })
}

// demoGather polls every source twice, half an hour apart: the demo web fails
// now and then, and a second try mends it mostly.
func demoGather(ctx context.Context, t *testing.T, e *Engine, clock *xuanti.ManualClock) {
	before := e.Status(ctx)
	all, err := e.Sources(ctx, SourceQuery{})
	if err != nil {
		t.Fatal(err)
	}
	kinds, good := map[xuanti.SourceKind]int{}, map[string]bool{}
	for round := range 2 {
		clock.Set(clock.Now().Add(30 * time.Minute))
		for _, s := range all.Items {
			out, err := e.PollSource(ctx, s.ID)
			if err != nil {
				t.Fatalf("round %d: %s: %v", round, s.ID, err)
			}
			v := out.Source
			if v.Health == xuanti.HealthOK {
				good[s.ID] = true
				kinds[v.Kind]++
			} else if v.LastError == "" {
				t.Errorf("%s is %s and does not say why", s.ID, v.Health)
			}
		}
	}
	if kinds[xuanti.SourceBoard] < 12 || kinds[xuanti.SourceFeed] == 0 || kinds[xuanti.SourcePage] == 0 {
		t.Errorf("kinds that worked: %v", kinds)
	}
	if len(good) < len(all.Items)*9/10 {
		t.Errorf("%d of %d sources work", len(good), len(all.Items))
	}
	if err := e.indexer.drain(ctx); err != nil {
		t.Fatal(err)
	}
	st := e.Status(ctx)
	if !st.Ready || !st.Demo || st.Items <= before.Items || st.IndexLag != 0 {
		t.Errorf("before %+v\nafter  %+v", before, st)
	}
}

func demoHot(ctx context.Context, t *testing.T, e *Engine) {
	p, err := e.Topics(ctx, TopicQuery{Limit: 5})
	if err != nil || len(p.Items) != 5 || p.NextCursor == "" {
		t.Fatalf("%v %+v", err, p)
	}
	next, err := e.Topics(ctx, TopicQuery{Limit: 5, Cursor: p.NextCursor})
	if err != nil || len(next.Items) != 5 || next.Items[0].ID == p.Items[4].ID || next.Items[0].Heat > p.Items[4].Heat {
		t.Fatalf("%v: page two begins with %+v after %+v", err, next.Items[0], p.Items[4])
	}
	top := p.Items[0]
	if len(top.Platforms) < 2 || len(top.Why) == 0 || len(top.Curve) == 0 || top.Odds.Stay == nil || top.Odds.Top10 == nil || len(top.WhyEN) != len(top.Why) {
		t.Errorf("the top of the list: %+v", top)
	}
	d, err := e.Topic(ctx, top.ID)
	if err != nil || len(d.Events) == 0 || len(d.Members) < 2 || len(d.Trajectories) == 0 {
		t.Fatalf("%v %+v", err, d)
	}
	ev, err := e.Event(ctx, top.EventID)
	if err != nil || ev.TopicID != top.ID || len(ev.Members) == 0 {
		t.Fatalf("%v %+v", err, ev)
	}
	item, err := e.Item(ctx, ev.Members[0].Item.ID)
	if err != nil || item.EventID != top.EventID {
		t.Errorf("%v %+v", err, item)
	}
	terms, err := e.Terms(ctx, 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range terms.Items {
		if w.Count <= w.Expected || w.Sources < 2 || len(w.Titles) == 0 {
			t.Errorf("a burst without its numbers: %+v", w)
		}
	}
}

func demoBoards(ctx context.Context, t *testing.T, e *Engine) {
	b, err := e.Board(ctx, "weibo")
	if err != nil || b.Stale || len(b.Entries) < 10 || b.Entries[0].Rank != 1 {
		t.Fatalf("%v %+v", err, b)
	}
	h, err := e.BoardHistory(ctx, "weibo", e.Now().Add(-3*time.Hour), e.Now(), 10)
	if err != nil || len(h.Items) < 3 {
		t.Fatalf("%v: %d snapshots", err, len(h.Items))
	}
	for i := 1; i < len(h.Items); i++ {
		if !h.Items[i].At.Before(h.Items[i-1].At) {
			t.Errorf("snapshots are not newest first: %v after %v", h.Items[i].At, h.Items[i-1].At)
		}
	}
}

func demoAccounts(ctx context.Context, t *testing.T, e *Engine) {
	as, err := e.Accounts(ctx, "")
	if err != nil || len(as.Items) == 0 {
		t.Fatalf("%v %+v", err, as)
	}
	posts, err := e.Posts(ctx, PostQuery{AccountID: as.Items[0].ID, Sort: "recent"})
	if err != nil || len(posts.Items) == 0 {
		t.Fatalf("%v: no posts of %s", err, as.Items[0].Name)
	}
	for _, p := range posts.Items {
		if (p.Score.Actual == nil) != (len(p.Item.Counts) == 0) {
			t.Errorf("missing counts must stay missing: %+v", p)
		}
	}
	a, err := e.PutAccount(ctx, "", AccountInput{Platform: "weibo", Name: "江畔观察", Group: "同城"})
	if err != nil {
		t.Fatal(err)
	}
	if a, err = e.Account(ctx, a.ID); err != nil || a.Posts != 0 || a.LastPost != nil {
		t.Errorf("%v %+v", err, a)
	}
	if err := e.DeleteAccount(ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Account(ctx, a.ID); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("a deleted account: %v", err)
	}
}

func demoProfiles(ctx context.Context, t *testing.T, e *Engine) {
	ps, err := e.Profiles(ctx)
	if err != nil || len(ps.Items) == 0 {
		t.Fatalf("%v %+v", err, ps)
	}
	p := ps.Items[0]
	s, err := e.Suggestions(ctx, p.ID, "", 5)
	if err != nil || len(s.Items) == 0 {
		t.Fatalf("%v: nothing to suggest to %s", err, p.Name)
	}
	var csv bytes.Buffer
	if _, _, err := e.Export(ctx, "suggestions.csv", ExportQuery{ProfileID: p.ID, Limit: 5}, &csv); err != nil || !strings.Contains(csv.String(), s.Items[0].Title) {
		t.Errorf("%v\n%s", err, csv.String())
	}
	var opml bytes.Buffer
	if _, _, err := e.Export(ctx, "sources.opml", ExportQuery{}, &opml); err != nil || !strings.Contains(opml.String(), "xmlUrl") {
		t.Errorf("%v\n%s", err, opml.String())
	}
	if err := e.DeleteProfile(ctx, p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Profile(ctx, p.ID); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("a deleted profile: %v", err)
	}
}

// demoWords tells of a place that no dictionary knows and passes a night:
// thresholds are set and new words proposed.
func demoWords(ctx context.Context, t *testing.T, e *Engine, clock *xuanti.ManualClock) {
	var told []xuanti.Item
	for i, title := range []string{"雾岚汀开街首日人潮涌动", "周末去雾岚汀看灯会", "市民建议雾岚汀增设公交", "探访雾岚汀老茶馆", "夜游雾岚汀攻略来了", "雾岚汀停车费下调",
		"原来雾岚汀晚上才热闹", "暴雨后雾岚汀恢复开放", "摄影师拍下雾岚汀日出", "雾岚汀招募讲解员"} {
		told = append(told, article([]string{"a", "b", "c", "d"}[i%4], title, "", clock.Now()))
	}
	e.must(t, batch{at: clock.Now(), items: told})
	clock.Set(clock.Now().Add(24 * time.Hour))
	if err := e.Tick(ctx, clock.Now(), true); err != nil {
		t.Fatal(err)
	}
	ws, err := e.Words(ctx, "", 100, "")
	if err != nil || len(ws.Items) == 0 {
		t.Fatalf("%v: a night and no new word", err)
	}
	w := ws.Items[len(ws.Items)-1].Text
	if _, err := e.DecideWord(ctx, w, xuanti.WordAccepted); err != nil {
		t.Fatal(err)
	}
	if !e.nlp.Has(nlp.Fold(w)) {
		t.Errorf("the dictionary lacks the accepted word %s", w)
	}
	if v, err := e.DecideWord(ctx, w, xuanti.WordRejected); err != nil || v.Status != xuanti.WordRejected {
		t.Errorf("%v %+v", err, v)
	}
}

func demoDigest(ctx context.Context, t *testing.T, e *Engine) {
	day := e.Now().Add(-24 * time.Hour).In(xuanti.Shanghai).Format(time.DateOnly)
	for format, kind := range map[string]string{"json": "application/json", "md": "text/markdown", "txt": "text/plain"} {
		body, ct, err := e.Digest(ctx, day, "", format, "http://example.com")
		if err != nil || !strings.HasPrefix(ct, kind) || !bytes.Contains(body, []byte(day)) {
			t.Errorf("%s: %v %s\n%.300s", format, err, ct, body)
		}
	}
	if _, _, err := e.Digest(ctx, "2026-13-40", "", "md", ""); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("a day that does not exist: %v", err)
	}
}

func demoTokens(ctx context.Context, t *testing.T, e *Engine) {
	v, err := e.CreateToken(ctx, "机器人", []string{"read"}, time.Hour)
	if err != nil || v.Secret == "" {
		t.Fatalf("%v %+v", err, v)
	}
	if got, err := e.Authenticate(ctx, v.Secret); err != nil || got.Name != "机器人" {
		t.Errorf("%v %+v", err, got)
	}
	all, err := e.Tokens(ctx)
	if err != nil || len(all.Items) != 1 || all.Items[0].Secret != "" {
		t.Errorf("%v %+v", err, all)
	}
	brief, err := e.CreateToken(ctx, "短", nil, time.Nanosecond)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Authenticate(ctx, brief.Secret); xuanti.CodeOf(err) != xuanti.CodeUnauthorized {
		t.Errorf("an expired token: %v", err)
	}
	if err := e.DeleteToken(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
}

// demoWebhook subscribes to a word, receives one signed message for it, and
// tries a channel that refuses again by hand.
func demoWebhook(ctx context.Context, t *testing.T, e *Engine, clock *xuanti.ManualClock) {
	var refuse atomic.Bool
	got, refused := make(chan []byte, 10), make(chan struct{}, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if refuse.Load() {
			rw.WriteHeader(http.StatusGone)
			refused <- struct{}{}
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil || req.Header.Get("webhook-signature") == "" {
			t.Errorf("%v %v", err, req.Header)
		}
		got <- body
	}))
	defer hook.Close()
	ch, err := e.PutChannel(ctx, "", ChannelInput{Kind: "webhook", Name: "群", URL: hook.URL})
	if err != nil {
		t.Fatal(err)
	}
	run, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- e.mailman.Run(run) }()
	if _, err := e.TestChannel(ctx, ch.ID); err != nil {
		t.Fatal(err)
	}
	if body := <-got; !bytes.Contains(body, []byte("webhook.test")) {
		t.Errorf("%s", body)
	}
	sub, err := e.PutSubscription(ctx, "", SubscriptionInput{Name: "鼬鲸", Rule: xuanti.Rule{Any: []string{"鼬鲸电台"}}, Channels: []string{ch.ID}})
	if err != nil {
		t.Fatal(err)
	}
	at := clock.Now().Add(time.Minute)
	e.must(t, batch{at: at, live: true, items: []xuanti.Item{article("wire", "鼬鲸电台宣布下月开播", "首批节目十二档。", at)}})
	var msg struct {
		Type string
		Data map[string]any
	}
	if err := json.Unmarshal(<-got, &msg); err != nil || msg.Type == "" {
		t.Errorf("%v %+v", err, msg)
	}
	ms, err := e.Matches(ctx, sub.ID, 10, "")
	if err != nil || len(ms.Items) != 1 {
		t.Errorf("%v: %d matches", err, len(ms.Items))
	}
	refuse.Store(true)
	d, err := e.TestChannel(ctx, ch.ID)
	if err != nil {
		t.Fatal(err)
	}
	<-refused
	stop()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if all, err := e.Channels(ctx); err != nil || len(all.Items) != 1 || all.Items[0].Active {
		t.Errorf("a channel that answers 410 stays active: %v %+v", err, all)
	}
	if d, err = e.RetryDelivery(ctx, d.ID); err != nil || d.State != xuanti.DeliveryPending {
		t.Errorf("%v %+v", err, d)
	}
	if err := e.DeleteSubscription(ctx, sub.ID); err != nil {
		t.Fatal(err)
	}
	if err := e.DeleteChannel(ctx, ch.ID); err != nil {
		t.Fatal(err)
	}
}

// demoReindex finds the same after the index was built anew from the store.
func demoReindex(ctx context.Context, t *testing.T, e *Engine) {
	if err := e.indexer.drain(ctx); err != nil {
		t.Fatal(err)
	}
	ask := SearchQuery{Text: "发布", Flat: true, Limit: 50}
	before, err := e.Search(ctx, ask)
	if err != nil || before.Total == 0 {
		t.Fatalf("%v %+v", err, before)
	}
	if err := e.Reindex(ctx, func(done, all int64) {}); err != nil {
		t.Fatal(err)
	}
	after, err := e.Search(ctx, ask)
	if err != nil || after.Total != before.Total {
		t.Errorf("%v: %d results before, %d after", err, before.Total, after.Total)
	}
	if err := e.Backup(ctx, filepath.Join(t.TempDir(), "copy.db")); err != nil {
		t.Error(err)
	}
}

// TestTermsOfOneStory shows one word for a story, and its other words beside.
func TestTermsOfOneStory(t *testing.T) {
	told := map[string]int{"a": 0, "b": 0, "c": 1}
	for name, c := range map[string]struct {
		events []string
		want   int
		ok     bool
	}{
		"same story":      {[]string{"a"}, 0, true},
		"half of it":      {[]string{"c", "x"}, 1, true},
		"mostly its own":  {[]string{"a", "x", "y"}, 0, false},
		"of no event yet": {nil, 0, false},
		"two told apart":  {[]string{"c", "b", "a"}, 0, true},
	} {
		if got, ok := toldBy(told, c.events); got != c.want || ok != c.ok {
			t.Errorf("%s: %d %v", name, got, ok)
		}
	}
}
