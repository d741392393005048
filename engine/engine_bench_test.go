package engine

import (
	"context"
	"testing"
	"time"

	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/demo"
)

// BenchmarkSeedDemo replays the demo's fourteen days into an empty folder.
func BenchmarkSeedDemo(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		w, err := demo.NewWorld(demo.Options{Seed: 1, Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			b.Fatal(err)
		}
		cfg := config.Default()
		cfg.Data = b.TempDir()
		e, err := Open(context.Background(), Options{Config: cfg, Demo: w})
		if err != nil {
			b.Fatal(err)
		}
		if err := e.SeedDemo(context.Background(), w, w.Zero(), w.Zero().Add(14*24*time.Hour), nil); err != nil {
			b.Fatal(err)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
