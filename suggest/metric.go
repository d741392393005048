package suggest

import "time"

// metric is what the posts of an account are compared by: one count, or the
// weighted sum of those that the platform prints.
type metric struct {
	name  string // read, play, engagement; "" when nothing is printed
	parts []weighted
}

type weighted struct {
	count  string
	weight float64
}

// engagement is likes + 2·comments + 3·shares, of what is printed.
var engagement = [...]weighted{{"like", 1}, {"favorite", 1}, {"comment", 2}, {"share", 3}, {"repost", 3}}

const (
	partShare = 0.8 // of the posts must print a count for it to be part of the engagement
	fullShare = 0.5 // of the posts must print a count in full for it to be what is compared
)

// measured is the value of a metric as last seen at a time.
type measured struct {
	value   float64
	age     time.Duration // of the post when it was seen
	atLeast bool          // the platform prints a lower bound
}

// read is the value of a post as last seen at or before a time; ok is false
// when one of the counts was not printed. A negative count is no count.
func (m metric) read(p *Post, at time.Time) (out measured, ok bool) {
	var seen time.Time
	for _, w := range m.parts {
		var last time.Time
		found := -1
		for i := range p.Metrics {
			x := &p.Metrics[i]
			if x.Count.Name == w.count && x.Count.Value >= 0 && !x.At.After(at) && (found < 0 || !x.At.Before(last)) {
				found, last = i, x.At
			}
		}
		if found < 0 {
			return measured{}, false
		}
		out.value += w.weight * float64(p.Metrics[found].Count.Value)
		out.atLeast = out.atLeast || p.Metrics[found].Count.AtLeast
		if last.After(seen) {
			seen = last
		}
	}
	out.age = seen.Sub(p.Item.PublishedAt)
	return out, len(m.parts) > 0
}

// metricOf picks what is compared: reads or plays where half of the posts print
// them in full, then the weighted engagement, then whatever is printed most,
// lower bounds included. The account decides; where its posts print nothing
// the group does.
func metricOf(posts, group []Post, now time.Time) metric {
	for _, set := range [][]Post{posts, group} {
		var best metric
		most := 0
		for _, m := range []metric{{"read", []weighted{{"read", 1}}}, {"play", []weighted{{"play", 1}}}, engagementOf(set, now)} {
			full, known := 0, 0
			for i := range set {
				if r, ok := m.read(&set[i], now); ok {
					known++
					if !r.atLeast {
						full++
					}
				}
			}
			if full > 0 && float64(full) >= fullShare*float64(len(set)) {
				return m
			}
			if known > most {
				best, most = m, known
			}
		}
		if most > 0 {
			return best
		}
	}
	return metric{}
}

// engagementOf sums the counts that most of the posts print, so that all of
// them are sums of the same things.
func engagementOf(posts []Post, now time.Time) metric {
	m := metric{name: "engagement"}
	printing := 0 // posts with one of them
	var n [len(engagement)]int
	for i := range posts {
		have := false
		for k, w := range engagement {
			if _, ok := (metric{parts: []weighted{w}}).read(&posts[i], now); ok {
				n[k]++
				have = true
			}
		}
		if have {
			printing++
		}
	}
	best := 0
	for k, w := range engagement {
		if n[k] > 0 && float64(n[k]) >= partShare*float64(printing) {
			m.parts = append(m.parts, w)
		}
		if n[k] > n[best] {
			best = k
		}
	}
	if len(m.parts) == 0 && n[best] > 0 {
		m.parts = []weighted{engagement[best]}
	}
	return m
}
