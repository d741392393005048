package store

import (
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func openInternal(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestDiskFull makes the file unable to grow, which SQLite reports as it does a
// full disk, and lets it grow again.
func TestDiskFull(t *testing.T) {
	ctx := t.Context()
	s := openInternal(t, t.TempDir())
	limit := func(pages string) {
		t.Helper()
		if _, err := s.conn.ExecContext(ctx, "PRAGMA max_page_count = "+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // never below what is in use
	put := func(name string) error {
		return s.Update(ctx, func(tx *Tx) error { return tx.PutBlob(ctx, name, time.Time{}, 0, make([]byte, 1<<20)) })
	}
	err := put("big")
	if xuanti.CodeOf(err) != xuanti.CodeUnavailable || !strings.Contains(err.Error(), "the disk is full") || !strings.Contains(err.Error(), s.file) {
		t.Fatalf("full disk: %v", err)
	}
	if _, _, _, found, err := s.Blob(ctx, "big"); found || err != nil {
		t.Fatalf("half a blob: %v %v", found, err)
	}
	limit("1000000")
	if err := put("big"); err != nil {
		t.Fatalf("after space was freed: %v", err)
	}
}

func TestNewerTablesAreRefused(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := openInternal(t, dir)
	if _, err := s.conn.ExecContext(ctx, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(ctx, Options{Dir: dir})
	if xuanti.CodeOf(err) != xuanti.CodeUnavailable || !strings.Contains(err.Error(), "newer xuanti") {
		t.Fatalf("newer tables: %v", err)
	}
}

// TestReadersCannotWrite guards the split of the two handles.
func TestReadersCannotWrite(t *testing.T) {
	s := openInternal(t, t.TempDir())
	if _, err := s.readers.ExecContext(t.Context(), "INSERT INTO meta (name, value) VALUES ('a', 'b')"); err == nil {
		t.Fatal("a reader wrote")
	}
}

// TestHotReadsUseIndexes fails when a query that must not grow with history
// would read a whole table or sort one.
func TestHotReadsUseIndexes(t *testing.T) {
	s := openInternal(t, t.TempDir())
	for _, c := range []struct {
		query string
		args  int
		not   []string
	}{
		{"SELECT id, p_heat FROM events WHERE p_at > ? AND p_at <= ? AND redirect_to = '' ORDER BY p_heat DESC LIMIT 5", 2, []string{"SCAN"}},
		{"SELECT event_id, MAX(at) FROM event_points WHERE at > ? AND at <= ? GROUP BY event_id", 2, []string{"SCAN event_points USING INDEX event_points_pk"}},
		{"SELECT i.seq FROM items i ORDER BY i.seen_at DESC, i.seq DESC LIMIT 5", 0, []string{"TEMP B-TREE"}},
		{"SELECT i.seq FROM items i WHERE i.platform = ? ORDER BY i.seen_at DESC, i.seq DESC LIMIT 5", 1, []string{"SCAN", "TEMP B-TREE"}},
		{"SELECT i.seq FROM items i WHERE (i.platform || '')" + s.d.in + " ORDER BY i.seen_at DESC, i.seq DESC LIMIT 5", 1, []string{"TEMP B-TREE"}},
		{"SELECT i.seq FROM items i WHERE i.event_id = ? AND i.event_id <> '' ORDER BY i.seen_at DESC, i.seq DESC LIMIT 5", 1, []string{"SCAN", "TEMP B-TREE"}},
		{"SELECT i.seq FROM items i WHERE i.account_id = ? AND i.account_id <> '' AND i.seen_at <= ? ORDER BY i.published_at DESC, i.seq DESC LIMIT 5", 2, []string{"SCAN"}},
		{"SELECT id FROM snapshots WHERE board = ? AND at <= ? ORDER BY at DESC LIMIT 1", 2, []string{"SCAN", "TEMP B-TREE"}},
		{"SELECT id FROM deliveries WHERE state = 'pending' AND next_at <= ? AND lease_until <= ? ORDER BY next_at, id LIMIT 5", 2, []string{"SCAN", "TEMP B-TREE"}},
		{"SELECT item_id FROM fingerprints WHERE body = ? AND body <> 0 AND at >= ? ORDER BY at, item_id LIMIT 1", 2, []string{"SCAN"}},
	} {
		args := make([]any, c.args)
		for i := range args {
			args[i] = "[]"
		}
		plan, err := list(t.Context(), &s.queries, "explain", func(r row, detail *string) error {
			var id, parent, unused int
			return r.Scan(&id, &parent, &unused, detail)
		}, "EXPLAIN QUERY PLAN "+c.query, args...)
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(plan, "; ")
		for _, bad := range c.not {
			if strings.Contains(all, bad+" ") || strings.HasSuffix(all, bad) {
				t.Errorf("%s\nplan: %s", c.query, all)
			}
		}
	}
}

func TestCursorRoundTrip(t *testing.T) {
	for _, c := range []cursor{{0, "1"}, {-5, "a.b"}, {maxMillis, "01ARZ3NDEKTSV4RRFFQ69G5FAV"}} {
		got, more, err := decodeCursor(c.encode())
		if err != nil || !more || got != c {
			t.Errorf("%v became %v %v %v", c, got, more, err)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("MS4y")
	f.Add(cursor{at: 1741000000000, id: "x"}.encode())
	f.Fuzz(func(t *testing.T, s string) {
		c, more, err := decodeCursor(s)
		if err != nil {
			if xuanti.CodeOf(err) != xuanti.CodeInvalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if more && c.id == "" {
			t.Fatalf("%q gave no id", s)
		}
	})
}
