package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/store/storetest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashEnv); dir != "" {
		os.Exit(crashChild(dir))
	}
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return open(t, t.TempDir()) })
}

// refused opens a folder that must not open and checks what is said about it.
func refused(t *testing.T, dir string, code xuanti.Code, words ...string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err == nil {
		_ = s.Close()
		t.Fatalf("opened %s", dir)
	}
	var e *xuanti.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("error %v, want code %s", err, code)
	}
	for _, w := range words {
		if !strings.Contains(e.Message, w) {
			t.Errorf("message %q does not say %q", e.Message, w)
		}
	}
}

func TestSecondOpenIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	refused(t, dir, xuanti.CodeLocked, dir, "another xuanti process is using")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // idempotent
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(*store.Tx) error { return nil }); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Fatalf("update after close: %v", err)
	}
	if _, err := s.Sources(t.Context(), store.SourceFilter{}); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Fatalf("read after close: %v", err)
	}
	open(t, dir) // free again
}

func TestFolderThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, filepath.Join(file, "data"), xuanti.CodeUnavailable, file, "cannot be created", "--data")
	refused(t, "", xuanti.CodeInvalid)
	taken := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "xuanti.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, taken, xuanti.CodeUnavailable, filepath.Join(taken, "xuanti.db"))
	locked := filepath.Join(dir, "locked")
	if err := os.MkdirAll(filepath.Join(locked, "lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, locked, xuanti.CodeUnavailable, locked, "cannot be written")
}

func TestCorruptFile(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, file string){
		"text": func(t *testing.T, file string) {
			write(t, file, []byte("this is a note, not a database\n"))
		},
		"short": func(t *testing.T, file string) { write(t, file, []byte("SQL")) },
		"scribbled": func(t *testing.T, file string) {
			whole(t, filepath.Dir(file))
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i := 100; i < len(b); i++ {
				b[i] = 0xA5
			}
			write(t, file, b)
		},
		"cut": func(t *testing.T, file string) {
			whole(t, filepath.Dir(file))
			if err := os.Truncate(file, 5000); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "xuanti.db")
			spoil(t, file)
			refused(t, dir, xuanti.CodeCorrupt, file, "backup")
		})
	}
	t.Run("empty", func(t *testing.T) { // what a crash at the very first start leaves
		dir := t.TempDir()
		write(t, filepath.Join(dir, "xuanti.db"), nil)
		open(t, dir)
	})
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// whole leaves a closed database in dir.
func whole(t *testing.T, dir string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	open(t, dir)
	for name, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "xuanti.db"): 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}
