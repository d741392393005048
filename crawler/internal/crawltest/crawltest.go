// Package crawltest holds what the tests of the crawler's rooms share: the
// instants at which they take place, golden files and a server on loopback.
package crawltest

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Now is the instant at which tests take place.
func Now() time.Time { return time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC) } // 12:30 in Shanghai

// Recorded is the instant at which the fixtures came, shortly before Now.
func Recorded() time.Time { return time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC) }

// Golden compares v as JSON with a file, or writes the file with -update.
func Golden(t testing.TB, file string, v any) {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, buf.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), want) {
		t.Errorf("%s differs (run with -update after checking):\n%s", file, buf.String())
	}
}

// Server serves h on loopback until the test is over.
func Server(t testing.TB, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}
