package trend

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
)

// Split says that part of event From lives on as the new event Into, of the
// same topic.
type Split struct {
	From, Into, Topic string
}

const (
	minDriftTitles = 4    // an event with fewer distinct titles has nowhere to drift
	minDriftWeight = 2    // members that the smaller part must stand for
	tied           = -0.9 // log-odds of two titles, before any rule, from which they hold an event together
)

// Open reports whether an event or topic is open, redirects followed.
func (g *Grouper) Open(id string) bool { return g.open(id) != nil }

// Pinned reports whether an open event or topic is pinned.
func (g *Grouper) Pinned(id string) bool {
	c := g.open(id)
	return c != nil && c.Pinned
}

func (g *Grouper) open(id string) *cluster {
	id = g.Resolve(id)
	if c := g.events.get(id); c != nil {
		return c
	}
	return g.topics.get(id)
}

// Pin fixes what an event or topic is: Maintain neither merges nor splits what
// is pinned. CodeNotFound when it is not open.
func (g *Grouper) Pin(id string, on bool) error {
	c := g.open(id)
	if c == nil {
		return xuanti.Errorf(xuanti.CodeNotFound, "no open event or topic %s", id)
	}
	c.Pinned = on
	return nil
}

// Split takes move out of an open event and founds event into with them, of the
// same topic; stay are the members that remain. Both lists are in the order of
// time and at least one document long (CodeInvalid). An earlier merge of into
// is forgotten: this is how a merge is undone.
func (g *Grouper) Split(from, into string, stay, move []Doc) error {
	old := g.events.get(g.Resolve(from))
	switch {
	case old == nil:
		return xuanti.Errorf(xuanti.CodeNotFound, "no open event %s", from)
	case len(stay) == 0 || len(move) == 0:
		return xuanti.Errorf(xuanti.CodeInvalid, "a split leaves members on both sides")
	}
	delete(g.moved, into)
	g.events.remove(old)
	g.refound(&g.events, old, old.ID, stay)
	g.refound(&g.events, old, into, move)
	if t := g.topics.get(old.Parent); t != nil {
		t.Children++
	}
	return nil
}

// SplitTopic takes events out of an open topic and founds topic into with them;
// stay and move are titles of the events on the two sides, at least one each
// (CodeInvalid). An earlier merge of into is forgotten.
func (g *Grouper) SplitTopic(from, into string, events []string, stay, move []Doc) error {
	old := g.topics.get(g.Resolve(from))
	switch {
	case old == nil:
		return xuanti.Errorf(xuanti.CodeNotFound, "no open topic %s", from)
	case len(stay) == 0 || len(move) == 0:
		return xuanti.Errorf(xuanti.CodeInvalid, "a split leaves events on both sides")
	}
	delete(g.moved, into)
	g.topics.remove(old)
	g.refound(&g.topics, old, old.ID, stay).Children = max(1, old.Children-len(events))
	g.refound(&g.topics, old, into, move).Children = len(events)
	for _, id := range events {
		if e := g.events.get(g.Resolve(id)); e != nil {
			e.Parent = into
		}
	}
	return nil
}

// Move files an open event under another open topic; CodeNotFound when one of
// them is not open.
func (g *Grouper) Move(event, topic string) error {
	e, t := g.events.get(g.Resolve(event)), g.topics.get(g.Resolve(topic))
	if e == nil || t == nil {
		return xuanti.Errorf(xuanti.CodeNotFound, "no open event %s or topic %s", event, topic)
	}
	if old := g.topics.get(e.Parent); old != nil {
		old.Children--
	}
	e.Parent = t.ID
	t.Children++
	return nil
}

// refound founds a cluster anew with part of what was in another.
func (g *Grouper) refound(l *level, old *cluster, id string, docs []Doc) *cluster {
	c := l.found(id, g.member(docs[0]))
	for i, d := range docs {
		if i > 0 {
			g.join(l, c, g.member(d))
		}
		if l == &g.events { // a topic is described by its events
			c.countTerms(&g.words, d.A)
		}
	}
	c.Parent, c.Pinned = old.Parent, old.Pinned
	c.touch(old.Last)
	return c
}

// Describe returns the most representative title of an open event, folded, and
// its key terms.
func (g *Grouper) Describe(id string) (title string, terms []string) {
	c := g.events.get(g.Resolve(id))
	if c == nil {
		return "", nil
	}
	return c.title(), c.topTerms(&g.words, g.opts.IDF)
}

// Closer returns which of two open events d belongs to by the scorer.
func (g *Grouper) Closer(d Doc, a, b string) string {
	m := g.member(d)
	best, top := a, 0.0
	for _, id := range []string{a, b} {
		c := g.events.get(g.Resolve(id))
		if c == nil {
			continue
		}
		if z := g.scorer.judge(&g.events, m, c, levelEvent, math.Inf(-1)).logOdds; id == a || z > top {
			best, top = id, z
		}
	}
	return best
}

// splitDrifted divides the events that came to tell of two things: their titles
// fall into two parts of which no title of one would join any of the other. The
// part with the founding title keeps the id.
func (g *Grouper) splitDrifted(now time.Time) []Split {
	var changed []*cluster
	for _, c := range g.events.slots {
		if c != nil && c.dirty && !c.Pinned && len(c.Medoids) >= minDriftTitles {
			changed = append(changed, c)
		}
	}
	slices.SortFunc(changed, compareIDs)
	var out []Split
	for _, c := range changed {
		stay, move := g.scorer.drift(c)
		if len(move) == 0 {
			continue
		}
		into := g.divide(c, xuanti.NewID(now, "event", "split", move[0].ItemID), stay, move)
		out = append(out, Split{From: c.ID, Into: into.ID, Topic: c.Parent})
	}
	return out
}

// drift divides the titles of c around the two that are farthest apart, or
// returns nothing when they hang together.
func (s *groupScorer) drift(c *cluster) (stay, move []*member) {
	rule := ruleOf(levelEvent)
	pair := func(i, j int) float64 {
		x := s.features(c.Medoids[i].sk, c.Medoids[j].sk)
		return s.blend(&rule, x[:], math.Inf(-1))
	}
	if hangsTogether(c, func(i, j int) bool { return pair(i, j) >= tied }) {
		return nil, nil
	}
	n := len(c.Medoids)
	z := make([][]float64, n)
	for i := range z {
		z[i] = make([]float64, n)
	}
	far := [2]int{0, 1}
	for i := range n {
		for j := range i {
			z[i][j] = pair(i, j)
			z[j][i] = z[i][j]
			if z[i][j] < z[far[1]][far[0]] {
				far = [2]int{j, i}
			}
		}
	}
	side := make([]int, n)
	for i := range n {
		if i == far[1] || i != far[0] && z[i][far[1]] > z[i][far[0]] {
			side[i] = 1
		}
	}
	var weight [2]int
	for i, m := range c.Medoids {
		weight[side[i]] += m.Weight
		for j := range i {
			if side[i] != side[j] && z[i][j] >= tied {
				return nil, nil
			}
		}
	}
	if min(weight[0], weight[1]) < minDriftWeight {
		return nil, nil
	}
	for i, m := range c.Medoids {
		if side[i] == side[0] {
			stay = append(stay, m)
		} else {
			move = append(move, m)
		}
	}
	return stay, move
}

// hangsTogether says whether every title of c is tied to every other, directly
// or through more. It asks the ties of the most alike first, so that most
// events need one question for each title.
func hangsTogether(c *cluster, tied func(i, j int) bool) bool {
	n := len(c.Medoids)
	type link struct {
		i, j int
		dot  float64
	}
	links := make([]link, 0, n*(n-1)/2)
	for i, m := range c.Medoids {
		for j, o := range c.Medoids[:i] {
			links = append(links, link{i, j, ratio(intersect(m.sk.grams, o.sk.grams).dot, m.sk.gnorm*o.sk.gnorm)})
		}
	}
	slices.SortStableFunc(links, func(a, b link) int { return cmp.Compare(b.dot, a.dot) })
	part := make([]int, n)
	for i := range part {
		part[i] = i
	}
	parts := n
	for _, l := range links {
		a, b := part[l.i], part[l.j]
		if a == b || !tied(l.i, l.j) {
			continue
		}
		for k := range part {
			if part[k] == a {
				part[k] = b
			}
		}
		if parts--; parts == 1 {
			return true
		}
	}
	return false
}

// divide moves titles of c to a new event.
func (g *Grouper) divide(c *cluster, id string, stay, move []*member) *cluster {
	l := &g.events
	l.remove(c)
	part := &cluster{ID: id, Parent: c.Parent, First: move[0].At, Last: move[0].At, Medoids: move, dirty: true}
	c.Medoids, c.Platforms, c.name = stay, nil, ""
	for _, m := range stay {
		c.addPlatform(m.Platform)
	}
	for _, m := range move {
		part.Members += m.Weight
		part.touch(m.At)
		part.addPlatform(m.Platform)
	}
	c.Members = max(len(stay), c.Members-part.Members)
	all := c.Terms
	c.Terms, part.Terms = g.words.termsIn(all, stay), g.words.termsIn(all, move)
	l.insert(c)
	l.insert(part)
	if t := g.topics.get(c.Parent); t != nil {
		t.Children++
	}
	return part
}
