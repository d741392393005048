package suggest

import (
	"fmt"
	"math"
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

const (
	bodyMembers = 8   // the newest, whose text is looked at
	bodyRunes   = 300 // of each

	ownFloor   = 0.03 // mean cosine that any two titles of the day may have
	ownScale   = 0.18 // further cosine at which the relevance is 1 − 1/e
	ownSimilar = 0.1  // cosine from which a post is called near
)

// relevance is the noisy-or of the profile's keywords and of its own posts.
func relevance(ctx *profileContext, r *reader, sc *scored) feature {
	f := feature{name: "relevance", label: "与账号相关", baseline: 0.5}
	kw, word, rows := keywordMatch(ctx, r, sc)
	own, near := ownMatch(ctx, sc)
	f.value = 1 - (1-kw)*(1-own)
	var why []string
	if word != "" {
		why = append(why, fmt.Sprintf("命中领域关键词“%s”", word))
	}
	if len(near) > 0 {
		why = append(why, fmt.Sprintf("与自己写过的 %d 篇相近，最近的是《%s》", len(near), nlp.Shorten(ctx.own[near[0].post].post.Title, 24)))
	}
	if len(why) == 0 {
		why = append(why, "没有命中关键词，也不像写过的内容")
	}
	f.why = strings.Join(why, "；")
	f.evidence = rows
	for _, n := range near[:min(nearestPosts, len(near))] {
		f.evidence = append(f.evidence, ownEvidence(ctx.own[n.post].post))
	}
	f.evidence = f.evidence[:min(len(f.evidence), 5)]
	return f
}

// keywordMatch is how surely the story is about one of the keywords: in the
// title .85, among the terms up to .8, in many member titles up to .75, in the
// bodies up to .4; one odd member out of many stays below the gate.
func keywordMatch(ctx *profileContext, r *reader, sc *scored) (best float64, word string, rows []xuanti.Evidence) {
	shown := map[string]bool{}
	for _, k := range ctx.words {
		value := 0.0
		if sc.title.says(k) {
			value = 0.85
		}
		for i, t := range sc.c.Event.Terms {
			if nlp.Fold(t) == k {
				value = math.Max(value, 0.8-0.02*float64(min(i, 15)))
			}
		}
		n := 0
		for i := range sc.c.Members {
			m := &sc.c.Members[i]
			if strings.Contains(sc.members[i], k) && r.read(m.Title).says(k) {
				if n++; len(rows) < 2 && !shown[m.ID] {
					shown[m.ID] = true
					rows = append(rows, itemEvidence(m))
				}
			}
		}
		if n > 0 {
			value = math.Max(value, 0.2+0.55*math.Min(1, 3*float64(n)/float64(len(sc.members))))
		}
		if value == 0 {
			value = bodyMatch(r, sc, k)
		}
		if value > best {
			best, word = value, k
		}
	}
	return best, word, rows
}

// bodyMatch is up to .4 by the share of the member texts that hold the word.
func bodyMatch(r *reader, sc *scored, k string) float64 {
	n, with := 0, 0
	for i := range sc.c.Members {
		text := sc.body(i)
		if text == "" {
			continue
		}
		with++
		if strings.Contains(text, k) && r.read(text).says(k) {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return 0.2 + 0.2*float64(n)/float64(with)
}

// ownMatch maps the mean cosine of the nearest own posts to 0…1. near are the
// posts worth naming.
func ownMatch(ctx *profileContext, sc *scored) (value float64, near []similar) {
	if len(ctx.own) == 0 {
		return 0, nil
	}
	var top [nearestPosts]float64
	for _, s := range sc.own {
		x := s.firm * (0.5 + 0.5*ctx.own[s.post].w)
		for i := range top {
			if x > top[i] {
				x, top[i] = top[i], x
			}
		}
		if s.firm >= ownSimilar {
			near = append(near, s)
		}
	}
	mean := 0.0
	for _, x := range top {
		mean += x
	}
	mean /= float64(min(nearestPosts, len(ctx.own)))
	value = 1 - math.Exp(-math.Max(0, mean-ownFloor)/ownScale)
	if value < 0.1 {
		near = nil
	}
	return value, near
}
