package health

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/xuanti/xuanti"
)

// version begins every encoded pulse. A pulse of another version is
// forgotten: it is a convenience, not the truth.
const version = 1

// Encode gives the form in which a pulse is stored: variable-length numbers,
// times as differences, about one to three kilobytes.
func (p *Pulse) Encode() []byte {
	b := make([]byte, 0, 64+10*len(p.Polls)+8*len(p.Hours))
	b = append(b, version)
	put := func(vs ...int64) {
		for _, v := range vs {
			b = binary.AppendVarint(b, v)
		}
	}
	float := func(v float64) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v))) }
	put(xuanti.Millis(p.folded), xuanti.Millis(p.changed), int64(p.idle), int64(p.gap/time.Second))
	put(int64(len(p.Alarm.Kind)))
	b = append(b, p.Alarm.Kind...)
	put(xuanti.Millis(p.Alarm.Since), int64(p.Alarm.Good), xuanti.Millis(p.Alarm.Told))
	put(int64(len(p.Polls)))
	last := int64(0)
	for _, x := range p.Polls {
		at, flags := xuanti.Millis(x.At), int64(0)
		if x.OK {
			flags |= 1
		}
		if x.Changed {
			flags |= 2
		}
		put(at-last, flags, int64(x.Status), x.Latency.Milliseconds(), int64(x.Rows), int64(x.New))
		last = at
	}
	put(int64(len(p.Hours)))
	last = 0
	for _, h := range p.Hours {
		at := h.Start.Unix() / 3600
		put(at-last, int64(h.Polls), int64(h.Failed), int64(h.Rows), int64(h.New), int64(h.Changes))
		last = at
	}
	for _, u := range p.usual {
		float(u.hours)
		float(u.items)
		float(u.changes)
	}
	put(int64(p.gaps), int64(p.watched/time.Second))
	return b
}

// Decode reads what Encode wrote. Anything else gives an empty pulse and
// an error.
func Decode(b []byte) (*Pulse, error) {
	if len(b) == 0 {
		return &Pulse{}, nil
	}
	r := pulseReader{b: b[1:], bad: b[0] != version}
	p := &Pulse{folded: r.time(), changed: r.time(), idle: r.int(), gap: time.Duration(r.num()) * time.Second}
	p.Alarm.Kind = xuanti.SourceEventKind(r.text())
	p.Alarm.Since, p.Alarm.Good, p.Alarm.Told = r.time(), r.int(), r.time()
	last, n := int64(0), r.count(keptPolls)
	p.Polls = make([]Poll, 0, n+1)
	for range n {
		last += r.num()
		flags := r.num()
		p.Polls = append(p.Polls, Poll{
			At: xuanti.FromMillis(last), OK: flags&1 != 0, Changed: flags&2 != 0,
			Status: r.int(), Latency: time.Duration(r.num()) * time.Millisecond, Rows: r.int(), New: r.int(),
		})
	}
	last, n = 0, r.count(keptHours)
	p.Hours = make([]Hour, 0, n+1)
	for range n {
		last += r.num()
		p.Hours = append(p.Hours, Hour{
			Start: time.Unix(last*3600, 0).UTC(), Polls: r.int(), Failed: r.int(), Rows: r.int(), New: r.int(), Changes: r.int(),
		})
	}
	for i := range p.usual {
		p.usual[i] = usual{r.float(), r.float(), r.float()}
	}
	if len(r.b) > 0 { // older pulses end here
		p.gaps, p.watched = r.int(), time.Duration(r.num())*time.Second
	}
	if r.bad || len(r.b) > 0 {
		return &Pulse{}, xuanti.Errorf(xuanti.CodeCorrupt, "the history of a source's polls is damaged")
	}
	return p, nil
}

// pulseReader reads numbers until one is missing; then all are zero.
type pulseReader struct {
	b   []byte
	bad bool
}

func (r *pulseReader) num() int64 {
	v, n := binary.Varint(r.b)
	if r.bad || n <= 0 || v > 1<<52 || v < -1<<52 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// int reads a number that is never negative.
func (r *pulseReader) int() int { return int(min(max(r.num(), 0), math.MaxInt32)) }

func (r *pulseReader) time() time.Time { return xuanti.FromMillis(r.num()) }

func (r *pulseReader) count(most int) int {
	n := r.num()
	if n < 0 || n > int64(most) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *pulseReader) text() string {
	n := r.count(20)
	if n > len(r.b) {
		r.bad = true
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *pulseReader) float() float64 {
	if r.bad || len(r.b) < 4 {
		r.bad = true
		return 0
	}
	v := float64(math.Float32frombits(binary.LittleEndian.Uint32(r.b)))
	r.b = r.b[4:]
	if math.IsNaN(v) || v < 0 || v > 1e9 {
		r.bad = true
		return 0
	}
	return v
}
