package trend

import (
	"math"
	"time"
)

// Presence is an event's best row on one board's newest snapshot.
type Presence struct {
	Platform string
	Rank     int     // from 1
	Heat     float64 // percentile of the platform's own figure in its recent past, 0…1; <0 unknown
	Weight   float64 // trust in the board, 0 (adds nothing) to 2, 1 is neutral
	Since    time.Time
}

const (
	rankDamp   = 20.0 // L(rank): the first place counts 3.3 times the fiftieth
	spreadGain = 0.25 // each doubling of voices adds this share
	heatScale  = 2.2  // first on three platforms at once is 85, on five 97
)

// kin are platforms that share part of their wording. They are one voice, as are
// the boards of one platform: what further ones say counts half.
var kin = map[string]string{"baidu": "search", "sogou": "search", "quark": "search", "so360": "search", "toutiao": "bytedance", "douyin": "bytedance"}

// FusedHeat joins the places of an event on all boards into one figure, 0…100:
//
//	raw  = (1 + 0.25·log2(voices)) · Σ w · (k+1)/(k+rank) · own · dwell
//	heat = 100 · (1 − e^(−raw/2.2))
//
// with k = 20 (reciprocal-rank fusion, Cormack et al. 2009, damped for lists of
// ten to a hundred rows). The platform's own heat counts by its percentile and
// moves a place by 15 % at most, since its scale means nothing elsewhere.
func FusedHeat(p []Presence, now time.Time) float64 {
	if len(p) == 0 {
		return 0
	}
	var raw float64
	voices := map[string]int{}
	for _, x := range p {
		w := max(x.Weight, 0)
		voice, ok := kin[x.Platform]
		if !ok {
			voice = x.Platform
		}
		if voices[voice]++; voices[voice] > 1 {
			w *= 0.5
		}
		l := (rankDamp + 1) / (rankDamp + float64(max(x.Rank, 1)))
		if x.Heat >= 0 {
			l *= 0.85 + 0.3*x.Heat
		}
		dwell := 1.0
		if !x.Since.IsZero() {
			dwell = 1 + 0.1*math.Min(1, math.Max(0, now.Sub(x.Since).Hours())/6)
		}
		raw += w * l * dwell
	}
	raw *= 1 + spreadGain*math.Log2(float64(len(voices)))
	return 100 * (1 - math.Exp(-raw/heatScale))
}
