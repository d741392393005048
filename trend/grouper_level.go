package trend

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/xuanti/xuanti/nlp"
)

// Bounds of the active state.
const (
	maxMedoids      = 8   // titles that stand for an event
	maxTopicMedoids = 12  // titles that stand for a topic
	maxCandidates   = 3   // clusters scored in full for one title
	maxPosting      = 400 // a feature of more active clusters says nothing
	maxIndexed      = 24  // rarest features of a title that lead to it
	minIndexedIDF   = 3.0 // commoner features are not indexed
	minSharedIDF    = 5.0 // least rarity a candidate must share, as in training
	minSharedPart   = 0.4 // and least part of what the best candidate shares
)

type levelKind int

const (
	levelEvent levelKind = iota
	levelTopic
)

// member is a title that stands for a cluster.
type member struct {
	ItemID   string
	Platform string
	At       time.Time
	Input    sketchInput
	Weight   int // members that look like this one
	facts    *nlp.Facts
	sk       *sketch
}

// cluster is an open event or topic.
type cluster struct {
	ID        string
	Parent    string // topic of an event
	First     time.Time
	Last      time.Time
	Members   int
	Copies    int
	Children  int  // events of a topic
	Pinned    bool // a person decided what it is: never merged or split by itself
	Platforms []string
	Medoids   []*member
	Terms     []termCount
	slot      int32
	dirty     bool   // changed since the last Maintain
	name      string // what title found, "" after the titles changed
}

func (c *cluster) touch(at time.Time) {
	if at.After(c.Last) {
		c.Last = at
	}
	if at.Before(c.First) {
		c.First = at
	}
	c.dirty = true
}

// title is the medoid closest to all others, weighted by how many members look
// like it; of equals the one of a readable length, then the oldest.
func (c *cluster) title() string {
	switch {
	case len(c.Medoids) == 1:
		return c.Medoids[0].Input.Title
	case c.name != "":
		return c.name
	}
	best, bestScore := "", -1.0
	for i, m := range c.Medoids {
		score := 0.05 * float64(min(m.Weight, enoughWeight))
		for j, o := range c.Medoids {
			if i != j {
				score += float64(min(o.Weight, enoughWeight)) * ratio(intersect(m.sk.grams, o.sk.grams).dot, m.sk.gnorm*o.sk.gnorm)
			}
		}
		if n := len(m.sk.runes); n >= 8 && n <= 32 {
			score += 0.1
		}
		if score > bestScore+1e-9 {
			best, bestScore = m.Input.Title, score
		}
	}
	c.name = best
	return best
}

// enoughWeight is from where more titles of one wording do not count.
const enoughWeight = 5

func (c *cluster) addPlatform(p string) {
	if !slices.Contains(c.Platforms, p) && len(c.Platforms) < 64 {
		c.Platforms = append(c.Platforms, p)
	}
}

// copyCosine is the likeness from which a title only repeats another.
const copyCosine = 0.85

// support lends the weight of m to the title it repeats, if there is one.
func (c *cluster) support(m *member) bool {
	for _, o := range c.Medoids {
		if ratio(intersect(m.sk.grams, o.sk.grams).dot, m.sk.gnorm*o.sk.gnorm) >= copyCosine {
			if o.Weight++; o.Weight <= enoughWeight {
				c.name = ""
			}
			return true
		}
	}
	return false
}

// level is the set of open clusters of one kind with their inverted index.
type level struct {
	medoids int // titles kept for a cluster
	byID    map[string]*cluster
	slots   []*cluster // nil after a cluster was closed
	post    map[uint64][]int32
	sums    []float64 // scratch of candidates, by slot; all zero between calls
	touched []int32   // slots with a sum
}

func newLevel(medoids int) level {
	return level{medoids: medoids, byID: map[string]*cluster{}, post: map[uint64][]int32{}}
}

func (l *level) len() int { return len(l.byID) }

func (l *level) get(id string) *cluster { return l.byID[id] }

func (l *level) found(id string, m *member) *cluster {
	copied := *m
	c := &cluster{ID: id, First: m.At, Last: m.At, Members: 1, Platforms: []string{m.Platform}, Medoids: []*member{&copied}, dirty: true}
	l.insert(c)
	return c
}

func (l *level) insert(c *cluster) {
	c.slot = int32(len(l.slots))
	l.slots = append(l.slots, c)
	l.byID[c.ID] = c
	for _, m := range c.Medoids {
		l.index(c, m.sk)
	}
}

// index lists c under the names and the rarest features of a title.
func (l *level) index(c *cluster, s *sketch) {
	newest := int(c.slot) == len(l.slots)-1 // its slot is the last of any list
	for _, list := range [2][]weighted{rarest(s.grams), s.names} {
		for _, k := range list {
			p := l.post[k.Key]
			if newest && len(p) > 0 && p[len(p)-1] == c.slot || !newest && slices.Contains(p, c.slot) {
				continue
			}
			l.post[k.Key] = append(p, c.slot)
		}
	}
}

// unindex takes c off the features of a title that no other title of c has.
func (l *level) unindex(c *cluster, s *sketch, rest []*member) {
	kept := make(map[uint64]bool)
	for _, m := range rest {
		for _, list := range [2][]weighted{rarest(m.sk.grams), m.sk.names} {
			for _, k := range list {
				kept[k.Key] = true
			}
		}
	}
	for _, list := range [2][]weighted{rarest(s.grams), s.names} {
		for _, k := range list {
			if kept[k.Key] {
				continue
			}
			p := l.post[k.Key]
			if i := slices.Index(p, c.slot); i >= 0 {
				p = slices.Delete(p, i, i+1)
			}
			if len(p) == 0 {
				delete(l.post, k.Key)
			} else {
				l.post[k.Key] = p
			}
		}
	}
}

// rarest are the features under which a title is found.
func rarest(v []weighted) []weighted {
	if len(v) <= maxIndexed {
		return v
	}
	v = slices.Clone(v)
	slices.SortFunc(v, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(b.W, a.W), cmp.Compare(a.Key, b.Key))
	})
	return v[:maxIndexed]
}

// candidates returns the open clusters, last touched at or after since, that
// share most rarity with m, at most n, in a fixed order.
func (l *level) candidates(m *member, since time.Time, n int) []*cluster {
	if len(l.sums) < len(l.slots) {
		l.sums = make([]float64, 2*len(l.slots))
	}
	l.touched = l.touched[:0]
	least := minSharedIDF
	if l.medoids == maxMedoids { // so rare that by chance fewer than one of the open events shares it
		least = max(minSharedIDF, math.Log(float64(1+l.len()))+math.Log(float64(1+len(m.sk.grams))))
	}
	for _, k := range m.sk.grams {
		if k.W < minIndexedIDF {
			continue
		}
		p := l.post[k.Key]
		if len(p) > maxPosting {
			continue
		}
		for _, slot := range p {
			if l.sums[slot] == 0 {
				l.touched = append(l.touched, slot)
			}
			l.sums[slot] += float64(k.W)
		}
	}
	out, sums := make([]*cluster, 0, n+1), make([]float64, 0, n+1)
	for _, slot := range l.touched {
		c, sum := l.slots[slot], l.sums[slot]
		l.sums[slot] = 0
		if sum < least || len(out) == n && sum < sums[n-1] || c == nil || c.Last.Before(since) { // c is far away in memory: ask it last
			continue
		}
		at := len(out)
		for at > 0 && (sum > sums[at-1] || sum == sums[at-1] && c.ID < out[at-1].ID) {
			at--
		}
		if at < n {
			out, sums = slices.Insert(out, at, c), slices.Insert(sums, at, sum)
			out, sums = out[:min(n, len(out))], sums[:min(n, len(sums))]
		}
	}
	for len(out) > 0 && sums[len(out)-1] < minSharedPart*sums[0] {
		out = out[:len(out)-1]
	}
	return out
}

// clustersWith counts the open clusters listed under a feature, but for one.
func (l *level) clustersWith(key uint64, but int32) int {
	p := l.post[key]
	if slices.Contains(p, but) {
		return len(p) - 1
	}
	return len(p)
}

// keep takes m among the medoids of c if it says something new: near copies
// only add weight to the title they repeat, and of a full set the least
// supported title other than the founding one makes room.
func (l *level) keep(c *cluster, m *member) {
	if c.support(m) {
		return
	}
	copied := *m
	c.name = ""
	if len(c.Medoids) < l.medoids {
		c.Medoids = append(c.Medoids, &copied)
		l.index(c, copied.sk)
		return
	}
	worst := -1
	for i := 1; i < len(c.Medoids); i++ {
		if worst < 0 || c.Medoids[i].Weight < c.Medoids[worst].Weight {
			worst = i
		}
	}
	if c.Medoids[worst].Weight > 1 {
		return
	}
	old := c.Medoids[worst]
	c.Medoids[worst] = &copied
	l.unindex(c, old.sk, c.Medoids)
	l.index(c, copied.sk)
}

// remove closes a cluster.
func (l *level) remove(c *cluster) {
	for _, m := range c.Medoids {
		l.unindex(c, m.sk, nil)
	}
	delete(l.byID, c.ID)
	l.slots[c.slot] = nil
}

// compact renumbers the open clusters and rebuilds the index once a fifth of
// the slots are closed, so that memory follows what is active.
func (l *level) compact() {
	if closed := len(l.slots) - len(l.byID); closed*5 < len(l.slots) {
		return
	}
	open := make([]*cluster, 0, len(l.byID))
	for _, c := range l.slots {
		if c != nil {
			open = append(open, c)
		}
	}
	l.slots = make([]*cluster, 0, len(open))
	l.post = make(map[uint64][]int32, len(l.post)/2)
	for _, c := range open {
		l.insert(c)
	}
}
