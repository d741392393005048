package index

import (
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/xuanti/xuanti"
)

// facets counts the matches of one leaf by platform, source and day.
type facets struct {
	platforms, sources, days map[string]int
}

const dayMillis = int64(24 * time.Hour / time.Millisecond)

func (f *facets) fill(c *columns, set *roaring.Bitmap) {
	_, offset := time.Unix(0, 0).In(xuanti.Shanghai).Zone()
	shift := int64(offset) * 1000 // Shanghai has had no summer time since 1991
	platforms, sources := make([]int, len(c.platforms)), make([]int, len(c.sources))
	from := (c.first + shift) / dayMillis
	days := make([]int, (c.last+shift)/dayMillis-from+1)
	eachOf(set, func(docs []uint32) {
		for _, d := range docs {
			platforms[c.platform[d]]++
			sources[c.source[d]]++
			days[(c.at[d]+shift)/dayMillis-from]++
		}
	})
	*f = facets{named(platforms, c.platforms), named(sources, c.sources), map[string]int{}}
	for i, n := range days {
		if n > 0 {
			f.days[time.UnixMilli((from+int64(i))*dayMillis).UTC().Format(time.DateOnly)] = n
		}
	}
}

// named drops what has no name and what nobody has.
func named(counts []int, names []string) map[string]int {
	out := map[string]int{}
	for i, n := range counts {
		if i > 0 && n > 0 {
			out[names[i]] = n
		}
	}
	return out
}

func (f *facets) mergeInto(r *Result) {
	for k, n := range f.platforms {
		r.Platforms[k] += n
	}
	for k, n := range f.sources {
		r.Sources[k] += n
	}
	for k, n := range f.days {
		r.Days[k] += n
	}
}
