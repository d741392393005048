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
	Terms  []uint64 // by hashString
}

const (
	logDays    = 14
	maxLog     = 70_000 // sightings kept; a stream of more than 5,000 a day keeps its newest
	priorDays  = 60     // weight of the shipped threshold
	thetaSlope = 2.5    // how much lower the threshold is for ten times the alarms
	minTheta   = 2.0    // a quiet stream does not lower the threshold further
	// A null run needs to know the time before the log: so many documents, as a
	// share of the log's, must be left in the decayed counters from then.
	minPrehistory = 0.3
)

// record keeps the sighting for calibration.
func (b *Bursts) record(story uint64, source uint16, terms []uint64) {
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
	null, log := b.before(log, end)
	if null.docs.V < minPrehistory*float64(len(log)) {
		return
	}
	scores := null.bestScores(shuffled(log), func(term uint64) float32 {
		if st := b.terms[term]; st != nil {
			return st.Prior
		}
		return 0 // faded away since: it was told too rarely to matter
	})
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

// before returns a detector as it stood when the log began, and the log with
// only those terms that are told often enough to fire: a tenth of them.
// Exponential decay can be run backwards: what the log added is taken off, the
// rest grows back.
func (b *Bursts) before(log []logEntry, end int64) (*Bursts, []logEntry) {
	start := log[0].At - 1
	weight := func(at int64) float64 { return math.Exp2(-float64(end-at) / halfLife.Seconds()) }
	grow := 1 / weight(start)
	null := &Bursts{opts: b.opts, bg: b.bg}
	null.reset()
	null.maxSeen, null.now = map[uint64]float64{}, start
	times := make(map[uint64]int, len(b.terms))
	for _, e := range log {
		for _, t := range e.Terms {
			times[t]++
		}
	}
	sum, byTerm := 0.0, map[uint64]float64{}
	often := make([]logEntry, len(log))
	for i, e := range log {
		w := weight(e.At)
		sum += w
		often[i] = e
		often[i].Terms = nil
		for _, t := range e.Terms {
			if times[t] >= b.least() {
				byTerm[t] += w
				often[i].Terms = append(often[i].Terms, t)
			}
		}
	}
	null.docs = decayed{V: max(0, b.docs.value(end)-sum) * grow, At: start}
	for term, told := range byTerm {
		st := b.terms[term]
		if st == nil {
			continue
		}
		rest := st.Old.value(end) - told
		for _, h := range st.Recent {
			rest += weight(h.At)
		}
		if rest*grow > 0.05 {
			null.terms[term] = &termState{Old: decayed{V: rest * grow, At: start}, Habits: st.Habits.rhythm(), Prior: st.Prior}
		}
	}
	// The last two days before the log stand in by the last two of the log.
	for _, e := range log {
		if e.At > end-int64(exactFor/time.Second) {
			null.recent = append(null.recent, e.At-(end-start))
		}
	}
	return null, often
}

// rhythm is a copy of what a null run starts from: alarms are forgotten.
func (h *habits) rhythm() *habits {
	if h == nil || h.Hours == nil {
		return nil
	}
	return &habits{Hours: slices.Clone(h.Hours)}
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

// bestScores feeds a log to the detector of a null run and returns the best
// score of each happening in each day. prior is the pseudo-count of a term.
func (b *Bursts) bestScores(log []logEntry, prior func(uint64) float32) []float64 {
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
			b.listen(t, prior, e)
		}
	}
	flush()
	return out
}

// listen counts a sighting of a term and remembers its score, if it is the best.
func (b *Bursts) listen(term uint64, prior func(uint64) float32, e logEntry) {
	st := b.terms[term]
	if st == nil {
		st = &termState{Prior: prior(term)}
		b.terms[term] = st
	}
	st.see(b.now, e.Story, e.Source)
	if st.skip() {
		return
	}
	if r := b.read(st); r.score > 0 && r.score > b.maxSeen[term] {
		b.maxSeen[term] = r.score
	}
}

// happenings are the best scores of the day that a null run recorded, the
// loudest first; a term whose sightings a louder one has told is left out, as
// it would not have given an alarm.
func (b *Bursts) happenings() []float64 {
	terms := sortedKeys(b.maxSeen)
	slices.SortStableFunc(terms, func(x, y uint64) int { return cmp.Compare(b.maxSeen[y], b.maxSeen[x]) })
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
