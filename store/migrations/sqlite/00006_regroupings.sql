-- +goose Up
-- What people decided about the grouping: merges, splits and pins, with what is
-- needed to take them back.
CREATE TABLE regroupings (
  id        TEXT PRIMARY KEY,
  at        INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  made_by   TEXT NOT NULL,
  event_id  TEXT NOT NULL,
  other_id  TEXT NOT NULL,
  items     TEXT NOT NULL,
  pinned    INTEGER NOT NULL,
  undone_at INTEGER NOT NULL
);
CREATE INDEX regroupings_at ON regroupings (at, id);
