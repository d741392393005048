package index

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// plain cuts nothing: these tests are not about words.
type plain struct{}

func (plain) Segment(s string) []nlp.Token {
	if s == "坏" {
		panic("bad dictionary")
	}
	return []nlp.Token{{Text: s, Start: 0, End: len(s)}}
}

func openPlain(t *testing.T) *Bleve {
	t.Helper()
	b, err := open(t.TempDir(), plain{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestBackgroundFailureIsSeen(t *testing.T) {
	b := openPlain(t)
	other := openPlain(t)
	if err := b.Index(context.Background(), []Doc{{ID: "1", Title: "渡轮", At: time.Date(2026, 1, 1, 0, 0, 0, 0, xuanti.Shanghai)}}); err != nil {
		t.Fatal(err)
	}
	// What Bleve does when its persister meets a full disk.
	full := errors.New("no space left on device")
	scorch.RegistryAsyncErrorCallbacks[callback](full, filepath.Join(b.dir, "2026-01", "store"))
	if err := b.Healthy(); xuanti.CodeOf(err) != xuanti.CodeUnavailable || !errors.Is(err, full) {
		t.Errorf("healthy: %v", err)
	}
	if err := other.Healthy(); err != nil {
		t.Errorf("another engine is blamed: %v", err)
	}
	if r, err := b.Search(context.Background(), Query{Text: "渡轮"}); err != nil || r.Total != 1 {
		t.Errorf("search: %+v, %v", r, err)
	}
}

func TestPanicOfOnePartitionKeepsTheOthers(t *testing.T) {
	b := openPlain(t)
	s := &leaf{p: &partition{name: "2026-01"}, g: &guard{ctx: context.Background()}, total: 3}
	if err := b.guarded(s, func() error { panic("index out of range") }); err != nil {
		t.Errorf("the panic ended the search: %v", err)
	}
	if s.total != 0 {
		t.Error("half an answer was kept")
	}
	if xuanti.CodeOf(b.Healthy()) != xuanti.CodeUnavailable {
		t.Errorf("healthy: %v", b.Healthy())
	}
	if !s.broken {
		t.Error("the partition is asked again")
	}
	limited := xuanti.Errorf(xuanti.CodeLimited, "too many")
	if err := b.guarded(s, func() error { return limited }); !errors.Is(err, limited) {
		t.Errorf("a limit was swallowed: %v", err)
	}
}

func TestSegmentationPanicLosesNoDocument(t *testing.T) {
	b := openPlain(t)
	if err := b.Index(context.Background(), []Doc{{ID: "1", Title: "坏"}, {ID: "2", Title: "好的"}}); err != nil {
		t.Fatal(err)
	}
	if r, err := b.Search(context.Background(), Query{}); err != nil || r.Total != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	if b.Healthy() == nil {
		t.Error("the panic went unseen")
	}
}

func TestSearchWhileWriting(t *testing.T) {
	b := openPlain(t)
	ctx := context.Background()
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := b.Search(ctx, Query{Text: "公告", Facets: true, Sort: SortNewest}); err != nil {
					t.Errorf("search: %v", err)
					return
				}
			}
		})
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, xuanti.Shanghai)
	for i := range 30 {
		docs := []Doc{{ID: fmt.Sprint("m", i%7), Title: "移动的公告", At: start.AddDate(0, i%5, 0)}, {ID: fmt.Sprint("d", i), Title: "公告", At: start.AddDate(0, i%5, 0)}}
		if err := b.Index(ctx, docs); err != nil {
			t.Fatal(err)
		}
		if i%10 == 9 {
			if err := errors.Join(b.DropBefore(ctx, start.AddDate(0, 1, 0)), b.Delete(ctx, []string{"d1"})); err != nil {
				t.Fatal(err)
			}
		}
	}
	close(done)
	wg.Wait()
	r, err := b.Search(ctx, Query{Text: "title:移动", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	if r.Total > 7 || r.Total != len(r.Hits) {
		t.Errorf("a moved document is found twice: %d, %v", r.Total, r.Hits)
	}
}

func TestTimesInUse(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Time{}, undated},
		{time.Date(1999, 5, 1, 0, 0, 0, 0, time.UTC), undated},
		{time.Date(2026, 1, 31, 17, 0, 0, 0, time.UTC), "2026-02"}, // already February in Shanghai
	} {
		if got, err := monthOf(c.at); err != nil || got != c.want {
			t.Errorf("%v: %s, %v; want %s", c.at, got, err, c.want)
		}
		from, until, ok := monthSpan(c.want)
		if !ok || c.at.Before(from) || !c.at.Before(until) {
			t.Errorf("%v is outside %s: [%v, %v)", c.at, c.want, from, until)
		}
	}
	if _, err := monthOf(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("the year 9999: %v", err)
	}
	if _, _, ok := monthSpan("2026-13"); ok {
		t.Error("a thirteenth month")
	}
}
