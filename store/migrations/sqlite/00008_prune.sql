-- +goose Up
-- Old articles, to prune them: what boards have listed stays for ever, and every
-- night would walk past all of it.
CREATE INDEX items_articles ON items (seen_at) WHERE kind <> 'entry';
