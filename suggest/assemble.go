package suggest

import (
	"fmt"
	"math"
	"time"

	"github.com/xuanti/xuanti"
)

const (
	evidenceRows = 6 // shown for a suggestion
	evidenceBoth = 3 // of these from boards, so that articles have room
)

// assemble turns features into a suggestion whose contributions add up to its
// score. Values and weights are rounded first, so that what is shown is what
// was multiplied.
func assemble(p xuanti.Profile, sc *scored, fs []feature, w map[string]float64, now time.Time) {
	c := sc.c
	s := &sc.s
	s.ID, s.ProfileID, s.EventID, s.TopicID, s.Title = xuanti.NewID(c.Event.FirstAt, "suggestion", p.ID, c.Event.ID), p.ID, c.Event.ID, c.Event.TopicID, c.Event.Title
	s.State, s.Status, s.At, s.Angles, s.Risks, s.Peers = c.Point.State, xuanti.SuggestionOpen, now, sc.angles, sc.risks, peerEvidence(c, 5)
	s.Contributions = append(s.Contributions, xuanti.Contribution{Name: "base", Label: "起点", Value: 1, Weight: bias, Points: bias, Why: "所有因素都处于平均水平时的起点"})
	s.Score = bias
	for _, f := range fs {
		x := xuanti.Contribution{Name: f.name, Label: f.label, Value: round(clamp(f.value), 4), Baseline: f.baseline, Weight: round(w[f.name], 3), Why: f.why, Evidence: f.evidence}
		x.Points = round(x.Weight*(x.Value-x.Baseline), 3)
		s.Score += x.Points
		s.Contributions = append(s.Contributions, x)
	}
	s.Score = round(s.Score, 3)
	s.Probability = logistic(s.Score)
	s.Evidence = evidence(c)
}

func round(x float64, digits int) float64 {
	k := math.Pow10(digits)
	return math.Round(x*k) / k
}

// evidence are rows that a person can check: boards, then articles, and when
// these are few the titles of boards and the posts of peers as well. No item
// stands there twice.
func evidence(c *Candidate) []xuanti.Evidence {
	var out []xuanti.Evidence
	seen := map[string]bool{}
	add := func(limit int, e xuanti.Evidence) {
		if len(out) >= limit || e.ItemID != "" && seen[e.ItemID] {
			return
		}
		seen[e.ItemID] = true
		out = append(out, e)
	}
	for _, e := range boardEvidence(c, len(c.Presences)) {
		add(evidenceBoth, e)
	}
	for i := range c.Members {
		if c.Members[i].Kind != xuanti.ItemEntry {
			add(evidenceRows, itemEvidence(&c.Members[i]))
		}
	}
	for _, e := range peerEvidence(c, len(c.Peers)) {
		add(evidenceBoth, e)
	}
	for i := range c.Members {
		add(evidenceBoth, itemEvidence(&c.Members[i]))
	}
	return out
}

func itemEvidence(it *xuanti.Item) xuanti.Evidence {
	return xuanti.Evidence{Kind: "item", Text: it.Title, URL: it.URL, ItemID: it.ID, Platform: it.Platform, At: it.PublishedAt}
}

func ownEvidence(o xuanti.OwnPost) xuanti.Evidence {
	return xuanti.Evidence{Kind: "own_post", Text: o.Title, URL: o.URL, At: o.At}
}

func boardEvidence(c *Candidate, n int) []xuanti.Evidence {
	var out []xuanti.Evidence
	for i, p := range c.Presences {
		if i == n {
			break
		}
		out = append(out, xuanti.Evidence{Kind: "board", Text: fmt.Sprintf("%s第 %d 位：%s", p.Name, p.Rank, p.Title), URL: p.URL, ItemID: p.ItemID, Platform: p.Board, At: p.At})
	}
	return out
}

func peerEvidence(c *Candidate, n int) []xuanti.Evidence {
	var out []xuanti.Evidence
	for i, p := range c.Peers {
		if i == n {
			break
		}
		text := p.Account.Name + "：" + p.Item.Title
		if p.Score.Ratio > 0 {
			text += fmt.Sprintf("（平常的 %.1f 倍）", p.Score.Ratio)
		}
		out = append(out, xuanti.Evidence{Kind: "peer_post", Text: text, URL: p.Item.URL, ItemID: p.Item.ID, Platform: p.Item.Platform, At: p.Item.PublishedAt})
	}
	return out
}
