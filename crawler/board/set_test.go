package board

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

const smallBoard = "id: ID\nname: 小城热榜\nhome: https://town.example/\nendpoints:\n  - adapter: main\n    url: https://town.example/list\n    format: json\n    items: data\n    fields: {title: t, url: u}\n"

func writeBoard(t *testing.T, dir, file, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestLoad: the data folder adds and replaces boards; whatever is wrong
// with one file is named with its line and costs nothing else.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	small := func(id string) string { return strings.Replace(smallBoard, "ID", id, 1) }
	writeBoard(t, dir, "a-town.yaml", small("town"))
	writeBoard(t, dir, "b-again.yml", small("town"))
	writeBoard(t, dir, "broken.yaml", strings.Replace(small("broken"), "items: data", "items: data[", 1))
	writeBoard(t, dir, "no-yaml.yaml", "id: x\n\tname: tab\n")
	writeBoard(t, dir, "big.yaml", "# "+strings.Repeat("x", maxSpec))
	writeBoard(t, dir, "weibo.yaml", small("weibo"))
	writeBoard(t, dir, "notes.txt", "not a board")
	writeBoard(t, dir, ".hidden.yaml", "not a board")
	set := Load(dir)
	if got, want := len(set.All()), len(Builtin().All())+1; got != want {
		t.Errorf("%d boards, want %d", got, want)
	}
	town, err := set.Board("town")
	if err != nil || town.Overrides || town.File != filepath.Join(dir, "a-town.yaml") {
		t.Errorf("the new board: %+v, %v", town, err)
	}
	weibo, err := set.Board("weibo")
	if err != nil || !weibo.Overrides || weibo.Name != "小城热榜" {
		t.Errorf("the replaced board: %+v, %v", weibo, err)
	}
	if b := builtin(t, "weibo"); b.Overrides || b.File != "" || b.Name != "微博热搜" {
		t.Errorf("the built-in board was changed: %+v", b)
	}
	said := map[string]bool{}
	for _, p := range set.Problems {
		if xuanti.CodeOf(p) != xuanti.CodeInvalid {
			t.Errorf("code %s: %v", xuanti.CodeOf(p), p)
		}
		for _, want := range []string{"broken.yaml:8: ", "no-yaml.yaml:2: ", "big.yaml", "b-again.yml:1: "} {
			if strings.Contains(p.Error(), filepath.Join(dir, want)) {
				said[want] = true
			}
		}
	}
	if len(said) != 4 || len(set.Problems) != 4 {
		t.Errorf("problems %v", set.Problems)
	}
	if _, err := set.Board("broken"); err == nil || !strings.Contains(err.Error(), "broken.yaml:8: ") {
		t.Errorf("a board whose file is broken: %v", err)
	}
	if _, err := set.Board("gone"); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("an unknown board: %v", err)
	}
	for _, s := range set.Sources(crawltest.Recorded()) {
		if mine := s.ID == "town" || s.ID == "weibo"; s.Builtin == mine {
			t.Errorf("source %s: built in %v", s.ID, s.Builtin)
		}
	}
}

func TestLoadWithoutFolder(t *testing.T) {
	set := Load(filepath.Join(t.TempDir(), "nowhere"))
	if len(set.Problems) != 0 || len(set.All()) != len(Builtin().All()) {
		t.Errorf("%d boards, problems %v", len(set.All()), set.Problems)
	}
}
