package trend

import (
	"math"
	"time"
)

// rate is how often something came true, fading with a half-life.
type rate struct {
	Came, All float64
	At        int64 // Unix seconds
}

func (r *rate) add(at int64, came bool, half time.Duration) {
	if r.All > 0 && at > r.At {
		f := math.Exp2(-float64(at-r.At) / half.Seconds())
		r.Came *= f
		r.All *= f
	}
	r.At = max(r.At, at)
	r.All++
	if came {
		r.Came++
	}
}

// share is the rate shrunk towards a prior that counts as n cases.
func (r *rate) share(prior, n float64) float64 { return (r.Came + prior*n) / (r.All + n) }

// memory is what came true on one board, by the kind of row. It is what makes
// a new board's forecasts its own within days.
type memory struct {
	Rate [headCount]rate           // of late
	Hour [headCount][hourBins]rate // by hour of the day
	Age  [headCount][rankBins * ageBins]rate
	Move [headCount][rankBins * moveBins]rate
	Old  [headCount][2 * oldBins]rate // fine steps of the post's own age, in the top ten and below
	Slot [headCount][slotBins]rate    // exact rank, by how long it stands there
	Held [slotRanks]rate              // same rank an hour later
}

const (
	lateHalf = 36 * time.Hour
	hourHalf = 10 * 24 * time.Hour
	cellHalf = 14 * 24 * time.Hour
)

// usual is what a head answers on a board of which nothing is known.
var usual = [headCount]float64{0.85, 0.65, 0.5, 0.33, 0.25, 0.18, 0.12}

// cells returns the shrunk shares of a row.
func (m *memory) cells(k head, in *inputs) (late, hour, age, move, old, slot float64) {
	late = m.Rate[k].share(usual[k], 30)
	hour = m.Hour[k][in.Hour].share(late, 60)
	age = m.Age[k][int(in.Rank)*ageBins+int(in.Age)].share(late, 6)
	move = m.Move[k][int(in.Rank)*moveBins+int(in.Move)].share(late, 6)
	old = m.Old[k][in.Old].share(late, 6)
	slot = m.Slot[k][in.Slot].share(late, 6)
	return late, hour, age, move, old, slot
}

// fill sets the features that depend on the head, and returns the mean of the
// shares.
func (m *memory) fill(f []float64, k head, in *inputs) float64 {
	late, hour, age, move, old, slot := m.cells(k, in)
	f[featureShared] = logit(late)
	f[featureShared+1] = logit(hour) - logit(late)
	f[featureShared+2] = logit(age)
	f[featureShared+3] = logit(move)
	f[featureShared+4] = math.Log1p(m.Age[k][int(in.Rank)*ageBins+int(in.Age)].All)
	f[featureShared+5] = logit(old)
	f[featureShared+6] = logit(slot)
	return (age + move + old + slot) / 4
}

// logOdds answers from the board's memory alone.
func (m *memory) logOdds(k head, in *inputs) float64 {
	late, hour, age, move, old, slot := m.cells(k, in)
	return (logit(age)+logit(move)+logit(old)+logit(slot))/4 + logit(hour) - logit(late)
}

func (m *memory) learn(k head, in *inputs, at time.Time, came bool) {
	s := at.Unix()
	m.Old[k][in.Old].add(s, came, cellHalf)
	m.Slot[k][in.Slot].add(s, came, cellHalf)
	m.Rate[k].add(s, came, lateHalf)
	m.Hour[k][in.Hour].add(s, came, hourHalf)
	m.Age[k][int(in.Rank)*ageBins+int(in.Age)].add(s, came, cellHalf)
	m.Move[k][int(in.Rank)*moveBins+int(in.Move)].add(s, came, cellHalf)
}

func logit(p float64) float64 {
	p = clamp(p, 1e-4, 1-1e-4)
	return math.Log(p / (1 - p))
}

// residual corrects the prior log-odds of one head on one board: a logistic
// model learned online with AdaGrad (Duchi et al. 2011), starting from "the
// prior is right".
type residual struct {
	W, G [residualCount]float64
}

const (
	residualCount = denseCount + 1 + rankBins + hourBins
	residualRate  = 0.03
)

func (r *residual) sum(prior float64, in *inputs) float64 {
	z := r.W[denseCount] * prior
	for i, v := range in.Dense {
		z += r.W[i] * float64(v)
	}
	return z + r.W[denseCount+1+int(in.Rank)] + r.W[denseCount+1+rankBins+int(in.Hour)]
}

func (r *residual) learn(prior float64, in *inputs, came bool) {
	z := clamp(prior+r.sum(prior, in), -12, 12)
	g := 1/(1+math.Exp(-z)) - bool01(came)
	for i, v := range in.Dense {
		r.step(i, g*float64(v))
	}
	r.step(denseCount, g*prior/2)
	r.step(denseCount+1+int(in.Rank), g)
	r.step(denseCount+1+rankBins+int(in.Hour), g)
}

func (r *residual) step(i int, g float64) {
	r.G[i] += g * g
	r.W[i] -= residualRate * g / (1 + math.Sqrt(r.G[i]))
}
