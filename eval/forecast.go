package eval

import (
	"context"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
)

// horizons of the forecast task in hours.
var horizons = [...]int{1, 3, 6}

// Forecast shows board snapshots to the trajectories and prints, after each
// one at or after from, what its board is expected to show in 1, 3 and 6
// hours. A snapshot is over when a row of another time proves it; at the end
// of the input the last one is answered if it is as long as its board usually
// is, since it may have been cut.
func (e *Env) Forecast(ctx context.Context, from time.Time, file string) (Report, error) {
	f := &forecaster{from: from, boards: trend.NewBoards(trend.BoardsOptions{}), places: map[string]map[string]time.Time{}, sizes: map[string]int{}, newest: map[string]time.Time{}}
	return e.each(ctx, file, func(out *answers, line []byte) error {
		if blank(line) {
			return nil
		}
		var r sightRow
		if err := r.read(line); err != nil {
			return err
		}
		if r.Rank == nil {
			return nil // a first sighting, not a place on a board
		}
		if *r.Rank < 1 || *r.Rank > 10_000 || *r.Rank != float64(int(*r.Rank)) {
			return badf("rank %v is not a whole number from 1", *r.Rank)
		}
		if len(f.open) > 0 && !f.open[0].at.Equal(r.at) {
			if r.at.Before(f.open[0].at) {
				return badf("ts %s is before the rows already read", r.TS)
			}
			if err := f.close(out, false); err != nil {
				return err
			}
		}
		f.add(&r)
		return nil
	}, func(out *answers) error { return f.close(out, true) })
}

// forecaster gathers the snapshots of one instant.
type forecaster struct {
	from   time.Time
	boards *trend.Boards
	open   []*shot
	last   *shot                           // got the newest row
	places map[string]map[string]time.Time // folded title → platform → last seen
	sizes  map[string]int                  // rows of a platform's snapshot before
	newest map[string]time.Time
	swept  time.Time
}

// shot is a snapshot that is being read.
type shot struct {
	ts       string
	at       time.Time
	platform string
	rows     []trend.EntryRef
	titles   map[string]bool
}

func (f *forecaster) add(r *sightRow) {
	var s *shot
	for _, o := range f.open {
		if o.platform == r.Platform {
			s = o
		}
	}
	if s == nil {
		s = &shot{ts: r.TS, at: r.at, platform: r.Platform, titles: map[string]bool{}}
		f.open = append(f.open, s)
	}
	f.last = s
	if s.titles[r.Title] {
		return
	}
	s.titles[r.Title] = true
	en := xuanti.Entry{Rank: int(*r.Rank), Title: r.Title, URL: r.URL}
	if r.Heat != nil && *r.Heat > 0 {
		h := int64(*r.Heat)
		en.Heat = &h
	}
	s.rows = append(s.rows, trend.EntryRef{ItemID: r.Title, EventID: nlp.Fold(r.Title), Entry: en})
}

// close observes the open snapshots and answers.
func (f *forecaster) close(out *answers, end bool) error {
	open := f.open
	f.open = nil
	for _, s := range open {
		if end && s == f.last && len(s.rows) < f.sizes[s.platform] {
			continue
		}
		f.sizes[s.platform] = len(s.rows)
		if err := f.observe(out, s); err != nil {
			return err
		}
	}
	return nil
}

func (f *forecaster) observe(out *answers, s *shot) error {
	sort.SliceStable(s.rows, func(i, j int) bool { return s.rows[i].Entry.Rank < s.rows[j].Entry.Rank })
	f.boards.Observe(s.platform, s.at, s.rows, func(event string) int { return f.others(event, s) })
	f.sight(s)
	if s.at.Before(f.from) {
		return nil
	}
	for _, h := range horizons {
		p := f.boards.Forecast(s.platform, h)
		a := forecastAnswer{TS: s.ts, Platform: s.platform, H: h, Top10: p.Top10, Listed: rounded(p.Listed), Top10P: rounded(p.Top10P)}
		if err := out.write(a); err != nil {
			return err
		}
	}
	return nil
}

type forecastAnswer struct {
	TS       string             `json:"ts"`
	Platform string             `json:"platform"`
	H        int                `json:"h"`
	Top10    []string           `json:"top10"`
	Listed   map[string]float64 `json:"listed"`
	Top10P   map[string]float64 `json:"top10_p"`
}

func rounded(m map[string]float64) map[string]float64 {
	for k, v := range m {
		m[k] = round(v)
	}
	return m
}

const placeFresh = 3 * time.Hour // a title counts as listed on a board so long after it was seen

// others is the number of platforms that list the title, this one included.
func (f *forecaster) others(event string, s *shot) int {
	n := 1
	for p, at := range f.places[event] {
		if p != s.platform && s.at.Sub(at) <= placeFresh {
			n++
		}
	}
	return n
}

// sight notes where titles are listed.
func (f *forecaster) sight(s *shot) {
	for _, r := range s.rows {
		m := f.places[r.EventID]
		if m == nil {
			m = map[string]time.Time{}
			f.places[r.EventID] = m
		}
		m[s.platform] = s.at
	}
	if s.at.Sub(f.swept) < time.Hour {
		return
	}
	f.swept = s.at
	for event, m := range f.places {
		for p, at := range m {
			if s.at.Sub(at) > placeFresh {
				delete(m, p)
			}
		}
		if len(m) == 0 {
			delete(f.places, event)
		}
	}
}
