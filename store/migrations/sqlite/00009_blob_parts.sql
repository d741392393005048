-- +goose Up
-- Large states in pieces: the database holds a whole value in memory several
-- times over while it is written.
CREATE TABLE blob_parts (
  name TEXT NOT NULL,
  part INTEGER NOT NULL,
  data BLOB NOT NULL
);
CREATE UNIQUE INDEX blob_parts_name ON blob_parts (name, part);
