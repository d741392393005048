package trend

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// grouperVersion changes when the stored form does.
const grouperVersion = 3

// maxSnapshot bounds what Load reads.
const maxSnapshot = 1 << 30

// clusterChunk is how many clusters are encoded together: in one list they
// would take as much memory again as the grouper itself.
const clusterChunk = 512

// grouperState is the stored form of a Grouper but for its clusters, which
// follow it in chunks: the events, then the topics.
type grouperState struct {
	Version        int
	Now            time.Time
	Events, Topics int
	Words          []string // that the terms of events number
	Moved          []movedState
}

type movedState struct {
	From string
	To   redirect
}

// Save writes the whole state. The same state gives the same bytes.
func (g *Grouper) Save(w io.Writer) error {
	events, topics := g.events.sorted(), g.topics.sorted()
	st := grouperState{Version: grouperVersion, Now: g.now, Events: len(events), Topics: len(topics), Words: g.words.words}
	for id, r := range g.moved {
		st.Moved = append(st.Moved, movedState{id, r})
	}
	slices.SortFunc(st.Moved, func(a, b movedState) int { return strings.Compare(a.From, b.From) })
	const cannotWrite = "the grouping state cannot be written"
	enc := gob.NewEncoder(w)
	if err := enc.Encode(st); err != nil {
		return unwritten(err, cannotWrite)
	}
	for _, clusters := range [2][]*cluster{events, topics} {
		for chunk := range slices.Chunk(clusters, clusterChunk) {
			if err := enc.Encode(chunk); err != nil {
				return unwritten(err, cannotWrite)
			}
		}
	}
	return nil
}

// unwritten is the error of the writer, if that is what it is, or says what
// cannot be written.
func unwritten(err error, message string) error {
	if xuanti.CodeOf(err) != xuanti.CodeInternal {
		return err
	}
	return xuanti.Wrap(xuanti.CodeInternal, err, message)
}

// Load replaces the state by what Save wrote. What cannot be read (CodeCorrupt)
// leaves the grouper as it was.
func (g *Grouper) Load(data []byte) error {
	var st grouperState
	if len(data) > maxSnapshot {
		return xuanti.Errorf(xuanti.CodeCorrupt, "the grouping state is too large")
	}
	dec := gob.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&st); err != nil {
		return xuanti.Wrap(xuanti.CodeCorrupt, err, "the grouping state cannot be read")
	}
	if st.Version != grouperVersion {
		return xuanti.Errorf(xuanti.CodeCorrupt, "the grouping state has version %d, not %d", st.Version, grouperVersion)
	}
	events, err := readClusters(dec, st.Events, len(st.Words))
	if err != nil {
		return err
	}
	topics, err := readClusters(dec, st.Topics, len(st.Words))
	if err != nil {
		return err
	}
	g.reset()
	g.now = st.Now
	for _, r := range st.Moved {
		g.moved[r.From] = r.To
	}
	g.words = newVocabulary(st.Words)
	read := map[string]*member{}
	g.load(&g.events, events, read)
	g.load(&g.topics, topics, read)
	return nil
}

// readClusters reads n clusters whose terms are among so many words.
func readClusters(dec *gob.Decoder, n, words int) ([]*cluster, error) {
	var out []*cluster
	for len(out) < n {
		var chunk []*cluster
		if err := dec.Decode(&chunk); err != nil || len(chunk) == 0 {
			return nil, xuanti.Wrap(xuanti.CodeCorrupt, cmp.Or(err, io.ErrUnexpectedEOF), "the grouping state cannot be read")
		}
		for _, c := range chunk {
			if c == nil || c.ID == "" || len(c.Medoids) == 0 || slices.Contains(c.Medoids, nil) {
				return nil, xuanti.Errorf(xuanti.CodeCorrupt, "the grouping state holds an empty cluster")
			}
			if slices.ContainsFunc(c.Terms, func(t termCount) bool { return int(t.Term) >= words }) {
				return nil, xuanti.Errorf(xuanti.CodeCorrupt, "the grouping state counts a term that it does not name")
			}
		}
		out = append(out, chunk...)
	}
	return out, nil
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

// load opens clusters. A title that stands for an event and for its topic is
// read once and kept once.
func (g *Grouper) load(l *level, clusters []*cluster, read map[string]*member) {
	for _, c := range clusters {
		for _, m := range c.Medoids {
			if o := read[m.ItemID]; o != nil && o.Input.equal(&m.Input) {
				m.Input, m.sk, m.facts = o.Input, o.sk, o.facts
				continue
			}
			read[m.ItemID] = m
			m.sk = newSketch(g.scorer.bg, m.Input)
			m.facts = g.read(m.Input.Title).Facts()
		}
		c.dirty = true
		l.insert(c)
	}
}
