package alert

import (
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/xuanti/xuanti/nlp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// analyzer is loaded once: it is safe for concurrent use and takes half a second.
var analyzer = sync.OnceValues(func() (*nlp.Analyzer, error) { return nlp.New(nlp.Options{}) })

func chinese(t testing.TB) *nlp.Analyzer {
	t.Helper()
	a, err := analyzer()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// golden compares got with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s differs; run with -update and look at the difference.\ngot:\n%s", name, got)
	}
}
