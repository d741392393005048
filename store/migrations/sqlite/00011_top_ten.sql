-- +goose Up
-- The probability that a board lists the event in the top ten in 3 h, beside
-- the other forecasts of a point and in the copy of the newest one.
ALTER TABLE event_points ADD COLUMN top10 REAL NOT NULL DEFAULT -1;
ALTER TABLE events ADD COLUMN p_top10 REAL NOT NULL DEFAULT -1;
