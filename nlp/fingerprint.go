package nlp

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
)

// Fingerprint is what a text is recognised by. Everything is computed on the
// folded text without marks and spaces, so that layout does not matter.
type Fingerprint struct {
	Title      uint64   // 0 for titles under eight characters: they collide by chance
	Body       uint64   // 0 for bodies under twenty characters
	Paragraphs []uint64 // paragraphs of forty characters and more; the low ten bits are the length, at most 1023
	MinHash    []uint16 // 128 values, nil for bodies under fifty characters
}

const (
	minTitleRunes     = 8
	minBodyRunes      = 20
	minParagraphRunes = 40
	minHashRunes      = 50
	maxParagraphs     = 256
	lengthBits        = 10
)

// newFingerprint takes the folded title and body, and the body as published,
// whose line breaks tell the paragraphs.
func newFingerprint(title, folded, text string) Fingerprint {
	var f Fingerprint
	if runes := letters(nil, title); len(runes) >= minTitleRunes {
		f.Title = hashRunes(runes)
	}
	var body []rune
	single := !strings.Contains(text, "\n")
	for line := range strings.SplitSeq(text, "\n") {
		at := len(body)
		if single {
			line = folded
		} else {
			line = Fold(line)
		}
		body = letters(body, line)
		if par := body[at:]; len(par) >= minParagraphRunes && len(f.Paragraphs) < maxParagraphs {
			length := min(len(par), 1<<lengthBits-1)
			f.Paragraphs = append(f.Paragraphs, hashRunes(par)>>lengthBits<<lengthBits|uint64(length))
		}
	}
	if len(body) >= minBodyRunes {
		f.Body = hashRunes(body)
	}
	if len(body) >= minHashRunes {
		f.MinHash = minHash(body)
	}
	return f
}

// letters appends the letters and digits of a folded text.
func letters(out []rune, s string) []rune {
	if out == nil {
		out = make([]rune, 0, len(s)/3+4)
	}
	for _, r := range s {
		switch {
		case r >= 0x4e00 && r <= 0x9fff, r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			out = append(out, r)
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsNumber(r)):
			out = append(out, r)
		}
	}
	return out
}

// hashRunes is FNV-1a over 32-bit runes with a final mix; never 0.
func hashRunes(runes []rune) uint64 {
	h := uint64(14695981039346656037)
	for _, r := range runes {
		h = (h ^ uint64(uint32(r))) * 1099511628211
	}
	h = mix64(h)
	if h == 0 {
		h = 1
	}
	return h
}

// mix64 is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

const fingerprintVersion = 1

// Encode gives the stored form: version, title, body, the paragraphs and the
// MinHash, little endian.
func (f Fingerprint) Encode() []byte {
	b := make([]byte, 0, 1+16+3+8*len(f.Paragraphs)+2+2*len(f.MinHash))
	b = append(b, fingerprintVersion)
	b = binary.LittleEndian.AppendUint64(b, f.Title)
	b = binary.LittleEndian.AppendUint64(b, f.Body)
	b = binary.AppendUvarint(b, uint64(len(f.Paragraphs)))
	for _, p := range f.Paragraphs {
		b = binary.LittleEndian.AppendUint64(b, p)
	}
	b = binary.AppendUvarint(b, uint64(len(f.MinHash)))
	for _, m := range f.MinHash {
		b = binary.LittleEndian.AppendUint16(b, m)
	}
	return b
}

// DecodeFingerprint reads what Encode wrote; anything else is CodeCorrupt.
func DecodeFingerprint(b []byte) (Fingerprint, error) {
	var f Fingerprint
	bad := func(what string) (Fingerprint, error) {
		return Fingerprint{}, xuanti.Errorf(xuanti.CodeCorrupt, "stored fingerprint: %s", what)
	}
	if len(b) < 17 || b[0] != fingerprintVersion {
		return bad("unknown version or too short")
	}
	f.Title = binary.LittleEndian.Uint64(b[1:])
	f.Body = binary.LittleEndian.Uint64(b[9:])
	b = b[17:]
	n, w := binary.Uvarint(b)
	if w <= 0 || n > maxParagraphs || uint64(len(b)-w) < 8*n {
		return bad("damaged paragraphs")
	}
	b = b[w:]
	if n > 0 {
		f.Paragraphs = make([]uint64, n)
	}
	for i := range f.Paragraphs {
		f.Paragraphs[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	b = b[8*n:]
	n, w = binary.Uvarint(b)
	if w <= 0 || n != 0 && n != hashes || uint64(len(b)-w) != 2*n {
		return bad("damaged MinHash")
	}
	b = b[w:]
	if n > 0 {
		f.MinHash = make([]uint16, n)
	}
	for i := range f.MinHash {
		f.MinHash[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return f, nil
}
