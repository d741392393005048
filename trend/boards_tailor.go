package trend

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/xuanti/xuanti/trend/model"
)

// tailor fits a shipped forest to one board. The forest asks what matters on
// boards in general; the tailor gives each of its leaves a weight of the
// board's own beside the shipped output, so that combinations (this rank, at
// this age, at this hour) count as they do here. It is a logistic model over
// leaves (He et al. 2014), learned online, with one step length for all
// weights that shrinks with the summed squared misses (Ward et al. 2019).
type tailor struct {
	W floats  // by leaf; nil until something was learned
	G float64 // summed squared misses
}

const (
	tailorRate  = 0.004
	tailorShare = 8 // of a tree's leaves so many share the misses
)

func (t *tailor) sum(leaves []int) float64 {
	if t.W == nil {
		return 0
	}
	var z float64
	for _, l := range leaves {
		z += float64(t.W[l])
	}
	return z
}

// learn takes what was said too much, −1…1, of a row in these leaves of f.
func (t *tailor) learn(f *model.Forest, leaves []int, miss float64) {
	if t.W == nil {
		t.W = make(floats, f.LeafCount())
	}
	t.G += miss * miss
	step := float32(tailorRate * miss / math.Sqrt(1+t.G/tailorShare))
	for _, l := range leaves {
		t.W[l] -= step
	}
}

// floats are saved as they are in memory, four bytes each.
type floats []float32

// GobEncode packs the values.
func (f floats) GobEncode() ([]byte, error) {
	out := make([]byte, 0, 4*len(f))
	for _, v := range f {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out, nil
}

// GobDecode unpacks what GobEncode wrote.
func (f *floats) GobDecode(data []byte) error {
	if len(data)%4 != 0 {
		return fmt.Errorf("decode weights: %d bytes", len(data))
	}
	out := make(floats, len(data)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	*f = out
	return nil
}

// leavesOf finds the leaves of the row whose features are in x, and what f says
// of it.
func (b *Boards) leavesOf(f *model.Forest, x []float64) ([]int, float64) {
	if cap(b.leaves) < len(f.Trees) {
		b.leaves = make([]int, len(f.Trees))
	}
	b.leaves = b.leaves[:len(f.Trees)]
	z := f.Leaves(x, b.leaves)
	return b.leaves, z
}

// Features of a row as they wait for their truth: those that the heads share,
// then those of each head.
const (
	featureOwn   = featureCount - featureShared
	featurePlace = featureShared + int(headCount)*featureOwn
)

// keep notes the features of a row that one head was asked with. They lose
// digits here, so the leaves are always looked up in what recall gives.
func (r *pendingRow) keep(k head, x []float64) {
	if r.X == nil {
		r.X = make(floats, featurePlace)
		for i, v := range x[:featureShared] {
			r.X[i] = float32(v)
		}
	}
	for i, v := range x[featureShared:] {
		r.X[featureShared+int(k)*featureOwn+i] = float32(v)
	}
}

// recall is the other way of keep.
func (r *pendingRow) recall(k head, x []float64) {
	for i := range x[:featureShared] {
		x[i] = float64(r.X[i])
	}
	for i := range x[featureShared:] {
		x[featureShared+i] = float64(r.X[featureShared+int(k)*featureOwn+i])
	}
}

// sums tells by which forests the tailors were made.
func (b *Boards) sums() (out [headCount]uint64) {
	for k, f := range b.forests {
		if f != nil {
			out[k] = f.Sum()
		}
	}
	return out
}
