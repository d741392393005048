package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/store"
)

// The pool of bleve's analysis workers belongs to the process.
func TestMain(m *testing.M) {
	if os.Getenv(sweepWebEnv) != "" {
		if err := serveSweeps(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

// open opens an engine on a folder with a clock that the test moves.
func open(t *testing.T, dir string, at time.Time) (*Engine, *xuanti.ManualClock) {
	t.Helper()
	cfg := config.Default()
	cfg.Data = dir
	clock := xuanti.NewManualClock(at)
	e, err := Open(context.Background(), Options{Config: cfg, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return e, clock
}

func shut(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func snapshot(board string, at time.Time, titles ...string) xuanti.Snapshot {
	sn := xuanti.Snapshot{SourceID: board, Board: board, Platform: board, At: at, Adapter: "test"}
	for i, title := range titles {
		heat := int64(1_000_000 / (i + 1))
		sn.Entries = append(sn.Entries, xuanti.Entry{Rank: i + 1, Title: title, URL: "https://" + board + ".example/s?q=" + title, Heat: &heat})
	}
	return sn
}

func article(source, title, text string, at time.Time) xuanti.Item {
	return xuanti.Item{Kind: xuanti.ItemArticle, SourceID: source, Platform: source, URL: "https://" + source + ".example/" + xuanti.NewID(at, title), Title: title, Text: text, SeenAt: at, PublishedAt: at}
}

func (e *Engine) must(t *testing.T, b batch) applied {
	t.Helper()
	if m, ok := e.clock.(*xuanti.ManualClock); ok {
		m.Set(b.at)
	}
	done, err := e.apply(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Tick(context.Background(), b.at, b.live); err != nil {
		t.Fatal(err)
	}
	return done
}

// story puts one event on three boards in rival wordings, beside a look-alike
// and everyday noise.
func story(t *testing.T, e *Engine) {
	t.Helper()
	for i := range 4 {
		at := noon.Add(time.Duration(i) * 20 * time.Minute)
		e.must(t, batch{at: at, live: true, snaps: []xuanti.Snapshot{
			snapshot("weibo", at, "青岚汽车宣布召回三万辆新能源车", "澜江市发布暴雨红色预警", "周末去哪儿看樱花"),
			snapshot("baidu", at, "青岚汽车召回3万辆新能源车 涉及电池隐患", "云湖市发布暴雨红色预警"),
			snapshot("toutiao", at, "青岚汽车：召回三万辆新能源汽车", "小区楼下的早餐店火了"),
		}})
	}
}

func TestStoryOverBoards(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	story(t, e)
	ctx := context.Background()
	p, err := e.Events(ctx, TopicQuery{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]EventView{}
	for _, v := range p.Items {
		titles[v.Title] = v
		for _, w := range []string{"澜江", "云湖"} {
			if strings.Contains(v.Title, w) && len(v.Presences) != 1 {
				t.Errorf("look-alike merged: %s is on %d boards", v.Title, len(v.Presences))
			}
		}
	}
	top := p.Items[0]
	if !strings.Contains(top.Title, "青岚汽车") || len(top.Presences) != 3 {
		t.Fatalf("the recall on three boards should lead, got %q on %d boards", top.Title, len(top.Presences))
	}
	if top.Heat <= 30 || len(top.Why) == 0 || len(top.Curve) == 0 {
		t.Errorf("heat %v, why %v, curve %d points", top.Heat, top.Why, len(top.Curve))
	}
	d, err := e.Topic(ctx, top.TopicID)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Trajectories) != 3 || len(d.Trajectories[0].Points) != 4 {
		t.Errorf("want 3 trajectories of 4 points, got %d", len(d.Trajectories))
	}
	for _, m := range d.Members {
		if m.By == "scorer" && len(m.Why) == 0 && m.Score < 1 {
			t.Errorf("member %q does not say why it belongs", m.Item.Title)
		}
	}
	boards, err := e.Boards(ctx, 0)
	if err != nil || len(boards.Items) != 3 || boards.Items[0].Stale {
		t.Fatalf("boards: %+v %v", boards, err)
	}
}

func TestSearchFindsUnknownWordsAndCollapses(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	e.must(t, batch{at: noon, items: []xuanti.Item{
		article("a", "量贩式躺平成了新的周末过法", "年轻人把这种过法叫作量贩式躺平。", noon),
		article("b", "春季蔬菜价格平稳", "本周蔬菜价格与上周持平。", noon),
	}})
	story(t, e)
	if err := e.indexer.drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	v, err := e.Search(context.Background(), SearchQuery{Text: "量贩式躺平"})
	if err != nil || len(v.Items) != 1 {
		t.Fatalf("unknown word: %d results, %v", len(v.Items), err)
	}
	if s := fmt.Sprint(v.Items[0].Title); !strings.Contains(s, "true") {
		t.Errorf("nothing highlighted in %s", s)
	}
	v, err = e.Search(context.Background(), SearchQuery{Text: "青岚汽车 召回"})
	if err != nil || len(v.Items) != 1 || v.Items[0].More != 2 {
		t.Fatalf("three titles of one event should be one result: %+v %v", v.Items, err)
	}
	if _, err := e.Search(context.Background(), SearchQuery{Text: `青岚 AND (`}); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("a broken query should be refused, got %v", err)
	}
}

func TestCopiesAreSpread(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	text := strings.Repeat("青岚汽车今天宣布召回一批新能源车，原因是电池包密封存在隐患，公司将免费更换。", 6)
	e.must(t, batch{at: noon, items: []xuanti.Item{article("a", "青岚汽车召回三万辆车", text, noon)}})
	later := noon.Add(time.Hour)
	done := e.must(t, batch{at: later, items: []xuanti.Item{article("b", "转载：青岚汽车召回三万辆车", text, later)}})
	if done.Copies != 1 {
		t.Fatalf("the reprint should count as a copy: %+v", done)
	}
	p, err := e.Items(context.Background(), ItemQuery{})
	if err != nil || len(p.Items) != 2 || p.Items[0].EventID != p.Items[1].EventID || p.Items[0].CopyOf == "" {
		t.Fatalf("%+v %v", p.Items, err)
	}
	again := e.must(t, batch{at: later.Add(time.Minute), items: []xuanti.Item{article("b", "转载：青岚汽车召回三万辆车", text, later)}})
	if again.Items != 0 || again.Known != 1 {
		t.Errorf("the same address again is not news: %+v", again)
	}
	fresh := article("c", "渡口新增两条航线", "渡口下月新增两条航线。", later)
	twice := e.must(t, batch{at: later.Add(2 * time.Minute), items: []xuanti.Item{fresh, fresh}})
	if twice.Items != 1 || twice.Known != 1 {
		t.Errorf("of a row that is there twice one is new and one is known: %+v", twice)
	}
}

// A text that repeats half of another but is told as another event is an item of
// its event, not spread of one it does not belong to.
func TestWhatIsToldAsAnotherEventIsNoSpread(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	shared := strings.Repeat("青岚汽车今天宣布召回一批新能源车，原因是电池包密封存在隐患，公司将免费更换。车主可以就近预约。", 3)
	own := "另外一件完全没有关系的事情也发生在这一天，城西的老剧院在修缮三年以后重新开放，当晚上演了一出很久没有人看过的折子戏，座无虚席。"
	e.must(t, batch{at: noon, items: []xuanti.Item{article("a", "青岚汽车召回三万辆车", shared+"\n\n"+own, noon)}})
	later := noon.Add(time.Hour)
	e.must(t, batch{at: later, items: []xuanti.Item{article("b", "老剧院重新开放 首演座无虚席", shared+"\n\n剧院方面说，接下来一个月每周都有两场，票价从四十元起，学生半价，演员都是本地剧团的老面孔。", later)}})
	p, err := e.Items(t.Context(), ItemQuery{})
	if err != nil || len(p.Items) != 2 || p.Items[0].EventID == p.Items[1].EventID {
		t.Fatalf("%+v %v", p.Items, err)
	}
	for _, it := range p.Items {
		v, err := e.Event(t.Context(), it.EventID)
		if err != nil || v.Items != 1 || v.Copies != 0 || it.Relation != xuanti.RelationNone {
			t.Errorf("%s: %d items, %d copies, relation %q; %v", it.Title, v.Items, v.Copies, it.Relation, err)
		}
	}
}

func TestAlertOnceForAnEvent(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon.Add(-time.Hour))
	defer shut(t, e)
	ctx := context.Background()
	ch, err := e.PutChannel(ctx, "", ChannelInput{Name: "群", URL: "https://hooks.example/x"})
	if err != nil || !strings.HasPrefix(ch.Secret, "whsec_") {
		t.Fatalf("%+v %v", ch, err)
	}
	no := false
	sub, err := e.PutSubscription(ctx, "", SubscriptionInput{Name: "召回", Rule: xuanti.Rule{All: []string{"召回"}}, Channels: []string{ch.ID}, Escalate: &no})
	if err != nil {
		t.Fatal(err)
	}
	story(t, e)
	ms, err := e.Matches(ctx, sub.ID, 20, "")
	if err != nil || len(ms.Items) != 1 {
		t.Fatalf("one event, one alert: got %d, %v", len(ms.Items), err)
	}
	ds, err := e.Deliveries(ctx, sub.ID, "", 20, "")
	if err != nil || len(ds.Items) != 1 || ds.Items[0].State != xuanti.DeliveryPending {
		t.Fatalf("one delivery in the outbox: %+v %v", ds.Items, err)
	}
	var feed bytes.Buffer
	if err := e.SubscriptionFeed(ctx, strings.TrimSuffix(strings.TrimPrefix(sub.FeedPath, "/feeds/"), ".xml"), "http://x", &feed); err != nil || !strings.Contains(feed.String(), "青岚汽车") {
		t.Errorf("feed: %v %s", err, feed.String())
	}
	dry, err := e.DryRun(ctx, SubscriptionInput{Rule: xuanti.Rule{Any: []string{"暴雨"}}}, 7)
	if err != nil || dry.Alerts != 2 || dry.Scanned == 0 {
		t.Errorf("dry run: %+v %v", dry, err)
	}
	dry, err = e.DryRun(ctx, SubscriptionInput{Rule: xuanti.Rule{Any: []string{"暴雨"}, MinHeat: 99}}, 7)
	if err != nil || dry.Alerts != 0 || dry.Hits == 0 || len(dry.Matches) != 0 || len(dry.Warnings) != 1 {
		t.Errorf("dry run for the hottest only: %+v %v", dry, err)
	}
	if _, err := e.PutSubscription(ctx, "", SubscriptionInput{Name: "坏", Rule: xuanti.Rule{Regex: []string{"("}}}); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("a broken expression should be refused, got %v", err)
	}
}

func TestRestartGoesOn(t *testing.T) {
	dir := t.TempDir()
	e, _ := open(t, dir, noon)
	story(t, e)
	ctx := context.Background()
	before, err := e.Events(ctx, TopicQuery{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	shut(t, e)
	e, _ = open(t, dir, noon.Add(80*time.Minute))
	defer shut(t, e)
	at := noon.Add(80 * time.Minute)
	e.must(t, batch{at: at, snaps: []xuanti.Snapshot{snapshot("weibo", at, "青岚汽车宣布召回三万辆新能源车", "青岚汽车回应召回三万辆新能源车")}})
	after, err := e.Events(ctx, TopicQuery{Limit: 50})
	if err != nil || after.Items[0].ID != before.Items[0].ID {
		t.Fatalf("the event should keep its id over a restart: %v %v %v", before.Items[0].ID, after.Items[0].ID, err)
	}
	if got := after.Items[0].Presences; len(got) < 1 {
		t.Errorf("presences lost: %+v", got)
	}
}

func rows(n int) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	places := []string{"澜江", "云湖", "青岚", "望川", "石桥", "北屏"}
	things := []string{"地铁新线开通", "中学运动会举行", "夜市恢复营业", "图书馆延长开放", "马拉松报名启动", "公园花展开幕"}
	for i := range n {
		at := noon.Add(time.Duration(i) * time.Minute)
		row := map[string]any{"ts": at.Format(time.RFC3339), "source": "s" + fmt.Sprint(i%7), "id": fmt.Sprint(i),
			"title": fmt.Sprintf("%s%s，第%d天迎来%d人", places[i%6], things[(i/6)%6], i/36+1, 100+i), "text": strings.Repeat("现场秩序良好，工作人员介绍了安排。", 1+i%5) + fmt.Sprint(i)}
		if i%3 == 0 {
			row = map[string]any{"ts": at.Format(time.RFC3339), "platform": "weibo", "rank": 1 + i%10, "title": places[i%6] + things[(i/6)%6], "url": "https://weibo.example/" + fmt.Sprint(i%36), "heat": 1000 + i}
		}
		if err := enc.Encode(row); err != nil {
			panic(err)
		}
	}
	return b.String()
}

func TestReplayIsRepeatableAndForward(t *testing.T) {
	ctx := context.Background()
	run := func(text string) (string, *Engine, ReplayProgress) {
		e, _ := open(t, t.TempDir(), noon)
		p, err := e.Replay(ctx, ReplayOptions{Files: []string{"-"}, Stdin: strings.NewReader(text)})
		if err != nil {
			t.Fatal(err)
		}
		sum, err := e.Fingerprint(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return sum, e, p
	}
	text := rows(400)
	a, e1, p := run(text)
	b, e2, _ := run(text + "not json\n")
	defer shut(t, e1)
	defer shut(t, e2)
	if a != b || p.Rows != 400 {
		t.Fatalf("two replays of one archive differ: %s %s (%d rows)", a, b, p.Rows)
	}
	// The first half alone gives the same events for its items.
	half := text[:strings.LastIndex(text[:len(text)/2], "\n")+1]
	_, e3, _ := run(half)
	defer shut(t, e3)
	items, err := e3.store.ItemsAfter(ctx, 0, 10_000)
	if err != nil || len(items) == 0 {
		t.Fatal(err)
	}
	for _, it := range items {
		full, err := e1.store.Membership(ctx, it.ID)
		if err != nil {
			t.Fatal(err)
		}
		part, err := e3.store.Membership(ctx, it.ID)
		if err != nil {
			t.Fatal(err)
		}
		if full.EventID != part.EventID && e1.state.grouper.Resolve(part.EventID) != full.EventID {
			t.Errorf("%s joined %s, but %s when the archive ends early", it.Title, full.EventID, part.EventID)
		}
	}
}

func TestAsOfShowsThePastAndRefusesChanges(t *testing.T) {
	dir := t.TempDir()
	e, _ := open(t, dir, noon)
	story(t, e)
	late := noon.Add(3 * time.Hour)
	e.must(t, batch{at: late, snaps: []xuanti.Snapshot{snapshot("weibo", late, "望川大桥正式通车")}})
	shut(t, e)
	cfg := config.Default()
	cfg.Data = dir
	ctx := context.Background()
	past, err := Open(ctx, Options{Config: cfg, At: noon.Add(30 * time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, past)
	p, err := past.Events(ctx, TopicQuery{Limit: 50})
	if err != nil || len(p.Items) == 0 {
		t.Fatalf("%+v %v", p, err)
	}
	for _, v := range p.Items {
		if strings.Contains(v.Title, "望川大桥") {
			t.Errorf("the future shows through: %s", v.Title)
		}
	}
	if !strings.Contains(p.Items[0].Title, "青岚") || len(p.Items[0].Presences) != 3 {
		t.Errorf("then the recall led on three boards, got %q on %d", p.Items[0].Title, len(p.Items[0].Presences))
	}
	if _, err := past.PutProfile(ctx, "", ProfileInput{Name: "x", Keywords: []string{"y"}}); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("an as-of view must refuse changes, got %v", err)
	}
}

func TestSuggestionAddsUpAndIsNotOfferedTwice(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	story(t, e)
	ctx := context.Background()
	pr, err := e.PutProfile(ctx, "", ProfileInput{Name: "车圈观察", Keywords: []string{"新能源车", "汽车"}, OwnPosts: []string{"新能源车电池怎么保养", "买车之前先看这五点"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Suggestions(ctx, pr.ID, "", 10)
	if err != nil || len(p.Items) == 0 {
		t.Fatalf("no suggestion: %v", err)
	}
	top := p.Items[0]
	if !strings.Contains(top.Title, "青岚汽车") || len(top.Evidence) < 3 {
		t.Errorf("want the recall with evidence, got %q with %d rows", top.Title, len(top.Evidence))
	}
	var sum float64
	for _, c := range top.Contributions {
		sum += c.Points
	}
	if d := sum - top.Score; d > 0.002 || d < -0.002 {
		t.Errorf("contributions add up to %.3f, the score is %.3f", sum, top.Score)
	}
	if _, err := e.Decide(ctx, top.ID, pr.ID, xuanti.SuggestionDismissed, "", ""); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("a dismissal needs a reason, got %v", err)
	}
	if _, err := e.Decide(ctx, top.ID, pr.ID, xuanti.SuggestionAccepted, "", ""); err != nil {
		t.Fatal(err)
	}
	p, err = e.Suggestions(ctx, pr.ID, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.Items {
		if s.EventID == top.EventID {
			t.Errorf("%q is offered again", s.Title)
		}
	}
	acc, err := e.Suggestions(ctx, pr.ID, "accepted", 10)
	if err != nil || len(acc.Items) != 1 || acc.Items[0].Status != xuanti.SuggestionAccepted {
		t.Errorf("accepted: %+v %v", acc.Items, err)
	}
}

func TestExportImportRoundTrip(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	story(t, e)
	ctx := context.Background()
	var out bytes.Buffer
	if _, _, err := e.Export(ctx, "items.jsonl", ExportQuery{}, &out); err != nil {
		t.Fatal(err)
	}
	other, _ := open(t, t.TempDir(), noon)
	defer shut(t, other)
	im, err := other.Import(ctx, "items", "items.jsonl", bytes.NewReader(out.Bytes()))
	if err != nil || im.Added == 0 || len(im.Errors) != 0 {
		t.Fatalf("%+v %v", im, err)
	}
	a, _ := e.store.MaxSeq(ctx)
	b, _ := other.store.MaxSeq(ctx)
	if a != b {
		t.Errorf("%d items out, %d in", a, b)
	}
	out.Reset()
	if _, _, err := e.Export(ctx, "topics.csv", ExportQuery{}, &out); err != nil || !strings.HasPrefix(out.String(), "\ufeff") || !strings.Contains(out.String(), "\r\n") {
		t.Errorf("csv: %v %q", err, out.String())
	}
	opml := `<opml version="2.0"><body><outline text="组"><outline text="甲" xmlUrl="https://a.example/feed"/><outline text="乙" xmlurl="ftp://b"/></outline></body></opml>`
	im, err = e.Import(ctx, "opml", "x.opml", strings.NewReader(opml))
	if err != nil || im.Added != 1 {
		t.Fatalf("%+v %v", im, err)
	}
	all, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil || len(all) != 1 || all[0].Group != "组" {
		t.Errorf("%+v %v", all, err)
	}
}

func TestUndatedRowsComeFirst(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	in := `{"source":"a","id":"1","title":"没有日期的第一篇"}
{"ts":"2026-03-01T00:00:00Z","source":"a","id":"2","title":"有日期的一篇"}
{"source":"a","id":"3","title":"没有日期的第二篇"}
`
	if _, err := e.Replay(context.Background(), ReplayOptions{Files: []string{"-"}, Stdin: strings.NewReader(in)}); err != nil {
		t.Fatal(err)
	}
	items, err := e.store.ItemsAfter(context.Background(), 0, 10)
	if err != nil || len(items) != 3 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	if items[0].ExtID != "1" || items[1].ExtID != "3" || items[2].ExtID != "2" || items[1].SeenAt.Sub(items[0].SeenAt) != undatedStep {
		t.Errorf("order: %+v", items)
	}
}

// A state is saved after much has come or time has passed, and never takes more
// than its share of the time.
func TestWhenTheStateIsSaved(t *testing.T) {
	for _, c := range []struct {
		since, saving time.Duration
		items         int64
		live, want    bool
	}{
		{since: saveEvery, live: true, want: true},
		{since: saveEvery},
		{since: saveEvery - time.Second, live: true},
		{since: saveGap, items: saveItems, want: true},
		{since: saveGap, items: saveItems - 1},
		{since: saveGap - time.Second, items: saveItems},
		{since: 2 * time.Minute, saving: 4 * time.Second, items: 10 * saveItems, live: true},
		{since: 200 * time.Second, saving: 4 * time.Second, items: saveItems, want: true},
		{since: saveEvery, saving: 13 * time.Second, live: true},
	} {
		s := state{seq: 7 + c.items, savedSeq: 7, saving: c.saving}
		if got := s.saveDue(c.since, c.live); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
