package trend

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"time"
)

// boardsFormat is raised when the saved form changes; older forms are refused,
// and the engine then learns again from the stored snapshots.
const boardsFormat = 7

type boardsSaved struct {
	Format  int
	Forests [headCount]uint64 // which forests the tailors were made for
	Boards  map[string]*board
	Seen    map[string]elsewhere
	Wide    map[string]time.Time
}

// Save writes the whole state.
func (b *Boards) Save(w io.Writer) error {
	if err := gob.NewEncoder(w).Encode(boardsSaved{boardsFormat, b.sums(), b.m, b.seen, b.wide}); err != nil {
		return fmt.Errorf("encode board trajectories: %w", err)
	}
	return nil
}

// Load replaces the state by what Save wrote. After an error the state is as
// before.
func (b *Boards) Load(data []byte) error {
	var s boardsSaved
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil {
		return fmt.Errorf("decode board trajectories: %w", err)
	}
	if s.Format != boardsFormat {
		return fmt.Errorf("decode board trajectories: form %d, want %d", s.Format, boardsFormat)
	}
	m, sums := map[string]*board{}, b.sums()
	for id, x := range s.Boards {
		if x.Tracks == nil {
			x.Tracks = map[string]*track{}
		}
		if x.Days == nil {
			x.Days = dayScores{}
		}
		if len(x.Said) != len(x.Order) {
			return fmt.Errorf("decode board trajectories: board %s has %d rows and %d forecasts", id, len(x.Order), len(x.Said))
		}
		for _, item := range x.Order {
			if t := x.Tracks[item]; t == nil || len(t.Points) == 0 {
				return fmt.Errorf("decode board trajectories: board %s lists an item without a track", id)
			}
		}
		for k := range x.Tailor {
			f := b.forests[k]
			if w := x.Tailor[k].W; s.Forests[k] != sums[k] || w != nil && (f == nil || len(w) != f.LeafCount()) {
				x.Tailor[k] = tailor{} // other leaves: it learns anew
			}
		}
		m[id] = x
	}
	b.m, b.seen, b.wide = m, s.Seen, s.Wide
	if b.wide == nil {
		b.wide = map[string]time.Time{}
	}
	if b.seen == nil {
		b.seen = map[string]elsewhere{}
	}
	return nil
}
