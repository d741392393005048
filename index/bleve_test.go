package index_test

import (
	"context"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/xuanti/xuanti/index"
	"github.com/xuanti/xuanti/index/indextest"
	"github.com/xuanti/xuanti/nlp"
)

var analyzer = sync.OnceValues(func() (*nlp.Analyzer, error) { return nlp.New(nlp.Options{}) })

func testAnalyzer(t testing.TB) *nlp.Analyzer {
	t.Helper()
	a, err := analyzer()
	if err != nil {
		t.Fatalf("analyzer: %v", err)
	}
	return a
}

func openBleve(t testing.TB, dir string) *index.Bleve {
	t.Helper()
	b, err := index.OpenBleve(dir, testAnalyzer(t), index.Options{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return b
}

func TestBleveConforms(t *testing.T) {
	indextest.Run(t, func(t *testing.T, dir string) index.Engine { return openBleve(t, dir) })
}

func TestNoGoroutineStays(t *testing.T) {
	testAnalyzer(t)
	first := openBleve(t, t.TempDir()) // starts Bleve's own workers, once for the process
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	before := goleak.IgnoreCurrent()
	b := openBleve(t, t.TempDir())
	if err := b.Index(context.Background(), []index.Doc{{ID: "1", Title: "渡轮停航"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Search(context.Background(), index.Query{Text: "渡轮"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
}
