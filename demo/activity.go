package demo

import "time"

// hourActivity says how lively an hour of the Shanghai day is. Between one and
// six little happens; the evening is the liveliest.
var hourActivity = [24]float64{
	0.55, 0.25, 0.12, 0.08, 0.08, 0.14, 0.40, 0.75, 0.95, 1.05, 1.05, 1.00,
	1.05, 0.95, 0.95, 1.00, 1.00, 1.05, 1.10, 1.15, 1.20, 1.20, 1.05, 0.80,
}

// dayActivity is the sum of hourActivity.
const dayActivity = 18.92

// activity is the liveliness at t.
func (w *World) activity(t time.Time) float64 {
	h := t.Sub(w.zero) % (24 * time.Hour)
	if h < 0 {
		h += 24 * time.Hour
	}
	return hourActivity[int(h/time.Hour)]
}

// inner returns the world's inner time at t: hours of full activity since day
// zero. It passes slowly at night, so that titles live on until the morning.
func (w *World) inner(t time.Time) float64 {
	since := t.Sub(w.zero)
	day := int(since / (24 * time.Hour))
	rest := since - time.Duration(day)*24*time.Hour
	if rest < 0 {
		day--
		rest += 24 * time.Hour
	}
	sum := float64(day) * dayActivity
	hour := int(rest / time.Hour)
	for h := range hour {
		sum += hourActivity[h]
	}
	return sum + hourActivity[hour]*float64(rest-time.Duration(hour)*time.Hour)/float64(time.Hour)
}

// weekend reports whether t is a Saturday or Sunday in Shanghai.
func weekend(t time.Time) bool {
	d := t.Add(8 * time.Hour).UTC().Weekday()
	return d == time.Saturday || d == time.Sunday
}
