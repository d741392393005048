package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/gofrs/flock"
	"github.com/xuanti/xuanti"
)

// Store is an open data folder. It is safe for concurrent use. Its methods
// other than Update, the leases and the upkeep only read, and see what was
// committed before they began.
type Store struct {
	queries
	dir     string
	log     *slog.Logger
	lock    *flock.Flock
	readers *sql.DB
	writers *sql.DB
	conn    *sql.Conn     // the only connection of writers
	reads   *cached       // over readers
	writes  *cached       // over conn
	turn    chan struct{} // holds a token while somebody writes
	probe   atomic.Int64

	closing   sync.Once
	closeErr  error
	pruneTurn sync.Mutex
}

// Tx is a write transaction. It sees what it has written itself. It must not be
// used after its function returned, nor by several goroutines.
type Tx struct {
	queries
	added [countersLen]int64
}

// Update runs fn in one write transaction, which is committed when fn returns
// nil and rolled back when it returns an error or panics. Transactions run one
// after another; keep them short. When Update has returned nil the data
// survives a crash of the process (and of the machine, but for the last moments:
// the write-ahead log is synced at checkpoints, not at every commit).
//
// fn must not call Update, the leases or the upkeep of the Store: they would
// wait for fn.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) (err error) {
	if err := s.acquire(ctx); err != nil {
		return err
	}
	defer s.release()
	// The end of the transaction must not depend on the caller's patience.
	lasting := context.WithoutCancel(ctx)
	if _, err := s.writes.ExecContext(ctx, s.d.begin); err != nil {
		return s.wrap("begin", err)
	}
	done := false
	defer func() {
		if done {
			return
		}
		// A failed statement may have ended the transaction already, so an
		// error here says nothing new.
		_, _ = s.writes.ExecContext(lasting, "ROLLBACK")
	}()
	tx := &Tx{queries: queries{db: s.writes, d: s.d, file: s.file, closed: s.closed}}
	if err := fn(tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if err := tx.flushCounters(lasting); err != nil {
		return err
	}
	if _, err := s.writes.ExecContext(lasting, "COMMIT"); err != nil {
		return s.wrap("commit", err)
	}
	done = true
	return nil
}

// acquire waits for the write turn.
func (s *Store) acquire(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait to write: %w", ctx.Err())
	}
	if s.closed.Load() {
		s.release()
		return xuanti.Errorf(xuanti.CodeUnavailable, "the store is closed")
	}
	return nil
}

func (s *Store) release() { <-s.turn }

// Close waits for the running transaction, closes the file and gives the folder
// free. Later calls return the same result.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.turn <- struct{}{}
		s.closed.Store(true)
		s.closeErr = s.shut()
		s.release()
	})
	return s.closeErr
}

// shut closes whatever is open; it also serves an Open that failed half-way.
func (s *Store) shut() error {
	var errs []error
	if s.reads != nil {
		errs = append(errs, s.reads.close())
	}
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.writes != nil {
		errs = append(errs, s.writes.close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.writers != nil {
		errs = append(errs, s.writers.Close()) // the last handle checkpoints the log
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return wrapErr(s.file, "close the store", errors.Join(errs...))
}
