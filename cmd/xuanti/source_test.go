package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSourceCommands looks after sources from the command line only.
func TestSourceCommands(t *testing.T) {
	dir := t.TempDir()
	feeds := httptest.NewServer(&feedServer{})
	t.Cleanup(feeds.Close)
	t.Setenv("XUANTI_CRAWLER_ALLOW_PRIVATE", "127.0.0.0/8")
	do := func(code int, args ...string) string {
		t.Helper()
		out, errs, got := run(t, dir, append([]string{"source"}, args...)...)
		if got != code {
			t.Fatalf("source %v: exit %d, want %d\n%s%s", args, got, code, out, errs)
		}
		return out + errs
	}
	wants := func(text string, words ...string) {
		t.Helper()
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("lacks %q: %s", w, text)
			}
		}
	}
	list := filepath.Join(dir, "list.yaml")
	if err := os.WriteFile(list, []byte("sources:\n  - {kind: feed, name: 一号台, url: \""+feeds.URL+"/feed\", group: 测试}\n  - {kind: feed, name: 坏台, url: nowhere}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wants(do(3, "import", list), "2 rows, 1 added or changed, 1 skipped", "row 2")
	line := do(0, "list", "--group", "测试")
	wants(line, "一号台", "new")
	id := strings.Fields(line)[0]
	wants(do(0, "edit", id, "--name", "二号台", "--tag", "甲,乙", "--interval", "10m"), "二号台", "10m0s")
	wants(do(0, "try", id), "成功")
	feeds.Close()
	wants(do(3, "try", id), "失败", "连不上")
	wants(do(0, "pause", id), "paused")
	wants(do(0, "show", id), `"cause": "refused"`, `"tags"`, "甲", "乙")
	out := filepath.Join(dir, "out.opml")
	do(0, "export", out)
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	wants(string(b), "二号台", "测试")
	do(0, "rm", id)
}
