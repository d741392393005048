package model

import "testing"

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
