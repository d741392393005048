package demo

import (
	"strings"
	"time"
)

// columns lays out what returns every day at the same hour: the morning paper
// of each outlet and the weather.
func (p *planner) columns() {
	f0 := p.dice("columns")
	for day := range Days {
		for _, col := range [...]struct {
			outlet, list string
			hour         int
		}{
			{"chenan", "column-morning", 7}, {"caipan", "column-market", 8}, {"jiangan", "column-weather", 6},
			{"zhiwei", "column-tech", 9}, {"lingnan", "column-weather", 17},
		} {
			at := p.c.zero.Add(time.Duration(day*24+col.hour)*time.Hour + time.Duration(5+f0.below(20))*time.Minute)
			if col.list == "column-market" && weekend(at) {
				continue
			}
			o := outletNamed(col.outlet)
			f := p.w.vocab.fill(f0, dateSlots(at))
			f.slot["outlet"], f.slot["topic"] = o.name, "今天的消息"
			titles := p.w.vocab.lists[col.list]
			a := &article{outlet: o, title: f.expand(titles[f0.below(len(titles))]), at: at, reach: 0.15,
				author: o.reporter[f0.below(len(o.reporter))]}
			for _, part := range p.w.vocab.lists[col.list+"-text"] {
				a.paragraphs = append(a.paragraphs, f.expand(part))
			}
			if strings.HasSuffix(col.list, "morning") {
				a.paragraphs = append(a.paragraphs, p.yesterday(at)...)
			}
			p.addArticle(a)
		}
	}
}

// yesterday lists what the storylines brought in the day before at.
func (p *planner) yesterday(at time.Time) []string {
	var out []string
	for i := range p.w.stories {
		s := &p.w.stories[i]
		if !p.active(s) {
			continue
		}
		for j := range s.phases {
			ph := &s.phases[j]
			age := at.Sub(p.c.zero.Add(s.start + ph.at))
			if age > 0 && age < 24*time.Hour && ph.peak <= 6 && len(ph.facts) > 0 {
				out = append(out, p.text(s, splitSentences(ph.facts[0])[0]))
			}
		}
	}
	return out[:min(len(out), 6)]
}
