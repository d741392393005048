package store

import (
	"context"
	"fmt"

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

const importCols = "id, kind, name, at, total, added, skipped, errors"

func scanImport(r row, i *xuanti.Import) error {
	return r.Scan(&i.ID, &i.Kind, &i.Name, millis{&i.At}, &i.Rows, &i.Added, &i.Skipped, jsonText{&i.Errors})
}

// PutImport inserts or replaces the record of an import.
func (tx *Tx) PutImport(ctx context.Context, i xuanti.Import) error {
	if i.ID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "an import needs an id")
	}
	problems := "[]"
	if len(i.Errors) > 0 {
		var err error
		if problems, err = encode(i.Errors); err != nil {
			return fmt.Errorf("write import: %w", err)
		}
	}
	_, err := tx.exec(ctx, "write import", `INSERT INTO imports (`+importCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, at = excluded.at, total = excluded.total,
			added = excluded.added, skipped = excluded.skipped, errors = excluded.errors`,
		i.ID, i.Kind, i.Name, ms(i.At), i.Rows, i.Added, i.Skipped, problems)
	return err
}

// Imports returns the records of imports, newest first.
func (q *queries) Imports(ctx context.Context, limit int) ([]xuanti.Import, error) {
	return list(ctx, q, "list imports", scanImport, "SELECT "+importCols+" FROM imports ORDER BY at DESC, id DESC LIMIT ?", most(limit))
}

// Import returns the record of one import, or CodeNotFound.
func (q *queries) Import(ctx context.Context, id string) (xuanti.Import, error) {
	return one(ctx, q, "import", id, scanImport, "SELECT "+importCols+" FROM imports WHERE id = ?", id)
}
