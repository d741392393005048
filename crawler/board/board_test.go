package board

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// TestFiles: every embedded file compiles and every adapter has a fixture.
func TestFiles(t *testing.T) {
	set := Builtin()
	for _, err := range set.Problems {
		t.Error(err)
	}
	all := set.All()
	if len(all) < 30 {
		t.Errorf("%d boards, want at least 30", len(all))
	}
	if files, err := embedded.ReadDir("builtin"); err != nil || len(files) != len(all) {
		t.Errorf("%d files for %d boards: %v", len(files), len(all), err)
	}
	have := map[string]bool{}
	for _, f := range crawltest.BoardAnswers(t, ".") {
		have[f.Board+"."+f.Adapter] = true
	}
	for _, b := range all {
		if _, err := embedded.ReadFile("builtin/" + b.ID + ".yaml"); err != nil {
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

func TestReadGolden(t *testing.T) {
	for _, f := range crawltest.BoardAnswers(t, ".") {
		t.Run(filepath.Base(f.File), func(t *testing.T) {
			golden := strings.TrimSuffix(f.File, filepath.Ext(f.File)) + ".golden.json"
			b := builtin(t, f.Board)
			r := b.Read(f.Adapter, f.Body, f.ContentType, crawltest.Recorded())
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
	b, err := Builtin().Board(id)
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
