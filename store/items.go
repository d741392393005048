package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/xuanti/xuanti"
)

const (
	itemCols = `i.seq, i.id, i.source_id, i.platform, i.account_id, i.kind, i.ext_id, i.url, i.key, i.title,
	COALESCE(t.text, ''), i.author, i.image, i.published_at, i.seen_at, i.relation, i.copy_of, i.event_id`
	itemFrom = ` FROM items i LEFT JOIN item_texts t ON t.seq = i.seq`
	// itemsByID reads items by their ids, in no order.
	itemsByID = "SELECT " + itemCols + itemFrom + " WHERE i.id"
)

func scanItem(r row, it *xuanti.Item) error {
	return r.Scan(&it.Seq, &it.ID, &it.SourceID, &it.Platform, &it.AccountID, &it.Kind, &it.ExtID, &it.URL, &it.Key,
		&it.Title, &it.Text, &it.Author, &it.Image, millis{&it.PublishedAt}, millis{&it.SeenAt}, &it.Relation,
		&it.CopyOf, &it.EventID)
}

// Item returns one item by id, or CodeNotFound. Its Counts are in Metrics.
func (q *queries) Item(ctx context.Context, id string) (xuanti.Item, error) {
	return one(ctx, q, "item", id, scanItem, itemsByID+" = ?", id)
}

// ItemByKey returns the item filed under a canonical key, or CodeNotFound.
func (q *queries) ItemByKey(ctx context.Context, key string) (xuanti.Item, error) {
	return one(ctx, q, "item with the key", key, scanItem, "SELECT "+itemCols+itemFrom+" WHERE i.key = ?", key)
}

// ItemsByID returns the items with these ids in the given order; ids that are
// not stored are skipped.
func (q *queries) ItemsByID(ctx context.Context, ids []string) ([]xuanti.Item, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := list(ctx, q, "read items", scanItem, itemsByID+q.d.in, strs(ids))
	if err != nil {
		return nil, err
	}
	return inOrder(ids, found, func(it *xuanti.Item) string { return it.ID }), nil
}

// ItemEvent says when an item was seen and which event it belongs to.
type ItemEvent struct {
	ID      string
	SeenAt  time.Time
	EventID string // "" for none
}

// ItemEvents is ItemsByID without the items themselves, for lists of which only
// a page is shown.
func (q *queries) ItemEvents(ctx context.Context, ids []string) ([]ItemEvent, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := list(ctx, q, "read the events of items", func(r row, e *ItemEvent) error {
		var seen int64
		err := r.Scan(&e.ID, &seen, &e.EventID)
		e.SeenAt = xuanti.FromMillis(seen)
		return err
	}, "SELECT id, seen_at, event_id FROM items WHERE id"+q.d.in, strs(ids))
	if err != nil {
		return nil, err
	}
	return inOrder(ids, found, func(e *ItemEvent) string { return e.ID }), nil
}

// inOrder arranges found as ids are.
func inOrder[T any](ids []string, found []T, id func(*T) string) []T {
	at := make(map[string]int, len(found))
	for i := range found {
		at[id(&found[i])] = i
	}
	out := make([]T, 0, len(found))
	for _, want := range ids {
		if i, ok := at[want]; ok {
			out = append(out, found[i])
		}
	}
	return out
}

// SeenKeys returns the item ids of those keys that are stored.
func (q *queries) SeenKeys(ctx context.Context, keys []string) (map[string]string, error) {
	seen := make(map[string]string, len(keys))
	if len(keys) == 0 {
		return seen, nil
	}
	pairs, err := list(ctx, q, "look up keys", func(r row, p *[2]string) error { return r.Scan(&p[0], &p[1]) },
		"SELECT key, id FROM items WHERE key"+q.d.in, strs(keys))
	for _, p := range pairs {
		seen[p[0]] = p[1]
	}
	return seen, err
}

// Items returns a page of items, newest SeenAt first, and the cursor of the next page.
func (q *queries) Items(ctx context.Context, f ItemFilter) (items []xuanti.Item, next string, err error) {
	var w where
	addList(&w, q.d, "i.kind", f.Kinds)
	addList(&w, q.d, "i.platform", f.Platforms)
	addList(&w, q.d, "i.source_id", f.SourceIDs)
	// The second half of these conditions lets a partial index be used.
	if f.AccountID != "" {
		w.add("i.account_id = ? AND i.account_id <> ''", f.AccountID)
	}
	if f.EventID != "" {
		w.add("i.event_id = ? AND i.event_id <> ''", f.EventID)
	}
	if !f.Since.IsZero() {
		w.add("i.seen_at >= ?", ms(f.Since))
	}
	c, more, err := decodeCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	switch {
	case more:
		seq, err := strconv.ParseInt(c.id, 10, 64)
		if err != nil {
			return nil, "", xuanti.Errorf(xuanti.CodeInvalid, "this cursor is of another list; start again without one")
		}
		w.add("i.seen_at <= ? AND (i.seen_at < ? OR i.seq < ?)", min(c.at, until(f.Until)), c.at, seq)
	case !f.Until.IsZero():
		w.add("i.seen_at <= ?", ms(f.Until))
	}
	limit := pageLimit(f.Limit)
	items, err = list(ctx, q, "list items", scanItem, "SELECT "+itemCols+itemFrom+w.String()+
		" ORDER BY i.seen_at DESC, i.seq DESC LIMIT ?", append(w.args, limit+1)...)
	if err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		last := &items[limit-1]
		next = cursor{at: ms(last.SeenAt), id: strconv.FormatInt(last.Seq, 10)}.encode()
	}
	return items, next, nil
}

// addList adds "column is one of values". One value uses the column's index.
// With several the list is read along the time index instead, which stops at
// the limit, where the union of several index ranges would have to be sorted;
// the || keeps the planner from choosing that.
func addList[S ~string](w *where, d dialect, col string, values []S) {
	switch len(values) {
	case 0:
	case 1:
		w.add(col+" = ?", string(values[0]))
	default:
		w.add("("+col+" || '')"+d.in, strs(values))
	}
}

// ItemsAfter returns items in order of arrival, beginning after seq.
func (q *queries) ItemsAfter(ctx context.Context, seq int64, limit int) ([]xuanti.Item, error) {
	return list(ctx, q, "read items", scanItem, "SELECT "+itemCols+itemFrom+" WHERE i.seq > ? ORDER BY i.seq LIMIT ?", seq, most(limit))
}

// SeqSince returns a Seq after which all items follow that were seen at or after
// a time, the newest Seq when there are none.
func (q *queries) SeqSince(ctx context.Context, at time.Time) (int64, error) {
	var n int64
	// The + 0 keeps the planner from walking along seq up to the first that fits.
	err := q.db.QueryRowContext(ctx, "SELECT COALESCE((SELECT MIN(seq + 0) - 1 FROM items WHERE seen_at >= ?), (SELECT MAX(seq) FROM items), 0)", ms(at)).Scan(&n)
	return n, q.wrap("read the newest items", err)
}

// MaxSeq returns the Seq of the newest item, 0 when there is none.
func (q *queries) MaxSeq(ctx context.Context) (int64, error) {
	var n int64
	err := q.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM items").Scan(&n)
	return n, q.wrap("read the newest item", err)
}

// InsertItem files an item under its Key and sets its Seq. When the key is
// stored already it changes nothing, in the item either, and returns false.
// CodeConflict when the id belongs to another key. Counts are not stored: see AddMetrics.
func (tx *Tx) InsertItem(ctx context.Context, it *xuanti.Item) (inserted bool, err error) {
	if it.ID == "" || it.Key == "" {
		return false, xuanti.Errorf(xuanti.CodeInvalid, "an item needs an id and a key")
	}
	var seq int64
	err = tx.db.QueryRowContext(ctx, `INSERT INTO items (id, source_id, platform, account_id, kind, ext_id, url, key, title,
			author, image, published_at, seen_at, relation, copy_of, event_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING seq`,
		it.ID, it.SourceID, it.Platform, it.AccountID, string(it.Kind), it.ExtID, it.URL, it.Key, it.Title, it.Author, it.Image,
		ms(it.PublishedAt), ms(it.SeenAt), string(it.Relation), it.CopyOf, it.EventID).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, tx.wrap("write item", err)
	}
	tx.added[countItems]++
	it.Seq = seq
	return true, tx.putText(ctx, seq, it.Text)
}

// putText keeps no row for an empty text.
func (tx *Tx) putText(ctx context.Context, seq int64, text string) error {
	if text == "" {
		return nil
	}
	_, err := tx.exec(ctx, "write text", `INSERT INTO item_texts (seq, text) VALUES (?, ?)
		ON CONFLICT (seq) DO UPDATE SET text = excluded.text`, seq, text)
	return err
}

// UpdateItem replaces everything of a stored item but its id, Seq and Counts.
// CodeNotFound when the id is not stored, CodeConflict when the key is another item's.
func (tx *Tx) UpdateItem(ctx context.Context, it xuanti.Item) error {
	var seq int64
	err := tx.db.QueryRowContext(ctx, `UPDATE items SET source_id = ?, platform = ?, account_id = ?, kind = ?, ext_id = ?, url = ?,
			key = ?, title = ?, author = ?, image = ?, published_at = ?, seen_at = ?, relation = ?, copy_of = ?, event_id = ?
		WHERE id = ? RETURNING seq`,
		it.SourceID, it.Platform, it.AccountID, string(it.Kind), it.ExtID, it.URL, it.Key, it.Title, it.Author, it.Image,
		ms(it.PublishedAt), ms(it.SeenAt), string(it.Relation), it.CopyOf, it.EventID, it.ID).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("write item: %w", notFound("item", it.ID))
	}
	if err != nil {
		return tx.wrap("write item", err)
	}
	if it.Text == "" {
		_, err = tx.exec(ctx, "write text", "DELETE FROM item_texts WHERE seq = ?", seq)
		return err
	}
	return tx.putText(ctx, seq, it.Text)
}

// SetItemEvent files an item under an event without a membership; "" takes it out.
func (tx *Tx) SetItemEvent(ctx context.Context, itemID, eventID string) error {
	n, err := tx.exec(ctx, "set the event of an item", "UPDATE items SET event_id = ? WHERE id = ?", eventID, itemID)
	if err == nil && n == 0 {
		err = fmt.Errorf("set the event of an item: %w", notFound("item", itemID))
	}
	return err
}

// AccountPosts returns the items of a benchmark account that were seen at or
// before until, newest PublishedAt first.
func (q *queries) AccountPosts(ctx context.Context, accountID string, until time.Time, limit int) ([]xuanti.Item, error) {
	_, to := bounds(time.Time{}, until)
	// The + 0 keeps the planner on the index that has the wanted order.
	return list(ctx, q, "list the posts of an account", scanItem, "SELECT "+itemCols+itemFrom+
		` WHERE i.account_id = ? AND i.account_id <> '' AND i.seen_at + 0 <= ? ORDER BY i.published_at DESC, i.seq DESC LIMIT ?`,
		accountID, to, most(limit))
}
