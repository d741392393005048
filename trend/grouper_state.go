package trend

import (
	"bytes"
	"encoding/gob"
	"io"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// grouperVersion changes when the stored form does.
const grouperVersion = 2

// maxSnapshot bounds what Load reads.
const maxSnapshot = 1 << 30

type grouperState struct {
	Version int
	Now     time.Time
	Events  []*cluster
	Topics  []*cluster
	Moved   []movedState
}

type movedState struct {
	From string
	To   redirect
}

// Snapshot returns the whole state. The same state gives the same bytes.
func (g *Grouper) Snapshot() ([]byte, error) {
	var buf bytes.Buffer
	err := g.Save(&buf)
	return buf.Bytes(), err
}

// Save writes what Snapshot returns.
func (g *Grouper) Save(w io.Writer) error {
	st := grouperState{Version: grouperVersion, Now: g.now, Events: g.events.sorted(), Topics: g.topics.sorted()}
	for id, r := range g.moved {
		st.Moved = append(st.Moved, movedState{id, r})
	}
	slices.SortFunc(st.Moved, func(a, b movedState) int { return bytes.Compare([]byte(a.From), []byte(b.From)) })
	return unwritten(gob.NewEncoder(w).Encode(st), "the grouping state cannot be written")
}

// unwritten is the error of the writer, if that is what it is, or says what
// cannot be written.
func unwritten(err error, message string) error {
	if xuanti.CodeOf(err) != xuanti.CodeInternal {
		return err
	}
	return xuanti.Wrap(xuanti.CodeInternal, err, message)
}

// Load replaces the state with a snapshot. A snapshot that cannot be read
// (CodeCorrupt) leaves the grouper as it was.
func (g *Grouper) Load(data []byte) error {
	var st grouperState
	if len(data) > maxSnapshot {
		return xuanti.Errorf(xuanti.CodeCorrupt, "the grouping state is too large")
	}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&st); err != nil {
		return xuanti.Wrap(xuanti.CodeCorrupt, err, "the grouping state cannot be read")
	}
	if st.Version != grouperVersion {
		return xuanti.Errorf(xuanti.CodeCorrupt, "the grouping state has version %d, not %d", st.Version, grouperVersion)
	}
	for _, cs := range [][]*cluster{st.Events, st.Topics} {
		for _, c := range cs {
			if c == nil || c.ID == "" || len(c.Medoids) == 0 || slices.Contains(c.Medoids, nil) {
				return xuanti.Errorf(xuanti.CodeCorrupt, "the grouping state holds an empty cluster")
			}
		}
	}
	g.reset()
	g.now = st.Now
	for _, r := range st.Moved {
		g.moved[r.From] = r.To
	}
	g.load(&g.events, st.Events)
	g.load(&g.topics, st.Topics)
	return nil
}

func (l *level) sorted() []*cluster {
	out := make([]*cluster, 0, len(l.byID))
	for _, c := range l.slots {
		if c != nil {
			out = append(out, c)
		}
	}
	return out
}

func (g *Grouper) load(l *level, clusters []*cluster) {
	for _, c := range clusters {
		for _, m := range c.Medoids {
			m.sk = newSketch(g.scorer.bg, m.Input)
			a := &nlp.Analysis{Title: m.Input.Title}
			if g.opts.Analyzer != nil {
				a = g.opts.Analyzer.Analyze(m.Input.Title, "")
			}
			m.facts = a.Facts()
		}
		c.dirty = true
		l.insert(c)
	}
}
