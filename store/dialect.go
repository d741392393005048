package store

import (
	"embed"
	"errors"
	"io/fs"
	"net/url"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/sqlite/*.sql
var sqliteMigrations embed.FS

// dialect holds what differs between databases. All other SQL in this package
// is the common subset: ? placeholders, ON CONFLICT, RETURNING, no functions
// beyond COALESCE, MIN, MAX, COUNT and SUM.
//
// For PostgreSQL the values would be "BEGIN", " FOR UPDATE SKIP LOCKED" and
// " IN (SELECT jsonb_array_elements_text(?::jsonb))"; the statement cache, which
// sees every text once, is the place to turn ? into $n.
type dialect struct {
	name       string
	goose      goose.Dialect
	begin      string   // starts a transaction that may write
	skipLocked string   // appended to the SELECT inside a lease
	in         string   // "column IN (every element of one ? that is a JSON list)"
	upkeep     []string // run after pruning, outside a transaction
}

// sqliteDialect takes the write lock at BEGIN, so that a transaction never
// fails half-way because it must upgrade.
func sqliteDialect() dialect {
	return dialect{
		name:   "sqlite",
		goose:  goose.DialectSQLite3,
		begin:  "BEGIN IMMEDIATE",
		in:     " IN (SELECT value FROM json_each(?))",
		upkeep: []string{"PRAGMA optimize", "PRAGMA incremental_vacuum(20000)", "PRAGMA wal_checkpoint(TRUNCATE)"},
	}
}

// migrations are the dialect's numbered files.
func (d dialect) migrations() (fs.FS, error) {
	return fs.Sub(sqliteMigrations, "migrations/"+d.name)
}

// handle says what a connection pool is for.
type handle int

const (
	writer handle = iota
	reader
)

// sqliteDSN names the file with the settings of a handle. busy_timeout is run
// first by the driver, the others in the order of their names; auto_vacuum only
// counts for a new file. The write-ahead log is emptied at 16 MB: what every
// transaction touches, the last pages of tables and indexes, then reaches the
// file once for many of them. Memory: 64 MB of page cache for the writer and 8 MB
// for each reader, the rest is the operating system's.
func sqliteDSN(file string, h handle) string {
	pragmas := []string{
		"busy_timeout(5000)", "auto_vacuum(incremental)", "journal_mode(WAL)", "synchronous(NORMAL)",
		"foreign_keys(1)", "temp_store(MEMORY)", "journal_size_limit(67108864)", "wal_autocheckpoint(4000)",
	}
	if h == reader {
		pragmas = []string{"busy_timeout(5000)", "query_only(1)", "cache_size(-8000)", "temp_store(MEMORY)"}
	} else {
		pragmas = append(pragmas, "cache_size(-64000)")
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath()}
	var q strings.Builder
	for i, p := range pragmas {
		if i > 0 {
			q.WriteByte('&')
		}
		q.WriteString("_pragma=" + p)
	}
	u.RawQuery = q.String()
	return u.String()
}

// failure is a class of database error that callers can act on.
type failure int

const (
	failOther failure = iota
	failFull
	failCorrupt
	failConflict
	failBusy
	failAccess
	failIO
)

// classify sorts a driver error by its primary result code.
func classify(err error) failure {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return failOther
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return failFull
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT:
		return failCorrupt
	case sqlite3.SQLITE_CONSTRAINT:
		return failConflict
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return failBusy
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH:
		return failAccess
	case sqlite3.SQLITE_IOERR:
		return failIO
	}
	return failOther
}
