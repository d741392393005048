package suggest

import (
	"fmt"
	"math"
	"strings"

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

// features measures a candidate whose relevance is known.
func features(ctx *profileContext, rel feature, sc *scored) []feature {
	own, closest := nearestOwn(ctx, sc)
	c := sc.c
	return []feature{rel, timeliness(ctx, c), heat(c), momentum(c), peerProof(c), saturation(c), gap(c, own), novelty(own, closest), evergreen(c), angleSupply(sc.angles), risk(sc.risks)}
}

// timeliness is the probability that the story still lives when the post is
// done: the three-hour survival of the forecast, carried to the production time.
func timeliness(ctx *profileContext, c *Candidate) feature {
	f := feature{name: "timeliness", label: "来得及写", baseline: 0.4}
	stay, from := c.Point.Stay, "预测"
	if !(stay >= 0) { // unknown, or no number
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
	f.value = math.Pow(math.Min(math.Max(stay, 1e-3), 1), hours/3)
	f.why = fmt.Sprintf("写一篇约 %g 小时，那时话题仍在的概率 %.0f%%（3 小时留存%s %.0f%%）", math.Round(hours*10)/10, 100*f.value, from, 100*stay)
	f.evidence = boardEvidence(c, 2)
	return f
}

func heat(c *Candidate) feature {
	x := clamp(c.HeatPercentile)
	return feature{name: "heat", label: "热度", value: x, baseline: 0.5,
		why: fmt.Sprintf("热度 %.0f，高于 %.0f%% 的活跃事件", c.Point.Heat, 100*x), evidence: boardEvidence(c, 3)}
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
		f.value = 1 - (1-f.value)*(1-clamp(c.Point.Spread))
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
		sum += math.Max(-10, math.Min(10, p.Score.Z)) * clamp(p.Score.Confidence)
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
func nearestOwn(ctx *profileContext, sc *scored) (float64, *xuanti.OwnPost) {
	for _, s := range sc.own {
		if o := &ctx.own[s.post]; !o.late {
			return math.Min(s.whole, 1), &o.post
		}
	}
	return 0, nil
}

func novelty(own float64, closest *xuanti.OwnPost) feature {
	f := feature{name: "novelty", label: "没写过", value: 1 - own, baseline: 0.75, why: "半年内没有写过相近的"}
	if closest != nil && own > 0.25 {
		f.why = fmt.Sprintf("与写过的《%s》有 %.0f%% 相近", nlp.Shorten(closest.Title, 24), 100*own)
		f.evidence = []xuanti.Evidence{ownEvidence(*closest)}
	}
	return f
}

// leastHistory is from how many weeks on a share of them means something.
const leastHistory = 4

// evergreen is how often the subject comes back.
func evergreen(c *Candidate) feature {
	f := feature{name: "evergreen", label: "常青", value: 0.1, baseline: 0.1, why: "历史不足四周，按平均计"}
	if c.History < leastHistory {
		return f
	}
	f.value = clamp(float64(c.Weeks) / float64(c.History))
	f.why = fmt.Sprintf("此前 %d 周里有 %d 周出现过相关热词", c.History, c.Weeks)
	if c.Weeks == 0 {
		f.why = fmt.Sprintf("此前 %d 周里没有出现过相关热词", c.History)
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

// clamp brings a value into 0…1; what is no number counts as 0.
func clamp(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	return math.Min(x, 1)
}
