package store

import (
	"context"
	"database/sql"
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

// recorder notes the queries that pass through it.
type recorder struct {
	db
	queries []string
	args    [][]any
}

func (r *recorder) note(query string, args []any) {
	r.queries, r.args = append(r.queries, query), append(r.args, args)
}

func (r *recorder) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.note(query, args)
	return r.db.QueryContext(ctx, query, args...)
}

func (r *recorder) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.note(query, args)
	return r.db.QueryRowContext(ctx, query, args...)
}

// TestReadsUseIndexes fails when a read that must not grow with history would
// go through a whole table, or sort more than what it returns.
func TestReadsUseIndexes(t *testing.T) {
	s := openInternal(t, t.TempDir())
	ctx, at := t.Context(), time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC)
	// One event with a point after at, so that EventsAt looks into the past.
	if err := s.Update(ctx, func(tx *Tx) error {
		_ = tx.AddEventPoints(ctx, []xuanti.EventPoint{{EventID: "e", At: at.Add(time.Hour)}})
		return tx.PutEvent(ctx, xuanti.Event{ID: "e"})
	}); err != nil {
		t.Fatal(err)
	}
	items := func(f ItemFilter) func(*queries) error {
		return func(q *queries) error { _, _, err := q.Items(ctx, f); return err }
	}
	next := cursor{at: ms(at), id: "1"}.encode()
	for name, c := range map[string]struct {
		read  func(*queries) error
		sorts bool // a bounded number of rows may be sorted
	}{
		"items":            {items(ItemFilter{}), false},
		"items, next page": {items(ItemFilter{Cursor: next}), false},
		"items of a time":  {items(ItemFilter{Since: at, Until: at}), false},
		"items, platform":  {items(ItemFilter{Platforms: []string{"a"}}), false},
		"items, platforms": {items(ItemFilter{Platforms: []string{"a", "b"}, Cursor: next}), false},
		"items, source":    {items(ItemFilter{SourceIDs: []string{"a"}, Kinds: []xuanti.ItemKind{"a"}}), false},
		"items, account":   {items(ItemFilter{AccountID: "a"}), false},
		"items, event":     {items(ItemFilter{EventID: "e", Cursor: next}), false},
		"item by key":      {func(q *queries) error { _, err := q.SeenKeys(ctx, []string{"a"}); return err }, false},
		"items by id":      {func(q *queries) error { _, err := q.ItemsByID(ctx, []string{"a"}); return err }, false},
		"seq since":        {func(q *queries) error { _, err := q.SeqSince(ctx, at); return err }, false},
		"events by item":   {func(q *queries) error { _, err := q.ItemEvents(ctx, []string{"a"}); return err }, false},
		"account posts":    {func(q *queries) error { _, err := q.AccountPosts(ctx, "a", at, 9); return err }, false},
		"fingerprints":     {func(q *queries) error { return q.FingerprintsSince(ctx, at, nil) }, false},
		"snapshot":         {func(q *queries) error { _, _, err := q.SnapshotAt(ctx, "a", at); return err }, false},
		"snapshots":        {func(q *queries) error { _, err := q.Snapshots(ctx, "a", at, at, 9); return err }, false},
		"item's boards": {func(q *queries) error {
			_, err := q.Observations(ctx, ObservationFilter{ItemIDs: []string{"a"}})
			return err
		}, true},
		"event's boards": {func(q *queries) error { _, err := q.Observations(ctx, ObservationFilter{EventID: "a"}); return err }, true},
		"board's rows": {func(q *queries) error {
			_, err := q.Observations(ctx, ObservationFilter{Board: "a", From: at, To: at})
			return err
		}, true},
		"events now":        {func(q *queries) error { _, err := q.EventsAt(ctx, at.Add(9*time.Hour), time.Hour, 9); return err }, true},
		"events then":       {func(q *queries) error { _, err := q.EventsAt(ctx, at, time.Hour, 9); return err }, true},
		"points":            {func(q *queries) error { _, err := q.EventPoints(ctx, []string{"a"}, at, at); return err }, true},
		"events of a topic": {func(q *queries) error { _, err := q.Events(ctx, EventFilter{TopicID: "a"}); return err }, true},
		"members":           {func(q *queries) error { _, err := q.Memberships(ctx, "a", at); return err }, true},
		"metrics":           {func(q *queries) error { _, err := q.Metrics(ctx, []string{"a"}, at); return err }, true},
		"bursts":            {func(q *queries) error { _, err := q.BurstsAt(ctx, at, 9); return err }, true},
		"burst history":     {func(q *queries) error { _, err := q.BurstHistory(ctx, "a", at, at); return err }, true},
		"starts of bursts":  {func(q *queries) error { _, err := q.BurstStarts(ctx, []string{"a"}); return err }, true},
		"matches":           {func(q *queries) error { _, _, err := q.Matches(ctx, MatchFilter{Cursor: next}); return err }, false},
		"matches of one":    {func(q *queries) error { _, _, err := q.Matches(ctx, MatchFilter{SubscriptionID: "a"}); return err }, false},
		"deliveries":        {func(q *queries) error { _, _, err := q.Deliveries(ctx, DeliveryFilter{Cursor: next}); return err }, false},
		"deliveries of one": {func(q *queries) error {
			_, _, err := q.Deliveries(ctx, DeliveryFilter{SubscriptionID: "a"})
			return err
		}, false},
		"blob":          {func(q *queries) error { _, _, _, _, err := q.Blob(ctx, "a"); return err }, false},
		"old items":     {func(q *queries) error { _, err := q.oldItems(ctx, oldItem{at: 1, seq: 1}, at, at); return err }, false},
		"old points":    {func(q *queries) error { _, err := q.eventsWithPoints(ctx, ms(at), ms(at)+1); return err }, false},
		"next delivery": {func(q *queries) error { _, _, err := q.NextDelivery(ctx); return err }, false},
		"decisions":     {func(q *queries) error { _, err := q.Decisions(ctx, "a", at); return err }, true},
	} {
		t.Run(name, func(t *testing.T) {
			rec := &recorder{db: s.db}
			if err := c.read(&queries{db: rec, d: s.d, file: s.file}); err != nil {
				t.Fatal(err)
			}
			if len(rec.queries) == 0 {
				t.Fatal("nothing was asked")
			}
			for i, query := range rec.queries {
				checkPlan(t, s, query, rec.args[i], c.sorts)
			}
		})
	}
}

func checkPlan(t *testing.T, s *Store, query string, args []any, sorts bool) {
	t.Helper()
	plan, err := list(t.Context(), &s.queries, "explain", func(r row, detail *string) error {
		var id, parent, unused int
		return r.Scan(&id, &parent, &unused, detail)
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range plan {
		walks := strings.HasPrefix(step, "SCAN ") && !strings.Contains(step, "json_each") && !strings.Contains(step, "CONSTANT ROW")
		// Walking along an index is what a page does that stops at its limit.
		if walks && !sorts && strings.Contains(step, "USING INDEX") {
			walks = false
		}
		for _, sub := range []string{"SCAN h", "SCAN hot", "SCAN b", "SCAN live"} { // results of a bounded part
			walks = walks && step != sub
		}
		if walks || (!sorts && strings.HasPrefix(step, "USE TEMP B-TREE FOR ORDER BY")) {
			t.Errorf("%s\nof\n%s\nwhole plan:\n%s", step, query, strings.Join(plan, "\n"))
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
