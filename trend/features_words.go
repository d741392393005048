package trend

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"slices"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend/model"
)

// WordVectorLength, WordMagic and WordScale describe the table of word
// vectors, for package train: length of a vector, first bytes of the file, and
// the length of every stored vector.
const (
	WordVectorLength = wordDim
	WordMagic        = "XTW1"
	WordScale        = 256
)

// wordDim is the length of a word vector.
const wordDim = 64

// WordKeys returns the keys of the content words among tokens, in their order,
// for package train.
func WordKeys(tokens []nlp.Token) []uint64 {
	var out []uint64
	for i := range tokens {
		if isContent(&tokens[i]) {
			out = append(out, hashString(tokens[i].Text))
		}
	}
	return out
}

// isContent leaves out stop words and single Chinese characters (three bytes).
func isContent(t *nlp.Token) bool { return len(t.Text) >= 4 && !nlp.IsStop(t.Text) }

// wordTable holds a unit vector for each common word: words of like company
// have like vectors. It holds hashes and numbers only, no text.
type wordTable struct {
	keys []uint64
	vecs []int8
}

// readWords reads the format of train.Words: magic, number of words (uint32),
// keys (uint64, sorted), vectors (int8), little endian, gzip.
func readWords(packed []byte) (*wordTable, error) {
	bad := xuanti.Errorf(xuanti.CodeInternal, "the embedded word vectors are damaged")
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, bad
	}
	raw, err := io.ReadAll(zr)
	if err != nil || len(raw) < 8 || string(raw[:4]) != WordMagic {
		return nil, bad
	}
	n := int(binary.LittleEndian.Uint32(raw[4:]))
	raw = raw[8:]
	if len(raw) != n*(8+wordDim) {
		return nil, bad
	}
	t := &wordTable{keys: make([]uint64, n), vecs: make([]int8, n*wordDim)}
	for i := range t.keys {
		t.keys[i] = binary.LittleEndian.Uint64(raw[8*i:])
	}
	for i, b := range raw[8*n:] {
		t.vecs[i] = int8(b)
	}
	return t, nil
}

// CheckWords says whether a table written by package train can be read.
func CheckWords(packed []byte) error {
	_, err := readWords(packed)
	return err
}

func mustWords() *wordTable {
	packed, err := model.Words()
	if err != nil {
		return &wordTable{}
	}
	t, err := readWords(packed)
	if err != nil {
		return &wordTable{}
	}
	return t
}

// find returns the number of a word's vector, -1 for none.
func (t *wordTable) find(key uint64) int32 {
	if i, ok := slices.BinarySearch(t.keys, key); ok {
		return int32(i)
	}
	return -1
}

// like is the cosine of two words' vectors, 0 when either has none.
func (t *wordTable) like(a, b int32) float64 {
	if a < 0 || b < 0 {
		return 0
	}
	x, y := (*[wordDim]int8)(t.vecs[int(a)*wordDim:]), (*[wordDim]int8)(t.vecs[int(b)*wordDim:])
	var s0, s1, s2, s3 int32
	for k := 0; k < wordDim; k += 4 {
		s0 += int32(x[k]) * int32(y[k])
		s1 += int32(x[k+1]) * int32(y[k+1])
		s2 += int32(x[k+2]) * int32(y[k+2])
		s3 += int32(x[k+3]) * int32(y[k+3])
	}
	return max(0, float64(s0+s1+s2+s3)/(WordScale*WordScale))
}
