package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/xuanti/xuanti"
)

const (
	maxParts    = 2000     // files in the archive
	maxUnpacked = 96 << 20 // bytes of them all
	maxSheets   = 30
	lastRow     = 1 << 20 // of a sheet, the format's own limit
)

// openXLSX reads the sheet whose header is known best. Cells give their stored
// value, not the shown one: 12345 where Excel shows 1.2万.
func openXLSX(ctx context.Context, data []byte) (t *Table, err error) {
	if err := checkArchive(data); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "这个 .xlsx 打不开，可能损坏或有密码 (unreadable or encrypted workbook)")
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = xuanti.Wrap(xuanti.CodeInternal, cerr, "关闭工作簿失败 (closing the workbook)")
		}
	}()
	names := f.GetSheetList()
	best := -1
	for _, name := range names[:min(len(names), maxSheets)] {
		one := &Table{Format: "xlsx", Sheet: name}
		if err := readSheet(ctx, f, one); err != nil {
			return nil, err
		}
		if n := one.known(); n > best {
			best, t = n, one
		}
	}
	if t == nil || len(t.rows) == 0 {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "工作簿里没有数据 (the workbook is empty)")
	}
	for _, name := range names {
		if name != t.Sheet {
			t.Others = append(t.Others, name)
		}
	}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		t.y1904 = *p.Date1904
	}
	return t, nil
}

// checkArchive refuses an archive that unpacks to too much. What its directory
// says is enforced by the unpacker.
func checkArchive(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return xuanti.Wrap(xuanti.CodeInvalid, err, "这个 .xlsx 已损坏 (damaged workbook)")
	}
	var sum uint64
	for _, f := range z.File {
		sum += min(f.UncompressedSize64, 1<<40)
	}
	if len(z.File) > maxParts || sum > maxUnpacked {
		return xuanti.Errorf(xuanti.CodeLimited, "这个 .xlsx 解开后太大 (the workbook unpacks to too much)")
	}
	return nil
}

func readSheet(ctx context.Context, f *excelize.File, t *Table) (err error) {
	rows, err := f.Rows(t.Sheet)
	if err != nil {
		return nil //nolint:nilerr // a chart or macro sheet: nothing to read
	}
	defer func() {
		if cerr := rows.Close(); err == nil && cerr != nil {
			err = xuanti.Wrap(xuanti.CodeInvalid, cerr, fmt.Sprintf("工作表 %s 读不了 (unreadable sheet)", t.Sheet))
		}
	}()
	for line := 1; rows.Next(); line++ {
		if err := ctx.Err(); err != nil {
			return xuanti.Wrap(xuanti.CodeUnavailable, err, "读取文件超时 (reading took too long)")
		}
		if line > lastRow {
			return xuanti.Errorf(xuanti.CodeLimited, "表格超过 %d 行，请拆开再导入 (too many rows)", MaxRows)
		}
		cells, err := rows.Columns()
		if err != nil {
			return xuanti.Wrap(xuanti.CodeInvalid, err, fmt.Sprintf("工作表 %s 第 %d 行读不了 (unreadable row)", t.Sheet, line))
		}
		if err := t.add(line, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return xuanti.Wrap(xuanti.CodeInvalid, err, fmt.Sprintf("工作表 %s 读不了 (unreadable sheet)", t.Sheet))
	}
	return nil
}

// known counts the cells of the first rows whose meaning is known; a sheet
// with rows beats one without.
func (t *Table) known() int {
	most := min(1, len(t.rows))
	for _, r := range t.rows[:min(len(t.rows), headRows)] {
		n := 1
		for _, c := range r.cells {
			if f, _ := fieldOf(foldHeader(c)); f != "" {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
