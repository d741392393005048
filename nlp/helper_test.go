package nlp

import (
	"sync"
	"testing"
)

// shared is one analyzer for all tests that add no words: loading takes 0.4 s,
// under the race detector several seconds.
var shared = sync.OnceValues(func() (*Analyzer, error) { return New(Options{}) })

func testAnalyzer(tb testing.TB) *Analyzer {
	tb.Helper()
	a, err := shared()
	if err != nil {
		tb.Fatal(err)
	}
	return a
}
