-- +goose Up
-- Whether a person decided what the topic is.
ALTER TABLE topics ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
