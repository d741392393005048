package engine

import (
	"context"
	"testing"
	"time"

	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/demo"
)

// BenchmarkPin times the decision of a person, and what of the state is saved
// with it, after days of a dense stream (XUANTI_HISTORY_DAYS and _ITEMS as in
// BenchmarkHistory).
func BenchmarkPin(b *testing.B) {
	ctx := context.Background()
	w, err := demo.NewWorld(demo.Options{Seed: 1, Start: noon})
	if err != nil {
		b.Fatal(err)
	}
	cfg := config.Default()
	cfg.Data = b.TempDir()
	e, err := Open(ctx, Options{Config: cfg})
	if err != nil {
		b.Fatal(err)
	}
	r := &replayer{e: e, start: time.Now()}
	o := demo.ArchiveOptions{Days: fromEnv(b, "XUANTI_HISTORY_DAYS", 1), Items: fromEnv(b, "XUANTI_HISTORY_ITEMS", 2000), Every: 6 * time.Hour}
	if err := w.Archive(o, func(row demo.Row) error {
		if row.Snapshot != nil {
			return r.snapshot(ctx, *row.Snapshot)
		}
		return r.item(ctx, *row.Item)
	}); err != nil {
		b.Fatal(err)
	}
	if err := r.finish(ctx); err != nil {
		b.Fatal(err)
	}
	for _, p := range e.state.parts() {
		data, _, _, _, err := e.store.Blob(ctx, "state/"+p.name)
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%s %d KB", p.name, len(data)>>10)
	}
	page, err := e.Items(ctx, ItemQuery{Limit: 1})
	if err != nil {
		b.Fatal(err)
	}
	for on := true; b.Loop(); on = !on {
		if _, err := e.PinEvent(ctx, page.Items[0].EventID, on, "bench"); err != nil {
			b.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
}
