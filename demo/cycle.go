package demo

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// cycle is the plan of sixteen days: every title, article and post with its
// time. It is immutable once laid out.
type cycle struct {
	n        int
	zero     time.Time
	entries  [len(boards)][]*entry
	hours    [len(boards)][][]*entry // entries that may be alive in an hour
	articles []*article              // in time order
	posts    []*post                 // in time order
	byID     map[string]*article
	postByID map[string]*post
	entryID  map[uint64]*entry
}

// hours that a cycle covers before and after its sixteen days.
const (
	warmUp = 60
	spill  = 24 * 9
)

// layOut makes the n-th cycle.
func (w *World) layOut(n int) *cycle {
	c := &cycle{n: n, zero: w.zero.Add(time.Duration(n) * Days * 24 * time.Hour),
		byID: map[string]*article{}, postByID: map[string]*post{}, entryID: map[uint64]*entry{}}
	p := &planner{w: w, c: c, titles: map[string]bool{}, headlines: map[string]bool{}, used: map[string]time.Time{}}
	for i := range w.stories {
		p.story(&w.stories[i])
	}
	p.filler()
	p.columns()
	p.accountPosts()
	c.finish(w)
	return c
}

// finish sorts the plan and indexes it.
func (c *cycle) finish(w *World) {
	for b := range boards {
		slices.SortFunc(c.entries[b], func(x, y *entry) int {
			return cmp.Or(x.start.Compare(y.start), cmp.Compare(x.id, y.id))
		})
		c.hours[b] = make([][]*entry, warmUp+Days*24+spill)
		for _, e := range c.entries[b] {
			c.entryID[e.id] = e
			first := c.hour(e.start)
			for h := first; h < len(c.hours[b]); h++ {
				at := c.zero.Add(time.Duration(h-warmUp) * time.Hour)
				if h > first && w.inner(at) > e.inner+e.life {
					break
				}
				c.hours[b][h] = append(c.hours[b][h], e)
			}
		}
	}
	slices.SortFunc(c.articles, func(x, y *article) int { return cmp.Or(x.at.Compare(y.at), strings.Compare(x.id, y.id)) })
	slices.SortFunc(c.posts, func(x, y *post) int { return cmp.Or(x.at.Compare(y.at), strings.Compare(x.id, y.id)) })
	for _, a := range c.articles {
		c.byID[a.id] = a
	}
	for _, p := range c.posts {
		c.postByID[p.id] = p
	}
}

// hour returns the index of the hour in which t lies, clamped to the plan.
func (c *cycle) hour(t time.Time) int {
	h := int((t.Sub(c.zero) + warmUp*time.Hour) / time.Hour)
	return min(max(h, 0), warmUp+Days*24+spill-1)
}

// around returns the entries of a board that may be alive at t.
func (c *cycle) around(b *board, t time.Time) []*entry {
	if t.Before(c.zero.Add(-warmUp*time.Hour)) || !t.Before(c.zero.Add((Days*24+spill)*time.Hour)) {
		return nil
	}
	return c.hours[b.index()][c.hour(t)]
}

func (b *board) index() int {
	for i := range boards {
		if boards[i].id == b.id {
			return i
		}
	}
	return -1
}
