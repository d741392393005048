package train

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
)

// FieldOptions set the size of the field table.
type FieldOptions struct {
	Keys  int     // characters and pairs with weights
	Least int     // titles that a key must stand in
	Prior float64 // keys of a usual headline of no field that every field is thought to have besides its own
}

// labelRow is a title that somebody filed under a field.
type labelRow struct {
	Title string `json:"title"`
	Label string `json:"label"`
}

// fieldAliases are labels of the archives that mean one of trend.FieldNames.
var fieldAliases = map[string]string{
	"science": "tech", "stocks": "finance", "stock": "finance", "edu": "education", "house": "realty", "regimen": "health",
}

// fieldOf returns the index of the field that a label means, -1 for none.
func fieldOf(label string) int {
	label = strings.TrimPrefix(label, "news_")
	if alias, ok := fieldAliases[label]; ok {
		label = alias
	}
	return slices.Index(trend.FieldNames[:], label)
}

// keyCount counts the titles of each field that have a key.
type keyCount struct {
	key uint64
	all float64
	in  [len(trend.FieldNames)]float64
}

// Fields counts the characters and pairs of labelled titles by field and
// writes the table of naive Bayes that trend reads (trend/features_fields.go).
// Rows without a label that means a field are passed over.
func Fields(ctx context.Context, path string, o FieldOptions) ([]byte, error) {
	counts := map[uint64]*keyCount{}
	titles := 0
	err := eachRow(ctx, path, func(r labelRow) {
		field := fieldOf(r.Label)
		if field < 0 {
			return
		}
		titles++
		for _, k := range trend.FieldKeys(letters(nlp.Fold(r.Title))) {
			c := counts[k]
			if c == nil {
				c = &keyCount{key: k}
				counts[k] = c
			}
			c.all++
			c.in[field]++
		}
	})
	if err != nil {
		return nil, err
	}
	if titles == 0 {
		return nil, fmt.Errorf("train: %s: no title with the label of a field", path)
	}
	kept := make([]*keyCount, 0, len(counts))
	for _, c := range counts {
		if c.all >= float64(o.Least) {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, func(a, b *keyCount) int { return cmp.Or(cmp.Compare(b.all, a.all), cmp.Compare(a.key, b.key)) })
	kept = kept[:min(len(kept), o.Keys)]
	slices.SortFunc(kept, func(a, b *keyCount) int { return cmp.Compare(a.key, b.key) })
	return packFields(kept, o)
}

func packFields(kept []*keyCount, o FieldOptions) ([]byte, error) {
	all := 0.0
	var in [len(trend.FieldNames)]float64
	for _, c := range kept {
		all += c.all
		for f, n := range c.in {
			in[f] += n
		}
	}
	var raw bytes.Buffer
	raw.WriteString(trend.FieldMagic)
	le := binary.LittleEndian
	raw.Write(le.AppendUint32(nil, uint32(len(kept))))
	for _, c := range kept {
		raw.Write(le.AppendUint32(nil, uint32(c.key>>32)))
		raw.Write(le.AppendUint32(nil, uint32(c.key)))
	}
	for _, c := range kept {
		usual := c.all / all
		for f, n := range c.in {
			w := math.Log((n + o.Prior*usual) / (in[f] + o.Prior) / usual)
			raw.WriteByte(byte(int8(math.Round(max(-127, min(127, w*trend.FieldScale))))))
		}
	}
	return zipped(raw.Bytes())
}

func letters(s string) []rune {
	return slices.DeleteFunc([]rune(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
