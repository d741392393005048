package trend

import (
	"maps"
	"testing"
	"time"
)

// The null run goes through the terms one after the other; a detector that is
// shown the same sightings in order of time must find the same.
func TestNullRunFindsWhatADetectorWould(t *testing.T) {
	b := NewBursts(BurstOptions{})
	hum(b, testStart, 24*16)
	for i, term := range []string{"奶皮湖", "青岚桥", "霁月节"} {
		at := testStart.Add(time.Duration(16*24+i) * time.Hour)
		crowd(b, at, term, 30+20*i)
		hum(b, at, 1)
	}
	hum(b, testStart.Add(17*24*time.Hour), 24*8)
	log := b.log
	for log[0].At <= b.now-logDays*86400 {
		log = log[1:]
	}
	r := &nullRun{Bursts: b, log: log}
	r.shuffle()
	r.measure(b.now)
	got := map[int]map[uint64]float64{}
	for day, found := range r.bestScores(b.now) {
		got[day] = map[uint64]float64{}
		for _, h := range found {
			got[day][h.term] = h.score
		}
	}
	want, n := detect(r), 0
	for day := range want {
		n += len(want[day])
		if !maps.Equal(got[day], want[day]) {
			t.Errorf("day %d: the null run found %v, a detector %v", day, got[day], want[day])
		}
	}
	if n == 0 || len(got) != len(want) {
		t.Errorf("%d scores in %d days, the null run has %d days", n, len(want), len(got))
	}
}

// detect shows the shuffled sightings to a detector in order of time and
// returns the best score of each term in each day.
func detect(r *nullRun) map[int]map[uint64]float64 {
	end, start := r.now, r.log[0].At-1
	d := NewBursts(r.opts)
	d.now, d.docs = start, decayed{V: r.docsBefore(r.log, end), At: start}
	for _, e := range r.log {
		if e.At > end-int64(exactFor/time.Second) {
			d.recent = append(d.recent, e.At-(end-start))
		}
	}
	terms, _ := r.told(end)
	for i := range terms {
		st := r.stateBefore(&terms[i], end, 1/weightAt(start, end))
		d.terms[terms[i].term] = &st
	}
	best := map[int]map[uint64]float64{}
	for p, i := range r.order {
		day := r.day(p)
		if best[day] == nil {
			best[day] = map[uint64]float64{}
		}
		e := &r.log[i]
		d.now = r.hits[p].at()
		d.advance()
		d.docs.add(d.now)
		d.recent = append(d.recent, d.now)
		for _, term := range e.Terms {
			st := d.terms[term]
			if st == nil {
				continue // told too rarely to fire
			}
			st.see(d.now, e.Story, e.Source)
			if score := d.read(st).score; !st.skip() && score > minTheta && score > best[day][term] {
				best[day][term] = score
			}
		}
	}
	return best
}

func TestAfterCountsWhatIsOlder(t *testing.T) {
	var hits []hit
	for n := range 40 {
		for then := int64(-1); then <= int64(n); then++ {
			want := 0
			for _, h := range hits {
				if h.at() <= then {
					want++
				}
			}
			if got := after(hits, then); got != want {
				t.Fatalf("%d of %v are not after %d, not %d", want, hits, then, got)
			}
		}
		hits = append(hits, hit{Time: uint32(n / 3 * 2)})
	}
}

func TestTogetherAsksForMostOfTheSightings(t *testing.T) {
	a := []hit{{7, 1, 1}, {7, 2, 2}, {8, 2, 3}, {7, 5, 3}}
	for _, c := range []struct {
		name  string
		other []hit
		want  bool
	}{
		{"all and more", append([]hit{{1, 0, 1}}, a...), true},
		{"three of four", []hit{a[0], {9, 2, 9}, a[2], a[3]}, true},
		{"two of four", []hit{a[0], a[1]}, false},
		{"none", nil, false},
	} {
		if got := together(a, c.other); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
