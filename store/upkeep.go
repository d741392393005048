package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/xuanti/xuanti"
)

// Check writes a number and reads it back on the other handle, so that a full
// disk, a lost volume or a stuck writer shows before a user meets it. The
// context bounds how long it waits for its turn to write.
func (s *Store) Check(ctx context.Context) error {
	want := strconv.FormatInt(s.probe.Add(1), 10)
	const key = "store.probe"
	if err := s.Update(ctx, func(tx *Tx) error { return tx.SetMeta(ctx, key, want) }); err != nil {
		return err
	}
	got, err := s.Meta(ctx, key)
	if err != nil {
		return err
	}
	// Another Check may have written in between; both numbers only grow.
	if n, err := strconv.ParseInt(got, 10, 64); err != nil || n < 1 {
		return xuanti.Errorf(xuanti.CodeCorrupt, "the database %s gave back %q instead of %q", s.file, got, want)
	}
	return nil
}

// Backup writes a complete, compact copy of the database to a new file while
// work goes on. The file appears under its name only when it is complete.
// CodeConflict when the file exists, CodeUnavailable when it cannot be written.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return xuanti.Errorf(xuanti.CodeConflict, "the file %s exists already; choose another name", path)
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "the file "+part+" is in the way and cannot be removed")
	}
	if err := s.copyTo(ctx, part); err != nil {
		// What went wrong is the copy; a left-over is removed by the next try.
		_ = os.Remove(part)
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "the backup "+path+" cannot be written")
	}
	return nil
}

func (s *Store) copyTo(ctx context.Context, part string) (err error) {
	// A handle of its own: neither writers nor readers wait for the copy.
	src, err := sql.Open("sqlite", sqliteDSN(s.file, writer))
	if err != nil {
		return s.wrap("open the database", err)
	}
	defer func() { err = errors.Join(err, s.wrap("close the backup", src.Close())) }()
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // the copy holds secrets
	if err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "the backup "+part+" cannot be written; check the folder")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := src.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return wrapErr(part, "copy the database", err)
	}
	if err := f.Sync(); err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "the backup "+part+" cannot be written to the disk")
	}
	return nil
}

// Verify reads the whole database and checks that it is whole; CodeCorrupt names
// what is not. It takes about a second for each 100 MB.
func (s *Store) Verify(ctx context.Context) error {
	found, err := list(ctx, &s.queries, "verify the database", scanValue[string], "PRAGMA quick_check(5)")
	if err != nil {
		return err
	}
	if len(found) == 1 && found[0] == "ok" {
		return nil
	}
	return xuanti.Errorf(xuanti.CodeCorrupt, "the database %s is damaged (%q); restore a backup", s.file, found)
}

// Stats counts rows and bytes without reading tables through.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	var st Stats
	counted := map[string]*int64{
		countItems.table(): &st.Items, countFingerprints.table(): &st.Fingerprints, countSnapshots.table(): &st.Snapshots,
		countObservations.table(): &st.Observations, countEvents.table(): &st.Events, countPoints.table(): &st.EventPoints,
		countTopics.table(): &st.Topics, countMemberships.table(): &st.Memberships, countMetrics.table(): &st.Metrics,
		countMatches.table(): &st.Matches, countDeliveries.table(): &st.Deliveries,
	}
	type count struct {
		name string
		n    int64
	}
	counts, err := list(ctx, &s.queries, "count rows", func(r row, c *count) error { return r.Scan(&c.name, &c.n) }, "SELECT name, n FROM counters")
	if err != nil {
		return Stats{}, err
	}
	for _, c := range counts {
		if to := counted[c.name]; to != nil {
			*to = c.n
		}
	}
	err = s.db.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM sources), (SELECT COUNT(*) FROM accounts),
			(SELECT COUNT(*) FROM profiles), (SELECT COUNT(*) FROM subscriptions),
			(SELECT COUNT(*) FROM deliveries WHERE state = 'pending'),
			(SELECT COALESCE(MAX(seq), 0) FROM items), (SELECT COALESCE(MAX(seen_at), 0) FROM items)`).
		Scan(&st.Sources, &st.Accounts, &st.Profiles, &st.Subscriptions, &st.Pending, &st.MaxSeq, millis{&st.NewestItem})
	if err != nil {
		return Stats{}, s.wrap("count rows", err)
	}
	for _, name := range []string{s.file, s.file + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			st.Bytes += info.Size()
		}
	}
	return st, nil
}

// Path returns the data folder.
func (s *Store) Path() string { return filepath.Clean(s.dir) }
