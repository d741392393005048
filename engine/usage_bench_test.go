package engine

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/xuanti/xuanti/config"
)

// asProgram collects garbage as the program does, with its setting
// XUANTI_MEMORY_LIMIT, until the returned function is called.
func asProgram(b *testing.B) (undo func()) {
	limit := debug.SetMemoryLimit(-1)
	cfg := config.Default()
	cfg.MemoryLimit = fromEnv(b, "XUANTI_MEMORY_LIMIT", cfg.MemoryLimit)
	cfg.LimitMemory()
	return func() { debug.SetMemoryLimit(limit) }
}

// usage is what this process has used.
type usage struct {
	at                time.Time
	wall, cpu         time.Duration
	rssMB, peakMB     float64
	anonMB, fileMB    float64 // of rssMB: its own memory, and mapped files
	heapMB            float64 // reachable
	goMB              float64 // of anonMB: what the Go runtime holds
	goroutines, files int
}

// use looks after a collection of garbage.
func use() usage {
	runtime.GC()
	return look()
}

func look() usage {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u := usage{at: time.Now(), heapMB: float64(m.HeapAlloc) / (1 << 20), goMB: float64(m.Sys-m.HeapReleased) / (1 << 20), goroutines: runtime.NumGoroutine()}
	sizes := map[string]*float64{"VmRSS:": &u.rssMB, "VmHWM:": &u.peakMB, "RssAnon:": &u.anonMB, "RssFile:": &u.fileMB}
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) >= 2 && sizes[f[0]] != nil {
			kb, _ := strconv.ParseFloat(f[1], 64)
			*sizes[f[0]] = kb / 1024
		}
	}
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err == nil {
		u.cpu = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		u.files = len(files)
	}
	return u
}

func (u usage) since(start usage) usage {
	u.wall, u.cpu = u.at.Sub(start.at), u.cpu-start.cpu
	return u
}

// memory says what is resident.
func (u usage) memory() string {
	return fmt.Sprintf("resident %.0f MB (own %.0f, of it Go's %.0f; files %.0f; peak %.0f), heap %.0f", u.rssMB, u.anonMB, u.goMB, u.fileMB, u.peakMB, u.heapMB)
}
