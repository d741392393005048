package crawler

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

var updateGolden = flag.Bool("update", false, "rewrite the golden files")

var fixtureTime = time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC)

// fixture is one recorded answer: boards/testdata/BOARD.ADAPTER[.variant].ext.
type fixture struct {
	file, board, adapter, contentType string
	body                              []byte
}

func boardFixtures(t testing.TB) []fixture {
	t.Helper()
	files, err := filepath.Glob("boards/testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	var out []fixture
	for _, f := range files {
		name := filepath.Base(f)
		if strings.HasSuffix(name, ".golden.json") {
			continue
		}
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(name, ".")
		ct := "application/json; charset=utf-8"
		if strings.HasSuffix(name, ".html") {
			ct = "text/html; charset=utf-8"
		}
		out = append(out, fixture{f, parts[0], parts[1], ct, body})
	}
	if len(out) == 0 {
		t.Fatal("no fixtures")
	}
	return out
}

// TestBoardFiles: every embedded file compiles and every adapter has a fixture.
func TestBoardFiles(t *testing.T) {
	all, err := builtinBoards()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 16 {
		t.Errorf("%d boards, want at least 16", len(all))
	}
	have := map[string]bool{}
	for _, f := range boardFixtures(t) {
		have[f.board+"."+f.adapter] = true
	}
	for _, b := range all {
		for _, a := range b.Adapters {
			if !have[b.ID+"."+a] {
				t.Errorf("board %s: adapter %s has no fixture", b.ID, a)
			}
		}
		if b.minRows < 5 && b.ID != "" {
			t.Errorf("board %s: bounds.min %d", b.ID, b.minRows)
		}
	}
	if got := len(Boards()); got != len(all) {
		t.Errorf("Boards() lists %d of %d", got, len(all))
	}
}

func TestParseBoardGolden(t *testing.T) {
	for _, f := range boardFixtures(t) {
		t.Run(filepath.Base(f.file), func(t *testing.T) {
			snap, err := ParseBoard(f.board, f.adapter, f.body, f.contentType, fixtureTime)
			if err != nil {
				t.Fatal(err)
			}
			checkSnapshot(t, snap)
			checkGolden(t, strings.TrimSuffix(f.file, filepath.Ext(f.file))+".golden.json", snap)
		})
	}
}

func checkSnapshot(t testing.TB, snap *xuanti.Snapshot) {
	t.Helper()
	seen := map[string]bool{}
	for i, e := range snap.Entries {
		if e.Rank != i+1 {
			t.Errorf("row %d has rank %d", i, e.Rank)
		}
		if e.Title == "" || !strings.HasPrefix(e.URL, "http") || seen[e.Title] {
			t.Errorf("bad row %+v", e)
		}
		if e.Heat != nil && *e.Heat <= 0 {
			t.Errorf("row %d: heat %d", i, *e.Heat)
		}
		seen[e.Title] = true
	}
}

func checkGolden(t testing.TB, file string, v any) {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	if *updateGolden {
		if err := os.WriteFile(file, buf.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), want) {
		t.Errorf("%s differs (run with -update after checking):\n%s", file, buf.String())
	}
}
