package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// backOffice writes a file of n invented posts with a line that is wrong.
func backOffice(t *testing.T, dir string, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\ufeff内容标题,发表时间,总阅读人数,总阅读次数,总分享次数,送达人数,阅读完成率,内容url\r\n")
	day := time.Now().AddDate(0, 0, -160)
	for i := range n {
		fmt.Fprintf(&b, "巷口第%d家小店,%s,%d,\"%d,%03d\",--,20000,61.5%%,https://mp.example.com/s/%d\r\n", i, day.AddDate(0, 0, i%150).Format("20060102"), 900+i%90, 1+i%3, i%900, i)
	}
	b.WriteString("打烊的店,某天,1,1,1,1,1%,\r\n")
	file := filepath.Join(dir, "后台.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestImportMetricsCommand(t *testing.T) {
	dir := t.TempDir()
	file := backOffice(t, dir, 40)
	id, errw, code := run(t, dir, "account", "add", "公众号", "巷口小店", "--group", "本地")
	if id = strings.TrimSpace(id); code != 0 || id == "" {
		t.Fatalf("%d %s", code, errw)
	}
	out, errw, code := run(t, dir, "import", "metrics", file, "--account", id, "--dry-run")
	if code != 3 || !strings.Contains(out, "公众号后台") || !strings.Contains(out, "dry run  rows 41  counts 160  new posts 40  skipped 1  problems 1") || !strings.Contains(errw, "后台.csv:42B:") {
		t.Errorf("dry run: %d\n%s\n%s", code, out, errw)
	}
	if out, _, _ := run(t, dir, "import", "list"); strings.TrimSpace(out) != "" {
		t.Errorf("a dry run is recorded: %s", out)
	}
	out, errw, code = run(t, dir, "import", "metrics", file, "--account", id)
	if code != 3 || !strings.Contains(out, "counts 160  new posts 40") {
		t.Fatalf("%d\n%s\n%s", code, out, errw)
	}
	if _, errw, code := run(t, dir, "import", "metrics", file, "--account", id); code != 1 || !strings.Contains(errw, "imported before") {
		t.Errorf("the same file twice: %d %s", code, errw)
	}
	if _, errw, code := run(t, dir, "import", "metrics", file, "--preset", "weibo"); code != 2 || !strings.Contains(errw, "no such preset") {
		t.Errorf("unknown preset: %d %s", code, errw)
	}
	if out, _, _ := run(t, dir, "account", "list"); !strings.Contains(out, "40 posts") {
		t.Errorf("accounts: %s", out)
	}
	if out, _, code := run(t, dir, "export", "metrics.csv"); code != 0 || strings.Count(out, "\n") != 161 {
		t.Errorf("export: %d, %d lines", code, strings.Count(out, "\n"))
	}
	list, _, _ := run(t, dir, "import", "list")
	if out, errw, code := run(t, dir, "import", "undo", strings.Fields(list)[0]); code != 0 || !strings.Contains(out, "undone") {
		t.Errorf("undo: %d %s %s", code, out, errw)
	}
	if out, _, _ := run(t, dir, "account", "list"); !strings.Contains(out, "0 posts") {
		t.Errorf("after undoing: %s", out)
	}
}

// A kill in the middle of an import leaves whole batches; it is continued
// without counting anything twice, or undone without a trace.
func TestKilledImport(t *testing.T) {
	const n = 6000
	for _, end := range []string{"resume", "undo"} {
		dir := t.TempDir()
		file := backOffice(t, dir, n)
		id, _, _ := run(t, dir, "account", "add", "wechat", "巷口小店")
		p := start(t, dir, "import", "metrics", file, "--account", strings.TrimSpace(id))
		p.errw.wait(t, func(s string) bool { return strings.Count(s, "rows") >= 2 })
		p.kill()
		list, errw, _ := run(t, dir, "import", "list")
		f := strings.Fields(list)
		if len(f) < 4 || f[2] != "running" {
			t.Fatalf("after the kill: %q %s", list, errw)
		}
		if end == "undo" {
			if _, errw, code := run(t, dir, "import", "undo", f[0]); code != 0 {
				t.Fatalf("undo: %s", errw)
			}
			if out, _, _ := run(t, dir, "export", "metrics.csv"); strings.Count(out, "\n") != 1 {
				t.Errorf("%d lines left", strings.Count(out, "\n"))
			}
			continue
		}
		out, errw, code := run(t, dir, "import", "resume", f[0])
		if want := fmt.Sprintf("rows %d  counts %d  new posts %d  skipped 1  problems 1", n+1, 4*n, n); code != 3 || !strings.Contains(out, want) {
			t.Errorf("resume: %d %s, want %s\n%s", code, out, want, lastOf(errw))
		}
		if _, errw, code := run(t, dir, "import", "resume", f[0]); code != 1 || !strings.Contains(errw, "finished") {
			t.Errorf("resumed twice: %d %s", code, errw)
		}
	}
}

func lastOf(s string) string { return s[max(0, len(s)-600):] }

// TestMetricsAPI pushes, uploads, imports and undoes through HTTP.
func TestMetricsAPI(t *testing.T) {
	dir := t.TempDir()
	_, base := serve(t, dir)
	api := base + "/api/v1"
	var acc engine.AccountView
	call(t, "POST", api+"/accounts", map[string]any{"platform": "抖音", "name": "河边小店", "followers": 1200}, &acc)
	if acc.Platform != "douyin" || acc.Followers == nil {
		t.Fatalf("%+v", acc)
	}
	at := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	batch := map[string]any{"observations": []any{
		map[string]any{"account": acc.ID, "title": "夜里的炒粉", "url": "https://v.example.com/1", "published_at": at.AddDate(0, 0, -9), "observed_at": at, "counts": map[string]any{"play": 100000, "like": nil}, "at_least": []string{"play"}},
		map[string]any{"account": acc.ID, "followers": 1300, "observed_at": at.AddDate(0, 0, -1)},
		map[string]any{"url": "https://v.example.com/none", "counts": map[string]any{"play": 1}},
	}}
	var res engine.MetricsResult
	call(t, "POST", api+"/metrics", batch, &res)
	if res.Added != 2 || res.Created != 1 || len(res.Errors) != 1 || res.Errors[0].Pointer != "/observations/2/title" {
		t.Errorf("%+v", res)
	}
	call(t, "POST", api+"/metrics", batch, &res)
	if res.Added != 0 || res.Unchanged != 2 {
		t.Errorf("again: %+v", res)
	}
	var posts engine.Page[engine.PostView]
	get(t, api+"/accounts/"+acc.ID+"/posts", &posts)
	if len(posts.Items) != 1 || len(posts.Items[0].Item.Counts) != 1 || !posts.Items[0].Item.Counts[0].AtLeast {
		t.Fatalf("%+v", posts.Items)
	}
	var detail engine.PostDetail
	get(t, api+"/benchmark-posts/"+posts.Items[0].Item.ID, &detail)
	if len(detail.Metrics) != 1 || detail.Metrics[0].Provenance != "api" {
		t.Errorf("%+v", detail.Metrics)
	}
	var fans engine.Page[engine.MetricView]
	get(t, api+"/accounts/"+acc.ID+"/followers", &fans)
	if len(fans.Items) != 2 || fans.Items[0].Value != 1300 {
		t.Errorf("%+v", fans.Items)
	}

	body, err := os.ReadFile(backOffice(t, dir, 30))
	if err != nil {
		t.Fatal(err)
	}
	var pre engine.ImportPreview
	sendFile(t, api+"/imports/preview?name=a.csv", body, &pre)
	if pre.Preset != "wechat" || pre.Missing != "" || len(pre.Sample) != 10 || pre.Import.Wrong != 1 {
		t.Errorf("%+v", pre)
	}
	call(t, "POST", api+"/imports/"+pre.Import.ID+"/preview", map[string]any{"map": map[string]string{"总阅读次数": "play"}}, &pre)
	if pre.Columns[3].Field != "play" {
		t.Errorf("%+v", pre.Columns)
	}
	var im engine.ImportView
	call(t, "POST", api+"/imports/"+pre.Import.ID+"/commit?dry_run=true", map[string]any{"account_id": acc.ID}, &im)
	if im.State != xuanti.ImportPreview || im.Created != 30 {
		t.Errorf("dry %+v", im)
	}
	call(t, "POST", api+"/imports/"+pre.Import.ID+"/commit", map[string]any{"account_id": acc.ID, "map": map[string]string{"总阅读次数": "play"}}, &im)
	if im.State != xuanti.ImportDone || im.Created != 30 || im.Errors[0].Row != 32 {
		t.Errorf("%+v", im)
	}
	get(t, api+"/accounts/"+acc.ID, &acc)
	if acc.Posts != 31 {
		t.Errorf("%d posts", acc.Posts)
	}
	call(t, "POST", api+"/imports/"+im.ID+"/undo", nil, &im)
	get(t, api+"/accounts/"+acc.ID, &acc)
	if im.State != xuanti.ImportUndone || acc.Posts != 1 {
		t.Errorf("%+v, %d posts", im, acc.Posts)
	}
	sendFile(t, api+"/imports?kind=metrics&name=b.csv&account="+acc.ID+"&map=C%3D-", body, &im)
	if im.State != xuanti.ImportDone || im.Added != 90 {
		t.Errorf("in one step: %+v", im)
	}
}

func sendFile(t *testing.T, url string, body []byte, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", url, resp.StatusCode, b, err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v in %s", url, err, b)
	}
}
