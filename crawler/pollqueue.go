package crawler

import (
	"net/url"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// pollQueue holds leased sources by host until their host may be asked. Only
// the scheduler's own goroutine uses it.
type pollQueue struct {
	perHost int
	gap     time.Duration
	hosts   map[string]*pollHost
	ready   []*pollHost       // hosts that may be asked, in turn
	resting []*pollHost       // by the time at which they may be asked again
	held    map[string]string // id → host of every source that waits or is polled
	waiting int
	look    time.Time // no other source is due before then
}

// pollHost is a host with sources that wait or are polled.
type pollHost struct {
	name    string
	queue   []xuanti.Source
	running int
	listed  bool // in ready or resting
	until   time.Time
}

func newPollQueue(perHost int, gap time.Duration) *pollQueue {
	return &pollQueue{perHost: perHost, gap: gap, hosts: map[string]*pollHost{}, held: map[string]string{}}
}

// hostOf is the key of a source's queue: the host of its address. A source
// without one has a queue of its own.
func hostOf(src *xuanti.Source) string {
	u, err := url.Parse(src.URL)
	if err != nil || u.Host == "" {
		return "|" + src.ID
	}
	return strings.ToLower(u.Host)
}

// add queues a leased source, unless it is here already: its lease ended while
// it waited or was polled.
func (q *pollQueue) add(src xuanti.Source) {
	if _, twice := q.held[src.ID]; twice {
		return
	}
	name := hostOf(&src)
	h := q.hosts[name]
	if h == nil {
		h = &pollHost{name: name}
		q.hosts[name] = h
	}
	q.held[src.ID] = name
	h.queue = append(h.queue, src)
	q.waiting++
	q.list(h)
}

// list puts a host that has something to do and a free place in turn.
func (q *pollQueue) list(h *pollHost) {
	if h.listed || len(h.queue) == 0 || h.running >= q.perHost {
		return
	}
	h.listed = true
	if q.gap > 0 && !h.until.IsZero() {
		q.resting = append(q.resting, h)
		return
	}
	q.ready = append(q.ready, h)
}

// next takes a source whose host may be asked. Sources whose lease ended while
// they waited are dropped: whoever leases them next polls them. now is the
// scheduler's clock, wall the time that gaps are measured in.
func (q *pollQueue) next(now, wall time.Time) (xuanti.Source, bool) {
	for len(q.resting) > 0 && !q.resting[0].until.After(wall) {
		q.ready = append(q.ready, q.resting[0])
		q.resting = q.resting[1:]
	}
	for len(q.ready) > 0 {
		h := q.ready[0]
		q.ready = q.ready[1:]
		h.listed = false
		for len(h.queue) > 0 {
			src := h.queue[0]
			h.queue = h.queue[1:]
			q.waiting--
			if !src.Fetch.LeaseUntil.IsZero() && !src.Fetch.LeaseUntil.After(now) {
				delete(q.held, src.ID)
				continue
			}
			h.running++
			h.until = wall.Add(q.gap)
			q.list(h)
			return src, true
		}
		q.drop(h)
	}
	return xuanti.Source{}, false
}

// done frees the place of a source that was polled.
func (q *pollQueue) done(id string, wall time.Time) {
	h := q.hosts[q.held[id]]
	delete(q.held, id)
	if h == nil {
		return
	}
	h.running--
	h.until = wall.Add(q.gap)
	q.list(h)
	q.drop(h)
}

// drop forgets a host without sources. The Fetcher remembers its gap.
func (q *pollQueue) drop(h *pollHost) {
	if len(h.queue) == 0 && h.running == 0 {
		delete(q.hosts, h.name)
	}
}

// load counts the waiting sources, of each host at most so many: the rest is
// no supply for idle workers. Hosts with that many or more are crowded.
func (q *pollQueue) load(most int) (supply int, crowded []string) {
	for name, h := range q.hosts {
		supply += min(len(h.queue), most)
		if len(h.queue) >= most {
			crowded = append(crowded, name)
		}
	}
	return supply, crowded
}

// rested tells in what time the next resting host may be asked.
func (q *pollQueue) rested(wall time.Time) (time.Duration, bool) {
	if len(q.resting) == 0 {
		return 0, false
	}
	return max(0, q.resting[0].until.Sub(wall)), true
}
