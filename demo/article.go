package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// storyArticles lets outlets report a phase: two to four tell it in their own
// words, and as many as the scenario says print another's text word for word.
func (p *planner) storyArticles(d *dice, s *storyline, n int, at time.Time) {
	ph := &s.phases[n]
	if len(ph.facts) == 0 {
		return
	}
	heads := headlines(ph)
	takers := p.takers(d, s.domain)
	want := 2
	if ph.peak <= 3 {
		want = 4
	} else if ph.peak <= 10 {
		want = 3
	}
	want = min(want, len(heads), len(takers))
	var first *article // the earliest: others repeat it
	for i := range want {
		o := takers[i]
		delay := time.Duration(o.minutes/2+d.below(o.minutes*2)) * time.Minute
		a := &article{outlet: o, title: p.text(s, heads[i]), at: at.Add(delay), story: s.id, phase: ph.name,
			reach: peakScore(ph.peak), author: o.reporter[d.below(len(o.reporter))]}
		a.paragraphs = p.storyText(d, s, n, a)
		if !p.addArticle(a) {
			continue
		}
		if first == nil || a.at.Before(first.at) {
			first = a
		}
	}
	if first == nil {
		return
	}
	left := ph.reposts
	for _, i := range d.shuffle(len(outlets)) {
		o := &outlets[i]
		if left == 0 || slices.Contains(takers[:want], o) {
			continue
		}
		left--
		p.addArticle(&article{outlet: o, title: first.title, at: first.at.Add(time.Duration(d.between(25, 240)) * time.Minute),
			story: s.id, phase: ph.name, reach: 0.3 * first.reach, author: first.outlet.name,
			paragraphs: slices.Clone(first.paragraphs), copyOf: first.id})
	}
}

// headlines are the titles of a phase that suit a paper, best first.
func headlines(ph *phase) []string {
	var out []string
	for _, code := range []string{"ar", "pp", "kr", "bd", "tt", "it"} {
		for _, w := range ph.wordings {
			if w.code == code && !slices.Contains(out, w.text) {
				out = append(out, w.text)
			}
		}
	}
	return out
}

// takers are the outlets that report on a domain, specialists first.
func (p *planner) takers(d *dice, domain string) []*outlet {
	var special, general []*outlet
	for _, i := range d.shuffle(len(outlets)) {
		o := &outlets[i]
		switch {
		case o.domains != "" && o.takes(domain):
			special = append(special, o)
		case o.takes(domain):
			general = append(general, o)
		}
	}
	if len(special) > 1 {
		return append(append(special[:1:1], general...), special[1:]...)
	}
	return append(special, general...)
}

func (p *planner) addArticle(a *article) bool {
	key := a.outlet.id + " " + a.title
	if p.headlines[key] {
		return false
	}
	p.headlines[key] = true
	a.id = fmt.Sprintf("%x", hash(p.w.opt.Seed, a.outlet.id, a.title, fmt.Sprint(p.c.n))>>20)
	p.c.articles = append(p.c.articles, a)
	return true
}

// storyText writes a phase as one outlet tells it: its opening, the facts in
// its order and vocabulary, what happened before, and the wider view.
func (p *planner) storyText(d *dice, s *storyline, n int, a *article) []string {
	ph := &s.phases[n]
	f := p.w.vocab.fill(d, dateSlots(a.at))
	f.slot["topic"] = p.text(s, s.name)
	f.slot["outlet"] = a.outlet.name
	f.slot["r"] = a.author
	var sentences []string
	for _, fact := range ph.facts {
		sentences = append(sentences, splitSentences(p.text(s, fact))...)
	}
	rest := sentences[1:]
	if d.chance(0.5) && len(rest) > 2 {
		rest = append(slices.Clone(rest[1:]), rest[0])
	}
	if d.chance(0.35) && len(rest) > 3 {
		rest = rest[:len(rest)-1]
	}
	lead := f.expand(a.outlet.lead) + sentences[0]
	paras := []string{lead}
	for len(rest) > 0 {
		k := min(d.between(2, 3), len(rest))
		paras = append(paras, strings.Join(rest[:k], ""))
		rest = rest[k:]
	}
	if n > 0 && len(s.phases[n-1].facts) > 0 {
		before := splitSentences(p.text(s, s.phases[d.below(n)].facts[0]))
		intro := []string{"此前报道，", "回顾事件经过：", "据此前消息，", "稍早前，"}[d.below(4)]
		paras = append(paras, intro+strings.Join(before[:min(2, len(before))], ""))
	}
	paras = append(paras, p.widen(d, f, s.domain, paras, 330)...)
	return a.outlet.reword(paras)
}

// widen returns background paragraphs that bring a text to about n characters.
// Two or three notes make a paragraph, so that two articles rarely share one.
func (p *planner) widen(d *dice, f *filling, domain string, paras []string, n int) []string {
	var out []string
	used := map[string]bool{}
	have := len([]rune(strings.Join(paras, "")))
	for range 8 {
		if have >= n {
			break
		}
		text := ""
		for range 2 {
			if t := p.wider(d, domain); !used[t] {
				used[t] = true
				text += f.expand(t)
			}
		}
		if text != "" {
			have += len([]rune(text))
			out = append(out, text)
		}
	}
	return out
}

// wider draws a note of background that suits the domain.
func (p *planner) wider(d *dice, domain string) string {
	list := p.w.vocab.paragraphs[domain]
	if len(list) == 0 || d.chance(0.1) {
		list = p.w.vocab.paragraphs[""]
	}
	return list[d.below(len(list))]
}

// reword replaces a few words by those the outlet prefers.
func (o *outlet) reword(paras []string) []string {
	r := strings.NewReplacer(o.swap...)
	for i := range paras {
		paras[i] = r.Replace(paras[i])
	}
	return paras
}

// splitSentences cuts after 。！？ and keeps closing quotes with the sentence.
func splitSentences(text string) []string {
	var out []string
	runes := []rune(text)
	start := 0
	for i := 0; i < len(runes); i++ {
		if !strings.ContainsRune("。！？", runes[i]) {
			continue
		}
		for i+1 < len(runes) && strings.ContainsRune("”」）", runes[i+1]) {
			i++
		}
		out = append(out, string(runes[start:i+1]))
		start = i + 1
	}
	if start < len(runes) {
		out = append(out, string(runes[start:]))
	}
	return out
}

// fillerArticle lets one outlet report an everyday happening.
func (p *planner) fillerArticle(d *dice, f *filling, t *template, at time.Time) {
	heads := headlines(&phase{wordings: t.wordings})
	takers := p.takers(d, t.domain)
	if len(heads) == 0 || len(takers) == 0 {
		return
	}
	o := takers[d.below(min(3, len(takers)))]
	a := &article{outlet: o, title: f.expand(heads[0]), at: at.Add(time.Duration(d.between(5, o.minutes*2)) * time.Minute),
		reach: 0.1 + 0.4*d.float(), author: o.reporter[d.below(len(o.reporter))]}
	f.slot["outlet"], f.slot["r"] = o.name, a.author
	f.slot["topic"] = "这件事"
	for i, fact := range t.facts {
		if i > 0 && d.chance(0.35) {
			continue
		}
		text := f.expand(fact)
		if i == 0 {
			text = f.expand(o.lead) + text
		}
		a.paragraphs = append(a.paragraphs, text)
	}
	a.paragraphs = append(a.paragraphs, p.widen(d, f, t.domain, a.paragraphs, 260)...)
	a.paragraphs = o.reword(a.paragraphs)
	p.addArticle(a)
}
