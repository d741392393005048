package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/sheet"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

const (
	importBatch  = 500 // rows of a file that are written together
	importSample = 10  // rows that a preview shows
	importTime   = 30 * time.Second
	uploadKept   = 24 * time.Hour // of a file that nobody imported
)

// UploadImport implements Writer: it keeps the file and shows how it would be
// read. Nothing is imported before CommitImport.
func (e *Engine) UploadImport(ctx context.Context, name string, r io.Reader, plan ImportPlan) (ImportPreview, error) {
	if err := e.writable(); err != nil {
		return ImportPreview{}, err
	}
	data, err := io.ReadAll(io.LimitReader(r, sheet.MaxBytes+1))
	if err != nil {
		return ImportPreview{}, xuanti.Wrap(xuanti.CodeInvalid, err, "文件没有收全 (the file did not arrive in full)")
	}
	sum := sha256.Sum256(data)
	now := e.Now()
	im := xuanti.Import{Kind: "metrics", Name: nlp.Shorten(name, 200), At: now, State: xuanti.ImportPreview, AccountID: plan.AccountID, Hash: hex.EncodeToString(sum[:])}
	im.ID = xuanti.NewID(now, "import", im.Hash, name)
	v, err := e.previewFile(ctx, &im, data, plan)
	if err != nil {
		return v, err
	}
	if err := e.dropOldUploads(ctx, now); err != nil {
		return v, err
	}
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.PutBlob(ctx, upload(im.ID), now, 0, data); err != nil {
			return err
		}
		return tx.PutImport(ctx, im)
	})
	return v, err
}

// ImportMetrics implements Writer: UploadImport and CommitImport at once. A file
// of which nothing was taken is not kept.
func (e *Engine) ImportMetrics(ctx context.Context, name string, r io.Reader, plan ImportPlan, dry bool, progress func(ImportView)) (ImportPreview, ImportView, error) {
	p, err := e.UploadImport(ctx, name, r, plan)
	if err != nil {
		return p, ImportView{}, err
	}
	v, err := e.CommitImport(ctx, p.Import.ID, plan, dry, progress)
	lasting := context.WithoutCancel(ctx)
	if im, ierr := e.store.Import(lasting, p.Import.ID); ierr == nil && im.State == xuanti.ImportPreview {
		if derr := e.store.Update(lasting, func(tx *store.Tx) error { return dropUpload(lasting, tx, im.ID) }); err == nil {
			err = derr
		}
	}
	return p, v, err
}

// upload is the name under which a file waits.
func upload(id string) string { return "upload/" + id }

// dropOldUploads forgets the files that nobody imported within a day.
func (e *Engine) dropOldUploads(ctx context.Context, now time.Time) error {
	all, err := e.store.Imports(ctx, 1000)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.State == xuanti.ImportPreview && now.Sub(o.At) > uploadKept {
			if err := e.store.Update(ctx, func(tx *store.Tx) error { return dropUpload(ctx, tx, o.ID) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func dropUpload(ctx context.Context, tx *store.Tx, id string) error {
	if err := tx.DropBlob(ctx, upload(id)); err != nil {
		return err
	}
	return tx.DeleteImport(ctx, id)
}

// PreviewImport implements Reader: an uploaded file under another plan.
func (e *Engine) PreviewImport(ctx context.Context, id string, plan ImportPlan) (ImportPreview, error) {
	im, data, err := e.waiting(ctx, id)
	if err != nil {
		return ImportPreview{}, err
	}
	return e.previewFile(ctx, &im, data, plan)
}

// waiting returns an import that is not finished, with its file.
func (e *Engine) waiting(ctx context.Context, id string) (xuanti.Import, []byte, error) {
	im, err := e.store.Import(ctx, id)
	if err != nil {
		return im, nil, err
	}
	switch im.State {
	case xuanti.ImportDone:
		return im, nil, xuanti.Errorf(xuanti.CodeConflict, "这份文件已经导入 (the import is finished)")
	case xuanti.ImportUndone:
		return im, nil, xuanti.Errorf(xuanti.CodeConflict, "这次导入已经撤销，请重新上传 (the import was undone)")
	}
	data, _, _, ok, err := e.store.Blob(ctx, upload(id))
	if err == nil && !ok {
		err = xuanti.Errorf(xuanti.CodeNotFound, "上传的文件已过期，请重新上传 (the uploaded file is gone)")
	}
	return im, data, err
}

// readTable opens a file and plans how to read it.
func (e *Engine) readTable(ctx context.Context, data []byte, plan ImportPlan) (*sheet.Table, *sheet.Plan, error) {
	ctx, cancel := context.WithTimeout(ctx, importTime)
	defer cancel()
	zone := xuanti.Shanghai
	if plan.Zone != "" {
		var err error
		if zone, err = time.LoadLocation(plan.Zone); err != nil {
			return nil, nil, invalid("/zone", "时区要写成 Asia/Shanghai 这样 (unknown zone)")
		}
	}
	t, err := sheet.Open(ctx, data)
	if err != nil {
		return nil, nil, err
	}
	p, err := t.Plan(plan.Preset, plan.Map, zone, e.Now())
	return t, p, err
}

func (e *Engine) previewFile(ctx context.Context, im *xuanti.Import, data []byte, plan ImportPlan) (ImportPreview, error) {
	v := ImportPreview{Plan: plan, Fields: sheet.Fields(), Columns: []ImportColumn{}, Sample: []ImportRow{}}
	t, p, err := e.readTable(ctx, data, plan)
	if err != nil {
		return v, err
	}
	twins, err := e.store.ImportsOf(ctx, im.Hash)
	if err != nil {
		return v, err
	}
	v.Preset, v.Format, v.Sheet, v.Header = p.Preset, t.Format, t.Sheet, t.Line
	v.Notes, v.Missing = list(p.Notes), p.Missing()
	for _, o := range twins {
		if o.ID != im.ID && (o.State == xuanti.ImportDone || o.State == xuanti.ImportRunning) {
			v.Notes = append(v.Notes, fmt.Sprintf("同一份文件 %s 导入过 (this file was imported before)", local(o.At)))
			break
		}
	}
	if note, err := e.accountNote(ctx, p, plan.AccountID); err != nil {
		return v, err
	} else if note != "" {
		v.Notes = append(v.Notes, note)
	}
	for _, c := range p.Columns {
		v.Columns = append(v.Columns, ImportColumn{Letter: c.Letter, Header: c.Header, Field: c.Field, Sure: c.Sure, Note: c.Note, Samples: list(c.Samples)})
	}
	whole := *im
	whole.Rows, whole.Wrong, whole.Errors = t.Rows(), 0, nil
	for i := range t.Rows() {
		row, problems := p.Row(i)
		note(&whole, problems)
		if i < importSample {
			v.Sample = append(v.Sample, sampleRow(&row, problems))
		}
	}
	v.Import = importView(whole)
	return v, nil
}

// accountNote says what is odd about whose posts the file lists, or "".
func (e *Engine) accountNote(ctx context.Context, p *sheet.Plan, accountID string) (string, error) {
	if accountID == "" {
		for _, c := range p.Columns {
			if c.Field == sheet.FieldAccount {
				return "", nil
			}
		}
		return "还没有选账号：只有链接已知的作品会得到数字 (no account: only posts whose address is known get counts)", nil
	}
	a, err := e.store.Account(ctx, accountID)
	if xuanti.CodeOf(err) == xuanti.CodeNotFound {
		return "没有这个账号 (no such account)", nil
	}
	if err != nil {
		return "", err
	}
	for _, preset := range sheet.Presets() {
		if preset.ID == p.Preset && preset.Platform != a.Platform {
			return fmt.Sprintf("表格来自%s，账号「%s」却在 %s (the account is on another platform)", preset.Name, a.Name, e.Platforms()[a.Platform]), nil
		}
	}
	return "", nil
}

// note adds problems to the record of an import.
func note(im *xuanti.Import, problems []sheet.Problem) (lost bool) {
	for _, p := range problems {
		lost = lost || p.Fatal
		complain(im, p.Line, p.Column, p.Message)
	}
	return lost
}

func complain(im *xuanti.Import, line int, column, message string) {
	im.Wrong++
	if len(im.Errors) < importErrors {
		im.Errors = append(im.Errors, xuanti.ImportError{Row: line, Column: column, Message: message})
	}
}

func sampleRow(row *sheet.Row, problems []sheet.Problem) ImportRow {
	v := ImportRow{Row: row.Line, Title: row.Title, URL: row.URL, Account: row.Account, Counts: []CountView{}, Errors: []xuanti.ImportError{}}
	if !row.PublishedAt.IsZero() {
		v.PublishedAt = &row.PublishedAt
	}
	if !row.ObservedAt.IsZero() {
		v.ObservedAt = &row.ObservedAt
	}
	if row.Followers != nil {
		v.Followers = &row.Followers.Value
	}
	for _, c := range row.Counts {
		v.Counts = append(v.Counts, CountView(c))
	}
	for _, p := range problems {
		v.Errors = append(v.Errors, xuanti.ImportError{Row: p.Line, Column: p.Column, Message: p.Message})
	}
	return v
}
