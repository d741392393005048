package suggest

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// feature is one measured property of a candidate: Value and Baseline in 0…1.
type feature struct {
	name, label     string
	value, baseline float64
	why             string
	evidence        []xuanti.Evidence
}

// defaults are the weights of the features in log-odds (reference: feature
// table for planners; relevance dominates, timeliness and peer proof follow).
var defaults = map[string]float64{
	"relevance": 3, "timeliness": 1.5, "heat": 1, "momentum": 1, "peer_proof": 1.2, "saturation": -1, "gap": 1, "novelty": 0.8, "evergreen": 0.4, "angles": 0.4, "risk": -1.5,
}

// features measures a candidate for a profile.
func (r *Ranker) features(ctx *profileContext, sc *scored, now time.Time) []feature {
	c := sc.c
	rel := relevance(ctx, sc, now)
	sc.relevance = rel.value
	own, closest := nearestOwn(ctx, sc.vec, now)
	angles := Angles(*c)
	risks := Risks(c.Event.Title, c.Event.Terms, c.Members)
	sc.s.Angles, sc.s.Risks = angles, risks
	return []feature{rel, timeliness(ctx, c), heat(c), momentum(c), peerProof(c), saturation(c), gap(c, own), novelty(own, closest), evergreen(c), angleSupply(angles), risk(risks)}
}

// relevance is the noisy-or of the profile's keywords and of its own posts.
func relevance(ctx *profileContext, sc *scored, now time.Time) feature {
	f := feature{name: "relevance", label: "与账号相关", baseline: 0.5}
	c := sc.c
	title := nlp.Fold(c.Event.Title)
	kw, word := 0.0, ""
	take := func(x float64, w string) {
		if x > kw {
			kw, word = x, w
		}
	}
	for _, k := range ctx.words {
		if strings.Contains(title, k) {
			take(0.85, k)
		}
		for i, t := range c.Event.Terms {
			if t == k {
				take(0.8-0.02*float64(i), k)
			}
		}
		n := 0
		for i := range c.Members {
			if strings.Contains(nlp.Fold(c.Members[i].Title), k) {
				if n == 0 {
					f.evidence = append(f.evidence, itemEvidence(&c.Members[i]))
				}
				n++
			} else if strings.Contains(nlp.Fold(firstRunes(c.Members[i].Text, 400)), k) {
				take(0.35, k)
			}
		}
		if n > 0 {
			take(math.Min(0.75, 0.45+float64(n)/float64(len(c.Members))), k)
		}
	}
	type near struct {
		sim float64
		o   *ownVector
	}
	var sims []near
	for i := range ctx.own {
		if s := cosine(sc.vec, ctx.own[i].vec) * (0.5 + 0.5*ctx.own[i].w); s > 0.02 {
			sims = append(sims, near{s, &ctx.own[i]})
		}
	}
	sort.SliceStable(sims, func(i, j int) bool { return sims[i].sim > sims[j].sim })
	var mean float64
	for i := range min(3, len(sims)) {
		mean += sims[i].sim / 3
		f.evidence = append(f.evidence, ownEvidence(sims[i].o.post))
	}
	own := 1 - math.Exp(-mean/0.12)
	f.value = 1 - (1-kw)*(1-own)
	var why []string
	if word != "" {
		why = append(why, fmt.Sprintf("命中领域关键词“%s”", word))
	}
	if len(sims) > 0 && own > 0.1 {
		why = append(why, fmt.Sprintf("与自己写过的 %d 篇相近，最近的是《%s》", len(sims), firstRunes(sims[0].o.post.Title, 24)))
	}
	if len(why) == 0 {
		why = append(why, "没有命中关键词，也不像写过的内容")
	}
	f.why = strings.Join(why, "；")
	f.evidence = f.evidence[:min(len(f.evidence), 5)]
	return f
}

// timeliness is the probability that the story still lives when the post is
// done: the three-hour survival of the forecast, carried to the production time.
func timeliness(ctx *profileContext, c *Candidate) feature {
	f := feature{name: "timeliness", label: "来得及写", baseline: 0.4}
	stay, from := c.Point.Stay, "预测"
	if stay < 0 {
		from = "按状态估计"
		switch c.Point.State {
		case xuanti.StateRising:
			stay = 0.65
		case xuanti.StateNew, xuanti.StatePeak, xuanti.StateBack:
			stay = 0.5
		case xuanti.StateFalling:
			stay = 0.2
		default:
			stay = 0.1
		}
	}
	hours := ctx.produce.Hours()
	f.value = math.Pow(math.Max(stay, 1e-3), hours/3)
	f.why = fmt.Sprintf("写一篇约 %.1f 小时，那时话题仍在的概率 %.0f%%（3 小时留存%s %.0f%%）", hours, 100*f.value, from, 100*stay)
	f.evidence = boardEvidence(c, 2)
	return f
}

func heat(c *Candidate) feature {
	return feature{name: "heat", label: "热度", value: c.HeatPercentile, baseline: 0.5,
		why: fmt.Sprintf("热度 %.0f，高于 %.0f%% 的活跃事件", c.Point.Heat, 100*c.HeatPercentile), evidence: boardEvidence(c, 3)}
}

// momentum joins the lift of growth and the odds of reaching three platforms.
func momentum(c *Candidate) feature {
	f := feature{name: "momentum", label: "势头", baseline: 0.4}
	var why []string
	if c.Point.Lift > 0 {
		f.value = c.Point.Lift / (c.Point.Lift + 1.5)
		why = append(why, fmt.Sprintf("上升的可能是同榜平均的 %.1f 倍", c.Point.Lift))
	}
	if c.Point.Spread >= 0 {
		f.value = 1 - (1-f.value)*(1-c.Point.Spread)
		why = append(why, fmt.Sprintf("6 小时内扩散到三个平台的概率 %.0f%%", 100*c.Point.Spread))
	}
	if len(why) == 0 {
		f.value = f.baseline
		why = append(why, "还没有足够的数据判断势头")
	}
	f.why = strings.Join(why, "；")
	f.evidence = boardEvidence(c, 3)
	return f
}

// peerProof is how much better than their own baselines the peers did on it,
// shrunk: (Σz)/(n+3).
func peerProof(c *Candidate) feature {
	f := feature{name: "peer_proof", label: "同行验证", value: 0.5, baseline: 0.5, why: "还没有对标账号的数据"}
	var sum float64
	n := 0
	best := -1
	for i, p := range c.Peers {
		if p.Score.Verdict == "" || p.Score.Verdict == "unknown" {
			continue
		}
		n++
		sum += p.Score.Z * p.Score.Confidence
		if best < 0 || p.Score.Z > c.Peers[best].Score.Z {
			best = i
		}
	}
	if n == 0 {
		return f
	}
	f.value = logistic(sum / float64(n+3))
	top := c.Peers[best]
	f.why = fmt.Sprintf("%d 篇对标内容，最好的是%s，达到它平常的 %.1f 倍", n, top.Account.Name, top.Score.Ratio)
	f.evidence = peerEvidence(c, 3)
	return f
}

func accountsOf(c *Candidate) []string {
	seen := map[string]bool{}
	var out []string
	for _, p := range c.Peers {
		if !seen[p.Account.ID] {
			seen[p.Account.ID] = true
			out = append(out, p.Account.Name)
		}
	}
	return out
}

func saturation(c *Candidate) feature {
	names := accountsOf(c)
	f := feature{name: "saturation", label: "同行拥挤", value: 1 - math.Exp(-float64(len(names))/3), baseline: 0.2, evidence: peerEvidence(c, 3)}
	f.why = "还没有对标账号写过"
	if len(names) > 0 {
		f.why = fmt.Sprintf("%d 个对标账号已经写过：%s", len(names), strings.Join(names[:min(3, len(names))], "、"))
	}
	return f
}

// gap is what peers cover and the profile does not.
func gap(c *Candidate, own float64) feature {
	n := float64(len(accountsOf(c)))
	f := feature{name: "gap", label: "自己的空白", value: n / (n + 2) * (1 - own), baseline: 0.15, evidence: peerEvidence(c, 2)}
	switch {
	case n == 0:
		f.why = "同行也没有写，暂无空白可补"
	case own > 0.6:
		f.why = "同行写过，自己也写过"
	default:
		f.why = fmt.Sprintf("%.0f 个对标账号写了，自己还没有", n)
	}
	return f
}

// nearestOwn is the similarity of the closest own post of the last half year.
func nearestOwn(ctx *profileContext, v vector, now time.Time) (float64, *xuanti.OwnPost) {
	best := 0.0
	var post *xuanti.OwnPost
	for i := range ctx.own {
		o := &ctx.own[i]
		if now.Sub(o.post.At) > noveltySpan {
			continue
		}
		if s := cosine(v, o.vec); s > best {
			best, post = s, &o.post
		}
	}
	return best, post
}

func novelty(own float64, closest *xuanti.OwnPost) feature {
	f := feature{name: "novelty", label: "没写过", value: 1 - own, baseline: 0.75, why: "半年内没有写过相近的"}
	if closest != nil && own > 0.25 {
		f.why = fmt.Sprintf("与写过的《%s》有 %.0f%% 相近", firstRunes(closest.Title, 24), 100*own)
		f.evidence = []xuanti.Evidence{ownEvidence(*closest)}
	}
	return f
}

func evergreen(c *Candidate) feature {
	f := feature{name: "evergreen", label: "常青", value: 0.1, baseline: 0.1, why: "历史不足，按平均计"}
	if c.Weeks >= 0 {
		f.value = float64(c.Weeks) / 26
		f.why = fmt.Sprintf("最近 26 周里有 %d 周出现过相关热点", c.Weeks)
	}
	return f
}

func angleSupply(angles []xuanti.Angle) feature {
	free := 0
	var names []string
	for _, a := range angles {
		if len(a.UsedBy) == 0 {
			free++
			names = append(names, a.Name)
		}
	}
	f := feature{name: "angles", label: "可写角度", value: math.Min(1, float64(free)/4), baseline: 0.4, why: "没有找到有材料支持的空闲角度"}
	if free > 0 {
		f.why = fmt.Sprintf("%d 个有材料、同行没用过的角度：%s", free, strings.Join(names[:min(4, len(names))], "、"))
	}
	return f
}

func risk(risks []xuanti.Risk) feature {
	f := feature{name: "risk", label: "风险", value: math.Min(1, float64(len(risks))/3), baseline: 0, why: "没有命中风险规则"}
	if len(risks) > 0 {
		var names []string
		for _, r := range risks {
			names = append(names, r.Label)
		}
		f.why = "需要留意：" + strings.Join(names, "、")
	}
	return f
}

// assemble turns features into a suggestion whose contributions add up to its
// score.
func assemble(p xuanti.Profile, c *Candidate, fs []feature, w map[string]float64, now time.Time) xuanti.Suggestion {
	s := xuanti.Suggestion{
		ID: xuanti.NewID(c.Event.FirstAt, "suggestion", p.ID, c.Event.ID), ProfileID: p.ID, EventID: c.Event.ID, TopicID: c.Event.TopicID, Title: c.Event.Title,
		State: c.Point.State, Status: xuanti.SuggestionOpen, At: now, Angles: Angles(*c), Risks: Risks(c.Event.Title, c.Event.Terms, c.Members), Peers: peerEvidence(c, 5),
	}
	s.Contributions = append(s.Contributions, xuanti.Contribution{Name: "base", Label: "起点", Value: 1, Weight: bias, Points: bias, Why: "所有因素都处于平均水平时的起点"})
	s.Score = bias
	for _, f := range fs {
		pts := math.Round(1000*w[f.name]*(f.value-f.baseline)) / 1000
		s.Score += pts
		s.Contributions = append(s.Contributions, xuanti.Contribution{Name: f.name, Label: f.label, Value: f.value, Baseline: f.baseline, Weight: w[f.name], Points: pts, Why: f.why, Evidence: f.evidence})
	}
	s.Score = math.Round(1000*s.Score) / 1000
	s.Probability = logistic(s.Score)
	s.Evidence = boardEvidence(c, 3)
	for i := range c.Members {
		if len(s.Evidence) >= 6 {
			break
		}
		if c.Members[i].Kind != xuanti.ItemEntry {
			s.Evidence = append(s.Evidence, itemEvidence(&c.Members[i]))
		}
	}
	for i := range c.Members {
		if len(s.Evidence) >= 3 {
			break
		}
		s.Evidence = append(s.Evidence, itemEvidence(&c.Members[i]))
	}
	return s
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

func firstRunes(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
