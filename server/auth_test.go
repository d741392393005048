package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func TestScopes(t *testing.T) {
	s, f := guarded(t)
	f.secrets["xt_read"] = xuanti.Token{Name: "bot", Scopes: []string{"read"}}
	f.secrets["xt_write"] = xuanti.Token{Name: "ops", Scopes: []string{"write"}}
	const profile = `{"name":"x"}`
	for _, c := range []struct {
		token, method, path, body string
		status                    int
	}{
		{"", "GET", "/api/v1/topics", "", 401},
		{"", "GET", "/metrics", "", 401},
		{"", "GET", "/api/v1/stream", "", 401},
		{"", "GET", "/api/v1/exports/items.jsonl", "", 401},
		{"", "POST", "/api/v1/profiles", `{"bad":1}`, 401}, // before validation
		{"", "GET", "/healthz", "", 200},
		{"", "GET", "/readyz", "", 200},
		{"", "GET", "/feeds/k3v9f2m7q8t1.xml", "", 200},
		{"", "GET", "/openapi.json", "", 200},
		{"wrong", "GET", "/api/v1/topics", "", 401},
		{"xt_read", "GET", "/api/v1/topics", "", 200},
		{"xt_read", "POST", "/api/v1/subscriptions/dry-run", `{"name":"x","rule":{"any":["a"]}}`, 200},
		{"xt_read", "POST", "/api/v1/profiles", profile, 403},
		{"xt_read", "POST", "/api/v1/imports?kind=opml", "<opml/>", 403},
		{"xt_write", "POST", "/api/v1/profiles", profile, 201},
		{"xt_write", "GET", "/api/v1/tokens", "", 403},
		{adminToken, "GET", "/api/v1/tokens", "", 200},
		{adminToken, "POST", "/api/v1/profiles", profile, 201},
	} {
		var h []string
		if c.token != "" {
			h = []string{"Authorization", "Bearer " + c.token}
		}
		a := ask(t, s, c.method, c.path, c.body, h...)
		if a.status != c.status {
			t.Errorf("%q %s %s: %d, want %d: %s", c.token, c.method, c.path, a.status, c.status, a.body)
		}
		if c.status == 401 && strings.HasPrefix(c.path, "/api/v1/topics") && !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: no WWW-Authenticate", c.path)
		}
	}
}

func TestTokensAreMadeAndDeleted(t *testing.T) {
	s, _ := guarded(t)
	admin := []string{"Authorization", "Bearer " + adminToken}
	made := decode[struct{ ID, Secret string }](t, ask(t, s, "POST", "/api/v1/tokens", `{"name":"bot","scopes":["read"],"ttl":"720h"}`, admin...))
	bot := []string{"Authorization", "Bearer " + made.Secret}
	if a := ask(t, s, "GET", "/api/v1/topics", "", bot...); a.status != 200 {
		t.Errorf("new token: %d", a.status)
	}
	if a := ask(t, s, "DELETE", "/api/v1/tokens/"+made.ID, "", admin...); a.status != 204 {
		t.Errorf("delete: %d", a.status)
	}
	if a := ask(t, s, "GET", "/api/v1/topics", "", bot...); a.status != 401 {
		t.Errorf("deleted token: %d", a.status)
	}
	for _, body := range []string{`{"name":"bot","scopes":["root"]}`, `{"name":"bot","scopes":["read"],"ttl":"soon"}`, `{"name":"bot","scopes":[]}`} {
		if a := ask(t, s, "POST", "/api/v1/tokens", body, admin...); a.status != 422 {
			t.Errorf("%s: %d", body, a.status)
		}
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	s, _ := guarded(t)
	last := 0
	for range 12 {
		last = ask(t, s, "GET", "/api/v1/topics", "", "Authorization", "Bearer guess").status
	}
	if last != 429 {
		t.Errorf("twelfth guess: %d", last)
	}
}

// Wrong tokens lock nobody out who uses a right one at the same address, and
// still a short one cannot be guessed there.
func TestGoodTokensAreLetInBesideGuesses(t *testing.T) {
	s, f := guarded(t)
	long := "xt_" + strings.Repeat("0123456789abcdef", 3)
	f.secrets[long] = xuanti.Token{Name: "bot", Scopes: []string{"read"}}
	f.secrets["xt_read"] = xuanti.Token{Name: "old bot", Scopes: []string{"read"}}
	get := func(token string) int {
		return ask(t, s, "GET", "/api/v1/topics", "", "Authorization", "Bearer "+token).status
	}
	get(adminToken)
	for i := range 30 {
		get("guess")
		if status := get(strings.Repeat("guess", 10)); i > 5 && status != 429 {
			t.Fatalf("long guess %d: %d", i, status)
		}
	}
	for token, want := range map[string]int{adminToken: 200, long: 200, "xt_read": 429, "guess": 429} {
		if status := get(token); status != want {
			t.Errorf("%s after many guesses: %d, want %d", token, status, want)
		}
	}
	if a := ask(t, s, "POST", "/login", "token="+adminToken); a.status != 303 {
		t.Errorf("the form: %d", a.status)
	}
}

func TestForeignHostsAreRefusedOnLoopback(t *testing.T) {
	s, _ := open(t)
	for host, status := range map[string]int{
		"127.0.0.1:8080": 200, "localhost": 200, "[::1]:8080": 200, "app.localhost:8080": 200,
		"evil.example": 421, "127.0.0.1.evil.example": 421, "192.168.1.5:8080": 421,
	} {
		if a := ask(t, s, "GET", "/api/v1/status", "", "Host", host); a.status != status {
			t.Errorf("%s: %d", host, a.status)
		}
	}
}

func TestForeignSitesCannotPost(t *testing.T) {
	s, _ := open(t)
	const body = "text=午睡舱&status=accepted"
	for _, c := range []struct {
		name    string
		headers []string
		refused bool
	}{
		{"program", nil, false},
		{"same origin", []string{"Sec-Fetch-Site", "same-origin"}, false},
		{"typed address", []string{"Sec-Fetch-Site", "none"}, false},
		{"cross site", []string{"Sec-Fetch-Site", "cross-site"}, true},
		{"sibling site", []string{"Sec-Fetch-Site", "same-site"}, true},
		{"own origin", []string{"Origin", "http://127.0.0.1:8080"}, false},
		{"other port", []string{"Origin", "http://127.0.0.1:9999"}, true},
		{"foreign origin", []string{"Origin", "https://evil.example"}, true},
		{"sandboxed", []string{"Origin", "null"}, true},
	} {
		a := ask(t, s, "POST", "/words/decide", body, c.headers...)
		if (a.status == 403) != c.refused {
			t.Errorf("%s: %d", c.name, a.status)
		}
	}
}

func TestSession(t *testing.T) {
	s, f := guarded(t)
	clock := xuanti.NewManualClock(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	s.sessions.clock = clock
	f.secrets["xt_ops"] = xuanti.Token{ID: "t1", Name: "ops", Scopes: []string{"write"}}

	a := ask(t, s, "GET", "/terms", "", "Accept", "text/html")
	if a.status != 303 || a.header.Get("Location") != "/login?back=%2Fterms" {
		t.Fatalf("anonymous: %d %s", a.status, a.header.Get("Location"))
	}
	if a := ask(t, s, "POST", "/login", "token=nonsense"); a.status != 401 || !strings.Contains(a.body, "令牌无效") {
		t.Errorf("wrong token: %d", a.status)
	}
	a = ask(t, s, "POST", "/login", "token=xt_ops&back=/terms")
	cookie := a.header.Get("Set-Cookie")
	if a.status != 303 || a.header.Get("Location") != "/terms" || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") || strings.Contains(cookie, "xt_ops") {
		t.Fatalf("login: %d %s %s", a.status, a.header.Get("Location"), cookie)
	}
	session := strings.Split(cookie, ";")[0]
	page := ask(t, s, "GET", "/terms", "", "Cookie", session)
	if page.status != 200 || !strings.Contains(page.body, "退出") || !strings.Contains(page.body, "接受</button>") {
		t.Errorf("page: %d", page.status)
	}
	if a := ask(t, s, "POST", "/words/decide", "text=午睡舱&status=accepted", "Cookie", session); a.status != http.StatusForbidden {
		t.Errorf("cookie without origin: %d", a.status)
	}
	if a := ask(t, s, "POST", "/words/decide", "text=午睡舱&status=accepted", "Cookie", session, "Sec-Fetch-Site", "same-origin"); a.status != 303 {
		t.Errorf("own form: %d %s", a.status, a.body)
	}
	clock.Advance(8 * 24 * time.Hour)
	if a := ask(t, s, "GET", "/terms", "", "Cookie", session, "Accept", "text/html"); a.status != 303 {
		t.Errorf("after a week: %d", a.status)
	}
	clock.Advance(-8 * 24 * time.Hour)
	delete(f.secrets, "xt_ops")
	if a := ask(t, s, "GET", "/terms", "", "Cookie", session, "Accept", "text/html"); a.status != 303 {
		t.Errorf("after its token was deleted: %d", a.status)
	}
}

func TestLogout(t *testing.T) {
	s, _ := guarded(t)
	a := ask(t, s, "POST", "/login", "token="+adminToken+"&back=//evil.example/")
	if a.header.Get("Location") != "/" {
		t.Errorf("went to %s", a.header.Get("Location"))
	}
	session := strings.Split(a.header.Get("Set-Cookie"), ";")[0]
	if a := ask(t, s, "POST", "/logout", "", "Cookie", session, "Origin", "http://127.0.0.1:8080"); a.status != 303 {
		t.Errorf("logout: %d", a.status)
	}
	if a := ask(t, s, "GET", "/", "", "Cookie", session, "Accept", "text/html"); a.status != 303 {
		t.Errorf("after logout: %d", a.status)
	}
}

func TestPublicAddressIsThrottled(t *testing.T) {
	s, _ := guarded(t)
	clock := xuanti.NewManualClock(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	s.requests = newLimiter(clock, 1, 3)
	var last answer
	for range 4 {
		last = ask(t, s, "GET", "/healthz", "")
	}
	if last.status != 429 || last.header.Get("Retry-After") == "" {
		t.Errorf("fourth: %d", last.status)
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "/terms?x=1", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "/a//b", "\t/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, back string) {
		got := localPath(back)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n") {
			t.Errorf("%q gives %q", back, got)
		}
	})
}
