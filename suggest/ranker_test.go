package suggest

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// crowdOf makes n candidates about n different things, some of them about cars.
func crowdOf(n int, r *rand.Rand) []Candidate {
	subject := []string{"新能源汽车", "电动汽车", "咖啡馆", "城市马拉松", "博物馆", "露营地", "奶茶店", "无人机", "电子竞技", "古镇", "图书馆", "滑雪场"}
	what := []string{"销量大涨", "遭遇投诉", "创始人回应质疑", "首日客流超10万", "为何突然降价", "背后的原因是什么", "迎来新规", "被曝疑似裁员", "攻略来了", "引发争议"}
	var out []Candidate
	for i := range n {
		c := event(fmt.Sprintf("e%03d", i), fmt.Sprintf("%s%s之%d", subject[r.IntN(len(subject))], what[r.IntN(len(what))], i), what[r.IntN(len(what))], what[r.IntN(len(what))]+"最新数据3万人")
		c.Event.TopicID = fmt.Sprint("t", i/3)
		c.HeatPercentile, c.Weeks, c.History = r.Float64(), r.IntN(27), 26
		c.Point = xuanti.EventPoint{Heat: 100 * r.Float64(), State: []xuanti.State{xuanti.StateNew, xuanti.StateRising, xuanti.StatePeak, xuanti.StateFalling, xuanti.StateQuiet}[r.IntN(5)],
			Stay: r.Float64()*1.2 - 0.2, Spread: r.Float64()*1.2 - 0.2, Lift: r.Float64() * 4}
		for j := range r.IntN(4) {
			c.Peers = append(c.Peers, PeerPost{Item: xuanti.Item{ID: fmt.Sprintf("p%d-%d", i, j), Title: what[r.IntN(len(what))]}, Account: xuanti.Account{ID: fmt.Sprint("a", j), Name: fmt.Sprint("号", j)},
				Score: xuanti.PostScore{Z: r.NormFloat64() * 3, Ratio: r.Float64() * 4, Confidence: r.Float64(), Verdict: []string{"viral", "usual", "unknown"}[r.IntN(3)]}})
		}
		for j := range r.IntN(4) {
			c.Presences = append(c.Presences, Presence{Board: fmt.Sprint("b", j), Name: "热榜", Title: c.Event.Title, Rank: j + 1, ItemID: c.Members[0].ID, At: now})
		}
		out = append(out, c)
	}
	return out
}

var cars = xuanti.Profile{ID: "cars", Keywords: []string{"汽车", "充电桩"}, Production: 3 * time.Hour}

func TestContributionsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	ranker := NewRanker(chinese(t))
	for range 20 {
		p := cars
		p.Keywords = append([]string{"店", "馆", "地", "镇", "机"}, p.Keywords...)
		p.Weights = map[string]float64{"heat": r.NormFloat64() * 5, "risk": -r.Float64() * 10, "nonsense": 4, "novelty": math.NaN(), "gap": math.Inf(1)}
		for _, s := range ranker.Rank(p, coffee, nil, crowdOf(40, r), now, 40) {
			sum := 0.0
			for _, c := range s.Contributions {
				sum += c.Points
				if math.IsNaN(c.Points) || c.Value < 0 || c.Value > 1 || c.Why == "" || c.Label == "" {
					t.Errorf("%+v", c)
				}
				if c.Name != "base" && math.Abs(c.Points-c.Weight*(c.Value-c.Baseline)) > 0.00051 {
					t.Errorf("%s: %.4f is not %.3f × (%.4f − %.2f)", c.Name, c.Points, c.Weight, c.Value, c.Baseline)
				}
			}
			if math.Abs(sum-s.Score) > 1e-9 {
				t.Errorf("score %v, contributions %v", s.Score, sum)
			}
			if want := 1 / (1 + math.Exp(-s.Score)); s.Probability != want {
				t.Errorf("probability %v of score %v", s.Probability, s.Score)
			}
			if _, err := json.Marshal(s); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestHostileNumbers(t *testing.T) {
	c := event("a", "汽车新规发布")
	nan, inf := math.NaN(), math.Inf(1)
	c.HeatPercentile, c.Weeks, c.History = nan, 99, 26
	c.Point = xuanti.EventPoint{Heat: nan, Stay: nan, Spread: inf, Lift: inf}
	c.Peers = []PeerPost{{Score: xuanti.PostScore{Z: inf, Confidence: nan, Verdict: "viral", Ratio: nan}}}
	for _, s := range NewRanker(chinese(t)).Rank(cars, nil, nil, []Candidate{c, {}}, now, 5) {
		for _, x := range s.Contributions {
			if !(x.Value >= 0 && x.Value <= 1) || math.IsNaN(x.Points) {
				t.Errorf("%+v", x)
			}
		}
	}
}

func TestSameInputSameBytesInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	cands := crowdOf(120, r)
	ranker := NewRanker(chinese(t))
	rank := func() string {
		b, err := json.Marshal(ranker.Rank(cars, coffee, nil, cands, now, 50))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	first := rank()
	if len(first) < 1000 {
		t.Fatal("nothing was ranked")
	}
	for range 5 {
		r.Shuffle(len(cands), func(i, j int) { cands[i], cands[j] = cands[j], cands[i] })
		if rank() != first {
			t.Fatal("the order of the candidates changes the ranking")
		}
	}
}

func TestDecidedAndExcluded(t *testing.T) {
	ranker := NewRanker(chinese(t))
	cands := []Candidate{event("a", "汽车销量公布"), event("b", "汽车召回公告"), event("c", "汽车展开幕", "汽车展模特", "汽车展人潮"), event("d", "充电桩进小区")}
	cands[3].Event.Terms = []string{"物业"}
	decided := []xuanti.Decision{
		{EventID: "a", ProfileID: "cars", Status: xuanti.SuggestionAccepted, At: now.Add(-time.Hour)},
		{EventID: "b", ProfileID: "cars", Status: xuanti.SuggestionDismissed, At: now.Add(-2 * time.Hour)},
		{EventID: "c", ProfileID: "other", Status: xuanti.SuggestionDismissed, At: now},
	}
	ids := func(p xuanti.Profile) string {
		s := ""
		for _, x := range ranker.Rank(p, nil, decided, cands, now, 9) {
			s += x.EventID
		}
		return s
	}
	p := cars
	if got := ids(p); got != "cd" && got != "dc" {
		t.Errorf("shown %q", got)
	}
	decided = append(decided, xuanti.Decision{EventID: "b", ProfileID: "cars", Status: xuanti.SuggestionOpen, At: now})
	if got := ids(p); len(got) != 3 {
		t.Errorf("a decision that was taken back still hides: %q", got)
	}
	decided = decided[:3]
	for exclude, want := range map[string]string{"模特": "d", "物业": "c", "开幕": "d", "房产": "cd"} {
		p.Exclude = []string{exclude}
		if got := ids(p); len(got) != len(want) || len(want) == 1 && got != want {
			t.Errorf("without %s: %q, want %q", exclude, got, want)
		}
	}
}

func TestDiversity(t *testing.T) {
	ranker := NewRanker(chinese(t))
	var cands []Candidate
	for i := range 12 {
		c := event(fmt.Sprintf("same%02d", i), fmt.Sprintf("汽车降价潮第%d天", i))
		c.Event.TopicID, c.HeatPercentile = "price", 0.89
		cands = append(cands, c)
	}
	for i, s := range []string{"汽车展开幕", "汽车电池新规", "汽车出口港口爆满", "二手汽车交易回暖"} {
		c := event(fmt.Sprint("own", i), s)
		c.HeatPercentile = 0.2
		if i == 3 {
			c.Event.TopicID = "" // without a topic there is no limit
		}
		cands = append(cands, c)
	}
	none := event("none2", "汽车内饰测评")
	none.Event.TopicID = ""
	cands = append(cands, none)
	topics := map[string]int{}
	got := ranker.Rank(cars, nil, nil, cands, now, 50)
	for _, s := range got {
		topics[s.TopicID]++
	}
	if topics["price"] != 2 || len(got) != 7 {
		t.Errorf("%d suggestions, topics %v", len(got), topics)
	}
	if got[0].TopicID == "price" && got[1].TopicID == "price" {
		t.Error("the second place repeats the first")
	}
}

func TestExplorationSlot(t *testing.T) {
	ranker := NewRanker(chinese(t))
	what := []string{"销量", "电池", "出口", "召回", "降价", "展会", "内饰", "轮胎", "保险", "驾照", "停车", "油价", "改装", "租赁", "赛道", "设计", "芯片", "底盘", "座椅", "音响", "玻璃", "维修"}
	var cands []Candidate
	for i, w := range what {
		cands = append(cands, event(fmt.Sprintf("in%02d", i), "汽车"+w+"话题升温"))
	}
	for i, s := range []string{"女排夺得冠军", "古镇灯会开幕", "博物馆延长开放"} {
		c := event(fmt.Sprint("out", i), s)
		c.HeatPercentile = 0.95 - float64(i)*0.1
		cands = append(cands, c)
	}
	risky := event("risky", "山区发生火灾")
	risky.HeatPercentile = 1
	cands = append(cands, risky)
	got := ranker.Rank(cars, nil, nil, cands, now, 50)
	for i, s := range got {
		if s.Explore != (i == 9) {
			t.Errorf("place %d: %s, explore %v", i+1, s.EventID, s.Explore)
		}
	}
	if len(got) != 23 || got[9].EventID != "out0" {
		t.Errorf("%d suggestions", len(got))
	}
	if n := len(ranker.Rank(cars, nil, nil, cands, now, 4)); n != 4 {
		t.Errorf("%d, limit 4", n)
	}
	if n := len(ranker.Rank(cars, nil, nil, nil, now, 4)); n != 0 {
		t.Errorf("%d of nothing", n)
	}
}

func TestTimelinessFallsWithProductionTime(t *testing.T) {
	ranker := NewRanker(chinese(t))
	for _, stay := range []float64{-1, 0, 0.3, 0.9, 1} {
		last := 2.0
		for _, hours := range []float64{0, 0.5, 1, 3, 8, 24, 72} {
			p := cars
			p.Production = time.Duration(hours * float64(time.Hour))
			c := event("a", "汽车新规发布")
			c.Point.Stay = stay
			v := contribution(ranker.Rank(p, nil, nil, []Candidate{c}, now, 1)[0], "timeliness").Value
			if v > last || v < 0 {
				t.Errorf("stay %.1f: %.3f at %v h, after %.3f", stay, v, hours, last)
			}
			last = v
		}
	}
}

func TestWeightsOverride(t *testing.T) {
	ranker := NewRanker(chinese(t))
	hot, fresh := event("hot", "汽车销量公布"), event("fresh", "汽车电池新规")
	hot.HeatPercentile, fresh.HeatPercentile = 1, 0
	hot.Point.Stay, fresh.Point.Stay = 0.1, 0.9
	first := func(w map[string]float64) string {
		p := cars
		p.Weights = w
		return ranker.Rank(p, nil, nil, []Candidate{hot, fresh}, now, 2)[0].EventID
	}
	if first(map[string]float64{"heat": 5, "timeliness": 0}) != "hot" || first(map[string]float64{"heat": 0, "timeliness": 5}) != "fresh" {
		t.Error("the profile's weights do not decide")
	}
}

func TestEvidence(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	p := cars
	p.Keywords = []string{"汽车", "店", "馆", "地", "镇", "机", "竞技", "马拉松", "滑雪"}
	n := 0
	for _, s := range NewRanker(chinese(t)).Rank(p, nil, nil, crowdOf(160, r), now, 160) {
		n++
		seen := map[string]bool{}
		for _, e := range s.Evidence {
			if e.ItemID == "" || seen[e.ItemID] || e.Text == "" {
				t.Errorf("%s: row %+v", s.Title, e)
			}
			seen[e.ItemID] = true
		}
		if len(s.Evidence) < 3 || len(s.Evidence) > 6 {
			t.Errorf("%s: %d rows", s.Title, len(s.Evidence))
		}
	}
	if n < 30 {
		t.Errorf("only %d suggestions", n)
	}
}

func BenchmarkRank160x40(b *testing.B) {
	r := rand.New(rand.NewPCG(4, 4))
	cands := crowdOf(160, r)
	for i := range cands {
		for j := len(cands[i].Members); j < 40; j++ {
			m := cands[i].Members[0]
			m.ID = fmt.Sprint(m.ID, "-", j)
			m.Title = fmt.Sprintf("%s，第%d家媒体跟进报道", m.Title, j)
			m.Text = "今天上午，相关负责人介绍了情况。" + m.Title + "。业内人士认为，这一变化将影响未来一年的市场，数据显示同比增长12%，网友对此议论纷纷，后续进展仍待观察。"
			cands[i].Members = append(cands[i].Members, m)
		}
	}
	var own []xuanti.OwnPost
	for i := range 500 {
		own = append(own, xuanti.OwnPost{Title: fmt.Sprintf("汽车笔记第%d篇：%s", i, cands[i%160].Event.Title), At: now.Add(-time.Duration(i) * 8 * time.Hour)})
	}
	p := cars
	p.Keywords = []string{"汽车", "充电桩", "电池", "新能源", "自动驾驶", "车展", "二手车", "驾照", "油价", "停车"}
	ranker := NewRanker(chinese(b))
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		ranker.Rank(p, own, nil, cands, now, 50)
	}
}
