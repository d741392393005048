-- +goose Up
-- Texts are compared in memory, where the fingerprints of three days lie. The
-- database was never asked by hash, and two indexes in no order of time cost
-- every new item two pages, which grew with history.
DROP INDEX fingerprints_body;
DROP INDEX fingerprints_title;
ALTER TABLE fingerprints DROP COLUMN title;
ALTER TABLE fingerprints DROP COLUMN body;
