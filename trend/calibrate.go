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
	n, _ := slices.BinarySearchFunc(b.log, b.now-logDays*86400, func(e logEntry, cut int64) int { return cmp.Compare(e.At, cut) })
	n = max(n, len(b.log)-maxLog)
	if n > 0 && (n > 8192 || n*2 > len(b.log)) {
		b.log = append(b.log[:0:0], b.log[n:]...)
	}
}

// Calibrate sets the threshold so that chance fires at most AlarmsPerDay. It
// permutes the times of the last 14 days' sightings inside each hour of the
// day, which keeps every daily rhythm and breaks every happening, runs the
// same detector over them from the counters as they stood before those days,
// and takes the score that the best terms reach that often. Run it nightly. A
// null run is a sample of two weeks in which one great story of the fortnight
// weighs much (shuffled, it still starts from nothing), so the result counts
// as its days beside the shipped threshold, which stands for priorDays. Before
// three weeks of history exist the shipped threshold stands alone.
func (b *Bursts) Calibrate(now time.Time) {
	end := max(b.now, now.Unix())
	log := b.log
	for len(log) > 0 && log[0].At <= end-logDays*86400 {
		log = log[1:]
	}
	if len(log) < 100 || b.docsBefore(log, end) < minPrehistory*float64(len(log)) {
		return
	}
	scores := b.nullRun(log, end)
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

// prior is the shipped threshold for the alarms that are allowed.
func (b *Bursts) prior() float64 { return shippedTheta(b.opts.AlarmsPerDay) }

// shippedTheta is the threshold that startTheta, measured on development data
// for one false alarm a day, and thetaSlope give for so many a day.
func shippedTheta(alarmsPerDay float64) float64 {
	return max(minTheta, startTheta-thetaSlope*math.Log10(alarmsPerDay))
}
