package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

var update = flag.Bool("update", false, "rewrite golden files")

const adminToken = "admin-token-for-tests"

// open is a server on loopback without tokens.
func open(t *testing.T) (*Server, *fake) {
	t.Helper()
	f := newFake()
	return build(t, f, Options{Loopback: true}), f
}

// guarded is a server on a public address.
func guarded(t *testing.T) (*Server, *fake) {
	t.Helper()
	f := newFake()
	return build(t, f, Options{AdminToken: adminToken}), f
}

func build(t *testing.T, f interface {
	engine.Reader
	engine.Writer
	engine.Stream
}, o Options) *Server {
	t.Helper()
	o.Reader, o.Writer, o.Stream = f, f, f
	u, err := sharedUI()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(o, u)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sharedUI parses the templates once for all tests.
var sharedUI = sync.OnceValues(ui.New)

type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request. headers are name, value pairs; a body beginning with {
// is JSON, any other is a form.
func ask(t *testing.T, s *Server, method, path, body string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:8080"
	switch {
	case body == "":
	case strings.HasPrefix(body, "{"):
		r.Header.Set("Content-Type", "application/json")
	default:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.App().Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(b)}
}

func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v in %.300s", err, a.body)
	}
	return v
}

func TestNewRefusesAnOpenPublicAddress(t *testing.T) {
	f := newFake()
	for name, o := range map[string]Options{
		"no token":       {},
		"public base":    {Loopback: true, BaseURL: "https://xuanti.example"},
		"bad base":       {Loopback: true, BaseURL: "xuanti"},
		"unknown scope":  {AdminToken: "x", Anonymous: []string{"root"}},
		"missing engine": {Loopback: true, Reader: nil},
	} {
		if name != "missing engine" {
			o.Reader, o.Writer, o.Stream = f, f, f
		}
		if _, err := New(o); xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOpenAPIGolden(t *testing.T) {
	s, _ := open(t)
	a := ask(t, s, "GET", "/openapi.json", "")
	const file = "testdata/openapi.json"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(a.body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(a.body)) {
		t.Error("the API changed; look at the difference and run go test ./server -run OpenAPI -update")
	}
	doc := decode[struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}](t, a)
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("version %s", doc.OpenAPI)
	}
	for _, path := range strings.Fields(`topics topics/{id} events events/{id} scorecard terms words words/decide boards boards/{id} boards/{id}/history
		items items/{id} search profiles profiles/{id} suggestions suggestions/{id}/decision accounts accounts/{id} accounts/{id}/posts benchmark-posts
		subscriptions subscriptions/dry-run subscriptions/{id} subscriptions/{id}/matches channels channels/{id} channels/{id}/test deliveries
		deliveries/{id}/retry digests/{date} sources sources/{id} sources/{id}/poll sources/preview imports exports/{name} tokens tokens/{id} status stream`) {
		if doc.Paths["/api/v1/"+path] == nil {
			t.Errorf("no %s", path)
		}
	}
}

// What may be missing is left out: the description of an object does not allow
// null, so a pointer to one has to be optional.
func TestNoNullForObjects(t *testing.T) {
	s, _ := open(t)
	schemas := s.api.OpenAPI().Components.Schemas
	for name := range schemas.Map() {
		typ := schemas.TypeFromRef("#/components/schemas/" + name)
		if typ == nil || typ.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(typ) {
			tag := f.Tag.Get("json")
			if tag == "" || tag == "-" || strings.Contains(tag, ",omitempty") || f.Type.Kind() != reflect.Pointer {
				continue
			}
			if e := f.Type.Elem(); e.Kind() == reflect.Struct && e != reflect.TypeFor[time.Time]() {
				t.Errorf("%s.%s can be null, its description cannot", name, f.Name)
			}
		}
	}
}

func TestEveryListAnswersItemsCursorAndTime(t *testing.T) {
	s, _ := open(t)
	for _, path := range strings.Fields(`topics events terms words boards boards/weibo/history items profiles suggestions?profile=city accounts accounts/acc1/posts
		benchmark-posts subscriptions subscriptions/sub1/matches channels deliveries sources imports tokens search?q=不存在的词`) {
		a := ask(t, s, "GET", "/api/v1/"+path, "")
		if a.status != 200 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
			continue
		}
		v := decode[struct {
			Items  *[]json.RawMessage `json:"items"`
			Cursor *string            `json:"next_cursor"`
			AsOf   *string            `json:"as_of"`
		}](t, a)
		if v.Items == nil || v.Cursor == nil || v.AsOf == nil || *v.AsOf != "2026-11-23T07:30:00Z" {
			t.Errorf("%s: incomplete: %.200s", path, a.body)
		}
	}
}

func TestCursorWalksTheWholeList(t *testing.T) {
	s, f := open(t)
	seen := map[string]bool{}
	path := "/api/v1/topics?limit=5"
	for range 10 {
		p := decode[engine.Page[engine.TopicView]](t, ask(t, s, "GET", path, ""))
		for _, v := range p.Items {
			if seen[v.ID] {
				t.Errorf("%s twice", v.ID)
			}
			seen[v.ID] = true
		}
		if p.NextCursor == "" {
			break
		}
		path = "/api/v1/topics?limit=5&cursor=" + p.NextCursor
	}
	if len(seen) != len(f.topics) {
		t.Errorf("saw %d of %d", len(seen), len(f.topics))
	}
}

// broken fails in the ways an engine must not, but might.
type broken struct{ *fake }

func (broken) Topic(context.Context, string) (engine.TopicDetail, error) { panic("a bug") }
func (broken) Item(context.Context, string) (engine.ItemView, error) {
	return engine.ItemView{}, errors.New("open /var/secret/place: denied")
}
func (broken) Event(ctx context.Context, _ string) (engine.EventDetail, error) {
	<-ctx.Done()
	return engine.EventDetail{}, ctx.Err()
}

func TestProblems(t *testing.T) {
	f := newFake()
	s := build(t, broken{f}, Options{Loopback: true, RequestTimeout: 1})
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		code, pointer            string
	}{
		{"not found", "GET", "/api/v1/profiles/none", "", 404, "not_found", ""},
		{"no such route", "GET", "/api/v1/none", "", 404, "not_found", ""},
		{"wrong method", "PUT", "/api/v1/topics/x", "", 405, "not_found", ""},
		{"limit", "GET", "/api/v1/topics?limit=101", "", 422, "invalid", "query.limit"},
		{"unknown parameter", "GET", "/api/v1/topics?limits=1", "", 422, "invalid", "query.limits"},
		{"unknown field", "POST", "/api/v1/profiles", `{"name":"x","colour":"red"}`, 422, "invalid", "/colour"},
		{"nested unknown field", "POST", "/api/v1/subscriptions", `{"name":"x","rule":{"any":["a"],"nope":1}}`, 422, "invalid", "/rule/nope"},
		{"wrong type", "POST", "/api/v1/profiles", `{"name":7}`, 422, "invalid", "/name"},
		{"no JSON", "POST", "/api/v1/profiles", `{"name":`, 400, "invalid", ""},
		{"engine says invalid", "POST", "/api/v1/sources", `{"url":"ftp"}`, 422, "invalid", "/url"},
		{"query error", "GET", "/api/v1/search?q=a(b", "", 422, "invalid", "char 2"},
		{"kind of import", "POST", "/api/v1/imports?kind=xml", "x", 422, "invalid", "query.kind"},
		{"no profile", "GET", "/api/v1/suggestions", "", 422, "invalid", "query.profile"},
		{"panic", "GET", "/api/v1/topics/x", "", 500, "internal", ""},
		{"hidden cause", "GET", "/api/v1/items/x", "", 500, "internal", ""},
		{"too slow", "GET", "/api/v1/events/x", "", 503, "unavailable", ""},
	} {
		a := ask(t, s, c.method, c.path, c.body, "Accept-Language", "en", "X-Request-Id", "req-7")
		p := decode[Problem](t, a)
		if a.status != c.status || p.Status != c.status || p.Code != c.code {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
		if ct := a.header.Get("Content-Type"); ct != problemType {
			t.Errorf("%s: content type %s", c.name, ct)
		}
		if p.RequestID != "req-7" || p.Title == "" || p.Detail == "" || !strings.HasPrefix(p.Instance, "/api/v1/") {
			t.Errorf("%s: incomplete %s", c.name, a.body)
		}
		if allow := a.header.Get("Allow"); (c.status == 405) != strings.Contains(allow, "GET") {
			t.Errorf("%s: allow %q", c.name, allow)
		}
		if c.pointer != "" && (len(p.Errors) == 0 || p.Errors[0].Pointer != c.pointer) {
			t.Errorf("%s: errors %+v", c.name, p.Errors)
		}
		if strings.Contains(a.body, "secret") || strings.Contains(a.body, "a bug") {
			t.Errorf("%s: leaks %s", c.name, a.body)
		}
	}
}

func TestProblemLanguage(t *testing.T) {
	s, _ := open(t)
	for lang, title := range map[string]string{"": "没有找到", "zh-CN,en;q=0.5": "没有找到", "en-US,en;q=0.9,zh;q=0.2": "Not found", "fr": "没有找到"} {
		if p := decode[Problem](t, ask(t, s, "GET", "/api/v1/items/none", "", "Accept-Language", lang)); p.Title != title {
			t.Errorf("%q: %s", lang, p.Title)
		}
	}
}

func TestETagLeavesOutAsOf(t *testing.T) {
	s, f := open(t)
	a := ask(t, s, "GET", "/api/v1/topics", "")
	tag := a.header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) {
		t.Fatalf("tag %q", tag)
	}
	f.now = f.now.Add(1e9)
	b := ask(t, s, "GET", "/api/v1/topics", "", "If-None-Match", `"other", `+tag)
	if b.status != 304 || b.body != "" {
		t.Errorf("later: %d %.60s", b.status, b.body)
	}
	f.topics[0].Heat = 12
	f.topics[0].TopicView.Heat = 12
	if c := ask(t, s, "GET", "/api/v1/topics", "", "If-None-Match", tag); c.status != 200 {
		t.Errorf("changed: %d", c.status)
	}
}

func TestReadOnlyRefusesEveryChange(t *testing.T) {
	s, f := open(t)
	f.readOnly = true
	for path, body := range map[string]string{
		"profiles": `{"name":"x"}`, "sources": `{"url":"https://a.example/feed"}`, "accounts": `{"platform":"weibo","name":"x"}`, "words/decide": `{"text":"午睡舱","status":"accepted"}`,
		"subscriptions": `{"name":"x","rule":{"any":["a"]}}`, "channels": `{"name":"x","url":"https://a.example"}`, "channels/ch1/test": "", "deliveries/d2/retry": "",
		"sources/weibo/poll": "", "tokens": `{"name":"x","scopes":["read"]}`, "suggestions/sug1/decision": `{"profile_id":"city","status":"accepted"}`, "imports?kind=opml": "<opml/>",
	} {
		if a := ask(t, s, "POST", "/api/v1/"+path, body); a.status != 409 || decode[Problem](t, a).Code != "conflict" {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	page := ask(t, s, "GET", "/suggestions", "")
	if !strings.Contains(page.body, "回看模式") || strings.Contains(page.body, "采纳</button>") {
		t.Error("the page does not say so")
	}
}

func BenchmarkNew(b *testing.B) {
	f := newFake()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(Options{Reader: f, Writer: f, Stream: f, Loopback: true}); err != nil {
			b.Fatal(err)
		}
	}
}
