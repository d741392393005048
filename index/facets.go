package index

import (
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/xuanti/xuanti"
)

// facets counts the matches of one leaf, or of several, by platform, source
// and day.
type facets struct {
	platforms, sources []int // by the number of the name
	days               map[int64]int
}

const dayMillis = int64(24 * time.Hour / time.Millisecond)

// names numbers the platforms and sources of all segments; 0 is none. Those of
// segments that are gone stay: they are few.
type names struct {
	mu     sync.Mutex
	number map[string]uint32
	list   []string
}

func (n *names) of(name string) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if k, ok := n.number[name]; ok {
		return k
	}
	if n.number == nil {
		n.number, n.list = map[string]uint32{}, []string{""}
	}
	k := uint32(len(n.list))
	n.number[name] = k
	n.list = append(n.list, name)
	return k
}

// tally counts documents of a segment.
type tally struct{ origins, days []int32 }

func (c *columns) tally() tally {
	days := 0
	if len(c.at) > 0 {
		days = int(dayOf(c.last)-c.firstDay) + 1
	}
	return tally{make([]int32, len(c.origins)), make([]int32, days)}
}

// aheadMillis is how far Shanghai is ahead of UTC. It has had no summer time
// since 1991.
var aheadMillis = func() int64 { // read-only
	_, seconds := time.Unix(0, 0).In(xuanti.Shanghai).Zone()
	return int64(seconds) * 1000
}()

// dayOf is the day of a time, since 1970.
func dayOf(at int64) int64 { return (at + aheadMillis) / dayMillis }

// fill counts a set; of a large one those that are not in it.
func (f *facets) fill(c *columns, set *roaring.Bitmap, w *workspace) {
	counts := c.tally()
	inverse := set.GetCardinality() > uint64(len(c.at))/2
	if inverse {
		set = roaring.Flip(set, 0, uint64(len(c.at)))
	}
	w.eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			counts.origins[c.origin[d]]++
			counts.days[c.day[d]]++
		}
	})
	if inverse {
		counts.subtractFrom(&c.all)
	}
	f.days = map[int64]int{}
	for i, n := range counts.days {
		if n > 0 {
			f.days[c.firstDay+int64(i)] = int(n)
		}
	}
	for i, n := range counts.origins {
		if n > 0 {
			o := c.origins[i]
			f.reserve(int(max(o.platform, o.source)) + 1)
			f.platforms[o.platform] += int(n)
			f.sources[o.source] += int(n)
		}
	}
}

func (t *tally) subtractFrom(all *tally) {
	for i, n := range all.origins {
		t.origins[i] = n - t.origins[i]
	}
	for i, n := range all.days {
		t.days[i] = n - t.days[i]
	}
}

// reserve makes room for the names below n.
func (f *facets) reserve(n int) {
	if more := n - len(f.platforms); more > 0 {
		f.platforms = append(f.platforms, make([]int, more)...)
		f.sources = append(f.sources, make([]int, more)...)
	}
}

func (f *facets) add(o *facets) {
	f.reserve(len(o.platforms))
	for i := range o.platforms {
		f.platforms[i] += o.platforms[i]
		f.sources[i] += o.sources[i]
	}
	for day, n := range o.days {
		if f.days == nil {
			f.days = map[int64]int{}
		}
		f.days[day] += n
	}
}

// tell names what was counted. What has no name is left out.
func (f *facets) tell(r *Result, n *names) {
	n.mu.Lock()
	defer n.mu.Unlock()
	named := func(counts []int) map[string]int {
		out := map[string]int{}
		for i, k := range counts {
			if i > 0 && k > 0 {
				out[n.list[i]] = k
			}
		}
		return out
	}
	r.Platforms, r.Sources, r.Days = named(f.platforms), named(f.sources), make(map[string]int, len(f.days))
	for day, k := range f.days {
		r.Days[time.UnixMilli(day*dayMillis).UTC().Format(time.DateOnly)] = k
	}
}
