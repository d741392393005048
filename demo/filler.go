package demo

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// deck deals the templates that have a wording for a board, each once before
// any comes again, so that a board never looks repetitive.
type deck struct {
	d     *dice
	cards []int
	order []int
}

func (k *deck) deal() int {
	if len(k.order) == 0 {
		k.order = k.d.shuffle(len(k.cards))
	}
	i := k.order[0]
	k.order = k.order[1:]
	return k.cards[i]
}

// filler lays out everyday news: arrivals hour by hour at the pace of each
// board, slow at night, different at weekends.
func (p *planner) filler() {
	first := 0
	if p.c.n == 0 {
		first = -warmUp
	}
	for i := range boards {
		b := &boards[i]
		d := p.dice("filler", b.id)
		cards := &deck{d: d}
		for t := range p.w.vocab.templates {
			if p.w.vocab.templates[t].has(b.code) {
				cards.cards = append(cards.cards, t)
			}
		}
		for h := first; h < Days*24; h++ {
			at := p.c.zero.Add(time.Duration(h) * time.Hour)
			mean := b.rate * p.w.activity(at)
			if weekend(at) {
				mean *= b.weekend
			}
			for range poisson(d, mean) {
				start := at.Add(time.Duration(d.below(60)) * time.Minute)
				card := cards.deal()
				for range 12 {
					if p.fresh(card, b, start) {
						break
					}
					card = cards.deal()
				}
				p.everyday(d, b, card, start)
			}
		}
	}
}

func (t *template) has(code string) bool {
	for _, w := range t.wordings {
		if w.code == code {
			return true
		}
	}
	return false
}

// everyday lets one small happening appear on a board, sometimes on a second
// one and sometimes in the papers.
func (p *planner) everyday(d *dice, b *board, card int, at time.Time) {
	t := &p.w.vocab.templates[card]
	for range 6 {
		f := p.w.vocab.fill(d, dateSlots(at))
		if !p.fillerEntry(d, f, t, b, at) {
			continue
		}
		p.use(card, b, at)
		for _, w := range t.wordings {
			if other, ok := boardNamed(w.code); ok && other != b && d.chance(0.3) && p.fresh(card, other, at) {
				if p.fillerEntry(d, f, t, other, at.Add(time.Duration(d.between(25, 300))*time.Minute)) {
					p.use(card, other, at)
				}
			}
		}
		if len(t.facts) > 0 && at.After(p.c.zero.Add(-12*time.Hour)) && d.chance(0.36) {
			p.fillerArticle(d, f, t, at)
		}
		return
	}
}

func (p *planner) fillerEntry(d *dice, f *filling, t *template, b *board, at time.Time) bool {
	for _, w := range t.wordings {
		if w.code != b.code {
			continue
		}
		excerpt := ""
		if len(t.facts) > 0 {
			excerpt = f.expand(t.facts[0])
		}
		life := b.life * math.Exp(0.55*d.normal())
		return p.place(&entry{board: b, title: f.expand(w.text), excerpt: excerpt, start: at,
			life: min(max(life, b.life*0.3), b.life*2.6), peak: 0.12 + 0.58*math.Pow(d.float(), 1.7)}, false)
	}
	return false
}

// dateSlots are the slots that depend on the day.
func dateSlots(at time.Time) map[string]string {
	local := at.Add(8 * time.Hour).UTC()
	return map[string]string{
		"date":    fmt.Sprintf("%d月%d日", int(local.Month()), local.Day()),
		"weekday": "周" + string([]rune("日一二三四五六")[local.Weekday()]),
		"year":    strconv.Itoa(local.Year()),
	}
}

// fresh reports whether a template has not been seen on the board lately: two
// titles of one template side by side would look made.
func (p *planner) fresh(card int, b *board, at time.Time) bool {
	last, ok := p.used[usage(card, b)]
	gap := at.Sub(last).Abs()
	return !ok || gap > time.Duration(1.6*b.life*float64(time.Hour))
}

func (p *planner) use(card int, b *board, at time.Time) { p.used[usage(card, b)] = at }

func usage(card int, b *board) string { return b.code + strconv.Itoa(card) }
