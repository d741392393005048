package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/xuanti/xuanti"
)

// Printed rounds the parts of a sum to two digits such that the printed parts
// add up to the printed sum: what is left over by rounding goes, a hundredth
// each, to the parts that rounding moved most.
func Printed(parts []float64, sum float64) []string {
	type cents struct {
		i    int
		n    float64 // hundredths
		left float64 // what rounding took away
	}
	all := make([]cents, len(parts))
	missing := hundredths(sum)
	for i, p := range parts {
		n := math.Round(p * 100)
		all[i] = cents{i: i, n: n, left: p*100 - n}
		missing -= n
	}
	step := math.Copysign(1, missing)
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b cents) int { return cmp.Compare(b.left*step, a.left*step) })
	for k := 0; missing != 0 && k < len(order); k++ {
		if order[k].n == 0 { // a part that prints as nothing stays so
			continue
		}
		all[order[k].i].n += step
		missing -= step
	}
	out := make([]string, len(parts))
	for _, c := range all {
		out[c.i] = Signed(c.n/100, 2)
	}
	return out
}

// hundredths is what a number shows with two digits. Rounding it here could
// differ from what is printed: 2.285 lies a little beside itself.
func hundredths(v float64) float64 {
	shown, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 2, 64), 64)
	return math.Round(shown * 100)
}

// pointsOf reads the points of contributions or features.
func pointsOf(list any) ([]float64, error) {
	var out []float64
	switch l := list.(type) {
	case []xuanti.Contribution:
		for _, c := range l {
			out = append(out, c.Points)
		}
	case []xuanti.Feature:
		for _, f := range l {
			out = append(out, f.Points)
		}
	default:
		return nil, fmt.Errorf("ui: %T has no points", list)
	}
	return out, nil
}

func printed(list any, sum float64) ([]string, error) {
	p, err := pointsOf(list)
	return Printed(p, sum), err
}

func total(list any) (float64, error) {
	p, err := pointsOf(list)
	sum := 0.0
	for _, v := range p {
		sum += v
	}
	return sum, err
}

// idle are the contributions that print as nothing.
func idle(cs []xuanti.Contribution, points []string) []xuanti.Contribution {
	var out []xuanti.Contribution
	for i, c := range cs {
		if points[i] == "0.00" {
			out = append(out, c)
		}
	}
	return out
}
