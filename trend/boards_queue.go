package trend

import (
	"math"
	"slices"
	"sort"
	"time"
)

// addressHash tells addresses apart; it is never 0.
func addressHash(url string) uint64 { return max(1, hashString(url)) }

// retitle carries the track of a post over to its new title. Its address tells
// that it is the same one: only one row had it before, and that row is gone.
func (x *board) retitle(prev []string, rows []EntryRef) {
	var gone map[uint64]string // address → item of the snapshot before; "" if more had it
	for _, r := range rows {
		if r.Entry.URL == "" || x.Tracks[r.ItemID] != nil {
			continue
		}
		if gone == nil {
			gone = x.addresses(prev)
			for _, s := range rows {
				if t := x.Tracks[s.ItemID]; t != nil {
					delete(gone, t.Address)
				}
			}
		}
		address := addressHash(r.Entry.URL)
		was := gone[address]
		if was == "" {
			continue
		}
		delete(gone, address)
		t := x.Tracks[was]
		delete(x.Tracks, was)
		t.Runes, t.Marks = titleShape(r.Entry.Title)
		x.Tracks[r.ItemID] = t
	}
}

// addresses finds the only item of each address.
func (x *board) addresses(items []string) map[uint64]string {
	out := make(map[uint64]string, len(items))
	for _, item := range items {
		t := x.Tracks[item]
		if t == nil || t.Address == 0 {
			continue
		}
		if _, twice := out[t.Address]; twice {
			item = ""
		}
		out[t.Address] = item
	}
	return out
}

// leave notes which rows of the snapshot before are gone. What sank and fell
// off the end says nothing about the age at which a list drops its posts, so
// only those count that were in the top ten until then.
func (x *board) leave(prev []string, listed map[string]bool, at time.Time) {
	var given dating
	for _, item := range prev {
		t := x.Tracks[item]
		if t == nil || listed[item] {
			continue
		}
		x.Left = append(x.Left, at)
		if t.Points[len(t.Points)-1].Rank > 10 || t.Serial > 0 && x.lists(t.Serial) {
			continue
		}
		age := ageUnknown
		if t.Serial > 0 {
			if given.points == nil {
				given = x.Serials.dating(at)
			}
			if h, ok := given.age(t.Serial); ok {
				age = math.Max(0, h)
			}
		}
		x.Serials.leave(leaver{at, t.Serial, age, at.Sub(t.First).Hours()})
	}
	for len(x.Left) > 0 && at.Sub(x.Left[0]) > dropSpan {
		x.Left = x.Left[1:]
	}
	if len(x.Left) >= dropLeast {
		x.Dropped = at
	}
}

// lists says that a number is listed now.
func (x *board) lists(n uint64) bool {
	return slices.ContainsFunc(x.Order, func(item string) bool { return x.Tracks[item].Serial == n })
}

// dated is what the number in a row's address says about it.
type dated struct {
	place float64 // share of the listed numbers that are smaller; -1 without one
	hours float64 // since the number was given; -1 unknown
	lag   float64 // hours from then to its coming onto the board; lagUnknown
	due   float64 // hours by which it is younger than those that left of late; dueUnknown
	left  float64 // hours by which it is older than those that left usually were; leftUnknown
	older float64 // rows listed with a smaller number
}

const (
	dropLeast   = 3                // so many at once are dropped, not pushed out
	dropSpan    = 40 * time.Minute // which is at once, however often a board is asked
	dropMost    = 48.0             // hours
	ageUnknown  = -1.0
	ageMost     = 200.0 // hours
	lagUnknown  = -20.0
	leftUnknown = -300.0 // hours
)

// queue dates the rows of a list by their numbers.
func (s *serials) queue(order []string, tracks map[string]*track, at time.Time, usual exits) []dated {
	out := make([]dated, len(order))
	numbers := make([]uint64, len(order))
	var all []uint64
	for i, id := range order {
		numbers[i] = tracks[id].Serial
		if numbers[i] > 0 {
			all = append(all, numbers[i])
		}
	}
	slices.Sort(all)
	gone := s.lately(at)
	given := s.dating(at)
	for i, n := range numbers {
		d := &out[i]
		*d = dated{place: -1, hours: ageUnknown, lag: lagUnknown, due: dueUnknown, left: leftUnknown}
		if n == 0 {
			continue
		}
		below := sort.Search(len(all), func(k int) bool { return all[k] >= n })
		d.place, d.older = float64(below)/float64(len(all)), float64(below)
		if h, ok := given.age(n); ok {
			d.hours = clamp(h, 0, ageMost)
			d.lag = clamp(h-at.Sub(tracks[order[i]].First).Hours(), -10, ageMost)
			if usual.age >= 0 {
				d.left = d.hours - usual.age
			}
		}
		if given.mean > 0 && gone > 0 {
			d.due = clamp((float64(n)-float64(gone))/given.mean, -10, 40)
		}
	}
	return out
}

// lately is the second highest of the numbers that left of late (one may have
// been deleted), 0 if none did.
func (s *serials) lately(at time.Time) uint64 {
	var first, second uint64
	for _, p := range s.Gone {
		switch {
		case p.Number == 0 || at.Sub(p.At) >= goneSpan:
		case p.Number > first:
			first, second = p.Number, first
		case p.Number > second:
			second = p.Number
		}
	}
	if second == 0 {
		return first
	}
	return second
}

// exits is what is known of the last rows that left the top ten, in hours; -1
// where too few did.
type exits struct {
	age        float64 // of their numbers, the median
	stay, late float64 // that they were listed: the median, and what one in ten exceeds
	since      float64 // since the last left
	yesterday  float64 // rows that left a day before the next three hours
}

// exits sums up the rows that left.
func (s *serials) exits(at time.Time) exits {
	e := exits{age: -1, stay: -1, late: -1, since: dropMost}
	var ages, stays []float64
	for _, p := range s.Gone {
		stays = append(stays, p.Stay)
		if p.Age >= 0 {
			ages = append(ages, p.Age)
		}
		h := at.Sub(p.At).Hours()
		e.since = math.Min(e.since, h)
		e.yesterday += bool01(h > 20.5 && h < 24.2)
	}
	if len(ages) >= goneLeast {
		slices.Sort(ages)
		e.age = ages[len(ages)/2]
	}
	if len(stays) >= goneLeast {
		slices.Sort(stays)
		e.stay, e.late = stays[len(stays)/2], stays[len(stays)*9/10]
	}
	return e
}
