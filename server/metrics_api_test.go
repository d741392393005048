package server

import (
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

func TestMetricsScope(t *testing.T) {
	s, _ := guarded(t)
	admin := []string{"Authorization", "Bearer " + adminToken}
	made := decode[struct{ Secret string }](t, ask(t, s, "POST", "/api/v1/tokens", `{"name":"feeder","scopes":["metrics:write"]}`, admin...))
	feeder := []string{"Authorization", "Bearer " + made.Secret}
	body := `{"observations":[{"url":"https://a.example/1","counts":{"read":1,"like":null}}]}`
	if a := ask(t, s, "POST", "/api/v1/metrics", body, append(feeder, "Idempotency-Key", "abc")...); a.status != 200 || decode[engine.MetricsResult](t, a).Added != 3 {
		t.Errorf("push: %d %s", a.status, a.body)
	}
	for _, c := range [][2]string{{"GET", "/api/v1/accounts"}, {"POST", "/api/v1/imports/imp1/undo"}, {"POST", "/api/v1/imports/preview"}} {
		if a := ask(t, s, c[0], c[1], "", feeder...); a.status != 403 {
			t.Errorf("%s %s with metrics:write only: %d", c[0], c[1], a.status)
		}
	}
	reader := decode[struct{ Secret string }](t, ask(t, s, "POST", "/api/v1/tokens", `{"name":"r","scopes":["read"]}`, admin...))
	if a := ask(t, s, "POST", "/api/v1/metrics", body, "Authorization", "Bearer "+reader.Secret); a.status != 403 {
		t.Errorf("push with read only: %d", a.status)
	}
	if a := ask(t, s, "POST", "/api/v1/metrics", body, admin...); a.status != 200 {
		t.Errorf("push as admin: %d", a.status)
	}
	for _, wrong := range []string{`{"observations":[]}`, `{"observations":[{"reads":1}]}`, `{"observations":[` + strings.Repeat(`{},`, 1000) + `{}]}`} {
		if a := ask(t, s, "POST", "/api/v1/metrics", wrong, admin...); a.status != 422 {
			t.Errorf("%.40s: %d %.200s", wrong, a.status, a.body)
		}
	}
}

func TestMetricsImportsAPI(t *testing.T) {
	s, _ := open(t)
	p := decode[engine.ImportPreview](t, ask(t, s, "POST", "/api/v1/imports/preview?name=a.csv&preset=wechat&map=B%3Dread", "a,b\n1,2\n"))
	if p.Import.Name != "a.csv" || p.Plan.Preset != "wechat" || p.Plan.Map["B"] != "read" {
		t.Errorf("%+v", p)
	}
	id := p.Import.ID
	if a := ask(t, s, "POST", "/api/v1/imports/"+id+"/commit", `{}`); a.status != 422 || !strings.Contains(a.body, "/account_id") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if v := decode[engine.ImportView](t, ask(t, s, "POST", "/api/v1/imports/"+id+"/commit", `{"account_id":"acc1","map":{"B":"read"}}`)); v.State != xuanti.ImportDone || v.Created != 1 {
		t.Errorf("%+v", v)
	}
	if v := decode[engine.ImportView](t, ask(t, s, "POST", "/api/v1/imports/"+id+"/undo", "")); v.State != xuanti.ImportUndone {
		t.Errorf("%+v", v)
	}
	if a := ask(t, s, "POST", "/api/v1/imports?kind=metrics&map=B", "a,b\n1,2\n"); a.status != 422 || !strings.Contains(a.body, "query.map") {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, query := range []string{"kind=metrics&account=acc1&dry_run=perhaps", "kind=items&dry_run=true"} {
		if a := ask(t, s, "POST", "/api/v1/imports?"+query, "a,b\n1,2\n"); a.status != 422 || !strings.Contains(a.body, "query.dry_run") {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	if v := decode[engine.ImportView](t, ask(t, s, "POST", "/api/v1/imports?kind=metrics&account=acc1&dry_run=true", "a,b\n1,2\n")); v.State != xuanti.ImportPreview {
		t.Errorf("%+v", v)
	}
	if a := ask(t, s, "GET", "/api/v1/accounts/acc1/followers", ""); a.status != 200 || !strings.Contains(a.body, `"provenance":"manual"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := ask(t, s, "GET", "/api/v1/benchmark-posts/nothing", ""); a.status != 404 {
		t.Errorf("%d", a.status)
	}
}
