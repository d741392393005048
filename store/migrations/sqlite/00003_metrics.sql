-- Followers over time, imports that can be continued and undone, answers that
-- are given once.

-- +goose Up
CREATE TABLE followers (
  account_id TEXT NOT NULL,
  at         INTEGER NOT NULL,
  value      INTEGER NOT NULL,
  at_least   INTEGER NOT NULL,
  provenance TEXT NOT NULL,
  PRIMARY KEY (account_id, at)
);
CREATE INDEX followers_provenance ON followers (provenance);
INSERT INTO followers SELECT id, followers_at, followers, 0, 'manual' FROM accounts WHERE followers IS NOT NULL;

ALTER TABLE imports ADD COLUMN state TEXT NOT NULL DEFAULT 'done';
ALTER TABLE imports ADD COLUMN account_id TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN options TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN next_row INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0;
CREATE INDEX imports_hash ON imports (hash) WHERE hash <> '';

-- What an import brought, and nothing else: most counts come from feeds.
CREATE INDEX metrics_import ON metrics (provenance) WHERE provenance >= 'import:' AND provenance < 'import;';

CREATE TABLE answers (
  name   TEXT PRIMARY KEY,
  at     INTEGER NOT NULL,
  hash   TEXT NOT NULL,
  answer BLOB NOT NULL
);
CREATE INDEX answers_at ON answers (at);
