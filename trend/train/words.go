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

// WordOptions set the size of the table of word vectors.
type WordOptions struct {
	Words    int     // most frequent words that get a vector
	Window   int     // words to either side that count as company
	Least    int     // pairs of words met less often are chance
	Text     int     // runes of a text that are read
	Rounds   int     // iterations of the factorisation
	Exponent float64 // of the singular values: 0 weighs all directions alike
}

// Words computes vectors of words from the company they keep: the positive
// pointwise mutual information of words within a window, with the context
// counts smoothed (Levy, Goldberg and Dagan 2015), factorised by orthogonal
// iteration from a fixed start. Repeated titles count once.
func Words(ctx context.Context, paths []string, a *nlp.Analyzer, o WordOptions) ([]byte, error) {
	docs, df, err := wordDocs(ctx, paths, a, o.Text)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, fmt.Errorf("train: no words in %v", paths)
	}
	keys := make([]uint64, 0, len(df))
	for k, n := range df {
		if n >= 3 {
			keys = append(keys, k)
		}
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
	keys = keys[:min(len(keys), o.Words)]
	slices.Sort(keys)
	m := company(docs, keys, o)
	x := startVectors(len(keys), trend.WordVectorLength)
	var lengths []float64
	for range o.Rounds {
		x = m.times(x)
		lengths = orthonormal(x, trend.WordVectorLength)
	}
	var raw bytes.Buffer
	raw.WriteString(trend.WordMagic)
	le := binary.LittleEndian
	raw.Write(le.AppendUint32(nil, uint32(len(keys))))
	for _, k := range keys {
		raw.Write(le.AppendUint64(nil, k))
	}
	for i := range x {
		sum := 0.0
		for k := range x[i] {
			x[i][k] *= math.Pow(lengths[k], o.Exponent)
			sum += x[i][k] * x[i][k]
		}
		s := ratioOf(trend.WordScale, math.Sqrt(sum))
		for _, v := range x[i] {
			raw.WriteByte(byte(int8(math.Round(max(-127, min(127, v*s))))))
		}
	}
	return zipped(raw.Bytes())
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

// anyRow is a row of any archive: titles, texts and judged pairs.
type anyRow struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	A     string `json:"a"`
	B     string `json:"b"`
}

// wordDocs reads the content words of every distinct text in their order.
func wordDocs(ctx context.Context, paths []string, a *nlp.Analyzer, limit int) ([][]uint64, map[uint64]int, error) {
	seen := map[uint64]bool{}
	df := map[uint64]int{}
	var docs [][]uint64
	add := func(title, text string) {
		if title == "" && text == "" {
			return
		}
		if h := textHash(title + "\x00" + text); !seen[h] {
			seen[h] = true
			an := a.Analyze(title, firstRunes(text, limit))
			words := append(trend.WordKeys(an.TitleTokens), trend.WordKeys(an.TextTokens)...)
			for _, w := range words {
				df[w]++
			}
			docs = append(docs, words)
		}
	}
	for _, path := range paths {
		err := eachRow(ctx, path, func(r anyRow) {
			add(r.Title, r.Text)
			add(r.A, "")
			add(r.B, "")
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return docs, df, nil
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

// symmetric is a symmetric sparse matrix; a pair is held once, the smaller
// index in the high half of its key.
type symmetric struct {
	pair []uint64
	val  []float32
}

// company counts the pairs and turns the counts into positive PMI.
func company(docs [][]uint64, keys []uint64, o WordOptions) *symmetric {
	index := make(map[uint64]int32, len(keys))
	for i, k := range keys {
		index[k] = int32(i)
	}
	var met []uint64
	row := make([]int32, 0, 256)
	for _, d := range docs {
		row = row[:0]
		for _, w := range d {
			if i, ok := index[w]; ok {
				row = append(row, i)
			}
		}
		for i, x := range row {
			for _, y := range row[i+1 : min(len(row), i+1+o.Window)] {
				if x != y {
					met = append(met, uint64(min(x, y))<<32|uint64(max(x, y)))
				}
			}
		}
	}
	slices.Sort(met)
	m := &symmetric{}
	sums := make([]float64, len(keys))
	for i := 0; i < len(met); {
		j := i
		for j < len(met) && met[j] == met[i] {
			j++
		}
		if n := j - i; n >= o.Least {
			m.pair, m.val = append(m.pair, met[i]), append(m.val, float32(n))
			sums[met[i]>>32] += float64(n)
			sums[uint32(met[i])] += float64(n)
		}
		i = j
	}
	const smooth = 0.75
	total := 0.0
	for i := range sums {
		sums[i] = math.Pow(sums[i], smooth)
		total += sums[i]
	}
	all := 0.0
	for _, v := range m.val {
		all += 2 * float64(v)
	}
	kept := 0
	for i, p := range m.pair {
		// The smoothed counts on both sides keep the matrix symmetric.
		e := sums[p>>32] / total * sums[uint32(p)] / total * all
		if v := math.Log(float64(m.val[i]) / e); v > 0 {
			m.pair[kept], m.val[kept] = p, float32(v)
			kept++
		}
	}
	m.pair, m.val = m.pair[:kept], m.val[:kept]
	return m
}

// times returns M x.
func (m *symmetric) times(x [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for i := range out {
		out[i] = make([]float64, len(x[i]))
	}
	for i, p := range m.pair {
		v := float64(m.val[i])
		a, b := int(p>>32), int(uint32(p))
		xa, xb, oa, ob := x[a], x[b], out[a], out[b]
		for k := range xa {
			oa[k] += v * xb[k]
			ob[k] += v * xa[k]
		}
	}
	return out
}
