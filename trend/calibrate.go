package trend

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// logEntry is one sighting in the compact log that calibration shuffles.
type logEntry struct {
	At     int64
	Story  uint64
	Source uint16
	Terms  []string
}

const (
	logDays    = 14
	maxLog     = 200_000 // sightings kept; a larger stream keeps its newest
	priorDays  = 60      // weight of the shipped threshold
	thetaSlope = 2.5     // how much lower the threshold is for ten times the alarms
	minTheta   = 2.0     // a quiet stream does not lower the threshold further
	// A null run needs to know the time before the log: so many documents, as a
	// share of the log's, must be left in the decayed counters from then.
	minPrehistory = 0.3
)

// record keeps the sighting for calibration.
func (b *Bursts) record(story uint64, source uint16, terms []string) {
	if b.recording {
		return
	}
	b.log = append(b.log, logEntry{b.now, story, source, terms})
	cut := b.now - logDays*86400
	n := 0
	for n < len(b.log) && (b.log[n].At < cut || len(b.log)-n > maxLog) {
		n++
	}
	if n > 0 && (n > 8192 || n*2 > len(b.log)) {
		b.log = append(b.log[:0:0], b.log[n:]...)
	}
}

// Calibrate sets the threshold so that chance fires at most AlarmsPerDay. It
// permutes the times of the last 14 days' sightings inside each hour of the
// day, which keeps every daily rhythm and breaks every happening, runs the
// same detector over them from the counters as they stood before those days,
// and takes the score that the best terms reach that often. Run it nightly; it
// takes about a second for 35,000 sightings. A null run is a sample of two
// weeks in which one great story of the fortnight weighs much (shuffled, it
// still starts from nothing), so the result counts as its days beside the
// shipped threshold, which stands for priorDays. Before three weeks of history
// exist the shipped threshold stands alone.
func (b *Bursts) Calibrate(now time.Time) {
	end := max(b.now, now.Unix())
	var log []logEntry
	for _, e := range b.log {
		if e.At <= end && e.At > end-logDays*86400 {
			log = append(log, e)
		}
	}
	if len(log) < 100 {
		return
	}
	null := b.before(log, end)
	if null.docs.V < minPrehistory*float64(len(log)) {
		return
	}
	scores := null.bestScores(shuffled(log))
	slices.Sort(scores)
	slices.Reverse(scores)
	days := float64(log[len(log)-1].At-log[0].At) / 86400
	theta := minTheta
	if allowed := int(b.opts.AlarmsPerDay * days); allowed < len(scores) {
		theta = max(minTheta, scores[allowed])
	}
	b.theta = (priorDays*b.prior() + days*theta) / (priorDays + days)
	b.thetaAt = end
}

// prior is the shipped threshold: startTheta was measured on development data
// for one false alarm a day, thetaSlope for other rates.
func (b *Bursts) prior() float64 {
	return max(minTheta, startTheta-thetaSlope*math.Log10(b.opts.AlarmsPerDay))
}

// before returns a detector as it stood when the log began. Exponential decay
// can be run backwards: what the log added is taken off, the rest grows back.
func (b *Bursts) before(log []logEntry, end int64) *Bursts {
	start := log[0].At - 1
	weight := func(at int64) float64 { return math.Exp2(-float64(end-at) / halfLife.Seconds()) }
	grow := 1 / weight(start)
	null := &Bursts{opts: b.opts, bg: b.bg}
	null.reset()
	null.recording, null.maxSeen, null.now = true, map[string]float64{}, start
	sum, byTerm := 0.0, make(map[string]float64, len(b.terms))
	for _, e := range log {
		w := weight(e.At)
		sum += w
		for _, t := range e.Terms {
			byTerm[t] += w
		}
	}
	null.docs = decayed{V: max(0, b.docs.value(end)-sum) * grow, At: start}
	for term, st := range b.terms {
		rest := st.Old.value(end) - byTerm[term]
		for _, h := range st.Recent {
			rest += weight(h.At)
		}
		if rest*grow > 0.05 {
			null.terms[term] = &termState{Old: decayed{V: rest * grow, At: start}, Hours: st.Hours, Prior: st.Prior}
		}
	}
	// The last two days before the log stand in by the last two of the log.
	for _, e := range log {
		if e.At > end-int64(exactFor/time.Second) {
			null.recent = append(null.recent, e.At-(end-start))
		}
	}
	return null
}

// shuffled exchanges the times inside each hour of the day, repeatably.
func shuffled(log []logEntry) []logEntry {
	out := slices.Clone(log)
	byHour := make([][]int, 24)
	for i, e := range out {
		h := int(e.At/3600+8) % 24
		byHour[h] = append(byHour[h], i)
	}
	rnd := uint64(0x9e3779b97f4a7c15)
	for _, idx := range byHour {
		for i := len(idx) - 1; i > 0; i-- {
			rnd ^= rnd << 13
			rnd ^= rnd >> 7
			rnd ^= rnd << 17
			j := int(rnd % uint64(i+1))
			out[idx[i]].At, out[idx[j]].At = out[idx[j]].At, out[idx[i]].At
		}
	}
	slices.SortStableFunc(out, func(x, y logEntry) int {
		switch {
		case x.At < y.At:
			return -1
		case x.At > y.At:
			return 1
		}
		return 0
	})
	return out
}

// bestScores feeds a log to a recording detector and returns the best score of
// each happening in each day.
func (b *Bursts) bestScores(log []logEntry) []float64 {
	var out []float64
	flush := func() {
		out = append(out, b.happenings()...)
		clear(b.maxSeen)
	}
	day := int64(0)
	for _, e := range log {
		if d := (e.At - log[0].At) / 86400; d != day {
			flush()
			day = d
		}
		b.now = max(b.now, e.At)
		b.advance()
		b.docs.add(b.now, 1)
		b.recent = append(b.recent, b.now)
		for _, t := range e.Terms {
			b.consider(t, b.count(t, hit{b.now, e.Story, e.Source}))
		}
	}
	flush()
	return out
}

// happenings are the best scores of the day that a null run recorded, the
// loudest first; a term whose sightings a louder one has told is left out, as
// it would not have given an alarm.
func (b *Bursts) happenings() []float64 {
	terms := sortedKeys(b.maxSeen)
	slices.SortStableFunc(terms, func(x, y string) int { return cmp.Compare(b.maxSeen[y], b.maxSeen[x]) })
	var out []float64
	var loud [][]hit
	for _, t := range terms {
		if b.maxSeen[t] <= minTheta {
			break
		}
		hits := b.terms[t].within(b.now, longest)
		if !slices.ContainsFunc(loud, func(l []hit) bool { return together(hits, l) >= toldShare*float64(len(hits)) }) {
			loud = append(loud, hits)
			out = append(out, b.maxSeen[t])
		}
	}
	return out
}
