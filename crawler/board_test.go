package crawler

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

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
	set := BuiltinBoards()
	for _, err := range set.Problems {
		t.Error(err)
	}
	all := set.All()
	if len(all) < 30 {
		t.Errorf("%d boards, want at least 30", len(all))
	}
	if files, err := boardFiles.ReadDir("boards"); err != nil || len(files) != len(all) {
		t.Errorf("%d files for %d boards: %v", len(files), len(all), err)
	}
	have := map[string]bool{}
	for _, f := range boardFixtures(t) {
		have[f.board+"."+f.adapter] = true
	}
	for _, b := range all {
		if _, err := boardFiles.ReadFile("boards/" + b.ID + ".yaml"); err != nil {
			t.Errorf("the file of board %s must be named after it", b.ID)
		}
		for _, a := range b.Adapters {
			if !have[b.ID+"."+a] {
				t.Errorf("board %s: adapter %s has no fixture", b.ID, a)
			}
		}
		if b.minRows < 5 {
			t.Errorf("board %s: bounds.min %d", b.ID, b.minRows)
		}
	}
}

func TestParseBoardGolden(t *testing.T) {
	for _, f := range boardFixtures(t) {
		t.Run(filepath.Base(f.file), func(t *testing.T) {
			golden := strings.TrimSuffix(f.file, filepath.Ext(f.file)) + ".golden.json"
			b := builtin(t, f.board)
			r := b.Read(f.adapter, f.body, f.contentType, crawltest.Recorded())
			if r.Err != nil {
				t.Fatal(r.Err)
			}
			checkEntries(t, r.Entries)
			if b.Flash {
				crawltest.Golden(t, golden, b.flashes(&r, crawltest.Recorded()))
				return
			}
			crawltest.Golden(t, golden, b.snapshot(&r, crawltest.Recorded()))
		})
	}
}

// builtin finds a board that comes with the program.
func builtin(t testing.TB, id string) *Board {
	t.Helper()
	b, err := BuiltinBoards().Board(id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func checkEntries(t testing.TB, list []xuanti.Entry) {
	t.Helper()
	seen := map[string]bool{}
	for i, e := range list {
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
