package sheet

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"unicode"

	"github.com/xuanti/xuanti"
)

// The limits of a file.
const (
	MaxBytes   = 20 << 20 // of the file
	MaxRows    = 50_000
	maxColumns = 200
	maxCell    = 4000 // runes of a cell; a longer one is cut
	headRows   = 10   // rows among which the header is looked for
)

// Table is a file as rows of cells, with what was found out about its form.
type Table struct {
	Format string   // csv or xlsx
	Sheet  string   // name of the sheet that was read, "" for csv
	Others []string // names of the other sheets
	Header []string // cells of the header row
	Line   int      // of the header row, from 1, as an editor or Excel counts
	rows   []record
	y1904  bool // Excel days count from 1904
}

// record is a row with its place in the file.
type record struct {
	line  int
	cells []string
}

// Rows is the number of rows below the header.
func (t *Table) Rows() int { return len(t.rows) }

// Open reads a file. The errors are *xuanti.Error: CodeInvalid for something
// that is no table, CodeLimited for one that is too large.
func Open(ctx context.Context, data []byte) (*Table, error) {
	if len(data) > MaxBytes {
		return nil, xuanti.Errorf(xuanti.CodeLimited, "文件超过 %d MB，请拆开再导入 (the file is too large)", MaxBytes>>20)
	}
	var t *Table
	var err error
	switch head := bytes.TrimLeft(data[:min(len(data), 512)], "\xef\xbb\xbf \t\r\n"); {
	case len(head) == 0:
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "文件是空的 (the file is empty)")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		t, err = openXLSX(ctx, data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "这是旧版 .xls 或加密的文件，请在 Excel 或 WPS 里另存为 .xlsx 或 CSV (old or encrypted Excel file)")
	case head[0] == '<':
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "这其实是网页，不是表格，请在 Excel 或 WPS 里打开后另存为 .xlsx 或 CSV (a web page, not a table)")
	default:
		t, err = openCSV(ctx, data)
	}
	if err != nil {
		return nil, err
	}
	if err := t.findHeader(); err != nil {
		return nil, err
	}
	return t, nil
}

// add keeps a row that says something.
func (t *Table) add(line int, cells []string) error {
	if len(cells) > maxColumns {
		cells = cells[:maxColumns]
	}
	out := make([]string, len(cells))
	empty := true
	for i, c := range cells {
		c = strings.TrimFunc(c, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' || r == '\u200b' })
		if len(c) > maxCell {
			if r := []rune(c); len(r) > maxCell {
				c = string(r[:maxCell])
			}
		}
		out[i] = strings.ToValidUTF8(c, "\ufffd")
		empty = empty && c == ""
	}
	if empty {
		return nil
	}
	if len(t.rows) > MaxRows {
		return xuanti.Errorf(xuanti.CodeLimited, "表格超过 %d 行，请拆开再导入 (too many rows)", MaxRows)
	}
	t.rows = append(t.rows, record{line, out})
	return nil
}

// findHeader takes the row among the first few that names most columns: known
// words count most, then distinct texts that are no numbers. Platforms put
// banners and notes above it.
func (t *Table) findHeader() error {
	best, most := -1, 0
	for i, r := range t.rows[:min(len(t.rows), headRows)] {
		seen := map[string]bool{}
		score := 0
		for _, c := range r.cells {
			h := foldHeader(c)
			if h == "" || seen[h] {
				continue
			}
			seen[h] = true
			if f, _ := fieldOf(h); f != "" {
				score += 20
			}
			if _, err := strconv.ParseFloat(strings.TrimSuffix(c, "%"), 64); err != nil && !blank(c) {
				score++
			}
		}
		if score > most && len(seen) > 1 {
			best, most = i, score
		}
	}
	if best < 0 {
		return xuanti.Errorf(xuanti.CodeInvalid, "没有找到表头：第一行应是各列的名称 (no header row)")
	}
	t.Header, t.Line = t.rows[best].cells, t.rows[best].line
	t.rows = t.rows[best+1:]
	return nil
}

// Letter is the name of a column as Excel shows it, from 0: A, B, … AA.
func Letter(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
