package engine

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
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

// BenchmarkImport takes the first 15,000 articles of an optional archive
// through the whole engine; XUANTI_DATA names the folder that holds it.
func BenchmarkImport(b *testing.B) {
	dir := os.Getenv("XUANTI_DATA")
	if dir == "" {
		b.Skip("XUANTI_DATA is not set")
	}
	f, err := os.Open(filepath.Join(dir, "articles", "articles.jsonl.gz"))
	if err != nil {
		b.Fatal(err)
	}
	gz, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	var rows bytes.Buffer
	sc := bufio.NewScanner(gz)
	sc.Buffer(nil, maxRowBytes)
	n := 0
	for ; n < 15_000 && sc.Scan(); n++ {
		rows.Write(sc.Bytes())
		rows.WriteByte('\n')
	}
	b.ReportAllocs()
	for b.Loop() {
		cfg := config.Default()
		cfg.Data = b.TempDir()
		e, err := Open(context.Background(), Options{Config: cfg})
		if err != nil {
			b.Fatal(err)
		}
		stop := e.indexBeside(context.Background())
		if _, err := e.Replay(context.Background(), ReplayOptions{Files: []string{"-"}, Stdin: bytes.NewReader(rows.Bytes())}); err != nil {
			b.Fatal(err)
		}
		stop()
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "items/s")
}
