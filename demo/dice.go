package demo

import "math"

// dice is a small seeded generator (splitmix64). The world must not change
// with the Go release, so it does not use math/rand.
type dice struct{ state uint64 }

// newDice returns a generator whose stream depends on the seed and the keys.
func newDice(seed uint64, keys ...string) *dice {
	return &dice{state: hash(seed, keys...)}
}

// hash mixes a seed and strings into 64 bits (FNV-1a, then a finaliser).
func hash(seed uint64, keys ...string) uint64 {
	h := uint64(14695981039346656037) ^ mix(seed+0x9e3779b97f4a7c15)
	for _, k := range keys {
		for i := range len(k) {
			h = (h ^ uint64(k[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return mix(h)
}

func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return mix(d.state)
}

// float returns a number in [0, 1).
func (d *dice) float() float64 { return float64(d.next()>>11) / (1 << 53) }

// below returns a number in [0, n); n must be positive.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// between returns a number in [lo, hi].
func (d *dice) between(lo, hi int) int { return lo + d.below(hi-lo+1) }

// chance is true with probability p.
func (d *dice) chance(p float64) bool { return d.float() < p }

// normal returns a standard normal number (Box–Muller).
func (d *dice) normal() float64 {
	u := max(d.float(), 1e-12)
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*d.float())
}

// shuffle permutes the numbers 0…n-1.
func (d *dice) shuffle(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := d.below(i + 1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}
