package trend

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"io"
	"maps"
	"slices"

	"github.com/xuanti/xuanti"
)

// burstVersion changes when the stored form does.
const burstVersion = 4

// termChunk is how many terms are encoded together: with all of them in one
// list, writing and reading would take as much memory again as the terms do.
const termChunk = 4096

// burstState is the stored form of a Bursts but for its terms and its log, which
// follow it in chunks. Everything that was a map is a list in key order, so that equal
// states give equal bytes.
type burstState struct {
	Version int
	Now     int64
	Began   int64
	Theta   float64
	ThetaAt int64
	Alarms  float64 // a day that Theta allows; 0 in states from before it was kept
	Docs    decayed
	Recent  []int64
	Terms   int // that follow
	Logged  int // sightings that follow them
	Active  []activeBurst
	Sources []string // by number
	Stories []namedStory
}

// storedTerms are terms by their fields: gob writes a list of numbers several
// times faster than a list of structs.
type storedTerms struct {
	Terms   []uint64
	Old     []float64
	OldAt   []int64
	Prior   []float32
	Habits  []storedHabits
	Hits    []uint32 // of each term
	Stories []uint64 // of all hits
	Times   []uint32
	Sources []uint16
}

// storedHabits are the habits of a term by its place in the list.
type storedHabits struct {
	Term   int
	Habits *habits
}

// clear leaves the room for the next chunk.
func (s *storedTerms) clear() {
	clear(s.Habits)
	*s = storedTerms{Terms: s.Terms[:0], Old: s.Old[:0], OldAt: s.OldAt[:0], Prior: s.Prior[:0], Habits: s.Habits[:0],
		Hits: s.Hits[:0], Stories: s.Stories[:0], Times: s.Times[:0], Sources: s.Sources[:0]}
}

func (s *storedTerms) add(term uint64, st *termState) {
	if st.Habits != nil {
		s.Habits = append(s.Habits, storedHabits{len(s.Terms), st.Habits})
	}
	s.Terms, s.Prior, s.Hits = append(s.Terms, term), append(s.Prior, st.Prior), append(s.Hits, uint32(len(st.Recent)))
	s.Old, s.OldAt = append(s.Old, st.Old.V), append(s.OldAt, st.Old.At)
	for i := range st.Recent {
		h := &st.Recent[i]
		s.Stories, s.Times, s.Sources = append(s.Stories, h.Story), append(s.Times, h.Time), append(s.Sources, h.Source)
	}
}

// into adds the terms to a table, or says that the lists do not fit each other.
func (s *storedTerms) into(terms map[uint64]*termState) bool {
	n, hits := len(s.Terms), 0
	if len(s.Old) != n || len(s.OldAt) != n || len(s.Prior) != n || len(s.Hits) != n || len(s.Times) != len(s.Stories) || len(s.Sources) != len(s.Stories) {
		return false
	}
	for i, term := range s.Terms {
		st := &termState{Old: decayed{s.Old[i], s.OldAt[i]}, Prior: s.Prior[i]}
		k := int(s.Hits[i])
		if k > maxHits || hits+k > len(s.Stories) {
			return false
		}
		if k > 0 {
			st.Recent = make([]hit, k)
		}
		for j := range st.Recent {
			st.Recent[j] = hit{s.Stories[hits+j], s.Times[hits+j], s.Sources[hits+j]}
		}
		hits += k
		terms[term] = st
	}
	for _, h := range s.Habits {
		if h.Term < 0 || h.Term >= n {
			return false
		}
		terms[s.Terms[h.Term]].Habits = h.Habits
	}
	return true
}

// storedLog are sightings of the log by their fields.
type storedLog struct {
	At      []int64
	Stories []uint64
	Sources []uint16
	Counts  []uint32 // of the terms of each
	Terms   []uint64 // of all
}

// clear leaves the room for the next chunk.
func (s *storedLog) clear() {
	*s = storedLog{At: s.At[:0], Stories: s.Stories[:0], Sources: s.Sources[:0], Counts: s.Counts[:0], Terms: s.Terms[:0]}
}

func (s *storedLog) add(e *logEntry) {
	s.At, s.Stories, s.Sources = append(s.At, e.At), append(s.Stories, e.Story), append(s.Sources, e.Source)
	s.Counts, s.Terms = append(s.Counts, uint32(len(e.Terms))), append(s.Terms, e.Terms...)
}

// entries are the sightings, or nil when the lists do not fit each other.
func (s *storedLog) entries() []logEntry {
	n := len(s.At)
	if len(s.Stories) != n || len(s.Sources) != n || len(s.Counts) != n {
		return nil
	}
	out := make([]logEntry, n)
	terms := s.Terms
	for i := range out {
		k := int(s.Counts[i])
		if k > len(terms) {
			return nil
		}
		out[i] = logEntry{s.At[i], s.Stories[i], s.Sources[i], slices.Clone(terms[:k])} // not with the rest in memory
		terms = terms[k:]
	}
	return out
}

type namedStory struct {
	Key       uint64
	ID, Title string
}

// Save writes the whole state. The same state gives the same bytes.
func (b *Bursts) Save(w io.Writer) error {
	st := burstState{Version: burstVersion, Now: b.now, Began: b.began, Theta: b.theta, ThetaAt: b.thetaAt, Alarms: b.opts.AlarmsPerDay, Docs: b.docs, Recent: b.recent, Terms: len(b.terms), Logged: len(b.log)}
	for _, t := range slices.Sorted(maps.Keys(b.active)) {
		st.Active = append(st.Active, *b.active[t])
	}
	st.Sources = make([]string, len(b.sources))
	for name, i := range b.sources {
		st.Sources[i] = name
	}
	for _, k := range slices.Sorted(maps.Keys(b.stories)) {
		st.Stories = append(st.Stories, namedStory{k, b.stories[k].id, b.stories[k].title})
	}
	const cannotWrite = "the state of the bursts cannot be written"
	enc := gob.NewEncoder(w)
	if err := enc.Encode(st); err != nil {
		return unwritten(err, cannotWrite)
	}
	var chunk storedTerms
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(b.terms)), termChunk) {
		chunk.clear()
		for _, k := range keys {
			chunk.add(k, b.terms[k])
		}
		if err := enc.Encode(chunk); err != nil {
			return unwritten(err, cannotWrite)
		}
	}
	var log storedLog
	for entries := range slices.Chunk(b.log, termChunk) {
		log.clear()
		for i := range entries {
			log.add(&entries[i])
		}
		if err := enc.Encode(log); err != nil {
			return unwritten(err, cannotWrite)
		}
	}
	return nil
}

// Load replaces the state by what Save wrote. What cannot be read (CodeCorrupt)
// leaves the detector as it was. A change of AlarmsPerDay since moves the
// threshold at once by what it moves the shipped one, until the next calibration
// measures it.
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
		var chunk storedTerms
		before := len(terms)
		if err := dec.Decode(&chunk); err != nil || !chunk.into(terms) {
			return xuanti.Wrap(xuanti.CodeCorrupt, cmp.Or(err, io.ErrUnexpectedEOF), "the state of the bursts cannot be read")
		}
		if len(terms) == before {
			return xuanti.Errorf(xuanti.CodeCorrupt, "the state of the bursts repeats its terms")
		}
	}
	var log []logEntry
	for len(log) < st.Logged {
		var chunk storedLog
		err := dec.Decode(&chunk)
		entries := chunk.entries()
		if err != nil || len(entries) == 0 {
			return xuanti.Wrap(xuanti.CodeCorrupt, cmp.Or(err, io.ErrUnexpectedEOF), "the state of the bursts cannot be read")
		}
		log = append(log, entries...)
	}
	for i := range st.Active {
		if terms[hashString(st.Active[i].Burst.Term)] == nil {
			return xuanti.Errorf(xuanti.CodeCorrupt, "the state of the bursts holds one without its term")
		}
	}
	b.reset()
	b.now, b.began, b.theta, b.thetaAt, b.docs, b.recent, b.log = st.Now, st.Began, st.Theta, st.ThetaAt, st.Docs, st.Recent, log
	b.terms = terms
	switch {
	case b.thetaAt == 0:
		b.theta = b.prior()
	case st.Alarms > 0:
		b.theta = max(minTheta, b.theta+b.prior()-shippedTheta(st.Alarms))
	}
	for i := range st.Active {
		b.active[st.Active[i].Burst.Term] = &st.Active[i]
	}
	for i, name := range st.Sources {
		b.sources[name] = uint16(i)
	}
	for _, s := range st.Stories {
		b.stories[s.Key] = story{s.ID, s.Title}
	}
	return nil
}
