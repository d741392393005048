package index

import (
	"context"
	"testing"

	"github.com/xuanti/xuanti"
)

// A search that finds every turn taken waits, and gives up when its caller does.
func TestSearchTakesTurns(t *testing.T) {
	b := openReal(t, Options{})
	put(t, b, Doc{ID: "a", Title: "渡口新增航线"})
	for range cap(b.turns) {
		b.turns <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.Search(ctx, Query{Text: "渡口"}); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Errorf("without a turn: %v", err)
	}
	found := make(chan int)
	go func() {
		r, err := b.Search(context.Background(), Query{Text: "渡口"})
		if err != nil {
			t.Error(err)
		}
		found <- len(r.Hits)
	}()
	select {
	case <-found:
		t.Fatal("searched without a turn")
	default:
	}
	b.endTurn()
	if n := <-found; n != 1 {
		t.Errorf("%d hits", n)
	}
	for range cap(b.turns) - 1 {
		b.endTurn()
	}
	if len(b.turns) != 0 {
		t.Error("a search kept its turn")
	}
}
