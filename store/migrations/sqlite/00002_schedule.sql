-- +goose Up
ALTER TABLE sources ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN rhythm BLOB NOT NULL DEFAULT x'';
-- The host of the address: leases leave out hosts that are busy.
ALTER TABLE sources ADD COLUMN host TEXT NOT NULL DEFAULT '';
UPDATE sources SET host = lower(substr(url, instr(url, '://') + 3)) WHERE instr(url, '://') > 0;
UPDATE sources SET host = substr(host, 1, instr(host, '/') - 1) WHERE instr(host, '/') > 0;
