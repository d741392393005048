package engine

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/demo"
)

// BenchmarkHistory replays a generated archive into an empty folder and prints
// what memory and time do as it grows longer: resident memory at 10, 40 and 75
// of 75 parts, and the items taken in each third, by the clock and by the
// processor time of all cores. XUANTI_HISTORY_DAYS, XUANTI_HISTORY_ITEMS
// and XUANTI_HISTORY_EVERY (hours between snapshots) make it longer than the
// few days that fit a routine run.
func BenchmarkHistory(b *testing.B) {
	defer asProgram()()
	o := demo.ArchiveOptions{Days: fromEnv(b, "XUANTI_HISTORY_DAYS", 6), Items: fromEnv(b, "XUANTI_HISTORY_ITEMS", 3000),
		Every: time.Duration(fromEnv(b, "XUANTI_HISTORY_EVERY", 6)) * time.Hour}
	for b.Loop() {
		w, err := demo.NewWorld(demo.Options{Seed: 1, Start: noon})
		if err != nil {
			b.Fatal(err)
		}
		cfg := config.Default()
		cfg.Data = b.TempDir()
		e, err := Open(context.Background(), Options{Config: cfg})
		if err != nil {
			b.Fatal(err)
		}
		replayHistory(b, e, w, o)
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func replayHistory(b *testing.B, e *Engine, w *demo.World, o demo.ArchiveOptions) {
	ctx := context.Background()
	stop := e.indexBeside(ctx)
	defer stop()
	r := &replayer{e: e, start: time.Now()}
	h := history{b: b, e: e, span: time.Duration(o.Days) * 24 * time.Hour, from: w.Zero(), start: use()}
	err := w.Archive(o, func(row demo.Row) error {
		if row.Snapshot != nil {
			h.pass(ctx, row.Snapshot.At, r.p)
			return r.snapshot(ctx, *row.Snapshot)
		}
		return r.item(ctx, *row.Item)
	})
	if err == nil {
		err = r.finish(ctx)
	}
	if err != nil {
		b.Fatal(err)
	}
	h.pass(ctx, h.from.Add(h.span), r.p)
	b.ReportMetric(h.rates[2]/h.rates[0], "last/first")
	b.ReportMetric(float64(r.p.Items)/r.p.Elapsed.Seconds(), "items/s")
}

// history watches a replay.
type history struct {
	b     *testing.B
	e     *Engine
	from  time.Time
	span  time.Duration
	marks int       // of memory passed
	rates []float64 // items a processor second, of the thirds that are over
	items int64     // when the third began
	start usage     // and what was used by then
}

// pass notes that the replay has come to a time.
func (h *history) pass(ctx context.Context, at time.Time, p ReplayProgress) {
	h.b.Helper()
	done := 75 * at.Sub(h.from).Hours() / h.span.Hours()
	if marks := []float64{10, 40, 75}; h.marks < len(marks) && done >= marks[h.marks] {
		h.marks++
		h.say("day %2.0f: %s; %s", at.Sub(h.from).Hours()/24, use().memory(), held(ctx, h.b, h.e))
	}
	if len(h.rates) < 3 && done >= 25*float64(len(h.rates)+1) {
		now := use()
		n, wall, cpu := float64(p.Items-h.items), now.at.Sub(h.start.at), now.cpu-h.start.cpu
		h.rates = append(h.rates, n/cpu.Seconds())
		h.say("third %d: %.0f items, %.0f/s, %.0f a processor second", len(h.rates), n, n/wall.Seconds(), n/cpu.Seconds())
		h.items, h.start = p.Items, now
	}
}

// say prints at once: a long history takes an hour.
func (h *history) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

// held says how much the engine remembers, in memory and on disk.
func held(ctx context.Context, b *testing.B, e *Engine) string {
	b.Helper()
	db, err := e.store.Stats(ctx)
	if err != nil {
		b.Fatal(err)
	}
	idx, err := e.index.Stats(ctx)
	if err != nil {
		b.Fatal(err)
	}
	events, topics := e.state.grouper.Len()
	return fmt.Sprintf("%d items, %d observations, %d events and %d topics open, database %d MB, index %d MB", db.Items, db.Observations, events, topics, db.Bytes>>20, idx.Bytes>>20)
}

func fromEnv(b *testing.B, name string, usual int) int {
	b.Helper()
	s := os.Getenv(name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		b.Fatalf("%s is %q", name, s)
	}
	return n
}
