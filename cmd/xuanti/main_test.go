package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/xuanti/xuanti/alert"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/engine"
)

// asProgram makes the test binary run as xuanti itself, so that tests can kill
// a real process.
const asProgram = "XUANTI_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		if err := os.Unsetenv(asProgram); err != nil {
			panic(err)
		}
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program is a running xuanti.
type program struct {
	cmd  *exec.Cmd
	errw *lines
	done chan error
}

// lines keeps what a program prints and lets a test wait for something.
type lines struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	wake chan struct{}
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.buf.Write(p)
	close(l.wake)
	l.wake = make(chan struct{})
	return n, err
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *lines) wait(t *testing.T, what func(string) bool) string {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	for {
		l.mu.Lock()
		s, wake := l.buf.String(), l.wake
		l.mu.Unlock()
		if what(s) {
			return s
		}
		select {
		case <-wake:
		case <-deadline:
			t.Fatalf("the program never said it; it said:\n%s", s)
		}
	}
}

func command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = []string{asProgram + "=1", "HOME=" + dir, "TMPDIR=" + os.TempDir(), "XUANTI_DATA=" + filepath.Join(dir, "data"),
		"XUANTI_CRAWLER_ALLOW_PRIVATE=127.0.0.0/8", "XUANTI_CRAWLER_HOST_GAP=1ms", "XUANTI_SOURCES_BUILTIN=false"}
	cmd.Dir = dir
	return cmd
}

func start(t *testing.T, dir string, args ...string) *program {
	t.Helper()
	p := &program{cmd: command(context.Background(), dir, args...), errw: &lines{wake: make(chan struct{})}, done: make(chan error, 1)}
	p.cmd.Stdout, p.cmd.Stderr = io.Discard, p.errw
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(p.kill)
	return p
}

// kill is kill -9.
func (p *program) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Signal(syscall.SIGKILL)
		<-p.done
		p.done <- nil
	}
}

// run runs a command to its end and returns what it printed.
func run(t *testing.T, dir string, args ...string) (string, string, int) {
	t.Helper()
	cmd := command(t.Context(), dir, args...)
	var out, errw bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errw
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errw.String(), cmd.ProcessState.ExitCode()
}

// archive writes n rows of invented articles.
func archive(t *testing.T, file string, n int) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	base := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	cities := []string{"澜江", "云湖", "望川", "石桥", "北屏", "南渡", "松坪"}
	news := []string{"夜市恢复营业", "新图书馆开放预约", "公交线路调整", "樱花节开幕", "老厂房改成书店", "马拉松报名启动", "旧小区加装电梯", "湿地迎来候鸟"}
	for i := range n {
		c, k := cities[i%len(cities)], news[(i/len(cities))%len(news)]
		if err := enc.Encode(map[string]any{"ts": base.Add(time.Duration(i) * 3 * time.Minute).Format(time.RFC3339), "source": fmt.Sprintf("s%d", i%9), "id": fmt.Sprint(i),
			"title": fmt.Sprintf("%s%s，第%d次统计有%d人参加", c, k, i/56+1, 200+i), "text": strings.Repeat(c+k+"，现场人员介绍了安排和路线。", 2+i%4) + fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// A killed import, repeated, gives what an undisturbed one gives.
func TestKillDuringImport(t *testing.T) {
	const n = 3000
	dir := t.TempDir()
	file := filepath.Join(dir, "rows.jsonl")
	archive(t, file, n)
	for range 3 {
		p := start(t, dir, "import", file)
		p.errw.wait(t, func(s string) bool { return strings.Contains(s, "rows/s") })
		p.kill()
	}
	out, errw, code := run(t, dir, "import", file)
	if code != 0 || !strings.Contains(out, fmt.Sprintf("rows %d", n)) {
		t.Fatalf("exit %d\n%s\n%s", code, out, errw)
	}
	if out, _, code := run(t, dir, "import", "list"); code != 0 || strings.Count(out, "\n") != 1 || !strings.Contains(out, fmt.Sprintf("%d rows", n)) {
		t.Errorf("the one import that came to its end should be in the list: %d\n%s", code, out)
	}
	out, errw, code = run(t, dir, "export", "items.jsonl")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errw)
	}
	seen := map[string]int{}
	for line := range strings.Lines(out) {
		var row struct {
			ID      string `json:"id"`
			EventID string `json:"event_id"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if row.EventID == "" {
			t.Errorf("item %s has no event", row.ID)
		}
		seen[row.ID]++
	}
	if len(seen) != n {
		t.Errorf("%d of %d items are there", len(seen), n)
	}
	for id, k := range seen {
		if k != 1 {
			t.Errorf("item %s is there %d times", id, k)
		}
	}
	out, errw, code = run(t, dir, "search", "湿地 候鸟")
	if code != 0 || strings.HasPrefix(out, "0 results") {
		t.Errorf("search after the kills: exit %d %s %s", code, out, errw)
	}
}

// receiver is a webhook receiver that checks signatures and can be told to
// keep a sender waiting.
type receiver struct {
	mu      sync.Mutex
	secret  string
	seen    map[string]int // acknowledged messages by id
	bad     []string
	arrived chan string
	hold    chan struct{} // not nil: take messages and never acknowledge them
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	id := req.Header.Get("Webhook-Id")
	var sec int64
	_, scanErr := fmt.Sscan(req.Header.Get("Webhook-Timestamp"), &sec)
	r.mu.Lock()
	want, signErr := alert.Sign(r.secret, id, time.Unix(sec, 0), body)
	hold := r.hold
	r.mu.Unlock()
	if scanErr != nil || signErr != nil || req.Header.Get("Webhook-Signature") != want {
		r.mu.Lock()
		r.bad = append(r.bad, id)
		r.mu.Unlock()
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	select {
	case r.arrived <- id:
	default:
	}
	if hold != nil {
		select {
		case <-hold:
		case <-req.Context().Done():
		}
		return // whoever waited for this answer is dead
	}
	r.mu.Lock()
	r.seen[id]++
	r.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// feedServer serves a feed that the test fills.
type feedServer struct {
	mu    sync.Mutex
	items []string
}

func (f *feedServer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	now := time.Now().UTC().Format(time.RFC1123Z)
	fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>测试源</title><link>http://example.test/</link><description>d</description>`)
	for i, t := range f.items {
		fmt.Fprintf(w, `<item><title>%s</title><link>http://example.test/%d</link><guid>g%d</guid><pubDate>%s</pubDate><description>%s的报道。</description></item>`, t, i, i, now, t)
	}
	fmt.Fprint(w, `</channel></rss>`)
}

func get(t *testing.T, url string, into any) {
	t.Helper()
	call(t, http.MethodGet, url, nil, into)
}

func call(t *testing.T, method, url string, body, into any) {
	t.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %s", method, url, resp.Status, b)
	}
	if into != nil {
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatalf("%s: %v in %s", url, err, b)
		}
	}
}

// serve starts a server on a free port and returns its address once it is ready.
func serve(t *testing.T, dir string, args ...string) (*program, string) {
	t.Helper()
	p := start(t, dir, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	s := p.errw.wait(t, func(s string) bool { return strings.Contains(s, "http://127.0.0.1:") })
	i := strings.Index(s, "http://127.0.0.1:")
	url := strings.FieldsFunc(s[i:], func(r rune) bool { return r == ' ' || r == '\n' })[0]
	var ready map[string]any
	get(t, url+"/readyz", &ready)
	return p, url
}

// A server that is killed while it delivers sends everything in the end, and
// repeats only what was never acknowledged.
func TestKillDuringDelivery(t *testing.T) {
	dir := t.TempDir()
	rec := &receiver{seen: map[string]int{}, arrived: make(chan string, 64)}
	hook := httptest.NewServer(rec)
	defer hook.Close()
	feed := &feedServer{}
	feeds := httptest.NewServer(feed)
	defer feeds.Close()

	p, url := serve(t, dir)
	var ch engine.ChannelView
	call(t, http.MethodPost, url+"/api/v1/channels", engine.ChannelInput{Name: "群", URL: hook.URL}, &ch)
	rec.mu.Lock()
	rec.secret = ch.Secret
	rec.mu.Unlock()
	call(t, http.MethodPost, url+"/api/v1/subscriptions", map[string]any{"name": "召回", "rule": map[string]any{"any": []string{"召回", "开园", "停运", "夺冠"}}, "channels": []string{ch.ID}}, nil)
	var src engine.SourceView
	call(t, http.MethodPost, url+"/api/v1/sources", engine.SourceInput{Kind: "feed", Name: "测试源", URL: feeds.URL + "/feed", Interval: "1m"}, &src)

	add := func(titles ...string) {
		feed.mu.Lock()
		feed.items = append(feed.items, titles...)
		feed.mu.Unlock()
	}
	poll := func(url string) { call(t, http.MethodPost, url+"/api/v1/sources/"+src.ID+"/poll", nil, nil) }

	// One message goes through; the next ones hang at the receiver when the
	// server is killed.
	add("青岚汽车召回三万辆新能源车")
	poll(url)
	first := <-rec.arrived
	waitFor(t, rec, func() bool { return rec.seen[first] == 1 })
	settled(t, url, 1)
	hold := make(chan struct{})
	rec.mu.Lock()
	rec.hold = hold
	rec.mu.Unlock()
	add("澜江湿地公园周六开园迎客", "云湖轮渡因大风全线停运", "望川女排五局苦战夺冠")
	poll(url)
	<-rec.arrived
	p.kill()
	close(hold)
	rec.mu.Lock()
	rec.hold = nil
	rec.seen = map[string]int{first: 1}
	rec.mu.Unlock()

	_, url = serve(t, dir)
	var matches engine.Page[engine.MatchView]
	var subs engine.Page[engine.SubscriptionView]
	get(t, url+"/api/v1/subscriptions", &subs)
	get(t, url+"/api/v1/subscriptions/"+subs.Items[0].ID+"/matches", &matches)
	if len(matches.Items) != 4 {
		t.Fatalf("want 4 alerts, got %d", len(matches.Items))
	}
	// A lease of the killed process runs out before its messages go again.
	waitFor(t, rec, func() bool { return len(rec.seen) == 4 })
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for id, n := range rec.seen {
		if n != 1 {
			t.Errorf("message %s was acknowledged %d times", id, n)
		}
	}
	if len(rec.bad) > 0 {
		t.Errorf("bad signatures: %v", rec.bad)
	}
}

// settled waits until the server has recorded that so many messages arrived.
func settled(t *testing.T, url string, want int) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		var ds engine.Page[engine.DeliveryView]
		get(t, url+"/api/v1/deliveries?state=delivered", &ds)
		if len(ds.Items) == want {
			return
		}
		pause(t)
	}
	t.Fatalf("the server never recorded %d deliveries", want)
}

func waitFor(t *testing.T, r *receiver, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(4 * time.Minute)
	for time.Now().Before(deadline) {
		r.mu.Lock()
		yes := ok()
		r.mu.Unlock()
		if yes {
			return
		}
		pause(t)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.Fatalf("it never happened; acknowledged: %v", r.seen)
}

// pause lets another process work; the loops around it end on what they wait
// for, not on the time.
func pause(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(20 * time.Millisecond):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	serve(t, dir)
	_, errw, code := run(t, dir, "search", "x")
	if code != 4 || !strings.Contains(errw, filepath.Join(dir, "data")) {
		t.Errorf("exit %d: %s", code, errw)
	}
}

func TestErrorsSayWhere(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.yaml"), []byte("listen: 127.0.0.1:0\ncrawler:\n  wrokers: 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := func(want string, code int, args ...string) {
		t.Helper()
		_, errw, got := run(t, dir, args...)
		if got != code || !strings.Contains(errw, want) {
			t.Errorf("%v: exit %d, want %d; %s", args, got, code, errw)
		}
	}
	f("x.yaml:3", 2, "check-config", "--config", "x.yaml")
	f("XUANTI_ADMIN_TOKEN", 2, "serve", "--listen", "0.0.0.0:0")
	f("holds no data yet", 2, "serve", "--at", "2026-01-01")
	for _, args := range [][]string{{"words", "list"}, {"search", "渡口"}, {"scorecard"}, {"events", "log"}, {"topics", "pin", "x"}, {"export", "topics.csv"}, {"digest"}} {
		f("holds no data yet", 2, append(args, "--data", "nowhere")...)
	}
	if _, err := os.Stat(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a question made a data folder")
	}
	f("cannot be read", 2, "replay", "missing.jsonl")
	f("char", 2, "search", "标题 AND (")
	out, _, code := run(t, dir, "check-config")
	if code != 0 || !strings.Contains(out, "listen: 127.0.0.1:8080") {
		t.Errorf("exit %d: %s", code, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "bad.jsonl"), []byte("{\"ts\":\"2026-01-01T00:00:00Z\",\"source\":\"s\",\"title\":\"好的一行\"}\nnope\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errw, code := run(t, dir, "replay", "bad.jsonl")
	if code != 3 || !strings.Contains(errw, "bad.jsonl:2") || !strings.Contains(out, "items 1") {
		t.Errorf("exit %d\n%s\n%s", code, out, errw)
	}
}

func TestBrokenDataFolders(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(dir, "data", "xuanti.db")
	if err := os.WriteFile(db, bytes.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errw, code := run(t, dir, "search", "x")
	if code != 5 || !strings.Contains(errw, db) {
		t.Errorf("exit %d: %s", code, errw)
	}
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "rows.jsonl")
	archive(t, file, 60)
	if _, errw, code := run(t, dir, "import", file); code != 0 {
		t.Fatalf("exit %d: %s", code, errw)
	}
	// Damage the index; the store rebuilds it.
	err := filepath.WalkDir(filepath.Join(dir, "data", "index"), func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "root.bolt") {
			return os.WriteFile(path, []byte("damaged"), 0o600)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, errw, code = run(t, dir, "search", "湿地")
	if code != 5 || !strings.Contains(errw, "xuanti reindex") {
		t.Errorf("a damaged index: exit %d: %s", code, errw)
	}
	if _, errw, code = run(t, dir, "reindex"); code != 0 {
		t.Fatalf("reindex: exit %d: %s", code, errw)
	}
	out, _, code := run(t, dir, "search", "夜市")
	if code != 0 || strings.HasPrefix(out, "0 results") {
		t.Errorf("after reindex: exit %d %s", code, out)
	}
}

func TestDefaultsAreDocumented(t *testing.T) {
	cfg := config.Default()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{cfg.Listen, cfg.Data, "go run ./cmd/xuanti serve --demo", "go test ./..."} {
		if !strings.Contains(string(readme), want) {
			t.Errorf("README.md does not mention %s", want)
		}
	}
}

func TestScorecardCommand(t *testing.T) {
	dir := t.TempDir()
	if _, errs, code := run(t, dir, "source", "list"); code != 0 { // makes the folder
		t.Fatalf("%d %s", code, errs)
	}
	if out, errs, code := run(t, dir, "scorecard"); code != 0 || !strings.Contains(out, "还没有成绩单") {
		t.Errorf("an empty store: %d %s %s", code, out, errs)
	}
	var rows strings.Builder
	start := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	for h := range 60 {
		for r := 1; r <= 15; r++ {
			fmt.Fprintf(&rows, `{"ts":"%s","platform":"weibo","rank":%d,"title":"第%d号灯塔开放参观","url":"https://w.example/%d"}`+"\n", start.Add(time.Duration(h)*time.Hour).Format(time.RFC3339), r, h+r, h+r)
		}
	}
	file := filepath.Join(dir, "rows.jsonl")
	if err := os.WriteFile(file, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := run(t, dir, "replay", file); code != 0 {
		t.Fatal(errs)
	}
	out, errs, code := run(t, dir, "scorecard", "--date", "2026-01-06")
	if code != 0 || !strings.Contains(out, "2026-01-06") || !strings.Contains(out, "listed_1h  360") || !strings.Contains(out, "号灯塔") {
		t.Errorf("%d %s\n%s", code, errs, out)
	}
	if _, errs, code := run(t, dir, "scorecard", "--date", "2020-01-01"); code == 0 || !strings.Contains(errs, "2020-01-01") {
		t.Errorf("a day without a scorecard: %d %s", code, errs)
	}
}
