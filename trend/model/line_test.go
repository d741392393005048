package model

import (
	"encoding/json"
	"math"
	"testing"
)

func TestPlace(t *testing.T) {
	cuts := []float64{1, 2, 4}
	for v, want := range map[float64]float64{0: -1, 1: -1. / 3, 1.5: -1. / 3, 2: 1. / 3, 3.9: 1. / 3, 4: 1, 9: 1} {
		if got := Place(cuts, v); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v stands at %v, want %v", v, got, want)
		}
	}
	if got := Place(nil, 3); got != 0 {
		t.Errorf("a feature of one range stands at %v", got)
	}
}

func lined() *Forest {
	minus3 := int8(-3)
	return &Forest{
		Features: []string{"a", "b"}, Bias: 0.5,
		Trees: []Tree{{Feature: []int{0}, Cut: []float64{1}, Value: []float64{0.1, -1, 1}}},
		Line:  &Line{Share: 0.25, Bias: -1, Cuts: [][]float64{{1}, nil}, Weights: []float64{2, 7}, Scale: 0.5, Words: []byte{0, 4, byte(minus3), 0}},
	}
}

func TestMixedIsForestAndLine(t *testing.T) {
	f := lined()
	const negative = 1 << 63
	cues := []Cue{{Hash: 1, Value: 1}, {Hash: negative | 6, Value: 2}} // 6 is slot 2 of 4
	x := []float64{1, 3}
	want := 0.75*(0.5+1) + 0.25*(-1+2+0.5*(4+6))
	if got := f.Mixed(x, cues); math.Abs(got-want) > 1e-12 {
		t.Errorf("mixed is %v, want %v", got, want)
	}
	points := make([]float64, 2)
	bias, wording := f.MixedContributions(x, cues, points)
	if sum := bias + wording + points[0] + points[1]; math.Abs(sum-want) > 1e-12 || wording != 0.25*5 {
		t.Errorf("credits add up to %v, want %v; wording %v", sum, want, wording)
	}
	f.Line = nil
	if got := f.Mixed(x, cues); got != f.LogOdds(x) {
		t.Errorf("without a line %v, want %v", got, f.LogOdds(x))
	}
}

func TestDamagedLinesAreRefused(t *testing.T) {
	for name, damage := range map[string]func(*Line){
		"no words":     func(l *Line) { l.Words = nil },
		"three words":  func(l *Line) { l.Words = l.Words[:3] },
		"one weight":   func(l *Line) { l.Weights = l.Weights[:1] },
		"one range":    func(l *Line) { l.Cuts = l.Cuts[:1] },
		"a share of 2": func(l *Line) { l.Share = 2 },
	} {
		f := lined()
		damage(f.Line)
		raw, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(raw); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	raw, err := json.Marshal(lined())
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(raw)
	if err != nil || back.Mixed([]float64{1, 3}, []Cue{{Hash: 2, Value: 1}}) != lined().Mixed([]float64{1, 3}, []Cue{{Hash: 2, Value: 1}}) {
		t.Errorf("a line does not come back as it was (%v)", err)
	}
}
