package config

import (
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// A process that is told nothing aims for this share of the memory that its
// machine or container has, and for no less than leastMemory: what a busy team's
// fortnight takes is more, and a collector that aims below what is in use does
// nothing but collect.
const (
	memoryShare = 0.25
	leastMemory = 550 << 20
)

// LimitMemory tells the Go runtime how much memory to aim for. GOMEMLIMIT in the
// environment wins over the machine's share, but not over a MemoryLimit that is
// set; without a figure of the machine's memory nothing is aimed for. GOGC in the
// environment is the runtime's own: 50 takes less memory for more processor time.
func (c Config) LimitMemory() {
	if c.MemoryLimit > 0 {
		debug.SetMemoryLimit(int64(c.MemoryLimit) << 20)
		return
	}
	machine := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)
	_, _ = memlimit.Set(memlimit.WithProvider(machine), memlimit.WithRatio(memoryShare), memlimit.WithMin(leastMemory)) // the runtime's own limit stays
}
