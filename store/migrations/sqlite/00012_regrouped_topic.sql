-- +goose Up
-- The topic of an event before a person merged it into one of another topic:
-- taking the merge back gives it back.
ALTER TABLE regroupings ADD COLUMN topic_id TEXT NOT NULL DEFAULT '';
