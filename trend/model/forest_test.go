package model

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestParseRefusesWhatCannotBeWalked(t *testing.T) {
	for _, raw := range []string{
		`{`,
		`{"features":["a"],"trees":[{"f":[1],"c":[0],"v":[0,0,0]}]}`,
		`{"features":["a"],"trees":[{"f":[-1],"c":[0],"v":[0,0,0]}]}`,
		`{"features":["a"],"trees":[{"f":[0],"c":[0],"v":[0,0]}]}`,
		`{"features":["a"],"trees":[{"f":[0],"c":[],"v":[0,0,0]}]}`,
	} {
		if _, err := Parse([]byte(raw)); err == nil {
			t.Errorf("%s was accepted", raw)
		}
	}
	f, err := Parse([]byte(`{"features":["a"],"bias":1,"trees":[{"f":[0],"c":[5],"v":[0.5,-2,3]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if lo, hi := f.LogOdds([]float64{4}), f.LogOdds([]float64{5}); lo != -1 || hi != 4 {
		t.Errorf("outputs %v and %v", lo, hi)
	}
	points := make([]float64, len(f.Features))
	bias := f.Contributions([]float64{5}, 1, points)
	if bias != 1.5 || points[0] != 2.5 {
		t.Errorf("bias %v, points %v", bias, points)
	}
}

func TestLeavesAddUpToTheLogOdds(t *testing.T) {
	f := &Forest{Features: []string{"a", "b"}, Bias: 0.5, Trees: []Tree{
		{Feature: []int{0}, Cut: []float64{1}, Value: []float64{0, 2, 3}},
		{Feature: []int{1, 0}, Cut: []float64{5, 1}, Value: []float64{0, 0, 0, 10, 20, 30, 40}},
	}}
	values := []float64{2, 3, 10, 20, 30, 40} // of the leaves of both
	if n := f.LeafCount(); n != len(values) {
		t.Fatalf("%d leaves", n)
	}
	out := make([]int, 2)
	for _, x := range [][]float64{{0, 0}, {1, 0}, {0, 5}, {2, 9}} {
		said := f.Leaves(x, out)
		if z := f.Bias + values[out[0]] + values[out[1]]; z != said || z != f.LogOdds(x) {
			t.Errorf("%v: leaves %v give %v, not %v or %v", x, out, z, said, f.LogOdds(x))
		}
	}
	was := f.Sum()
	f.Trees[1].Value[3]++
	if f.Sum() != was {
		t.Error("another output makes other leaves")
	}
	f.Trees[1].Cut[0]++
	if f.Sum() == was {
		t.Error("another question makes the same leaves")
	}
}

// Trees of the usual depth are read from one piece of memory.
func TestLeavesOfUsualTrees(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	f := &Forest{Features: []string{"a", "b", "c"}}
	for range 20 {
		tree := Tree{Value: make([]float64, 2<<usualDepth-1)}
		for range usualDepth {
			tree.Feature, tree.Cut = append(tree.Feature, rnd.IntN(3)), append(tree.Cut, rnd.Float64())
		}
		f.Trees = append(f.Trees, tree)
	}
	grown, flat := make([]int, len(f.Trees)), make([]int, len(f.Trees))
	for range 100 {
		x := []float64{rnd.Float64(), rnd.Float64(), rnd.Float64()}
		f.flat = nil
		f.Leaves(x, grown)
		f.flatten()
		if said := f.Leaves(x, flat); said != f.LogOdds(x) {
			t.Fatalf("%v: leaves say %v, not %v", x, said, f.LogOdds(x))
		}
		if !slices.Equal(grown, flat) {
			t.Fatalf("%v: leaves %v, flat %v", x, grown, flat)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"features":["a"],"trees":[{"f":[0],"c":[5],"v":[0.5,-2,3]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			return
		}
		m.LogOdds(make([]float64, len(m.Features)))
	})
}
