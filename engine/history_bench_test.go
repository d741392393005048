package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"syscall"
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
// few days that fit a routine run. Each day prints a line, so that a long run
// is of use before it ends. XUANTI_HISTORY_PROFILES is a folder for profiles of
// each third: its processor time, and the heap at its end. last/first compares
// items a processor second, last/first-even the same by the yardstick.
func BenchmarkHistory(b *testing.B) {
	defer asProgram(b)()
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
	h.day = h.start
	h.profile()
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
	h.stop()
	b.ReportMetric(h.rates[2]/h.rates[0], "last/first")
	b.ReportMetric(h.rates[2]*h.pace[2]/(h.rates[0]*h.pace[0]), "last/first-even")
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
	days  int       // passed
	daily int64     // items when the day began
	day   usage     // and what was used by then
	stop  func()    // ends the profile of the third

	paces    []float64 // of the yardstick in this third
	pace     []float64 // of the thirds that are over: their median
	measured int       // times that the yardstick was laid on
}

// profile writes down where the processor time of a third goes, and the memory.
func (h *history) profile() {
	h.b.Helper()
	h.stop = func() {}
	dir := os.Getenv("XUANTI_HISTORY_PROFILES")
	if dir == "" || len(h.rates) == 3 {
		return
	}
	create := func(kind string) *os.File {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("third-%d.%s", len(h.rates)+1, kind)))
		if err != nil {
			h.b.Fatal(err)
		}
		return f
	}
	cpu, heap := create("cpu"), create("heap")
	if err := pprof.StartCPUProfile(cpu); err != nil {
		h.b.Fatal(err)
	}
	h.stop = func() {
		pprof.StopCPUProfile()
		if err := errors.Join(pprof.WriteHeapProfile(heap), heap.Close(), cpu.Close()); err != nil {
			h.b.Error(err)
		}
	}
}

// pass notes that the replay has come to a time.
func (h *history) pass(ctx context.Context, at time.Time, p ReplayProgress) {
	h.b.Helper()
	done := 75 * at.Sub(h.from).Hours() / h.span.Hours()
	if n := int(at.Sub(h.from).Hours() / 4); n > h.measured {
		h.paces, h.measured = append(h.paces, h.yardstick()), n
	}
	if day := int(at.Sub(h.from).Hours() / 24); day > h.days {
		now := look()
		cpu := now.cpu - h.day.cpu
		h.say("day %2d over: %d items, %.0f a processor second (yardstick %.1f ms), %.0f s of it so far; resident %.0f MB", day, p.Items,
			float64(p.Items-h.daily)/cpu.Seconds(), h.paces[len(h.paces)-1], now.cpu.Seconds(), now.rssMB)
		h.days, h.daily, h.day = day, p.Items, now
	}
	if marks := []float64{10, 40, 75}; h.marks < len(marks) && done >= marks[h.marks] {
		h.marks++
		h.say("day %2.0f: %s; %s", at.Sub(h.from).Hours()/24, use().memory(), held(ctx, h.b, h.e))
	}
	if len(h.rates) < 3 && done >= 25*float64(len(h.rates)+1) {
		now := use()
		n, wall, cpu := float64(p.Items-h.items), now.at.Sub(h.start.at), now.cpu-h.start.cpu
		slices.Sort(h.paces)
		h.rates, h.pace = append(h.rates, n/cpu.Seconds()), append(h.pace, h.paces[len(h.paces)/2])
		h.paces = nil
		h.say("third %d: %.0f items, %.0f/s, %.0f a processor second (yardstick %.1f ms)", len(h.rates), n, n/wall.Seconds(), n/cpu.Seconds(), h.pace[len(h.pace)-1])
		h.items, h.start = p.Items, now
		h.stop()
		h.profile()
	}
}

// yardstick is the processor time, in milliseconds, of one piece of work that
// is always the same. A processor second is worth less beside busy neighbours;
// rates times this compare stretches of unlike load.
func (h *history) yardstick() float64 {
	h.b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const thread = 1 // RUSAGE_THREAD of Linux
	spent := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(thread, &r); err != nil {
			h.b.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	start := spent()
	for range 200 {
		h.e.nlp.Analyze("三省联合检查江河堤防，专家提醒汛期出行安全", "记者从水利部门了解到，本周起三省联合检查主要江河的堤防，共发现隐患四十二处，已经全部安排整改。")
	}
	return float64(spent()-start) / float64(time.Millisecond)
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
