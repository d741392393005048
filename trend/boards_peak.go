package trend

import (
	"math"
	"slices"
	"time"
)

// peaks is how often the titles of a board reached a better rank than any
// before within six hours, by kind of row, and after how long those did.
type peaks struct {
	All  rate
	Rate [peakCells]rate
	Took [peakTimes][]float32 // hours to the best rank of those that came, newest last
}

const (
	peaksKept  = 200
	peaksLeast = 100 // of fewer rows nothing is said
	peakUsual  = 0.25
	peakPhases = 4 // how long ago the best rank was reached
	peakPlaces = 5 // which it was
	peakAges   = 3
	peakTimes  = peakPhases * peakAges
	peakCells  = peakTimes * peakPlaces
)

// peakCell is the kind of a row: since when its best rank stands, which it is,
// and how long the title has been there.
func peakCell(t *track, at time.Time) uint8 {
	phase, age := hourStep(at.Sub(t.BestAt), 0.5, 1.5, 4), hourStep(at.Sub(t.First), 1.5, 5)
	place := peakPlaces - 1
	for i, lim := range [peakPlaces - 1]int{2, 5, 10, 20} {
		if t.Best <= lim {
			place = i
			break
		}
	}
	return uint8((phase*peakAges+age)*peakPlaces + place)
}

// hourStep is the number of limits, in hours, that a span exceeds.
func hourStep(d time.Duration, limits ...float64) int {
	n := 0
	for _, lim := range limits {
		if d.Hours() > lim {
			n++
		}
	}
	return n
}

// learn settles what was to be said of the rows of a snapshot six hours ago;
// rank holds the places now, which the tracks do not know yet.
func (p *peaks) learn(was *pending, tracks map[string]*track, at time.Time, rank map[string]int) {
	for i := range was.Rows {
		r := &was.Rows[i]
		t := tracks[r.Item]
		if t == nil || t.First.After(was.At) || r.Best <= 1 {
			continue
		}
		best, bestAt := t.Best, t.BestAt
		if n, on := rank[r.Item]; on && n < best {
			best, bestAt = n, at
		}
		came := best < int(r.Best)
		p.All.add(was.At.Unix(), came, cellHalf)
		p.Rate[r.Peak].add(was.At.Unix(), came, cellHalf)
		if !came {
			continue
		}
		took := &p.Took[r.Peak/peakPlaces]
		*took = append(*took, float32(bestAt.Sub(was.At).Hours()))
		if n := len(*took); n > peaksKept {
			*took = slices.Delete(*took, 0, n-peaksKept)
		}
	}
}

// ahead is the probability that a title reaches a better rank than any before
// within six hours, and after how long it does if it does. Nothing is better
// than the first place.
func (p *peaks) ahead(t *track, at time.Time) (share float64, left Span) {
	if t.Best <= 1 {
		return 0, left
	}
	if p.All.All < peaksLeast {
		return -1, left
	}
	cell := peakCell(t, at)
	share = p.Rate[cell].share(p.All.share(peakUsual, 20), 6)
	took := slices.Clone(p.Took[cell/peakPlaces])
	if len(took) == 0 {
		return share, left
	}
	slices.Sort(took)
	q := func(p float64) time.Duration { return hours(float64(took[int(p*float64(len(took)-1))])) }
	return share, Span{q(0.5), q(0.2), q(0.8)}
}

// stays are the hours that titles were listed on a board, newest last.
type stays struct {
	Took []float32
}

const (
	staysKept  = 600
	staysLeast = 8             // of fewer titles that old nothing is read off
	stayUsual  = math.Ln2 / 12 // hazard an hour of a title that nobody is like
	stayMost   = 96.0          // hours; nothing longer is told apart
	stayModel  = 6.0           // hours for which the heads speak
)

func (s *stays) add(t *track) {
	s.Took = append(s.Took, float32(t.Last.Sub(t.First).Hours()))
	if n := len(s.Took); n > staysKept {
		s.Took = slices.Delete(s.Took, 0, n-staysKept)
	}
}

// remaining is the time after which a share p is left of the titles that are
// as old as this one: by the heads within six hours, then by how long earlier
// titles lasted that were as old (Kaplan and Meier 1958; those that are still
// listed count as long as they are there), then by a steady rate. ages are
// those of the titles listed now, in order.
func (s *stays) remaining(age float64, ages []float64, knots [4]float64, p float64) time.Duration {
	left := knots[3]
	if left <= p {
		return survivalTime(knots, p)
	}
	from := age + stayModel
	took := s.Took
	sorted := make([]float64, 0, len(took))
	for _, h := range took {
		if float64(h) >= from { // it was still seen then, so it was at risk
			sorted = append(sorted, float64(h))
		}
	}
	slices.Sort(sorted)
	at := stayModel
	for i, h := range sorted {
		listed, _ := slices.BinarySearch(ages, h)
		risk := len(sorted) - i + len(ages) - listed
		if risk < staysLeast {
			break
		}
		left *= 1 - 1/float64(risk)
		at = h - age
		if left <= p {
			return hours(math.Min(at, stayMost))
		}
	}
	rate := math.Max(stayUsual, (math.Log(knots[2])-math.Log(knots[3]))/3)
	return hours(math.Min(at+(math.Log(left)-math.Log(p))/rate, stayMost))
}
