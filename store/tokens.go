package store

import (
	"context"

	"github.com/xuanti/xuanti"
)

const tokenCols = "id, name, hash, scopes, created_at, expires_at, last_used"

func scanToken(r row, t *xuanti.Token) error {
	return r.Scan(&t.ID, &t.Name, &t.Hash, jsonText{&t.Scopes}, millis{&t.CreatedAt}, millis{&t.ExpiresAt}, millis{&t.LastUsed})
}

// Tokens returns all API tokens, oldest first.
func (q *queries) Tokens(ctx context.Context) ([]xuanti.Token, error) {
	return list(ctx, q, "list tokens", scanToken, "SELECT "+tokenCols+" FROM tokens ORDER BY created_at, id")
}

// TokenByHash returns the token whose secret has this hash, or CodeNotFound. It
// does not look at ExpiresAt.
func (q *queries) TokenByHash(ctx context.Context, hash string) (xuanti.Token, error) {
	return one(ctx, q, "token with the hash", "…", scanToken, "SELECT "+tokenCols+" FROM tokens WHERE hash = ?", hash)
}

// PutToken inserts or replaces a token. CodeConflict when another one has its hash.
func (tx *Tx) PutToken(ctx context.Context, t xuanti.Token) error {
	if t.ID == "" || t.Hash == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a token needs an id and a hash")
	}
	_, err := tx.exec(ctx, "write token", `INSERT INTO tokens (`+tokenCols+`) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, hash = excluded.hash, scopes = excluded.scopes,
			created_at = excluded.created_at, expires_at = excluded.expires_at, last_used = excluded.last_used`,
		t.ID, t.Name, t.Hash, strs(t.Scopes), ms(t.CreatedAt), ms(t.ExpiresAt), ms(t.LastUsed))
	return err
}

// DeleteToken removes a token. CodeNotFound when there is none.
func (tx *Tx) DeleteToken(ctx context.Context, id string) error {
	return tx.deleteOne(ctx, "token", "DELETE FROM tokens WHERE id = ?", id)
}
