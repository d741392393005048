package config

import (
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// gcPercent has the runtime collect when the heap has grown by this much, not
// by its whole size: most of the heap is dictionary and never freed, and the
// difference is a hundred megabytes.
const gcPercent = 50

// A process that is told nothing aims for this share of the memory that its
// machine or container has, and for no less than leastMemory: what a busy team's
// fortnight takes is more, and a collector that aims below what is in use does
// nothing but collect.
const (
	memoryShare = 0.25
	leastMemory = 550 << 20
)

// LimitMemory tells the Go runtime when to collect garbage and how much memory
// to aim for. GOGC in the environment wins over the program's, and GOMEMLIMIT
// over the machine's share, but not over a MemoryLimit that is set; without a
// figure of the machine's memory nothing is aimed for.
func (c Config) LimitMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if c.MemoryLimit > 0 {
		debug.SetMemoryLimit(int64(c.MemoryLimit) << 20)
		return
	}
	machine := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)
	_, _ = memlimit.Set(memlimit.WithProvider(machine), memlimit.WithRatio(memoryShare), memlimit.WithMin(leastMemory)) // the runtime's own limit stays
}
