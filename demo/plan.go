package demo

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// storyDay is a day of the story in a scenario text.
var storyDay = regexp.MustCompile(`\d+日`)

// planner lays out one cycle.
type planner struct {
	w         *World
	c         *cycle
	titles    map[string]bool // board + title, used already
	headlines map[string]bool
	used      map[string]time.Time // template and board: when it came last
}

// key makes the seed of a dice from the world, the cycle and the given parts.
func (p *planner) dice(keys ...string) *dice {
	return newDice(p.w.opt.Seed, append([]string{strconv.Itoa(p.c.n)}, keys...)...)
}

// active returns true when a storyline runs in this cycle: all do in the
// first, those that can change their names in later ones.
func (p *planner) active(s *storyline) bool { return p.c.n == 0 || len(s.rename) > 0 }

// story lays out the titles and articles of a storyline.
func (p *planner) story(s *storyline) {
	if !p.active(s) {
		return
	}
	d := p.dice("story", s.id)
	for i := range s.phases {
		ph := &s.phases[i]
		at := p.c.zero.Add(s.start + ph.at)
		p.spread(d, s, ph, at)
		if ph.again > 0 {
			p.spread(newDice(p.w.opt.Seed, s.id, "again"), s, ph, at.Add(ph.again))
		}
		p.storyArticles(d, s, i, at)
	}
}

// spread places the wordings of a phase on their boards, in the order of the
// lines. A story usually needs three hours to its third platform; a fast one
// half an hour.
func (p *planner) spread(d *dice, s *storyline, ph *phase, at time.Time) {
	var delay time.Duration
	first := true
	for i := range ph.wordings {
		wd := &ph.wordings[i]
		b, ok := boardNamed(wd.code)
		if !ok {
			continue
		}
		switch {
		case wd.delay >= 0:
			delay = wd.delay
		case !first:
			gap := 20 + 130*d.float()
			if ph.fast {
				gap = 4 + 22*d.float()
			}
			delay += time.Duration(gap) * time.Minute
		}
		peak := peakScore(ph.peak)
		if !first {
			peak = peakScore(max(1, ph.peak+d.between(-1, 6)))
		}
		life := ph.life * boardLife[b.code] * (0.85 + 0.3*d.float())
		p.place(&entry{board: b, title: p.text(s, wd.text), excerpt: p.excerpt(s, ph), start: at.Add(delay),
			life: life, peak: peak * (0.95 + 0.1*d.float()), story: s.id, phase: ph.name}, ph.again > 0)
		first = false
	}
}

func (p *planner) excerpt(s *storyline, ph *phase) string {
	if len(ph.facts) == 0 {
		return ""
	}
	return p.text(s, ph.facts[0])
}

// place adds an entry to its board and reports whether its title was free.
// A second wave may repeat a title and keeps the number of the first.
func (p *planner) place(e *entry, repeat bool) bool {
	key := e.board.code + " " + e.title
	if p.titles[key] && !repeat {
		return false
	}
	p.titles[key] = true
	e.inner = p.w.inner(e.start)
	e.id = entryNumber(p.w.opt.Seed, p.c.n, key)
	e.link = e.url()
	b := e.board.index()
	p.c.entries[b] = append(p.c.entries[b], e)
	return true
}

// entryNumber is the platform's number of a title: ten digits.
func entryNumber(seed uint64, cycle int, key string) uint64 {
	return 1e9 + hash(seed, strconv.Itoa(cycle), key)%8999999999
}

// poisson draws a small count with the given mean (Knuth).
func poisson(d *dice, mean float64) int {
	limit, k, prod := math.Exp(-mean), 0, d.float()
	for prod > limit {
		k++
		prod *= d.float()
	}
	return k
}

// text returns a scenario text with the names and the dates of this cycle.
// Scenario files count days from zero: 「14日」 is day fourteen.
func (p *planner) text(s *storyline, text string) string {
	text = s.renamed(text, p.c.n)
	if !strings.Contains(text, "日") {
		return text
	}
	return storyDay.ReplaceAllStringFunc(text, func(m string) string {
		n, err := strconv.Atoi(strings.TrimSuffix(m, "日"))
		if err != nil || n > Days+2 {
			return m
		}
		return strconv.Itoa(p.c.zero.Add(time.Duration(n)*24*time.Hour+8*time.Hour).UTC().Day()) + "日"
	})
}
