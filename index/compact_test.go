package index

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

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

func TestCompactLeavesTheRunningMonth(t *testing.T) {
	b := openPlain(t)
	for i := range 3 {
		put(t, b, leapDoc(i, 10))
	}
	if err := b.Compact(context.Background(), time.Date(2026, 1, 20, 0, 0, 0, 0, xuanti.Shanghai)); err != nil {
		t.Fatal(err)
	}
	if note, err := b.parts[0].idx.GetInternal([]byte(compacted)); note != nil || err != nil {
		t.Errorf("the running month was compacted: %s, %v", note, err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.Compact(ended, time.Date(2026, 3, 1, 0, 0, 0, 0, xuanti.Shanghai)); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Errorf("ended: %v", err)
	}
}
