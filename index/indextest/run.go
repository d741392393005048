package indextest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
)

// Open opens an engine over dir, which is empty the first time. The suite
// closes it.
type Open func(t *testing.T, dir string) index.Engine

// Run checks that an engine keeps the contract of index.Engine.
func Run(t *testing.T, open Open) {
	cases := []struct {
		name string
		fn   func(*testing.T, *bench)
	}{
		{"query language", queries},
		{"unknown words", unknownWords},
		{"looser answers", looser},
		{"order and pages", order},
		{"freshness", freshness},
		{"filters and as of", filters},
		{"facets", facets},
		{"upsert", upsert},
		{"delete", remove},
		{"drop", drop},
		{"durable", durable},
		{"bad input", badInput},
		{"ended", ended},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{t: t, open: open, dir: t.TempDir()}
			b.Engine = open(t, b.dir)
			t.Cleanup(func() {
				if err := b.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			c.fn(t, b)
		})
	}
}

// Now is the clock of the suite.
var now = time.Date(2026, 3, 20, 12, 0, 0, 0, xuanti.Shanghai) // read-only

type bench struct {
	index.Engine
	t    *testing.T
	open Open
	dir  string
}

func (b *bench) put(docs ...index.Doc) {
	b.t.Helper()
	if err := b.Index(context.Background(), docs); err != nil {
		b.t.Fatalf("index: %v", err)
	}
}

func (b *bench) search(q index.Query) index.Result {
	b.t.Helper()
	r, err := b.Search(context.Background(), q)
	if err != nil {
		b.t.Fatalf("search %q: %v", q.Text, err)
	}
	return r
}

// want checks the ids of an answer, in any order.
func (b *bench) want(text string, ids ...string) {
	b.t.Helper()
	got := hitIDs(b.search(index.Query{Text: text, Now: now}))
	slices.Sort(got)
	slices.Sort(ids)
	if !slices.Equal(got, ids) {
		b.t.Errorf("%q: got %v, want %v", text, got, ids)
	}
}

func hitIDs(r index.Result) []string {
	ids := make([]string, len(r.Hits))
	for i, h := range r.Hits {
		ids[i] = h.ID
	}
	return ids
}

// ago is a time before now.
func ago(d time.Duration) time.Time { return now.Add(-d) }

const day = 24 * time.Hour

func corpus() []index.Doc {
	return []index.Doc{
		{ID: "phone", Title: "青鸾折叠屏手机今晚发布", Text: "青鸾公司宣布新款折叠屏手机将于今晚发布，起售价六千元。业内人士认为价格低于预期。",
			Source: "SRC01", Platform: "weibo", Kind: xuanti.ItemEntry, At: ago(2 * time.Hour)},
		{ID: "review", Title: "青鸾折叠屏上手评测：铰链更轻", Text: "我们拿到了青鸾的新手机，铰链的手感有明显进步，电池续航一般。",
			Source: "SRC02", Platform: "rss", Account: "keji-laozhang", Kind: xuanti.ItemArticle, At: ago(3 * day)},
		{ID: "typhoon", Title: "台风“海棠”逼近东南沿海", Text: "气象台发布橙色预警，预计海棠将在周五登陆，沿海多地停课。",
			Source: "SRC03", Platform: "weibo", Kind: xuanti.ItemArticle, At: ago(40 * day)},
		{ID: "car", Title: "新车SU7Ultra赛道成绩公布", Text: "这台车在赛道上刷新了纪录，发动机换成了三台电机。",
			Source: "SRC02", Platform: "rss", Kind: xuanti.ItemPost, Account: "che-ping", At: ago(10 * day)},
		{ID: "opera", Title: "老戏台修缮完工", Text: "镇上的老戏台修缮完工，产品和服务都换了新样子。村民林岫溪说，孩子们又能听戏了。",
			Source: "SRC04", Platform: "rss", Kind: xuanti.ItemArticle, At: ago(70 * day)},
	}
}

func queries(t *testing.T, b *bench) {
	b.put(corpus()...)
	b.want("", "phone", "review", "typhoon", "car", "opera")
	b.want("折叠屏", "phone", "review")
	b.want("青鸾 评测", "review")
	b.want(`"折叠屏手机"`, "phone")
	b.want("折叠屏 -评测", "phone")
	b.want("台风 OR 赛道", "typhoon", "car")
	b.want("(台风 OR 赛道) AND 纪录", "car")
	b.want("title:手机", "phone")
	b.want(`title:"新车su7"`, "car")
	b.want("platform:rss 手机", "review")
	b.want("PLATFORM：WEIBO", "phone", "typhoon")
	b.want("source:src02", "review", "car")
	b.want("account:che-ping", "car")
	b.want("kind:post", "car")
	b.want("last:5d", "phone", "review")
	b.want("after:2026-02-01 before:2026-02-15", "typhoon")
	b.want("su7", "car")
	b.want("ＳＵ７", "car")
	b.want("颱風", "typhoon") // traditional
	b.want("電池續航", "review")
	b.want("戏", "opera") // one character
}

func unknownWords(t *testing.T, b *bench) {
	b.put(corpus()...)
	// Names that no dictionary holds, and stretches that cut across words.
	b.want("林岫溪", "opera")
	b.want("岫溪", "opera")
	b.want(`"岫溪说"`, "opera")
	b.want("青鸾公司", "phone")
	for _, text := range []string{"铰链更轻", "链更", "刷新了纪", "修缮完", "色预警", "售价六"} {
		if r := b.search(index.Query{Text: text}); r.Total == 0 {
			t.Errorf("%q stands in a text but is not found", text)
		}
	}
}

func looser(t *testing.T, b *bench) {
	b.put(corpus()...)
	r := b.search(index.Query{Text: "台风 火星移民 量子咖啡"})
	if r.Relaxed == "" || !slices.Contains(hitIDs(r), "typhoon") {
		t.Errorf("got %v relaxed %v, want typhoon, relaxed", hitIDs(r), r.Relaxed)
	}
	if r := b.search(index.Query{Text: "折叠屏 评测"}); r.Relaxed != "" {
		t.Error("an exact answer is marked as relaxed")
	}
	if r := b.search(index.Query{Text: `"手机折叠屏" platform:weibo`}); r.Relaxed != index.RelaxedAlike || !slices.Contains(hitIDs(r), "phone") {
		t.Errorf("a phrase that nobody wrote: %v relaxed %q", hitIDs(r), r.Relaxed)
	}
	b.want(`"火星移民"`)
	b.want("+台风 +火星移民")       // what must occur is never loosened
	b.want("台风 NOT title:海棠") // nor is an exclusion
}

func order(t *testing.T, b *bench) {
	var docs []index.Doc
	for i := range 60 {
		docs = append(docs, index.Doc{ID: fmt.Sprintf("n%02d", i), Title: fmt.Sprintf("第%d期菜价周报", i), Kind: xuanti.ItemArticle,
			Platform: "rss", At: ago(time.Duration(i/2) * 30 * time.Hour)}) // pairs share a time, months pass
	}
	b.put(docs...)
	var got []string
	for off := 0; off < 60; off += 7 {
		r := b.search(index.Query{Text: "菜价", Sort: index.SortNewest, Limit: 7, Offset: off})
		if r.Total != 60 {
			t.Fatalf("total %d, want 60", r.Total)
		}
		got = append(got, hitIDs(r)...)
	}
	for i, id := range got {
		if want := fmt.Sprintf("n%02d", i); id != want {
			t.Fatalf("place %d: %s, want %s (%v)", i, id, want, got)
		}
	}
	r := b.search(index.Query{Text: "菜价", Sort: index.SortNewest, Limit: 1})
	if !r.Hits[0].At.Equal(now) {
		t.Errorf("At %v, want %v", r.Hits[0].At, now)
	}
	b.put(index.Doc{ID: "best", Title: "菜价", Text: "菜价为何上涨：菜价调查", At: ago(90 * day)})
	r = b.search(index.Query{Text: "菜价"})
	if r.Hits[0].ID != "best" {
		t.Errorf("best match is %v, want best", r.Hits[0])
	}
	for i := 1; i < len(r.Hits); i++ {
		if r.Hits[i].Score > r.Hits[i-1].Score {
			t.Errorf("scores rise at %d", i)
		}
	}
	again := b.search(index.Query{Text: "菜价"})
	if !slices.Equal(hitIDs(r), hitIDs(again)) {
		t.Error("the same query gives another order")
	}
}

func freshness(t *testing.T, b *bench) {
	b.put(index.Doc{ID: "a-old", Title: "樱花季开幕", At: ago(25 * day)}, index.Doc{ID: "b-new", Title: "樱花季开幕", At: ago(time.Hour)},
		index.Doc{ID: "c-off", Title: "公园通告", Text: "樱花", At: ago(time.Minute)})
	r := b.search(index.Query{Text: "樱花季", Now: now})
	if ids := hitIDs(r); ids[0] != "b-new" || ids[1] != "a-old" {
		t.Errorf("got %v, want b-new before a-old", ids)
	}
	explicit := b.search(index.Query{Text: "樱花季 last:30d", Now: now})
	if explicit.Hits[0].Score != explicit.Hits[1].Score {
		t.Errorf("freshness counts although a time filter is set: %v", explicit.Hits)
	}
}

func filters(t *testing.T, b *bench) {
	b.put(corpus()...)
	check := func(q index.Query, want ...string) {
		t.Helper()
		got := hitIDs(b.search(q))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%+v: got %v, want %v", q, got, want)
		}
	}
	check(index.Query{Until: ago(5 * day)}, "typhoon", "car", "opera")
	check(index.Query{Since: ago(2 * time.Hour)}, "phone") // inclusive
	check(index.Query{Until: ago(2 * time.Hour), Since: ago(4 * day)}, "review")
	check(index.Query{Text: "手机", Kinds: []xuanti.ItemKind{xuanti.ItemArticle, xuanti.ItemPost}}, "review")
	check(index.Query{Platforms: []string{"weibo"}, Sources: []string{"SRC01", "SRC02"}}, "phone")
	check(index.Query{Accounts: []string{"che-ping", "keji-laozhang"}}, "car", "review")
	check(index.Query{Text: "-手机 platform:rss", Until: now}, "car", "opera")
	b.put(index.Doc{ID: "ancient", Title: "没有时间的旧稿"})
	check(index.Query{Text: "旧稿"}, "ancient")
	check(index.Query{Text: "旧稿", Since: ago(1000 * day)})
}

func facets(t *testing.T, b *bench) {
	b.put(corpus()...)
	r := b.search(index.Query{Facets: true, Limit: 1})
	if r.Platforms["weibo"] != 2 || r.Platforms["rss"] != 3 || r.Sources["SRC02"] != 2 || r.Days["2026-03-20"] != 1 || len(r.Days) != 5 {
		t.Errorf("facets: %v %v %v", r.Platforms, r.Sources, r.Days)
	}
	r = b.search(index.Query{Text: "折叠屏", Facets: true})
	if r.Platforms["weibo"] != 1 || r.Platforms["rss"] != 1 || len(r.Platforms) != 2 {
		t.Errorf("facets of a query: %v", r.Platforms)
	}
	if r := b.search(index.Query{Text: "折叠屏"}); r.Platforms != nil {
		t.Error("facets without being asked")
	}
}

func upsert(t *testing.T, b *bench) {
	b.put(index.Doc{ID: "x", Title: "初稿：大桥合龙", At: ago(time.Hour)}, index.Doc{ID: "y", Title: "大桥夜景", At: ago(time.Hour)})
	b.put(index.Doc{ID: "x", Title: "定稿：大桥通车", At: ago(time.Hour)})
	b.want("合龙 platform:none")
	b.want("title:合龙 OR title:通车", "x")
	b.put(index.Doc{ID: "x", Title: "更正：大桥通车", At: ago(50 * day)}) // another month
	b.want("大桥", "x", "y")
	if r := b.search(index.Query{Text: "大桥 通车"}); r.Total != 1 || !r.Hits[0].At.Equal(ago(50*day)) {
		t.Errorf("moved document: %+v", r)
	}
	b.put(index.Doc{ID: "z", Title: "一", At: now}, index.Doc{ID: "z", Title: "渡口", At: ago(100 * day)})
	b.want("渡口", "z")
	if s, err := b.Stats(context.Background()); err != nil || s.Docs != 3 {
		t.Errorf("stats %+v, %v; want 3 documents", s, err)
	}
}

func remove(t *testing.T, b *bench) {
	b.put(corpus()...)
	if err := b.Delete(context.Background(), []string{"phone", "typhoon", "phone", "nobody"}); err != nil {
		t.Fatal(err)
	}
	b.want("", "review", "car", "opera")
	b.want("海棠 kind:article")
	if err := b.Delete(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func drop(t *testing.T, b *bench) {
	b.put(corpus()...)
	if err := b.DropBefore(context.Background(), time.Date(2026, 3, 1, 0, 0, 0, 0, xuanti.Shanghai)); err != nil {
		t.Fatal(err)
	}
	b.want("", "phone", "review", "car")
	b.put(corpus()...) // months that were dropped can come back
	b.want("海棠", "typhoon")
}

func durable(t *testing.T, b *bench) {
	b.put(corpus()...)
	before := b.search(index.Query{Text: "手机 发布"})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if _, err := b.Search(context.Background(), index.Query{}); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Errorf("search on a closed engine: %v", err)
	}
	if err := b.Index(context.Background(), corpus()); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Errorf("index on a closed engine: %v", err)
	}
	b.Engine = b.open(t, b.dir)
	after := b.search(index.Query{Text: "手机 发布"})
	if !slices.Equal(hitIDs(before), hitIDs(after)) {
		t.Errorf("after reopening: %v, before: %v", hitIDs(after), hitIDs(before))
	}
	b.want("", "phone", "review", "typhoon", "car", "opera")
	if err := b.Healthy(); err != nil {
		t.Errorf("healthy: %v", err)
	}
}

func badInput(t *testing.T, b *bench) {
	ctx := context.Background()
	for _, q := range []index.Query{{Text: `"没关`}, {Text: "-广告"}, {Sort: "random"}, {Limit: -1}, {Limit: index.MaxLimit + 1}, {Offset: index.MaxOffset + 1}, {Text: "last:3d"}} {
		if _, err := b.Search(ctx, q); xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("%+v: %v, want CodeInvalid", q, err)
		}
	}
	var xe *xuanti.Error
	if _, err := b.Search(ctx, index.Query{Text: `手机 (折叠`}); !errors.As(err, &xe) || xe.Pointer != "char 4" {
		t.Errorf("got %v, want a pointer to char 4", err)
	}
	if err := b.Index(ctx, []index.Doc{{Title: "没有编号"}}); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("document without id: %v", err)
	}
	// Odd bytes and sizes are indexed for what they hold.
	b.put(index.Doc{ID: "odd", Title: "坏\xff字节\x00标题", Text: string(make([]byte, 1000)) + "尾巴", Source: "s\xff", At: now})
	b.want("字节标题", "odd")
	b.want("尾巴", "odd")
}

func ended(t *testing.T, b *bench) {
	b.put(corpus()...)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.Search(ctx, index.Query{Text: "手机"}); xuanti.CodeOf(err) != xuanti.CodeUnavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled search: %v", err)
	}
	if err := b.Index(ctx, corpus()); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Errorf("cancelled index: %v", err)
	}
}
