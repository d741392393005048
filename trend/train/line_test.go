package train

import (
	"reflect"
	"testing"

	"github.com/xuanti/xuanti/trend/model"
)

func TestFitLineHearsFeaturesAndWords(t *testing.T) {
	// A row is positive when its feature is high, unless word 7 is in it.
	var x [][]float64
	var cues [][]model.Cue
	var y []float64
	for i := range 400 {
		v, label := float64(i%10), 0.0
		words := []model.Cue{{Hash: uint64(i % 5), Value: 1}}
		if v >= 5 {
			label = 1
		}
		if i%3 == 0 {
			words = append(words, model.Cue{Hash: 7, Value: 1})
			label = 0
		}
		x, cues, y = append(x, []float64{v, 1}), append(cues, words), append(y, label)
	}
	o := LineOptions{Share: 1, Lambda: 0.1, Ranges: 8, Words: 16, Rounds: 30}
	l := fitLine(x, cues, y, o)
	if !reflect.DeepEqual(l, fitLine(x, cues, y, o)) {
		t.Error("two fits differ")
	}
	f := &model.Forest{Features: []string{"v", "constant"}, Line: l}
	wrong := 0
	for i := range x {
		if (f.Mixed(x[i], cues[i]) > 0) != (y[i] == 1) {
			wrong++
		}
	}
	if wrong > 8 {
		t.Errorf("%d of 400 rows are wrong", wrong)
	}
	if int8(l.Words[7]) >= 0 || l.Weights[0] <= 0 || l.Weights[1] != 0 {
		t.Errorf("word %d, feature %v, constant %v", int8(l.Words[7]), l.Weights[0], l.Weights[1])
	}
}

func TestALineWithoutWordsIsAllZero(t *testing.T) {
	l := fitLine([][]float64{{0}, {1}}, make([][]model.Cue, 2), []float64{0, 1}, LineOptions{Lambda: 1, Ranges: 4, Words: 4, Rounds: 5})
	if l.Scale != 0 || l.Weights[0] <= 0 {
		t.Errorf("scale %v, weight %v", l.Scale, l.Weights[0])
	}
}
