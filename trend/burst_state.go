package trend

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"io"
	"slices"

	"github.com/xuanti/xuanti"
)

// burstVersion changes when the stored form does.
const burstVersion = 3

// termChunk is how many terms are encoded together: with all of them in one
// list, writing and reading would take as much memory again as the terms do.
const termChunk = 4096

// burstState is the stored form of a Bursts but for its terms, which follow it
// in chunks. Everything that was a map is a list in key order, so that equal
// states give equal bytes.
type burstState struct {
	Version int
	Now     int64
	Began   int64
	Theta   float64
	ThetaAt int64
	Docs    decayed
	Recent  []int64
	Terms   int // that follow
	Active  []namedBurst
	Sources []string // by number
	Stories []namedStory
	Log     []logEntry
}

type namedTerm struct {
	Term  uint64
	State termState
}

type namedBurst struct {
	Burst xuanti.Burst
	State activeState
}

type namedStory struct {
	Key       uint64
	ID, Title string
}

// Snapshot returns the whole state.
func (b *Bursts) Snapshot() ([]byte, error) {
	var buf bytes.Buffer
	err := b.Save(&buf)
	return buf.Bytes(), err
}

// Save writes what Snapshot returns.
func (b *Bursts) Save(w io.Writer) error {
	st := burstState{Version: burstVersion, Now: b.now, Began: b.began, Theta: b.theta, ThetaAt: b.thetaAt, Docs: b.docs, Recent: b.recent, Log: b.log, Terms: len(b.terms)}
	for _, t := range sortedKeys(b.active) {
		st.Active = append(st.Active, namedBurst{*b.active[t], *b.state[t]})
	}
	st.Sources = make([]string, len(b.sources))
	for name, i := range b.sources {
		st.Sources[i] = name
	}
	for _, k := range sortedKeys(b.stories) {
		st.Stories = append(st.Stories, namedStory{k, b.stories[k], b.titles[k]})
	}
	const cannotWrite = "the state of the bursts cannot be written"
	enc := gob.NewEncoder(w)
	if err := enc.Encode(st); err != nil {
		return unwritten(err, cannotWrite)
	}
	for keys := range slices.Chunk(sortedKeys(b.terms), termChunk) {
		chunk := make([]namedTerm, len(keys))
		for i, k := range keys {
			chunk[i] = namedTerm{k, *b.terms[k]}
		}
		if err := enc.Encode(chunk); err != nil {
			return unwritten(err, cannotWrite)
		}
	}
	return nil
}

// Load replaces the state with a snapshot. A snapshot that cannot be read
// (CodeCorrupt) leaves the detector as it was. A change of AlarmsPerDay takes
// effect with the next calibration.
func (b *Bursts) Load(data []byte) error {
	var st burstState
	if len(data) > maxSnapshot {
		return xuanti.Errorf(xuanti.CodeCorrupt, "the state of the bursts is too large")
	}
	dec := gob.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&st); err != nil {
		return xuanti.Wrap(xuanti.CodeCorrupt, err, "the state of the bursts cannot be read")
	}
	if st.Version != burstVersion {
		return xuanti.Errorf(xuanti.CodeCorrupt, "the state of the bursts has version %d, not %d", st.Version, burstVersion)
	}
	terms := map[uint64]*termState{}
	for len(terms) < st.Terms {
		var chunk []namedTerm
		if err := dec.Decode(&chunk); err != nil || len(chunk) == 0 {
			return xuanti.Wrap(xuanti.CodeCorrupt, cmp.Or(err, io.ErrUnexpectedEOF), "the state of the bursts cannot be read")
		}
		before := len(terms)
		for i := range chunk {
			t := chunk[i].State // not a pointer into the chunk: it would keep all of it
			terms[chunk[i].Term] = &t
		}
		if len(terms) == before {
			return xuanti.Errorf(xuanti.CodeCorrupt, "the state of the bursts repeats its terms")
		}
	}
	b.reset()
	b.now, b.began, b.theta, b.thetaAt, b.docs, b.recent, b.log = st.Now, st.Began, st.Theta, st.ThetaAt, st.Docs, st.Recent, st.Log
	b.terms = terms
	for i := range st.Active {
		x := &st.Active[i]
		b.active[x.Burst.Term], b.state[x.Burst.Term] = &x.Burst, &x.State
	}
	for i, name := range st.Sources {
		b.sources[name] = uint16(i)
	}
	for _, s := range st.Stories {
		b.stories[s.Key], b.titles[s.Key] = s.ID, s.Title
	}
	return nil
}
