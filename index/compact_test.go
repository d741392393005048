package index

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"

	"github.com/xuanti/xuanti"
)

func leapDoc(i int, day int) Doc {
	return Doc{ID: fmt.Sprintf("d%04d", i), Title: fmt.Sprintf("第%d期灯会简报", i), Text: "灯会上人来人往。", At: time.Date(2026, 1, day, 8, 0, i, 0, xuanti.Shanghai)}
}

// TestCompactBeside compacts a month while others search it and write to it,
// and closes the index in the middle of another round.
func TestCompactBeside(t *testing.T) {
	ctx := context.Background()
	b := openPlain(t)
	for i := range 40 {
		put(t, b, leapDoc(i, 10))
	}
	over := time.Date(2026, 3, 1, 0, 0, 0, 0, xuanti.Shanghai)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if r, err := b.Search(ctx, Query{Text: "灯会"}); err != nil || r.Total < 40 {
					t.Errorf("while compacting: %d hits, %v", r.Total, err)
				}
			}
		}
	})
	wg.Go(func() {
		for i := range 20 {
			put(t, b, leapDoc(40+i, 11))
		}
	})
	for range 3 {
		if err := b.Compact(ctx, over); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
	if err := b.Compact(ctx, over); err != nil {
		t.Fatal(err)
	}
	if _, n, err := b.scattered(b.parts[0]); n != 1 || err != nil {
		t.Errorf("%d segments, %v", n, err)
	}
	for len(segmentFiles(t, b.parts[0])) != 1 { // what was being read goes the next time
		if err := b.Compact(ctx, over); err != nil {
			t.Fatal(err)
		}
	}
	put(t, b, leapDoc(60, 12), leapDoc(61, 12))
	put(t, b, leapDoc(62, 12))
	done := make(chan error, 1)
	go func() { done <- b.Compact(ctx, over) }()
	dir := filepath.Dir(b.dir)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil && xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Errorf("closing beside: %v", err)
	}
	again, err := open(dir, b.seg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := again.Search(ctx, Query{Text: "灯会"}); err != nil || r.Total != 63 {
		t.Errorf("after all: %d hits, %v", r.Total, err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func segmentFiles(t *testing.T, p *partition) []string {
	t.Helper()
	files, err := p.files()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Of the running month only what is small is merged, and nothing is noted.
func TestCompactRunningMonth(t *testing.T) {
	b := openPlain(t)
	for i := range 3 {
		put(t, b, leapDoc(i, 10))
	}
	if err := b.Compact(context.Background(), time.Date(2026, 1, 20, 0, 0, 0, 0, xuanti.Shanghai)); err != nil {
		t.Fatal(err)
	}
	if _, n, err := b.scattered(b.parts[0]); n != 1 || err != nil {
		t.Errorf("%d segments, %v", n, err)
	}
	if note, err := b.parts[0].idx.GetInternal([]byte(compacted)); note != nil || err != nil {
		t.Errorf("the running month was settled: %s, %v", note, err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.Compact(ended, time.Date(2026, 3, 1, 0, 0, 0, 0, xuanti.Shanghai)); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Errorf("ended: %v", err)
	}
}

// planned is a segment as the planner sees it.
type planned struct {
	id   uint64
	docs int64
}

func (p planned) Id() uint64          { return p.id }
func (p planned) FullSize() int64     { return p.docs }
func (p planned) LiveSize() int64     { return p.docs }
func (p planned) HasVector() bool     { return false }
func (p planned) FileSize() int64     { return 800 * p.docs }
func (p planned) LiveFileSize() int64 { return 800 * p.docs }

func TestMergePlan(t *testing.T) {
	var month []mergeplan.Segment
	for i, thousands := range []int64{90, 54, 16, 16, 16, 16, 16, 16, 3, 3, 3, 3, 3, 3, 3, 3, 3} {
		month = append(month, planned{uint64(i), thousands * 1000})
	}
	over, err := mergeplan.Plan(month, mergePlan(false))
	if err != nil || len(over.Tasks) != 1 || len(over.Tasks[0].Segments) != len(month) {
		t.Errorf("a month that is over: %+v, %v", over, err)
	}
	running, err := mergeplan.Plan(month, mergePlan(true))
	if err != nil {
		t.Fatal(err)
	}
	left := len(month) + len(running.Tasks)
	for _, task := range running.Tasks {
		left -= len(task.Segments)
		if task.Segments[0].LiveSize() > 20_000 {
			t.Errorf("rewrites a segment of %d", task.Segments[0].LiveSize())
		}
	}
	if left > 5 {
		t.Errorf("%d segments are left of the running month", left)
	}
}
