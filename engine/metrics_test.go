package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// peers is an engine with one benchmark account.
func peers(t *testing.T) (*Engine, *xuanti.ManualClock, AccountView) {
	t.Helper()
	e, clock := open(t, t.TempDir(), noon)
	t.Cleanup(func() { shut(t, e) })
	a, err := e.PutAccount(context.Background(), "", AccountInput{Platform: "公众号", Name: "石桥边上", Handle: "gh_bridge", Group: "地方"})
	if err != nil {
		t.Fatal(err)
	}
	if a.Platform != "wechat" {
		t.Errorf("platform %q", a.Platform)
	}
	return e, clock, a
}

func number(n int64) *int64 { return &n }

func push(t *testing.T, e *Engine, key string, rows ...ObservationInput) MetricsResult {
	t.Helper()
	v, err := e.PushMetrics(context.Background(), key, MetricsInput{Observations: rows})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPushedCounts(t *testing.T) {
	e, clock, a := peers(t)
	ctx := context.Background()
	days := func(n int) *time.Time { at := noon.Add(-time.Duration(n) * 24 * time.Hour); return &at }
	old := ObservationInput{Account: a.ID, Title: "老桥修好了", URL: "https://mp.example.com/s/a1", PublishedAt: days(20), ObservedAt: days(1),
		Counts: map[string]*int64{"read": number(100_000), "like": number(0), "comment": nil}, AtLeast: []string{"read"}}
	first := push(t, e, "", old,
		ObservationInput{Account: "石桥边上", Platform: "微信", Title: "今早的集市", PublishedAt: days(0), Counts: map[string]*int64{"read": number(50)}},
		ObservationInput{Account: "gh_bridge", Followers: number(9000), ObservedAt: days(2)},
		ObservationInput{Account: "没有的号", Title: "x", Counts: map[string]*int64{"read": number(1)}},
		ObservationInput{URL: "https://mp.example.com/s/unknown", Counts: map[string]*int64{"read": number(1)}},
		ObservationInput{URL: "https://mp.example.com/s/a1", ObservedAt: days(2), Counts: map[string]*int64{"reads": number(1), "like": number(-1), "share": number(3)}},
		ObservationInput{Account: a.ID, PostID: "p9", Title: "有平台编号", PublishedAt: days(9), Counts: map[string]*int64{"read": number(7)}},
		ObservationInput{ID: "nothing", Counts: map[string]*int64{"read": number(7)}},
		ObservationInput{Account: a.ID, Title: "未来", URL: "https://mp.example.com/s/f", ObservedAt: days(-3), Counts: map[string]*int64{"read": number(7)}},
	)
	var places []string
	for _, w := range first.Errors {
		places = append(places, w.Pointer)
	}
	want := "/observations/3/account /observations/5/counts/like /observations/5/counts/reads /observations/8/observed_at /observations/4/title /observations/7/id"
	if strings.Join(places, " ") != want {
		t.Errorf("errors at %v\n%+v", places, first.Errors)
	}
	if first.Rows != 9 || first.Added != 6 || first.Created != 3 {
		t.Errorf("%+v", first)
	}
	// The same again, also by title instead of by address, changes nothing.
	byTitle := old
	byTitle.URL, byTitle.PublishedAt = "", days(20)
	if again := push(t, e, "", old, byTitle); again.Added != 0 || again.Created != 0 || again.Unchanged != 4 || len(again.Errors) > 0 {
		t.Errorf("again: %+v", again)
	}
	other := old
	other.Counts = map[string]*int64{"read": number(5)}
	if v := push(t, e, "", other); v.Added != 0 || len(v.Errors) != 1 || v.Errors[0].Pointer != "/observations/0/counts/read" {
		t.Errorf("another value at the same time: %+v", v)
	}

	p, err := e.Posts(ctx, PostQuery{AccountID: a.ID, Sort: "recent", Limit: 10})
	if err != nil || len(p.Items) != 3 {
		t.Fatalf("%d posts, %v", len(p.Items), err)
	}
	if it := p.Items[0].Item; it.Title != "今早的集市" || it.EventID == "" {
		t.Errorf("a fresh post should be news: %+v", it)
	}
	if it := p.Items[2].Item; it.EventID != "" || it.SourceName != "接口推送" {
		t.Errorf("an old post is no news: %+v", it)
	}
	d, err := e.Post(ctx, p.Items[2].Item.ID)
	if err != nil || len(d.Metrics) != 3 || d.Metrics[1].Name != "read" || !d.Metrics[1].AtLeast || d.Metrics[1].Provenance != "api" {
		t.Errorf("%+v %v", d.Metrics, err)
	}
	for _, m := range d.Metrics {
		if m.Name == "comment" {
			t.Error("a missing count became a number")
		}
	}
	f, err := e.Followers(ctx, a.ID)
	if err != nil || len(f.Items) != 1 || f.Items[0].Value != 9000 {
		t.Errorf("followers %+v %v", f.Items, err)
	}
	if v, err := e.Account(ctx, a.ID); err != nil || v.Followers == nil || *v.Followers != 9000 {
		t.Errorf("account %+v %v", v, err)
	}

	// Without a time of observation only a key makes a repetition harmless.
	now := ObservationInput{Account: a.ID, Title: "老桥修好了", PublishedAt: days(20), Counts: map[string]*int64{"read": number(8)}}
	k1 := push(t, e, "k1", now)
	clock.Advance(time.Minute)
	if k2 := push(t, e, "k1", now); k1.Added != 1 || k2.Added != 1 {
		t.Errorf("the answers differ: %+v %+v", k1, k2)
	}
	if d, err = e.Post(ctx, d.Item.ID); err != nil || len(d.Metrics) != 4 {
		t.Errorf("a repeated key was counted twice: %d", len(d.Metrics))
	}
	if _, err := e.PushMetrics(ctx, "k1", MetricsInput{Observations: []ObservationInput{old}}); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("the same key for another batch: %v", err)
	}
	if _, err := e.PushMetrics(ctx, "", MetricsInput{Observations: make([]ObservationInput, 1001)}); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("too many rows: %v", err)
	}
}

// exported is a back office's file of n posts, the i-th published i+4 days ago.
func exported(n int) string {
	var b strings.Builder
	b.WriteString("标题,链接,发布时间,阅读,点赞\n")
	for i := range n {
		fmt.Fprintf(&b, "第%d次夜游记,https://mp.example.com/s/n%d,%s,%d,--\n", i, i, noon.Add(-time.Duration(i%150+4)*24*time.Hour).Format("2006-01-02 15:04:05"), 900+i*37%200)
	}
	return b.String()
}

func TestImportPreviewCommitUndo(t *testing.T) {
	e, clock, a := peers(t)
	ctx := context.Background()
	text := exported(30) + "=1+1,https://mp.example.com/s/x,2026-02-01 08:00,10万+,\n坏行,https://mp.example.com/s/y,某日,5,5\n坏格,https://mp.example.com/s/z,2026-02-01 08:00,很多,5\n"
	p, err := e.UploadImport(ctx, "a.csv", strings.NewReader(text), ImportPlan{AccountID: a.ID})
	if err != nil {
		t.Fatal(err)
	}
	if p.Missing != "" || p.Import.State != xuanti.ImportPreview || p.Import.Rows != 33 || p.Import.Wrong != 2 || len(p.Sample) != 10 || len(p.Columns) != 5 || p.Columns[3].Field != "read" {
		t.Errorf("%+v", p)
	}
	dry, err := e.CommitImport(ctx, p.Import.ID, ImportPlan{AccountID: a.ID}, true, nil)
	if err != nil || dry.Created != 32 || dry.Added != 32 || dry.Skipped != 1 || dry.State != xuanti.ImportPreview {
		t.Errorf("dry run %+v %v", dry, err)
	}
	if posts, _ := e.Posts(ctx, PostQuery{AccountID: a.ID}); len(posts.Items) != 0 {
		t.Error("a dry run wrote something")
	}
	if _, err := e.CommitImport(ctx, p.Import.ID, ImportPlan{AccountID: a.ID, Map: map[string]string{"阅读": "-", "点赞": "-"}}, false, nil); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("a plan without counts... %v", err)
	}
	done, err := e.CommitImport(ctx, p.Import.ID, ImportPlan{AccountID: a.ID}, false, nil)
	if err != nil || done.State != xuanti.ImportDone || done.Created != 32 || done.Added != 32 || done.Skipped != 1 || done.Wrong != 2 || done.Errors[0].Row != 33 || done.Errors[0].Column != "C" {
		t.Errorf("%+v %v", done, err)
	}
	if err := e.indexer.drain(ctx); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Minute)
	if s, err := e.Search(ctx, SearchQuery{Text: "夜游记"}); err != nil || s.Total == 0 {
		t.Errorf("imported posts are not found: %v", err)
	}
	posts, err := e.Posts(ctx, PostQuery{AccountID: a.ID, Limit: 1})
	if err != nil || posts.Items[0].Score.Verdict != "viral" || !posts.Items[0].Item.Counts[0].AtLeast || posts.Items[0].Item.EventID != "" {
		t.Errorf("posts are scored anew, 10万+ stays a bound: %+v %v", posts.Items[0], err)
	}
	var csv strings.Builder
	if _, _, err := e.Export(ctx, "metrics.csv", ExportQuery{}, &csv); err != nil || !strings.Contains(csv.String(), "'=1+1") || strings.Contains(csv.String(), ",=1+1") {
		t.Errorf("a formula is exported: %v", err)
	}
	if _, err := e.CommitImport(ctx, p.Import.ID, ImportPlan{}, false, nil); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("imported twice: %v", err)
	}
	if again, err := e.UploadImport(ctx, "b.csv", strings.NewReader(text), ImportPlan{AccountID: a.ID}); err != nil || !strings.Contains(strings.Join(again.Notes, " "), "imported before") {
		t.Errorf("the same file again: %v %v", again.Notes, err)
	}
	again, err := e.UploadImport(ctx, "c.csv", strings.NewReader(text), ImportPlan{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.CommitImport(ctx, again.Import.ID, ImportPlan{AccountID: a.ID}, false, nil); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("the same file for the same account: %v", err)
	}
	if v, err := e.UndoImport(ctx, again.Import.ID); err != nil || v.State != xuanti.ImportUndone {
		t.Errorf("an upload is not forgotten: %+v %v", v, err)
	}
	undone, err := e.UndoImport(ctx, p.Import.ID)
	if err != nil || undone.State != xuanti.ImportUndone {
		t.Errorf("%+v %v", undone, err)
	}
	if posts, _ := e.Posts(ctx, PostQuery{AccountID: a.ID}); len(posts.Items) != 0 {
		t.Errorf("%d posts after undoing", len(posts.Items))
	}
	if s, err := e.Search(ctx, SearchQuery{Text: "夜游记"}); err != nil || s.Total != 0 {
		t.Errorf("undone posts are found: %d %v", s.Total, err)
	}
	if _, err := e.UndoImport(ctx, p.Import.ID); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("undone twice: %v", err)
	}
}

// An import that was cut off after some batches is continued as it was begun,
// or undone; rows are never counted twice.
func TestImportGoesOn(t *testing.T) {
	for _, undo := range []bool{false, true} {
		e, _, a := peers(t)
		ctx := context.Background()
		p, err := e.UploadImport(ctx, "a.csv", strings.NewReader(exported(3*importBatch/2)), ImportPlan{})
		if err != nil {
			t.Fatal(err)
		}
		cut, stop := context.WithCancel(ctx)
		_, err = e.CommitImport(cut, p.Import.ID, ImportPlan{AccountID: a.ID}, false, func(ImportView) { stop() })
		if err == nil {
			t.Fatal("the import did not stop")
		}
		im, err := e.store.Import(ctx, p.Import.ID)
		if err != nil || im.State != xuanti.ImportRunning || im.Next != importBatch || im.Added != importBatch {
			t.Fatalf("%+v %v", im, err)
		}
		if undo {
			if _, err := e.UndoImport(ctx, im.ID); err != nil {
				t.Fatal(err)
			}
			if st, err := e.store.Stats(ctx); err != nil || st.Items != 0 || st.Metrics != 0 {
				t.Errorf("left after undoing: %+v %v", st, err)
			}
			continue
		}
		v, err := e.CommitImport(ctx, im.ID, ImportPlan{Preset: "wechat"}, false, nil)
		if err != nil || v.State != xuanti.ImportDone || v.Added != 3*importBatch/2 || v.Created != 3*importBatch/2 || v.AccountID != a.ID {
			t.Errorf("%+v %v", v, err)
		}
		if st, err := e.store.Stats(ctx); err != nil || st.Metrics != 3*importBatch/2 {
			t.Errorf("%+v %v", st, err)
		}
	}
}

// Counts of a file join the posts that a feed brought, by title and time, and
// undoing the file leaves those posts and the feed's own counts.
func TestImportMeetsFeed(t *testing.T) {
	e, _, a := peers(t)
	ctx := context.Background()
	post := article("feed", "河灯夜游的最后一晚", "灯会照片。", noon.Add(-5*time.Hour))
	post.AccountID, post.Kind, post.Platform = a.ID, xuanti.ItemPost, "wechat"
	post.URL = "https://mp.example.com/s?mid=1&idx=1"
	post.Counts = []xuanti.Count{{Name: "like", Value: 3}}
	e.must(t, batch{at: noon, live: true, items: []xuanti.Item{post}})
	file := "标题,链接,发布时间,阅读,粉丝数\n河灯夜游的最后一晚,https://mp.example.com/s/short,2026-03-10,4321,1.2万\n"
	p, err := e.UploadImport(ctx, "f.csv", strings.NewReader(file), ImportPlan{AccountID: a.ID})
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.CommitImport(ctx, p.Import.ID, ImportPlan{AccountID: a.ID}, false, nil)
	if err != nil || v.Created != 0 || v.Added != 2 || v.Wrong != 0 {
		t.Errorf("%+v %v", v, err)
	}
	if _, err := e.UndoImport(ctx, p.Import.ID); err != nil {
		t.Fatal(err)
	}
	posts, err := e.Posts(ctx, PostQuery{AccountID: a.ID})
	if err != nil || len(posts.Items) != 1 || len(posts.Items[0].Item.Counts) != 1 || posts.Items[0].Item.Counts[0].Name != "like" {
		t.Errorf("%+v %v", posts.Items, err)
	}
	if acc, err := e.Account(ctx, a.ID); err != nil || acc.Followers != nil {
		t.Errorf("followers stay after undoing: %+v %v", acc, err)
	}
}

func TestImportAccountsByColumn(t *testing.T) {
	e, _, a := peers(t)
	ctx := context.Background()
	file := "公众号,标题,链接,发布时间,阅读\n石桥边上,甲,https://mp.example.com/s/1,2026-02-01,5\n别的号,乙,https://mp.example.com/s/2,2026-02-01,5\n,丙,,2026-02-01,5\n"
	p, err := e.UploadImport(ctx, "f.csv", strings.NewReader(file), ImportPlan{})
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(p.Notes, " "); strings.Contains(notes, "no account") {
		t.Errorf("a column says it: %s", notes)
	}
	if other, err := e.PreviewImport(ctx, p.Import.ID, ImportPlan{AccountID: a.ID, Preset: "douyin", Map: map[string]string{"A": "-"}}); err != nil || !strings.Contains(strings.Join(other.Notes, " "), "another platform") {
		t.Errorf("%v %v", other.Notes, err)
	}
	if other, err := e.PreviewImport(ctx, p.Import.ID, ImportPlan{Map: map[string]string{"A": "-"}}); err != nil || !strings.Contains(strings.Join(other.Notes, " "), "no account") {
		t.Errorf("%v %v", other.Notes, err)
	}
	v, err := e.CommitImport(ctx, p.Import.ID, ImportPlan{}, false, nil)
	if err != nil || v.Created != 1 || v.Skipped != 2 || len(v.Errors) != 2 || v.Errors[0].Row != 3 || v.Errors[1].Row != 4 {
		t.Errorf("%+v %v", v, err)
	}
	if posts, err := e.Posts(ctx, PostQuery{AccountID: a.ID}); err != nil || len(posts.Items) != 1 {
		t.Errorf("%d posts %v", len(posts.Items), err)
	}
	for _, bad := range []ImportPlan{{AccountID: "nobody"}, {Zone: "Mars/Base"}, {Preset: "weibo"}, {Map: map[string]string{"没有": "read"}}} {
		p, err := e.UploadImport(ctx, "f.csv", strings.NewReader(file), ImportPlan{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.CommitImport(ctx, p.Import.ID, bad, false, nil); xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// Uploads that nobody imported do not pile up.
func TestUploadsExpire(t *testing.T) {
	e, clock, _ := peers(t)
	ctx := context.Background()
	p, err := e.UploadImport(ctx, "f.csv", strings.NewReader(exported(1)), ImportPlan{})
	if err != nil {
		t.Fatal(err)
	}
	clock.Advance(25 * time.Hour)
	if _, err := e.UploadImport(ctx, "g.csv", strings.NewReader(exported(2)), ImportPlan{}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.PreviewImport(ctx, p.Import.ID, ImportPlan{}); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("an old upload waits: %v", err)
	}
	if _, _, _, ok, err := e.store.Blob(ctx, upload(p.Import.ID)); ok || err != nil {
		t.Errorf("its file is kept: %v", err)
	}
}

func FuzzObservation(f *testing.F) {
	f.Add(`{"url":"https://a.example/1","counts":{"read":1}}`)
	f.Add(`{"account":"石桥","title":"t","published_at":"2026-01-01T00:00:00Z","counts":{"like":-1,"x":null},"at_least":["like"]}`)
	f.Add(`{"followers":-1}`)
	a := xuanti.Account{ID: "a", Name: "石桥", Platform: "wechat"}
	f.Fuzz(func(t *testing.T, raw string) {
		var in ObservationInput
		if json.Unmarshal([]byte(raw), &in) != nil {
			return
		}
		row, wrong := observation(&in, "/observations/0", accountBook{[]xuanti.Account{a}}, noon)
		if row == nil && len(wrong) == 0 {
			t.Fatal("a row is lost without a word")
		}
		if row != nil {
			for _, c := range row.counts {
				if !c.Valid() {
					t.Fatalf("%+v", c)
				}
			}
		}
		for _, w := range wrong {
			if !strings.HasPrefix(w.Pointer, "/observations/0") || w.Detail == "" {
				t.Fatalf("%+v", w)
			}
		}
	})
}
