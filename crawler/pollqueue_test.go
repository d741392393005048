package crawler

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// One host with many slow feeds holds up nobody else, and rests between polls.
func TestSchedulerIsFairToHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newMemQueue(400, time.Hour), &polls{}
		for id, s := range q.sources {
			s.URL = "https://" + id + ".example/feed"
			if id < "s300" && len(id) == 4 || len(id) == 3 {
				s.URL = "https://hub.example/" + id
			}
		}
		starts := map[string][]time.Time{}
		_, stop := runScheduler(t, q, p, func(o *SchedulerOptions, s *Scheduler) {
			o.Workers, o.HostGap = 4, 2*time.Second
			s.poll = func(ctx context.Context, src xuanti.Source) Result {
				host := hostOf(&src)
				q.mu.Lock()
				starts[host] = append(starts[host], time.Now())
				q.mu.Unlock()
				p.enter(host)
				defer p.leave()
				if host == "hub.example" {
					pass(10 * time.Second)
				}
				src.Fetch.LeaseUntil, src.Fetch.NextAt = time.Time{}, time.Now().Add(src.Interval)
				return Result{Source: src}
			}
		})
		pass(time.Minute)
		synctest.Wait()
		q.mu.Lock()
		hub, others := len(starts["hub.example"]), len(starts)-1
		for i := 1; i < hub; i++ {
			if gap := starts["hub.example"][i].Sub(starts["hub.example"][i-1]); gap < 12*time.Second {
				t.Errorf("two polls of one host %s apart, the first takes 10 s and the host rests 2 s", gap)
			}
		}
		q.mu.Unlock()
		if hub < 4 || hub > 6 || others != 100 {
			t.Errorf("in a minute %d polls of the crowded host, %d of 100 others", hub, others)
		}
		stop()
	})
}

func TestPollQueueDropsEndedLeases(t *testing.T) {
	q := newPollQueue(1, 0)
	now := crawltest.Now()
	for i := range 3 {
		src := *planSource(fmt.Sprint("a", i))
		src.URL = "https://hub.example/" + src.ID
		src.Fetch.LeaseUntil = now.Add(time.Duration(i+1) * time.Minute)
		q.add(src)
		q.add(src) // leased twice: it is here already
	}
	if q.waiting != 3 {
		t.Fatalf("%d wait", q.waiting)
	}
	first, ok := q.next(now, now)
	if _, busy := q.next(now, now); !ok || busy || first.ID != "a0" {
		t.Fatalf("%s %v, then %v", first.ID, ok, busy)
	}
	q.add(first) // its lease ended while it is still being polled
	q.done("a0", now)
	if next, ok := q.next(now.Add(150*time.Second), now); !ok || next.ID != "a2" {
		t.Errorf("%s %v, want the only one whose lease lasts", next.ID, ok)
	}
	q.done("a2", now)
	if _, ok := q.next(now, now); ok || len(q.hosts)+len(q.held)+q.waiting != 0 {
		t.Errorf("left: %d hosts, %d sources", len(q.hosts), len(q.held))
	}
}

func TestPollQueueCrowded(t *testing.T) {
	q := newPollQueue(2, 0)
	for i := range 6 {
		src := *planSource(fmt.Sprint(i))
		if i < 5 {
			src.URL = "https://Hub.example/"
		}
		q.add(src)
	}
	if supply, crowded := q.load(5); supply != 6 || len(crowded) != 1 || crowded[0] != "hub.example" {
		t.Errorf("%d %v", supply, crowded)
	}
	if supply, _ := q.load(2); supply != 3 {
		t.Errorf("supply of %d", supply)
	}
	ids := ""
	for {
		src, ok := q.next(crawltest.Now(), crawltest.Now())
		if !ok {
			break
		}
		ids += src.ID
	}
	if ids != "051" {
		t.Errorf("polled %s, want two of the crowded host and the other in turn", ids)
	}
}
