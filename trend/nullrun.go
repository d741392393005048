package trend

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// weightAt is what is left at end of a sighting counted at a time.
func weightAt(at, end int64) float64 {
	return math.Exp2(-float64(end-at) / halfLife.Seconds())
}

// docsBefore is the decayed number of documents as it stood when the log
// began. Exponential decay can be run backwards: what the log added is taken
// off, the rest grows back.
func (b *Bursts) docsBefore(log []logEntry, end int64) float64 {
	sum := 0.0
	for _, e := range log {
		sum += weightAt(e.At, end)
	}
	return max(0, b.docs.value(end)-sum) * (1 / weightAt(log[0].At-1, end))
}

// nullRun is a run of the detector over shuffled sightings. What all terms are
// measured against is the same for each of them, so it is worked out once, and
// the terms are gone through one after the other: a tenth of them, those that
// are told often enough to fire.
type nullRun struct {
	*Bursts            // opts and scratch space; the rest belongs to the live detector
	log     []logEntry // in order of the true times
	order   []int32    // indices into log in order of the shuffled times
	hits    []hit      // the log in that order, at the shuffled times
	moments []moment   // by place in order
	days    []int64    // the last shuffled time of each day
}

// nullRun returns the best score of each happening in each day of a null run
// over the log.
func (b *Bursts) nullRun(log []logEntry, end int64) []float64 {
	r := &nullRun{Bursts: b, log: log}
	r.shuffle()
	r.measure(end)
	return r.loudest(r.bestScores(end))
}

// shuffle exchanges the times inside each hour of the day, repeatably.
func (r *nullRun) shuffle() {
	times := make([]int64, len(r.log))
	byHour := make([][]int32, 24)
	for i, e := range r.log {
		times[i] = e.At
		h := int(e.At/3600+8) % 24
		byHour[h] = append(byHour[h], int32(i))
	}
	rnd := uint64(0x9e3779b97f4a7c15)
	for _, idx := range byHour {
		for i := len(idx) - 1; i > 0; i-- {
			rnd ^= rnd << 13
			rnd ^= rnd >> 7
			rnd ^= rnd << 17
			j := int(rnd % uint64(i+1))
			times[idx[i]], times[idx[j]] = times[idx[j]], times[idx[i]]
		}
	}
	r.order = make([]int32, len(r.log))
	for i := range r.order {
		r.order[i] = int32(i)
	}
	slices.SortFunc(r.order, func(x, y int32) int { return cmp.Or(cmp.Compare(times[x], times[y]), cmp.Compare(x, y)) })
	r.hits = make([]hit, len(r.order))
	for p, i := range r.order {
		r.hits[p] = hit{r.log[i].Story, uint32(times[i]), r.log[i].Source}
	}
}

// measure works out what every sighting's terms are measured against.
func (r *nullRun) measure(end int64) {
	start := r.log[0].At - 1
	docs := &Bursts{opts: r.opts, now: start, docs: decayed{V: r.docsBefore(r.log, end), At: start}}
	// The last two days before the log stand in by the last two of the log.
	for _, e := range r.log {
		if e.At > end-int64(exactFor/time.Second) {
			docs.recent = append(docs.recent, e.At-(end-start))
		}
	}
	r.moments = make([]moment, len(r.hits))
	for p := range r.hits {
		docs.now = max(docs.now, r.hits[p].at())
		docs.advance()
		docs.docs.add(docs.now)
		docs.recent = append(docs.recent, docs.now)
		r.moments[p] = *docs.moment()
		for len(r.days) <= r.day(p) {
			r.days = append(r.days, 0)
		}
		r.days[r.day(p)] = r.hits[p].at()
	}
}

// day counts from the first sighting.
func (r *nullRun) day(place int) int { return int(r.hits[place].Time-r.hits[0].Time) / 86400 }

// happened is a term's best score in a day of a null run, and what it was told
// by in the end of that day.
type happened struct {
	term  uint64
	score float64
	hits  []hit
}

// bestScores returns, for each day, the terms that came near firing.
func (r *nullRun) bestScores(end int64) [][]happened {
	terms, told := r.told(end)
	found := make([][]happened, len(r.days))
	grow := 1 / weightAt(r.log[0].At-1, end)
	var recent []hit // room for all sightings of a term
	for i := range terms {
		t := &terms[i]
		if !r.crowds(told[t.from:t.to]) {
			continue
		}
		st := r.stateBefore(t, end, grow)
		recent = slices.Grow(recent[:0], t.to-t.from)
		day, best := -1, 0.0
		flush := func() {
			if best > minTheta {
				found[day] = append(found[day], happened{t.term, best, slices.Clone(st.within(r.days[day], longest))})
			}
		}
		for _, p := range told[t.from:t.to] {
			h := &r.hits[p]
			if d := r.day(int(p)); d != day {
				flush()
				day, best = d, 0
			}
			if st.expire(h.at()); len(st.Recent) == 0 { // as see does, but in the same room
				st.Recent = recent[:0]
			}
			st.Recent = append(st.Recent, *h)
			if st.skip() || r.few(&st, h.at()) {
				continue
			}
			best = max(best, r.readAt(&st, &r.moments[p]).score)
		}
		flush()
	}
	return found
}

// crowds says whether enough sightings ever fall into one window.
func (r *nullRun) crowds(places []int32) bool {
	for i := minHits - 1; i < len(places); i++ {
		if r.hits[places[i]].at()-r.hits[places[i-minHits+1]].at() < int64(longest/time.Second) {
			return true
		}
	}
	return false
}

// nullTerm is a term of the log.
type nullTerm struct {
	term     uint64
	weight   float64 // of its sightings in the log, at its end
	from, to int     // of its places in the list beside
}

// told returns the terms that are told often enough to fire, and where in the
// order of the shuffled times they are.
func (r *nullRun) told(end int64) (terms []nullTerm, places []int32) {
	number := make(map[uint64]int32, len(r.terms))
	var times []int32
	var weights []float64
	told := 0
	for i := range r.log {
		told += len(r.log[i].Terms)
	}
	all := make([]int32, 0, told) // numbers of the terms of each sighting, one after the other
	starts := make([]int32, len(r.log))
	for i, e := range r.log {
		starts[i] = int32(len(all))
		w := weightAt(e.At, end)
		for _, t := range e.Terms {
			n, ok := number[t]
			if !ok {
				n = int32(len(times))
				number[t] = n
				times, weights = append(times, 0), append(weights, 0)
			}
			times[n]++
			weights[n] += w
			all = append(all, n)
		}
	}
	of := make([]int32, len(times)) // number → place in terms, −1: too few
	sum := 0
	for n := range times {
		of[n] = -1
		if int(times[n]) >= minHits {
			of[n] = int32(len(terms))
			terms = append(terms, nullTerm{weight: weights[n], from: sum, to: sum})
			sum += int(times[n])
		}
	}
	places = make([]int32, sum)
	for p, i := range r.order {
		e := &r.log[i]
		for k, term := range e.Terms {
			if n := of[all[int(starts[i])+k]]; n >= 0 {
				t := &terms[n]
				t.term = term
				places[t.to] = int32(p)
				t.to++
			}
		}
	}
	return terms, places
}

// stateBefore is what was remembered of a term when the log began.
func (r *nullRun) stateBefore(t *nullTerm, end int64, grow float64) termState {
	st := r.terms[t.term]
	if st == nil {
		return termState{} // faded away since: it was told too rarely to matter
	}
	rest := st.Old.value(end) - t.weight
	for _, h := range st.Recent {
		rest += weightAt(h.at(), end)
	}
	if rest*grow <= 0.05 {
		return termState{Prior: st.Prior}
	}
	return termState{Old: decayed{V: rest * grow, At: r.log[0].At - 1}, Habits: st.Habits.rhythm(), Prior: st.Prior}
}

// loudest are the best scores of every day, the loudest first; a term whose
// sightings a louder one of the day has told is left out, as it would not have
// given an alarm.
func (r *nullRun) loudest(days [][]happened) []float64 {
	var out []float64
	for _, found := range days {
		slices.SortFunc(found, func(x, y happened) int { return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.term, y.term)) })
		var loud [][]hit
		for _, h := range found {
			if !slices.ContainsFunc(loud, func(l []hit) bool { return together(h.hits, l) }) {
				loud = append(loud, h.hits)
				out = append(out, h.score)
			}
		}
	}
	return out
}

// rhythm is a copy of what a null run starts from: alarms are forgotten.
func (h *habits) rhythm() *habits {
	if h == nil || h.Hours == nil {
		return nil
	}
	return &habits{Hours: slices.Clone(h.Hours)}
}
