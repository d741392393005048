package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuanti/xuanti/nlp/dict"
)

// The embedded files are what this program makes of the sources. It compares
// what is in them: packers differ between versions of Go.
func TestEmbeddedFilesAreBuilt(t *testing.T) {
	out := t.TempDir()
	for _, name := range ownLists {
		b, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := run("", out); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"words.txt.gz", "idf.txt.gz", "stop.txt.gz"} {
		packed, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		want, err := dict.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what the sources give: run go generate ./nlp/dict", name)
		}
	}
}
