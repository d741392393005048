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

func (f *facets) fill(c *columns, set *roaring.Bitmap) {
	_, offset := time.Unix(0, 0).In(xuanti.Shanghai).Zone()
	shift := int64(offset) * 1000 // Shanghai has had no summer time since 1991
	f.platforms, f.sources, f.days = make([]int, c.names), make([]int, c.names), map[int64]int{}
	from := (c.first + shift) / dayMillis
	days := make([]int, (c.last+shift)/dayMillis-from+1)
	eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			f.platforms[c.platform[d]]++
			f.sources[c.source[d]]++
			days[(c.at[d]+shift)/dayMillis-from]++
		}
	})
	for i, n := range days {
		if n > 0 {
			f.days[from+int64(i)] = n
		}
	}
}

func (f *facets) add(o *facets) {
	for len(f.platforms) < len(o.platforms) {
		f.platforms, f.sources = append(f.platforms, 0), append(f.sources, 0)
	}
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
