package server

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
)

func TestImportPages(t *testing.T) {
	s, f := open(t)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("account", "acc1"); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", "后台.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("a,b\n1,2\n")); err != nil {
		t.Fatal(err)
	}
	w.Close()
	r := httptest.NewRequest("POST", "/accounts/import", &form)
	r.Host = "localhost"
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := s.App().Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	where := resp.Header.Get("Location")
	if resp.StatusCode != 303 || !strings.HasPrefix(where, "/accounts/import/new") || !strings.HasSuffix(where, "?account=acc1") {
		t.Fatalf("%d %s", resp.StatusCode, where)
	}
	page := ask(t, s, "GET", where, "")
	for _, want := range []string{"后台.csv", "内容标题", `value="acc1" selected`, `<option value="title" selected>标题`, "10万+", "猜的", "试运行"} {
		if page.status != 200 || !strings.Contains(page.body, want) {
			t.Errorf("%d, the preview lacks %q", page.status, want)
		}
	}
	path, _, _ := strings.Cut(where, "?")
	same := []string{"Accept", "text/html", "Sec-Fetch-Site", "same-origin"}
	if a := ask(t, s, "POST", path, "act=commit&c-A=title", same...); a.status != 422 || !strings.Contains(a.body, "没有指明账号") {
		t.Errorf("without an account: %d", a.status)
	}
	if a := ask(t, s, "POST", path, "act=dry&account=acc1&c-A=title&c-B=read&observed_at=2026-01-02T08:00", same...); a.status != 200 || !strings.Contains(a.body, "新作品 2") || !strings.Contains(a.body, `value="2026-01-02T08:00"`) {
		t.Errorf("dry run: %d", a.status)
	}
	if a := ask(t, s, "POST", path, "act=preview&account=acc1&preset=douyin&was=auto&c-A=read", same...); a.status != 200 || !strings.Contains(a.body, `value="douyin" selected`) {
		t.Errorf("another preset: %d", a.status)
	}
	if a := ask(t, s, "POST", path, "act=commit&observed_at=gestern", same...); a.status != 422 {
		t.Errorf("no time: %d", a.status)
	}
	if a := ask(t, s, "POST", path, "act=commit&account=acc1&c-A=title", same...); a.status != 303 || a.header.Get("Location") != path {
		t.Errorf("commit: %d %s", a.status, a.header.Get("Location"))
	}
	if a := ask(t, s, "GET", path, ""); a.status != 200 || !strings.Contains(a.body, "已导入") || !strings.Contains(a.body, "撤销这次导入") || !strings.Contains(a.body, "第 3 行 B：不是数字") {
		t.Errorf("report: %d", a.status)
	}
	f.imports[len(f.imports)-1].Next = 2
	if a := ask(t, s, "POST", path, "act=undo", same...); a.status != 303 || a.header.Get("Location") != path {
		t.Errorf("undo: %d %s", a.status, a.header.Get("Location"))
	}
	if a := ask(t, s, "GET", path, ""); !strings.Contains(a.body, "已撤销") {
		t.Error("undone, but the page does not say so")
	}
	f.imports[len(f.imports)-1].State = xuanti.ImportRunning
	if a := ask(t, s, "GET", path, ""); !strings.Contains(a.body, "继续") {
		t.Error("an unfinished import cannot be continued")
	}
	if a := ask(t, s, "GET", "/accounts/import/none", "", same...); a.status != 404 {
		t.Errorf("no import: %d", a.status)
	}
	if a := ask(t, s, "GET", "/accounts", ""); !strings.Contains(a.body, path) || !strings.Contains(a.body, `type="file"`) {
		t.Error("the accounts page offers no import")
	}
}

func TestAccountAndPostPages(t *testing.T) {
	s, f := open(t)
	same := []string{"Accept", "text/html", "Sec-Fetch-Site", "same-origin"}
	if a := ask(t, s, "POST", "/accounts/acc1", "name=改了&platform=wechat&followers=123", same...); a.status != 303 || a.header.Get("Location") != "/accounts/acc1?done=saved" {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	if a := ask(t, s, "POST", "/accounts/acc1", "name=&platform=wechat", same...); a.status != 422 || !strings.Contains(a.body, "名称不能为空") {
		t.Errorf("%d", a.status)
	}
	if a := ask(t, s, "GET", "/accounts/acc1", ""); a.status != 200 || !strings.Contains(a.body, `data-chart="counts"`) || !strings.Contains(a.body, `value="改了"`) {
		t.Errorf("%d", a.status)
	}
	var id string
	for _, p := range f.posts {
		if p.Score.Ratio != nil {
			id = p.Item.ID
			break
		}
	}
	a := ask(t, s, "GET", "/posts/"+id, "")
	for _, want := range []string{`data-chart="counts"`, `"counts":[{"name":"阅读"`, "文件导入", "32.1%", "稳健 z", "可信度"} {
		if a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%d, the post lacks %q", a.status, want)
		}
	}
	if strings.Contains(a.body, `"name":"完播完读率"`) {
		t.Error("a share is drawn beside counts")
	}
	if a := ask(t, s, "GET", "/posts/none", "", same...); a.status != 404 {
		t.Errorf("%d", a.status)
	}
}
