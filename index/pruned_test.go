package index_test

import (
	"context"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
)

// What cannot reach the page is left out unscored. A page of ten leaves out
// much, one of a thousand next to nothing: both begin alike.
func TestPrunedLikeUnpruned(t *testing.T) {
	e := openBleve(t, t.TempDir())
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	news := newNewsroom(3)
	now := time.Date(2026, 3, 20, 12, 0, 0, 0, xuanti.Shanghai)
	var docs []index.Doc
	for i := range 12_000 {
		n := 5 * i // a title alone
		if i%8 == 0 {
			n += 3
		}
		docs = append(docs, news.doc(n, now.Add(-40*24*time.Hour+time.Duration(i)*4*time.Minute)))
	}
	if err := e.Index(context.Background(), docs); err != nil {
		t.Fatal(err)
	}
	if err := e.Compact(context.Background(), now); err != nil { // makes February one large segment
		t.Fatal(err)
	}
	found := 0
	for range 150 {
		_, q := news.question(now)
		q.Limit = 10
		few := search(t, e, q)
		q.Limit = index.MaxLimit
		many := search(t, e, q)
		found += few.Total
		if few.Total != many.Total || len(few.Hits) != min(10, len(many.Hits)) {
			t.Fatalf("%q: %d of %d, then %d of %d", q.Text, len(few.Hits), few.Total, len(many.Hits), many.Total)
		}
		for i, h := range few.Hits {
			if m := many.Hits[i]; h.ID != m.ID || h.Score != m.Score {
				t.Fatalf("%q, place %d: %+v, unpruned %+v", q.Text, i+1, h, m)
			}
		}
	}
	if found < 10_000 {
		t.Fatalf("only %d matches in all: nothing was left out", found)
	}
}

func search(t *testing.T, e index.Engine, q index.Query) index.Result {
	t.Helper()
	r, err := e.Search(context.Background(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return r
}
