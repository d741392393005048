-- The first schema. Times are Unix milliseconds (0: unknown), durations
-- milliseconds, booleans 0 or 1, lists and maps JSON text.

-- +goose Up
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- Row counts of the large tables, kept exact by the transactions that change them.
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
);

CREATE TABLE blobs (
  name TEXT PRIMARY KEY,
  at   INTEGER NOT NULL,
  seq  INTEGER NOT NULL,
  data BLOB NOT NULL
);

CREATE TABLE sources (
  id            TEXT PRIMARY KEY,
  kind          TEXT NOT NULL,
  name          TEXT NOT NULL,
  url           TEXT NOT NULL,
  platform      TEXT NOT NULL,
  board         TEXT NOT NULL,
  account_id    TEXT NOT NULL,
  group_name    TEXT NOT NULL,
  tags          TEXT NOT NULL,
  headers       TEXT NOT NULL,
  selector      TEXT NOT NULL,
  zone          TEXT NOT NULL,
  weight        REAL NOT NULL,
  poll_interval INTEGER NOT NULL,
  full_text     INTEGER NOT NULL,
  state         TEXT NOT NULL,
  builtin       INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  next_at       INTEGER NOT NULL DEFAULT 0,
  lease_until   INTEGER NOT NULL DEFAULT 0,
  lease_owner   TEXT NOT NULL DEFAULT '',
  etag          TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '',
  body_hash     TEXT NOT NULL DEFAULT '',
  last_attempt  INTEGER NOT NULL DEFAULT 0,
  last_success  INTEGER NOT NULL DEFAULT 0,
  last_change   INTEGER NOT NULL DEFAULT 0,
  last_status   INTEGER NOT NULL DEFAULT 0,
  last_error    TEXT NOT NULL DEFAULT '',
  failures      INTEGER NOT NULL DEFAULT 0,
  attempts      INTEGER NOT NULL DEFAULT 0,
  successes     INTEGER NOT NULL DEFAULT 0,
  items         INTEGER NOT NULL DEFAULT 0,
  last_items    INTEGER NOT NULL DEFAULT 0,
  last_new      INTEGER NOT NULL DEFAULT 0,
  latency       INTEGER NOT NULL DEFAULT 0,
  adapter       TEXT NOT NULL DEFAULT '',
  moved         TEXT NOT NULL DEFAULT '',
  moved_count   INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sources_due ON sources (state, next_at);

CREATE TABLE items (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT NOT NULL,
  source_id    TEXT NOT NULL,
  platform     TEXT NOT NULL,
  account_id   TEXT NOT NULL,
  kind         TEXT NOT NULL,
  ext_id       TEXT NOT NULL,
  url          TEXT NOT NULL,
  key          TEXT NOT NULL,
  title        TEXT NOT NULL,
  author       TEXT NOT NULL,
  image        TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  seen_at      INTEGER NOT NULL,
  relation     TEXT NOT NULL,
  copy_of      TEXT NOT NULL,
  event_id     TEXT NOT NULL
);
CREATE UNIQUE INDEX items_id ON items (id);
CREATE UNIQUE INDEX items_key ON items (key);
CREATE INDEX items_seen ON items (seen_at);
CREATE INDEX items_source ON items (source_id, seen_at);
CREATE INDEX items_platform ON items (platform, seen_at);
CREATE INDEX items_account ON items (account_id, seen_at) WHERE account_id <> '';
CREATE INDEX items_published ON items (account_id, published_at) WHERE account_id <> '';
CREATE INDEX items_event ON items (event_id, seen_at) WHERE event_id <> '';

-- Bodies lie apart so that lists read, and event changes write, short rows.
CREATE TABLE item_texts (
  seq  INTEGER PRIMARY KEY,
  text TEXT NOT NULL
);

CREATE TABLE fingerprints (
  item_id TEXT PRIMARY KEY,
  at      INTEGER NOT NULL,
  title   INTEGER NOT NULL, -- 64-bit hashes, as signed numbers
  body    INTEGER NOT NULL,
  runes   INTEGER NOT NULL,
  data    BLOB NOT NULL
);
CREATE INDEX fingerprints_at ON fingerprints (at, item_id);
CREATE INDEX fingerprints_body ON fingerprints (body, at) WHERE body <> 0;
CREATE INDEX fingerprints_title ON fingerprints (title, at) WHERE title <> 0;

CREATE TABLE snapshots (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  board     TEXT NOT NULL,
  at        INTEGER NOT NULL,
  source_id TEXT NOT NULL,
  adapter   TEXT NOT NULL,
  entries   INTEGER NOT NULL,
  dropped   INTEGER NOT NULL
);
CREATE UNIQUE INDEX snapshots_board ON snapshots (board, at);

-- Kept for ever, so kept small: a row names its snapshot and its item by number.
CREATE TABLE observations (
  snapshot INTEGER NOT NULL, -- snapshots.id
  rank     INTEGER NOT NULL,
  item     INTEGER NOT NULL, -- items.seq
  heat     INTEGER,          -- NULL: the board prints none
  label    TEXT NOT NULL,
  PRIMARY KEY (snapshot, rank, item)
) WITHOUT ROWID;
CREATE INDEX observations_item ON observations (item, snapshot);

CREATE TABLE board_items (
  board    TEXT NOT NULL,
  item     INTEGER NOT NULL, -- items.seq
  first_at INTEGER NOT NULL,
  PRIMARY KEY (board, item)
) WITHOUT ROWID;

CREATE TABLE events (
  id           TEXT PRIMARY KEY,
  topic_id     TEXT NOT NULL,
  title        TEXT NOT NULL,
  first_at     INTEGER NOT NULL,
  last_at      INTEGER NOT NULL,
  items        INTEGER NOT NULL,
  copies       INTEGER NOT NULL,
  platforms    TEXT NOT NULL,
  terms        TEXT NOT NULL,
  state        TEXT NOT NULL,
  state_since  INTEGER NOT NULL,
  heat         REAL NOT NULL,
  peak_heat    REAL NOT NULL,
  peak_at      INTEGER NOT NULL,
  redirect_to  TEXT NOT NULL,
  pinned       INTEGER NOT NULL,
  -- a copy of the newest row in event_points, so that "now" needs one index range
  p_first      INTEGER NOT NULL DEFAULT 0, -- time of the oldest point
  p_at         INTEGER NOT NULL DEFAULT 0,
  p_heat       REAL NOT NULL DEFAULT 0,
  p_state      TEXT NOT NULL DEFAULT '',
  p_platforms  INTEGER NOT NULL DEFAULT 0,
  p_items      INTEGER NOT NULL DEFAULT 0,
  p_grow       REAL NOT NULL DEFAULT -1,
  p_stay       REAL NOT NULL DEFAULT -1,
  p_spread     REAL NOT NULL DEFAULT -1,
  p_lift       REAL NOT NULL DEFAULT 0
);
CREATE INDEX events_last ON events (last_at);
CREATE INDEX events_topic ON events (topic_id, last_at);
CREATE INDEX events_point ON events (p_at, redirect_to, p_heat, id);
-- For times in the past: events by their first point, and those few apart that
-- live longer than three days (see EventsAt).
CREATE INDEX events_first ON events (p_first, p_at, redirect_to, id);
CREATE INDEX events_long ON events (p_at, p_first, redirect_to, id) WHERE p_at - p_first > 259200000;
CREATE INDEX events_redirect ON events (redirect_to) WHERE redirect_to <> '';

CREATE TABLE event_points (
  event_id  TEXT NOT NULL,
  at        INTEGER NOT NULL,
  heat      REAL NOT NULL,
  state     TEXT NOT NULL,
  platforms INTEGER NOT NULL,
  items     INTEGER NOT NULL,
  grow      REAL NOT NULL,
  stay      REAL NOT NULL,
  spread    REAL NOT NULL,
  lift      REAL NOT NULL,
  PRIMARY KEY (event_id, at)
) WITHOUT ROWID;

CREATE TABLE topics (
  id          TEXT PRIMARY KEY,
  title       TEXT NOT NULL,
  first_at    INTEGER NOT NULL,
  last_at     INTEGER NOT NULL,
  events      INTEGER NOT NULL,
  redirect_to TEXT NOT NULL
);
CREATE INDEX topics_redirect ON topics (redirect_to) WHERE redirect_to <> '';

CREATE TABLE memberships (
  item_id  TEXT PRIMARY KEY,
  event_id TEXT NOT NULL,
  at       INTEGER NOT NULL,
  score    REAL NOT NULL,
  made_by  TEXT NOT NULL,
  why      TEXT NOT NULL
);
CREATE INDEX memberships_event ON memberships (event_id, at);

CREATE TABLE bursts (
  term       TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL,
  PRIMARY KEY (term, started_at)
);
CREATE INDEX bursts_ended ON bursts (ended_at, started_at);

CREATE TABLE burst_points (
  term        TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  ended_at    INTEGER NOT NULL,
  time_window INTEGER NOT NULL,
  count       REAL NOT NULL,
  expected    REAL NOT NULL,
  score       REAL NOT NULL,
  sources     INTEGER NOT NULL,
  titles      TEXT NOT NULL,
  event_ids   TEXT NOT NULL,
  new_word    INTEGER NOT NULL,
  PRIMARY KEY (term, started_at, at)
);

CREATE TABLE words (
  word     TEXT PRIMARY KEY,
  status   TEXT NOT NULL,
  score    REAL NOT NULL,
  count    INTEGER NOT NULL,
  sources  INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  samples  TEXT NOT NULL,
  decided  INTEGER NOT NULL,
  category TEXT NOT NULL
);
CREATE INDEX words_status ON words (status, score);

CREATE TABLE accounts (
  id           TEXT PRIMARY KEY,
  platform     TEXT NOT NULL,
  name         TEXT NOT NULL,
  handle       TEXT NOT NULL,
  url          TEXT NOT NULL,
  group_name   TEXT NOT NULL,
  followers    INTEGER,
  followers_at INTEGER NOT NULL,
  note         TEXT NOT NULL,
  created_at   INTEGER NOT NULL
);

CREATE TABLE metrics (
  item_id    TEXT NOT NULL,
  name       TEXT NOT NULL,
  at         INTEGER NOT NULL,
  value      INTEGER NOT NULL,
  at_least   INTEGER NOT NULL,
  provenance TEXT NOT NULL,
  PRIMARY KEY (item_id, name, at)
) WITHOUT ROWID;

CREATE TABLE profiles (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  platform   TEXT NOT NULL,
  keywords   TEXT NOT NULL,
  exclude    TEXT NOT NULL,
  peers      TEXT NOT NULL,
  feed_url   TEXT NOT NULL,
  production INTEGER NOT NULL,
  weights    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE own_posts (
  profile_id TEXT NOT NULL,
  key        TEXT NOT NULL,
  title      TEXT NOT NULL,
  text       TEXT NOT NULL,
  url        TEXT NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (profile_id, key)
);
CREATE INDEX own_posts_at ON own_posts (profile_id, at);

CREATE TABLE decisions (
  suggestion_id TEXT NOT NULL,
  at            INTEGER NOT NULL,
  profile_id    TEXT NOT NULL,
  event_id      TEXT NOT NULL,
  status        TEXT NOT NULL,
  reason        TEXT NOT NULL,
  note          TEXT NOT NULL,
  snapshot      BLOB NOT NULL,
  PRIMARY KEY (suggestion_id, at)
);
CREATE INDEX decisions_profile ON decisions (profile_id, at);
CREATE INDEX decisions_event ON decisions (event_id);

CREATE TABLE subscriptions (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  rule        TEXT NOT NULL,
  channel_ids TEXT NOT NULL,
  feed_token  TEXT NOT NULL,
  active      INTEGER NOT NULL,
  escalate    INTEGER NOT NULL,
  cooldown    INTEGER NOT NULL,
  daily_cap   INTEGER NOT NULL,
  quiet_from  TEXT NOT NULL,
  quiet_to    TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX subscriptions_feed ON subscriptions (feed_token) WHERE feed_token <> '';

CREATE TABLE channels (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  url        TEXT NOT NULL,
  secret     TEXT NOT NULL,
  active     INTEGER NOT NULL,
  failures   INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE matches (
  id              TEXT PRIMARY KEY,
  subscription_id TEXT NOT NULL,
  event_id        TEXT NOT NULL,
  item_id         TEXT NOT NULL,
  stage           TEXT NOT NULL,
  at              INTEGER NOT NULL,
  terms           TEXT NOT NULL,
  heat            REAL NOT NULL,
  platforms       INTEGER NOT NULL,
  title           TEXT NOT NULL,
  url             TEXT NOT NULL
);
CREATE UNIQUE INDEX matches_once ON matches (subscription_id, event_id, stage);
CREATE INDEX matches_at ON matches (at, id);
CREATE INDEX matches_subscription ON matches (subscription_id, at, id);
CREATE INDEX matches_event ON matches (event_id, at, id);

CREATE TABLE deliveries (
  id              TEXT PRIMARY KEY,
  dedupe_key      TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  channel_id      TEXT NOT NULL,
  match_id        TEXT NOT NULL,
  event_id        TEXT NOT NULL,
  type            TEXT NOT NULL,
  payload         BLOB NOT NULL,
  state           TEXT NOT NULL,
  attempts        INTEGER NOT NULL,
  next_at         INTEGER NOT NULL,
  lease_until     INTEGER NOT NULL,
  last_code       INTEGER NOT NULL,
  last_error      TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  done_at         INTEGER NOT NULL
);
CREATE UNIQUE INDEX deliveries_once ON deliveries (dedupe_key);
CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE state = 'pending';
CREATE INDEX deliveries_created ON deliveries (created_at, id);
CREATE INDEX deliveries_subscription ON deliveries (subscription_id, created_at, id);

CREATE TABLE tokens (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  scopes     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used  INTEGER NOT NULL
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);

CREATE TABLE imports (
  id      TEXT PRIMARY KEY,
  kind    TEXT NOT NULL,
  name    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  total   INTEGER NOT NULL,
  added   INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  errors  TEXT NOT NULL
);
CREATE INDEX imports_at ON imports (at, id);

CREATE TABLE digests (
  day        TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  at         INTEGER NOT NULL,
  body       BLOB NOT NULL,
  PRIMARY KEY (day, profile_id)
);
