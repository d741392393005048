package trend

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"
)

// Platforms number their posts as they come, so the number in an address tells
// how old a post is, which the time of its arrival on a board does not. Lists of
// the last 24 hours drop a post by the age of its number, not of its stay.

// serials is the highest number seen on a board over time, oldest first, and
// the rows that left its top ten last.
type serials struct {
	Points []serialPoint
	Gone   []leaver
}

// serialPoint is the highest number seen until then.
type serialPoint struct {
	At  time.Time
	Max uint64
}

// leaver is a row that left the board from its top ten.
type leaver struct {
	At     time.Time
	Number uint64  // in its address; 0 without one
	Age    float64 // hours since it was given; -1 unknown
	Stay   float64 // hours it was listed
}

const (
	serialGap  = 20 * time.Minute
	serialKeep = 400                 // points: five days or more
	serialAge  = 21 * 24 * time.Hour // after which a number is forgotten
	minDigits  = 5                   // shorter numbers are sections and pages
	paceSpan   = 24 * time.Hour
	aloneBy    = 10 // times what the others lie apart
	aloneLeast = 3  // of fewer others nobody knows how far apart they lie
	goneKeep   = 40
	goneLeast  = 8 // of fewer no usual age is read off
	goneSpan   = 3 * time.Hour
	dueUnknown = 50.0 // hours; beyond what due tells apart
)

// serial finds the last long number in the path of an address, or after id=
// in its query. 0 means none.
func serial(url string) uint64 {
	path, query, _ := strings.Cut(url, "?")
	if n := lastNumber(path); n > 0 {
		return n
	}
	if _, after, ok := strings.Cut(query, "id="); ok {
		value, _, _ := strings.Cut(after, "&")
		return lastNumber(value)
	}
	return 0
}

func lastNumber(s string) uint64 {
	end := len(s)
	for end > 0 {
		for end > 0 && (s[end-1] < '0' || s[end-1] > '9') {
			end--
		}
		start := end
		for start > 0 && s[start-1] >= '0' && s[start-1] <= '9' {
			start--
		}
		if n := end - start; n >= minDigits && n <= 19 && (start == 0 || !letter(s[start-1])) {
			var v uint64
			for _, c := range []byte(s[start:end]) {
				v = v*10 + uint64(c-'0')
			}
			return v
		}
		end = start
	}
	return 0
}

// letter says that a number behind it is part of a hash or a code.
func letter(c byte) bool { return c >= 'a' && c <= 'z' && c != '_' || c >= 'A' && c <= 'Z' || c == '%' }

// highest is the highest number of a list that has some. One that stands alone,
// far above the others and those known, is no number of this platform and
// passed over: it would hide for weeks what comes. When a platform numbers anew,
// a second one soon stands beside the first.
func (x *board) highest() uint64 {
	var all []uint64
	for _, item := range x.Order {
		if n := x.Tracks[item].Serial; n > 0 {
			all = append(all, n)
		}
	}
	known := x.Serials.Points
	if k := len(known); k > 0 {
		all = append(all, known[0].Max, known[k-1].Max)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	top := len(all) - 1
	if top < aloneLeast || (all[top]-all[top-1])/aloneBy <= all[top-1]-all[top/4] { // the lowest may be posts of years ago
		return all[top]
	}
	if k := len(known); k > 0 && known[k-1].Max == all[top] { // it came before the others
		x.Serials.Points = known[:k-1]
	}
	return all[top-1]
}

// add notes the highest number seen at a time.
func (s *serials) add(at time.Time, n uint64) {
	if n == 0 {
		return
	}
	for len(s.Points) > 0 && at.Sub(s.Points[0].At) > serialAge {
		s.Points = s.Points[1:]
	}
	k := len(s.Points)
	switch {
	case k == 0:
		s.Points = append(s.Points, serialPoint{at, n})
	case n <= s.Points[k-1].Max:
	case at.Sub(s.Points[k-1].At) < serialGap:
		s.Points[k-1].Max = n
	default:
		s.Points = append(s.Points, serialPoint{at, n})
		if len(s.Points) > serialKeep {
			s.Points = append(s.Points[:0], s.Points[len(s.Points)-serialKeep:]...)
		}
	}
}

// leave notes that a row went from the board.
func (s *serials) leave(g leaver) {
	s.Gone = append(s.Gone, g)
	if len(s.Gone) > goneKeep {
		s.Gone = append(s.Gone[:0], s.Gone[len(s.Gone)-goneKeep:]...)
	}
}

// pace is how many numbers a platform gives an hour: at least, on the whole and
// at most. A counter runs slower at night and faster by day. Some numbers hold
// the time itself: then all three are the same. ok is false while too little is
// known.
func (s *serials) pace() (low, mean, high float64, ok bool) {
	if len(s.Points) == 0 {
		return 0, 0, 0, false
	}
	first, last := s.Points[0], s.Points[len(s.Points)-1]
	span := last.At.Sub(first.At)
	if span < paceSpan {
		return 0, 0, 0, false
	}
	mean = float64(last.Max-first.Max) / span.Hours()
	// Seconds above 32 bits, or milliseconds above 22, which is 2 % less; and
	// milliseconds above 14 bits.
	for _, second := range [...]float64{1 << 32, 1000 << 14} {
		clock := second * 3600
		if math.Abs(mean/clock-1) < 0.1 {
			return clock, clock, clock, true
		}
	}
	return 0.3 * mean, mean, 1.5 * mean, true
}

// dating tells at one instant when numbers were given.
type dating struct {
	points          []serialPoint
	at              time.Time
	low, mean, high float64   // pace; 0 unknown
	below           []float64 // by point: age of the first number in hours, by what it and earlier points say
	above           []float64 // the same, by what it and later points say
}

// dating looks at all numbers once, so that each row is then dated at once.
func (s *serials) dating(at time.Time) dating {
	d := dating{points: s.Points, at: at}
	low, mean, high, ok := s.pace()
	if !ok {
		return d
	}
	n := len(s.Points)
	d.low, d.mean, d.high, d.below, d.above = low, mean, high, make([]float64, n), make([]float64, n)
	for i, p := range s.Points {
		since, more := at.Sub(p.At).Hours(), float64(p.Max-s.Points[0].Max)
		d.below[i], d.above[i] = since+more/low, since+more/high
		if i > 0 {
			d.below[i] = math.Max(d.below[i], d.below[i-1])
		}
	}
	for i := n - 2; i >= 0; i-- {
		d.above[i] = math.Max(d.above[i], d.above[i+1])
	}
	return d
}

// age is the hours since a number was given. It was not later than any higher
// number was seen, by as much as the platform needs for those between at its
// fastest; nor later than a lower one was, and those between at its slowest.
// ok is false for a number higher than any seen.
func (d *dating) age(n uint64) (hours float64, ok bool) {
	k := sort.Search(len(d.points), func(k int) bool { return d.points[k].Max >= n })
	if k == len(d.points) {
		return 0, false
	}
	if d.low == 0 {
		return d.at.Sub(d.points[k].At).Hours(), true
	}
	more := float64(n) - float64(d.points[0].Max)
	hours = d.above[k] - more/d.high
	if k > 0 {
		hours = math.Max(hours, d.below[k-1]-more/d.low)
	}
	return hours, true
}
