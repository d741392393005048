package crawltest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// LoginHTML is what a platform answers to those who must log in.
const LoginHTML = `<!DOCTYPE html><html><head><meta charset="utf-8"><title>登录 - 账号中心</title></head>
<body><form action="/login"><input name="user"></form><p>请先登录后查看</p></body></html>`

// BoardAnswer is one recorded answer of a board's endpoint, kept as
// BOARD.ADAPTER[.variant].ext.
type BoardAnswer struct {
	File, Board, Adapter, ContentType string
	Body                              []byte
}

// BoardAnswers reads the recorded answers; dir is the folder of package board.
func BoardAnswers(t testing.TB, dir string) []BoardAnswer {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "testdata", "answers", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var out []BoardAnswer
	for _, f := range files {
		name := filepath.Base(f)
		if strings.HasSuffix(name, ".golden.json") {
			continue
		}
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(name, ".")
		ct := "application/json; charset=utf-8"
		if strings.HasSuffix(name, ".html") {
			ct = "text/html; charset=utf-8"
		}
		out = append(out, BoardAnswer{f, parts[0], parts[1], ct, body})
	}
	if len(out) == 0 {
		t.Fatal("no fixtures")
	}
	return out
}

// Emptied empties every list of an answer, keeping its shape.
func (f BoardAnswer) Emptied() string {
	if strings.HasSuffix(f.File, ".html") {
		return `<html><head><title>热榜</title></head><body><div id="app"></div></body></html>`
	}
	var v any
	if err := DecodeJSON(f.Body, &v); err != nil {
		panic(err)
	}
	var empty func(any) any
	empty = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				v[k] = empty(v[k])
			}
		case []any:
			return []any{}
		}
		return v
	}
	return JSONText(empty(v))
}

// DecodeJSON reads JSON, numbers as they are written.
func DecodeJSON(body []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return dec.Decode(v)
}

// JSONText writes JSON.
func JSONText(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}
