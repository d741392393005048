package demo

import (
	"embed"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

//go:embed scenarios/*.txt words/*.txt
var files embed.FS

// Host is the host name in every address that the demo world prints. It never
// resolves (RFC 6761); the product serves these pages itself through
// [World.Page].
const Host = "demo.xuanti.invalid"

// Days is the length of one cycle of the world in days.
const Days = 16

// Options say which world to make.
type Options struct {
	Seed  uint64    // the same seed gives the same world, byte for byte
	Start time.Time // day zero is the Shanghai day in which Start lies
	Speed float64   // story minutes per real minute, informational; 0 is 10
}

// World is the demo world. It is safe for concurrent use.
type World struct {
	opt     Options
	zero    time.Time // Shanghai midnight of day zero, in UTC
	stories []storyline
	vocab   *vocabulary

	mu     sync.Mutex
	cycles map[int]*cycle // laid out on first use, at most three are kept
}

// NewWorld parses the embedded scenario files and lays out the first cycle. An
// error means that an embedded file is malformed and names file and line.
func NewWorld(opt Options) (*World, error) {
	if opt.Speed <= 0 {
		opt.Speed = 10
	}
	stories, err := loadScenarios(files)
	if err != nil {
		return nil, err
	}
	vocab, err := loadVocabulary(files)
	if err != nil {
		return nil, err
	}
	local := opt.Start.In(xuanti.Shanghai)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, xuanti.Shanghai)
	w := &World{opt: opt, zero: midnight.UTC(), stories: stories, vocab: vocab, cycles: map[int]*cycle{}}
	w.cycle(0)
	return w, nil
}

// Zero returns the Shanghai midnight at which day zero begins, in UTC.
func (w *World) Zero() time.Time { return w.zero }

// Speed returns how many story minutes pass in a real minute.
func (w *World) Speed() float64 { return w.opt.Speed }

// cycle returns the plan of the n-th cycle; negative numbers give nil.
func (w *World) cycle(n int) *cycle {
	if n < 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.cycles[n]; c != nil {
		return c
	}
	c := w.layOut(n)
	for k := range w.cycles {
		if k < n-1 || k > n+1 {
			delete(w.cycles, k)
		}
	}
	w.cycles[n] = c
	return c
}

// cycleAt returns the number of the cycle in which t lies; times before day
// zero belong to the first.
func (w *World) cycleAt(t time.Time) int {
	return max(int(t.Sub(w.zero)/(Days*24*time.Hour)), 0)
}
