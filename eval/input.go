package eval

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
)

const maxLine = 4 << 20 // bytes; longer rows are malformed

// input is an open file or standard input, unpacked.
type input struct {
	name   string
	number int // of the line read last, from 1
	raw    *bufio.Reader
	r      *bufio.Reader
	file   *os.File
	buf    []byte
}

// open opens a file, or standard input for "" and "-". Gzip is recognised by
// its first bytes.
func (e *Env) open(file string) (*input, error) {
	in := &input{name: file}
	src := e.Stdin
	if file == "" || file == "-" {
		in.name = "stdin"
	} else {
		f, err := os.Open(file)
		if err != nil {
			return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "the input file cannot be opened")
		}
		in.file, src = f, f
	}
	in.raw = bufio.NewReaderSize(src, 256<<10)
	in.r = in.raw
	if head, _ := in.raw.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) { // a short or failing input shows at the first read
		gz, err := gzip.NewReader(in.raw)
		if err != nil {
			return nil, errors.Join(xuanti.Wrap(xuanti.CodeInvalid, err, in.name+" is not valid gzip"), in.close())
		}
		in.r = bufio.NewReaderSize(gz, 256<<10)
	}
	return in, nil
}

func (in *input) close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

// idle says whether the next line has to be waited for.
func (in *input) idle() bool { return in.r.Buffered() == 0 && in.raw.Buffered() == 0 }

// next returns the next line without its end; it is valid until the next call.
// A line that is too long, or not UTF-8, is a *badRow; a damaged input is the
// last one.
func (in *input) next() ([]byte, error) {
	in.buf = in.buf[:0]
	long, any := false, false
	for {
		part, err := in.r.ReadSlice('\n')
		any = any || len(part) > 0
		if len(in.buf)+len(part) > maxLine {
			long = true
		} else {
			in.buf = append(in.buf, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err == io.EOF && !any {
			return nil, io.EOF
		}
		in.number++
		if err != nil && err != io.EOF {
			return nil, &badRow{why: fmt.Sprintf("the input cannot be read further: %v", err), last: true}
		}
		break
	}
	switch {
	case long:
		return nil, badf("the line is longer than %d MiB", maxLine>>20)
	case !utf8.Valid(in.buf):
		return nil, badf("the line is not UTF-8")
	}
	line := bytes.TrimRight(in.buf, "\r\n")
	if in.number == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	return line, nil
}

// decode reads a JSON object; unknown fields are ignored.
func decode(line []byte, v any) error {
	if err := json.Unmarshal(line, v); err != nil {
		return badf("not a JSON object of the expected shape: %v", err)
	}
	if bytes.Equal(bytes.TrimSpace(line), []byte("null")) {
		return badf("null is not a row")
	}
	return nil
}

// sightRow is a title on a platform at a time.
type sightRow struct {
	I        json.RawMessage `json:"i"`
	TS       string          `json:"ts"`
	Platform string          `json:"platform"`
	Title    string          `json:"title"`
	URL      string          `json:"url"`
	Rank     *float64        `json:"rank"`
	Heat     *float64        `json:"heat"`
	at       time.Time
}

// read decodes a sighting and checks what every task needs of it.
func (r *sightRow) read(line []byte) error {
	if err := decode(line, r); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, r.TS)
	switch {
	case err != nil:
		return badf("ts %.40q is not an RFC 3339 time", r.TS)
	case r.Platform == "":
		return badf("no platform")
	case blank([]byte(r.Title)):
		return badf("no title")
	}
	r.at = at
	return nil
}
