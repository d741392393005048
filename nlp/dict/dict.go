// Package dict embeds the dictionaries of package nlp as compressed files; see
// NOTICE.md for their sources and build/ for the program that makes them.
package dict

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
)

//go:generate go run ./build

//go:embed *.gz places.txt names.txt
var files embed.FS

// Read returns the content of an embedded file, unpacked when its name ends
// in .gz. It fails only if the file is missing or damaged in the binary.
func Read(name string) (string, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("dictionary %s: %w", name, err)
	}
	if !bytes.HasSuffix([]byte(name), []byte(".gz")) {
		return string(b), nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return "", fmt.Errorf("dictionary %s: %w", name, err)
	}
	defer func() { _ = z.Close() }() // reads from memory
	out, err := io.ReadAll(z)
	if err != nil {
		return "", fmt.Errorf("dictionary %s: %w", name, err)
	}
	return string(out), nil
}
