package trend

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// crowded is the number of sightings in memory from which a term is judged at
// every sixteenth only.
const crowded = 256

// skip is true for most sightings of a crowded term: one more changes little,
// and the work stays bounded.
func (st *termState) skip() bool {
	n := len(st.Recent)
	return n > crowded && n%16 != 0
}

// consider fires, continues or ignores a term after a sighting.
func (b *Bursts) consider(term string, st *termState) *xuanti.Burst {
	if st.skip() {
		return nil
	}
	r := b.read(st)
	if cur := b.active[term]; cur != nil {
		if r.score >= b.theta/3 {
			cur.State.LastAbove = b.now
		}
		if r.score <= cur.Burst.Score {
			return nil
		}
		b.fill(&cur.Burst, r, st)
		if r.score < 2*cur.State.Emitted {
			return nil
		}
		cur.State.Emitted = r.score
		st.habits().Peak = r.score
		out := clone(&cur.Burst)
		return &out
	}
	if r.score < b.theta+b.shyness() {
		return nil
	}
	if h := st.Habits; h != nil && len(h.Fired) > 0 && b.now-h.Fired[len(h.Fired)-1] < int64(coolDown/time.Second) && r.score < 2*h.Peak {
		return nil
	}
	if b.told(term, st, r.window) {
		return nil
	}
	h := st.habits()
	h.Fired = append(h.Fired, b.now)
	if len(h.Fired) > 24 {
		h.Fired = append(h.Fired[:0], h.Fired[len(h.Fired)-24:]...)
	}
	h.Peak = r.score
	at := time.Unix(b.now, 0).UTC()
	term = strings.Clone(term) // not a part of the article's text
	cur := &activeBurst{
		Burst: xuanti.Burst{Term: term, StartedAt: at, NewWord: b.opts.Has != nil && !b.opts.Has(term)},
		State: activeState{LastAbove: b.now, Emitted: r.score},
	}
	b.fill(&cur.Burst, r, st)
	b.active[term] = cur
	out := clone(&cur.Burst)
	return &out
}

// told says whether most of what a term stands for is already the news of
// another term: the words of one headline rise together, and the first of them
// has given the alarm. A story is recognised by its sightings.
func (b *Bursts) told(term string, st *termState, w time.Duration) bool {
	hits := st.within(b.now, w)
	tells := func(other string) bool {
		cur := b.active[other]
		return cur != nil && other != term && b.now-cur.Burst.StartedAt.Unix() < int64(coolDown/time.Second) &&
			together(hits, b.terms[hashString(other)].Recent)
	}
	if tells(b.tellers[term]) {
		return true
	}
	for other := range b.active {
		if tells(other) {
			b.tellers[term] = other
			return true
		}
	}
	return false
}

// together says whether a term whose hits are in the other list as well, of
// toldShare or more, is told with it. Both are in order of time.
func together(hits, other []hit) bool {
	least := toldShare * float64(len(hits))
	n, j := 0.0, 0
	if len(hits) > 0 {
		j = after(other, hits[0].at()-1)
	}
	for i, h := range hits {
		if n >= least || n+float64(len(hits)-i) < least {
			break
		}
		for j < len(other) && other[j].Time < h.Time {
			j++
		}
		for k := j; k < len(other) && other[k].Time == h.Time; k++ {
			if other[k] == h {
				n++
				break
			}
		}
	}
	return n >= least
}

// shyness raises the threshold while nothing is known of the usual.
func (b *Bursts) shyness() float64 {
	return coldHandicap * max(0, 1-float64(b.now-b.began)/coldTime.Seconds())
}

func clone(b *xuanti.Burst) xuanti.Burst {
	out := *b
	out.Titles = slices.Clone(b.Titles)
	out.EventIDs = slices.Clone(b.EventIDs)
	return out
}

// tally counts the sightings of a story.
type tally struct {
	story uint64
	n     int
}

// fill sets the figures of a burst and its samples: the stories told by most
// sources first, one title each.
func (b *Bursts) fill(cur *xuanti.Burst, r reading, st *termState) {
	cur.At = time.Unix(b.now, 0).UTC()
	cur.Window, cur.Count, cur.Expected, cur.Score, cur.Sources = r.window, r.count, r.expected, r.score, r.sources
	stories := b.tallies[:0]
	clear(b.places)
	for _, h := range st.within(b.now, r.window) {
		i, ok := b.places[h.Story]
		if !ok {
			i = int32(len(stories))
			b.places[h.Story] = i
			stories = append(stories, tally{story: h.Story})
		}
		stories[i].n++
	}
	b.tallies = stories
	slices.SortStableFunc(stories, func(x, y tally) int { return cmp.Compare(y.n, x.n) })
	cur.Titles, cur.EventIDs = cur.Titles[:0], cur.EventIDs[:0]
	for _, s := range stories[:min(maxSamples, len(stories))] {
		cur.EventIDs = append(cur.EventIDs, b.stories[s.story].id)
		cur.Titles = append(cur.Titles, b.stories[s.story].title)
	}
}

// Tick brings the running bursts up to now: it returns those that ended (EndedAt
// set) and those whose figures changed. Call it every few minutes; once a day
// it also forgets terms that faded away.
func (b *Bursts) Tick(now time.Time) []xuanti.Burst {
	prev := b.now
	b.now = max(b.now, now.Unix())
	b.advance()
	var out []xuanti.Burst
	for _, term := range slices.Sorted(maps.Keys(b.active)) {
		a, st := b.active[term], b.terms[hashString(term)]
		cur := &a.Burst
		st.expire(b.now)
		r := b.read(st)
		if r.score >= b.theta/3 {
			a.State.LastAbove = b.now
			if r.count != cur.Count || r.window != cur.Window {
				b.fill(cur, r, st)
				out = append(out, clone(cur))
			}
			continue
		}
		if b.now-a.State.LastAbove >= int64(quietAfter/time.Second) {
			cur.EndedAt = time.Unix(b.now, 0).UTC()
			cur.At = cur.EndedAt
			out = append(out, clone(cur))
			delete(b.active, term)
		}
	}
	if prev/86400 != b.now/86400 || len(b.terms) > b.opts.MaxTerms {
		b.prune()
	}
	return out
}

// prune forgets faded terms, and of too many the faintest, until a quarter of
// the room is free.
func (b *Bursts) prune() {
	clear(b.tellers)
	active := make(map[uint64]bool, len(b.active))
	for t := range b.active {
		active[hashString(t)] = true
	}
	most := b.opts.MaxTerms
	if len(b.terms) > most {
		most = most / 4 * 3
	}
	for floor := 0.3; ; floor *= 2 {
		for t, st := range b.terms {
			st.expire(b.now)
			if len(st.Recent) == 0 && st.Old.value(b.now) < floor && !active[t] {
				delete(b.terms, t)
			}
		}
		if len(b.terms) <= most || floor > 1e3 {
			break
		}
	}
	live := make(map[uint64]bool, len(b.stories))
	for _, st := range b.terms {
		for _, h := range st.Recent {
			live[h.Story] = true
		}
	}
	for id := range b.stories {
		if !live[id] {
			delete(b.stories, id)
		}
	}
}

// Lasts reports whether the burst of a term that started then is still on.
func (b *Bursts) Lasts(term string, started time.Time) bool {
	cur := b.active[term]
	return cur != nil && cur.Burst.StartedAt.Equal(started)
}

// Threshold returns the score from which a term fires now, and when it was
// calibrated (zero: not yet).
func (b *Bursts) Threshold() (theta float64, at time.Time) {
	if b.thetaAt == 0 {
		return b.theta, time.Time{}
	}
	return b.theta, time.Unix(b.thetaAt, 0).UTC()
}
