package index_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
	"github.com/xuanti/xuanti/nlp"
)

// A second open that waited for the first would wait for ever here.
func TestSecondOpenIsRefusedAtOnce(t *testing.T) {
	dir := t.TempDir()
	b := openBleve(t, dir)
	_, err := index.OpenBleve(dir, testAnalyzer(t), index.Options{})
	if xuanti.CodeOf(err) != xuanti.CodeLocked {
		t.Errorf("second open: %v, want CodeLocked", err)
	}
	if err := index.Wipe(dir); xuanti.CodeOf(err) != xuanti.CodeLocked {
		t.Errorf("wipe of an open index: %v, want CodeLocked", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openBleve(t, dir).Close(); err != nil { // and free again
		t.Fatal(err)
	}
}

func twoMonths() []index.Doc {
	return []index.Doc{
		{ID: "jan", Title: "灯会开幕", Text: strings.Repeat("灯会游人如织。", 50), At: time.Date(2026, 1, 10, 8, 0, 0, 0, xuanti.Shanghai)},
		{ID: "feb", Title: "灯会闭幕", Text: strings.Repeat("灯会圆满结束。", 50), At: time.Date(2026, 2, 10, 8, 0, 0, 0, xuanti.Shanghai)},
	}
}

func TestDamagedPartition(t *testing.T) {
	ctx := context.Background()
	segment := func(t *testing.T, dir string) string {
		files, err := filepath.Glob(filepath.Join(dir, "v2/2026-01/store/*.zap"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no segment: %v", err)
		}
		return files[0]
	}
	damage := map[string]func(t *testing.T, dir string){
		"truncated segment": func(t *testing.T, dir string) {
			if err := os.Truncate(segment(t, dir), 100); err != nil {
				t.Fatal(err)
			}
		},
		"empty segment": func(t *testing.T, dir string) {
			if err := os.Truncate(segment(t, dir), 0); err != nil {
				t.Fatal(err)
			}
		},
		"flipped bytes": func(t *testing.T, dir string) {
			name := segment(t, dir)
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for i := len(raw) / 3; i < len(raw)/2; i++ {
				raw[i] ^= 0x5a
			}
			if err := os.WriteFile(name, raw, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"missing segment": func(t *testing.T, dir string) {
			if err := os.Remove(segment(t, dir)); err != nil {
				t.Fatal(err)
			}
		},
		"garbage root": func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "v2/2026-01/store/root.bolt"), []byte(strings.Repeat("x", 70000)), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"garbage metadata": func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "v2/2026-01/index_meta.json"), []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, hurt := range damage {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			b := openBleve(t, dir)
			if err := b.Index(ctx, twoMonths()); err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			hurt(t, dir)

			_, err := index.OpenBleve(dir, testAnalyzer(t), index.Options{})
			var xe *xuanti.Error
			if !errors.As(err, &xe) || xe.Code != xuanti.CodeCorrupt || xe.Pointer != "2026-01" || !strings.Contains(xe.Message, "xuanti reindex") {
				t.Fatalf("open: %v, want CodeCorrupt naming 2026-01 and the way out", err)
			}
			// Degraded: February answers, new documents of January are taken, and
			// the trouble is not forgotten by reopening.
			for range 2 {
				b, err = index.OpenBleve(dir, testAnalyzer(t), index.Options{Degraded: true})
				if err != nil {
					t.Fatalf("degraded open: %v", err)
				}
				if xuanti.CodeOf(b.Healthy()) != xuanti.CodeCorrupt {
					t.Errorf("healthy: %v, want CodeCorrupt", b.Healthy())
				}
				if err := b.Index(ctx, []index.Doc{{ID: "new", Title: "灯会补记", At: time.Date(2026, 1, 11, 0, 0, 0, 0, xuanti.Shanghai)}}); err != nil {
					t.Fatal(err)
				}
				if r, err := b.Search(ctx, index.Query{Text: "灯会"}); err != nil || r.Total != 2 {
					t.Errorf("degraded search: %+v, %v", r, err)
				}
				if err := b.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if err := index.Wipe(dir); err != nil {
				t.Fatal(err)
			}
			b = openBleve(t, dir)
			if err := errors.Join(b.Healthy(), b.Index(ctx, twoMonths()), b.Close()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A plain file where the index belongs is named, with the way out, and kept.
func TestAFileStandsWhereTheIndexBelongs(t *testing.T) {
	for _, below := range []string{"", index.Format} {
		dir := filepath.Join(t.TempDir(), "index")
		file := filepath.Join(dir, below)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("notes"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := index.OpenBleve(dir, testAnalyzer(t), index.Options{})
		for op, err := range map[string]error{"open": err, "wipe": index.Wipe(dir)} {
			var xe *xuanti.Error
			if !errors.As(err, &xe) || xe.Code != xuanti.CodeUnavailable || !strings.Contains(xe.Message, file) || !strings.Contains(xe.Message, "xuanti reindex") {
				t.Errorf("%s: %v, want CodeUnavailable naming %s and the way out", op, err, file)
			}
		}
		if kept, err := os.ReadFile(file); err != nil || string(kept) != "notes" {
			t.Errorf("the file was not kept: %q, %v", kept, err)
		}
	}
}

func TestLeftoversOfACrashAreCleared(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"2026-01.new", "2026-02.old", "notes"} {
		if err := os.MkdirAll(filepath.Join(dir, "v2", name, "store"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	b := openBleve(t, dir)
	if err := errors.Join(b.Healthy(), b.Close()); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "v2", "20*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTooManyLookups(t *testing.T) {
	b, err := index.OpenBleve(t.TempDir(), testAnalyzer(t), index.Options{MaxLookups: 10})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := b.Index(context.Background(), twoMonths()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Search(context.Background(), index.Query{Text: "今年灯会的开幕与闭幕时间安排"}); xuanti.CodeOf(err) != xuanti.CodeLimited {
		t.Errorf("got %v, want CodeLimited", err)
	}
}

const crashDir = "XUANTI_INDEX_CRASH_DIR"

// TestKillLosesNothing kills a process that is indexing and looks for every
// document that it had been told is durable.
func TestKillLosesNothing(t *testing.T) {
	if dir := os.Getenv(crashDir); dir != "" {
		crashChild(dir)
		return
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKillLosesNothing$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := 0
	for sc := bufio.NewScanner(out); sc.Scan(); {
		n, err := strconv.Atoi(strings.TrimPrefix(sc.Text(), "acked "))
		if err != nil {
			continue
		}
		if acked = n; acked >= 400 {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed: the error says so
	if acked < 400 {
		t.Fatalf("the child ended early, after %d documents", acked)
	}
	b := openBleve(t, dir)
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := b.Healthy(); err != nil {
		t.Error(err)
	}
	r, err := b.Search(context.Background(), index.Query{Text: "source:crash", Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if r.Total < acked {
		t.Errorf("%d acknowledged, %d found", acked, r.Total)
	}
	for i := range acked {
		r, err := b.Search(context.Background(), index.Query{Text: `title:"第` + strconv.Itoa(i) + `号"`, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Hits) != 1 || r.Hits[0].ID != crashID(i) {
			t.Fatalf("%s was acknowledged and is lost: %+v", crashID(i), r)
		}
	}
}

func crashID(i int) string { return fmt.Sprintf("c%05d", i) }

func crashChild(dir string) {
	a, err := nlp.New(nlp.Options{})
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	b, err := index.OpenBleve(dir, a, index.Options{})
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, xuanti.Shanghai)
	go func() { // the kill meets a compaction as well
		for b.Compact(context.Background(), start.AddDate(1, 0, 0)) == nil {
		}
	}()
	for i := 0; i < 100_000; i += 50 {
		var docs []index.Doc
		for k := i; k < i+50; k++ {
			docs = append(docs, index.Doc{ID: crashID(k), Title: "第" + strconv.Itoa(k) + "号公告", Source: "crash", At: start.Add(time.Duration(k) * 3 * time.Hour)})
		}
		if err := b.Index(context.Background(), docs); err != nil {
			fmt.Println("failed", err)
			return
		}
		fmt.Println("acked", i+50)
	}
}
