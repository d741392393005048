package trend

import (
	"math"
	"time"

	"github.com/xuanti/xuanti/trend/model"
)

// shift moves all log-odds of one head on one board by the same amount. A
// board changes its pace within a day (a holiday, a new layout), while the
// rates of its cells remember two weeks; the shift follows at once and leaves
// the order within a snapshot as it is. It is one Newton step a snapshot on
// the logistic loss of the last days, with a fading curvature.
type shift struct {
	By    float64
	Curve float64 // sum of p(1-p), fading
	At    int64   // Unix seconds
}

const (
	shiftHalf  = 24 * time.Hour
	shiftPrior = 30.0 // curvature of "no shift": about 150 rows
	shiftMost  = 2.0
)

func (s *shift) learn(k head, p *pending, labels []bool) {
	if at := p.At.Unix(); at > s.At {
		s.Curve *= math.Exp2(-float64(at-s.At) / shiftHalf.Seconds())
		s.At = at
	}
	var miss float64
	for i := range p.Rows {
		z := logit(float64(p.Rows[i].Said[k])) - float64(p.Shift[k])
		q := model.Sigmoid(z + s.By)
		miss += bool01(labels[i]) - q
		s.Curve += q * (1 - q)
	}
	s.By = clamp(s.By+miss/(s.Curve+shiftPrior), -shiftMost, shiftMost)
}

// shifts are the amounts in force now.
func (x *board) shifts() (out [headCount]float32) {
	for k := range headCount {
		out[k] = float32(x.Shift[k].By)
	}
	return out
}
