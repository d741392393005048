package trend

import (
	"math"
	"sort"
	"time"
	"unicode"
)

// track is the way of one title on one board.
type track struct {
	First   time.Time // of the current stay
	Last    time.Time
	Top     time.Time // since when it is in the top ten; zero when it is not
	Start   int       // rank at First
	Held    time.Time // since when it has its rank
	Best    int
	BestAt  time.Time
	Prev    int // rank in the snapshot before; 0 when it was not listed
	Entries int
	Points  []trackPoint // oldest first
	Event   string
	Runes   int    // of the title
	Marks   int    // 1 for a digit, 2 for a Latin letter, 4 for a mark in the title
	Address uint64 // hash of its address; 0 without one
	Serial  uint64 // number in its address; 0 without one
	Others  int    // platforms that listed the event at the last sighting
	Over    bool   // its stay has been counted as over
}

type trackPoint struct {
	At   time.Time
	Rank int32
	Heat float32 // log of the platform's figure, 0 unknown
}

// sight adds an observation to a title's track. Observations stand at least
// trackGap apart, but for the newest, so that a board polled every minute
// looks back as far as one polled every hour. It says whether the number in the
// title's address is new.
func (x *board) sight(r EntryRef, at time.Time, others func(string) int) (numbered bool) {
	t := x.Tracks[r.ItemID]
	rank := r.Entry.Rank
	if t == nil || at.Sub(t.Last) > awayBreak {
		entries := 1
		if t != nil {
			entries = t.Entries + 1
		}
		t = &track{First: at, Start: rank, Best: rank, BestAt: at, Held: at, Entries: entries}
		t.Runes, t.Marks = titleShape(r.Entry.Title)
		x.Tracks[r.ItemID] = t
	}
	if t.Address == 0 && r.Entry.URL != "" { // some boards tell it later
		t.Address, t.Serial = addressHash(r.Entry.URL), serial(r.Entry.URL)
		numbered = t.Serial > 0
	}
	p := trackPoint{At: at, Rank: int32(rank)}
	if r.Entry.Heat != nil && *r.Entry.Heat > 0 {
		h := math.Log(float64(*r.Entry.Heat))
		p.Heat = float32(h)
		x.Heat.add(h)
	}
	if rank < t.Best {
		t.Best, t.BestAt = rank, at
	}
	switch {
	case rank > 10:
		t.Top = time.Time{}
	case t.Top.IsZero():
		t.Top = at
	}
	n := len(t.Points)
	if n > 0 && int(t.Points[n-1].Rank) != rank {
		t.Held = at
	}
	t.Prev = 0
	if n > 0 && t.Last.Equal(x.At) {
		t.Prev = int(t.Points[n-1].Rank)
	}
	if n > 1 && at.Sub(t.Points[n-2].At) < trackGap {
		t.Points[n-1] = p
	} else {
		t.Points = append(t.Points, p)
	}
	if n := len(t.Points); n > trackRing {
		t.Points = append(t.Points[:0], t.Points[n-trackRing:]...)
	}
	t.Last, t.Event = at, r.EventID
	if others != nil {
		t.Others = others(r.EventID)
	}
	return numbered
}

// titleShape says how long a title is and what stands in it.
func titleShape(title string) (runes, marks int) {
	for _, r := range title {
		runes++
		switch {
		case unicode.IsDigit(r):
			marks |= 1
		case r < unicode.MaxASCII && unicode.IsLetter(r):
			marks |= 2
		case unicode.IsPunct(r):
			marks |= 4
		}
	}
	return min(runes, 60), marks
}

// moved is the log ratio of the rank a span ago to the rank now; positive is
// upwards. A title that was not there yet is compared with where it came in.
func (t *track) moved(at time.Time, span time.Duration) float64 {
	now := float64(t.Points[len(t.Points)-1].Rank)
	for i := len(t.Points) - 1; i >= 0; i-- {
		if at.Sub(t.Points[i].At) >= span-movedEarly {
			return logRatio(float64(t.Points[i].Rank), now)
		}
	}
	return logRatio(float64(t.Start), now)
}

// warmed is the growth of the log heat within an hour, 0 when unknown.
func (t *track) warmed(at time.Time) float64 {
	now := t.Points[len(t.Points)-1].Heat
	for i := len(t.Points) - 2; i >= 0 && now > 0; i-- {
		if p := t.Points[i]; at.Sub(p.At) >= time.Hour-movedEarly && p.Heat > 0 {
			return clamp(float64(now-p.Heat)/max(1, at.Sub(p.At).Hours()), -1, 1)
		}
	}
	return 0
}

// unrest is the mean change of the log rank between the last observations.
func (t *track) unrest() float64 {
	n := len(t.Points)
	from := max(1, n-5)
	if from >= n {
		return 0
	}
	var sum float64
	for i := from; i < n; i++ {
		sum += math.Abs(logRatio(float64(t.Points[i-1].Rank), float64(t.Points[i].Rank)))
	}
	return sum / float64(n-from)
}

func logRatio(a, b float64) float64 { return clamp(math.Log(a+2)-math.Log(b+2), -2, 2) }

func clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }

func bool01(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// quantiles is a decaying sample of a board's heat from which percentiles are
// read: a sorted reservoir that replaces its entries in turn.
type quantiles struct {
	Sorted []float64
	Ring   []float64
	Next   int
}

const quantileSize = 2048

func (q *quantiles) add(v float64) {
	if len(q.Ring) < quantileSize {
		q.Ring = append(q.Ring, v)
	} else {
		old := q.Ring[q.Next]
		i := sort.SearchFloat64s(q.Sorted, old)
		q.Sorted = append(q.Sorted[:i], q.Sorted[i+1:]...)
		q.Ring[q.Next] = v
		q.Next = (q.Next + 1) % quantileSize
	}
	i := sort.SearchFloat64s(q.Sorted, v)
	q.Sorted = append(q.Sorted, 0)
	copy(q.Sorted[i+1:], q.Sorted[i:])
	q.Sorted[i] = v
}

// rank is the share of the sample below v, -1 while the sample is too small.
func (q *quantiles) rank(v float64) float64 {
	if len(q.Sorted) < 20 {
		return -1
	}
	return float64(sort.SearchFloat64s(q.Sorted, v)) / float64(len(q.Sorted))
}
