package index_test

import (
	"context"
	"reflect"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/xuanti/xuanti"
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

func TestAnalysisOfTheCallerServesAsWell(t *testing.T) {
	a := testAnalyzer(t)
	own, shared := openBleve(t, t.TempDir()), openBleve(t, t.TempDir())
	title, text := "东港渡轮恢复通航", "受大雾影响停航两天的東港渡轮昨日恢复通航，旅客陆续登船。"
	doc := index.Doc{ID: "1", Title: title, Text: text}
	if err := own.Index(context.Background(), []index.Doc{doc}); err != nil {
		t.Fatal(err)
	}
	doc.Analysis = a.Analyze(title, text)
	if err := shared.Index(context.Background(), []index.Doc{doc}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"渡轮", "大雾 停航", `"东港渡轮昨日"`, "登船"} {
		x, err := own.Search(context.Background(), index.Query{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		y, err := shared.Search(context.Background(), index.Query{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		if x.Total != 1 || len(x.Hits) != 1 || len(y.Hits) != 1 || x.Hits[0].ID != y.Hits[0].ID || x.Hits[0].Score != y.Hits[0].Score {
			t.Errorf("%s: %+v and %+v", q, x, y)
		}
	}
	for _, b := range []*index.Bleve{own, shared} {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestCompactKeepsEverything(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	b := openBleve(t, dir)
	for _, d := range twoMonths() {
		for i := range 5 {
			d.ID += "x"
			if err := b.Index(ctx, []index.Doc{d}); err != nil {
				t.Fatal(i, err)
			}
		}
	}
	before, err := b.Search(ctx, index.Query{Text: "灯会", Sort: index.SortNewest})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Compact(ctx, before.Hits[0].At); err != nil { // January is over, February is not
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = openBleve(t, dir)
	after, err := b.Search(ctx, index.Query{Text: "灯会", Sort: index.SortNewest})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(before.Hits, after.Hits) || len(after.Hits) != 10 {
		t.Errorf("before %v, after %v", before.Hits, after.Hits)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

// A word that enters the dictionary still finds what was indexed before, where
// it is in pieces.
func TestLearnedWordsFindOlderTexts(t *testing.T) {
	ctx := context.Background()
	a, err := nlp.New(nlp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := index.OpenBleve(t.TempDir(), a, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	put := func(id, title string) {
		if err := b.Index(ctx, []index.Doc{{ID: id, Title: title}}); err != nil {
			t.Fatal(err)
		}
	}
	put("before", "青糯大模型开源了")
	if err := a.AddWords([]xuanti.Word{{Text: "青糯", Status: xuanti.WordAuto}}); err != nil {
		t.Fatal(err)
	}
	put("after", "市民围观青糯")
	put("other", "湖边的市民")
	r, err := b.Search(ctx, index.Query{Text: "青糯"})
	if err != nil || len(r.Hits) != 2 {
		t.Errorf("%v, %d hits, want those before and after the word was learned", err, len(r.Hits))
	}
}
