package trend

import (
	"math"
	"sort"
	"strings"
	"time"
)

// Platforms number their posts as they come, so the number in an address tells
// how old a post is, which the time of its arrival on a board does not.

// serials is the highest number seen on a board over time, oldest first.
type serials struct {
	Points []serialPoint
}

type serialPoint struct {
	At  time.Time
	Max uint64
}

const (
	serialGap  = 20 * time.Minute
	serialKeep = 400 // points: five days or more
	minDigits  = 5   // shorter numbers are sections and pages
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

// add notes a number seen at a time.
func (s *serials) add(at time.Time, n uint64) {
	if n == 0 {
		return
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

// places gives, for each row, the share of the list with smaller numbers, and
// log1p of the hours since its number was the highest; -1 without a number.
func (s *serials) places(order []string, tracks map[string]*track, at time.Time) (place, age []float64) {
	place, age = make([]float64, len(order)), make([]float64, len(order))
	var all []uint64
	for _, id := range order {
		if n := tracks[id].Serial; n > 0 {
			all = append(all, n)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	for i, id := range order {
		place[i], age[i] = -1, -1
		n := tracks[id].Serial
		if n == 0 {
			continue
		}
		below := sort.Search(len(all), func(k int) bool { return all[k] >= n })
		place[i] = float64(below) / float64(len(all))
		k := sort.Search(len(s.Points), func(k int) bool { return s.Points[k].Max >= n })
		if k < len(s.Points) {
			age[i] = math.Log1p(math.Max(0, at.Sub(s.Points[k].At).Hours()))
		}
	}
	return place, age
}
