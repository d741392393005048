package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"github.com/xuanti/xuanti"
)

const (
	fileName = "xuanti.db"
	lockName = "lock"
	magic    = "SQLite format 3\x00"
)

// Open opens the data folder, creating it and the database when they are
// missing, and brings the tables up to date. It fails at once with CodeLocked
// when another process uses the folder, with CodeUnavailable when the folder or
// a file in it cannot be written or was written by a newer version, and with
// CodeCorrupt when the file is no database.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil || o.Dir == "" {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "%q is no usable data folder", o.Dir)
	}
	file := filepath.Join(dir, fileName)
	s := &Store{
		queries: queries{d: sqliteDialect(), file: file, closed: new(atomic.Bool)},
		dir:     dir,
		log:     o.Log,
		turn:    make(chan struct{}, 1),
	}
	if err := s.open(ctx); err != nil {
		// The reason why it did not open is what the caller needs.
		_ = s.shut()
		return nil, err
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	if err := s.takeFolder(); err != nil {
		return err
	}
	if err := checkFile(s.file); err != nil {
		return err
	}
	if err := s.openWriter(ctx); err != nil {
		return err
	}
	readers, err := sql.Open("sqlite", sqliteDSN(s.file, reader))
	if err != nil {
		return s.wrap("open the database", err)
	}
	s.readers = readers
	n := min(max(4, runtime.GOMAXPROCS(0)), 16)
	readers.SetMaxOpenConns(n)
	readers.SetMaxIdleConns(n)
	if err := readers.PingContext(ctx); err != nil {
		return s.wrap("open the database", err)
	}
	s.reads = newCached(readers, false)
	s.db = s.reads
	return nil
}

// takeFolder makes the folder and locks it against other processes.
func (s *Store) takeFolder() error {
	hint := "; check that it belongs to the user that runs xuanti and is not on a read-only disk, or choose another folder with --data"
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "the data folder "+s.dir+" cannot be created"+hint)
	}
	lock := flock.New(filepath.Join(s.dir, lockName), flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "the data folder "+s.dir+" cannot be written"+hint)
	}
	if !got {
		return xuanti.Errorf(xuanti.CodeLocked,
			"数据目录 %s 正被另一个 xuanti 使用，请先停掉它，或用 --data 换一个目录 (another xuanti process is using the data folder; stop it first, or choose another with --data)", s.dir)
	}
	s.lock = lock
	return nil
}

// checkFile tells a file that is no database before SQLite touches it, so that
// nothing is ever written into somebody else's file.
func checkFile(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err,
			"the database "+file+" cannot be opened for writing; check that it is a file of the user that runs xuanti")
	}
	defer func() { _ = f.Close() }() // only read from
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	switch {
	case errors.Is(err, io.EOF): // empty: SQLite takes it as new
		return nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return wrapErr(file, "read the database", err)
	case !bytes.Equal(head[:n], []byte(magic)):
		return xuanti.Wrap(xuanti.CodeCorrupt, fmt.Errorf("header %q", head[:n]),
			"the file "+file+" is no SQLite database; move it away and restore a backup, or start with an empty folder")
	}
	return nil
}

// openWriter opens the writing connection and migrates on it.
func (s *Store) openWriter(ctx context.Context) error {
	w, err := sql.Open("sqlite", sqliteDSN(s.file, writer))
	if err != nil {
		return s.wrap("open the database", err)
	}
	s.writers = w
	w.SetMaxOpenConns(1)
	if err := w.PingContext(ctx); err != nil {
		return s.wrap("open the database", err)
	}
	if err := os.Chmod(s.file, 0o600); err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "the database "+s.file+" does not belong to the user that runs xuanti")
	}
	if err := s.migrate(ctx, w); err != nil {
		return err
	}
	s.conn, err = w.Conn(ctx)
	if err != nil {
		return s.wrap("open the database", err)
	}
	s.writes = newCached(s.conn, true)
	return nil
}

// migrate brings the tables up to date, forward only.
func (s *Store) migrate(ctx context.Context, w *sql.DB) error {
	files, err := s.d.migrations()
	if err != nil {
		return s.wrap("read the migrations", err)
	}
	p, err := goose.NewProvider(s.d.goose, w, files, goose.WithDisableGlobalRegistry(true), goose.WithSlog(s.log))
	if err != nil {
		return s.wrap("read the migrations", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return s.wrap("read the version of the database", err)
	}
	if current > target {
		return xuanti.Errorf(xuanti.CodeUnavailable,
			"the database %s was written by a newer xuanti (tables version %d, this program knows %d); use that version or a backup", s.file, current, target)
	}
	if current == target {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return s.wrap("bring the tables up to date", err)
	}
	return nil
}
