package xuanti

import (
	"crypto/sha256"
	"time"
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewID returns a ULID (26 characters, sortable by time) whose 80 low bits are
// the SHA-256 of the key parts instead of random bits. The same time and key
// always give the same id, which makes replays repeatable and retries
// idempotent. Times before 1970 count as 0.
func NewID(t time.Time, key ...string) string {
	h := sha256.New()
	for _, k := range key {
		h.Write([]byte(k))
		h.Write([]byte{0})
	}
	sum := h.Sum(nil)
	var raw [16]byte
	ms := max(t.UnixMilli(), 0)
	for i := range 6 {
		raw[i] = byte(ms >> (40 - 8*i))
	}
	copy(raw[6:], sum[:10])
	// 128 bits as 26 digits of 5 bits, most significant first (ULID spec).
	var out [26]byte
	var acc uint64
	bits, pos := 2, 0 // two leading zero bits: 26*5 = 130
	for _, b := range raw {
		acc = acc<<8 | uint64(b)
		bits += 8
		for bits >= 5 {
			bits -= 5
			out[pos] = crockford[acc>>bits&31]
			pos++
		}
	}
	return string(out[:])
}
