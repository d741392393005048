package trend

import (
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
	logDays     = 14
	logWarm     = 7       // days that only fill the counters of a null run
	maxLog      = 200_000 // sightings kept; a larger stream keeps its newest
	minTheta    = 2.0     // a quiet stream does not lower the threshold further
	minNullDays = 3       // shorter logs calibrate nothing
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
// same detector over them and takes the score that its best terms reach that
// often. Run it nightly; it takes about a second for 35,000 sightings. The new
// threshold is averaged with the one before, since a null run is itself a
// sample. A log of less than three days beyond the warm-up changes nothing.
func (b *Bursts) Calibrate(now time.Time) {
	end := now.Unix()
	var log []logEntry
	for _, e := range b.log {
		if e.At <= end && e.At > end-logDays*86400 {
			log = append(log, e)
		}
	}
	if len(log) == 0 {
		return
	}
	start := log[0].At
	warm := start + logWarm*86400
	days := float64(log[len(log)-1].At-warm) / 86400
	if days < minNullDays {
		return
	}
	scores := b.nullScores(shuffled(log), warm)
	slices.Sort(scores)
	slices.Reverse(scores)
	allowed := int(b.opts.AlarmsPerDay * days)
	theta := startTheta
	if allowed < len(scores) {
		theta = scores[allowed] + 1e-6
	} else if len(scores) > 0 {
		theta = scores[len(scores)-1]
	}
	if b.thetaAt != 0 {
		theta = 0.7*b.theta + 0.3*theta
	}
	b.theta, b.thetaAt = max(theta, minTheta), end
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

// nullScores runs the detector over a shuffled log and returns, after the
// warm-up, the best score of each term in each day.
func (b *Bursts) nullScores(log []logEntry, warm int64) []float64 {
	null := NewBursts(b.opts)
	null.recording = true
	null.maxSeen = map[string]float64{}
	var out []float64
	flush := func() {
		for _, t := range sortedKeys(null.maxSeen) {
			out = append(out, null.maxSeen[t])
		}
		clear(null.maxSeen)
	}
	last := int64(-1)
	for _, e := range log {
		if d := (e.At - warm) / 86400; e.At >= warm && d != last {
			if last < 0 {
				clear(null.maxSeen)
			} else {
				flush()
			}
			last = d
		}
		null.now = max(null.now, e.At)
		null.advance()
		null.docs.add(null.now, 1)
		null.recent = append(null.recent, null.now)
		for _, t := range e.Terms {
			null.consider(t, null.count(t, hit{null.now, e.Story, e.Source}))
		}
	}
	if last >= 0 {
		flush()
	}
	return out
}
