package trend

import (
	"slices"
	"time"

	"github.com/xuanti/xuanti"
)

// mergeMargin is how far above the join threshold two clusters must be, in
// mean log-odds of their titles, to become one: a merge moves many items.
const mergeMargin = 0.7

// mergeVeto is the log-odds from which a single title keeps two clusters apart.
const mergeVeto = -1.0

// maxMergeTitles bounds the titles of each side that a merge asks.
const maxMergeTitles = 3

// minMergeCosine is the least likeness of the two closest titles of clusters
// that may become one.
const minMergeCosine = 0.3

// resemble is the cheap test before likeness.
func resemble(a, b *cluster) bool {
	for _, m := range a.Medoids {
		for _, o := range b.Medoids {
			if intersect(m.sk.grams, o.sk.grams).dot >= minMergeCosine*m.sk.gnorm*o.sk.gnorm {
				return true
			}
		}
	}
	return false
}

// Merge makes event or topic `from` part of `into`. Both must be open
// (CodeNotFound) and of the same kind (CodeInvalid). Later documents and
// Restore calls that name `from` go to `into`.
func (g *Grouper) Merge(from, into string) error {
	from, into = g.Resolve(from), g.Resolve(into)
	if from == into {
		return nil
	}
	if a, b := g.events.get(from), g.events.get(into); a != nil && b != nil {
		g.merge(&g.events, a, b)
		return nil
	}
	if a, b := g.topics.get(from), g.topics.get(into); a != nil && b != nil {
		g.mergeTopics(a, b)
		return nil
	}
	for _, id := range []string{from, into} {
		if g.events.get(id) == nil && g.topics.get(id) == nil {
			return xuanti.Errorf(xuanti.CodeNotFound, "no open event or topic %s", id)
		}
	}
	return xuanti.Errorf(xuanti.CodeInvalid, "%s and %s are not of one kind", from, into)
}

func (g *Grouper) merge(l *level, from, into *cluster) {
	into.Members += from.Members
	into.Copies += from.Copies
	into.Children += from.Children
	into.Pinned = into.Pinned || from.Pinned
	into.touch(from.First)
	into.touch(from.Last)
	for _, p := range from.Platforms {
		if !slices.Contains(into.Platforms, p) {
			into.Platforms = append(into.Platforms, p)
		}
	}
	for _, t := range from.Terms {
		into.addTerm(t.Term, t.N)
	}
	for _, m := range from.Medoids {
		l.keep(into, m)
	}
	l.remove(from)
	g.moved[from.ID] = redirect{Into: into.ID, At: g.now}
	if l == &g.events {
		if t := g.topics.get(from.Parent); t != nil {
			t.Children-- // it has one event less, also if it is the parent of both
		}
	}
}

func (g *Grouper) mergeTopics(from, into *cluster) {
	for _, e := range g.events.byID {
		if e.Parent == from.ID {
			e.Parent = into.ID
		}
	}
	g.merge(&g.topics, from, into)
}

// Maintain closes what is quiet, splits events that drifted, merges open events
// that turned out to be one, and links topics that became one story. Run it
// every hour or two; splits come before merges. The older cluster keeps its id. Pinned
// events stay as they are. Time per call grows with what changed since the last
// call.
func (g *Grouper) Maintain(now time.Time) ([]Merge, []Split) {
	g.advance(now)
	g.expire(&g.events, now.Add(-g.opts.Hold))
	g.expire(&g.topics, now.Add(-g.opts.TopicHold))
	for id, r := range g.moved {
		if r.At.Before(now.Add(-g.opts.TopicHold)) {
			delete(g.moved, id)
		}
	}
	splits := g.splitDrifted(now)
	out := g.mergeLevel(&g.events, levelEvent, now.Add(-g.opts.Hold))
	out = append(out, g.mergeLevel(&g.topics, levelTopic, now.Add(-g.opts.TopicHold))...)
	g.events.compact()
	g.topics.compact()
	g.words.sweep(g.events.slots)
	return out, splits
}

func (g *Grouper) expire(l *level, before time.Time) {
	for _, c := range l.slots {
		if c != nil && c.Last.Before(before) {
			l.remove(c)
		}
	}
}

// mergeLevel looks for pairs among the clusters that changed.
func (g *Grouper) mergeLevel(l *level, kind levelKind, since time.Time) []Merge {
	var out []Merge
	var changed []*cluster
	for _, c := range l.slots {
		if c != nil && c.dirty {
			c.dirty = false
			if len(c.Medoids) > 1 { // a single title was compared with all when it came
				changed = append(changed, c)
			}
		}
	}
	slices.SortFunc(changed, compareIDs)
	for _, c := range changed {
		if l.get(c.ID) != c {
			continue // merged away in this round
		}
		for _, o := range l.candidates(c.Medoids[0], since, 1+maxCandidates) {
			if o == c || o.Pinned || c.Pinned || g.likeness(l, c, o, kind) < mergeMargin {
				continue
			}
			from, into := c, o
			if from.ID < into.ID { // ids sort by time: the older one stays
				from, into = into, from
			}
			if kind == levelTopic {
				g.mergeTopics(from, into)
			} else {
				if t, u := g.topics.get(from.Parent), g.topics.get(into.Parent); t != nil && u != nil && t != u && t.Children <= 1 && !t.Pinned {
					out = append(out, Merge{From: t.ID, Into: u.ID, Topic: true})
					g.mergeTopics(t, u)
				}
				g.merge(l, from, into)
			}
			into.dirty = false
			out = append(out, Merge{From: from.ID, Into: into.ID, Topic: kind == levelTopic})
			break
		}
	}
	return out
}

// likeness is the mean join score of the titles of each cluster against the
// other cluster.
func (g *Grouper) likeness(l *level, a, b *cluster, kind levelKind) float64 {
	if !resemble(a, b) {
		return -1
	}
	sum, n := 0.0, 0
	for _, pair := range [2][2]*cluster{{a, b}, {b, a}} {
		for _, m := range pair[0].Medoids[:min(maxMergeTitles, len(pair[0].Medoids))] {
			v := g.scorer.judge(l, m, pair[1], kind, 0)
			if v.logOdds < mergeVeto {
				return v.logOdds
			}
			sum += v.logOdds
			n++
		}
	}
	return ratio(sum, float64(n))
}
