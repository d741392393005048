// Package store keeps the durable state of one xuanti data folder in a single
// SQLite file.
//
// The way data takes through it: [Open] takes the folder's lock, opens
// xuanti.db, brings its tables up to date (migrations/sqlite) and prepares two
// handles. [Store.Update] runs a function in one write transaction on the only
// writing connection and hands it a [Tx]; every other method of [Store] reads
// on one of a few read-only connections and never waits for a writer. A Tx
// embeds the same reads, so a decision can be made on what the transaction has
// already written.
//
// One file per aggregate holds its reads and its writes (sources.go, items.go,
// boards.go, events.go, …). The SQL is the common subset of SQLite and
// PostgreSQL; what differs is in dialect.go.
//
// Conventions of every method:
//   - times are stored as Unix milliseconds in UTC, 0 is the zero time; durations are milliseconds;
//   - bounds from/to, since/until are inclusive and a zero time leaves that side open;
//   - a limit of 0 or less means all rows, except on paged lists (those with a
//     Cursor), where it means 100 and 10,000 is the most;
//   - a cursor is opaque and belongs to the filter that returned it; an empty next cursor ends the list;
//   - reading one thing that is not there gives [xuanti.CodeNotFound];
//   - errors are *[xuanti.Error] or wrap one, and name the operation.
package store
