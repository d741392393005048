package trend

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// frequentCount is the decayed count from which a term has a rhythm of its own.
const frequentCount = 60

func (d *decayed) add(now int64) {
	d.V = d.value(now) + 1
	d.At = max(d.At, now)
}

func (d *decayed) value(now int64) float64 {
	if d.V == 0 || now <= d.At {
		return d.V
	}
	return d.V * math.Exp2(-float64(now-d.At)/halfLife.Seconds())
}

// maxHits bounds the exact memory of one term; a term told more often than that
// within two days needs no finer count.
const maxHits = 1 << placeBits

// placeBits hold the place of a sighting among those of a term.
const placeBits = 11

// expire moves sightings older than the exact memory into the decayed count.
func (st *termState) expire(now int64) {
	cut := now - int64(exactFor/time.Second)
	n := 0
	for n < len(st.Recent) && (st.Recent[n].at() <= cut || len(st.Recent)-n >= maxHits) {
		st.Old.add(st.Recent[n].at())
		st.rhythm(st.Recent[n].at())
		n++
	}
	if st.Recent = st.Recent[n:]; len(st.Recent) == 0 {
		st.Recent = nil // most terms are never seen again
	}
}

// within are the sightings in the window that ends now.
func (st *termState) within(now int64, w time.Duration) []hit {
	return st.Recent[after(st.Recent, now-int64(w/time.Second)):]
}

// after is the number of sightings, which are in order of time, until then. It
// looks from the end: most questions are about the newest.
func after(hits []hit, then int64) int {
	lo, hi := 0, len(hits)
	for step := 1; step < hi; step *= 2 {
		if i := len(hits) - step; hits[i].at() <= then {
			lo = i + 1
			break
		}
		hi = len(hits) - step
	}
	for lo < hi {
		if mid := int(uint(lo+hi) / 2); hits[mid].at() <= then {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// rhythm counts the hour of a sighting: 24 hours of working days, then 24 of
// weekend days, China time.
func (st *termState) rhythm(at int64) {
	if st.Habits == nil || st.Habits.Hours == nil {
		if st.Old.V < frequentCount {
			return
		}
		st.habits().Hours = make([]float32, 48)
	}
	hours := st.Habits.Hours
	total := float32(0)
	bin := hourBin(at)
	for i, v := range hours {
		total += v
		if i == bin {
			hours[i]++
		}
	}
	if total > 400 { // fade, so that a new habit shows within weeks
		for i := range hours {
			hours[i] /= 2
		}
	}
}

// hourBin reads the clock of China, which has been eight hours ahead all year
// since 1992, by arithmetic: it is asked millions of times a night.
func hourBin(at int64) int {
	hours := max(at, 0)/3600 + 8
	bin := int(hours % 24)
	if weekend(hours / 24) {
		bin += 24
	}
	return bin
}

// weekend says whether a day since 1970, which began on a Thursday, is a
// Saturday or Sunday.
func weekend(day int64) bool {
	d := (day + 4) % 7
	return d == 0 || d == 6
}

// seasons tells a term's seasons of longer and longer windows that end at one
// time: how much more often than usual it is told in their hours.
type seasons struct {
	hours []float32 // nil: the term has no rhythm
	mean  float64   // of a bin
	sum   float64   // of the bins of the hours so far
	n     int       // hours so far
}

func seasonsOf(st *termState) seasons {
	if st.Habits == nil || st.Habits.Hours == nil {
		return seasons{}
	}
	total := 0.0
	for _, v := range st.Habits.Hours {
		total += float64(v)
	}
	return seasons{hours: st.Habits.Hours, mean: total / 48}
}

// shrink is how many pseudo-sightings draw the season of a bin towards 1.
const shrink = 10

// least is the lowest season that a term can have.
func (s *seasons) least() float64 {
	if s.hours == nil {
		return 1
	}
	return shrink / (s.mean + shrink)
}

// until is the season of the window w that ends now, 1 without a rhythm.
func (s *seasons) until(now int64, w time.Duration) float64 {
	if s.hours == nil {
		return 1
	}
	for ; time.Duration(s.n)*time.Hour < w; s.n++ {
		s.sum += float64(s.hours[hourBin(now-int64(s.n)*3600)])
	}
	return (s.sum/float64(s.n) + shrink) / (s.mean + shrink)
}

// minWindowDocs stands in for the documents of a window while few have come: at
// the first start, and after an outage.
const minWindowDocs = 25

// rate is the share of documents that should hold the term: before sightings
// of the last two days outside the window among recent documents, and old
// decayed ones among docs. A story that has been told for a day is no news, so
// the rate of the last two days counts when it is the higher one.
func (st *termState) rate(before, docs, recent, old float64) float64 {
	prior := math.Max(priorCount, float64(st.Prior))
	long := (old + before + prior) / (math.Max(0, docs) + priorDocs)
	short := (before + priorCount*shortDocs/priorDocs) / (math.Max(0, recent) + shortDocs)
	return math.Max(long, short)
}

// burstWindow is a span over which terms are counted. The handicap, in powers
// of ten, keeps one threshold fair to all of them: the short windows are noisy,
// in the long one an old story repeats itself.
type burstWindow struct {
	length   time.Duration
	handicap float64
}

func burstWindows() [4]burstWindow {
	return [4]burstWindow{{time.Hour, 0.5}, {3 * time.Hour, 0.3}, {6 * time.Hour, 0}, {24 * time.Hour, 3}}
}

// dayShare is how much of what was told at this hour yesterday is expected
// again: a column of every morning is no news on its third day, long before its
// term has a rhythm of its own.
const dayShare = 0.5

// yesterday counts the sightings in the window w that ended a day ago, and in
// the hour after it.
func (st *termState) yesterday(now int64, w time.Duration) float64 {
	const day, hour = 24 * 3600, 3600
	from, to := now-day-int64(w/time.Second), now-day+hour
	return float64(after(st.Recent, to) - after(st.Recent, from))
}

// reading is a term's figures in one window.
type reading struct {
	window   time.Duration
	count    float64 // weighted distinct (story, source) pairs
	expected float64
	score    float64
	sources  int
}

// read takes the figures of a term at b.now in the window that speaks loudest.
func (b *Bursts) read(st *termState) reading {
	if b.few(st, b.now) {
		return reading{}
	}
	return b.readAt(st, b.moment())
}

// few says whether a term has too few sightings in any window, as nearly all.
func (b *Bursts) few(st *termState, now int64) bool {
	n := len(st.Recent)
	return n < minHits || st.Recent[n-minHits].at() <= now-int64(longest/time.Second)
}

// readAt is read at a moment.
func (b *Bursts) readAt(st *termState, m *moment) reading {
	var best reading
	old := st.Old.value(m.now)
	s := seasonsOf(st)
	windows := burstWindows()
	var mu [len(windows)]float64
	var ask [len(windows)]bool
	widest := 0
	for k, span := range windows {
		w := span.length
		hits := st.within(m.now, w)
		if len(hits) < minHits {
			continue
		}
		i := len(st.Recent) - len(hits)
		n := m.in[k]
		mu[k] = st.rate(float64(i), m.docs-n, m.recent-n, old) * n
		if float64(len(hits)) <= mu[k]*s.least()*minRatio {
			continue // in any season
		}
		mu[k] *= s.until(m.now, w)
		if float64(len(hits)) > mu[k]*minRatio {
			ask[k], widest = true, len(hits)
		}
	}
	if widest == 0 {
		return best
	}
	pairs := b.pairs(st.Recent[len(st.Recent)-widest:])
	for k, span := range windows {
		if !ask[k] {
			continue
		}
		w := span.length
		mu := math.Max(mu[k], dayShare*st.yesterday(m.now, w))
		r := b.weigh(pairs, m.now-int64(w/time.Second))
		if r.sources < minSources || r.count < minCount || r.count <= mu*minRatio {
			continue
		}
		r.window, r.expected = w, mu
		r.score = tail(r.count, mu) + r.score - span.handicap
		if r.score > best.score {
			best = r
		}
	}
	if best.score > 0 && st.recurring(m.now) {
		best.score /= 2
	}
	return best
}

// moment is what all terms are measured against at one time.
type moment struct {
	now    int64
	after  decayed // b.docs as they were
	docs   float64
	recent float64    // documents of the last 48 h
	in     [4]float64 // and in each window
}

// moment returns the figures of now, computed when a document or time has
// passed: dozens of terms are read for each document.
func (b *Bursts) moment() *moment {
	m := &b.latest
	if m.now == b.now && m.after == b.docs {
		return m
	}
	*m = moment{now: b.now, after: b.docs, docs: b.docs.value(b.now), recent: float64(len(b.recent))}
	for k, span := range burstWindows() {
		m.in[k] = math.Max(minWindowDocs, b.inWindow(span.length))
	}
	return m
}

// pairs are hits in order of their stories and sources, until the next call.
// Numbers made of the first bits of the story, the source and the place sort
// several times faster than hits do.
func (b *Bursts) pairs(hits []hit) []hit {
	b.keys = b.keys[:0]
	for i := range hits {
		h := &hits[i]
		b.keys = append(b.keys, h.Story&^(1<<(placeBits+16)-1)|uint64(h.Source)<<placeBits|uint64(i)&(maxHits-1))
	}
	slices.Sort(b.keys)
	b.scratch = b.scratch[:0]
	for _, k := range b.keys {
		b.scratch = append(b.scratch, hits[k&(maxHits-1)])
	}
	order := func(x, y hit) int {
		if x.Story != y.Story {
			return cmp.Compare(x.Story, y.Story)
		}
		return int(x.Source) - int(y.Source)
	}
	if !slices.IsSortedFunc(b.scratch, order) { // two stories begin alike
		slices.SortFunc(b.scratch, order)
	}
	return b.scratch
}

// weigh counts distinct (story, source) pairs after a time: a source counts
// once for a story, its further rewordings of it add log2. The score is the
// bonus for stories told by several sources.
func (b *Bursts) weigh(pairs []hit, since int64) reading {
	var r reading
	b.round++
	var last hit
	times := 0 // that the last pair was told
	for i := range pairs {
		h := &pairs[i]
		if h.at() <= since {
			continue
		}
		if times > 0 && h.Story == last.Story {
			if h.Source == last.Source {
				times++
				continue
			}
			r.score += storyBonus
		}
		r.count += worth(times)
		last, times = *h, 1
		if b.newSource(h.Source) {
			r.sources++
		}
	}
	r.count += worth(times)
	return r
}

// worth is log2(1 + times).
func worth(times int) float64 {
	if times < 2 { // nearly all
		return float64(times)
	}
	return math.Log2(float64(1 + times))
}

// newSource says whether a source was not met in this round yet.
func (b *Bursts) newSource(source uint16) bool {
	if missing := int(source) + 1 - len(b.met); missing > 0 {
		b.met = append(b.met, make([]uint64, missing)...)
	}
	if b.met[source] == b.round {
		return false
	}
	b.met[source] = b.round
	return true
}

// tail is −log10 P(Poisson(mu) ≥ k), continued to fractional k by the gamma
// function. It needs k > mu.
func tail(k, mu float64) float64 {
	lg, _ := math.Lgamma(k + 1)
	sum, term := 1.0, 1.0
	for i := 1; i < 200; i++ {
		term *= mu / (k + float64(i))
		sum += term
		if term < 1e-9*sum {
			break
		}
	}
	return -(k*math.Log(mu) - mu - lg + math.Log(sum)) / math.Ln10
}

// recurring says whether the term fired in this hour of the week in at least
// three of the last six weeks.
func (st *termState) recurring(now int64) bool {
	if st.Habits == nil {
		return false
	}
	const week = 7 * 24 * 3600
	n := 0
	for k := int64(1); k <= 6; k++ {
		for _, at := range st.Habits.Fired {
			if d := now - k*week - at; d > -5400 && d < 5400 {
				n++
				break
			}
		}
	}
	return n >= 3
}
