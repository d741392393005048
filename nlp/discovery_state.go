package nlp

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/gob"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/xuanti/xuanti"
)

// discoveryState is the stored form but for the n-grams, which follow it in
// chunks: in one list they would take as much memory again as the table does.
// Lists instead of maps: the same state gives the same bytes.
type discoveryState struct {
	Version int
	Day     int64
	Total   float64
	Single  []singleState
	Grams   int // that follow
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
	discoveryVersion  = 2
	maxDiscoveryBytes = 512 << 20
	gramChunk         = 4096 // encoded together
)

func (g *gram) state(text string) gramState {
	return gramState{
		Text: text, Count: g.count, Left: neighboursState{g.left.unit, g.left.count, g.left.other}, Right: neighboursState{g.right.unit, g.right.count, g.right.other},
		EdgeLeft: g.edgeLeft, EdgeRight: g.edgeRight, Cut: g.cut, Platforms: g.platforms, First: g.first, Last: g.last,
		Units: g.units, Sample: g.sample, SampleNext: g.sampleNext,
	}
}

func (g *gramState) gram() *gram {
	return &gram{
		count: g.Count, left: neighbours{g.Left.Unit, g.Left.Count, g.Left.Other}, right: neighbours{g.Right.Unit, g.Right.Count, g.Right.Other},
		edgeLeft: g.EdgeLeft, edgeRight: g.EdgeRight, cut: g.Cut, platforms: g.Platforms, first: g.First, last: g.Last,
		units: g.Units, sample: g.Sample, sampleNext: g.SampleNext % 3,
	}
}

// Save writes the whole state, packed. The same state gives the same bytes.
func (d *Discovery) Save(w io.Writer) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := discoveryState{Version: discoveryVersion, Day: d.day, Total: d.total, Sources: d.sources, Grams: len(d.grams)}
	for _, u := range slices.Sorted(maps.Keys(d.single)) {
		s.Single = append(s.Single, singleState{u, d.single[u]})
	}
	for i := range d.seen {
		s.Seen[i] = slices.Sorted(maps.Keys(d.seen[i]))
	}
	for _, k := range slices.Sorted(maps.Keys(d.decided)) {
		s.Decided = append(s.Decided, decidedState{k, uint8(d.decided[k])})
	}
	s.Touched = slices.Sorted(maps.Keys(d.touched))
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return fmt.Errorf("pack discovery state: %w", err)
	}
	enc := gob.NewEncoder(z)
	if err := enc.Encode(&s); err != nil {
		return fmt.Errorf("encode discovery state: %w", err)
	}
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(d.grams)), gramChunk) {
		chunk := make([]gramState, len(keys))
		for i, k := range keys {
			chunk[i] = d.grams[k].state(k)
		}
		if err := enc.Encode(chunk); err != nil {
			return fmt.Errorf("encode discovery state: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("pack discovery state: %w", err)
	}
	return nil
}

// Load replaces the state by what Save wrote. What is damaged or foreign is
// CodeCorrupt and changes nothing.
func (d *Discovery) Load(b []byte) error {
	const message = "the stored new-word state cannot be read; it will be learned again"
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return xuanti.Wrap(xuanti.CodeCorrupt, err, message)
	}
	defer func() { _ = z.Close() }() // reads from memory
	var s discoveryState
	dec := gob.NewDecoder(io.LimitReader(z, maxDiscoveryBytes))
	if err := dec.Decode(&s); err != nil {
		return xuanti.Wrap(xuanti.CodeCorrupt, err, message)
	}
	if s.Version != discoveryVersion || s.Grams > maxGrams || len(s.Single) > maxSingles || len(s.Sources) > maxSources {
		return xuanti.Errorf(xuanti.CodeCorrupt, "%s (version %d)", message, s.Version)
	}
	n := NewDiscovery(d.a)
	n.day, n.total, n.sources = s.Day, s.Total, s.Sources
	for _, u := range s.Single {
		n.single[u.Unit] = u.Count
	}
	titles := map[string]string{} // each is the sample of many n-grams
	for len(n.grams) < s.Grams {
		var chunk []gramState
		if err := dec.Decode(&chunk); err != nil || len(chunk) == 0 || len(chunk) > gramChunk {
			return xuanti.Wrap(xuanti.CodeCorrupt, cmp.Or(err, io.ErrUnexpectedEOF), message)
		}
		before := len(n.grams)
		for i := range chunk {
			for k, title := range chunk[i].Sample {
				if _, ok := titles[title]; !ok {
					titles[title] = title
				}
				chunk[i].Sample[k] = titles[title]
			}
			n.grams[chunk[i].Text] = chunk[i].gram()
		}
		if len(n.grams) == before {
			return xuanti.Errorf(xuanti.CodeCorrupt, "%s (n-grams repeat)", message)
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
