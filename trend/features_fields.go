package trend

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/trend/model"
)

// FieldNames are the fields of life that the field table tells apart, for
// package train. Judged pairs differ by them: two reports of one match share
// other things than two clips of one series.
var FieldNames = [...]string{
	"agriculture", "baby", "car", "culture", "discovery", "education", "entertainment", "essay",
	"fashion", "finance", "food", "game", "health", "history", "military", "politics",
	"realty", "society", "sports", "story", "tech", "travel", "world",
}

const fieldDim = len(FieldNames)

// FieldScale is how many steps of a stored weight make one unit of log-odds,
// for package train.
const FieldScale = 25

// fieldTable says how much more often than elsewhere a character or a pair of
// characters stands in headlines of each field.
type fieldTable struct {
	keys    []uint64 // sorted
	weights []int8   // fieldDim numbers for each of keys
}

// FieldMagic begins the file, for package train. Little endian follow: number of keys (uint32),
// keys (two runes as uint32 each, the first 0 for a single character), weights
// (int8, in steps of 1/FieldScale).
const FieldMagic = "XTF1"

func loadFields() (*fieldTable, error) {
	packed, err := model.Fields()
	if err != nil {
		return nil, err
	}
	return readFields(packed)
}

// CheckFields says whether a table written by package train can be read.
func CheckFields(packed []byte) error {
	_, err := readFields(packed)
	return err
}

func readFields(packed []byte) (*fieldTable, error) {
	bad := xuanti.Errorf(xuanti.CodeInternal, "the embedded field table is damaged")
	raw, err := unzip(packed)
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInternal, err, bad.Message)
	}
	if len(raw) < 8 || string(raw[:4]) != FieldMagic {
		return nil, bad
	}
	n := int(binary.LittleEndian.Uint32(raw[4:]))
	raw = raw[8:]
	if len(raw) != n*(8+fieldDim) {
		return nil, bad
	}
	t := &fieldTable{}
	t.keys, raw = readKeys(raw, n)
	t.weights = readWeights(raw)
	return t, nil
}

// FieldKeys returns the distinct characters and character pairs of a text, by
// which its field is told, for package train. text holds letters and digits
// only.
func FieldKeys(text []rune) []uint64 {
	out := make([]uint64, 0, 2*len(text))
	for i, r := range text {
		out = append(out, gramKey(0, r))
		if i > 0 {
			out = append(out, gramKey(text[i-1], r))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// of returns how likely each field is for a text: naive Bayes (Maron 1961),
// with the evidence divided by the root of its length, since neighbouring
// pairs say the same thing more than once.
func (t *fieldTable) of(text []rune) [fieldDim]float64 {
	var z [fieldDim]float64
	n := 0.0
	for _, k := range FieldKeys(text) {
		i, ok := slices.BinarySearch(t.keys, k)
		if !ok {
			continue
		}
		n++
		for c, w := range t.weights[i*fieldDim:][:fieldDim] {
			z[c] += float64(w) / FieldScale
		}
	}
	top, sum := slices.Max(z[:]), 0.0
	for c := range z {
		z[c] = math.Exp(ratio(z[c]-top, math.Sqrt(n)))
		sum += z[c]
	}
	for c := range z {
		z[c] /= sum
	}
	return z
}
