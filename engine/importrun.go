package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/sheet"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

// CommitImport implements Writer. Each batch of rows is written at once with
// how far the import has come; one that was cut off goes on where it stopped,
// read as it was begun. dry does everything but the writing. progress, if not
// nil, is called after each batch.
func (e *Engine) CommitImport(ctx context.Context, id string, plan ImportPlan, dry bool, progress func(ImportView)) (ImportView, error) {
	if err := e.writable(); err != nil {
		return ImportView{}, err
	}
	im, data, err := e.waiting(ctx, id)
	if err != nil {
		return ImportView{}, err
	}
	if im.State == xuanti.ImportRunning {
		if err := json.Unmarshal([]byte(im.Options), &plan); err != nil {
			return ImportView{}, xuanti.Wrap(xuanti.CodeCorrupt, err, "the options of an import cannot be read")
		}
	} else if plan.ObservedAt == nil {
		if err := e.importedBefore(ctx, &im, plan.AccountID); err != nil && !dry {
			return ImportView{}, err
		}
		now := e.Now().Truncate(time.Second)
		plan.ObservedAt = &now
	}
	if plan.ObservedAt.After(e.Now().Add(clockSkew)) {
		return ImportView{}, invalid("/observed_at", "数据时间在未来 (observed in the future)")
	}
	t, p, err := e.readTable(ctx, data, plan)
	if err != nil {
		return ImportView{}, err
	}
	if m := p.Missing(); m != "" {
		return ImportView{}, invalid("/map", m)
	}
	options, err := json.Marshal(plan)
	if err != nil {
		return ImportView{}, fmt.Errorf("keep the options: %w", err)
	}
	im.Options, im.AccountID, im.Rows = string(options), plan.AccountID, t.Rows()
	run := importRun{e: e, im: im, plan: plan, sheet: p, dry: dry}
	if run.book, err = e.accountBook(ctx); err != nil {
		return ImportView{}, err
	}
	if plan.AccountID != "" {
		if run.account = run.book.find("", plan.AccountID); run.account == nil {
			return ImportView{}, invalid("/account_id", "没有这个账号 (no such account)")
		}
	}
	for {
		if err := run.batch(ctx); err != nil {
			return ImportView{}, err
		}
		if progress != nil {
			progress(importView(run.im))
		}
		if run.im.Next >= run.im.Rows {
			break
		}
	}
	v := importView(run.im)
	if !dry {
		e.publish(e.Now(), "import.finished", v)
	}
	return v, nil
}

// importedBefore refuses a file that was imported for the same account: a
// second time it would be taken for a new observation of the same numbers.
func (e *Engine) importedBefore(ctx context.Context, im *xuanti.Import, accountID string) error {
	twins, err := e.store.ImportsOf(ctx, im.Hash)
	if err != nil {
		return err
	}
	for _, o := range twins {
		if o.ID != im.ID && o.AccountID == accountID && (o.State == xuanti.ImportDone || o.State == xuanti.ImportRunning) {
			return xuanti.Errorf(xuanti.CodeConflict, "同一份文件 %s 导入过（编号 %s）；请先撤销它，或写明数据时间 observed_at (this file was imported before)", local(o.At), o.ID)
		}
	}
	return nil
}

// importRun takes a file in.
type importRun struct {
	e       *Engine
	im      xuanti.Import
	plan    ImportPlan
	sheet   *sheet.Plan
	book    accountBook
	account *xuanti.Account // of the plan; nil: a column must say it
	dry     bool
}

// batch takes the next rows.
func (r *importRun) batch(ctx context.Context) error {
	e := r.e
	e.mu.Lock()
	defer e.mu.Unlock()
	if now, err := e.store.Import(ctx, r.im.ID); err != nil {
		return err
	} else if !r.dry && (now.State == xuanti.ImportUndone || now.State == xuanti.ImportDone || now.Next != r.im.Next) {
		return xuanti.Errorf(xuanti.CodeConflict, "这次导入在别处被继续或撤销 (the import was continued or undone elsewhere)")
	}
	next := r.im
	next.Errors = append([]xuanti.ImportError(nil), r.im.Errors...)
	next.State = xuanti.ImportRunning
	var rows []seenPost
	for ; next.Next < next.Rows && len(rows) < importBatch; next.Next++ {
		row, problems := r.sheet.Row(next.Next)
		if note(&next, problems) {
			next.Skipped++
			continue
		}
		if s, ok := r.seen(&row, &next); ok {
			rows = append(rows, s)
		}
	}
	done, err := e.record(ctx, rows, store.ImportMark(r.im.ID), !r.dry, func(tx *store.Tx, done recorded) error {
		r.settle(&next, done)
		if next.State == xuanti.ImportDone {
			if err := tx.DropBlob(ctx, upload(next.ID)); err != nil {
				return err
			}
		}
		return tx.PutImport(ctx, next)
	})
	if err != nil {
		return err
	}
	if r.dry {
		r.settle(&next, done)
		next.State = r.im.State
	}
	r.im = next
	return nil
}

// settle adds what came of a batch to the record.
func (r *importRun) settle(im *xuanti.Import, done recorded) {
	im.Added += done.added
	im.Created += done.created
	im.Skipped += done.lost
	for _, w := range done.wrong {
		message := w.message
		if w.field != "" {
			message = w.field + "：" + message
		}
		complain(im, w.row, "", message)
	}
	if im.Next >= im.Rows {
		im.State = xuanti.ImportDone
	}
}

// seen is a row with its account.
func (r *importRun) seen(row *sheet.Row, im *xuanti.Import) (seenPost, bool) {
	s := seenPost{place: place{row: row.Line}, url: row.URL, extID: row.PostID, title: row.Title, published: row.PublishedAt, at: *r.plan.ObservedAt,
		account: r.account, counts: row.Counts, followers: row.Followers}
	if !row.ObservedAt.IsZero() {
		s.at = row.ObservedAt
	} else if row.Followers != nil && row.Title == "" && row.URL == "" && !row.PublishedAt.IsZero() {
		s.at = row.PublishedAt // a table of days: the day is when the followers were counted
	}
	if row.Account != "" {
		platform := ""
		if r.account != nil {
			platform = r.account.Platform
		}
		if a := r.book.find(platform, row.Account); a != nil {
			s.account = a
		} else if r.account == nil {
			complain(im, row.Line, "", fmt.Sprintf("没有账号「%s」，请先添加 (no such account)", nlp.Shorten(row.Account, 40)))
			im.Skipped++
			return s, false
		}
	}
	if s.account == nil && (row.URL == "" || row.Followers != nil) {
		complain(im, row.Line, "", "没有指明账号 (no account is named)")
		im.Skipped++
		return s, false
	}
	return s, true
}

// UndoImport implements Writer: what the import brought is taken out, all of it
// at once. A file that only waits is forgotten.
func (e *Engine) UndoImport(ctx context.Context, id string) (ImportView, error) {
	if err := e.writable(); err != nil {
		return ImportView{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	im, err := e.store.Import(ctx, id)
	if err != nil {
		return ImportView{}, err
	}
	if im.Kind != "metrics" || im.State == xuanti.ImportUndone {
		return ImportView{}, xuanti.Errorf(xuanti.CodeConflict, "只有数据导入可以撤销，而且只能撤销一次 (only an import of metrics can be undone, and only once)")
	}
	if im.State == xuanti.ImportPreview {
		im.State = xuanti.ImportUndone
		return importView(im), e.store.Update(ctx, func(tx *store.Tx) error { return dropUpload(ctx, tx, id) })
	}
	var gone []string
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.DropBlob(ctx, upload(id)); err != nil {
			return err
		}
		var err error
		if gone, err = tx.UndoImport(ctx, id); err != nil {
			return err
		}
		im.State = xuanti.ImportUndone
		return tx.PutImport(ctx, im)
	})
	if err != nil {
		return ImportView{}, err
	}
	e.forgetPeers()
	// Search leaves out what the store does not hold, so these two may fail
	// without harm: what they would tidy up shows nowhere.
	if err := e.indexer.drain(ctx); err != nil {
		e.log.Warn("indexing before an undone import failed", "error", err)
	}
	if err := e.index.Delete(ctx, gone); err != nil {
		e.log.Warn("an undone import is still in the index", "import", id, "error", err)
	}
	v := importView(im)
	e.publish(e.Now(), "import.finished", v)
	return v, nil
}
