package config

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestLimitMemory(t *testing.T) {
	limit := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(limit) })
	c := Default()
	c.MemoryLimit = 700
	c.LimitMemory()
	if got := debug.SetMemoryLimit(-1); got != 700<<20 {
		t.Errorf("told 700 MiB, the runtime aims for %d", got)
	}
	c.MemoryLimit = 0
	c.LimitMemory()
	if got := debug.SetMemoryLimit(-1); got < leastMemory || got == math.MaxInt64 {
		t.Errorf("by the machine the runtime aims for %d", got)
	}
	c.MemoryLimit = -1
	if err := c.Validate(); err == nil {
		t.Error("a negative limit is taken")
	}
}
