package sheet

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/charset"
)

// openCSV reads comma, tab or semicolon separated text in UTF-8, GB18030, Big5
// or UTF-16, with or without a byte order mark.
func openCSV(ctx context.Context, data []byte) (*Table, error) {
	text, err := charset.DecodeHTML(markWide(data), "")
	if err != nil {
		return nil, err
	}
	t := &Table{Format: "csv"}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = delimiter(text), -1, true, true
	for {
		if err := ctx.Err(); err != nil {
			return nil, xuanti.Wrap(xuanti.CodeUnavailable, err, "读取文件超时 (reading took too long)")
		}
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				return nil, xuanti.Wrap(xuanti.CodeInvalid, err, fmt.Sprintf("第 %d 行不是 CSV (line is not CSV)", pe.Line))
			}
			return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "文件读不了 (unreadable file)")
		}
		line, _ := r.FieldPos(0)
		if err := t.add(line, cells); err != nil {
			return nil, err
		}
	}
}

// markWide puts a byte order mark before UTF-16 that has none: half of the
// bytes of its ASCII characters are zero, which no other text has.
func markWide(data []byte) []byte {
	head := data[:min(len(data), 4096)&^1]
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return data
	}
	var zero [2]int
	for i, b := range head {
		if b == 0 {
			zero[i%2]++
		}
	}
	switch least := len(head) / 20; {
	case zero[1] > least && zero[1] > 4*zero[0]:
		return append([]byte("\xff\xfe"), data...)
	case zero[0] > least && zero[0] > 4*zero[1]:
		return append([]byte("\xfe\xff"), data...)
	}
	return data
}

// delimiter is the separator that splits most of the first lines.
func delimiter(text string) rune {
	best, most := ',', 0
	for _, d := range []rune{',', '\t', ';', '，', '|'} {
		n, lines := 0, 0
		for line := range strings.Lines(text) {
			if lines++; lines > headRows {
				break
			}
			n += min(1, strings.Count(line, string(d)))*100 + strings.Count(line, string(d))
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}
