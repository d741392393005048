package train

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
)

// BackgroundOptions set the size of the background table.
type BackgroundOptions struct {
	CounterBits int // log2 of the number of counters
	Vectors     int // character pairs with a topic vector
	Lead        int // runes of the text counted with a title for the vectors
	Rounds      int // power iterations
}

// textRow is a row of any archive: only titles and texts are read.
type textRow struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Background counts in how many titles each character pair occurs and computes
// topic vectors by latent semantic analysis (Deerwester 1990) over title plus
// lead. Repeated titles count once.
func Background(ctx context.Context, paths []string, o BackgroundOptions) ([]byte, error) {
	seen := map[string]bool{}
	df := map[uint64]int{}
	var leads [][]uint64
	docs := 0
	for _, path := range paths {
		err := eachRow(ctx, path, func(r textRow) {
			title := nlp.Fold(r.Title)
			if title == "" || seen[title] {
				return
			}
			seen[title] = true
			docs++
			grams := trend.Grams(title)
			for _, g := range grams {
				df[g]++
			}
			if lead := firstRunes(r.Text, o.Lead); lead != "" {
				grams = trend.Grams(title + " " + nlp.Fold(lead))
			}
			leads = append(leads, grams)
		})
		if err != nil {
			return nil, err
		}
	}
	if docs == 0 {
		return nil, fmt.Errorf("train: no titles in %v", paths)
	}
	keys, vecs := topicVectors(leads, o)
	return pack(docs, df, keys, vecs, o)
}

func firstRunes(s string, n int) string {
	count := 0
	for i := range s {
		if count == n {
			return s[:i]
		}
		count++
	}
	return s
}

// pack writes the format that trend reads (see trend/features_background.go).
func pack(docs int, df map[uint64]int, keys []uint64, vecs [][]float64, o BackgroundOptions) ([]byte, error) {
	counters := make([]byte, 1<<(o.CounterBits-1))
	mask := uint64(1)<<o.CounterBits - 1
	put := func(i uint64, level byte) {
		shift := 4 * (i & 1)
		if counters[i>>1]>>shift&15 < level {
			counters[i>>1] = counters[i>>1]&^(15<<shift) | level<<shift
		}
	}
	for key, n := range df {
		if n < 3 {
			continue
		}
		level := byte(min(15, 1+int(math.Log2(float64(n)/3))))
		a, b := trend.CounterSlots(key, mask)
		put(a, level)
		put(b, level)
	}
	var raw bytes.Buffer
	raw.WriteString(trend.BackgroundMagic)
	le := binary.LittleEndian
	raw.Write(le.AppendUint64(nil, math.Float64bits(float64(docs))))
	raw.Write(le.AppendUint32(nil, uint32(o.CounterBits)))
	raw.Write(counters)
	raw.Write(le.AppendUint32(nil, uint32(len(keys))))
	for _, k := range keys {
		raw.Write(le.AppendUint32(nil, uint32(k>>32)))
		raw.Write(le.AppendUint32(nil, uint32(k)))
	}
	for _, v := range vecs {
		for _, x := range v {
			raw.WriteByte(byte(int8(math.Round(127 * max(-1, min(1, x))))))
		}
	}
	return zipped(raw.Bytes())
}

// sparse is a document-by-pair matrix in rows.
type sparse struct {
	cols [][]int32
	vals [][]float32
	n    int
}

// topicVectors returns the most frequent pairs in key order with their unit
// vectors: the right singular vectors of the IDF-weighted matrix of documents,
// found by orthogonal iteration from a fixed start.
func topicVectors(docs [][]uint64, o BackgroundOptions) ([]uint64, [][]float64) {
	df := map[uint64]int{}
	for _, d := range docs {
		for _, g := range d {
			df[g]++
		}
	}
	keys := make([]uint64, 0, len(df))
	for k := range df {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b uint64) int {
		if df[a] != df[b] {
			return df[b] - df[a]
		}
		if a < b {
			return -1
		}
		return 1
	})
	keys = keys[:min(len(keys), o.Vectors)]
	slices.Sort(keys)
	index := make(map[uint64]int32, len(keys))
	for i, k := range keys {
		index[k] = int32(i)
	}
	m := weigh(docs, index, df)
	dim := trend.VectorLength
	x := startVectors(len(keys), dim)
	var lengths []float64
	for range o.Rounds {
		x = m.gram(x, dim)
		lengths = orthonormal(x, dim)
	}
	// Scale by the square root of the singular values: strong fields count more.
	for i := range x {
		sum := 0.0
		for k := range x[i] {
			x[i][k] *= math.Pow(lengths[k], 0.25)
			sum += x[i][k] * x[i][k]
		}
		if sum > 0 {
			s := 1 / math.Sqrt(sum)
			for k := range x[i] {
				x[i][k] *= s
			}
		}
	}
	return keys, x
}

func weigh(docs [][]uint64, index map[uint64]int32, df map[uint64]int) *sparse {
	m := &sparse{n: len(index)}
	for _, d := range docs {
		var cols []int32
		var vals []float32
		sum := 0.0
		for _, g := range d {
			if i, ok := index[g]; ok {
				w := math.Log(float64(len(docs)) / float64(df[g]))
				cols = append(cols, i)
				vals = append(vals, float32(w))
				sum += w * w
			}
		}
		if len(cols) < 2 {
			continue
		}
		s := float32(1 / math.Sqrt(sum))
		for i := range vals {
			vals[i] *= s
		}
		m.cols = append(m.cols, cols)
		m.vals = append(m.vals, vals)
	}
	return m
}

// gram returns Mᵀ(M x).
func (m *sparse) gram(x [][]float64, dim int) [][]float64 {
	out := make([][]float64, m.n)
	for i := range out {
		out[i] = make([]float64, dim)
	}
	row := make([]float64, dim)
	for d, cols := range m.cols {
		clear(row)
		for j, c := range cols {
			v := float64(m.vals[d][j])
			for k, y := range x[c] {
				row[k] += v * y
			}
		}
		for j, c := range cols {
			v := float64(m.vals[d][j])
			for k := range row {
				out[c][k] += v * row[k]
			}
		}
	}
	return out
}

// orthonormal makes the columns of x orthonormal (modified Gram-Schmidt) and
// returns their lengths before.
func orthonormal(x [][]float64, dim int) []float64 {
	lengths := make([]float64, dim)
	for k := range dim {
		for j := range k {
			dot := 0.0
			for i := range x {
				dot += x[i][k] * x[i][j]
			}
			for i := range x {
				x[i][k] -= dot * x[i][j]
			}
		}
		sum := 0.0
		for i := range x {
			sum += x[i][k] * x[i][k]
		}
		lengths[k] = math.Sqrt(sum)
		s := ratioOf(1, lengths[k])
		for i := range x {
			x[i][k] *= s
		}
	}
	return lengths
}

func ratioOf(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// startVectors returns n repeatable vectors without a pattern.
func startVectors(n, dim int) [][]float64 {
	x := make([][]float64, n)
	seed := uint64(88172645463325252)
	for i := range x {
		x[i] = make([]float64, dim)
		for k := range x[i] {
			seed ^= seed << 13
			seed ^= seed >> 7
			seed ^= seed << 17
			x[i][k] = float64(seed>>11)/(1<<53) - 0.5
		}
	}
	return x
}

func zipped(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	zw, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	if _, err := zw.Write(raw); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	if err := zw.Close(); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return out.Bytes(), nil
}
