package demo

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"
)

// entry is one title on one board: when it appears, how high it climbs and how
// long it stays.
type entry struct {
	board   *board
	id      uint64 // the platform's number, ten digits
	title   string
	excerpt string
	start   time.Time
	inner   float64 // start in inner time
	life    float64 // hours of full activity
	peak    float64 // score at its best, 0…1.3
	link    string  // see url
	story   string  // id of the storyline; "" for filler
	phase   string
}

// boardLife stretches the life of a story on boards that turn over slowly.
var boardLife = map[string]float64{
	"wb": 0.65, "zh": 1.5, "bd": 0.9, "tt": 0.95, "dy": 1, "bl": 1.3,
	"tb": 1.2, "pp": 1.2, "kr": 1.6, "it": 1.5, "jj": 2.4, "ss": 2.6,
}

// peakScore is the score that usually holds a rank.
func peakScore(rank int) float64 { return 1.28 * math.Exp(-0.06*float64(rank)) }

// score is the strength of the entry at an inner time, 0 when it is not alive:
// a quick rise, a short stay and an exponential decline.
func (e *entry) score(inner float64) float64 {
	age := inner - e.inner
	if age < 0 || age > e.life {
		return 0
	}
	rise := min(max(0.12*e.life, 0.25), 1.6)
	hold := rise + 0.14*e.life
	switch {
	case age < rise:
		return e.peak * (0.38 + 0.62*math.Sin(age/rise*math.Pi/2))
	case age < hold:
		return e.peak
	}
	return e.peak * math.Exp(-1.9*(age-hold)/e.life)
}

func (e *entry) extID() string { return strconv.FormatUint(e.id, 10) }

// row is an entry with its figures at an instant.
type row struct {
	entry *entry
	title string
	score float64
	heat  int64
	age   float64 // hours of full activity
}

// label is the flag that Weibo, Baidu, Toutiao and Douyin print.
func (r *row) label() string {
	switch {
	case r.score > 1.12:
		return "爆"
	case r.score > 0.92:
		return "沸"
	case r.age < 1.2:
		return "新"
	case r.score > 0.5:
		return "热"
	}
	return ""
}

// ranked returns the rows of a board at t, best first.
func (w *World) ranked(b *board, t time.Time) []row {
	var alive []*entry
	n := w.cycleAt(t)
	for _, c := range []*cycle{w.cycle(n - 1), w.cycle(n)} {
		if c != nil {
			alive = append(alive, c.around(b, t)...)
		}
	}
	return w.rank(b, alive, t)
}

// rank orders entries as their board shows them at t.
func (w *World) rank(b *board, entries []*entry, t time.Time) []row {
	inner := w.inner(t)
	tick := t.Unix() / 1200
	var rows []row
	for _, e := range entries {
		s := e.score(inner)
		if s == 0 || e.start.After(t) {
			continue
		}
		// Platforms jitter: a few per cent that change every 20 minutes.
		s *= 1 + 0.08*(float64(mix(e.id^uint64(tick)*0x9e3779b97f4a7c15)%1000)/1000-0.5)
		rows = append(rows, row{entry: e, title: e.title, score: s, age: inner - e.inner})
	}
	slices.SortFunc(rows, func(x, y row) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.entry.id, y.entry.id))
	})
	rows = distinct(rows)
	if len(rows) > b.size {
		rows = rows[:b.size]
	}
	mood := 0.7 + 0.3*w.activity(t)
	for i := range rows {
		heat := int64(b.scale * math.Pow(rows[i].score, 1.35) * mood)
		rows[i].heat = max(heat/b.step, 1) * b.step
	}
	return rows
}

// distinct drops rows whose title stands higher already: the tail of a first
// wave beside the second.
func distinct(rows []row) []row {
	seen := make(map[string]bool, len(rows))
	return slices.DeleteFunc(rows, func(r row) bool {
		if seen[r.title] {
			return true
		}
		seen[r.title] = true
		return false
	})
}
