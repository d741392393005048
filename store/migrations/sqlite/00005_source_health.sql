-- What polling has shown of each source over time, and what became of it.

-- +goose Up
ALTER TABLE sources ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN quiet_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN slow INTEGER NOT NULL DEFAULT 0;

-- One bounded row for each source: its last polls, hours and usual rates.
CREATE TABLE source_pulses (
  source_id TEXT PRIMARY KEY,
  data      BLOB NOT NULL
);

-- Failing, recovered and so on; due is when someone is to be told, 0 when nobody.
CREATE TABLE source_events (
  id        TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  at        INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  since     INTEGER NOT NULL,
  cause     TEXT NOT NULL,
  detail    TEXT NOT NULL,
  due       INTEGER NOT NULL
);
CREATE INDEX source_events_source ON source_events (source_id, at);
CREATE INDEX source_events_at ON source_events (at);
CREATE INDEX source_events_due ON source_events (due) WHERE due > 0;
