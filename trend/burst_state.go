package trend

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"github.com/xuanti/xuanti"
)

// burstVersion changes with the meaning of what is saved; older blobs are
// refused and the engine rebuilds from its rows.
const burstVersion = 1

// burstState is the saved form of Bursts.
type burstState struct {
	Version int
	Now     int64
	Theta   float64
	ThetaAt int64
	Docs    decayed
	Recent  []int64
	Terms   map[string]*termState
	Active  map[string]*xuanti.Burst
	State   map[string]*activeState
	Log     []logEntry
	Sources map[string]uint16
	Stories map[uint64]string
	Titles  map[uint64]string
}

// Snapshot encodes everything for Load.
func (b *Bursts) Snapshot() ([]byte, error) {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(burstState{
		burstVersion, b.now, b.theta, b.thetaAt, b.docs, b.recent, b.terms, b.active, b.state, b.log, b.sources, b.stories, b.titles,
	}); err != nil {
		return nil, fmt.Errorf("encode bursts: %w", err)
	}
	return buf.Bytes(), nil
}

// Load replaces the state by what Snapshot encoded. On an error the detector is
// unchanged.
func (b *Bursts) Load(data []byte) error {
	var s burstState
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil {
		return fmt.Errorf("decode bursts: %w", err)
	}
	if s.Version != burstVersion {
		return fmt.Errorf("decode bursts: version %d, want %d", s.Version, burstVersion)
	}
	b.reset()
	b.now, b.theta, b.thetaAt, b.docs, b.recent, b.log = s.Now, s.Theta, s.ThetaAt, s.Docs, s.Recent, s.Log
	for t, v := range s.Terms { // gob leaves empty maps nil
		b.terms[t] = v
	}
	for t, v := range s.Active {
		b.active[t] = v
	}
	for t, v := range s.State {
		b.state[t] = v
	}
	for k, v := range s.Sources {
		b.sources[k] = v
	}
	for k, v := range s.Stories {
		b.stories[k] = v
	}
	for k, v := range s.Titles {
		b.titles[k] = v
	}
	return nil
}
