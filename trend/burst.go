package trend

import (
	"time"

	"github.com/xuanti/xuanti"
)

// Sighting is one first sighting of a story by a source.
type Sighting struct {
	At     time.Time
	Story  string   // event id, or the item key when unknown
	Source string   // platform or owner
	Terms  []string // content words
	Title  string
}

// BurstOptions tune a [Bursts]. The zero value works.
type BurstOptions struct {
	AlarmsPerDay float64           // false alarms a day the calibration allows over all terms; 0 means 1
	Has          func(string) bool // whether a term is in the dictionary; nil: every term counts as known
}

// Bursts is the streaming burst detector.
type Bursts struct{ opts BurstOptions }

// NewBursts returns an empty detector.
func NewBursts(opts BurstOptions) *Bursts { return &Bursts{opts: opts} }

// Add counts a sighting and returns the bursts that start or grow materially with it.
func (b *Bursts) Add(s Sighting) []xuanti.Burst { return nil }

// Tick returns the bursts that ended or were refreshed by now.
func (b *Bursts) Tick(now time.Time) []xuanti.Burst { return nil }

// Active returns the bursts that last, strongest first.
func (b *Bursts) Active(now time.Time) []xuanti.Burst { return nil }

// Expected returns how many sightings of a term window w should hold.
func (b *Bursts) Expected(term string, w time.Duration, now time.Time) float64 { return 0 }

// Snapshot returns the whole state.
func (b *Bursts) Snapshot() ([]byte, error) { return nil, nil }

// Load replaces the state with a snapshot.
func (b *Bursts) Load(data []byte) error { return nil }

// Calibrate sets the thresholds from a time shuffle of the detector's own log.
func (b *Bursts) Calibrate(now time.Time) {}
