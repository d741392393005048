-- +goose Up
-- How the forecasts that fell due on a day came out, by board and kind.
CREATE TABLE scores (
  day   TEXT NOT NULL,
  board TEXT NOT NULL,
  head  TEXT NOT NULL,
  at    INTEGER NOT NULL, -- when it was written
  body  TEXT NOT NULL,
  PRIMARY KEY (day, board, head)
);
CREATE INDEX scores_at ON scores (at);
