package index

import (
	"cmp"
	"slices"
)

const (
	maxReasons = 12
	// leastFactor is how far from 1 a factor must be to be worth telling.
	leastFactor = 0.005
)

// explain tells what a document scored for: the points of its features, added
// up, times the factors.
func (s *search) explain(c candidate) []Reason {
	var out, factors []Reason
	for _, t := range s.plan.texts {
		if t.strict {
			continue // below NOT: what is there is not held
		}
		p := c.l.texts[t]
		part := func(list []feature, places []where, by zoneWeight, kind string) {
			for i := range list {
				f := &list[i]
				if points := s.points(c, &places[i], by) * f.weight(); points > 0 && !f.off {
					out = append(out, Reason{Term: f.term, Kind: cmp.Or(f.how, kind), Zone: zoneName(&places[i], c.doc), Points: points})
				}
			}
		}
		part(t.words, p.words, wordWeight, "word")
		part(t.grams, p.grams, gramWeight, "pair")
		part(t.pinyin, p.pinyin, wordWeight, howPinyin)
		var covered, whole float32
		for i := range t.grams {
			if f := &t.grams[i]; f.how == howTyped && !f.off {
				whole += float32(f.idf)
				if p.grams[i].any.Contains(c.doc) {
					covered += float32(f.idf)
				}
			}
		}
		if whole > 0 {
			factors = append(factors, Reason{Kind: "coverage", Points: float64(coverFactor(covered / whole))})
		}
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return cmp.Compare(b.Points, a.Points) })
	out = out[:min(len(out), maxReasons)]
	factors = append(factors, Reason{Kind: "fresh", Points: float64(s.fresh.of(c.at))})
	for _, f := range factors {
		if f.Points < 1-leastFactor || f.Points > 1+leastFactor {
			out = append(out, f)
		}
	}
	return out
}

// points is what add gives to one document for a feature of weight 1.
func (s *search) points(c candidate, w *where, by zoneWeight) (sum float64) {
	if w.in(zoneTitle, c.doc) {
		sum = by.title
	}
	zones := uint8(0)
	for z := zoneLead; z < numZones; z++ {
		if w.in(z, c.doc) {
			zones |= 1 << z
		}
	}
	row := &s.tf[rowOf(zones)]
	return sum + by.text*float64(row[c.l.cols.length[c.doc]])
}

func zoneName(w *where, doc uint32) string {
	lead, rest := w.in(zoneLead, doc), w.in(zoneRest, doc)
	switch {
	case w.in(zoneTitle, doc):
		return "title"
	case lead && rest:
		return "lead+text"
	case lead:
		return "lead"
	}
	return "text"
}
