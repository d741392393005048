package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// fake is an engine in memory: it pages, refuses, remembers and reports like
// the real one, over the invented world of fake_data_test.go.
type fake struct {
	mu       sync.Mutex
	now      time.Time
	demo     bool
	readOnly bool
	ready    bool

	topics      []engine.TopicDetail
	events      []engine.EventDetail
	terms       []engine.TermView
	words       []engine.WordView
	regroupings []engine.RegroupView
	boards      []engine.BoardView
	items       []engine.ItemView
	profiles    []engine.ProfileView
	suggestions []engine.SuggestionView
	accounts    []engine.AccountView
	posts       []engine.PostView
	subs        []engine.SubscriptionView
	matches     []engine.MatchView
	channels    []engine.ChannelView
	deliveries  []engine.DeliveryView
	sources     []engine.SourceView
	told        []string // channels that hear of failing sources
	imports     []engine.ImportView
	tokens      []engine.TokenView
	secrets     map[string]xuanti.Token
	created     int

	changes []engine.Change
	floor   uint64 // changes up to here are no longer held
	subsc   map[chan engine.Change]bool
}

func notFound(what string) error { return xuanti.Errorf(xuanti.CodeNotFound, "没有这个%s", what) }

// paged cuts one page out of a list; the cursor is the next index.
func paged[T any](f *fake, all []T, limit int, cursor string) (engine.Page[T], error) {
	p := engine.Page[T]{Items: []T{}, AsOf: f.now}
	start := 0
	if cursor != "" {
		var err error
		if start, err = strconv.Atoi(cursor); err != nil || start < 0 || start > len(all) {
			return p, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "游标无效", Pointer: "query.cursor"}
		}
	}
	if limit <= 0 {
		limit = 20
	}
	end := min(start+limit, len(all))
	p.Items = append(p.Items, all[start:end]...)
	if end < len(all) {
		p.NextCursor = strconv.Itoa(end)
	}
	return p, nil
}

func find[T any](all []T, what string, is func(T) bool) (T, error) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], nil
	}
	var zero T
	return zero, notFound(what)
}

func (f *fake) Now() time.Time { return f.now }

func (f *fake) BurstRule() engine.BurstRule {
	return engine.BurstRule{FalseAlarms: 1, Threshold: 8.7, CalibratedAt: f.now.Add(-9 * time.Hour)}
}

func (f *fake) Status(context.Context) engine.Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	st := engine.Status{
		Ready: f.ready, Demo: f.demo, ReadOnly: f.readOnly, AsOf: f.now, Checks: map[string]string{"store": "ok", "index": "ok"},
		Items: 48213, Events: 3127, Sources: len(f.sources), Failing: 2, StartedAt: f.now.Add(-26 * time.Hour),
	}
	if !f.ready {
		st.Checks["index"] = "索引正在重建"
	}
	return st
}

func (f *fake) Topics(_ context.Context, q engine.TopicQuery) (engine.Page[engine.TopicView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []engine.TopicView
	for _, t := range f.topics {
		if q.State != "" && t.State != q.State || q.Platform != "" && !slices.Contains(t.Platforms, q.Platform) ||
			q.Text != "" && !strings.Contains(t.Title, q.Text) {
			continue
		}
		all = append(all, t.TopicView)
	}
	switch q.Sort {
	case "new":
		slices.SortStableFunc(all, func(a, b engine.TopicView) int { return b.FirstAt.Compare(a.FirstAt) })
	case "rising":
		slices.SortStableFunc(all, func(a, b engine.TopicView) int { return int(b.HeatHour - a.HeatHour) })
	case "spread":
		slices.SortStableFunc(all, func(a, b engine.TopicView) int { return len(b.Platforms) - len(a.Platforms) })
	}
	return paged(f, all, q.Limit, q.Cursor)
}

func (f *fake) Topic(_ context.Context, id string) (engine.TopicDetail, error) {
	return find(f.topics, "话题", func(t engine.TopicDetail) bool { return t.ID == id })
}

func (f *fake) Events(_ context.Context, q engine.TopicQuery) (engine.Page[engine.EventView], error) {
	var all []engine.EventView
	for _, e := range f.events {
		if q.State == "" || e.State == q.State {
			all = append(all, e.EventView)
		}
	}
	return paged(f, all, q.Limit, q.Cursor)
}

func (f *fake) Event(_ context.Context, id string) (engine.EventDetail, error) {
	return find(f.events, "事件", func(e engine.EventDetail) bool { return e.ID == id })
}

func (f *fake) Terms(_ context.Context, limit int) (engine.Page[engine.TermView], error) {
	return paged(f, f.terms, limit, "")
}

func (f *fake) Words(_ context.Context, status string, limit int, cursor string) (engine.Page[engine.WordView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []engine.WordView
	for _, w := range f.words {
		if status == "" || string(w.Status) == status {
			all = append(all, w)
		}
	}
	return paged(f, all, limit, cursor)
}

func (f *fake) Boards(_ context.Context, entries int) (engine.Page[engine.BoardView], error) {
	all := slices.Clone(f.boards)
	for i := range all {
		all[i].Entries = all[i].Entries[:min(entries, len(all[i].Entries))]
	}
	return paged(f, all, len(all), "")
}

func (f *fake) Board(_ context.Context, id string) (engine.BoardView, error) {
	return find(f.boards, "榜单", func(b engine.BoardView) bool { return b.ID == id })
}

func (f *fake) BoardHistory(ctx context.Context, id string, from, to time.Time, limit int) (engine.Page[engine.BoardSnapshot], error) {
	b, err := f.Board(ctx, id)
	if err != nil {
		return engine.Page[engine.BoardSnapshot]{}, err
	}
	var all []engine.BoardSnapshot
	for at := b.At; at.After(from) && len(all) < limit; at = at.Add(-10 * time.Minute) {
		if !at.After(to) {
			all = append(all, engine.BoardSnapshot{Board: id, At: at, Adapter: b.Adapter, Count: len(b.Entries), Entries: b.Entries})
		}
	}
	return paged(f, all, limit, "")
}

func (f *fake) Items(_ context.Context, q engine.ItemQuery) (engine.Page[engine.ItemView], error) {
	var all []engine.ItemView
	for _, it := range f.items {
		if (q.Kind == "" || string(it.Kind) == q.Kind) && (q.Platform == "" || it.Platform == q.Platform) && (q.EventID == "" || it.EventID == q.EventID) {
			all = append(all, it)
		}
	}
	return paged(f, all, q.Limit, q.Cursor)
}

func (f *fake) Item(_ context.Context, id string) (engine.ItemView, error) {
	return find(f.items, "内容", func(it engine.ItemView) bool { return it.ID == id })
}

func (f *fake) Search(_ context.Context, q engine.SearchQuery) (engine.SearchView, error) {
	v := engine.SearchView{AsOf: f.now, TookMillis: 3.2}
	if i := strings.IndexByte(q.Text, '('); i >= 0 && !strings.Contains(q.Text, ")") {
		return v, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "括号没有闭合", Pointer: "char " + strconv.Itoa(len([]rune(q.Text[:i]))+1)}
	}
	platforms, sources := map[string]int{}, map[string]int{}
	var all []engine.SearchHit
	for _, it := range f.items {
		i := strings.Index(it.Title, q.Text)
		if i < 0 || q.Kind != "" && string(it.Kind) != q.Kind || len(q.Platforms) > 0 && !slices.Contains(q.Platforms, it.Platform) {
			continue
		}
		platforms[it.Platform]++
		sources[it.SourceID]++
		all = append(all, engine.SearchHit{
			Item: it, Score: 4.2, More: len(all) % 3 * 2, EventTitle: it.Title, EventState: xuanti.StateRising,
			Title:   []engine.Fragment{{Text: it.Title[:i]}, {Text: q.Text, Hit: true}, {Text: it.Title[i+len(q.Text):]}},
			Snippet: []engine.Fragment{{Text: "据了解，"}, {Text: q.Text, Hit: true}, {Text: it.Excerpt}},
		})
	}
	p, err := paged(f, all, q.Limit, q.Cursor)
	v.Items, v.NextCursor, v.Total = p.Items, p.NextCursor, len(all)
	for id, n := range platforms {
		v.Platforms = append(v.Platforms, engine.Facet{Value: id, Label: f.Platforms()[id], Count: n})
	}
	for id, n := range sources {
		v.Sources = append(v.Sources, engine.Facet{Value: id, Label: id, Count: n})
	}
	slices.SortFunc(v.Platforms, func(a, b engine.Facet) int { return strings.Compare(a.Value, b.Value) })
	slices.SortFunc(v.Sources, func(a, b engine.Facet) int { return strings.Compare(a.Value, b.Value) })
	if len(all) > 0 {
		v.Days = []engine.Facet{{Value: f.now.Format("2006-01-02"), Label: "今天", Count: len(all)}}
	}
	return v, err
}

func (f *fake) Profiles(context.Context) (engine.Page[engine.ProfileView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return paged(f, f.profiles, 100, "")
}

func (f *fake) Profile(_ context.Context, id string) (engine.ProfileView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return find(f.profiles, "账号", func(p engine.ProfileView) bool { return p.ID == id })
}

func (f *fake) Suggestions(_ context.Context, profileID, status string, limit int) (engine.Page[engine.SuggestionView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := find(f.profiles, "账号", func(p engine.ProfileView) bool { return p.ID == profileID }); err != nil {
		return engine.Page[engine.SuggestionView]{}, err
	}
	var all []engine.SuggestionView
	for _, s := range f.suggestions {
		if s.ProfileID == profileID && (status == "" || string(s.Status) == status) {
			all = append(all, s)
		}
	}
	return paged(f, all, limit, "")
}

func (f *fake) Accounts(_ context.Context, group string) (engine.Page[engine.AccountView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []engine.AccountView
	for _, a := range f.accounts {
		if group == "" || a.Group == group {
			all = append(all, a)
		}
	}
	return paged(f, all, 100, "")
}

func (f *fake) Account(_ context.Context, id string) (engine.AccountView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return find(f.accounts, "对标账号", func(a engine.AccountView) bool { return a.ID == id })
}

func (f *fake) Posts(ctx context.Context, q engine.PostQuery) (engine.Page[engine.PostView], error) {
	if q.AccountID != "" {
		if _, err := f.Account(ctx, q.AccountID); err != nil {
			return engine.Page[engine.PostView]{}, err
		}
	}
	var all []engine.PostView
	for _, p := range f.posts {
		if (q.AccountID == "" || p.Item.AccountID == q.AccountID) && (q.Verdict == "" || p.Score.Verdict == q.Verdict) {
			all = append(all, p)
		}
	}
	return paged(f, all, q.Limit, q.Cursor)
}

func (f *fake) Subscriptions(context.Context) (engine.Page[engine.SubscriptionView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return paged(f, f.subs, 100, "")
}

func (f *fake) Subscription(_ context.Context, id string) (engine.SubscriptionView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return find(f.subs, "订阅", func(s engine.SubscriptionView) bool { return s.ID == id })
}

func (f *fake) Matches(ctx context.Context, id string, limit int, cursor string) (engine.Page[engine.MatchView], error) {
	if _, err := f.Subscription(ctx, id); err != nil {
		return engine.Page[engine.MatchView]{}, err
	}
	var all []engine.MatchView
	for _, m := range f.matches {
		if m.SubscriptionID == id {
			all = append(all, m)
		}
	}
	return paged(f, all, limit, cursor)
}

func (f *fake) DryRun(_ context.Context, in engine.SubscriptionInput, days int) (engine.DryRun, error) {
	if err := checkRule(in.Rule); err != nil {
		return engine.DryRun{}, err
	}
	d := engine.DryRun{Days: days, Scanned: 48213, Hits: 17, Alerts: len(f.matches), PerDay: float64(len(f.matches)) / float64(days), Matches: f.matches, AsOf: f.now}
	d.Suppressed = f.items[:2]
	d.Warnings = []string{"「地铁」每天约 40 次，考虑加上城市名"}
	return d, nil
}

func checkRule(r xuanti.Rule) error {
	if len(r.All)+len(r.Any)+len(r.Regex) == 0 {
		return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "至少要有一个关键词", Pointer: "/rule/any"}
	}
	return nil
}

func (f *fake) SubscriptionFeed(_ context.Context, token, baseURL string, w io.Writer) error {
	for _, s := range f.subs {
		if s.FeedPath == "/feeds/"+token+".xml" {
			_, err := fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>%s</title><link>%s</link></channel></rss>`, s.Name, baseURL)
			return err
		}
	}
	return notFound("订阅源")
}

func (f *fake) Channels(context.Context) (engine.Page[engine.ChannelView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return paged(f, f.channels, 100, "")
}

func (f *fake) Deliveries(_ context.Context, sub, state string, limit int, cursor string) (engine.Page[engine.DeliveryView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []engine.DeliveryView
	for _, d := range f.deliveries {
		if (sub == "" || d.SubscriptionID == sub) && (state == "" || string(d.State) == state) {
			all = append(all, d)
		}
	}
	return paged(f, all, limit, cursor)
}

func (f *fake) Digest(_ context.Context, date, profileID, format, baseURL string) ([]byte, string, error) {
	if date != "today" {
		if _, err := time.Parse("2006-01-02", date); err != nil {
			return nil, "", &xuanti.Error{Code: xuanti.CodeInvalid, Message: "日期应为 YYYY-MM-DD", Pointer: "path.date"}
		}
	}
	switch format {
	case "json":
		return []byte(`{"date":"2026-11-23","topics":[]}`), "application/json", nil
	case "md":
		return []byte(fakeDigest), "text/markdown; charset=utf-8", nil
	}
	return []byte(strings.NewReplacer("#", "", "*", "").Replace(fakeDigest)), "text/plain; charset=utf-8", nil
}

func (f *fake) Sources(_ context.Context, q engine.SourceQuery) (engine.Page[engine.SourceView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []engine.SourceView
	for _, s := range f.sources {
		if (q.Kind == "" || string(s.Kind) == q.Kind) && (q.Health == "" || string(s.Health) == q.Health) && (q.Group == "" || s.Group == q.Group) &&
			(q.Tag == "" || slices.Contains(s.Tags, q.Tag)) && strings.Contains(s.Name, q.Text) {
			all = append(all, s)
		}
	}
	if q.Limit == 0 {
		q.Limit = len(all) + 1
	}
	return paged(f, all, q.Limit, q.Cursor)
}

func (f *fake) SourcesHealth(context.Context) (engine.SourcesHealth, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := engine.SourcesHealth{Total: len(f.sources), Counts: map[string]int{}, ByKind: map[string]map[string]int{}, Text: "7 个来源", Problems: []engine.SourceProblem{},
		Groups: []engine.Facet{{Value: "内置", Label: "内置", Count: len(f.sources)}}, Tags: []engine.Facet{}, AsOf: f.now}
	for _, s := range f.sources {
		h.Counts[string(s.Health)]++
	}
	return h, nil
}

func (f *fake) SourceEvents(_ context.Context, id, _ string, limit int, cursor string) (engine.Page[engine.SourceEventView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := []engine.SourceEventView{{ID: "ev1", SourceID: "36kr", SourceName: "36氪热榜", SourceKind: xuanti.SourceBoard, Kind: xuanti.SourceFailing, At: f.now.Add(-time.Hour), Since: f.now.Add(-3 * time.Hour), Cause: "http_503", Text: "对方返回 503"}}
	if id != "" && id != "36kr" {
		all = nil
	}
	return paged(f, all, limit, cursor)
}

func (f *fake) SourceAlerts(context.Context) (engine.SourceAlerts, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return engine.SourceAlerts{Channels: append([]string{}, f.told...)}, nil
}

func (f *fake) Source(_ context.Context, id string) (engine.SourceView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return find(f.sources, "来源", func(s engine.SourceView) bool { return s.ID == id })
}

func (f *fake) Post(_ context.Context, id string) (engine.PostDetail, error) {
	p, err := find(f.posts, "作品", func(p engine.PostView) bool { return p.Item.ID == id })
	at := f.now
	return engine.PostDetail{PostView: p, AccountID: p.Item.AccountID, Metrics: []engine.MetricView{
		{Name: "read", At: at.Add(-time.Hour), Value: 10, Provenance: "feed"}, {Name: "read", At: at, Value: 30, Provenance: "import:imp1"}, {Name: "finish_rate", At: at, Value: 3210, Provenance: "import:imp1"},
	}}, err
}

func (f *fake) Followers(ctx context.Context, id string) (engine.Page[engine.MetricView], error) {
	if _, err := f.Account(ctx, id); err != nil {
		return engine.Page[engine.MetricView]{}, err
	}
	return paged(f, []engine.MetricView{{Name: "followers", At: f.now.Add(-24 * time.Hour), Value: 900, Provenance: "api"}, {Name: "followers", At: f.now, Value: 1000, Provenance: "manual"}}, 100, "")
}

func (f *fake) ImportReport(_ context.Context, id string) (engine.ImportView, error) {
	return find(f.imports, "导入", func(v engine.ImportView) bool { return v.ID == id })
}

func (f *fake) PreviewImport(_ context.Context, id string, plan engine.ImportPlan) (engine.ImportPreview, error) {
	im, err := find(f.imports, "导入", func(v engine.ImportView) bool { return v.ID == id })
	return engine.ImportPreview{Import: im, Plan: plan, Preset: "wechat", Format: "csv", Header: 1, Fields: []string{"title", "read"}, Notes: []string{"识别为公众号后台的导出"},
		Columns: []engine.ImportColumn{{Letter: "A", Header: "内容标题", Field: "title", Sure: true, Samples: []string{"老桥"}}, {Letter: "B", Header: "时间", Field: "published_at", Note: "猜的"}},
		Sample:  []engine.ImportRow{{Row: 2, Title: "老桥", Counts: []engine.CountView{{Name: "read", Value: 100000, AtLeast: true}}, Errors: []xuanti.ImportError{}}}}, err
}

func (f *fake) Imports(_ context.Context, limit int) (engine.Page[engine.ImportView], error) {
	return paged(f, f.imports, limit, "")
}

func (f *fake) Export(_ context.Context, kind string, q engine.ExportQuery, w io.Writer) (string, string, error) {
	switch kind {
	case "suggestions.csv":
		if q.ProfileID == "" {
			return "", "", &xuanti.Error{Code: xuanti.CodeInvalid, Message: "需要 profile", Pointer: "query.profile"}
		}
	case "items.jsonl":
		for _, it := range f.items {
			b, err := json.Marshal(it)
			if err != nil {
				return "", "", err
			}
			if _, err := w.Write(append(b, '\n')); err != nil {
				return "", "", err
			}
		}
		return "application/x-ndjson", kind, nil
	}
	_, err := io.WriteString(w, "\ufeffid,title\r\n")
	return "text/csv", kind, err
}

func (f *fake) DemoPage(path string) (string, bool) {
	if path == "/u/青禾观察" {
		return "<!doctype html><title>演示</title><h1>演示文章</h1>", true
	}
	return "", false
}

func (f *fake) Platforms() map[string]string {
	return map[string]string{
		"weibo": "微博", "zhihu": "知乎", "baidu": "百度", "douyin": "抖音", "bilibili": "B站", "toutiao": "头条", "thepaper": "澎湃", "36kr": "36氪", "rss": "订阅",
	}
}

// Subscribe implements engine.Stream.
func (f *fake) Subscribe(after uint64) (<-chan engine.Change, bool, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ch := make(chan engine.Change, 64)
	gone := after > 0 && after < f.floor
	if after > 0 {
		for _, c := range f.changes {
			if c.ID > after {
				ch <- c
			}
		}
	}
	f.subsc[ch] = true
	return ch, gone, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.subsc, ch)
	}
}

// publish tells all subscribers.
func (f *fake) publish(typ string, data any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := engine.Change{ID: f.floor + uint64(len(f.changes)) + 1, Type: typ, At: f.now, Data: data}
	f.changes = append(f.changes, c)
	for ch := range f.subsc {
		ch <- c
	}
}
