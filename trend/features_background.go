package trend

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math"
	"slices"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/trend/model"
)

// vecDim is the length of a topic vector.
const vecDim = 48

// VectorLength is the length of a topic vector, for package train.
const VectorLength = vecDim

// Grams returns the distinct character pairs of a folded text, for package train.
func Grams(folded string) []uint64 {
	var prev rune
	var out []uint64
	for _, r := range folded {
		if !isLetter(r) {
			continue
		}
		if prev != 0 {
			out = append(out, gramKey(prev, r))
		}
		prev = r
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// CounterSlots are the two hashed counters of a character pair, for package train.
func CounterSlots(key, mask uint64) (uint64, uint64) {
	h := mix(key)
	return h & mask, h >> 32 & mask
}

// background says how rare a character pair is in Chinese headlines and which
// field it belongs to. It holds counts and vectors only, no text.
type background struct {
	docs  float64     // documents counted
	level []byte      // two 4-bit logarithmic counts a byte
	mask  uint64      // number of counters - 1
	keys  []uint64    // character pairs with a vector, sorted
	vecs  []int8      // vecDim numbers for each of keys
	idfs  [16]float64 // inverse document frequency by counter level
}

// BackgroundMagic begins the file, for package train. Little endian follow: documents (float64), log2
// of the number of counters (uint32), the counters (4 bits each), number of
// vectors (uint32), keys (two runes as uint32 each), vectors (int8).
const BackgroundMagic = "XTB1"

func loadBackground() (*background, error) {
	packed, err := model.Background()
	if err != nil {
		return nil, err
	}
	return readBackground(packed)
}

// CheckBackground says whether a table written by package train can be read.
func CheckBackground(packed []byte) error {
	_, err := readBackground(packed)
	return err
}

func readBackground(packed []byte) (*background, error) {
	raw, err := unzip(packed)
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInternal, err, "the embedded background table is damaged")
	}
	return decodeBackground(raw)
}

func unzip(packed []byte) ([]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zr)
}

// readKeys reads n keys, two runes as uint32 each, and returns what follows.
func readKeys(raw []byte, n int) (keys []uint64, rest []byte) {
	keys = make([]uint64, n)
	for i := range keys {
		keys[i] = uint64(binary.LittleEndian.Uint32(raw[8*i:]))<<32 | uint64(binary.LittleEndian.Uint32(raw[8*i+4:]))
	}
	return keys, raw[8*n:]
}

func readWeights(raw []byte) []int8 {
	out := make([]int8, len(raw))
	for i, b := range raw {
		out[i] = int8(b)
	}
	return out
}

func decodeBackground(raw []byte) (*background, error) {
	bad := xuanti.Errorf(xuanti.CodeInternal, "the embedded background table is damaged")
	if len(raw) < 16 || string(raw[:4]) != BackgroundMagic {
		return nil, bad
	}
	bg := &background{docs: math.Float64frombits(binary.LittleEndian.Uint64(raw[4:]))}
	bits := binary.LittleEndian.Uint32(raw[12:])
	raw = raw[16:]
	if bits < 8 || bits > 24 || len(raw) < 1<<(bits-1)+4 {
		return nil, bad
	}
	bg.mask = 1<<bits - 1
	bg.level, raw = raw[:1<<(bits-1)], raw[1<<(bits-1):]
	n := int(binary.LittleEndian.Uint32(raw))
	raw = raw[4:]
	if len(raw) != n*(8+vecDim) {
		return nil, bad
	}
	bg.keys, raw = readKeys(raw, n)
	bg.vecs = readWeights(raw)
	for l := range bg.idfs {
		n := 1.0
		if l > 0 {
			n = 3.6 * math.Exp2(float64(l-1)) // the counts of a level lie in [3·2^(l-1), 3·2^l)
		}
		bg.idfs[l] = math.Max(minIDF, math.Log((bg.docs+1)/(n+0.5)))
	}
	return bg, nil
}

// mix spreads a key over the counters (the finaliser of MurmurHash3).
func mix(k uint64) uint64 {
	k ^= k >> 33
	k *= 0xff51afd7ed558ccd
	k ^= k >> 33
	k *= 0xc4ceb9fe1a85ec53
	return k ^ k>>33
}

func (bg *background) counter(i uint64) int {
	return int(bg.level[i>>1] >> (4 * (i & 1)) & 15)
}

// BackgroundIDF returns the rarity of character pairs, for package train.
func BackgroundIDF() func(uint64) float64 { return must(loadBackground()).idf }

// minIDF is the weight of the commonest pairs.
const minIDF = 0.5

// idf is ln((N+1)/(df+0.5)), at least minIDF. The count is the smaller of two
// hashed counters; pairs seen fewer than three times count as one.
func (bg *background) idf(key uint64) float64 {
	return bg.idfs[bg.rareness(key)]
}

// rareness is the level of rarity that idf gives a figure.
func (bg *background) rareness(key uint64) uint8 {
	a, b := CounterSlots(key, bg.mask)
	return uint8(min(bg.counter(a), bg.counter(b)))
}

// wordIDF bounds the rarity of a word from below by its rarest character pair.
func (bg *background) wordIDF(w string) float64 {
	best, prev, n := 0.0, rune(0), 0
	for _, r := range w {
		if n > 0 {
			best = math.Max(best, bg.idf(gramKey(prev, r)))
		}
		prev = r
		n++
	}
	if n == 1 {
		best = bg.idf(gramKey(0, prev))
	}
	return best
}

// vecIndex finds the topic vector of a character pair, -1 for none.
func (bg *background) vecIndex(key uint64) int32 {
	if i, ok := slices.BinarySearch(bg.keys, key); ok {
		return int32(i)
	}
	return -1
}

// addVec adds w times a topic vector to v.
func (bg *background) addVec(v *[vecDim]float32, i int32, w float32) {
	if i < 0 {
		return
	}
	w /= 127
	for k, x := range bg.vecs[int(i)*vecDim:][:vecDim] {
		v[k] += w * float32(x)
	}
}

func vecNorm(v *[vecDim]float32) float64 {
	s := float32(0)
	for _, x := range v {
		s += x * x
	}
	return math.Sqrt(float64(s))
}

// cosine is 0 when either side has no vector.
func cosine(a, b *[vecDim]float32, na, nb float64) float64 {
	if na == 0 || nb == 0 {
		return 0
	}
	s := float32(0)
	for i := range a {
		s += a[i] * b[i]
	}
	return float64(s) / (na * nb)
}
