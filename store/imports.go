package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/xuanti/xuanti"
)

const importCols = "id, kind, name, at, state, account_id, options, hash, next_row, total, added, created, skipped, wrong, errors"

func scanImport(r row, i *xuanti.Import) error {
	return r.Scan(&i.ID, &i.Kind, &i.Name, millis{&i.At}, &i.State, &i.AccountID, &i.Options, &i.Hash, &i.Next, &i.Rows, &i.Added, &i.Created, &i.Skipped, &i.Wrong, jsonText{&i.Errors})
}

// PutImport inserts or replaces the record of an import; no state means done.
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
	if i.State == "" {
		i.State = xuanti.ImportDone
	}
	_, err := tx.exec(ctx, "write import", `INSERT INTO imports (`+importCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, at = excluded.at, state = excluded.state,
			account_id = excluded.account_id, options = excluded.options, hash = excluded.hash, next_row = excluded.next_row,
			total = excluded.total, added = excluded.added, created = excluded.created, skipped = excluded.skipped,
			wrong = excluded.wrong, errors = excluded.errors`,
		i.ID, i.Kind, i.Name, ms(i.At), string(i.State), i.AccountID, i.Options, i.Hash, i.Next, i.Rows, i.Added, i.Created, i.Skipped, i.Wrong, problems)
	return err
}

// DeleteImport removes the record of an import. CodeNotFound when there is none.
func (tx *Tx) DeleteImport(ctx context.Context, id string) error {
	return tx.deleteOne(ctx, "import", "DELETE FROM imports WHERE id = ?", id)
}

// Imports returns the records of imports, newest first.
func (q *queries) Imports(ctx context.Context, limit int) ([]xuanti.Import, error) {
	return list(ctx, q, "list imports", scanImport, "SELECT "+importCols+" FROM imports ORDER BY at DESC, id DESC LIMIT ?", most(limit))
}

// ImportsOf returns the imports of a file with this hash, newest first.
func (q *queries) ImportsOf(ctx context.Context, hash string) ([]xuanti.Import, error) {
	return list(ctx, q, "find imports", scanImport, "SELECT "+importCols+" FROM imports WHERE hash = ? AND hash <> '' ORDER BY at DESC, id DESC", hash)
}

// Import returns the record of one import, or CodeNotFound.
func (q *queries) Import(ctx context.Context, id string) (xuanti.Import, error) {
	return one(ctx, q, "import", id, scanImport, "SELECT "+importCols+" FROM imports WHERE id = ?", id)
}

// ImportMark is the provenance, and the source of new posts, of an import.
func ImportMark(id string) string { return "import:" + id }

// UndoImport takes out the counts and followers of an import, and those of its
// posts that nothing else has given a count or an event. It returns the ids of
// the posts that are gone.
func (tx *Tx) UndoImport(ctx context.Context, id string) (gone []string, err error) {
	mark := ImportMark(id)
	if _, err := tx.remove(ctx, countMetrics, "DELETE FROM metrics WHERE provenance = ? AND provenance >= 'import:' AND provenance < 'import;'", mark); err != nil {
		return nil, err
	}
	accounts, err := list(ctx, &tx.queries, "find followers", scanValue[string], "SELECT DISTINCT account_id FROM followers WHERE provenance = ?", mark)
	if err != nil {
		return nil, err
	}
	if _, err := tx.exec(ctx, "delete followers", "DELETE FROM followers WHERE provenance = ?", mark); err != nil {
		return nil, err
	}
	for _, a := range accounts {
		if err := tx.newestFollowers(ctx, a); err != nil {
			return nil, err
		}
	}
	gone, err = list(ctx, &tx.queries, "find the posts of an import", scanValue[string],
		"SELECT i.id FROM items i WHERE i.source_id = ? AND i.event_id = '' AND NOT EXISTS (SELECT 1 FROM metrics m WHERE m.item_id = i.id)", mark)
	if err != nil {
		return nil, err
	}
	return gone, tx.dropItems(ctx, append([]string(nil), gone...))
}

// Answer returns what was answered under a name, with the hash of what was
// asked; ok is false when nothing was.
func (q *queries) Answer(ctx context.Context, name string) (hash string, answer []byte, ok bool, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT hash, answer FROM answers WHERE name = ?", name).Scan(&hash, &answer)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, false, nil
	}
	return hash, answer, err == nil, q.wrap("read answer", err)
}

// PutAnswer keeps an answer and forgets those given before a time.
func (tx *Tx) PutAnswer(ctx context.Context, name string, at, before time.Time, hash string, answer []byte) error {
	if _, err := tx.exec(ctx, "delete answers", "DELETE FROM answers WHERE at < ?", ms(before)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "write answer", `INSERT INTO answers (name, at, hash, answer) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET at = excluded.at, hash = excluded.hash, answer = excluded.answer`, name, ms(at), hash, blob(answer))
	return err
}
