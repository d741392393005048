package trend

import (
	"slices"
	"time"
)

// peaks are the hours that titles took from their arrival on a board to their
// best rank, newest last, by where they came in: the top ten, the next ten, below.
type peaks struct {
	Took [3][]float32
}

const (
	peaksKept  = 200
	peaksLeast = 20 // of fewer nothing is said
)

func peakBin(start int) int { return min(2, (max(1, start)-1)/10) }

func (p *peaks) add(t *track) {
	k := peakBin(t.Start)
	p.Took[k] = append(p.Took[k], float32(t.BestAt.Sub(t.First).Hours()))
	if n := len(p.Took[k]); n > peaksKept {
		p.Took[k] = slices.Delete(p.Took[k], 0, n-peaksKept)
	}
}

// ahead is the share of earlier titles, among those that had not peaked before
// the age of this one, whose peak came later than that, and how much later.
func (p *peaks) ahead(t *track, at time.Time) (share float64, left Span) {
	took := p.Took[peakBin(t.Start)]
	if len(took) < peaksLeast {
		return -1, left
	}
	age, best := float32(at.Sub(t.First).Hours()), float32(t.BestAt.Sub(t.First).Hours())
	var later []float32
	alike := 0
	for _, h := range took {
		if h < best-0.01 {
			continue // it stood at its best when this one still rose
		}
		alike++
		if h > age+0.01 {
			later = append(later, h-age)
		}
	}
	if len(later) == 0 {
		return 0, left
	}
	slices.Sort(later)
	q := func(p float64) time.Duration {
		return hours(float64(later[min(len(later)-1, int(p*float64(len(later))))]))
	}
	return float64(len(later)) / float64(alike), Span{q(0.5), q(0.2), q(0.8)}
}
