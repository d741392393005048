package index

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// What searches read of every document is there before the first one asks:
// after a batch, after a merge and after a start.
func TestWarmWithoutSearch(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 3, 5, 9, 0, 0, 0, xuanti.Shanghai)
	b := openIn(t, dir, Options{})
	for i := range 3 {
		put(t, b, Doc{ID: string(rune('a' + i)), Title: "渡口新增航线", At: now.AddDate(0, -1, i)})
	}
	waitWarm(t, b)
	if err := b.Compact(context.Background(), now); err != nil {
		t.Fatal(err)
	}
	waitWarm(t, b)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = openIn(t, dir, Options{})
	waitWarm(t, b)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

func waitWarm(t *testing.T, b *Bleve) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for cold := 1; cold > 0; runtime.Gosched() {
		cold = 0
		for _, p := range b.snapshot() {
			r, err := p.reader()
			if err != nil {
				t.Fatal(err)
			}
			for _, seg := range r.Segments() {
				if !p.warm(seg) {
					cold++
				}
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if ctx.Err() != nil {
			t.Fatalf("%d segments are still cold", cold)
		}
	}
}
