package train

import (
	"math"

	"github.com/xuanti/xuanti/trend/model"
)

// LineOptions set the linear part of a pair task.
type LineOptions struct {
	Share  float64 // in the mixture with the forest; 0: no line
	Lambda float64 // L2 penalty on the weights
	Ranges int     // into which a feature is cut
	Words  int     // slots for words, a power of two
	Rounds int     // over all weights
}

// placeScale is the reach of a feature's place beside a word that both texts
// have: features are few and each is heard in every row.
const placeScale = 0.3

// cell is a value of one row.
type cell struct {
	row int32
	v   float32
}

// fitLine fits a logistic regression (Newton's step on one weight after the
// other; Fan et al. 2008 describe the method) on the places of the features x
// and on the cues.
func fitLine(x [][]float64, cues [][]model.Cue, y []float64, o LineOptions) *model.Line {
	b := bin(x, o.Ranges)
	dim := len(b.cuts)
	columns := make([][]cell, dim+o.Words)
	for f, bins := range b.bins {
		for i := range bins {
			if v := model.Place(b.cuts[f], x[i][f]); v != 0 {
				columns[f] = append(columns[f], cell{int32(i), float32(placeScale * v)})
			}
		}
	}
	for i, row := range cues {
		for _, c := range row {
			slot, sign := model.Slot(c.Hash, o.Words)
			columns[dim+slot] = append(columns[dim+slot], cell{int32(i), float32(sign * c.Value)})
		}
	}
	z := make([]float64, len(x))
	w := make([]float64, len(columns))
	bias := 0.0
	for range o.Rounds {
		g, h := 0.0, 0.0
		for i := range z {
			p := model.Sigmoid(z[i])
			g += p - y[i]
			h += p * (1 - p)
		}
		step := -g / (h + 1e-6)
		bias += step
		for i := range z {
			z[i] += step
		}
		for k, column := range columns {
			if len(column) == 0 {
				continue
			}
			g, h := o.Lambda*w[k], o.Lambda
			for _, c := range column {
				p := model.Sigmoid(z[c.row])
				v := float64(c.v)
				g += (p - y[c.row]) * v
				h += p * (1 - p) * v * v
			}
			step := -g / h
			w[k] += step
			for _, c := range column {
				z[c.row] += step * float64(c.v)
			}
		}
	}
	return packLine(b.cuts, bias, w, o)
}

// packLine rounds the weights: those of words to steps of the largest.
func packLine(cuts [][]float64, bias float64, w []float64, o LineOptions) *model.Line {
	dim := len(cuts)
	l := &model.Line{Share: o.Share, Bias: math.Round(bias*1e5) / 1e5, Cuts: cuts, Weights: make([]float64, dim), Words: make([]byte, o.Words)}
	for f := range dim {
		l.Weights[f] = math.Round(w[f]*placeScale*1e5) / 1e5
	}
	top := 0.0
	for _, v := range w[dim:] {
		top = max(top, math.Abs(v))
	}
	if top == 0 {
		return l
	}
	l.Scale = math.Ceil(top/127*1e6) / 1e6
	for i, v := range w[dim:] {
		l.Words[i] = byte(int8(math.Round(v / l.Scale)))
	}
	return l
}
