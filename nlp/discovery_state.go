package nlp

import (
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"fmt"
	"io"

	"github.com/xuanti/xuanti"
)

// discoveryState is the stored form. Lists instead of maps: the same state
// gives the same bytes.
type discoveryState struct {
	Version int
	Day     int64
	Total   float64
	Single  []singleState
	Grams   []gramState
	Seen    [2][]uint64
	Decided []decidedState
	Touched []string
	Sources []string
}

type singleState struct {
	Unit  string
	Count float64
}

type gramState struct {
	Text                string
	Count               float64
	Left, Right         neighboursState
	EdgeLeft, EdgeRight float64
	Cut                 float64
	Platforms           uint64
	First, Last         int64
	Units               uint8
	Sample              [3]string
	SampleNext          uint8
}

type neighboursState struct {
	Unit  [8]rune
	Count [8]float32
	Other float32
}

type decidedState struct {
	Text string
	As   uint8
}

const (
	discoveryVersion  = 1
	maxDiscoveryBytes = 512 << 20
)

// Snapshot gives the whole state, packed. Restore takes it back; the same
// state gives the same bytes.
func (d *Discovery) Snapshot() ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := discoveryState{Version: discoveryVersion, Day: d.day, Total: d.total, Sources: d.sources}
	for _, u := range sortedKeys(d.single) {
		s.Single = append(s.Single, singleState{u, d.single[u]})
	}
	for _, k := range sortedKeys(d.grams) {
		g := d.grams[k]
		s.Grams = append(s.Grams, gramState{
			Text: k, Count: g.count, Left: neighboursState{g.left.unit, g.left.count, g.left.other}, Right: neighboursState{g.right.unit, g.right.count, g.right.other},
			EdgeLeft: g.edgeLeft, EdgeRight: g.edgeRight, Cut: g.cut, Platforms: g.platforms, First: g.first, Last: g.last,
			Units: g.units, Sample: g.sample, SampleNext: g.sampleNext,
		})
	}
	for i := range d.seen {
		s.Seen[i] = sortedKeys(d.seen[i])
	}
	for _, k := range sortedKeys(d.decided) {
		s.Decided = append(s.Decided, decidedState{k, uint8(d.decided[k])})
	}
	s.Touched = sortedKeys(d.touched)
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("pack discovery state: %w", err)
	}
	if err := gob.NewEncoder(z).Encode(&s); err != nil {
		return nil, fmt.Errorf("encode discovery state: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack discovery state: %w", err)
	}
	return b.Bytes(), nil
}

// Restore replaces the state by a stored one. A damaged or foreign one is
// CodeCorrupt and changes nothing.
func (d *Discovery) Restore(b []byte) error {
	const message = "the stored new-word state cannot be read; it will be learned again"
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return xuanti.Wrap(xuanti.CodeCorrupt, err, message)
	}
	defer func() { _ = z.Close() }() // reads from memory
	var s discoveryState
	if err := gob.NewDecoder(io.LimitReader(z, maxDiscoveryBytes)).Decode(&s); err != nil {
		return xuanti.Wrap(xuanti.CodeCorrupt, err, message)
	}
	if s.Version != discoveryVersion || len(s.Grams) > maxGrams || len(s.Single) > maxSingles || len(s.Sources) > maxSources {
		return xuanti.Errorf(xuanti.CodeCorrupt, "%s (version %d)", message, s.Version)
	}
	n := NewDiscovery(d.a)
	n.day, n.total, n.sources = s.Day, s.Total, s.Sources
	for _, u := range s.Single {
		n.single[u.Unit] = u.Count
	}
	for i := range s.Grams {
		g := &s.Grams[i]
		n.grams[g.Text] = &gram{
			count: g.Count, left: neighbours{g.Left.Unit, g.Left.Count, g.Left.Other}, right: neighbours{g.Right.Unit, g.Right.Count, g.Right.Other},
			edgeLeft: g.EdgeLeft, edgeRight: g.EdgeRight, cut: g.Cut, platforms: g.Platforms, first: g.First, last: g.Last,
			units: g.Units, sample: g.Sample, sampleNext: g.SampleNext % 3,
		}
	}
	for i := range s.Seen {
		for _, h := range s.Seen[i] {
			n.seen[i][h] = struct{}{}
		}
	}
	for _, w := range s.Decided {
		n.decided[w.Text] = decision(w.As)
	}
	for _, k := range s.Touched {
		n.touched[k] = struct{}{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.day, d.total, d.sources = n.day, n.total, n.sources
	d.single, d.grams, d.seen, d.touched, d.decided = n.single, n.grams, n.seen, n.touched, n.decided
	return nil
}
